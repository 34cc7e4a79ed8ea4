//! Messages on the company's own pages: the same gates, the same ledger, and only what was seen
//! counts.

use jiff::SignedDuration;
use tend_core::{
    Error,
    agents::Me,
    campaigns::{
        self, CampaignId, NewCampaign, Standing, Step,
        slot::{self, Counts, Offer},
    },
    contacts::{self, ContactId, IdentityKind, NewContact},
    outreach::{
        Channel,
        consents::{self, How, MARKETING},
        touches,
    },
};
use tend_testkit::Tend;

use crate::campaigns::{announcement, company, keys, limit, people, refusals, run, started, text};

fn banner(name: &str, says: &str) -> NewCampaign {
    let mut it = announcement(name);
    it.plan.steps = vec![Step::Show {
        variants: text(name, says),
        link: "https://shop.example/new".to_owned(),
        label: String::new(),
    }];
    it
}

fn next(t: &Tend, who: ContactId) -> Option<Offer> {
    t.read(|tx| slot::next(tx, &keys(), who))
}

fn touched(t: &Tend, who: ContactId) -> Vec<Channel> {
    let all = t.read(|tx| touches::of_contact(tx, who, jiff::Timestamp::UNIX_EPOCH));
    all.into_iter().map(|it| it.channel).collect()
}

fn sees(t: &Tend, who: ContactId, it: &Offer) {
    let which = it.which;
    t.write(move |tx| slot::seen(tx, &keys(), who, which));
}

/// Nobody's address: only a page reaches them.
fn unaddressed(t: &Tend, me: &Me) -> ContactId {
    let me = me.clone();
    t.write(move |tx| {
        let new = NewContact {
            name: "Rosa".to_owned(),
            identities: vec![(IdentityKind::External, "u1".to_owned())],
            ..NewContact::default()
        };
        let id = contacts::create(tx, &me, &new)?;
        consents::set(tx, id, MARKETING, true, How::Page)?;
        Ok(id)
    })
}

fn standing(t: &Tend, me: &Me, id: CampaignId, word: &str) -> usize {
    t.read(|tx| campaigns::enrolled(tx, me, id, word, None, 50)).items.len()
}

#[test]
fn only_what_was_seen_counts_and_what_was_closed_does_not_come_back() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let who = unaddressed(&t, &me);
        let id = started(&t, &me, &banner("New", "Hello {{ contact.first_name }}."));
        run(&t, id);
        assert_eq!((touched(&t, who), standing(&t, &me, id, "waiting")), (vec![], 1));
        let offer = next(&t, who).expect("is to be shown");
        assert_eq!((offer.text.as_str(), offer.label.as_str()), ("Hello Rosa.", "See it"));
        assert_eq!(next(&t, who).as_ref(), Some(&offer), "looking changes nothing");
        assert_eq!(touched(&t, who), []);
        sees(&t, who, &offer);
        sees(&t, who, &offer);
        assert_eq!(touched(&t, who), [Channel::Page]);
        assert_eq!(next(&t, who).as_ref(), Some(&offer), "it stays until it is closed");
        let which = offer.which;
        t.write(move |tx| slot::dismissed(tx, &keys(), who, which));
        assert_eq!(next(&t, who), None);
        let counts = t.read(|tx| slot::counts(tx, id));
        assert_eq!(counts, Counts { shown: 1, clicked: 0, dismissed: 1 });
        run(&t, id);
        assert_eq!(standing(&t, &me, id, "sent"), 1);
        assert_eq!(t.read(|tx| campaigns::find(tx, &me, id)).state, campaigns::State::Done);
        // Of somebody else nobody says anything.
        let other = people(&t, 1)[0];
        assert!(matches!(
            t.tries(move |tx| slot::clicked(tx, &keys(), other, which)),
            Err(Error::Conflict(_))
        ));
    });
}

#[test]
fn two_banners_and_a_mail_share_one_ledger() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let who = people(&t, 1)[0];
        let first = started(&t, &me, &banner("First", "One."));
        let mut second = banner("Second", "Two.");
        second.priority = 9;
        let second = started(&t, &me, &second);
        run(&t, first);
        run(&t, second);
        let offer = next(&t, who).expect("is to be shown");
        assert_eq!(offer.title, "Second", "what matters more comes first");
        sees(&t, who, &offer);
        let which = offer.which;
        t.write(move |tx| slot::clicked(tx, &keys(), who, which));
        assert_eq!(next(&t, who), None, "one a day");
        // A mail waits for the same day to be over.
        let mail = started(&t, &me, &announcement("Mail"));
        run(&t, mail);
        assert_eq!(standing(&t, &me, mail, "frequency"), 1);
        t.pass(SignedDuration::from_hours(24));
        let other = next(&t, who).expect("the next day");
        run(&t, mail);
        assert_eq!(touched(&t, who), [Channel::Mail, Channel::Page]);
        // The page was slower than the mail: it takes the message away.
        let which = other.which;
        assert!(matches!(
            t.tries(move |tx| slot::seen(tx, &keys(), who, which)),
            Err(Error::Conflict(_))
        ));
        assert_eq!(next(&t, who), None);
    });
}

#[test]
fn whoever_declines_or_does_not_come_is_refused_with_the_rule() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let all = people(&t, 2);
        let id = started(&t, &me, &banner("New", "There is something new."));
        run(&t, id);
        let declines = all[0];
        t.write(move |tx| consents::set(tx, declines, MARKETING, false, How::Page));
        assert_eq!(next(&t, all[0]), None);
        assert!(next(&t, all[1]).is_some());
        let night = SignedDuration::from_hours(10);
        t.pass(night);
        assert!(next(&t, all[1]).is_some(), "who comes at night is awake");
        t.pass(SignedDuration::from_hours(72));
        run(&t, id);
        assert_eq!(refusals(&t, id), ["not_seen 2"]);
        assert_eq!(next(&t, all[1]), None);
        let people = t.read(|tx| campaigns::enrolled(tx, &me, id, "", None, 5)).items;
        assert!(people.iter().all(|it| it.state == Standing::Refused));
    });
}

#[test]
fn the_address_of_a_slot_is_not_guessed() {
    let t = Tend::in_memory();
    let me = company(&t);
    let who = unaddressed(&t, &me);
    let token = slot::token(&keys(), who);
    assert_eq!(slot::behind(&keys(), &token).expect("is ours"), who);
    assert!(slot::behind(&tend_core::secrets::Keys::new([8; 32]), &token).is_err());
    assert!(slot::behind(&keys(), &token[1..]).is_err());
}

#[test]
fn who_was_through_comes_in_again_after_its_days_and_no_sooner() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let who = people(&t, 1)[0];
        let mut new = announcement("Again");
        new.kind = campaigns::Kind::Triggered;
        new.plan.trigger = Some(campaigns::Trigger::Hand {});
        new.plan.again_days = 30;
        let id = started(&t, &me, &new);
        let add = || {
            let me = me.clone();
            t.write(move |tx| campaigns::add_by_hand(tx, &me, id, who));
            run(&t, id);
            touched(&t, who).len()
        };
        assert_eq!((add(), add()), (1, 1));
        t.pass(SignedDuration::from_hours(24 * 29));
        assert_eq!(add(), 1);
        t.pass(SignedDuration::from_hours(24));
        assert_eq!((add(), add()), (2, 2));
        // Not on a Sunday.
        t.pass(SignedDuration::from_hours(24 * 31));
        assert_eq!(add(), 3);
    });
}
