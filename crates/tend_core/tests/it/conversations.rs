use jiff::SignedDuration;
use tend_core::{
    Error,
    agents::Me,
    conversations::{
        self as verbs, Category, ConversationId, NewReply, Priority, SendState,
        list::{self, Sort, Which},
        thread,
    },
    html::Html,
    outbox,
};
use tend_testkit::Tend;

fn status(t: &Tend, id: ConversationId) -> Category {
    t.db.read(|tx| verbs::find(tx, id)).expect("exists").category
}

fn said(text: &str) -> NewReply {
    NewReply { html: Html::from_text(text), source: "page", ..NewReply::default() }
}

#[test]
fn a_customer_writes_an_agent_answers_and_the_customer_writes_again() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let id = t.writes(&inbox, "carol@kestrel.example", "Where is my parcel?", "Where is it?");
        assert_eq!(status(&t, id), Category::New);

        let me = anna.clone();
        let message =
            t.db.write(move |tx| verbs::reply(tx, &me, id, &said("It left."))).expect("is sent");
        let me = anna.clone();
        let shown = t.db.read(move |tx| thread::thread(tx, &me, id, 50)).expect("shows");
        assert_eq!(shown.conversation.category, Category::WaitingCustomer);
        assert_eq!(shown.conversation.assignee_id, Some(anna.id), "who answers has it");
        assert_eq!(shown.conversation.waiting_since, None);
        assert_eq!(shown.account.name, "Kestrel");
        let sent = shown.items.iter().find_map(|it| match it {
            thread::Item::Message(it, _) if it.id == message => Some(it.clone()),
            _ => None,
        });
        let sent = sent.expect("stands in the thread");
        assert_eq!(sent.state, SendState::Queued);
        assert_eq!(sent.recipients().to, ["carol@kestrel.example"]);

        t.hears(&inbox, "carol@kestrel.example", "Re", "Not here", Some(id));
        assert_eq!(status(&t, id), Category::Open);
    });
}

#[test]
fn a_reply_that_crossed_with_a_message_is_not_sent() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let first = t.hears(&inbox, "carol@x.example", "Hi", "one", None);
        t.hears(&inbox, "carol@x.example", "Hi", "two", Some(first.conversation));
        let me = anna.clone();
        let refused = t.db.write(move |tx| {
            let new = NewReply { seen: Some(first.message), ..said("answer to one") };
            verbs::reply(tx, &me, first.conversation, &new)
        });
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    });
}

#[test]
fn a_reply_can_be_taken_back_until_it_leaves() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let id = t.writes(&inbox, "carol@x.example", "Hi", "one");
        let me = anna.clone();
        let message =
            t.db.write(move |tx| verbs::reply(tx, &me, id, &said("oops"))).expect("queued");
        let me = anna.clone();
        t.db.write(move |tx| verbs::undo_send(tx, &me, message)).expect("comes back");
        let found = t.db.read(|tx| verbs::find(tx, id)).expect("exists");
        assert!(found.waiting_since.is_some(), "the customer waits again");
        t.pass(SignedDuration::from_secs(60));
        assert!(!t.waiting_jobs().contains("Send "), "nothing leaves");
    });
}

#[test]
fn an_answer_that_was_taken_back_leaves_things_as_they_were() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let stands = |id| t.db.read(move |tx| verbs::find(tx, id)).expect("exists");
        for then in [None, Some(Category::Resolved)] {
            let id = t.writes(&inbox, "carol@x.example", "Hi", "one");
            let before = stands(id);
            let me = anna.clone();
            let new = move || NewReply { then, ..said("oops") };
            let message = t.db.write(move |tx| verbs::reply(tx, &me, id, &new())).expect("queued");
            assert_ne!(stands(id).category, before.category);
            let me = anna.clone();
            t.db.write(move |tx| verbs::undo_send(tx, &me, message)).expect("comes back");
            let now = stands(id);
            assert_eq!((now.category, now.assignee_id), (Category::New, None));
            assert_eq!((now.waiting_since, now.first_reply_at), (before.waiting_since, None));
        }
        // What somebody did meanwhile stays.
        let id = t.writes(&inbox, "carol@x.example", "Hi", "two");
        let me = anna.clone();
        let message =
            t.db.write(move |tx| verbs::reply(tx, &me, id, &said("oops"))).expect("queued");
        let me = anna.clone();
        t.db.write(move |tx| verbs::set_category(tx, &me, id, Category::Closed)).expect("closes");
        let me = anna.clone();
        t.db.write(move |tx| verbs::undo_send(tx, &me, message)).expect("comes back");
        assert_eq!((stands(id).category, stands(id).waiting_since), (Category::Closed, None));
    });
}

