//! Campaigns and onboarding through the door: what programs and people do, and what a customer's
//! links do and do not.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tend_core::{
    Actor,
    agents::Me,
    campaigns::{self, CampaignId, unsubscribe},
    contacts::{self, ContactId, Stranger},
    outreach::consents::{self, How, MARKETING},
    settings,
};
use tend_testkit::{Seen, Tend};

use crate::api::Program;

pub(crate) fn company(t: &Tend) -> Me {
    t.inbox("hello@tend.test");
    let me = t.agent_as("Ada", "admin");
    t.write(|tx| {
        settings::set(tx, Actor::System, settings::BASE_URL, "https://desk.tend.test")?;
        settings::set(tx, Actor::System, settings::COMPANY, "Kestrel")
    });
    t.pass(SignedDuration::from_hours(12));
    me
}

pub(crate) fn somebody(t: &Tend, email: &'static str) -> ContactId {
    t.write(move |tx| {
        let it = contacts::meet(tx, Actor::System, &Stranger::by_email("Rosa Luz", email))?;
        consents::set(tx, it.id, MARKETING, true, How::Page)?;
        Ok(it.id)
    })
}

pub(crate) fn run(t: &Tend) {
    t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
    for _ in 0..20 {
        for id in t.read(campaigns::to_do) {
            let keys = t.app.keys.clone();
            t.write(move |tx| campaigns::go_on(tx, &keys, id));
        }
    }
}

fn news() -> Value {
    json!({
        "name": "Spring", "holdout": 0,
        "plan": { "steps": [{ "do": "send", "variants": [
            { "subject": "News", "text": "Hello {{ contact.first_name | default(\"there\") }}" },
            { "language": "de", "subject": "Neues", "text": "Hallo" },
        ] }], "goal": "ordered" },
    })
}

#[test]
fn a_program_writes_tries_starts_and_ends_a_campaign() {
    Tend::on_both(|t| {
        let (me, anna) = (company(&t), t.agent_as("Anna", "agent"));
        somebody(&t, "rosa@alder.example");
        t.write(|tx| {
            contacts::meet(tx, Actor::System, &Stranger::by_email("Ben", "ben@x.example")).map(drop)
        });
        let (api, annas) = (Program::of(&t, &me), Program::of(&t, &anna));
        assert_eq!(annas.post("/campaigns", news()).status, 403);
        let mut strange = news();
        strange["plan"]["steps"][0]["variants"][0]["text"] = json!("Hi {{ contact.shoe }}");
        assert_eq!(api.post("/campaigns", strange).wrong(), ["text"]);
        let made = api.post("/campaigns", news()).ok();
        let path = format!("/campaigns/{}", made["id"].as_str().expect("has an id"));
        assert_eq!((&made["state"], &made["plan"]["goal"]), (&json!("draft"), &json!("ordered")));
        let dry = api.get(&format!("{path}/dry-run")).ok();
        assert_eq!((&dry["tried"], &dry["past_days"]), (&json!(2), &Value::Null));
        let refused = dry["refused"].as_array().expect("is a list");
        assert!(refused.contains(&json!({ "rule": "consent", "count": 1 })), "{dry}");
        let held = refused.iter().any(|it| it["rule"] == "global_holdout");
        assert_eq!(dry["reached"], json!(if held { 0 } else { 1 }));
        assert_eq!(api.patch(&path, json!({ "priority": 12 })).wrong(), ["priority"]);
        assert_eq!(api.patch(&path, json!({ "priority": 7 })).ok()["priority"], 7);
        assert_eq!(api.post(&format!("{path}/start"), json!({})).ok()["state"], "running");
        assert_eq!(api.post(&format!("{path}/start"), json!({})).status, 409);
        assert_eq!(api.patch(&path, json!({ "name": "Other" })).status, 409);
        assert_eq!(api.post(&format!("{path}/pause"), json!({})).ok()["state"], "paused");
        assert_eq!(api.post(&format!("{path}/resume"), json!({})).ok()["state"], "running");
        run(&t);
        let done = annas.get(&path).ok();
        assert_eq!((&done["state"], &done["refused"]), (&json!("done"), &json!(1)));
        assert_eq!(done["reached"], dry["reached"]);
        let effect = api.get(&format!("{path}/effect")).ok();
        assert_eq!(effect["items"][0]["is_known"], false, "{effect}");
        assert_eq!(api.post(&format!("{path}/explode"), json!({})).status, 404);
    });
}

