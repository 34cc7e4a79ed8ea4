//! What is true of all of it: errors, keys, tags of state, limits.

use axum::http::{Method, StatusCode};
use serde_json::json;
use tend_testkit::Tend;

use super::{Program, is_problem};

#[test]
fn whatever_goes_wrong_is_a_problem() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let json = [("content-type", "application/json")];
        let send = |method: Method, path: &str, body: &str, headers: &[(&str, &str)]| {
            api.send(method, path, body.as_bytes().to_vec(), headers)
        };
        is_problem(&api.get("/nowhere"), StatusCode::NOT_FOUND);
        is_problem(&api.get("/contacts/con_7zzzzzzzzzz"), StatusCode::NOT_FOUND);
        is_problem(&api.get("/contacts/cnv_7zzzzzzzzzz"), StatusCode::NOT_FOUND);
        is_problem(&api.get("/contacts/..%2f"), StatusCode::NOT_FOUND);
        is_problem(&send(Method::DELETE, "/contacts", "", &[]), StatusCode::METHOD_NOT_ALLOWED);
        is_problem(&send(Method::POST, "/contacts", "{", &json), StatusCode::BAD_REQUEST);
        is_problem(&send(Method::POST, "/tags", "[1]", &json), StatusCode::UNPROCESSABLE_ENTITY);
        let more = r#"{"name": "x", "colour": "red"}"#;
        is_problem(&send(Method::POST, "/tags", more, &json), StatusCode::UNPROCESSABLE_ENTITY);
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
            let said = send(Method::POST, "/tags", r#"{"name":"x"}"#, &[("content-type", kind)]);
            is_problem(&said, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let said = send(Method::POST, "/uploads", "{}", &json);
        is_problem(&said, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(3_000_000));
        is_problem(&send(Method::POST, "/tags", &large, &json), StatusCode::PAYLOAD_TOO_LARGE);
        for query in ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=1", "sort=x"] {
            let said = api.get(&format!("/contacts?{query}"));
            is_problem(&said, StatusCode::BAD_REQUEST);
        }
        is_problem(&api.get("/search?q="), StatusCode::BAD_REQUEST);
        let nobody = t.guest().get("/api/v1/contacts");
        assert_eq!(nobody.header("content-type"), "application/problem+json");
        assert_eq!(nobody.line(), "401");
    });
}

#[test]
fn a_key_makes_a_post_be_done_once() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let key = [("idempotency-key", "order-7")];
        let post = |body| api.ask(Method::POST, "/contacts", Some(body), &key);
        let first = post(json!({ "name": "Carol", "email": "carol@example.com" }));
        assert_eq!(first.status, 201);
        assert_eq!(first.seen.header("idempotency-replayed"), "");
        let again = post(json!({ "name": "Carol", "email": "carol@example.com" }));
        assert_eq!((again.status, &again.json), (201, &first.json));
        assert_eq!(again.seen.header("idempotency-replayed"), "true");
        assert_eq!(api.whole("/contacts", |_| ()).len(), 1);
        let other = post(json!({ "name": "Dave" }));
        is_problem(&other, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(other.wrong(), ["Idempotency-Key"]);
        // Another program's keys are its own.
        let lead = t.agent_as("Lead", "lead");
        let body = json!({ "name": "Erin" });
        let said = Program::of(&t, &lead).ask(Method::POST, "/contacts", Some(body), &key);
        assert_eq!(said.status, 201);
        // What was refused is not remembered.
        let key = [("idempotency-key", "order-8")];
        let post = |body| api.ask(Method::POST, "/contacts", Some(body), &key).status;
        assert_eq!(post(json!({})), 422);
        assert_eq!(post(json!({ "name": "Frank" })), 201);
        let long = "x".repeat(201);
        let said = api.ask(
            Method::POST,
            "/tags",
            Some(json!({ "name": "x" })),
            &[("idempotency-key", &long)],
        );
        assert_eq!(said.status, 422);
    });
}

#[test]
fn of_two_who_change_the_same_thing_one_hears_of_it() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let id = api.post("/contacts", json!({ "name": "Carol" })).ok()["id"].clone();
        let path = format!("/contacts/{}", id.as_str().expect("has an id"));
        let seen = api.get(&path).seen.header("etag").to_owned();
        assert!(seen.starts_with('"') && seen.len() > 10, "{seen}");
        let same = api.ask(Method::GET, &path, None, &[("if-none-match", &seen)]);
        assert_eq!((same.status, same.seen.body.as_str()), (304, ""));
        let patch = |tag: &str, title: &str| {
            let body = Some(json!({ "title": title }));
            api.ask(Method::PATCH, &path, body, &[("if-match", tag)])
        };
        let first = patch(&seen, "Buyer");
        assert_eq!((first.status, first.json["title"].as_str()), (200, Some("Buyer")));
        is_problem(&patch(&seen, "Seller"), StatusCode::PRECONDITION_FAILED);
        assert_eq!(api.get(&path).json["title"], "Buyer", "nothing was overwritten");
        let now = first.seen.header("etag").to_owned();
        assert_eq!(now, api.get(&path).seen.header("etag"), "a change answers the new tag");
        assert_eq!(patch(&format!("\"x\", W/{now}"), "Seller").status, 200);
        assert_eq!(api.patch(&path, json!({ "title": "Any" })).status, 200, "it is not required");
        let note = api.post(&format!("{path}/notes"), json!({ "text": "Hello" })).ok();
        let note = format!("/customer-notes/{}", note["id"].as_str().expect("has an id"));
        let said = api.ask(Method::DELETE, &note, None, &[("if-match", "\"old\"")]);
        is_problem(&said, StatusCode::PRECONDITION_FAILED);
        assert_eq!(api.get(&note).status, 200, "it is still there");
        let tag = api.get(&note).seen.header("etag").to_owned();
        assert_eq!(api.ask(Method::DELETE, &note, None, &[("if-match", &tag)]).status, 204);
        is_problem(&api.get(&note), StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_token_hears_how_much_it_may_still_ask() {
    let config = tend_web::Config { api_per_minute: 5, ..tend_web::Config::default() };
    Tend::on_both_with(&config, |t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        for left in (0..5).rev() {
            let said = api.get("/me");
            assert_eq!(said.seen.header("ratelimit-limit"), "5");
            assert_eq!(said.seen.header("ratelimit-remaining"), left.to_string());
        }
        let said = api.get("/me");
        is_problem(&said, StatusCode::TOO_MANY_REQUESTS);
        assert!(!said.seen.header("retry-after").is_empty());
    });
}
