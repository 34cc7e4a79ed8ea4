//! What is done with conversations, drafts and canned responses.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tend_core::{
    conversations::SendState,
    outbox::{self, OutboxId},
};
use tend_testkit::Tend;

use super::{Program, ids, is_problem};

fn id(it: &Value) -> &str {
    it["id"].as_str().expect("has an id")
}

#[test]
fn many_are_changed_at_once_and_each_says_how_it_went() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let inbox = t.inbox("support@tend.test");
        let all: Vec<String> = (0..3)
            .map(|n| t.writes(&inbox, &format!("c{n}@example.com"), "Case", "Hello").to_string())
            .collect();
        let bulk = |action: Value| {
            let mut ids: Vec<&str> = all.iter().map(String::as_str).collect();
            ids.push("cnv_7zzzzzzzzzz");
            api.post("/conversations/bulk", json!({ "conversations": ids, "action": action }))
        };
        let said = bulk(json!({ "assign": admin.id.to_string() })).ok();
        assert_eq!(said["done"].as_array().map(Vec::len), Some(3));
        assert_eq!(said["refused"][0]["id"], "cnv_7zzzzzzzzzz");
        for action in [
            json!({ "tag": "urgent" }),
            json!({ "priority": "urgent" }),
            json!({ "read": true }),
            json!({ "snooze": null }),
            json!({ "category": "open" }),
            json!({ "assign": null }),
        ] {
            assert_eq!(bulk(action).ok()["done"].as_array().map(Vec::len), Some(3));
        }
        let one = api.get(&format!("/conversations/{}", all[0])).ok();
        assert_eq!((&one["priority"], &one["assignee"]), (&json!("urgent"), &Value::Null));
        assert_eq!(one["tags"][0]["name"], "urgent");
        for wrong in [json!({}), json!({ "read": true, "tag": "x" }), json!({ "explode": 1 })] {
            is_problem(&bulk(wrong), StatusCode::UNPROCESSABLE_ENTITY);
        }
        let many = vec!["cnv_7zzzzzzzzzz"; 201];
        let many = json!({ "conversations": many, "action": { "read": true } });
        is_problem(&api.post("/conversations/bulk", many), StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn conversations_are_merged_parted_forwarded_and_deleted() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let inbox = t.inbox("support@tend.test");
        let writes = |email: &str| t.writes(&inbox, email, "Where is it?", "Hello").to_string();
        let (stays, goes) = (writes("carol@example.com"), writes("dave@example.com"));
        let path = format!("/conversations/{stays}");
        let preview = api.get(&format!("{path}/merges/preview?from={goes}")).ok();
        assert_eq!((&preview["messages"], &preview["other_contact"]), (&json!(1), &json!(true)));
        let merged = api.post(&format!("{path}/merges"), json!({ "from": goes })).ok();
        assert_eq!(merged["conversation"]["message_count"], 2);
        let other = writes("erin@example.com");
        let back = format!("merges/{}", id(&merged));
        is_problem(&api.delete(&format!("/conversations/{other}/{back}")), StatusCode::NOT_FOUND);
        assert_eq!(api.delete(&format!("{path}/{back}")).status, 204);
        assert_eq!(api.get(&path).ok()["message_count"], 1);
        let reply = api.get(&format!("{path}/reply-to")).ok();
        assert_eq!(reply["to"], json!(["carol <carol@example.com>"]));
        let forward = json!({ "to": ["expert@example.org"], "text": "What do you say?" });
        let sent = api.post(&format!("{path}/forwards"), forward).ok();
        assert_eq!(sent["to"], json!(["expert@example.org"]));
        assert!(sent["text"].as_str().is_some_and(|it| it.contains("Forwarded message")));
        let nobody = api.post(&format!("{path}/forwards"), json!({ "to": [] }));
        is_problem(&nobody, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(api.put(&format!("{path}/follow"), json!({})).status, 204);
        assert_eq!(api.get(&format!("{path}/followers")).ok()["items"][0]["name"], "Maren");
        assert_eq!(api.put(&format!("{path}/snooze"), json!({})).status, 204);
        assert_eq!(api.get(&path).ok()["category"], "snoozed");
        assert_eq!(api.delete(&format!("{path}/snooze")).status, 204);
        assert_eq!(api.get(&path).ok()["category"], "open");
        let lead = Program::within(&t, &admin, "conversations.read");
        is_problem(&lead.delete(&path), StatusCode::FORBIDDEN);
        let stale = api.ask(
            Method::DELETE,
            &format!("/conversations/{other}"),
            None,
            &[("if-match", "\"x\"")],
        );
        is_problem(&stale, StatusCode::PRECONDITION_FAILED);
        assert_eq!(api.delete(&format!("/conversations/{other}")).status, 204);
        is_problem(&api.get(&format!("/conversations/{other}")), StatusCode::NOT_FOUND);
    });
}

