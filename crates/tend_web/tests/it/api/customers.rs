//! Contacts and accounts by the API.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tend_testkit::Tend;

use super::{Program, ids, is_problem, settle};

fn id(it: &Value) -> &str {
    it["id"].as_str().expect("has an id")
}

#[test]
fn a_contact_is_made_changed_and_known_by_more() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let plan = json!({ "about": "contact", "label": "Plan", "kind": "choice", "choices": ["Gold", "Silver"] });
        assert_eq!(api.post("/attributes", plan).ok()["name"], "plan");
        let seats = json!({ "about": "contact", "label": "Seats", "kind": "number" });
        api.post("/attributes", seats).ok();
        let new = json!({
            "name": "Carol Diaz", "title": "Buyer", "email": "carol@kestrel.example",
            "identities": [{ "kind": "handle", "value": "@carol" }], "tags": ["vip"],
            "attributes": { "plan": "Gold", "seats": 12 }
        });
        let carol = api.post("/contacts", new).ok();
        assert_eq!(carol["account"]["name"], "Kestrel", "by the domain of her address");
        assert_eq!(carol["attributes"], json!({ "plan": "Gold", "seats": 12.0 }));
        assert_eq!(carol["tags"][0]["name"], "vip");
        assert_eq!(carol["identities"].as_array().map(Vec::len), Some(2));
        let path = format!("/contacts/{}", id(&carol));
        let change = json!({ "language": "de", "attributes": { "plan": null } });
        let changed = api.patch(&path, change).ok();
        assert_eq!((&changed["language"], &changed["title"]), (&json!("de"), &json!("Buyer")));
        assert_eq!(changed["attributes"], json!({ "plan": null, "seats": 12.0 }));
        let known = api.patch(&format!("{path}/attributes"), json!({ "plan": "silver" })).ok();
        assert_eq!(known, json!({ "plan": "Silver", "seats": 12.0 }));
        // Another address, preferred, then forgotten.
        let other = json!({ "kind": "email", "value": "c.diaz@kestrel.example" });
        let other = api.post(&format!("{path}/identities"), other).ok();
        assert_eq!(other["is_primary"], false);
        let at = format!("{path}/identities/{}", id(&other));
        assert_eq!(api.put(&format!("{at}/primary"), json!({})).status, 204);
        let all = api.get(&format!("{path}/identities")).ok();
        assert_eq!(all["items"][0]["value"], "c.diaz@kestrel.example");
        assert_eq!(api.delete(&at).status, 204);
        is_problem(&api.delete(&at), StatusCode::NOT_FOUND);
        assert!(api.put(&format!("{path}/block"), json!({})).ok()["blocked_at"].is_string());
        assert_eq!(api.get("/contacts?blocked=true").ok()["items"][0]["id"], carol["id"]);
        assert!(api.delete(&format!("{path}/block")).ok()["blocked_at"].is_null());
        let off = format!("{path}/tags/{}", id(&carol["tags"][0]));
        assert_eq!(api.delete(&off).status, 204);
        // Out of the company, and back.
        let alone = api.patch(&path, json!({ "account": null })).ok();
        assert_ne!(alone["account"]["id"], carol["account"]["id"]);
        let back = api.patch(&path, json!({ "account": carol["account"]["id"] })).ok();
        assert_eq!(back["account"], carol["account"]);
        let story = api.get(&format!("{path}/timeline?aspect=record")).ok();
        assert!(story["items"].as_array().is_some_and(|it| it.len() > 4), "{story}");
        assert!(story["items"][0]["sentence"].as_str().is_some_and(|it| it.starts_with("Maren")));
    });
}

#[test]
fn what_cannot_be_taken_says_which_field_and_why() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let wrong = |said: super::Said| {
            is_problem(&said, StatusCode::UNPROCESSABLE_ENTITY);
            said.wrong().join(" ")
        };
        assert_eq!(wrong(api.post("/contacts", json!({}))), "name");
        let email = json!({ "name": "x", "email": "nobody" });
        assert_eq!(wrong(api.post("/contacts", email)), "email");
        let zone = json!({ "name": "x", "time_zone": "Mars/Olympus" });
        assert_eq!(wrong(api.post("/contacts", zone)), "time_zone");
        let unknown = json!({ "name": "x", "attributes": { "shoe_size": 7 } });
        assert_eq!(wrong(api.post("/contacts", unknown)), "shoe_size");
        assert_eq!(api.whole("/contacts", |_| ()).len(), 0, "nothing was kept of it");
        assert_eq!(wrong(api.post("/accounts", json!({ "name": " " }))), "name");
        let free = json!({ "name": "x", "domains": ["gmail.com"] });
        assert_eq!(wrong(api.post("/accounts", free)), "domain");
        let owner = json!({ "name": "x", "owner": "agt_7zzzzzzzzzz" });
        assert_eq!(wrong(api.post("/accounts", owner)), "owner");
        let carol = api.post("/contacts", json!({ "email": "carol@example.com" })).ok();
        let path = format!("/contacts/{}", id(&carol));
        let note = json!({ "text": "a", "html": "b" });
        assert_eq!(wrong(api.post(&format!("{path}/notes"), note)), "text");
        let lost = json!({ "account": "acc_7zzzzzzzzzz" });
        assert_eq!(wrong(api.patch(&path, lost)), "account");
        let list = json!({ "plan": ["a"] });
        assert_eq!(wrong(api.patch(&format!("{path}/attributes"), list)), "plan");
        assert_eq!(wrong(api.get("/contacts?attribute=shoe")), "attribute");
    });
}

