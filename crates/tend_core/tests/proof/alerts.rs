use tend_core::{
    agents::AgentId,
    book::{self, Whose, Why},
    health::{
        self, AlertState, Options,
        alerts::{self, Ground, MakesTasks, Shown},
    },
    notifications, tasks,
};
use tend_testkit::Tend;

use crate::{days, leaves, pays, read, said, today, write};

fn open(t: &Tend, me: &tend_core::agents::Me) -> Vec<alerts::AlertLine> {
    let page = |tx: &mut tend_store::Tx| alerts::page(tx, me, Whose::Mine, Shown::Open, None, 100);
    read(t, page).items
}

fn raise(t: &Tend, owner: AgentId) -> alerts::Raised {
    let day = today(t);
    write(t, move |tx| alerts::raise(tx, owner, day))
}

#[test]
fn an_owner_is_called_as_often_as_the_budget_allows_and_no_more() {
    Tend::on_both(|t| {
        let me = t.agent_as("Maren", "admin");
        let day = today(&t);
        let mut ids = Vec::new();
        for n in 0..20 {
            let (id, _) = pays(&t, &me, &format!("Account {n:02}"), 100_000 + n, day);
            let p = if n < 12 { 0.5 + n as f64 / 100.0 } else { 0.05 };
            said(&t, id, day, Some(p), 40.0, 100_000 + n);
            ids.push(id);
        }
        let first = raise(&t, me.id);
        assert_eq!(first.called, 5, "{first:?}");
        let drawn = first.threshold.expect("there are risks");
        assert_eq!(drawn.ground, Ground::Rank);
        let called = open(&t, &me);
        assert!(called.iter().all(|it| it.alert.p.is_some_and(|p| p >= drawn.at)));
        assert!(called[0].alert.why.contains("within 180 days is"), "{}", called[0].alert.why);
        assert_eq!(raise(&t, me.id).called, 0, "doing it twice is doing it once");
        let told = read(&t, |tx| notifications::newest(tx, &me, 20));
        assert_eq!(told.iter().filter(|it| it.kind == "at_risk").count(), 5);
        let day = read(&t, |tx| book::day(tx, &me));
        let whys = day.items.iter().flat_map(|it| &it.whys);
        let same = |it: &&Why| matches!(it, Why::AtRisk { now, then, .. } if now.counts() == *then && then.is_some());
        assert_eq!(whys.filter(same).count(), 5);
        assert!(day.items.is_sorted_by_key(|it| std::cmp::Reverse(it.risk)));
        // Another week has room again; what called already does not call.
        t.clock.advance(days(8));
        let next = raise(&t, me.id);
        assert!(next.called <= 5, "{next:?}");
        let mut all: Vec<_> = open(&t, &me).iter().map(|it| it.alert.account_id).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5 + next.called, "no account has two");
    });
}

#[test]
fn an_alert_ends_when_the_risk_has_fallen_well_below_what_called() {
    Tend::on_both(|t| {
        let me = t.agent_as("Maren", "admin");
        let day = today(&t);
        let (id, _) = pays(&t, &me, "Sways", 100_000, day);
        let (calm, _) = pays(&t, &me, "Calm", 100_000, day);
        said(&t, id, day, Some(0.60), 40.0, 100_000);
        said(&t, calm, day, Some(0.02), 90.0, 100_000);
        assert_eq!(raise(&t, me.id).called, 1);
        t.clock.advance(days(3));
        said(&t, id, day + 3, Some(0.50), 45.0, 100_000);
        assert_eq!((raise(&t, me.id).cleared, open(&t, &me).len()), (0, 1), "it only sways");
        t.clock.advance(days(3));
        said(&t, id, day + 6, Some(0.40), 55.0, 100_000);
        assert_eq!((raise(&t, me.id).cleared, open(&t, &me).len()), (1, 0));
        t.clock.advance(days(3));
        said(&t, id, day + 9, Some(0.70), 20.0, 100_000);
        assert_eq!(raise(&t, me.id).called, 0, "it rests for a while");
        t.clock.advance(days(20));
        assert_eq!(raise(&t, me.id).called, 1);
    });
}

