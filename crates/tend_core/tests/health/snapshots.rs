use tend_core::{
    attributes::{self, About, Kind as Of, NewDefinition},
    health::{self, Kind, Left},
    journal,
    money::subscriptions,
    tasks::{self, NewTask},
};
use tend_testkit::Tend;

use crate::{Fares, attribute, weighed};

#[test]
fn an_account_is_written_down_once_and_again_when_more_than_the_day_changed() {
    Tend::on_both(|t| {
        let lead = t.lead();
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0)]);
        let id = t.company(&lead, "Al Noor", Some(lead.id));
        t.pays(&lead, id, 120_000, t.today());
        t.stage(&lead, id, "Established");
        assert_eq!((t.snapshots(), t.snapshots()), (1, 0), "twice is once");
        for _ in 0..5 {
            t.days(1);
            assert_eq!(t.snapshots(), 0, "nothing but the day changed");
        }
        let inbox = t.inbox("support@tend.test");
        let conversation = t.writes(&inbox, "leila@alnoor.test", "Probes", "They jump.");
        let by = lead.clone();
        t.write(move |tx| {
            let it = tend_core::conversations::find(tx, conversation)?;
            let contact = tend_core::contacts::find(tx, it.contact_id)?;
            tend_core::contacts::move_to(tx, &by, contact.id, id)
        });
        assert_eq!(t.snapshots(), 0, "what happened today is known tomorrow");
        t.days(1);
        assert_eq!(t.snapshots(), 1);
        let all = t.all_of(id);
        assert_eq!(all.iter().map(|it| it.day).collect::<Vec<_>>(), [t.today() - 6, t.today()]);
        assert_eq!(all[0].rule_score, Some(100.0));
        assert_eq!(all[1].rule_score, Some(87.5), "one open conversation of eight");
        assert_eq!((all[1].arr, all[1].owner_id), (Some(120_000), Some(lead.id)));
        assert_eq!(all[1].stage_id, Some(t.stage_id("Established")));
        assert!(all.iter().all(|it| !it.frozen && it.p.is_none()));
    });
}

#[test]
fn nothing_that_happens_on_the_day_or_after_it_is_an_input() {
    Tend::on_both(|t| {
        let lead = t.lead();
        let by = lead.clone();
        t.write(move |tx| {
            let new = NewDefinition {
                about: About::Account,
                name: "pulse".to_owned(),
                label: "Pulse".to_owned(),
                kind: Of::Number,
                choices: Vec::new(),
            };
            attributes::define(tx, &by, &new)
        });
        t.looks_at(&lead, vec![attribute("pulse", 1.0)]);
        let id = t.company(&lead, "Al Noor", None);
        let say = |text: &'static str| {
            let by = lead.clone();
            t.write(move |tx| attributes::set_on_account(tx, &by, id, "pulse", text));
        };
        let first = t.today();
        say("8");
        t.snapshots();
        t.days(1);
        t.snapshots();
        let value = |day| {
            t.read(|tx| {
                let it = health::on_day(tx, id, day)?.expect("was written down");
                Ok(health::inputs(tx, &it)?[0].value)
            })
        };
        assert_eq!((value(first), value(first + 1)), (None, Some(8.0)));
        t.days(9);
        say("2");
        // Somebody looks back: what was said since may have been said because of what happened.
        let past = t.today() - 3;
        assert_eq!(t.write(move |tx| health::snapshot_day(tx, past)), 1);
        assert_eq!(value(past), None, "the later word is not known, and the earlier is not kept");
        assert_eq!(value(first + 1), Some(8.0), "and what was written down stays");
    });
}

#[test]
fn who_left_is_frozen_and_nothing_done_afterwards_changes_the_past() {
    Tend::on_both(|t| {
        let lead = t.lead();
        t.looks_at(&lead, vec![weighed(Kind::Touch, 1.0), weighed(Kind::Open, 1.0)]);
        let id = t.company(&lead, "Al Noor", Some(lead.id));
        let subscription = t.pays(&lead, id, 120_000, t.today());
        t.stage(&lead, id, "Established");
        let by = lead.clone();
        let task = t.write(move |tx| {
            let new = NewTask {
                title: "Save them".to_owned(),
                account: Some(id),
                owner: Some(by.id),
                ..NewTask::default()
            };
            tasks::make(tx, &by, &new)
        });
        t.snapshots();
        t.days(20);
        t.snapshots();
        t.days(20);
        let (by, end) = (lead.clone(), t.today());
        t.write(move |tx| subscriptions::end(tx, &by, subscription, end, None));
        t.days(1);
        assert_eq!(t.snapshots(), 1, "the day on which it left is written down afterwards, too");
        let before = t.all_of(id);
        let last = before[before.len() - 1];
        assert_eq!((last.day, last.frozen, last.arr), (end, true, Some(120_000)));
        // What people do to clean up.
        let by = lead.clone();
        t.write(move |tx| tasks::done(tx, &by, task));
        t.stage(&lead, id, "Churned");
        for _ in 0..3 {
            t.days(10);
            assert_eq!(t.snapshots(), 0, "nothing comes after it");
        }
        assert_eq!(t.all_of(id), before);
        let left = t.read(|tx| health::outcomes(tx, end + 90));
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!((left[0].day, left[0].why, left[0].lost), (end, Left::Ended, Some(120_000)));
        let p = t.read(|tx| health::of_account(tx, &lead, id)).percent;
        assert_eq!(p, health::Percent::Gone { day: end, p: None });
    });
}

#[test]
fn who_is_no_customer_is_not_looked_at() {
    Tend::on_both(|t| {
        let lead = t.lead();
        let (trial, gone) = (t.company(&lead, "Trial", None), t.company(&lead, "Gone", None));
        t.stage(&lead, trial, "Trial");
        t.stage(&lead, gone, "Churned");
        let plain = t.company(&lead, "Plain", None);
        assert_eq!(t.snapshots(), 1, "whoever nobody says anything of counts as a customer");
        assert_eq!(t.all_of(plain).len(), 1);
        t.days(1);
        t.pays(&lead, trial, 50_000, t.today());
        t.stage(&lead, gone, "Onboarding");
        assert_eq!(t.snapshots(), 2, "who pays, and who came back");
    });
}

#[test]
fn a_day_is_walked_in_pieces_and_goes_on_where_it_was() {
    Tend::on_both(|t| {
        let lead = t.lead();
        let by = lead.clone();
        t.write(move |tx| {
            for n in 0..510 {
                let new = tend_core::accounts::NewAccount {
                    name: format!("Company {n}"),
                    ..Default::default()
                };
                tend_core::accounts::create(tx, &by, &new)?;
            }
            Ok(())
        });
        assert!(!t.read(health::has_to_write), "the figures of the day come first");
        t.write(|tx| journal::set_followed_to(tx, "figures_day", health::today(tx)));
        assert!(t.read(health::has_to_write));
        let first = t.write(health::walk);
        assert_eq!((first.accounts, first.written, first.and_more), (500, 500, true));
        let second = t.write(health::walk);
        assert_eq!((second.accounts, second.written, second.and_more), (10, 10, false));
        assert!(!t.read(health::has_to_write));
        assert_eq!(t.write(health::walk).accounts, 0);
    });
}