#[test]
fn accounts_have_domains_and_bring_strays_home() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let stray =
            api.post("/contacts", json!({ "name": "Sam", "email": "sam@heron.example" })).ok();
        api.patch(&format!("/contacts/{}", id(&stray)), json!({ "account": null })).ok();
        let first = api.get("/accounts?kind=company").ok()["items"][0].clone();
        let domain = format!("/accounts/{}/domains/heron.example", id(&first));
        assert_eq!(api.delete(&domain).status, 204);
        let new = json!({ "name": "Heron Ltd", "owner": admin.id.to_string(), "tags": ["big"] });
        let account = api.post("/accounts", new).ok();
        assert_eq!(account["owner"]["name"], "Maren");
        let path = format!("/accounts/{}", id(&account));
        let with = api.post(&format!("{path}/domains"), json!({ "domain": "heron.example" })).ok();
        assert_eq!(with["domains"], json!(["heron.example"]));
        let strays = api.get(&format!("{path}/strays")).ok();
        assert_eq!(strays["items"][0]["email"], "sam@heron.example");
        let chosen = json!({ "accounts": [strays["items"][0]["account_id"]] });
        assert_eq!(api.post(&format!("{path}/strays"), chosen).ok(), json!({ "came": 1 }));
        let people = api.get(&format!("/contacts?account={}", id(&account))).ok();
        assert_eq!(people["items"][0]["id"], stray["id"]);
        let freed = api.patch(&path, json!({ "owner": null, "name": "Heron" })).ok();
        assert_eq!((&freed["owner"], &freed["name"]), (&Value::Null, &json!("Heron")));
        let found = api.whole("/accounts?q=hero", |_| ());
        let own = found.iter().find(|it| it["id"] == account["id"]).expect("is found");
        assert_eq!(own["contacts"], 1);
        let line = api.get(&format!("{path}/timeline")).ok();
        assert!(line["items"].as_array().is_some_and(|it| !it.is_empty()));
    });
}

#[test]
fn two_become_one_and_two_again() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let make = |name: &str, email: &str| {
            api.post("/contacts", json!({ "name": name, "email": email })).ok()
        };
        let (stays, goes) =
            (make("Carol", "carol@example.com"), make("C. Diaz", "diaz@example.org"));
        let path = format!("/contacts/{}", id(&stays));
        let preview = api.get(&format!("{path}/merges/preview?from={}", id(&goes))).ok();
        assert_eq!(preview["choices"][0]["key"], "name");
        assert_eq!(preview["identities"][0]["value"], "diaz@example.org");
        let merge = json!({ "from": goes["id"], "take": ["name"] });
        let merged = api.post(&format!("{path}/merges"), merge).ok();
        assert_eq!(merged["contact"]["name"], "C. Diaz");
        let gone = api.get(&format!("/contacts/{}", id(&goes))).ok();
        assert_eq!(gone["id"], stays["id"], "its id leads on");
        let all = api.get(&format!("{path}/merges")).ok();
        assert_eq!(all["items"][0]["from"]["id"], goes["id"]);
        // Not by another contact's address.
        let other = make("Dave", "dave@example.com");
        let back = format!("/merges/{}", id(&merged));
        is_problem(&api.delete(&format!("/contacts/{}{back}", id(&other))), StatusCode::NOT_FOUND);
        assert_eq!(api.delete(&format!("{path}{back}")).status, 204);
        assert_eq!(api.get(&path).ok()["name"], "Carol");
        assert_eq!(api.get(&format!("/contacts/{}", id(&goes))).ok()["id"], goes["id"]);
        // Accounts the same way.
        let make = |name: &str| api.post("/accounts", json!({ "name": name })).ok();
        let (stays, goes) = (make("Heron"), make("Heron Ltd"));
        let path = format!("/accounts/{}", id(&stays));
        let preview = api.get(&format!("{path}/merges/preview?from={}", id(&goes))).ok();
        assert_eq!(preview["choices"][0]["from"], "Heron Ltd");
        let merged = api.post(&format!("{path}/merges"), json!({ "from": goes["id"] })).ok();
        assert_eq!(merged["account"]["name"], "Heron");
        let back = format!("{path}/merges/{}", id(&merged));
        assert_eq!(api.delete(&back).status, 204);
        is_problem(&api.delete(&back), StatusCode::NOT_FOUND);
    });
}

