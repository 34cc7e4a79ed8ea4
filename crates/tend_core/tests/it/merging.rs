//! Conversations that become one, are taken apart again, and go.

use tend_core::{
    Error,
    conversations::{self as verbs, BulkAction, Category, list::Which, thread},
};
use tend_testkit::Tend;

use crate::lists::write;

#[test]
fn a_merge_moves_everything_and_can_be_taken_back() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let into = t.writes(&inbox, "carol@x.example", "One", "first");
        let from = t.writes(&inbox, "carol@x.example", "Two", "second");
        let me = t.me(lead.id);
        write(&t, move |tx| {
            let tag = tend_core::tags::create(tx, &me, "vip")?;
            verbs::tag(tx, &me, from, tag)?;
            verbs::follow(tx, &me, from)
        });
        let before =
            t.db.read(|tx| Ok::<_, Error>((verbs::find(tx, from)?, verbs::find(tx, into)?)));
        let (from_before, into_before) = before.expect("exist");
        let me = t.me(lead.id);
        let merge = write(&t, move |tx| verbs::merge(tx, &me, from, into));
        let me = t.me(lead.id);
        let shown = t.db.read(|tx| thread::thread(tx, &me, into, 50)).expect("shows");
        assert_eq!(
            (shown.conversation.message_count, shown.tags.len(), shown.followed),
            (2, 1, true)
        );
        let gone = t.db.read(|tx| verbs::by_number(tx, &me, from_before.number)).expect("leads on");
        assert_eq!((gone.merged_into, gone.is_active), (Some(into), false));
        let listed = t.db.read(|tx| verbs::all_of(tx, &me, &Which::All, 99)).expect("lists");
        assert_eq!(listed, [into]);
        let again = {
            let me = me.clone();
            t.db.write(move |tx| verbs::merge(tx, &me, from, into))
        };
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        t.hears(&inbox, "carol@x.example", "One", "third", Some(into));
        for _ in 0..2 {
            let me = me.clone();
            write(&t, move |tx| verbs::unmerge(tx, &me, merge));
        }
        let after =
            t.db.read(|tx| Ok::<_, Error>((verbs::find(tx, from)?, verbs::find(tx, into)?)));
        let (from_after, into_after) = after.expect("exist");
        assert_eq!(from_after.message_count, from_before.message_count);
        assert_eq!(from_after.category, from_before.category);
        assert_eq!(from_after.waiting_since, from_before.waiting_since);
        assert_eq!(from_after.last_message_id, from_before.last_message_id);
        assert_eq!(from_after.merged_into, None);
        assert_eq!(into_after.message_count, into_before.message_count + 1);
        let shown = t.db.read(|tx| thread::thread(tx, &me, into, 50)).expect("shows");
        assert_eq!((shown.tags.len(), shown.followed), (0, false));
        let viewer = t.agent_as("Vera", "viewer");
        let refused = t.db.write(move |tx| verbs::merge(tx, &viewer, from, into));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    });
}

#[test]
fn of_two_merges_at_once_one_happens() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let ids: Vec<_> =
            (0..5).map(|n| t.writes(&inbox, "carol@x.example", &format!("{n}"), "text")).collect();
        let me = t.me(lead.id);
        let at_once = |pairs: &[(usize, usize)]| {
            std::thread::scope(|scope| {
                let one = |&(from, into): &(usize, usize)| {
                    let (db, me, from, into) = (t.db.clone(), me.clone(), ids[from], ids[into]);
                    scope.spawn(move || {
                        db.write(move |tx| verbs::merge(tx, &me, from, into)).is_ok()
                    })
                };
                let all: Vec<_> = pairs.iter().map(one).collect();
                all.into_iter().map(|it| it.join().expect("ends")).filter(|it| *it).count()
            })
        };
        assert_eq!(at_once(&[(0, 1), (0, 2), (0, 1)]), 1, "one goes into one");
        assert_eq!(at_once(&[(3, 4), (4, 3)]), 1, "never into each other");
    });
}

#[test]
fn many_are_changed_at_once_and_each_refusal_is_told() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let ids: Vec<_> =
            (0..3).map(|n| t.writes(&inbox, "carol@x.example", &format!("{n}"), "text")).collect();
        let me = t.me(lead.id);
        let (last, all) = (ids[2], ids.clone());
        let out = write(&t, move |tx| {
            verbs::set_category(tx, &me, last, Category::Closed)?;
            verbs::bulk(tx, &me, &all, &BulkAction::Snooze(None))
        });
        assert_eq!(out.done, ids[..2]);
        assert_eq!(out.refused.len(), 1);
        assert_eq!(out.refused[0].0, last);
    });
}

#[test]
fn what_is_deleted_is_gone_and_its_number_is_not_given_again() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let id = t.writes(&inbox, "carol@x.example", "One", "first");
        let agent = t.agent_as("Anna", "agent");
        let refused = t.db.write(move |tx| verbs::delete(tx, &agent, id));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let me = t.me(lead.id);
        write(&t, move |tx| verbs::delete(tx, &me, id));
        let me = t.me(lead.id);
        let again = t.db.write(move |tx| verbs::delete(tx, &me, id));
        assert_eq!(again, Err(Error::NotFound("conversation")));
        let next = t.writes(&inbox, "carol@x.example", "Two", "second");
        let found = t.db.read(|tx| verbs::find(tx, next)).expect("exists");
        assert_eq!(found.number, 1002);
    });
}
