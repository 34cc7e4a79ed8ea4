//! People, imports, quarantine, jobs, notifications.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tend_core::{
    customers::imports,
    jobs::{self, Job, Outcome},
    mails::{self, Arrived, StoredFile},
};
use tend_testkit::Tend;

use super::{Program, ids, is_problem};

fn id(it: &Value) -> &str {
    it["id"].as_str().expect("has an id")
}

#[test]
fn roles_are_made_given_and_taken_within_ones_own() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (api, lead) = (Program::of(&t, &admin), Program::of(&t, &t.agent_as("Lea", "lead")));
        assert_eq!(ids(&lead.whole("/roles", |_| ())).len(), 4);
        let new =
            json!({ "name": "Night", "permissions": ["conversations.read"], "reach": "team" });
        let role = api.post("/roles", new.clone()).ok();
        assert_eq!((&role["reach"], &role["builtin"]), (&json!("team"), &Value::Null));
        is_problem(&lead.post("/roles", new), StatusCode::FORBIDDEN);
        let path = format!("/roles/{}", id(&role));
        assert_eq!(api.patch(&path, json!({ "name": "Night shift" })).ok()["reach"], "team");
        let wrong = api.patch(&path, json!({ "permissions": ["fly"] }));
        assert_eq!(wrong.wrong(), ["permissions"]);
        let invited = json!({ "name": "Nils", "email": "nils@tend.test", "role": role["id"] });
        let nils = api.post("/agents", invited).ok();
        assert_eq!(nils["role_id"], role["id"]);
        assert!(t.waiting_jobs().contains("SendLink"), "a link is on its way");
        let at = format!("/agents/{}", id(&nils));
        assert_eq!(api.post(&format!("{at}/invite"), json!({})).status, 204);
        is_problem(&api.delete(&path), StatusCode::UNPROCESSABLE_ENTITY);
        let roles = api.whole("/roles", |_| ());
        let viewer = roles.iter().find(|it| it["builtin"] == "viewer").expect("is there");
        assert_eq!(api.patch(&at, json!({ "role": viewer["id"] })).ok()["role_id"], viewer["id"]);
        assert_eq!(api.delete(&path).status, 204);
        assert_eq!(api.delete(&at).status, 204);
        assert!(api.get(&at).ok()["left_at"].is_string());
        is_problem(&lead.delete(&at), StatusCode::FORBIDDEN);
    });
}

#[test]
fn settings_of_the_desk_carry_tags_of_state() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let team = api.post("/teams", json!({ "name": "First line" })).ok();
        let inbox = json!({ "name": "Shop", "address": "shop", "channel": "api" });
        let inbox = api.post("/inboxes", inbox).ok();
        let tag = api.post("/tags", json!({ "name": "vip" })).ok();
        let all = [("teams", &team), ("inboxes", &inbox), ("tags", &tag)];
        for (noun, it) in all {
            let path = format!("/{noun}/{}", id(it));
            let seen = api.get(&path).seen.header("etag").to_owned();
            let body = || Some(json!({ "name": format!("{noun} renamed") }));
            let patch =
                |tag: &str| api.ask(axum::http::Method::PATCH, &path, body(), &[("if-match", tag)]);
            is_problem(&patch("\"old\""), StatusCode::PRECONDITION_FAILED);
            assert_eq!(patch(&seen).ok()["name"], format!("{noun} renamed"));
        }
        let path = format!("/inboxes/{}", id(&inbox));
        assert_eq!(
            api.patch(&path, json!({ "teams": [team["id"]] })).ok()["teams"],
            json!([team["id"]])
        );
        let anna = Program::of(&t, &t.agent_as("Anna", "agent"));
        is_problem(&anna.get(&path), StatusCode::NOT_FOUND);
        for (noun, it) in all.iter().rev() {
            assert_eq!(api.delete(&format!("/{noun}/{}", id(it))).status, 204, "{noun}");
        }
        for n in 0..8 {
            api.post("/tags", json!({ "name": format!("tag {n}") })).ok();
        }
        let before = ids(&api.whole("/tags", |_| ()));
        let during = ids(&api.whole("/tags", |n| {
            api.post("/tags", json!({ "name": format!("new {n}") })).ok();
        }));
        assert!(before.iter().all(|it| during.contains(it)));
        is_problem(&api.get("/tags?cursor=tag_7zzzzzzzzzz"), StatusCode::BAD_REQUEST);
    });
}

