//! What is set up once: mail servers of inboxes, and statuses.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tend_testkit::Tend;

use super::{Program, ids, is_problem};
use crate::domain::{Servers, World};

#[test]
fn a_status_is_defined_renamed_and_archived() {
    Tend::on_both(|t| {
        t.inbox("support@tend.test");
        let (admin, anna) = (t.agent_as("Maren", "admin"), t.agent_as("Anna", "agent"));
        let (api, annas) = (Program::of(&t, &admin), Program::of(&t, &anna));
        let new = json!({ "name": "At the workshop", "category": "waiting_third_party" });
        is_problem(&annas.post("/statuses", new.clone()), StatusCode::FORBIDDEN);
        let key = [("idempotency-key", "workshop")];
        let define = || api.ask(Method::POST, "/statuses", Some(new.clone()), &key).ok();
        let made = define();
        assert_eq!(define()["id"], made["id"], "the same key, the same status");
        assert_eq!(
            (&made["is_default"], &made["name"]),
            (&json!(false), &json!("At the workshop"))
        );
        assert_eq!(api.post("/statuses", new).wrong(), ["name"]);
        let snoozed = json!({ "name": "Asleep", "category": "snoozed" });
        assert_eq!(api.post("/statuses", snoozed).wrong(), ["category"]);

        let path = format!("/statuses/{}", made["id"].as_str().expect("has an id"));
        let seen = annas.get(&path).seen.header("etag").to_owned();
        let rename = |tag: &str, name: &str| {
            api.ask(Method::PATCH, &path, Some(json!({ "name": name })), &[("if-match", tag)])
        };
        assert_eq!(rename(&seen, "Workshop").ok()["name"], "Workshop");
        is_problem(&rename(&seen, "Shop"), StatusCode::PRECONDITION_FAILED);
        let all = annas.whole("/statuses", |_| ());
        let own = all.iter().find(|it| it["is_default"] == true).expect("some come with Tend");
        let own = format!("/statuses/{}", own["id"].as_str().expect("has an id"));
        is_problem(&api.delete(&own), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(api.delete(&path).status, 204);
        is_problem(&api.get(&path), StatusCode::NOT_FOUND);
        assert_eq!(ids(&annas.whole("/statuses", |_| ())).len(), all.len() - 1);
    });
}

fn imap(secret: Option<&str>) -> Value {
    let mut it = json!({
        "host": "9.9.9.9", "port": 993, "security": "tls", "username": "support",
        "auth": "password", "only_new": true,
    });
    if let Some(secret) = secret {
        it["secret"] = json!(secret);
    }
    it
}

#[test]
fn a_mail_server_is_set_tested_and_removed_and_its_secret_is_never_told() {
    Tend::on_both(|t| {
        let t = t.with_mail_servers(Arc::new(Servers(Arc::new(World::default()))));
        let (inbox, shop) = (t.inbox("support@tend.test"), t.inbox("shop"));
        let (admin, anna) = (t.agent_as("Maren", "admin"), t.agent_as("Anna", "agent"));
        let (api, annas) = (Program::of(&t, &admin), Program::of(&t, &anna));
        let all = format!("/inboxes/{}/mail-servers", inbox.id);
        let path = format!("{all}/imap");
        is_problem(&api.get(&path), StatusCode::NOT_FOUND);
        is_problem(&api.get(&format!("{all}/pop3")), StatusCode::NOT_FOUND);
        is_problem(&annas.put(&path, imap(Some("x"))), StatusCode::FORBIDDEN);
        assert_eq!(api.put(&path, imap(None)).wrong(), ["secret"]);
        let mut private = imap(Some("x"));
        private["host"] = json!("10.0.0.1");
        assert_eq!(api.put(&path, private).wrong(), ["host"]);
        let of_shop = api.put(&format!("/inboxes/{}/mail-servers/imap", shop.id), imap(Some("x")));
        assert_eq!(of_shop.wrong(), ["inbox"]);

        let kept = api.put(&path, imap(Some("hunter1")));
        assert!(!kept.seen.body.contains("hunter1"), "{}", kept.seen.body);
        let kept = kept.ok();
        assert_eq!((&kept["has_secret"], &kept["folder"]), (&json!(true), &json!("INBOX")));
        assert!(kept["since"].is_string(), "only what comes from now on");
        let test = |key: &str| {
            let key = [("idempotency-key", key)];
            api.ask(Method::POST, &format!("{path}/test"), Some(json!({})), &key).ok()
        };
        assert_eq!(test("one"), json!({ "works": false, "problem": "The login was refused." }));
        assert_eq!(api.get(&path).ok()["problem"], "The login was refused.");
        let seen = api.get(&path).seen.header("etag").to_owned();
        let put = |tag: &str, secret| {
            api.ask(Method::PUT, &path, Some(imap(secret)), &[("if-match", tag)])
        };
        is_problem(&put("\"old\"", Some("hunter2")), StatusCode::PRECONDITION_FAILED);
        put(&seen, Some("hunter2")).ok();
        assert_eq!(test("one")["works"], false, "the same key is answered as before");
        assert_eq!(test("two"), json!({ "works": true, "problem": "" }));
        // What is left out stays: the secret that was entered.
        assert_eq!(api.put(&path, imap(None)).ok()["has_secret"], true);
        assert_eq!(test("three")["works"], true);

        let smtp = json!({
            "host": "9.9.9.9", "port": 465, "security": "tls", "username": "support",
            "auth": "oauth2", "secret": "refresh",
            "oauth": { "token_endpoint": "https://login.example.com/t", "client_id": "tend",
                       "client_secret": "deep" },
        });
        let sent = api.put(&format!("{all}/smtp"), smtp);
        assert!(!sent.seen.body.contains("deep") && !sent.seen.body.contains("\"refresh\""));
        assert_eq!(sent.ok()["oauth"]["client_id"], "tend");
        let kinds: Vec<_> = api.whole(&all, |_| ()).iter().map(|it| it["kind"].clone()).collect();
        assert_eq!(kinds, ["imap", "smtp"]);
        assert_eq!(api.delete(&path).status, 204);
        is_problem(&api.delete(&path), StatusCode::NOT_FOUND);
        is_problem(&annas.get(&all), StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_template_is_tried_once_under_one_key() {
    Tend::on_both(|t| {
        let api = Program::of(&t, &t.agent_as("Maren", "admin"));
        let key = [("idempotency-key", "try")];
        let body = || Some(json!({ "source": "Hello {{ agent.name }}", "is_text": true }));
        let first = api.ask(Method::POST, "/templates/preview", body(), &key);
        let again = api.ask(Method::POST, "/templates/preview", body(), &key);
        assert_eq!(again.seen.header("idempotency-replayed"), "true");
        assert_eq!(first.ok(), again.ok());
        let other = json!({ "source": "Bye", "is_text": true });
        let other = api.ask(Method::POST, "/templates/preview", Some(other), &key);
        assert_eq!(other.wrong(), ["Idempotency-Key"]);
    });
}

#[test]
fn a_signing_key_is_made_published_used_and_removed() {
    Tend::on_both(|t| {
        let world = Arc::new(World::default());
        let t = t.with_mail_servers(Arc::new(Servers(world.clone())));
        let (inbox, shop) = (t.inbox("support@tend.test"), t.inbox("shop"));
        let other = t.inbox("help@other.test");
        let (admin, anna) = (t.agent_as("Maren", "admin"), t.agent_as("Anna", "agent"));
        let (api, annas) = (Program::of(&t, &admin), Program::of(&t, &anna));
        let all = format!("/inboxes/{}/dkim-keys", inbox.id);
        is_problem(&annas.get(&all), StatusCode::FORBIDDEN);
        let of_shop = format!("/inboxes/{}/dkim-keys", shop.id);
        is_problem(&api.get(&of_shop), StatusCode::NOT_FOUND);
        assert_eq!(api.post(&all, json!({ "algorithm": "dsa" })).wrong(), ["algorithm"]);

        let new = || Some(json!({ "algorithm": "rsa" }));
        let make = |key| api.ask(Method::POST, &all, new(), &[("idempotency-key", key)]);
        let made = make("one");
        assert!(!made.seen.body.contains("private1"), "{}", made.seen.body);
        let made = made.ok();
        assert_eq!(make("one").ok(), made, "the same key, the same key");
        assert_eq!((&made["state"], &made["selector"]), (&json!("waits"), &json!("tend1")));
        let path = format!("{all}/{}", made["id"].as_str().expect("has an id"));
        let elsewhere = path.replace(&inbox.id.to_string(), &other.id.to_string());
        is_problem(&api.get(&elsewhere), StatusCode::NOT_FOUND);

        let early = api.post(&format!("{path}/sign"), json!({}));
        is_problem(&early, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.seen.body.contains("Nothing stands at tend1._domainkey.tend.test"));
        let place = made["place"].as_str().expect("is told").to_owned();
        let record = made["record"].as_str().expect("is told").to_owned();
        world.known.lock().expect("free").push((place, record));
        assert_eq!(api.post(&format!("{path}/sign"), json!({})).ok()["state"], "signs");
        let records = api.whole(&format!("/inboxes/{}/dns-records", inbox.id), |_| ());
        let marks: Vec<_> = records.iter().map(|it| (&it["kind"], &it["mark"])).collect();
        assert_eq!(marks, [(&json!("SPF"), &json!("wrong")), (&json!("DKIM"), &json!("well"))]);

        let second = make("two").ok();
        let second = format!("{all}/{}", second["id"].as_str().expect("has an id"));
        let anyway = api.post(&format!("{second}/sign"), json!({ "anyway": true }));
        assert_eq!(anyway.ok()["state"], "signs");
        assert_eq!(api.get(&path).ok()["state"], "retired");
        is_problem(&api.delete(&second), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(api.post(&format!("{second}/stop"), json!({})).ok()["state"], "waits");
        assert_eq!(api.delete(&path).status, 204);
        assert_eq!(ids(&api.whole(&all, |_| ())).len(), 1);
    });
}

#[test]
fn an_agent_changes_their_own_profile_but_not_with_a_narrow_token() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let (api, narrow) =
            (Program::of(&t, &anna), Program::within(&t, &anna, "conversations.read"));
        let old = api.get("/me/profile").ok();
        assert_eq!((&old["name"], &old["away"]), (&json!("Anna"), &json!(false)));
        assert_eq!(old["notify"]["mentioned"], json!({ "app": true, "push": true, "mail": false }));

        let mut week = vec![json!([{ "from": 540, "to": 1020 }]); 5];
        week.extend([json!([]), json!([])]);
        let change = json!({
            "away": true, "working_hours": week,
            "signature_html": "<p>Anna</p><script>1</script>",
            "notify": { "mentioned": { "app": true, "push": false, "mail": true } },
        });
        is_problem(&narrow.patch("/me/profile", change.clone()), StatusCode::UNPROCESSABLE_ENTITY);
        let new = api.patch("/me/profile", change).ok();
        assert_eq!(new, api.get("/me/profile").ok());
        assert_eq!((&new["name"], &new["away"]), (&json!("Anna"), &json!(true)));
        assert_eq!(new["working_hours"][0], json!([{ "from": 540, "to": 1020 }]));
        assert_eq!(new["notify"]["mentioned"]["mail"], true);
        assert_eq!(new["notify"]["assigned"], old["notify"]["assigned"], "was not spoken of");
        let signature = new["signature_html"].as_str().expect("is text");
        assert!(signature.contains("Anna") && !signature.contains("script"), "{signature}");

        let wrong = |it: Value| api.patch("/me/profile", it).wrong().join(",");
        assert_eq!(wrong(json!({ "working_hours": [[]] })), "working_hours");
        assert_eq!(wrong(json!({ "time_zone": "Mars/Olympus" })), "time_zone");
        let all = json!({ "app": true, "push": true, "mail": true });
        assert_eq!(wrong(json!({ "notify": { "sung": all } })), "notify");
    });
}
