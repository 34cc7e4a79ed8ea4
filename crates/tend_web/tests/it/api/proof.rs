//! Scoreboard, alerts and money at risk, as programs read them.

use axum::http::{Method, StatusCode};
use serde_json::json;
use tend_core::{Error, health, health::alerts};
use tend_testkit::Tend;

use super::{Program, is_problem};

#[test]
fn the_scoreboard_says_what_is_known_and_what_is_not() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let it = api.get("/health/scoreboard?months=24").ok();
        assert_eq!((&it["months"], &it["score"]["n"]), (&json!(24), &json!(0)));
        assert!(it["score"]["auc"].is_null() && it["step"].is_null());
        assert_eq!(it["quarters"], json!([]));
        let rows = api.get("/health/scoreboard/rows?which=tenth-1&quarter=2026-Q3").ok();
        assert_eq!(rows["items"], json!([]));
        for query in ["which=moon", "quarter=2026-Q9", "months=1", "months=x"] {
            let said = api.get(&format!("/health/scoreboard/rows?{query}"));
            is_problem(&said, StatusCode::BAD_REQUEST);
        }
    });
}

#[test]
fn an_alert_is_listed_made_a_task_and_put_away() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let mut ids = Vec::new();
        for name in ["Muzeum", "Calm"] {
            let body = json!({ "name": name, "owner": admin.id.to_string() });
            let made = api.ask(Method::POST, "/accounts", Some(body), &[]).ok();
            let id = made["id"].as_str().expect("an id").to_owned();
            let money = json!({ "arr_minor": 5_000_000 });
            api.ask(Method::PATCH, &format!("/accounts/{id}/standing"), Some(money), &[]).ok();
            ids.push(id);
        }
        let (risky, owner) = (ids[0].clone(), admin.id);
        t.db.write(move |tx| {
            let (day, now) = (health::today(tx), tx.now());
            let id: tend_core::accounts::AccountId = risky.parse().expect("an id");
            tx.execute(
                "INSERT INTO health_snapshots (account_id, day, profile_id, version, rule_score,
                     p, stale_share, arr, frozen, made_at, inputs)
                 VALUES ($1, $2, 1, 1, 30.0, 0.5, 0.0, 5000000, FALSE, $3, $4)",
                &[id.into(), day.into(), now.into(), Vec::<u8>::new().into()],
            )?;
            tx.execute(
                "UPDATE account_figures SET risk = 250000 WHERE account_id <> $1",
                &[id.into()],
            )?;
            alerts::raise(tx, owner, day)?;
            Ok::<_, Error>(())
        })
        .expect("calls");
        let it = api.get("/health/alerts?whose=mine&shown=open").ok();
        let one = &it["items"][0];
        assert_eq!((&one["account"], &one["state"]), (&json!(ids[0]), &json!("open")));
        assert_eq!((&one["probability"], &one["outcome"]), (&json!(0.5), &json!(null)));
        let path = format!("/health/alerts/{}", one["id"].as_str().expect("an id"));
        let post =
            |what: &str| api.ask(Method::POST, &format!("{path}/{what}"), Some(json!({})), &[]);
        assert_eq!(post("see").status, 204);
        let task = post("task").ok();
        assert_eq!(task["account"]["id"], json!(ids[0]));
        assert_eq!(post("task").ok()["id"], task["id"], "one task is enough");
        assert_eq!(post("clear").status, 204);
        assert_eq!(api.get("/health/alerts?shown=open").ok()["items"], json!([]));
        is_problem(&api.get("/health/alerts?shown=moon"), StatusCode::BAD_REQUEST);
        let gone =
            api.ask(Method::POST, "/health/alerts/hal_7zzzzzzzzzz/see", Some(json!({})), &[]);
        is_problem(&gone, StatusCode::NOT_FOUND);
        let risk = api.get("/health/at-risk?by=stage").ok();
        assert_eq!(risk["total"]["expected_to_be_lost"], json!(250_000));
        let rows = api.get("/health/at-risk/accounts?by=owner").ok();
        assert_eq!(rows["items"].as_array().map(Vec::len), Some(2));
        is_problem(&api.get("/health/at-risk?by=moon"), StatusCode::BAD_REQUEST);
    });
}
