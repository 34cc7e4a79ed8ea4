//! The worker, from a message that is to leave to what the server said about it.

use jiff::SignedDuration;
use tend_core::{
    Actor,
    campaigns::{
        self, NewCampaign, Plan, Step, Variant,
        limits::{self, Limits},
    },
    contacts::{self, Stranger},
    inboxes::{self, Changes},
    outreach::consents::{self, How, MARKETING},
    settings,
};
use tend_work::{dkim, worker};
use tokio_util::sync::CancellationToken;

use crate::{
    desk::{self, Desk},
    dovecot::Dovecot,
    office::on_both,
};

#[test]
fn a_reply_reaches_a_mailbox() {
    on_both(|office, runtime| {
        let Some(dovecot) = runtime.block_on(Dovecot::start()) else { return };
        office.sends_through(dovecot.lmtp, true);
        let id = office.tend.writes(&office.inbox, "ann@customer.test", "Where is it?", "Hello.");
        let sent = office.replies(id, &[]);
        runtime.block_on(worker::run_till_idle(&office.works));
        let (state, detail) = office.state(sent);
        assert_eq!(state, "sent", "{detail} {}", dovecot.log());
        assert!(detail.contains("250 2.0.0"), "{detail}");
        let mails = dovecot.mails("ann");
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Reply-To: ") && mails[0].contains("support+"), "{}", mails[0]);
        // Nothing is sent again.
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(dovecot.mails("ann").len(), 1);
    });
}

/// F-16, F-17
#[test]
fn each_recipient_has_an_answer_and_only_who_needs_it_is_tried_again() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let id = office.tend.writes(&office.inbox, "ann@customer.test", "Where is it?", "Hello.");
        let sent = office.replies(id, &["a@tend.test", "away@tend.test", "nobody@other.test"]);
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(office.state(sent).0, "deferred");
        assert_eq!(desk.mails().len(), 1);
        let first = desk.mails()[0].1.clone();
        for _ in 0..3 {
            office.tend.pass(SignedDuration::from_hours(1));
            runtime.block_on(worker::run_till_idle(&office.works));
        }
        // "away" is asked again, and the others hear nothing.
        assert_eq!((office.state(sent).0.as_str(), desk.mails().len()), ("deferred", 1));
        office.tend.pass(SignedDuration::from_hours(24 * 5));
        runtime.block_on(worker::run_till_idle(&office.works));
        let (state, detail) = office.state(sent);
        assert_eq!(state, "failed");
        assert!(detail.starts_with("Given up after five days."), "{detail}");
        assert!(String::from_utf8_lossy(&first).contains("Message-ID: <tend."));
    });
}

#[test]
fn without_a_server_it_waits_and_leaves_when_there_is_one() {
    on_both(|office, runtime| {
        let id = office.tend.writes(&office.inbox, "ann@tend.test", "Where is it?", "Hello.");
        let sent = office.replies(id, &["ann@tend.test"]);
        runtime.block_on(worker::run_till_idle(&office.works));
        let (state, detail) = office.state(sent);
        assert_eq!(state, "deferred");
        assert!(detail.contains("No mail server is set up"), "{detail}");
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        office.tend.pass(SignedDuration::from_mins(6));
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!((office.state(sent).0.as_str(), desk.mails().len()), ("sent", 1));
    });
}

#[test]
fn the_first_message_is_answered_once() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let (me, inbox) = (office.admin.clone(), office.inbox.id);
        let changes = Changes {
            auto_reply_html: Some("<p>We have {{ conversation.number }}.</p>".to_owned()),
            ..Changes::default()
        };
        office.tend.db.write(move |tx| inboxes::change(tx, &me, inbox, &changes)).unwrap();
        let find = move |tx: &mut tend_store::Tx| inboxes::find(tx, inbox);
        let inbox = office.tend.db.read(find).unwrap();
        let ours = ["noreply@tend.test", "support@tend.test"];
        for from in ["ann@tend.test", "ann@tend.test"].into_iter().chain(ours) {
            office.tend.writes(&inbox, from, "Where is it?", "Hello.");
            runtime.block_on(worker::run_till_idle(&office.works));
        }
        // The second one within the hour, a machine and ourselves get none.
        let mails = desk.mails();
        assert_eq!(mails.len(), 1);
        let text = String::from_utf8_lossy(&mails[0].1).into_owned();
        assert!(
            text.contains("Auto-Submitted: auto-replied") && text.contains("We have 1"),
            "{text}"
        );
        assert_eq!(mails[0].0.from, "");
    });
}

#[test]
fn a_campaign_leaves_with_a_way_to_decline_it_that_is_signed() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        office.tend.pass(SignedDuration::from_hours(12));
        let me = office.tend.me(office.admin.id);
        office.tend.write(move |tx| {
            settings::set(tx, Actor::System, settings::BASE_URL, "https://desk.tend.test")?;
            limits::set(tx, &me, &Limits { holdout: 0, ..Limits::default() })?;
            let who = Stranger::by_email("Ann", "a@tend.test");
            let who = contacts::meet(tx, Actor::System, &who)?;
            consents::set(tx, who.id, MARKETING, true, How::Page)?;
            let one =
                Variant { subject: "News".into(), text: "Hello".into(), ..Variant::default() };
            let new = NewCampaign {
                name: "News".into(),
                holdout: 0,
                plan: Plan { steps: vec![Step::Send { variants: vec![one] }], ..Plan::default() },
                ..NewCampaign::default()
            };
            let id = campaigns::create(tx, &me, &new)?;
            campaigns::start(tx, &me, id)
        });
        let stop = CancellationToken::new();
        runtime.block_on(tend_work::campaigns::send_all(&office.works, &stop)).expect("goes on");
        runtime.block_on(tend_work::campaigns::send_all(&office.works, &stop)).expect("goes on");
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(desk.mails().len(), 1);
        let mail = desk.mails()[0].1.clone();
        let text = String::from_utf8_lossy(&mail).replace("\r\n ", "");
        let header = text.split("List-Unsubscribe:").nth(1).expect("has it");
        let link = header.trim_start().trim_start_matches('<').split('>').next();
        let link = link.expect("ends").to_owned();
        assert!(link.starts_with("https://desk.tend.test/u/") && !link.contains("tend.test@"));
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{text}");
        let token = link.rsplit('/').next().expect("is there");
        assert!(campaigns::unsubscribe::behind(&office.works.keys, token).is_ok());
        assert_eq!(
            text.matches(&format!("mailto:support@tend.test?subject=unsubscribe%20{token}>"))
                .count(),
            1,
            "{text}"
        );
        let key = dkim::make(dkim::Kind::Ed25519).expect("makes one");
        let signed = dkim::sign(&key.private, "tend.test", "one", &mail).expect("signs");
        assert!(signed.contains("List-Unsubscribe-Post:List-Unsubscribe"), "{signed}");
        let plain = b"From: a@tend.test\r\nSubject: Hi\r\n\r\nHi\r\n";
        let plain = dkim::sign(&key.private, "tend.test", "one", plain).expect("signs");
        assert!(!plain.contains("List-Unsubscribe"), "a list may add its own to a reply");
    });
}
