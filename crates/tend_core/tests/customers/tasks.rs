use jiff::SignedDuration;
use tend_core::{
    Actor,
    agents::{Me, teams},
    book, holidays, notifications,
    tasks::{self, Due, NewTask, TaskChange, TaskPriority, Which},
};
use tend_testkit::Tend;

use crate::{Customers, why};

fn new(title: &str) -> NewTask {
    NewTask { title: title.to_owned(), ..NewTask::default() }
}

fn mine(t: &Tend, me: &Me) -> Vec<String> {
    let which = Which { mine: true, ..Which::default() };
    let page = t.read(|tx| tasks::page(tx, me, &which, None, 50));
    page.items.into_iter().map(|it| it.title).collect()
}

#[test]
fn a_task_is_made_given_done_and_taken_up_again() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let (anna, ben) = (t.agent_as("Anna", "agent"), t.agent_as("Ben", "agent"));
        let viewer = t.agent_as("Vera", "viewer");
        let matter = t.writes(&inbox, "leila@alnoor.example", "Hello", "text");
        let by = anna.clone();
        let spec = NewTask {
            owner: Some(ben.id),
            conversation: Some(matter),
            priority: TaskPriority::High,
            ..new("Call about the roll-out")
        };
        let id = t.write(move |tx| tasks::make(tx, &by, &spec));
        let it = t.read(|tx| tasks::find(tx, &ben, id));
        let leila = t.met("Leila", "leila@alnoor.example");
        assert_eq!((it.contact_id, it.account_id), (Some(leila.id), Some(leila.account_id)));
        let told = t.read(|tx| notifications::newest(tx, &ben, 5));
        assert_eq!(
            (told[0].kind.as_str(), told[0].detail.as_str()),
            ("task", "Call about the roll-out")
        );
        assert_eq!((mine(&t, &ben).len(), mine(&t, &anna).len()), (1, 0));
        let by = viewer.clone();
        assert!(why(t.tries(move |tx| tasks::done(tx, &by, id))).contains("tasks.edit"));
        for _ in 0..2 {
            let by = ben.clone();
            t.write(move |tx| tasks::done(tx, &by, id));
        }
        let it = t.read(|tx| tasks::find(tx, &anna, id));
        assert_eq!((it.is_open(), it.done_by.as_deref()), (false, Some("Ben")));
        assert_eq!(mine(&t, &ben).len(), 0);
        let by = anna.clone();
        t.write(move |tx| {
            tasks::reopen(tx, &by, id)?;
            tasks::comment(tx, &by, id, "They asked for Tuesday.")?;
            tasks::drop(tx, &by, id)
        });
        assert_eq!(t.read(|tx| tasks::comments(tx, &ben, id)).len(), 1);
        let kinds = t.kinds(id.raw());
        assert_eq!(
            kinds,
            ["task_made", "task_done", "task_reopened", "task_commented", "task_dropped"]
        );
        let by = anna.clone();
        assert!(why(t.tries(move |tx| tasks::make(tx, &by, &new(" ")))).contains("Write what"));
    });
}

#[test]
fn a_day_may_be_said_in_working_days_and_is_overdue_afterwards() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let by = anna.clone();
        let spec = NewTask { due: Due::InWorkingDays(1), ..new("Soon") };
        let soon = t.write(move |tx| tasks::make(tx, &by, &spec));
        let by = anna.clone();
        t.write(move |tx| {
            let spec = NewTask { due: Due::InWorkingDays(40), ..new("Later") };
            tasks::make(tx, &by, &spec)?;
            tasks::make(tx, &by, &new("Some day"))
        });
        assert_eq!(mine(&t, &anna), ["Soon", "Later", "Some day"], "by their days");
        let overdue = Which { mine: true, overdue: true, ..Which::default() };
        assert_eq!(t.read(|tx| tasks::count(tx, &anna, &overdue)), 0);
        t.pass(SignedDuration::from_hours(24 * 7));
        assert_eq!(t.read(|tx| tasks::count(tx, &anna, &overdue)), 1);
        let day = t.read(|tx| book::day(tx, &anna));
        assert_eq!(day.tasks.len(), 1);
        assert!(day.tasks[0].is_overdue(day.today));
        let by = anna.clone();
        t.write(move |tx| {
            let to = TaskChange { due: Some(Due::Never), ..TaskChange::default() };
            tasks::change(tx, &by, soon, &to)
        });
        assert_eq!(t.read(|tx| tasks::count(tx, &anna, &overdue)), 0);
        let by = anna.clone();
        let spec = NewTask { due: Due::InWorkingDays(-1), ..new("Never") };
        assert!(why(t.tries(move |tx| tasks::make(tx, &by, &spec))).contains("working days"));
    });
}