#[test]
fn notes_are_written_changed_deleted_and_put_back() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let agent = t.agent_as("Anna", "agent");
        let (api, annas) = (Program::of(&t, &admin), Program::of(&t, &agent));
        let carol = api.post("/contacts", json!({ "name": "Carol" })).ok();
        let path = format!("/contacts/{}/notes", id(&carol));
        let note = annas.post(&path, json!({ "html": "<p>Likes <b>tea</b>.</p><script>" })).ok();
        assert_eq!((&note["text"], &note["contact_id"]), (&json!("Likes tea."), &carol["id"]));
        assert!(!note["html"].as_str().expect("is there").contains("script"));
        let at = format!("/customer-notes/{}", id(&note));
        assert_eq!(
            annas.patch(&at, json!({ "text": "Likes coffee." })).ok()["text"],
            "Likes coffee."
        );
        let said = api.patch(&at, json!({ "text": "No." }));
        is_problem(&said, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(annas.delete(&at).status, 204);
        assert_eq!(api.get(&path).ok()["items"], json!([]));
        assert_eq!(annas.put(&format!("{at}/restore"), json!({})).status, 204);
        for n in 0..7 {
            annas.post(&path, json!({ "text": format!("Note {n}") })).ok();
        }
        assert_eq!(ids(&api.whole(&path, |_| ())).len(), 8);
        let on = api.post("/accounts", json!({ "name": "Heron" })).ok();
        let path = format!("/accounts/{}/notes", id(&on));
        assert_eq!(api.post(&path, json!({ "text": "Big." })).ok()["account_id"], on["id"]);
        assert_eq!(api.get(&path).ok()["items"][0]["text"], "Big.");
    });
}

#[test]
fn lists_of_customers_are_read_to_their_end_while_more_come() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let add = |n: usize| {
            api.post("/contacts", json!({ "name": format!("Contact {n:02}") })).ok();
            api.post("/accounts", json!({ "name": format!("Account {n:02}") })).ok();
        };
        (0..10).for_each(add);
        let there: Vec<String> = ids(&api.whole("/contacts", |_| ()));
        assert_eq!(there.len(), 10);
        for path in ["/contacts", "/contacts?sort=name", "/accounts", "/accounts?sort=newest"] {
            let before = ids(&api.whole(path, |_| ()));
            let during = ids(&api.whole(path, |page| add(20 + page)));
            for it in &before {
                assert!(during.contains(it), "{path}: {it} was there all the time");
            }
        }
    });
}

#[test]
fn without_the_permission_there_are_no_customers() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let carol = api.post("/contacts", json!({ "name": "Carol" })).ok();
        let path = format!("/contacts/{}", id(&carol));
        let reads = Program::within(&t, &admin, "customers.read");
        assert_eq!(reads.get(&path).status, 200);
        is_problem(&reads.patch(&path, json!({ "name": "X" })), StatusCode::FORBIDDEN);
        is_problem(&reads.post("/contacts", json!({ "name": "X" })), StatusCode::FORBIDDEN);
        is_problem(
            &reads.get(&format!("{path}/merges/preview?from={}", id(&carol))),
            StatusCode::FORBIDDEN,
        );
        let edits = Program::within(&t, &admin, "customers.edit");
        is_problem(&edits.get(&path), StatusCode::FORBIDDEN);
        is_problem(&edits.patch(&path, json!({})), StatusCode::NOT_FOUND);
        is_problem(&edits.patch(&format!("{path}/attributes"), json!({})), StatusCode::NOT_FOUND);
        let viewer = Program::of(&t, &t.agent_as("Vic", "viewer"));
        assert_eq!(viewer.get("/contacts").status, 200);
        is_problem(&viewer.post("/contacts/export", json!({})), StatusCode::FORBIDDEN);
    });
}

#[test]
fn an_export_is_a_table_and_stands_in_the_journal_once() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        api.post("/contacts", json!({ "name": "=cmd()", "email": "carol@kestrel.example" })).ok();
        api.post("/contacts", json!({ "name": "Dave" })).ok();
        let key = [("idempotency-key", "monthly")];
        let ask = || {
            let body = Some(json!({ "q": "carol" }));
            api.ask(axum::http::Method::POST, "/contacts/export", body, &key)
        };
        let (first, again) = (ask(), ask());
        assert_eq!(first.seen.header("content-type"), "text/csv; charset=utf-8");
        assert!(first.seen.header("content-disposition").starts_with("attachment"));
        assert!(first.seen.body.contains("carol@kestrel.example"), "{}", first.seen.body);
        assert!(!first.seen.body.contains("Dave") && !first.seen.body.contains(",=cmd"));
        assert_eq!(first.seen.body, again.seen.body);
        settle(&t);
        let journal = api.get("/journal?limit=200").ok();
        let entries = journal["items"].as_array().expect("is a list");
        assert_eq!(entries.iter().filter(|it| it["kind"] == "exported").count(), 1);
        let accounts = api.post("/accounts/export", json!({ "kind": "company" }));
        assert!(accounts.seen.body.contains("kestrel.example"), "{}", accounts.seen.body);
    });
}