#[test]
fn what_leaves_later_is_an_answer_when_it_leaves() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let stands = |id| t.db.read(move |tx| verbs::find(tx, id)).expect("exists");
        let later = || {
            let id = t.writes(&inbox, "carol@x.example", "Hi", "one");
            let me = anna.clone();
            let message = t.db.write(move |tx| {
                let at = tx.now() + SignedDuration::from_hours(48);
                verbs::reply(tx, &me, id, &NewReply { send_at: Some(at), ..said("soon") })
            });
            (id, message.expect("is planned"))
        };
        let leaves = |message| {
            t.db.write(move |tx| {
                let item = outbox::of_message(tx, message)?.expect("is to leave");
                outbox::begin(tx, item, None)
            })
            .expect("leaves")
        };
        let (quiet, first) = later();
        let (again, second) = later();
        // Another answer that is taken back does not make the planned one an answer.
        let me = anna.clone();
        let oops =
            t.db.write(move |tx| verbs::reply(tx, &me, quiet, &said("oops"))).expect("queued");
        let me = anna.clone();
        t.db.write(move |tx| verbs::undo_send(tx, &me, oops)).expect("comes back");
        assert!(stands(quiet).waiting_since.is_some(), "nobody has answered yet");
        assert_eq!((stands(quiet).category, stands(quiet).first_reply_at), (Category::New, None));
        t.pass(SignedDuration::from_hours(1));
        t.hears(&inbox, "carol@x.example", "Re", "And now?", Some(again));
        let asked = stands(again).last_inbound_at;
        t.pass(SignedDuration::from_hours(47));
        leaves(first);
        leaves(second);
        let now = t.db.read(|tx| Ok::<_, Error>(tx.now())).expect("tells");
        let it = stands(quiet);
        assert_eq!((it.category, it.waiting_since), (Category::WaitingCustomer, None));
        assert_eq!(it.first_reply_at, Some(now));
        let it = stands(again);
        assert_ne!(it.category, Category::WaitingCustomer, "they wrote again meanwhile");
        assert_eq!((it.waiting_since, it.first_reply_at), (asked, Some(now)));
    });
}

#[test]
fn a_snooze_ends_at_its_time_or_with_a_message() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let id = t.writes(&inbox, "carol@x.example", "Hi", "one");
        let until = t.db.read(|tx| Ok::<_, Error>(tx.now())).expect("tells")
            + SignedDuration::from_hours(1);
        let me = anna.clone();
        t.db.write(move |tx| verbs::snooze(tx, &me, id, Some(until))).expect("sleeps");
        t.db.write(move |tx| verbs::wake(tx, id)).expect("is too early");
        assert_eq!(status(&t, id), Category::Snoozed);
        t.pass(SignedDuration::from_hours(1));
        assert!(t.waiting_jobs().contains("Wake"));
        t.db.write(move |tx| verbs::wake(tx, id)).expect("wakes");
        assert_eq!(status(&t, id), Category::Open);
    });
}

#[test]
fn doing_it_twice_is_doing_it_once() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let id = t.writes(&inbox, "carol@x.example", "Hi", "one");
        for _ in 0..2 {
            let me = anna.clone();
            t.db.write(move |tx| {
                verbs::assign(tx, &me, id, Some(me.id))?;
                verbs::set_priority(tx, &me, id, Priority::High)?;
                verbs::set_category(tx, &me, id, Category::Resolved)
            })
            .expect("is done");
        }
        for word in ["conversation_assigned", "priority_changed", "status_changed"] {
            assert_eq!(t.story(id).matches(&format!("\"{word}\"")).count(), 1, "{word}");
        }
    });
}

#[test]
fn of_many_who_claim_one_gets_it() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let id = t.writes(&inbox, "carol@x.example", "Hi", "one");
        let agents: Vec<Me> = (0..6).map(|n| t.agent_as(&format!("Agent{n}"), "agent")).collect();
        let won = std::thread::scope(|scope| {
            let tries: Vec<_> = agents
                .iter()
                .map(|me| {
                    let (db, me) = (t.db.clone(), me.clone());
                    scope.spawn(move || db.write(move |tx| verbs::claim(tx, &me, id)).is_ok())
                })
                .collect();
            tries.into_iter().map(|it| it.join().expect("ends")).filter(|it| *it).count()
        });
        assert_eq!(won, 1);
    });
}

#[test]
fn lists_show_what_may_be_seen_in_order() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(t.writes(&inbox, &format!("c{n}@x.example"), &format!("Matter {n}"), "text"));
            t.pass(SignedDuration::from_mins(1));
        }
        let anna = t.me(anna.id);
        for sort in [Sort::Newest, Sort::Oldest, Sort::Waiting, Sort::Priority] {
            let (mut seen, mut from) = (Vec::new(), None);
            loop {
                let me = anna.clone();
                let page =
                    t.db.read(move |tx| list::page(tx, &me, &Which::Unassigned, sort, from, 2))
                        .expect("lists");
                seen.extend(page.items.iter().map(|it| it.id));
                from = page.next;
                if from.is_none() {
                    break;
                }
            }
            let mut sorted = seen.clone();
            sorted.sort();
            assert_eq!(sorted, ids, "{sort:?} shows each once");
            if matches!(sort, Sort::Oldest | Sort::Waiting) {
                assert_eq!(seen, ids, "{sort:?}");
            }
        }
    });
}