#[test]
fn the_companys_holidays_are_no_working_days() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "admin");
        let due = |n: i64| {
            let by = anna.clone();
            let spec = NewTask { due: Due::InWorkingDays(n), ..new("Soon") };
            let id = t.write(move |tx| tasks::make(tx, &by, &spec));
            t.read(|tx| tasks::find(tx, &anna, id)).due_on.expect("a day")
        };
        let (first, second) = (due(1), due(2));
        let day = tend_core::money::days::text(first);
        let list = format!("{day}  Founders’ day\n\n2031-01-01\n{day}");
        t.write(move |tx| holidays::keep(tx, Actor::Agent(anna.id), &list));
        assert_eq!(due(1), second);
        let kept = t.read(holidays::text);
        assert_eq!(kept, format!("{day} Founders’ day\n2031-01-01"), "in order, each once");
        let wrong = t.tries(|tx| holidays::keep(tx, Actor::System, "2031-02-30 Never"));
        assert!(why(wrong).contains("2031-02-30"));
    });
}

#[test]
fn a_task_of_a_team_is_everybodys_of_the_team_until_one_takes_it() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let (anna, ben) = (t.agent("Anna"), t.agent("Ben"));
        let by = lead.clone();
        let team = t.write(move |tx| {
            let team = teams::make(tx, &by, "Success")?;
            teams::set_members(tx, &by, team, &[anna, ben])?;
            Ok(team)
        });
        let (anna, ben) = (t.me(anna), t.me(ben));
        let by = lead.clone();
        let spec = NewTask { team: Some(team), ..new("Prepare the review") };
        let id = t.write(move |tx| tasks::make(tx, &by, &spec));
        assert_eq!((mine(&t, &anna).len(), mine(&t, &ben).len(), mine(&t, &lead).len()), (1, 1, 0));
        let by = ben.clone();
        t.write(move |tx| {
            let to = TaskChange { owner: Some(Some(by.id)), ..TaskChange::default() };
            tasks::change(tx, &by, id, &to)
        });
        assert_eq!((mine(&t, &anna).len(), mine(&t, &ben).len()), (0, 1));
    });
}

#[test]
fn a_task_of_whoever_owns_the_account_goes_with_it() {
    Tend::on_both(|t| {
        let (anna, ben) = (t.agent_as("Anna", "admin"), t.agent_as("Ben", "agent"));
        let account = t.company(&anna, "Al Noor", &[]);
        let (by, spec) = (
            anna.clone(),
            NewTask { account: Some(account), follows_owner: true, ..new("Call them") },
        );
        let nobody = NewTask { follows_owner: true, ..new("Call whom?") };
        let (follows, id) = (anna.clone(), t.write(move |tx| tasks::make(tx, &by, &spec)));
        assert!(why(t.tries(move |tx| tasks::make(tx, &follows, &nobody))).contains("no account"));
        assert_eq!(t.read(|tx| tasks::find(tx, &anna, id)).owner_id, None, "nobody owns it yet");
        let give = |to: &Me| {
            let (by, to) = (anna.clone(), Some(to.id));
            t.write(move |tx| tend_core::book::hand_over(tx, &by, account, to, ""));
        };
        give(&ben);
        assert_eq!(mine(&t, &ben), ["Call them"]);
        give(&anna);
        assert_eq!((mine(&t, &ben).len(), mine(&t, &anna).len()), (0, 1));
        // Given to one agent it stays with them.
        let (by, to) = (anna.clone(), Some(Some(ben.id)));
        let to = TaskChange { owner: to, ..TaskChange::default() };
        t.write(move |tx| tasks::change(tx, &by, id, &to));
        give(&ben);
        give(&anna);
        assert_eq!(mine(&t, &ben), ["Call them"]);
    });
}
