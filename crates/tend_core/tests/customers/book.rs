use jiff::SignedDuration;
use tend_core::{
    accounts::{self, AccountId, NewAccount},
    agents::Me,
    book::{self, GoalKind, GoalStatus, Meaning, NewGoal, NewStage, PersonRole, StageTone},
    notifications,
    timeline::{self, Aspect},
};
use tend_testkit::Tend;

use crate::{Customers, why};

fn first_stages(t: &Tend) {
    t.write(book::first_stages);
}

fn stage(t: &Tend, name: &str) -> book::Stage {
    let all = t.read(book::stages);
    all.into_iter().find(|it| it.name == name).expect("there is such a stage")
}

fn told(t: &Tend, me: &Me) -> Vec<(String, String)> {
    let all = t.read(|tx| notifications::newest(tx, me, 20));
    all.into_iter().map(|it| (it.kind, it.account.unwrap_or_default())).collect()
}

/// What a timeline says of an account, the last first.
fn story(t: &Tend, me: &Me, id: AccountId) -> Vec<String> {
    let page = t.read(|tx| timeline::of_account(tx, me, id, Aspect::Everything, None, 50));
    let says = |it: &timeline::Told| {
        let said = it.says.as_deref().map_or(String::new(), |it| format!(": {it}"));
        format!("{} {} … {}{said}", it.who.name(), it.did, it.detail)
    };
    page.items.iter().map(says).collect()
}

#[test]
fn an_account_is_handed_over_with_a_note_and_the_next_owner_is_told() {
    Tend::on_both(|t| {
        let (anna, ben) = (t.agent_as("Anna", "agent"), t.agent_as("Ben", "agent"));
        let id = t.company(&anna, "Al Noor", &[]);
        for (by, to) in [(&anna, &anna), (&anna, &ben), (&anna, &ben)] {
            let (by, to) = (by.clone(), to.id);
            t.write(move |tx| book::hand_over(tx, &by, id, Some(to), " They dislike calls. "));
        }
        assert_eq!(t.read(|tx| accounts::find(tx, id)).owner_id, Some(ben.id));
        assert_eq!(told(&t, &ben), [("handed_over".to_owned(), "Al Noor".to_owned())]);
        assert_eq!(told(&t, &anna), [], "who takes one is not told");
        let all = t.read(|tx| book::handovers(tx, &anna, id));
        assert_eq!(all.len(), 2, "twice is once");
        assert_eq!(all[0].went_to.as_deref(), Some("Ben"));
        assert_eq!(all[0].note, "They dislike calls.");
        assert_eq!(
            story(&t, &anna, id)[0],
            "Anna handed … over to Ben: They dislike calls.",
            "it stands on the timeline"
        );
        t.part(ben.id);
        let why = why(t.tries({
            let (by, to) = (anna.clone(), ben.id);
            move |tx| {
                book::hand_over(tx, &by, id, None, "")?;
                book::hand_over(tx, &by, id, Some(to), "")
            }
        }));
        assert!(why.contains("has left"), "{why}");
    });
}

#[test]
fn stages_are_the_companys_own_and_each_change_of_them_is_kept() {
    Tend::on_both(|t| {
        first_stages(&t);
        let (lead, anna) = (t.agent_as("Lena", "lead"), t.agent_as("Anna", "agent"));
        let id = t.company(&anna, "Al Noor", &[]);
        let new = NewStage {
            name: "Expanding".to_owned(),
            means: Meaning::Customer,
            tone: StageTone::Good,
            stuck_days: Some(90),
        };
        let (by, spec) = (anna.clone(), new.clone());
        assert!(
            why(t.tries(move |tx| book::define_stage(tx, &by, &spec))).contains("stages.manage")
        );
        let (by, spec) = (lead.clone(), new.clone());
        let grown = t.write(move |tx| book::define_stage(tx, &by, &spec));
        let (by, spec) = (lead.clone(), NewStage { name: " expanding ".to_owned(), ..new });
        assert!(why(t.tries(move |tx| book::define_stage(tx, &by, &spec))).contains("already"));
        let first = stage(&t, "Onboarding").id;
        for to in [Some(first), Some(first), Some(grown), None] {
            let by = anna.clone();
            t.write(move |tx| book::set_stage(tx, &by, id, to));
            t.pass(SignedDuration::from_hours(24));
        }
        let all = t.read(|tx| book::stage_history(tx, &anna, id));
        let names: Vec<_> =
            all.iter().map(|it| (it.came_from.as_deref(), it.went_to.as_deref())).collect();
        assert_eq!(
            names,
            [
                (Some("Expanding"), None),
                (Some("Onboarding"), Some("Expanding")),
                (None, Some("Onboarding")),
            ]
        );
        assert!(all.iter().all(|it| it.agent.as_deref() == Some("Anna")));
        assert!(all[0].happened_at > all[1].happened_at);
        assert_eq!(story(&t, &anna, id)[1], "Anna put … into the stage Expanding");
        // An archived one is offered no more, and stays where it stands.
        let by = lead.clone();
        t.write(move |tx| book::archive_stage(tx, &by, grown));
        let by = anna.clone();
        assert!(
            why(t.tries(move |tx| book::set_stage(tx, &by, id, Some(grown)))).contains("offered")
        );
        let order: Vec<_> = t.read(book::stages).into_iter().rev().map(|it| it.id).collect();
        let (by, wanted) = (lead.clone(), order.clone());
        t.write(move |tx| book::arrange_stages(tx, &by, &wanted));
        let now: Vec<_> = t.read(book::stages).into_iter().map(|it| it.id).collect();
        assert_eq!(now, order);
        let by = lead.clone();
        let short = vec![order[0]];
        assert!(why(t.tries(move |tx| book::arrange_stages(tx, &by, &short))).contains("once"));
    });
}

