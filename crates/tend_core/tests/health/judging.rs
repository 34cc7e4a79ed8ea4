use tend_core::{
    agents::Permission,
    health::{self, Kind, Percent},
};
use tend_testkit::Tend;

use crate::{Fares, weighed, why};

#[test]
fn an_override_counts_until_it_expires_and_both_numbers_stay_to_be_seen() {
    Tend::on_both(|t| {
        let lead = t.lead();
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0)]);
        let id = t.company(&lead, "Al Noor", Some(lead.id));
        t.pays(&lead, id, 120_000, t.today());
        t.snapshots();
        let say = |p: f64, reason: &'static str, days: i64| {
            let by = lead.clone();
            t.tries(move |tx| health::judge(tx, &by, id, p, reason, days))
        };
        assert!(why(say(1.2, "They told me.", 30)).starts_with("leaves: "));
        assert!(why(say(0.2, "  ", 30)).starts_with("reason: "));
        assert!(why(say(0.2, "They told me.", 0)).starts_with("days: "));
        say(0.5, "They look around.", 10).expect("is allowed");
        say(0.25, "They told me.", 30).expect("is allowed");
        let risk =
            || t.read(|tx| Ok(tend_core::book::figures(tx, id)?.expect("is in the book").risk));
        assert_eq!(risk(), 30_000, "it counts for the money at risk at once");
        let of = t.read(|tx| health::of_account(tx, &lead, id));
        assert_eq!(of.judged.as_ref().map(|it| (it.p, it.by.as_str())), Some((0.25, "Lena")));
        assert!(matches!(of.percent, Percent::NotKnown(_)), "{:?}", of.percent);
        assert_eq!((of.judgements.len(), of.risk), (2, Some(30_000)));
        assert!(of.judgements[1].withdrawn_at.is_some(), "the new one ended the old one");
        t.days(29);
        t.snapshots();
        assert!(t.read(|tx| health::in_force(tx, id)).is_some());
        t.days(1);
        t.write(|tx| {
            tend_core::journal::set_followed_to(tx, "figures_day", health::today(tx))?;
            health::walk(tx)
        });
        assert_eq!(t.read(|tx| health::in_force(tx, id)), None);
        assert_eq!(risk(), -1, "the walk of the day hears that it is over");
        assert_eq!(t.read(|tx| health::judgements(tx, Some(id), 10)).len(), 2, "it stays");
    });
}

#[test]
fn an_override_is_taken_back_by_who_may_change_customers() {
    Tend::on_both(|t| {
        let lead = t.lead();
        let viewer = t.agent_as("Vera", "viewer");
        let id = t.company(&lead, "Al Noor", None);
        t.snapshots();
        let by = viewer.clone();
        let refused = why(t.tries(move |tx| health::judge(tx, &by, id, 0.5, "No.", 5)));
        assert!(refused.contains("customers.edit"), "{refused}");
        let by = lead.clone();
        let judged = t.write(move |tx| health::judge(tx, &by, id, 0.5, "They look around.", 5));
        let by = viewer.clone();
        assert!(
            why(t.tries(move |tx| health::withdraw(tx, &by, id, judged))).contains("customers")
        );
        for _ in 0..2 {
            let by = lead.clone();
            t.write(move |tx| health::withdraw(tx, &by, id, judged));
        }
        assert_eq!(t.read(|tx| health::in_force(tx, id)), None);
    });
}

#[test]
fn who_may_not_see_money_sees_none_of_it_in_health() {
    Tend::on_both(|t| {
        let lead = t.lead();
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0), weighed(Kind::Tenure, 1.0)]);
        let id = t.company(&lead, "Al Noor", None);
        t.pays(&lead, id, 120_000, t.today() - 100);
        t.snapshots();
        let by = lead.clone();
        t.write(move |tx| health::judge(tx, &by, id, 0.5, "They look around.", 5));
        let mut poor = lead.clone();
        poor.permissions = poor.permissions.without(Permission::RevenueRead);
        let of = t.read(|tx| health::of_account(tx, &poor, id));
        assert_eq!((of.risk, of.snapshot.and_then(|it| it.arr)), (None, None));
        assert!(of.history.iter().all(|it| it.arr.is_none()));
        let tenure = of.lines.iter().find(|it| it.key == "tenure").expect("is there");
        assert!(tenure.hidden && tenure.value.is_none());
        let rich = t.read(|tx| health::of_account(tx, &lead, id));
        assert_eq!(rich.risk, Some(60_000));
        let tenure = rich.lines.iter().find(|it| it.key == "tenure").expect("is there");
        assert_eq!(tenure.value, Some(100.0));
        poor.permissions = poor.permissions.without(Permission::CustomersRead);
        assert!(why(t.tries(move |tx| health::of_account(tx, &poor, id))).contains("account"));
    });
}
