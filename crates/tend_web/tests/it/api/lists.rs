//! Views, counts and search by the API.

use axum::http::StatusCode;
use serde_json::json;
use tend_core::search as index;
use tend_testkit::Tend;

use super::{Program, ids, is_problem, settle};

#[test]
fn a_view_is_made_read_counted_and_put_away() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let inbox = t.inbox("support@tend.test");
        for n in 0..7 {
            let email = format!("c{n}@example.com");
            t.writes(&inbox, &email, &format!("Case {n}"), "Hello");
        }
        let condition = json!({ "all": [{ "field": "active", "op": "is", "value": true }] });
        let new = json!({ "name": "To do", "condition": condition, "sort": "oldest" });
        let view = api.post("/views", new).ok();
        assert_eq!((&view["audience"], &view["sort"]), (&json!("personal"), &json!("oldest")));
        assert!(view["says"].as_str().is_some_and(|it| !it.is_empty()));
        let path = format!("/views/{}", view["id"].as_str().expect("has an id"));
        assert_eq!(api.get(&format!("{path}/count")).ok(), json!({ "n": 7, "more": false }));
        let mut more = 0;
        let list = api.whole(&format!("{path}/conversations"), |page| {
            more += 1;
            t.writes(&inbox, &format!("late{page}@example.com"), "Late", "Hello");
        });
        let all = ids(&list);
        assert!(all.len() >= 7 && more > 1, "{}", all.len());
        assert_eq!(list[0]["subject"], "Case 0", "the longest quiet first");
        let counts = api.get("/counts").ok();
        assert_eq!(counts["active"], json!(7 + more));
        assert_eq!(counts["views"][0]["id"], view["id"]);
        let shared = api.patch(&path, json!({ "audience": "everyone", "name": "All to do" })).ok();
        assert_eq!((&shared["audience"], &shared["sort"]), (&json!("everyone"), &json!("oldest")));
        let anna = Program::of(&t, &t.agent_as("Anna", "agent"));
        assert_eq!(anna.get(&path).status, 200);
        is_problem(&anna.patch(&path, json!({ "name": "Mine" })), StatusCode::FORBIDDEN);
        api.patch(&path, json!({ "audience": "personal" })).ok();
        is_problem(&anna.get(&path), StatusCode::NOT_FOUND);
        is_problem(&anna.get(&format!("{path}/conversations")), StatusCode::NOT_FOUND);
        is_problem(&anna.get(&format!("{path}/count")), StatusCode::NOT_FOUND);
        assert_eq!(api.put("/views", json!({ "views": [view["id"]] })).status, 204);
        assert_eq!(api.delete(&path).status, 204);
        is_problem(&api.get(&path), StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_view_that_makes_no_sense_is_not_kept() {
    Tend::on_both(|t| {
        let api = Program::of(&t, &t.agent_as("Maren", "admin"));
        let wrong = [
            json!({ "name": "x", "condition": { "all": [{ "field": "colour", "op": "is", "value": 1 }] } }),
            json!({ "name": "x", "condition": "all" }),
            json!({ "name": " ", "condition": { "all": [] } }),
            json!({ "name": "x", "condition": { "all": [] }, "audience": "the world" }),
            json!({ "name": "x", "condition": { "all": [] }, "sort": "random" }),
        ];
        for it in wrong {
            is_problem(&api.post("/views", it), StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(api.get("/views").ok()["items"], json!([]));
    });
}

#[test]
fn what_was_written_is_found_page_by_page_and_only_by_who_may_see_it() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let inbox = t.inbox("support@tend.test");
        for n in 0..8 {
            t.writes(&inbox, &format!("c{n}@example.com"), "A parcel", "Where is the parcel?");
        }
        settle(&t);
        while t.db.write(|tx| index::index_some(tx, 200)).expect("indexes") > 0 {}
        let found = api.whole("/search?q=parcel", |_| ());
        let conversations: Vec<_> = found.iter().map(|it| it["conversation"].clone()).collect();
        assert_eq!(ids(&conversations).len(), 8);
        let hit = found[0]["snippet"].as_array().expect("is there");
        assert!(hit.iter().any(|it| it["is_hit"] == true && it["text"] == "parcel"), "{hit:?}");
        let one = api.get("/search?q=parcel%20from:c3@example.com").ok();
        assert_eq!(one["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(api.get("/search?q=zebra").ok(), json!({ "items": [], "next_cursor": null }));
        let (by, id) = (admin.clone(), inbox.id);
        t.db.write(move |tx| {
            let team = tend_core::agents::teams::make(tx, &by, "Legal")?;
            tend_core::inboxes::set_teams(tx, &by, id, &[team])
        })
        .expect("is allowed");
        let anna = Program::of(&t, &t.agent_as("Anna", "agent"));
        assert_eq!(anna.get("/search?q=parcel").ok()["items"], json!([]));
    });
}