#[test]
fn accounts_are_parts_of_others_without_going_in_circles_and_are_added_up() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        let group = t.company(&anna, "Group", &["group.example"]);
        let north = t.company(&anna, "North", &["north.example"]);
        let oslo = t.company(&anna, "Oslo", &["oslo.example"]);
        let by = anna.clone();
        t.write(move |tx| {
            book::set_parent(tx, &by, north, Some(group))?;
            book::set_parent(tx, &by, oslo, Some(north))?;
            book::say_money(tx, &by, north, Some(Some(120_000)), None)?;
            book::say_money(tx, &by, oslo, Some(Some(80_050)), None)
        });
        t.writes(&inbox, "olav@oslo.example", "Broken", "text");
        t.writes(&inbox, "nina@north.example", "Broken", "text");
        crate::counted(&t);
        for (id, to, word) in
            [(group, oslo, "part of"), (north, north, "itself"), (north, oslo, "part of")]
        {
            let by = anna.clone();
            let why = why(t.tries(move |tx| book::set_parent(tx, &by, id, Some(to))));
            assert!(why.contains(word), "{why}");
        }
        let tree = t.read(|tx| book::tree(tx, &anna, group));
        assert_eq!((tree.accounts, tree.arr, tree.arr_of), (3, 200_050, 2));
        assert_eq!((tree.open, tree.contacts), (2, 2));
        let tree = t.read(|tx| book::tree(tx, &anna, oslo));
        assert_eq!((tree.accounts, tree.arr, tree.open), (1, 80_050, 1));
        let above = t.read(|tx| book::ancestors(tx, &anna, oslo));
        let names: Vec<_> = above.iter().map(|it| it.1.as_str()).collect();
        assert_eq!(names, ["Group", "North"]);
        let parts = t.read(|tx| book::parts(tx, &anna, group));
        assert_eq!((parts.len(), parts[0].has_parts, parts[0].open), (1, true, 1));
    });
}

#[test]
fn a_merge_keeps_the_tree_a_tree_and_takes_people_and_goals_along() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let top = t.company(&lead, "Top", &["top.example"]);
        let middle = t.company(&lead, "Middle", &[]);
        let low = t.company(&lead, "Low", &[]);
        let leila = t.met("Leila", "leila@top.example").id;
        let by = lead.clone();
        let merge = t.write(move |tx| {
            book::set_parent(tx, &by, middle, Some(top))?;
            book::set_parent(tx, &by, low, Some(middle))?;
            book::add_role(tx, &by, leila, PersonRole::Champion)?;
            accounts::merge(tx, &by, top, low, &Default::default())
        });
        assert_eq!(t.read(|tx| book::ancestors(tx, &lead, low)), []);
        let above = t.read(|tx| book::ancestors(tx, &lead, middle));
        assert_eq!(above.iter().map(|it| it.0).collect::<Vec<_>>(), [low]);
        assert_eq!(t.read(|tx| book::key_people(tx, low)).len(), 1);
        let by = lead.clone();
        t.write(move |tx| accounts::unmerge(tx, &by, merge));
        let above = t.read(|tx| book::ancestors(tx, &lead, low));
        assert_eq!(above.iter().map(|it| it.0).collect::<Vec<_>>(), [top, middle]);
        assert_eq!(t.read(|tx| book::key_people(tx, top)).len(), 1);
    });
}