fn visit(t: &Tend, method: Method, path: &str, body: &str) -> Seen {
    let browser = t.guest();
    // A mail program comes from elsewhere, and brings no cookie.
    let request = browser
        .request(method, path)
        .header("origin", "https://mail.example")
        .header("content-type", "application/x-www-form-urlencoded");
    browser.send(request, Body::from(body.to_owned()))
}

#[test]
fn scanners_unsubscribe_nobody_and_one_click_does() {
    Tend::on_both(|t| {
        company(&t);
        let who = somebody(&t, "rosa@alder.example");
        let token = unsubscribe::token(&t.app.keys, who, MARKETING);
        assert!(!token.contains("rosa"));
        let path = format!("/u/{token}");
        let said = || t.read(|tx| consents::given(tx, who, MARKETING));
        for n in 0..1_000 {
            let method = if n % 2 == 0 { Method::GET } else { Method::HEAD };
            let seen = visit(&t, method, &path, "");
            assert_eq!((seen.status, seen.header("set-cookie")), (StatusCode::OK, ""));
        }
        assert_eq!(said(), Some(true), "a thousand looks changed nothing");
        let one_click = || visit(&t, Method::POST, &path, "List-Unsubscribe=One-Click");
        assert_eq!((one_click().status, said()), (StatusCode::OK, Some(false)));
        assert_eq!(one_click().status, StatusCode::OK, "twice is once");
        let forged = format!("/u/{}A", &token[..token.len() - 1]);
        for method in [Method::GET, Method::POST] {
            let seen = visit(&t, method, &forged, "List-Unsubscribe=One-Click");
            assert!(seen.status == StatusCode::NOT_FOUND || token.ends_with('A'));
        }
        let kept =
            visit(&t, Method::POST, &format!("{path}/choices"), "topic=marketing&topic=survey");
        assert!(kept.status == StatusCode::OK && kept.body.contains("Your choice is kept."));
        assert_eq!(said(), Some(true));
        let page = visit(&t, Method::POST, &path, "from=page");
        assert!(page.body.contains("You are unsubscribed."), "{}", page.shown());
        assert_eq!(said(), Some(false));
        visit(&t, Method::POST, &format!("{path}/choices"), "off=on");
        assert_eq!(t.read(|tx| consents::given(tx, who, "all")), Some(false));
    });
}

#[test]
fn a_campaign_is_composed_tried_and_started_on_its_pages() {
    Tend::on_both(|t| {
        let (me, anna) = (company(&t), t.agent_as("Anna", "agent"));
        let who = somebody(&t, "rosa@alder.example");
        let browser = t.browser(me.id);
        assert!(browser.get("/campaigns/new").body.contains("Announcement"));
        let blank = browser.get("/campaigns/new?kind=sequence&on=order").body;
        assert!(blank.contains("When an order is") && blank.contains("Add a branch"), "{blank}");
        let mut form = vec![
            ("kind", "sequence"),
            ("on", "hand"),
            ("name", "Follow-up"),
            ("purpose", "service"),
            ("do_0", "send"),
            ("subject_0_0", "After our talk"),
            ("text_0_0", "Hello {{ contact.first_name }}"),
            ("goal", ""),
            ("goal_days", "7"),
            ("holdout", "0"),
            ("priority", "5"),
            ("useless_after", "72"),
            ("per_minute", "60"),
        ];
        form.push(("add", "wait"));
        let more = browser.post("/campaigns", &form);
        assert!(more.status == StatusCode::OK && more.body.contains("Step 2"), "{}", more.shown());
        form.pop();
        form[5].1 = "";
        let wrong = browser.post("/campaigns", &form);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.shown());
        form[5].1 = "After our talk";
        let made = browser.post("/campaigns", &form);
        let path = made.header("location").to_owned();
        assert!(path.starts_with("/campaigns/cmp_"), "{}", made.shown());
        let tried = browser.get(&format!("{path}?as=rosa@alder.example&try=1")).body;
        assert!(tried.contains("Hello Rosa"), "{tried}");
        assert!(t.browser(anna.id).get(&path).body.contains("How far it is"), "agents look");
        browser.post(&format!("{path}/test"), &[("as", "rosa@alder.example")]);
        assert_eq!(browser.post(&format!("{path}/start"), &[]).line(), format!("303 {path}"));
        browser.post(&format!("{path}/add"), &[("as", "rosa@alder.example")]);
        run(&t);
        let page = browser.get(&path).body;
        assert!(page.contains("Rosa Luz") && page.contains("Unknown: each side"), "{page}");
        let id: CampaignId = path.trim_start_matches("/campaigns/").parse().expect("is an id");
        let far = t.read(|tx| campaigns::progress(tx, &me, id));
        assert_eq!((far.reached, far.messages), (1, 1));
        let contact = browser.get(&format!("/contacts/{who}")).body;
        assert!(contact.contains("What reached them") && contact.contains("Follow-up"));
        assert!(browser.get("/campaigns").body.contains("Follow-up"));
    });
}