#[test]
fn what_could_not_be_delivered_is_sent_again() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let case = t.writes(&t.inbox("support@tend.test"), "carol@example.com", "Case", "Hello");
        let reply = json!({ "direction": "outbound", "text": "Here it is." });
        let sent = api.post(&format!("/conversations/{case}/messages"), reply).ok();
        let path = format!("/messages/{}", id(&sent));
        let again = || api.post(&format!("{path}/retry"), json!({}));
        is_problem(&again(), StatusCode::UNPROCESSABLE_ENTITY);
        let item: OutboxId =
            t.db.read(|tx| tx.scalar("SELECT id FROM outbox", &[]).map_err(tend_core::Error::from))
                .expect("is queued");
        let settle = |state: SendState| {
            t.db.write(move |tx| {
                let to = "carol@example.com".to_owned();
                let one = outbox::Delivery { address: to, state, answer: "550 No.".to_owned() };
                outbox::settle(tx, item, state, "550 No.", &[one], None)
            })
            .expect("settles");
        };
        settle(SendState::Failed);
        assert_eq!(api.get(&path).ok()["state"], "failed");
        let reads = Program::within(&t, &admin, "conversations.read");
        is_problem(&reads.post(&format!("{path}/retry"), json!({})), StatusCode::FORBIDDEN);
        t.waiting_jobs();
        let queued = again().ok();
        assert_eq!((&queued["state"], &queued["state_detail"]), (&json!("queued"), &json!("")));
        assert!(t.waiting_jobs().contains("Send {"), "it is on its way");
        let open = t.db.read(move |tx| outbox::deliveries(tx, item)).expect("reads");
        assert_eq!(open[0].state, SendState::Queued);
        settle(SendState::Sent);
        is_problem(&again(), StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn what_is_known_of_a_conversation_is_said_and_read() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let order = json!({ "about": "conversation", "label": "Order", "kind": "text" });
        let order = api.post("/attributes", order).ok();
        let case = t.writes(&t.inbox("support@tend.test"), "carol@example.com", "Case", "Hello");
        let path = format!("/conversations/{case}/attributes");
        assert_eq!(api.get(&path).ok(), json!({ "order": null }));
        assert_eq!(api.patch(&path, json!({ "order": 4711 })).ok(), json!({ "order": "4711" }));
        is_problem(&api.patch(&path, json!({ "x": 1 })), StatusCode::UNPROCESSABLE_ENTITY);
        let at = format!("/attributes/{}", id(&order));
        let changed = api.patch(&at, json!({ "label": "Order number", "place": 0 })).ok();
        assert_eq!(
            (&changed["label"], &changed["name"]),
            (&json!("Order number"), &json!("order"))
        );
        assert_eq!(api.delete(&at).status, 204);
        assert_eq!(api.get("/attributes?about=conversation").ok()["items"], json!([]));
        let old = api.get("/attributes?about=conversation&archived=true").ok();
        assert_eq!(old["items"][0]["id"], order["id"]);
        assert_eq!(api.patch(&at, json!({ "is_archived": false })).ok()["is_archived"], false);
        assert_eq!(api.get(&path).ok(), json!({ "order": "4711" }), "what was known is kept");
    });
}

#[test]
fn a_draft_is_kept_changed_and_sent() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (api, other) = (Program::of(&t, &admin), Program::of(&t, &t.agent_as("Anna", "agent")));
        let case = t.writes(&t.inbox("support@tend.test"), "carol@example.com", "Case", "Hello");
        let new =
            json!({ "conversation": case.to_string(), "kind": "reply", "text": "Dear Carol" });
        let draft = api.post("/drafts", new.clone()).ok();
        assert_eq!((&draft["version"], &draft["kind"]), (&json!(1), &json!("reply")));
        let path = format!("/drafts/{}", id(&draft));
        let again = json!({ "conversation": case.to_string(), "text": "Other words" });
        is_problem(&api.post("/drafts", again), StatusCode::CONFLICT);
        is_problem(&other.get(&path), StatusCode::NOT_FOUND);
        is_problem(&other.delete(&path), StatusCode::NOT_FOUND);
        let seen = api.get(&path).seen.header("etag").to_owned();
        let patch = |tag: &str, text: &str| {
            let body = Some(json!({ "text": text }));
            api.ask(Method::PATCH, &path, body, &[("if-match", tag)])
        };
        assert_eq!(patch(&seen, "Dear Carol, here it is.").ok()["version"], 2);
        is_problem(&patch(&seen, "Too late"), StatusCode::PRECONDITION_FAILED);
        let file = api.upload("a.txt", b"hello", &[]).ok();
        let with = json!({ "attachment": file["id"] });
        let with = api.post(&format!("{path}/attachments"), with).ok();
        assert_eq!(with["attachments"][0]["name"], "a.txt");
        let off = format!("{path}/attachments/{}", id(&with["attachments"][0]));
        assert_eq!(api.delete(&off).status, 204);
        assert_eq!(api.get("/drafts").ok()["items"][0]["id"], draft["id"]);
        let key = [("idempotency-key", "send-1")];
        let send = || api.ask(Method::POST, &format!("{path}/send"), Some(json!({})), &key);
        let sent = send().ok();
        assert_eq!(sent["text"], "Dear Carol, here it is.");
        assert_eq!(send().ok()["id"], sent["id"], "it is sent once");
        is_problem(&api.get(&path), StatusCode::NOT_FOUND);
        for n in 0..5 {
            api.post("/drafts", json!({ "text": format!("New {n}"), "to": ["x@example.com"] }))
                .ok();
        }
        assert_eq!(ids(&api.whole("/drafts", |_| ())).len(), 5);
    });
}

