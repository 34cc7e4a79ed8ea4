//! Files by the API.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tend_testkit::Tend;

use super::{Program, is_problem};

fn id(it: &Value) -> &str {
    it["id"].as_str().expect("has an id")
}

#[test]
fn a_file_is_uploaded_sent_and_downloaded_and_never_runs() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let inbox = json!({ "name": "Shop", "address": "shop", "channel": "api" });
        api.post("/inboxes", inbox).ok();
        let page = b"<html><script>alert(1)</script>";
        let key = [("idempotency-key", "file-1")];
        let file = api.upload("ev\u{e4}l.html", page, &key).ok();
        assert_eq!(file["size"], page.len());
        assert_eq!(file["media_type"], "application/octet-stream");
        let again = api.upload("ev\u{e4}l.html", page, &key);
        assert_eq!(again.json["id"], file["id"], "the same key, the same file");
        let new = json!({
            "contact": { "email": "carol@example.com" }, "subject": "A page",
            "message": { "direction": "inbound", "text": "See the file.", "attachments": [file["id"]] }
        });
        let opened = api.post("/conversations", new.clone()).ok();
        let carried = &opened["message"]["attachments"][0];
        assert_eq!(carried["name"], "ev\u{e4}l.html");
        let known = api.get(&format!("/attachments/{}", id(carried))).ok();
        assert_eq!(known["message_id"], opened["message"]["id"]);
        let bytes = api.get(&format!("/attachments/{}/content", id(carried)));
        assert_eq!(bytes.seen.body.as_bytes(), page);
        assert_eq!(bytes.seen.header("content-type"), "application/octet-stream");
        assert_eq!(bytes.seen.header("x-content-type-options"), "nosniff");
        assert!(bytes.seen.header("content-disposition").starts_with("attachment; filename="));
        assert!(bytes.seen.header("content-security-policy").contains("sandbox"));
        // A file goes with one message.
        let twice = api.post("/conversations", new);
        is_problem(&twice, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(twice.wrong(), ["attachments"]);
        // As a note and as a reply.
        let messages = format!("/conversations/{}/messages", id(&opened));
        for direction in ["note", "outbound", "inbound"] {
            let file = api.upload("a.txt", b"hello", &[]).ok();
            let body =
                json!({ "direction": direction, "text": "Here.", "attachments": [file["id"]] });
            let said = api.post(&messages, body).ok();
            assert_eq!(said["attachments"][0]["media_type"], "text/plain", "{direction}");
        }
    });
}

#[test]
fn an_upload_that_nobody_takes_goes_after_a_week() {
    Tend::on_both(|t| {
        let api = Program::of(&t, &t.agent_as("Maren", "admin"));
        let (loose, drafted) =
            (api.upload("a.txt", b"a", &[]).ok(), api.upload("b.txt", b"b", &[]).ok());
        let draft = api.post("/drafts", json!({ "text": "Dear Carol" })).ok();
        let path = format!("/drafts/{}", id(&draft));
        let with = json!({ "attachment": drafted["id"] });
        api.post(&format!("{path}/attachments"), with).ok();
        let sweep = || t.db.write(tend_core::sweep::rows).expect("sweeps");
        let known = format!("/attachments/{}", id(&loose));
        t.pass(jiff::SignedDuration::from_hours(6 * 24));
        sweep();
        assert_eq!(api.get(&known).status, 200, "there is still time");
        t.pass(jiff::SignedDuration::from_hours(2 * 24));
        sweep();
        is_problem(&api.get(&known), StatusCode::NOT_FOUND);
        assert_eq!(api.get(&path).ok()["attachments"][0]["name"], "b.txt");
    });
}

#[test]
fn an_upload_is_its_owners_until_it_is_sent() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (api, other) = (Program::of(&t, &admin), Program::of(&t, &t.agent_as("Anna", "agent")));
        let file = api.upload("a.txt", b"hello", &[]).ok();
        let (known, upload) =
            (format!("/attachments/{}", id(&file)), format!("/uploads/{}", id(&file)));
        assert_eq!(api.get(&known).status, 200);
        is_problem(&other.get(&known), StatusCode::NOT_FOUND);
        is_problem(&other.get(&format!("{known}/content")), StatusCode::NOT_FOUND);
        is_problem(&other.delete(&upload), StatusCode::NOT_FOUND);
        assert_eq!(api.delete(&upload).status, 204);
        is_problem(&api.get(&known), StatusCode::NOT_FOUND);
        is_problem(
            &api.upload_to("/uploads", &[("x", "y")], "", b"", &[]),
            StatusCode::BAD_REQUEST,
        );
    });
}