#[test]
fn the_limits_are_settings_and_what_is_out_of_range_is_told() {
    Tend::on_both(|t| {
        let me = company(&t);
        let browser = t.browser(me.id);
        let form = |day: &'static str| {
            vec![
                ("quiet_from", "21"),
                ("quiet_to", "7"),
                ("marketing_day", day),
                ("marketing_week", "5"),
                ("service_day", "3"),
                ("gap_hours", "2"),
                ("holdout", "10"),
                ("topics", "Tips\nWebinars"),
            ]
        };
        assert_eq!(browser.post("/settings/messages", &form("2")).status, StatusCode::SEE_OTHER);
        let wrong = browser.post("/settings/messages", &form("many"));
        assert!(wrong.body.contains("Write a number from 0 to 100."), "{}", wrong.shown());
        let it = t.read(campaigns::limits::limits);
        assert_eq!((it.marketing_day, it.holdout, it.needs_consent), (2, 10, false));
        assert_eq!(it.topics, ["Tips", "Webinars"]);
    });
}

#[test]
fn a_checklist_is_ticked_from_both_sides() {
    Tend::on_both(|t| {
        let (me, anna) = (company(&t), t.agent_as("Anna", "agent"));
        let (api, annas) = (Program::of(&t, &me), Program::of(&t, &anna));
        let plan = api
            .post(
                "/onboarding-plans",
                json!({ "name": "Welcome", "steps": [
                { "title": "Meet", "owner": "agent", "due_days": 2 },
                { "title": "Write down a goal", "why": "We measure ourselves by it." },
            ] }),
            )
            .ok();
        let bad =
            json!({ "name": "X", "steps": [{ "title": "X", "link": "javascript:alert(1)" }] });
        assert_eq!(api.post("/onboarding-plans", bad).wrong(), ["link"]);
        let account = api.post("/accounts", json!({ "name": "Alder" })).ok();
        let begin = json!({ "plan_id": plan["id"], "account_id": account["id"] });
        let made = annas.post("/onboardings", begin.clone()).ok();
        assert_eq!(annas.post("/onboardings", begin).ok()["id"], made["id"]);
        let link = made["link"].as_str().expect("is a text").to_owned();
        let goal = made["steps"][1]["id"].as_str().expect("is a text").to_owned();
        assert!(!visit(&t, Method::GET, &link, "").body.contains("/picture"), "initials");
        let meet = made["steps"][0]["id"].as_str().expect("is a text").to_owned();
        let theirs = visit(&t, Method::GET, &link, "");
        assert!(theirs.body.contains("First steps with Kestrel") && theirs.body.contains("0 of 2"));
        let tick = |step: &str, done: &str| {
            visit(&t, Method::POST, &format!("{link}/{step}"), &format!("done={done}"))
        };
        assert_eq!(tick(&goal, "yes").line(), format!("303 {link}"));
        assert_eq!(tick(&meet, "yes").status, StatusCode::UNPROCESSABLE_ENTITY, "that is ours");
        assert!(visit(&t, Method::GET, &link, "").body.contains("1 of 2"));
        let path = format!("/accounts/{}", account["id"].as_str().expect("is a text"));
        let browser = t.browser(anna.id);
        let page = browser.get(&path).body;
        assert!(page.contains("1 of 2") && page.contains(&link), "{page}");
        let step = format!("/onboardings/{}/steps/{meet}", made["id"].as_str().expect("is a text"));
        assert_eq!(browser.put(&step, &[]).line(), format!("303 {path}"));
        assert!(visit(&t, Method::GET, &link, "").body.contains("All of it is done"));
        assert_eq!(visit(&t, Method::GET, &format!("{link}x"), "").status, StatusCode::NOT_FOUND);
        let plan = format!("/onboarding/{}", plan["id"].as_str().expect("is a text"));
        let report = t.browser(me.id).get(&plan).body;
        assert!(report.contains("How customers get through it"), "{report}");
        assert!(
            report.contains("100% <small class=\"u-quiet\">21 to 100, 1 of 1</small>"),
            "{report}"
        );
        let file = t.browser(me.id).get(&format!("{plan}/report/file")).body;
        assert!(file.contains("Meet,1,1,0.2065,1.0000,0,0.0000,0.7935"), "{file}");
        let told = api
            .get(&format!("/onboarding-plans{}/report", plan.trim_start_matches("/onboarding")))
            .ok();
        let low = told["steps"][0]["done_low"].as_f64().expect("is known");
        assert!((low - 0.2065).abs() < 1e-4, "{told}");
        assert!(t.browser(me.id).get("/onboarding").body.contains("Welcome"));
    });
}