#[test]
fn the_company_is_changed_and_tokens_are_revoked() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let anna = t.agent_as("Anna", "agent");
        let (api, annas) = (Program::of(&t, &admin), Program::of(&t, &anna));
        let named = api.patch("/company", json!({ "name": "Kestrel" })).ok();
        assert_eq!(annas.get("/company").ok(), named);
        assert_eq!(named["name"], "Kestrel");
        assert_eq!(api.patch("/company", json!({ "time_zone": "Mars" })).wrong(), ["time_zone"]);
        is_problem(&annas.patch("/company", json!({ "name": "Mine" })), StatusCode::FORBIDDEN);
        let old = Program::of(&t, &anna);
        let all = annas.whole("/tokens", |_| ());
        assert_eq!(ids(&all).len(), 2);
        assert!(all[0].get("token").is_none() && all[0]["hint"].as_str().map(str::len) == Some(4));
        let path = format!("/tokens/{}", id(&all[0]));
        let lead = Program::of(&t, &t.agent_as("Lea", "lead"));
        is_problem(&lead.delete(&path), StatusCode::NOT_FOUND);
        assert_eq!(annas.delete(&path).status, 204);
        is_problem(&old.get("/me"), StatusCode::UNAUTHORIZED);
        assert_eq!(annas.get("/me").status, 200);
    });
}

#[test]
fn a_table_of_contacts_is_taken_in() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (api, anna) = (Program::of(&t, &admin), Program::of(&t, &t.agent_as("Anna", "agent")));
        let table = "Name,Email\nCarol,carol@kestrel.example\nDave,nonsense\n";
        let key = [("idempotency-key", "table-1")];
        let begin = || {
            let about = [("about", "contact")];
            api.upload_to("/imports", &about, "people.csv", table.as_bytes(), &key)
        };
        let import = begin().ok();
        assert_eq!(begin().ok()["id"], import["id"], "the same key, the same import");
        let other = api.upload_to("/imports", &[("about", "contact")], "b.csv", b"Name\nX\n", &key);
        is_problem(&other, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ids(&api.whole("/imports", |_| ())).len(), 1, "nothing is left of the others");
        assert_eq!((&import["state"], &import["rows"]), (&json!("mapping"), &json!(2)));
        assert_eq!(import["columns"][1]["target"], "email");
        let path = format!("/imports/{}", id(&import));
        is_problem(&anna.get(&path), StatusCode::FORBIDDEN);
        let other = Program::of(&t, &t.agent_as("Lea", "lead"));
        is_problem(&other.get(&path), StatusCode::NOT_FOUND);
        let wrong = api.post(&format!("{path}/check"), json!({ "targets": ["shoe", ""] }));
        assert_eq!(wrong.wrong(), ["column 1"]);
        assert_eq!(api.post(&format!("{path}/check"), json!({})).ok()["state"], "checking");
        let one = id(&import).parse().expect("is an id");
        let work = || {
            while t.db.write(move |tx| imports::step(tx, one, 100)).expect("steps")
                == imports::Progress::More
            {}
        };
        work();
        let checked = api.get(&path).ok();
        assert_eq!((&checked["state"], &checked["refused"]), (&json!("checked"), &json!(1)));
        let problems = api.whole(&format!("{path}/problems"), |_| ());
        assert_eq!((&problems[0]["row"], problems.len()), (&json!(3), 1));
        assert_eq!(api.post(&format!("{path}/run"), json!({})).ok()["state"], "running");
        work();
        assert_eq!(api.get(&path).ok()["created"], 1);
        assert_eq!(api.get("/contacts?q=carol").ok()["items"][0]["name"], "Carol");
        assert_eq!(ids(&api.whole("/imports", |_| ())).len(), 1);
        let second =
            api.upload_to("/imports", &[("about", "account")], "a.csv", b"Name\nHeron\n", &[]).ok();
        let path = format!("/imports/{}", id(&second));
        assert_eq!(api.delete(&path).status, 204);
        assert_eq!(api.get(&path).ok()["state"], "cancelled");
        is_problem(&api.post(&format!("{path}/run"), json!({})), StatusCode::CONFLICT);
    });
}

