//! Surveys through the door: how often a customer may be asked, what low scores are about, and who
//! looks after one.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use tend_core::{
    surveys::{
        Kind, NewSurvey, Sign, When,
        answer::{self, Given},
        escalate, known, limits, loops,
    },
    tasks,
};
use tend_testkit::Tend;

use crate::{
    api::Program,
    surveys::{ask, survey},
};

#[test]
fn the_limits_of_surveys_are_set_on_a_page_and_by_the_api_and_hold_at_once() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let (api, browser) = (Program::of(&t, &lead), t.browser(lead.id));
        let usual = json!({ "between_any": 7, "between_same": 30, "between_nps": 90, "a_year": 6 });
        assert_eq!(api.get("/survey-limits").ok(), usual);
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        ask(&t, &lead, id, 0, 1);
        let form = |any: &'static str| {
            vec![
                ("between_any", any),
                ("between_same", "2"),
                ("between_nps", "90"),
                ("a_year", "6"),
            ]
        };
        let wrong = browser.post("/settings/surveys", &form("often"));
        assert!(wrong.body.contains("Write a number from 1 to 365."), "{}", wrong.shown());
        let kept = browser.post("/settings/surveys", &form("1"));
        assert_eq!(kept.status, StatusCode::SEE_OTHER);
        assert!(browser.get("/settings/surveys").body.contains(r#"value="2""#));
        t.pass(SignedDuration::from_hours(49));
        // Refused under the usual limits; this panics unless they are asked.
        ask(&t, &lead, id, 0, 1);
        let mut to = usual;
        to["a_year"] = json!(99);
        assert_eq!(api.put("/survey-limits", to.clone()).wrong(), ["a_year"]);
        to["a_year"] = json!(12);
        api.put("/survey-limits", to).ok();
        assert_eq!(t.read(limits::limits).a_year, 12);
        let ann = t.agent_as("Ann", "agent");
        assert_eq!(t.browser(ann.id).get("/settings/surveys").status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn themes_say_week_by_week_what_comes_again_and_what_was_done() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let api = Program::of(&t, &lead);
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        let low = |from: usize, reason: &'static str| {
            let token = ask(&t, &lead, id, from, 1).remove(0);
            let me = lead.clone();
            t.write(move |tx| {
                let request = known::by_token(tx, &token)?.id;
                let given = Given {
                    score: 1,
                    comment: String::new(),
                    answers: Vec::new(),
                    sign: Sign::Api,
                    shown_at: tx.now(),
                    network: String::new(),
                };
                answer::confirm(tx, request, &given)?;
                let it = loops::of_request(tx, request)?.expect("is open").id;
                loops::move_to(tx, &me, it, loops::Step::Resolved, reason)
            });
        };
        low(0, "Late answer");
        t.pass(SignedDuration::from_hours(24 * 8));
        low(1, "late  answer");
        low(2, "Rude");
        let themes = api.get("/survey-themes").ok();
        let late = &themes["items"][0];
        assert_eq!((&late["count"], &late["settled"]), (&json!(2), &json!(2)), "{themes}");
        assert_eq!(late["weeks"], json!([1, 1, 0, 0, 0, 0, 0, 0]));
        let said = json!({ "name": "Late Answer", "owner_id": lead.id, "done": "On call." });
        assert_eq!(api.put("/survey-themes", said).status, 204);
        let browser = t.browser(lead.id);
        let page = browser.get("/surveys/themes").body;
        assert!(page.contains("On call.") && page.contains("Lena"), "{page}");
        let form = [("name", "Rude"), ("owner", ""), ("done", "We talked about it.")];
        assert_eq!(browser.post("/surveys/themes", &form).line(), "303 /surveys/themes");
        assert!(browser.get("/surveys/themes").body.contains("We talked about it."));
        let ann = t.agent_as("Ann", "agent");
        assert_eq!(t.browser(ann.id).post("/surveys/themes", &form).status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_low_score_that_nobody_looks_after_goes_on_to_somebody_else() {
    Tend::on_both(|t| {
        let (lead, boss) = (t.agent_as("Lena", "lead"), t.agent_as("Ada", "admin"));
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        let token = ask(&t, &lead, id, 0, 1).remove(0);
        let (request, low) = t.write(move |tx| {
            let request = known::by_token(tx, &token)?.id;
            let given = Given {
                score: 2,
                comment: "Nobody called back.".to_owned(),
                answers: Vec::new(),
                sign: Sign::Api,
                shown_at: tx.now(),
                network: String::new(),
            };
            answer::confirm(tx, request, &given)?;
            Ok((request, loops::of_request(tx, request)?.expect("is open").id))
        });
        let owned = || t.read(|tx| loops::of_request(tx, request)).expect("is there");
        assert_eq!(owned().owner_id, Some(lead.id));
        let due: i64 = t.read(|tx| {
            Ok(tx.scalar("SELECT due_at FROM jobs WHERE kind = 'escalate_survey'", &[])?)
        });
        let now = t.read(|tx| Ok(tx.now()));
        assert_eq!(due - now.as_microsecond(), 48 * 3_600_000_000);
        let first = owned().task_id.expect("a task");
        t.pass(SignedDuration::from_hours(48));
        t.write(move |tx| escalate::escalate(tx, low));
        t.write(move |tx| escalate::escalate(tx, low));
        let it = owned();
        assert_eq!((it.owner_id, it.escalated_at.is_some()), (Some(boss.id), true));
        let task = t.read(|tx| tasks::find(tx, &boss, it.task_id.expect("a task")));
        assert!(task.is_open() && task.text.contains("Nobody called back."), "{task:?}");
        assert!(!t.read(|tx| tasks::find(tx, &lead, first)).is_open());
        // Who was spoken with stays with who spoke with them.
        let by = boss.clone();
        t.write(move |tx| loops::move_to(tx, &by, low, loops::Step::Resolved, ""));
        assert!(!t.read(|tx| tasks::find(tx, &boss, task.id)).is_open());
    });
}