/// Whoever has the link of a list sees who of us does its steps, and nobody's picture else.
#[test]
fn first_steps_show_the_picture_of_who_does_them() {
    Tend::on_both(|t| {
        let (me, anna) = (company(&t), t.agent_as("Anna", "agent"));
        let api = Program::of(&t, &me);
        let steps = json!([{ "title": "Meet", "owner": "agent" }, { "title": "Say so" }]);
        let plan = api.post("/onboarding-plans", json!({ "name": "Welcome", "steps": steps })).ok();
        let begun = |name: &str, owner: &Me| {
            let new = json!({ "name": name, "owner": owner.id.to_string() });
            let account = api.post("/accounts", new).ok();
            let begin = json!({ "plan_id": plan["id"], "account_id": account["id"] });
            api.post("/onboardings", begin).ok()
        };
        let (one, other) = (begun("Alder", &anna), begun("Birch", &me));
        let text = |it: &Value| it.as_str().expect("is a text").to_owned();
        let (link, meet) = (text(&one["link"]), text(&one["steps"][0]["id"]));
        let url = format!("{link}/{meet}/picture");
        let get = |url: &str| visit(&t, Method::GET, url, "");
        assert!(!get(&link).body.contains("/picture"), "initials");
        assert_eq!(get(&url).status, StatusCode::NOT_FOUND);
        let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let png = STANDARD.decode(png).expect("is a picture");
        let files = [("file", "me.png", png.as_slice())];
        let kept = t.browser(anna.id).upload("/settings/profile/picture", &[], &files);
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.shown());
        let page = get(&link);
        assert!(page.body.contains(&format!("src=\"{url}\"")), "{}", page.shown());
        let seen = get(&url);
        assert_eq!((seen.status, seen.header("content-type")), (StatusCode::OK, "image/png"));
        let customers = text(&one["steps"][1]["id"]);
        let theirs = text(&other["link"]);
        for url in [
            format!("{link}/{customers}/picture"),
            format!("{theirs}/{meet}/picture"),
            format!("{link}x/{meet}/picture"),
            format!("{link}/nothing/picture"),
        ] {
            assert_eq!(get(&url).status, StatusCode::NOT_FOUND, "{url}");
        }
        assert!(!get(&theirs).body.contains("/picture"), "Ada has none");
    });
}