#[test]
fn canned_responses_are_written_filled_and_shared_by_who_may() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (api, anna) = (Program::of(&t, &admin), Program::of(&t, &t.agent_as("Anna", "agent")));
        let file = api.upload("terms.txt", b"our terms", &[]).ok();
        let new = json!({
            "shortcut": "hello", "name": "Hello", "html": "<p>Hello {{ contact.first_name }}</p>",
            "audience": "everyone", "files": [file["id"]]
        });
        let hello = api.post("/canned-responses", new.clone()).ok();
        assert_eq!(hello["files"], json!(["terms.txt"]));
        let path = format!("/canned-responses/{}", id(&hello));
        let case = t.writes(&t.inbox("support@tend.test"), "carol@example.com", "Case", "Hello");
        let filled =
            anna.post(&format!("{path}/fill"), json!({ "conversation": case.to_string() })).ok();
        assert!(filled["text"].as_str().is_some_and(|it| it.contains("Hello")), "{filled}");
        is_problem(&anna.patch(&path, json!({ "name": "Mine" })), StatusCode::FORBIDDEN);
        let shared = json!({ "shortcut": "x", "name": "x", "text": "x", "audience": "everyone" });
        is_problem(&anna.post("/canned-responses", shared), StatusCode::FORBIDDEN);
        let changed = api.patch(&path, json!({ "name": "A greeting" })).ok();
        assert_eq!(
            (&changed["shortcut"], &changed["files"]),
            (&json!("hello"), &json!(["terms.txt"]))
        );
        let own = json!({ "shortcut": "own", "name": "Own", "text": "Mine alone" });
        let own = anna.post("/canned-responses", own).ok();
        is_problem(&api.get(&format!("/canned-responses/{}", id(&own))), StatusCode::NOT_FOUND);
        let wrong = json!({ "shortcut": "y", "name": "y", "text": "{{ contact.shoe }}" });
        let wrong = api.post("/canned-responses", wrong);
        assert_eq!(wrong.wrong(), ["html"]);
        assert_eq!(api.delete(&path).status, 204);
        let tried = api
            .post("/templates/preview", json!({ "source": "{{ agent.name }}", "is_text": true }));
        assert_eq!(tried.ok()["text"], "Maren");
        let broken = api.post("/templates/preview", json!({ "source": "{{ agent.name" }));
        assert_eq!(broken.wrong(), ["source"]);
        let names = api.whole("/templates/variables", |_| ());
        assert!(names.iter().any(|it| it["name"] == "contact.first_name"));
    });
}

#[test]
fn who_would_not_see_what_they_open_opens_nothing() {
    Tend::on_both(|t| {
        t.inbox("shop");
        let (admin, anna) = (t.agent_as("Maren", "admin"), t.agent_as("Anna", "agent"));
        let api = Program::of(&t, &admin);
        let role = json!({
            "name": "Own desk", "reach": "own",
            "permissions": ["conversations.read", "conversations.reply"],
        });
        let role = api.post("/roles", role).ok();
        api.patch(&format!("/agents/{}", anna.id), json!({ "role": role["id"] })).ok();
        let new = json!({
            "contact": { "email": "carol@customer.test" }, "subject": "Where is it?",
            "message": { "direction": "inbound", "text": "Hello." },
        });
        let annas = Program::of(&t, &anna);
        is_problem(&annas.post("/conversations", new.clone()), StatusCode::NOT_FOUND);
        assert_eq!(api.whole("/conversations", |_| ()).len(), 0, "nothing was kept");
        api.post("/conversations", new).ok();
    });
}
