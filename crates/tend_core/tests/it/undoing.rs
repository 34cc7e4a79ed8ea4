//! What was done and is taken back.

use jiff::SignedDuration;
use tend_core::{
    Error,
    conversations::{
        self as verbs, BulkAction, Category, Priority, SendState, list::Which, thread,
    },
    jobs, tags,
};
use tend_testkit::Tend;

use crate::lists::write;

#[test]
fn what_was_done_to_several_is_taken_back_for_each_as_it_was() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let one = t.writes(&inbox, "carol@x.example", "One", "first");
        let two = t.writes(&inbox, "dave@x.example", "Two", "second");
        let me = lead.clone();
        write(&t, move |tx| {
            verbs::assign(tx, &me, one, Some(me.id))?;
            verbs::set_priority(tx, &me, one, Priority::High)
        });
        let before = t.db.read(|tx| verbs::find(tx, one)).expect("is there");
        let me = lead.clone();
        let (_, undo) = write(&t, move |tx| {
            verbs::undoable(tx, &me, &[one, two], |tx| {
                verbs::bulk(tx, &me, &[one, two], &BulkAction::Category(Category::Resolved))?;
                verbs::bulk(tx, &me, &[one, two], &BulkAction::Assign(None))
            })
        });
        let undo = undo.expect("something changed");
        let other = t.agent_as("Otto", "lead");
        let theirs = t.db.write(move |tx| verbs::undo(tx, &other, undo));
        assert!(matches!(theirs, Err(Error::NotFound(_))), "{theirs:?}");
        // Meanwhile somebody takes one of them.
        let me = lead.clone();
        write(&t, move |tx| verbs::assign(tx, &me, two, Some(me.id)));
        let me = lead.clone();
        let undone = write(&t, move |tx| verbs::undo(tx, &me, undo));
        assert_eq!((undone.restored.len(), undone.left), (2, 0));
        let after = t.db.read(|tx| verbs::find(tx, one)).expect("is there");
        assert_eq!(after.category, before.category);
        assert_eq!((after.assignee_id, after.priority), (Some(lead.id), Priority::High));
        assert_eq!(after.waiting_since, before.waiting_since, "the customer waits as before");
        let kept = t.db.read(|tx| verbs::find(tx, two)).expect("is there");
        assert_eq!((kept.category, kept.assignee_id), (Category::New, Some(lead.id)));
        let me = lead.clone();
        assert_eq!(write(&t, move |tx| verbs::undo(tx, &me, undo)), verbs::Undone::default());
        let me = lead.clone();
        let nothing = write(&t, move |tx| verbs::undoable(tx, &me, &[one], |_| Ok(())));
        assert!(nothing.1.is_none(), "nothing changed");
    });
}

#[test]
fn tags_and_a_snooze_come_back() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let one = t.writes(&inbox, "carol@x.example", "One", "first");
        let me = lead.clone();
        let tag = write(&t, move |tx| {
            let tag = tags::create(tx, &me, "vip")?;
            verbs::tag(tx, &me, one, tag)?;
            let later = tx.now().checked_add(SignedDuration::from_hours(5)).expect("is a time");
            verbs::snooze(tx, &me, one, Some(later))?;
            Ok(tag)
        });
        let me = lead.clone();
        let (_, undo) = write(&t, move |tx| {
            verbs::undoable(tx, &me, &[one], |tx| {
                verbs::untag(tx, &me, one, tag)?;
                verbs::set_category(tx, &me, one, Category::Spam)
            })
        });
        let me = lead.clone();
        write(&t, move |tx| verbs::undo(tx, &me, undo.expect("changed")));
        let it = t.db.read(|tx| verbs::find(tx, one)).expect("is there");
        assert_eq!(it.category, Category::Snoozed);
        assert!(it.snoozed_until.is_some());
        assert_eq!(t.db.read(|tx| tags::of(tx, one.raw())).expect("reads").len(), 1);
        t.pass(SignedDuration::from_hours(6));
        assert!(t.waiting_jobs().contains("Wake"), "its timer is set again");
    });
}