#[test]
fn the_owner_hears_once_of_a_key_person_who_leaves_or_falls_silent() {
    Tend::on_both(|t| {
        let (anna, ben) = (t.agent_as("Anna", "agent"), t.agent_as("Ben", "agent"));
        let inbox = t.inbox("support@tend.test");
        let (by, owner) = (ben.clone(), anna.id);
        let new = NewAccount {
            name: "Al Noor".to_owned(),
            domains: vec!["alnoor.example".to_owned()],
            owner: Some(owner),
        };
        let id = t.write(move |tx| accounts::create(tx, &by, &new));
        t.writes(&inbox, "leila@alnoor.example", "Hello", "text");
        let leila = t.met("Leila", "leila@alnoor.example").id;
        let omar = t.met("Omar", "omar@alnoor.example").id;
        let by = ben.clone();
        t.write(move |tx| {
            book::add_role(tx, &by, leila, PersonRole::Champion)?;
            book::add_role(tx, &by, leila, PersonRole::User)?;
            book::add_role(tx, &by, leila, PersonRole::Champion)?;
            book::add_role(tx, &by, omar, PersonRole::Sponsor)
        });
        assert_eq!(t.read(|tx| book::key_people(tx, id)).len(), 3);
        assert_eq!(t.write(move |tx| book::listen(tx, id)), 0);
        t.pass(SignedDuration::from_hours(24 * 31));
        t.writes(&inbox, "omar@alnoor.example", "Hello", "text");
        crate::counted(&t);
        assert_eq!(t.write(move |tx| book::listen(tx, id)), 1, "Leila is silent, Omar is not");
        assert_eq!(t.write(move |tx| book::listen(tx, id)), 0, "it is told once");
        assert_eq!(told(&t, &anna), [("silent".to_owned(), "Al Noor".to_owned())]);
        let day = t.read(|tx| book::day(tx, &anna));
        assert!(day.items.iter().any(|it| {
            it.account == id && it.whys.iter().any(|it| matches!(it, book::Why::Silent { .. }))
        }));
        // Heard again.
        t.writes(&inbox, "leila@alnoor.example", "Back", "text");
        crate::counted(&t);
        let people = t.read(|tx| book::key_people(tx, id));
        assert!(people.iter().all(|it| it.silent_at.is_none()));
        // Mail to Omar comes back: he has left.
        t.write(|tx| tend_core::outbox::dead_address(tx, "omar@alnoor.example"));
        let people = t.read(|tx| book::key_people(tx, id));
        let gone = people.last().expect("there are some");
        assert_eq!((gone.contact_id, gone.left_why.as_str()), (omar, "bounced"));
        assert_eq!(told(&t, &anna)[0], ("left".to_owned(), "Al Noor".to_owned()));
        // Who is no customer any more asks for nobody.
        first_stages(&t);
        let gone = t.read(book::stages).into_iter().find(|it| it.means == book::Meaning::Churned);
        let (by, gone) = (anna.clone(), gone.expect("there is one").id);
        let listed =
            |t: &Tend| t.read(|tx| book::day(tx, &anna)).items.iter().any(|it| it.account == id);
        assert!(listed(&t));
        t.write(move |tx| book::set_stage(tx, &by, id, Some(gone)));
        assert!(!listed(&t));
        let by = anna.clone();
        t.write(move |tx| {
            book::returned(tx, &by, omar)?;
            book::left(tx, &by, omar)?;
            book::remove_role(tx, &by, omar, PersonRole::Sponsor)
        });
        assert_eq!(t.read(|tx| book::key_people(tx, id)).len(), 2);
        let nobody = t.met("Nadia", "nadia@alnoor.example").id;
        let by = anna.clone();
        assert!(why(t.tries(move |tx| book::left(tx, &by, nobody))).contains("Say first"));
    });
}

#[test]
fn goals_are_measured_settled_and_removed() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let id = t.company(&anna, "Al Noor", &[]);
        let new = NewGoal {
            kind: GoalKind::Goal,
            text: "False alarms under 2 a week".to_owned(),
            status: GoalStatus::Open,
            due_on: Some(20_800),
            unit: "alarms a week".to_owned(),
            start_value: Some(9.0),
            now_value: Some(5.5),
            target_value: Some(2.0),
        };
        let (by, spec) = (anna.clone(), new.clone());
        let goal = t.write(move |tx| book::save_goal(tx, &by, id, None, &spec));
        let all = t.read(|tx| book::goals(tx, &anna, id));
        assert_eq!(all[0].reached(), Some(0.5));
        for _ in 0..2 {
            let by = anna.clone();
            let met = NewGoal { status: GoalStatus::Met, now_value: Some(1.0), ..new.clone() };
            t.write(move |tx| book::save_goal(tx, &by, id, Some(goal), &met));
        }
        let all = t.read(|tx| book::goals(tx, &anna, id));
        assert_eq!((all[0].reached(), all[0].settled_at.is_some()), (Some(1.0), true));
        let kinds = t.kinds(id.raw());
        assert_eq!(kinds, ["account_created", "goal_added", "goal_settled"], "twice is once");
        let by = anna.clone();
        let empty = NewGoal { text: "  ".to_owned(), ..new };
        assert!(
            why(t.tries(move |tx| book::save_goal(tx, &by, id, None, &empty))).contains("Write")
        );
        let by = anna.clone();
        t.write(move |tx| book::remove_goal(tx, &by, id, goal));
        assert_eq!(t.read(|tx| book::goals(tx, &anna, id)), []);
    });
}
