//! A survey's mail, from the conversation that was resolved to the one reminder.

use jiff::SignedDuration;
use tend_core::{
    Actor,
    conversations::{self, Category},
    settings,
    surveys::{
        self, Kind, NewSurvey, State, When,
        answer::{self, Confirmed, Given, Opened},
        ask, known,
    },
};
use tend_work::worker;

use crate::{
    desk::{self, Desk},
    office::on_both,
};

/// Without the folds of headers and the soft ends of lines.
fn plain(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail).into_owned();
    text.replace("=\r\n", "").replace("\r\n ", " ").replace("=3D", "=")
}

#[test]
fn who_was_helped_is_asked_by_mail_and_reminded_once() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let admin = office.admin.clone();
        office.tend.write(move |tx| {
            settings::set(tx, Actor::System, settings::BASE_URL, "https://desk.example.com")?;
            let new = NewSurvey::usual("Help", Kind::Csat, When::Resolved);
            let id = surveys::create(tx, &admin, &new)?;
            surveys::set_state(tx, &admin, id, State::Active)
        });
        let id = office.tend.writes(&office.inbox, "ann@tend.test", "Where is it?", "Hello.");
        let admin = office.admin.clone();
        office
            .tend
            .write(move |tx| conversations::set_category(tx, &admin, id, Category::Resolved));
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(desk.mails().len(), 0, "not before two hours");
        office.tend.pass(SignedDuration::from_hours(2));
        runtime.block_on(worker::run_till_idle(&office.works));
        let mails = desk.mails();
        assert_eq!(mails.len(), 1);
        let admin = office.admin.clone();
        let page =
            office.tend.read(move |tx| known::page(tx, &admin, &known::Which::default(), None, 10));
        let request = page.items[0].id;
        let token = ask::token(&office.works.keys, request);
        let mail = plain(&mails[0].1);
        let stop = format!("List-Unsubscribe: <https://desk.example.com/s/{token}/stop>");
        assert!(mail.contains(&stop), "{mail}");
        assert!(mail.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{mail}");
        for score in 1..=5 {
            let link = format!("https://desk.example.com/s/{token}?v={score}");
            assert!(mail.contains(&link), "{link} in {mail}");
        }
        assert!(mail.contains("the help you got from our team"), "{mail}");
        assert!(mail.contains("text/plain") && mail.contains("Auto-Submitted: auto-generated"));

        // Nobody reads a mail within ten seconds after it was handed over.
        let opened = Opened { score: 1, network: "scanner".to_owned() };
        office.tend.write(move |tx| answer::mark(tx, request, &opened));
        let state = |of| office.tend.read(move |tx| known::by_token(tx, of)).state;
        assert_eq!(state(&token), surveys::Standing::Sent);

        office.tend.pass(SignedDuration::from_hours(3 * 24));
        runtime.block_on(worker::run_till_idle(&office.works));
        let mails = desk.mails();
        assert_eq!(mails.len(), 2);
        let reminder = plain(&mails[1].1);
        assert!(reminder.contains("A short reminder") && reminder.contains(&token));
        office.tend.pass(SignedDuration::from_hours(10 * 24));
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(desk.mails().len(), 2, "one reminder, and no more");

        let counted = office.tend.write(move |tx| {
            let given = Given {
                score: 4,
                comment: String::new(),
                answers: Vec::new(),
                sign: surveys::Sign::Form,
                shown_at: tx.now(),
                network: String::new(),
            };
            answer::confirm(tx, request, &given)
        });
        assert_eq!(counted, Confirmed::Counted);
        assert!(office.tend.story(id).contains("survey_moved"));
    });
}
