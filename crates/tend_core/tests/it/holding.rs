use tend_core::{
    conversations::{self as verbs, NewReply, SendState},
    html::Html,
    outbox::{self, OutboxId},
};
use tend_testkit::Tend;

#[test]
fn what_is_held_leaves_when_it_is_released() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let first = t.writes(&inbox, "bob@x.example", "Hi", "one");
        let other = t.writes(&inbox, "carol@x.example", "Hi", "two");
        let reply = |to| {
            let me = anna.clone();
            let said = NewReply { html: Html::from_text("Yes."), ..NewReply::default() };
            t.db.write(move |tx| verbs::reply(tx, &me, to, &said)).expect("is queued");
        };
        let all = || -> Vec<OutboxId> {
            t.db.read(|tx| tx.column("SELECT id FROM outbox ORDER BY id", &[])).expect("reads")
        };
        let begins = |id| t.db.write(move |tx| outbox::begin(tx, id, None)).expect("reads");

        reply(first);
        assert_eq!(t.db.write(outbox::hold_all).expect("holds"), 1);
        // One that is written meanwhile waits as well.
        reply(other);
        for id in all() {
            assert!(begins(id).is_none(), "it would leave");
            let item = t.db.read(|tx| outbox::find(tx, id)).expect("is there");
            assert_eq!(item.state, SendState::Held);
        }
        assert_eq!(t.write(|tx| outbox::release(tx, 0, 10)).0, 2);
        for id in all() {
            assert!(begins(id).is_some(), "it stays");
        }
    });
}
