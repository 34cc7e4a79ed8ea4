use std::thread;

use jiff::SignedDuration;
use tend_core::{
    agents::{self, invitations, passwords, resets, sessions},
    secrets::Fresh,
};
use tend_testkit::Tend;

use crate::{People, first, invitation, new_link, new_session, why};

#[test]
fn of_many_who_start_at_once_one_wins_and_nobody_starts_again() {
    Tend::on_both(|t| {
        let tries: Vec<bool> = thread::scope(|scope| {
            let all: Vec<_> = (0..8)
                .map(|n| {
                    let db = &t.db;
                    let mut it = first();
                    it.email = format!("{n}@kestrel.example");
                    scope.spawn(move || db.write(move |tx| agents::start(tx, &it)).is_ok())
                })
                .collect();
            all.into_iter().map(|it| it.join().expect("no panic")).collect()
        });
        assert_eq!(tries.iter().filter(|it| **it).count(), 1);

        assert!(why(t.tries(|tx| agents::start(tx, &first()))).contains("set up already"));
        let everyone = t.db.read(agents::present).expect("reads");
        assert_eq!(everyone.len(), 1);
        assert_eq!(t.me(everyone[0].id).role, "Admin");
    });
}

#[test]
fn an_agent_of_the_command_line_closes_the_first_run_page() {
    Tend::on_both(|t| {
        assert!(!t.db.read(agents::is_started).expect("reads"));
        t.with("anna", "agent");
        assert!(t.db.read(agents::is_started).expect("reads"));
        assert!(t.tries(|tx| agents::start(tx, &first())).is_err());
    });
}

#[test]
fn an_invitation_is_accepted_once_and_signs_in() {
    Tend::on_both(|t| {
        let admin = t.start();
        let (link, cookie) = (Fresh::make(), Fresh::make());
        let (new, ben) = (new_link(&link), invitation("ben", t.role("agent")));
        let id = t.write(move |tx| invitations::invite(tx, &admin, &ben, &new));
        assert!(
            t.db.read(|tx| passwords::candidate(tx, "ben@tend.test")).expect("reads").is_none()
        );

        let (print, new) = (link.fingerprint(), new_session(&cookie));
        let accept =
            move |tx: &mut tend_store::Tx| invitations::accept(tx, &print, "Ben", "his hash", &new);
        assert_eq!(t.write(accept.clone()), id);
        let print = cookie.fingerprint();
        let (_, me) =
            t.db.read(move |tx| sessions::who(tx, &print)).expect("reads").expect("is in");
        assert_eq!((me.id, me.name.as_str(), me.role.as_str()), (id, "Ben", "Agent"));

        assert_eq!(why(t.tries(accept)), "There is no such link.");
        let people = ["agent_invited", "agent_joined", "agent_signed_in"];
        assert_eq!(t.kinds().into_iter().rev().take(3).rev().collect::<Vec<_>>(), people);
        assert!(t.waiting_jobs().contains("purpose: \"invitation\", sealed_token: \"sealed\""));
    });
}

#[test]
fn an_invitation_ends_after_seven_days_or_when_a_new_one_is_sent() {
    Tend::on_both(|t| {
        let admin = t.start();
        let links: Vec<Fresh> = (0..2).map(|_| Fresh::make()).collect();
        let (new, by, who) =
            (new_link(&links[0]), admin.clone(), invitation("ben", t.role("viewer")));
        let id = t.write(move |tx| invitations::invite(tx, &by, &who, &new));
        let counts = |link: &Fresh| {
            let print = link.fingerprint();
            t.db.read(move |tx| invitations::of(tx, &print)).is_ok()
        };
        assert!(counts(&links[0]));

        let (new, by) = (new_link(&links[1]), admin.clone());
        t.write(move |tx| invitations::invite_again(tx, &by, id, &new));
        assert_eq!((counts(&links[0]), counts(&links[1])), (false, true));

        t.pass(SignedDuration::from_hours(7 * 24) - SignedDuration::from_secs(1));
        assert!(counts(&links[1]));
        t.pass(SignedDuration::from_secs(1));
        assert!(!counts(&links[1]));
    });
}