#[test]
fn a_deletion_waits_a_minute_and_can_be_taken_back() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let admin = t.agent_as("Maren", "admin");
        let one = t.writes(&inbox, "carol@x.example", "One", "first");
        let me = admin.clone();
        let undo = write(&t, move |tx| verbs::delete_later(tx, &me, one));
        let it = t.db.read(|tx| verbs::find(tx, one)).expect("is still there");
        assert_eq!(it.category, Category::Closed);
        assert!(t.db.read(|tx| verbs::deletes_at(tx, one)).expect("reads").is_some());
        let me = admin.clone();
        write(&t, move |tx| verbs::undo(tx, &me, undo));
        let it = t.db.read(|tx| verbs::find(tx, one)).expect("is still there");
        assert_eq!(it.category, Category::New);
        t.pass(SignedDuration::from_hours(1));
        assert!(!t.waiting_jobs().contains("DeleteConversation"));
    });
}

#[test]
fn a_message_becomes_a_conversation_and_goes_back() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let one = t.writes(&inbox, "carol@x.example", "One", "first");
        let second = t.hears(&inbox, "carol@x.example", "Another matter", "second", Some(one));
        let (me, message) = (lead.clone(), second.message);
        let (into, undo) = write(&t, move |tx| verbs::split(tx, &me, message));
        let shown = t.db.read(|tx| thread::thread(tx, &lead, into, 9)).expect("shows");
        assert_eq!(shown.conversation.subject, "Another matter");
        assert_eq!(shown.conversation.message_count, 1);
        assert!(shown.conversation.waiting_since.is_some());
        let left = t.db.read(|tx| verbs::find(tx, one)).expect("is there");
        assert_eq!(left.message_count, 1);
        let me = lead.clone();
        let alone = t.db.write(move |tx| verbs::split(tx, &me, message));
        assert!(matches!(alone, Err(Error::Refused(_))), "{alone:?}");
        let me = lead.clone();
        write(&t, move |tx| verbs::undo(tx, &me, undo));
        let back = t.db.read(|tx| verbs::find(tx, one)).expect("is there");
        assert_eq!(back.message_count, 2);
    });
}

#[test]
fn one_message_is_deleted_and_the_story_tells_of_it() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let admin = t.agent_as("Maren", "admin");
        let agent = t.agent_as("Anna", "agent");
        let one = t.writes(&inbox, "carol@x.example", "One", "first");
        let message = t.hears(&inbox, "carol@x.example", "One", "secret", Some(one)).message;
        let refused = t.db.write(move |tx| verbs::delete_message(tx, &agent, message));
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let me = admin.clone();
        write(&t, move |tx| verbs::delete_message(tx, &me, message));
        let it = t.db.read(|tx| verbs::find(tx, one)).expect("is there");
        assert_eq!(it.message_count, 1);
        assert!(t.story(one).contains("message_deleted"));
        let shown = t.db.read(|tx| thread::thread(tx, &admin, one, 9)).expect("shows");
        assert_eq!(shown.conversation.message_count, 1);
        let last = t.db.read(|tx| verbs::messages_of(tx, one)).expect("reads")[0];
        let only = t.db.write(move |tx| verbs::delete_message(tx, &admin, last));
        assert!(matches!(only, Err(Error::Refused(_))), "{only:?}");
    });
}

#[test]
fn the_same_for_all_in_a_list_goes_on_in_pieces_and_is_taken_back() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        for n in 0..205 {
            t.writes(&inbox, &format!("c{}@x.example", n % 7), &format!("Matter {n}"), "x");
        }
        let me = lead.clone();
        let id =
            write(&t, move |tx| verbs::begin_long_bulk(tx, &me, &Which::Active, "status:resolved"));
        assert!(t.waiting_jobs().contains("Bulk"));
        let mut pieces = 1;
        while write(&t, move |tx| verbs::go_on_with_bulk(tx, id)) {
            pieces += 1;
        }
        assert_eq!(pieces, 3);
        let it = t.db.read(|tx| verbs::long_bulk(tx, &lead, id)).expect("is there");
        assert_eq!((it.total, it.done, it.refused, it.ended_at.is_some()), (205, 205, 0, true));
        let open = |t: &Tend| {
            t.db.read(|tx| verbs::all_of(tx, &lead, &Which::Active, 999)).expect("reads").len()
        };
        assert_eq!(open(&t), 0);
        let me = lead.clone();
        let back = write(&t, move |tx| verbs::undo_long_bulk(tx, &me, id));
        while write(&t, move |tx| verbs::go_on_with_bulk(tx, back)) {}
        assert_eq!(open(&t), 205);
        let me = lead.clone();
        let odd = t
            .db
            .write(move |tx| verbs::begin_long_bulk(tx, &me, &Which::Active, "delete:everything"));
        assert!(matches!(odd, Err(Error::Invalid(_))), "{odd:?}");
    });
}