#[test]
fn a_mail_in_quarantine_is_looked_at_read_again_or_given_up() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (api, anna) = (Program::of(&t, &admin), Program::of(&t, &t.agent_as("Anna", "agent")));
        let mail = |n: usize| {
            let it = Arrived {
                inbox: None,
                source: "smtp",
                envelope_from: "carol@example.com".to_owned(),
                envelope_to: vec!["support@tend.test".to_owned()],
                remote: String::new(),
                bytes: StoredFile {
                    place: format!("mail-{n}"),
                    sha256: format!("{n:064}"),
                    size: 3,
                    media_type: "message/rfc822".to_owned(),
                },
            };
            t.db.write(move |tx| {
                let id = mails::take_in(tx, &it)?;
                mails::settle(tx, id, &mails::Settled::Quarantined("It has no sender.".to_owned()))
            })
            .expect("is kept");
        };
        (0..5).for_each(mail);
        let all = api.whole("/quarantine", mail_more(&mail));
        assert!(ids(&all).len() >= 5);
        assert_eq!(all[0]["reason"], "It has no sender.");
        let path = format!("/quarantine/{}", id(&all[0]));
        assert_eq!(api.get(&path).ok()["envelope_to"], json!(["support@tend.test"]));
        is_problem(&anna.get(&path), StatusCode::FORBIDDEN);
        assert_eq!(api.post(&format!("{path}/retry"), json!({})).status, 204);
        is_problem(&api.post(&format!("{path}/retry"), json!({})), StatusCode::CONFLICT);
        is_problem(&api.get(&path), StatusCode::NOT_FOUND);
        assert_eq!(api.delete(&format!("/quarantine/{}", id(&all[1]))).status, 204);
        let books = api.whole("/mail-books", |_| ());
        assert!(books.iter().any(|it| it["state"] == "discarded" && it["mails"] == 1), "{books:?}");
    });
}

fn mail_more(mail: &impl Fn(usize)) -> impl FnMut(usize) + '_ {
    |page| mail(100 + page)
}

#[test]
fn a_failed_job_is_looked_at_run_again_or_given_up() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (api, lead) = (Program::of(&t, &admin), Program::of(&t, &t.agent_as("Lea", "lead")));
        let fail = |n: usize| {
            t.db.write(move |tx| jobs::now(tx, &Job::Notify { notification: format!("ntf_{n}") }))
                .expect("is owed");
            for it in t.db.write(|tx| jobs::take(tx, 100)).expect("leases") {
                let why = Outcome::Hopeless("Nobody answers.".to_owned());
                t.db.write(move |tx| jobs::settle(tx, &it, &why)).expect("settles");
            }
        };
        (0..4).for_each(fail);
        let all = api.whole("/jobs", |_| ());
        assert_eq!(ids(&all).len(), 4);
        assert_eq!(
            (&all[0]["kind"], &all[0]["problem"]),
            (&json!("notify"), &json!("Nobody answers."))
        );
        assert!(all[0].get("data").is_none(), "what it carries may be secret");
        let path = format!("/jobs/{}", id(&all[0]));
        assert_eq!(api.get(&path).ok()["attempts"], 1);
        is_problem(&lead.get(&path), StatusCode::FORBIDDEN);
        assert_eq!(api.post(&format!("{path}/retry"), json!({})).status, 204);
        is_problem(&api.get(&path), StatusCode::NOT_FOUND);
        let path = format!("/jobs/{}", id(&all[1]));
        assert_eq!(api.delete(&path).status, 204);
        is_problem(&api.delete(&path), StatusCode::NOT_FOUND);
    });
}

#[test]
fn an_agent_reads_what_they_were_told_and_nobody_elses() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let anna = t.agent_as("Anna", "agent");
        let (api, annas) = (Program::of(&t, &admin), Program::of(&t, &anna));
        let inbox = t.inbox("support@tend.test");
        for n in 0..5 {
            let case = t.writes(&inbox, &format!("c{n}@example.com"), "Case", "Hello");
            api.patch(
                &format!("/conversations/{case}"),
                json!({ "assignee": anna.id.to_string() }),
            )
            .ok();
        }
        let told = annas.whole("/me/notifications", |_| ());
        assert_eq!(ids(&told).len(), 5);
        assert_eq!((&told[0]["kind"], &told[0]["actor"]), (&json!("assigned"), &json!("Maren")));
        assert!(told[0]["read_at"].is_null());
        assert_eq!(api.get("/me/notifications").ok()["items"], json!([]));
        assert_eq!(annas.post("/me/notifications/read", json!({})).status, 204);
        assert!(annas.get("/me/notifications").ok()["items"][0]["read_at"].is_string());
    });
}