/// V12: an empty text is nobody's.
#[test]
fn no_odd_text_is_a_link_or_a_session() {
    Tend::on_both(|t| {
        t.start();
        for odd in ["", "0", "[]", "null", "%", &"x".repeat(100_000)] {
            let print = tend_core::secrets::fingerprint(odd);
            for text in [odd.to_owned(), print] {
                let (a, b, c) = (text.clone(), text.clone(), text);
                assert!(t.db.read(move |tx| invitations::of(tx, &a)).is_err());
                assert!(t.db.read(move |tx| resets::of(tx, &b)).is_err());
                assert!(t.db.read(move |tx| sessions::who(tx, &c)).expect("reads").is_none());
            }
        }
    });
}

#[test]
fn one_who_left_comes_back_as_who_they_were() {
    Tend::on_both(|t| {
        let (admin, ben) = (t.start(), t.with("ben", "lead"));
        let by = admin.clone();
        t.write(move |tx| agents::leave(tx, &by, ben.id));
        let (new, who) = (new_link(&Fresh::make()), invitation("ben", t.role("agent")));
        let again = t.write(move |tx| invitations::invite(tx, &admin, &who, &new));
        assert_eq!(again, ben.id);
        assert_eq!(t.me(ben.id).role, "Agent");
        assert!(
            t.db.read(|tx| passwords::candidate(tx, "ben@tend.test")).expect("reads").is_none()
        );
    });
}

#[test]
fn a_reset_is_good_once_for_half_an_hour_and_ends_all_sessions() {
    Tend::on_both(|t| {
        let anna = t.with("anna", "agent");
        let (cookie, link) = (Fresh::make(), Fresh::make());
        let new = new_session(&cookie);
        t.write(move |tx| sessions::begin(tx, anna.id, "hash of anna", &new));
        let new = new_link(&link);
        t.write(move |tx| resets::ask(tx, " ANNA@tend.test", &new));

        let print = link.fingerprint();
        let reset = move |tx: &mut tend_store::Tx| resets::reset(tx, &print, "new hash");
        t.write(reset.clone());
        let print = cookie.fingerprint();
        assert!(t.db.read(move |tx| sessions::who(tx, &print)).expect("reads").is_none());
        assert!(t.tries(reset).is_err());
        let now = t.db.read(|tx| passwords::candidate(tx, "anna@tend.test")).expect("reads");
        assert_eq!(now.expect("is known").password_hash, "new hash");

        let late = Fresh::make();
        t.pass(SignedDuration::from_hours(2));
        let new = new_link(&late);
        t.write(move |tx| resets::ask(tx, "anna@tend.test", &new));
        t.pass(SignedDuration::from_mins(30));
        let print = late.fingerprint();
        assert!(t.tries(move |tx| resets::reset(tx, &print, "x")).is_err());
    });
}

/// V14: however the address is written.
#[test]
fn an_account_is_sent_three_resets_an_hour_and_unknown_ones_none() {
    Tend::on_both(|t| {
        t.with("anna", "agent");
        for n in 0..100 {
            let new = new_link(&Fresh::make());
            let written =
                ["anna@tend.test", "ANNA@TEND.TEST", " Anna@tend.test ", "nobody@tend.test"];
            let to = written[n % 4].to_owned();
            t.write(move |tx| resets::ask(tx, &to, &new));
        }
        let asked = |t: &Tend| t.kinds().iter().filter(|it| *it == "reset_asked").count();
        assert_eq!(asked(&t), 3);
        t.pass(SignedDuration::from_hours(1));
        let new = new_link(&Fresh::make());
        t.write(move |tx| resets::ask(tx, "anna@tend.test", &new));
        assert_eq!(asked(&t), 4);
    });
}