#[test]
fn a_company_names_statuses_of_its_own() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let admin = t.agent_as("Maren", "admin");
        let one = t.writes(&inbox, "carol@x.example", "One", "first");
        let me = admin.clone();
        let workshop = write(&t, move |tx| {
            verbs::define_status(tx, &me, "At the workshop", Category::WaitingThirdParty)
        });
        let me = admin.clone();
        write(&t, move |tx| verbs::set_status(tx, &me, one, workshop));
        let it = t.db.read(|tx| verbs::find(tx, one)).expect("is there");
        assert_eq!((it.category, it.status_id), (Category::WaitingThirdParty, workshop));
        let me = admin.clone();
        let twice =
            t.db.write(move |tx| verbs::define_status(tx, &me, "at the WORKSHOP", Category::Open));
        assert!(matches!(twice, Err(Error::Invalid(_))), "{twice:?}");
        let me = admin.clone();
        write(&t, move |tx| {
            verbs::rename_status(tx, &me, workshop, "In repair")?;
            verbs::archive_status(tx, &me, workshop)
        });
        let all = t.db.read(verbs::statuses).expect("reads");
        assert_eq!(all.len(), Category::ALL.len());
        let built_in = all[0].id;
        let me = admin.clone();
        let kept = t.db.write(move |tx| verbs::archive_status(tx, &me, built_in));
        assert!(matches!(kept, Err(Error::Refused(_))), "{kept:?}");
        let agent = t.agent_as("Anna", "agent");
        let no = t.db.write(move |tx| verbs::define_status(tx, &agent, "Mine", Category::Open));
        assert!(matches!(no, Err(Error::Forbidden(_))), "{no:?}");
    });
}

#[test]
fn a_failed_message_is_tried_again_by_a_person() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let one = t.writes(&inbox, "carol@x.example", "One", "first");
        let me = lead.clone();
        let message = write(&t, move |tx| {
            let html = tend_core::html::Html::from_text("Hello");
            verbs::reply(tx, &me, one, &verbs::NewReply { html, ..verbs::NewReply::default() })
        });
        let me = lead.clone();
        let early = t.db.write(move |tx| tend_core::outbox::retry(tx, &me, message));
        assert!(matches!(early, Err(Error::Refused(_))), "{early:?}");
        write(&t, move |tx| {
            tx.execute("UPDATE outbox SET state = 'failed', attempts = 3", &[])?;
            tx.execute("UPDATE deliveries SET state = 'failed'", &[])?;
            tx.execute("UPDATE messages SET state = 'failed' WHERE id = $1", &[message.into()])?;
            tx.execute("DELETE FROM jobs", &[])?;
            Ok(())
        });
        let me = lead.clone();
        write(&t, move |tx| tend_core::outbox::retry(tx, &me, message));
        let (it, _) = t.db.read(|tx| thread::message(tx, &lead, message)).expect("shows");
        assert_eq!(it.state, SendState::Queued);
        assert!(t.waiting_jobs().contains("Send"));
    });
}

#[test]
fn jobs_are_seen_and_run_again_by_those_who_may() {
    Tend::on_both(|t| {
        let (admin, agent) = (t.agent_as("Maren", "admin"), t.agent_as("Anna", "agent"));
        let id = write(&t, |tx| jobs::now(tx, &jobs::Job::Sweep {}));
        write(&t, |tx| {
            let all = jobs::take(tx, 10)?;
            for it in &all {
                jobs::settle(tx, it, &jobs::Outcome::Hopeless("The disk is full.".to_owned()))?;
            }
            Ok(())
        });
        let seen = t.db.read(|tx| jobs::list(tx, &admin, jobs::Standing::Dead, None, 10));
        let seen = seen.expect("may look").items;
        assert_eq!((seen.len(), seen[0].problem.as_str()), (1, "The disk is full."));
        assert!(t.db.read(|tx| jobs::counts(tx, &agent)).is_err());
        let me = admin.clone();
        write(&t, move |tx| jobs::run_again(tx, &me, id));
        let counts = t.db.read(|tx| jobs::counts(tx, &admin)).expect("may look");
        assert_eq!((counts.dead, counts.waiting), (0, 1));
    });
}
