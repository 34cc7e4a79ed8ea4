//! The tracking API as clients call it: odd labels, keys wherever, and what is answered.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;
use tend_core::agents::Me;
use tend_testkit::{Seen, Tend};

fn api(t: &Tend, me: &Me, method: Method, path: &str, body: &Value) -> Value {
    let token = t.token(me.id, "");
    let browser = t.guest();
    let request = browser
        .request(method, &format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let seen = browser.send(request, Body::from(body.to_string()));
    assert!(seen.status.is_success(), "{path}: {}", seen.shown());
    serde_json::from_str(&seen.body).expect("is JSON")
}

/// A source's key.
fn key(t: &Tend, me: &Me) -> String {
    let made = api(t, me, Method::POST, "/sources", &json!({"name": "App", "kind": "tracking"}));
    assert_eq!((&made["kind"], &made["trust"]), (&json!("tracking"), &json!("browser")));
    made["write_key"].as_str().expect("is told").to_owned()
}

fn send(t: &Tend, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Seen {
    let browser = t.guest();
    let elsewhere = [("origin", "https://app.example"), ("sec-fetch-site", "cross-site")];
    let mut request = browser.request(Method::POST, path);
    for (name, value) in headers.iter().chain(&elsewhere) {
        request = request.header(*name, *value);
    }
    browser.send(request, body.into())
}

fn count(t: &Tend, me: &Me, event: &str) -> u64 {
    t.roll_up();
    let path = format!("/usage/events?event={event}&group_by=event");
    api(t, me, Method::GET, &path, &Value::Null)["total"].as_u64().expect("is a count")
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).expect("packs")
}

#[test]
fn each_path_takes_its_call_with_the_key_wherever_it_stands() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let key = key(&t, &me);
        let in_body = format!(r#"{{"writeKey":"{key}","userId":"u","event":"E","messageId":"a"}}"#);
        let basic = |it: &str| format!("Basic {}", STANDARD.encode(it));
        let bare = |id: &str| format!(r#"{{"userId":"u","event":"E","messageId":"{id}"}}"#);
        let (colon, none) = (basic(&format!("{key}:")), basic(&key));
        let bearer = format!("Bearer {key}");
        let plain = ("content-type", "text/plain");
        let answers = [
            send(&t, "/v1/track", &[("content-type", "application/json")], in_body),
            send(&t, "/v1/t", &[plain, ("authorization", &colon)], bare("b")),
            send(&t, "/v1/track", &[("authorization", &none)], bare("c")),
            send(&t, "/v1/t", &[("authorization", &bearer)], bare("d")),
        ];
        for it in &answers {
            assert_eq!((it.status, it.body.as_str()), (StatusCode::OK, r#"{"success":true}"#));
            assert_eq!(it.header("access-control-allow-origin"), "*");
        }
        assert_eq!(count(&t, &me, "E"), 4);
        let auth = [("authorization", bearer.as_str())];
        for path in ["/v1/identify", "/v1/i", "/v1/page", "/v1/p", "/v1/screen", "/v1/s"] {
            assert_eq!(send(&t, path, &auth, r#"{"userId":"u"}"#).status, StatusCode::OK, "{path}");
        }
        for path in ["/v1/group", "/v1/g"] {
            let body = r#"{"userId":"u","groupId":"g","traits":{"name":"Kestrel"}}"#;
            assert_eq!(send(&t, path, &auth, body).status, StatusCode::OK);
        }
        for path in ["/v1/alias", "/v1/a"] {
            let body = r#"{"userId":"u","previousId":"v"}"#;
            assert_eq!(send(&t, path, &auth, body).status, StatusCode::OK);
        }
        t.roll_up();
        let by = api(&t, &me, Method::GET, "/usage/events?event=E&group_by=account", &Value::Null);
        assert_eq!(
            (&by["items"][0]["account"]["name"], &by["items"][0]["count"]),
            (&json!("Kestrel"), &json!(4))
        );
        let pages = api(&t, &me, Method::GET, "/usage/events?type=page", &Value::Null);
        assert_eq!(pages["items"][0]["count"], 2);
        let days = api(&t, &me, Method::GET, "/usage/events?event=E&group_by=day", &Value::Null);
        assert_eq!(days["items"][0]["users"], 1);
    });
}

#[test]
fn a_batch_is_read_whatever_its_label_says() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let key = key(&t, &me);
        let batch = |from: usize| {
            let one = |n: usize| {
                json!({"type": "track", "event": "E", "userId": n % 7,
                "anonymousId": null, "messageId": format!("m{n}"), "_metadata": {"a": []}})
            };
            let all: Vec<_> = (from..from + 100).map(one).collect();
            json!({"writeKey": key, "batch": all, "sentAt": "2026-11-22T12:00:00Z"}).to_string()
        };
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert_eq!(send(&t, "/v1/batch", &[form], gzip(&batch(0))).status, StatusCode::OK);
        let said = [("content-encoding", "gzip"), ("content-type", "application/json")];
        assert_eq!(send(&t, "/v1/b", &said, gzip(&batch(100))).status, StatusCode::OK);
        assert_eq!(send(&t, "/v1/import", &[], batch(200)).status, StatusCode::OK);
        // A retry after an answer that was lost.
        assert_eq!(
            send(&t, "/v1/batch", &[("x-retry-count", "1")], batch(100)).status,
            StatusCode::OK
        );
        assert_eq!(count(&t, &me, "E"), 300);
    });
}

#[test]
fn what_segment_takes_is_taken_and_what_it_refuses_is_refused() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let key = key(&t, &me);
        let auth = format!("Bearer {key}");
        let auth = [("authorization", auth.as_str())];
        let status = |path: &str, body: &str| send(&t, path, &auth, body.to_owned()).status;
        // No name, no id: taken, and then rejected by itself.
        assert_eq!(status("/v1/track", "{}"), StatusCode::OK);
        assert_eq!(
            status(
                "/v1/batch",
                r#"{"batch":[{"type":"x"},7,{"type":"track","event":"E","userId":"u"}]}"#
            ),
            StatusCode::OK
        );
        for bad in ["", "{", "[]", "nonsense", "\u{1f}\u{8b}"] {
            assert_eq!(status("/v1/batch", bad), StatusCode::BAD_REQUEST, "{bad}");
        }
        let large =
            format!(r#"{{"event":"E","userId":"u","properties":"{}"}}"#, "x".repeat(33_000));
        assert_eq!(status("/v1/track", &large), StatusCode::BAD_REQUEST);
        assert_eq!(status("/v1/batch", &format!(r#"{{"batch":[{large}]}}"#)), StatusCode::OK);
        let huge = format!(r#"{{"batch":[],"x":"{}"}}"#, "x".repeat(513_000));
        assert_eq!(status("/v1/batch", &huge), StatusCode::BAD_REQUEST);
        let bomb = send(&t, "/v1/batch", &auth, gzip(&huge));
        assert_eq!(bomb.status, StatusCode::BAD_REQUEST);
        let stranger = [("authorization", "Bearer nobody")];
        assert_eq!(send(&t, "/v1/track", &stranger, "{}").status, StatusCode::UNAUTHORIZED);
        assert_eq!(count(&t, &me, "E"), 1);
        let rejected = api(&t, &me, Method::GET, "/usage/rejections", &Value::Null);
        let reasons: Vec<_> = rejected["items"].as_array().expect("is a list").iter().collect();
        assert_eq!(reasons.len(), 4 + 8, "four by themselves, eight requests: {reasons:#?}");
        let verbose = send(
            &t,
            "/v1/batch?verbose=1",
            &auth,
            r#"{"batch":[{"type":"track","event":"E","userId":"u","messageId":"m"},{"type":"track"}]}"#,
        );
        let said: Value = serde_json::from_str(&verbose.body).expect("is JSON");
        assert_eq!(
            said["events"][0],
            json!({"index": 0, "messageId": "m", "type": "track", "status": "held"})
        );
        assert_eq!(said["events"][1]["status"], "rejected");
    });
}

#[test]
fn each_event_is_told_what_becomes_of_it() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let key = key(&t, &me);
        let auth = format!("Bearer {key}");
        let ask = |batch: Value| -> Value {
            let body = json!({ "batch": batch }).to_string();
            let seen = send(&t, "/v1/batch?verbose=1", &[("authorization", &auth)], body);
            serde_json::from_str(&seen.body).expect("is JSON")
        };
        let track = |user: &str, id: &str| json!({"type": "track", "event": "E", "userId": user, "messageId": id});
        let count = |said: &Value| {
            ["accepted", "duplicates", "held", "rejected"]
                .map(|it| said[it].as_u64().expect("counts"))
        };
        let said =
            ask(json!([track("u", "a"), track("u", "a"), track("u", ""), {"type": "track"}]));
        assert_eq!(count(&said), [0, 1, 2, 1]);
        assert_eq!(
            (&said["events"][1]["status"], &said["compared"]),
            (&json!("duplicate"), &json!(true))
        );
        let when = json!({"type": "track", "event": "E", "userId": "u", "messageId": "a", "timestamp": "yesterday"});
        let note = ask(json!([when]))["events"][0]["note"].clone();
        assert_eq!(note, "Its timestamp cannot be read: it counts as of now.");
        let given = said["events"][2]["messageId"].as_str().expect("an id");
        assert!(given.starts_with("ubt_") && given.ends_with("-2"), "{given}");
        // Not counted yet, and then counted: known again either way.
        assert_eq!(count(&ask(json!([track("u", "a"), track("u", "b")]))), [0, 1, 1, 0]);
        t.roll_up();
        assert_eq!(count(&ask(json!([track("u", "a"), track("u", "b")]))), [0, 2, 0, 0]);
        let group = json!({"type": "group", "userId": "u", "groupId": "g", "messageId": "g"});
        assert_eq!(count(&ask(json!([track("u", "c"), group]))), [2, 0, 0, 0]);
        t.roll_up();
        assert_eq!(count(&ask(json!([track("u", "d"), track("v", "e")]))), [1, 0, 1, 0]);
        t.roll_up();
        let by = api(&t, &me, Method::GET, "/usage/events?event=E&group_by=account", &Value::Null);
        let of = |who: &Value| {
            by["items"]
                .as_array()
                .expect("a list")
                .iter()
                .find(|it| {
                    it["account"]["name"] == *who || (who.is_null() && it["account"].is_null())
                })
                .map_or(0, |it| it["count"].as_u64().expect("counts"))
        };
        assert_eq!((of(&json!("g")), of(&Value::Null)), (5, 1), "{by}");
    });
}