#[test]
fn what_came_of_alerts_is_written_down_and_makes_their_precision() {
    Tend::on_both(|t| {
        let me = t.agent_as("Maren", "admin");
        let day = today(&t);
        let (goes, sub) = pays(&t, &me, "Goes", 300_000, day);
        let (stays, _) = pays(&t, &me, "Stays", 200_000, day);
        for n in 0..8 {
            let (id, _) = pays(&t, &me, &format!("Calm {n}"), 1_000, day);
            said(&t, id, day, Some(0.02), 90.0, 1_000);
        }
        for id in [goes, stays] {
            said(&t, id, day, Some(0.5), 30.0, 200_000);
        }
        let to = Options { alerts_a_week: 2, ..Options::default() };
        let by = me.clone();
        write(&t, move |tx| health::set_options(tx, &by, &to));
        assert_eq!(raise(&t, me.id).called, 2);
        leaves(&t, &me, sub, day + 60);
        t.clock.advance(days(100));
        let now = today(&t);
        assert_eq!(write(&t, move |tx| alerts::settle(tx, now)), 1, "the other may leave still");
        let known = read(&t, |tx| alerts::settled(tx, now - 365));
        assert_eq!(
            (known.came.len(), known.open),
            (0, 2),
            "one that came early does not count for more"
        );
        t.clock.advance(days(100));
        let now = today(&t);
        assert_eq!(write(&t, move |tx| alerts::settle(tx, now)), 1);
        assert_eq!(write(&t, move |tx| alerts::settle(tx, now)), 0);
        let known = read(&t, |tx| alerts::settled(tx, now - 365));
        let precision = known.precision(None);
        assert_eq!((precision.right, precision.alerts), (1, 2));
        let page = read(&t, |tx| alerts::page(tx, &me, Whose::All, Shown::Known, None, 10));
        let came: Vec<_> = page.items.iter().filter_map(|it| it.alert.outcome.clone()).collect();
        assert_eq!(came.len(), 2);
        assert!(came.contains(&"left".to_owned()) && came.contains(&"stayed".to_owned()));
    });
}

#[test]
fn an_alert_is_seen_becomes_a_task_and_is_put_away() {
    Tend::on_both(|t| {
        let me = t.agent_as("Maren", "admin");
        let day = today(&t);
        let (id, _) = pays(&t, &me, "Muzeum", 300_000, day);
        let (calm, _) = pays(&t, &me, "Calm", 300_000, day);
        said(&t, id, day, None, 12.0, 300_000);
        said(&t, calm, day, None, 95.0, 300_000);
        assert_eq!(raise(&t, me.id).called, 1, "the hand score calls where nothing else is known");
        let it = open(&t, &me).remove(0);
        assert!(it.alert.why.contains("Nothing is known of its chance"), "{}", it.alert.why);
        let (alert, by) = (it.alert.id, me.clone());
        write(&t, move |tx| alerts::see(tx, &by, alert));
        let by = me.clone();
        let task = write(&t, move |tx| alerts::task(tx, &by, alert));
        let by = me.clone();
        assert_eq!(write(&t, move |tx| alerts::task(tx, &by, alert)), task, "one task is enough");
        let made = read(&t, |tx| tasks::find(tx, &me, task));
        assert_eq!((made.account_id, made.owner_id), (Some(id), Some(me.id)));
        let it = open(&t, &me).remove(0);
        assert_eq!((it.alert.state, it.task_open), (AlertState::Seen, true));
        let by = me.clone();
        write(&t, move |tx| alerts::clear(tx, &by, alert));
        assert!(open(&t, &me).is_empty());
        let nobody = t.agent_as("Vera", "viewer");
        let by = nobody.clone();
        assert!(t.db.write(move |tx| alerts::see(tx, &by, alert)).is_err());
    });
}

#[test]
fn each_makes_a_task_if_the_company_wants_it() {
    Tend::on_both(|t| {
        let me = t.agent_as("Maren", "admin");
        let day = today(&t);
        let (id, _) = pays(&t, &me, "Muzeum", 300_000, day);
        let (calm, _) = pays(&t, &me, "Calm", 300_000, day);
        said(&t, id, day, Some(0.7), 12.0, 300_000);
        said(&t, calm, day, Some(0.01), 95.0, 300_000);
        let by = me.clone();
        write(&t, move |tx| alerts::set_makes_tasks(tx, &by, MakesTasks::Yes));
        assert_eq!(raise(&t, me.id).called, 1);
        let it = open(&t, &me).remove(0);
        assert!(it.task_open && it.alert.task_id.is_some());
        let anna = t.agent_as("Anna", "agent");
        let by = anna.clone();
        let refused = t.db.write(move |tx| alerts::set_makes_tasks(tx, &by, MakesTasks::No));
        assert!(refused.is_err());
    });
}

#[test]
fn once_a_day_each_owner_is_called_when_the_days_snapshots_are_written() {
    Tend::on_both(|t| {
        let me = t.agent_as("Maren", "admin");
        let owner = t.agent_as("Jonas", "agent");
        let day = today(&t);
        let (id, _) = pays(&t, &me, "Muzeum", 300_000, day - 90);
        pays(&t, &me, "Calm", 300_000, day - 90);
        let by = me.clone();
        write(&t, move |tx| book::hand_over(tx, &by, id, Some(owner.id), ""));
        assert!(!read(&t, alerts::has_to_call), "nothing is written yet");
        write(&t, |tx| {
            while book::walk(tx)?.and_more {}
            while health::walk(tx)?.and_more {}
            Ok(())
        });
        assert!(read(&t, alerts::has_to_call));
        let steps = write(&t, |tx| {
            let mut steps = 1;
            while alerts::walk(tx)?.and_more {
                steps += 1;
            }
            Ok(steps)
        });
        assert_eq!(steps, 4, "what came of the old ones, two owners, and the end");
        assert!(!read(&t, alerts::has_to_call));
        t.clock.advance(days(1));
        assert!(!read(&t, alerts::has_to_call), "tomorrow begins with its snapshots");
    });
}