#[test]
fn a_browser_is_let_in_and_told_where_to_send() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let key = key(&t, &me);
        let browser = t.guest();
        let ask = browser.request(Method::OPTIONS, "/v1/t").header("origin", "https://app.example");
        let seen = browser.send(ask, Body::empty());
        assert_eq!(seen.status, StatusCode::NO_CONTENT);
        assert!(seen.header("access-control-allow-headers").contains("content-type"));
        assert_eq!(seen.header("access-control-allow-origin"), "*");
        let seen = browser.get(&format!("/v1/projects/{key}/settings"));
        let said: Value = serde_json::from_str(&seen.body).expect("is JSON");
        assert_eq!(said["integrations"]["Segment.io"]["apiHost"], "tend.test/v1");
        assert_eq!(seen.header("access-control-allow-origin"), "*");
        assert_eq!(browser.get("/v1/projects/nobody/settings").status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_source_is_changed_given_another_key_and_switched_off() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        key(&t, &me);
        let all = api(&t, &me, Method::GET, "/sources", &Value::Null);
        let id = all["items"][0]["id"].as_str().expect("has an id").to_owned();
        let path = format!("/sources/{id}");
        let fresh = api(&t, &me, Method::POST, &format!("{path}/rotate"), &json!({}));
        let key = fresh["write_key"].as_str().expect("is told").to_owned();
        assert!(fresh["old_key_until"].is_string());
        let change = json!({"name": "Website", "trust": "server", "enabled": false});
        let now = api(&t, &me, Method::PATCH, &path, &change);
        assert_eq!(
            (&now["name"], &now["trust"], &now["enabled"]),
            (&json!("Website"), &json!("server"), &json!(false))
        );
        assert!(now.get("write_key").is_none());
        let auth = format!("Bearer {key}");
        let sent = send(
            &t,
            "/v1/track",
            &[("authorization", auth.as_str())],
            r#"{"event":"E","userId":"u"}"#,
        );
        assert_eq!(sent.status, StatusCode::UNAUTHORIZED);
    });
}
