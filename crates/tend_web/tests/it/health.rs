//! The pages of health, and its API.

use axum::{body::Body, http::Method};
use serde_json::{Value, json};
use tend_core::{
    accounts::{self, AccountId, NewAccount},
    agents::Me,
    book, health,
};
use tend_testkit::{Seen, Tend};

/// An account that pays 12,000 a year, written down today.
fn account(t: &Tend, me: &Me) -> AccountId {
    let by = me.clone();
    t.db.write(move |tx| {
        book::first_stages(tx)?;
        health::first_profile(tx)?;
        let new =
            NewAccount { name: "Al Noor".to_owned(), owner: Some(by.id), ..NewAccount::default() };
        let id = accounts::create(tx, &by, &new)?;
        book::say_money(tx, &by, id, Some(Some(1_200_000)), None)?;
        let day = health::today(tx);
        health::snapshot_day(tx, day)?;
        Ok::<_, tend_core::Error>(id)
    })
    .expect("is made")
}

fn call(t: &Tend, token: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let request = t.guest().request(method, path);
    let request = request.header("authorization", format!("Bearer {token}"));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let seen: Seen =
        t.guest().send(request.header("content-type", "application/json"), Body::from(body));
    (seen.status.as_u16(), serde_json::from_str(&seen.body).unwrap_or_default())
}

#[test]
fn the_page_says_that_it_does_not_know_and_shows_the_rule_score() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let id = account(&t, &lead);
        let lena = t.browser(lead.id);
        let shown = lena.get(&format!("/accounts/{id}/health")).body;
        assert!(shown.contains("Not known") && shown.contains("which is not a probability"));
        assert!(shown.contains("This is a rule score, not a probability."));
        assert!(!shown.contains("Will stay for"), "no percentage anywhere");
        let panel = lena.get(&format!("/accounts/{id}")).body;
        assert!(panel.contains(&format!("/accounts/{id}/health")), "the way to why");
        assert_eq!(lena.get("/accounts/acc_7zzzzzzzzzz/health").line(), "404");
    });
}

#[test]
fn an_override_is_made_and_ended_on_the_page() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let id = account(&t, &lead);
        let (lena, url) = (t.browser(lead.id), format!("/accounts/{id}/health"));
        let wrong = lena.post(&url, &[("percent", "140"), ("reason", "No."), ("days", "30")]);
        assert_eq!(wrong.status.as_u16(), 422, "{}", wrong.shown());
        assert!(wrong.body.contains("from 0 to 100 per cent") && wrong.body.contains("140"));
        let fine = [("percent", "25"), ("reason", "They look around."), ("days", "30")];
        assert_eq!(lena.post(&url, &fine).line(), format!("303 {url}"));
        let shown = lena.get(&url).body;
        assert!(shown.contains("25% will leave") && shown.contains("They look around."));
        assert!(shown.contains("3,000"), "12,000 times a quarter is at risk");
        let portfolio = lena.get("/portfolio?view=mine&sort=risk").body;
        assert!(portfolio.contains("Al Noor"), "{portfolio}");
        let it = t.db.read(|tx| health::in_force(tx, id)).expect("reads").expect("holds");
        let path = format!("{url}/overrides/{}", it.id);
        assert_eq!(lena.delete(&path).line(), format!("303 {url}"));
        assert!(lena.get(&url).body.contains("Nobody overrides what is foretold."));
        let viewer = t.agent_as("Vera", "viewer");
        let vera = t.browser(viewer.id);
        assert_eq!(vera.post(&url, &fine).line(), "403");
        assert!(!vera.get(&url).body.contains("Say what you believe"));
    });
}

#[test]
fn two_days_are_compared_on_the_page() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let id = account(&t, &lead);
        t.pass(jiff::SignedDuration::from_hours(24 * 20));
        t.db.write(|tx| health::snapshot_day(tx, health::today(tx))).expect("writes");
        let lena = t.browser(lead.id);
        let day = |n: i64| {
            let today = t.db.read(|tx| Ok::<_, tend_core::Error>(health::today(tx)));
            tend_core::money::days::text(today.expect("reads") + n)
        };
        let url = format!("/accounts/{id}/health?from={}&to={}", day(-20), day(0));
        let shown = lena.get(&url).body;
        assert!(
            shown.contains("What moved") && shown.contains("Days since the owner was in touch")
        );
        let early = format!("/accounts/{id}/health?from={}&to={}", day(-90), day(-60));
        assert!(lena.get(&early).body.contains("Nothing was written down by the first"));
    });
}

#[test]
fn a_profile_is_tried_kept_moved_and_archived_in_the_settings() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        account(&t, &lead);
        let lena = t.browser(lead.id);
        let shown = lena.get("/settings/health").body;
        assert!(shown.contains("Everybody else") && shown.contains("It begins by itself"));
        assert!(lena.get("/settings/health/new").body.contains("Active people against before"));
        let stage = t.db.read(book::stages).expect("reads")[1].id.to_string();
        let one = |name: &'static str, pressed: &'static str, weight: &'static str| {
            vec![
                ("name", name.to_owned()),
                ("stages", stage.clone()),
                ("kind", "open".to_owned()),
                ("attribute", String::new()),
                ("group", "support".to_owned()),
                ("window", String::new()),
                ("weight", weight.to_owned()),
                ("worst", "8".to_owned()),
                ("best", "0".to_owned()),
                ("max_age", String::new()),
                ("missing", "left_out".to_owned()),
                ("add", "people".to_owned()),
                ("account", "Al Noor".to_owned()),
                ("do", pressed.to_owned()),
            ]
        };
        let send = |path: &str, form: &[(&'static str, String)]| {
            let form: Vec<(&str, &str)> = form.iter().map(|it| (it.0, it.1.as_str())).collect();
            lena.post(path, &form)
        };
        let grown = send("/settings/health/new", &one("New here", "add", "2")).body;
        assert!(grown.contains("Key people who are there") && grown.contains("New here"));
        let tried = send("/settings/health/new", &one("New here", "try", "2")).body;
        assert!(tried.contains("account that were looked at") || tried.contains("looked at"));
        assert!(tried.contains("Another profile is asked for it."), "{tried}");
        let wrong = send("/settings/health/new", &one("", "keep", "-2"));
        assert_eq!(wrong.status.as_u16(), 422);
        let kept = send("/settings/health/new", &one("New here", "keep", "2"));
        assert_eq!(kept.line(), "303 /settings/health", "{}", kept.shown());
        let shown = lena.get("/settings/health").body;
        assert!(shown.contains("New here") && shown.contains("In Onboarding"), "{shown}");
        let id = t.db.read(health::profiles).expect("reads")[0].id;
        let again = send(&format!("/settings/health/{id}"), &one("New here", "keep", "3"));
        assert_eq!(again.line(), "303 /settings/health");
        assert_eq!(t.db.read(health::profiles).expect("reads")[0].version, 2);
        let moved = lena.post(&format!("/settings/health/{id}/move"), &[("to", "down")]);
        assert_eq!(moved.line(), "303 /settings/health");
        let gone = lena.post(&format!("/settings/health/{id}/archive"), &[]);
        assert_eq!(gone.line(), "303 /settings/health");
        assert_eq!(t.db.read(health::profiles).expect("reads").len(), 1);
    });
}

#[test]
fn what_counts_as_leaving_is_set_and_learning_is_asked_for() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        account(&t, &lead);
        let lena = t.browser(lead.id);
        let form = |horizon: &'static str| {
            [
                ("horizon_days", horizon),
                ("drop_percent", "50"),
                ("alerts_a_week", "5"),
                ("hysteresis_percent", "25"),
            ]
        };
        let wrong = lena.post("/settings/health", &form("3"));
        assert_eq!(wrong.status.as_u16(), 422);
        assert!(wrong.body.contains("from 30 to 730"), "{}", wrong.shown());
        assert_eq!(lena.post("/settings/health", &form("90")).line(), "303 /settings/health");
        let now = t.db.read(health::options).expect("reads");
        assert_eq!((now.horizon_days, now.drop_percent), (90, 50));
        for _ in 0..2 {
            assert_eq!(lena.post("/settings/health/learn", &[]).line(), "303 /settings/health");
        }
        assert!(lena.get("/settings/health").body.contains("Learning"));
        let agent = t.agent_as("Anna", "agent");
        assert_eq!(t.browser(agent.id).get("/settings/health").line(), "403");
        t.db.write(|tx| tend_core::jobs::cancel(tx, "learn_health")).expect("cancels");
    });
}

#[test]
fn the_api_tells_and_takes_the_same() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let id = account(&t, &lead);
        let token = t.token(lead.id, "");
        let ask = |path: &str| call(&t, &token, Method::GET, path, &Value::Null);
        let (status, it) = ask(&format!("/api/v1/accounts/{id}/health"));
        assert_eq!(status, 200, "{it}");
        assert!(it["leaves_unknown"].as_str().is_some_and(|it| it.contains("rule score")));
        assert_eq!(it["snapshot"]["leaves"], Value::Null);
        assert_eq!(it["snapshot"]["arr_minor"], 1_200_000);
        let measures = it["measures"].as_array().expect("a list");
        assert!(measures.iter().any(|it| it["key"] == "active_change:28" && it["stale"] == true));
        let path = format!("/api/v1/accounts/{id}/health/overrides");
        let said = json!({ "leaves": 0.5, "reason": "They look around.", "days": 9 });
        let (status, made) = call(&t, &token, Method::POST, &path, &said);
        assert_eq!(status, 201, "{made}");
        assert_eq!(ask(&path).1["items"][0]["id"], made["id"]);
        assert_eq!(ask(&format!("/api/v1/accounts/{id}/health")).1["at_risk_minor"], 600_000);
        let wrong = json!({ "leaves": 50, "reason": "Per cent?", "days": 9 });
        assert_eq!(call(&t, &token, Method::POST, &path, &wrong).0, 422);
        let one = format!("{path}/{}", made["id"].as_str().expect("an id"));
        assert_eq!(call(&t, &token, Method::DELETE, &one, &Value::Null).0, 204);

        let (_, all) = ask("/api/v1/health/profiles");
        let default = all["items"][0]["id"].as_str().expect("an id").to_owned();
        let open = json!({ "kind": "open", "weight": 1.0, "worst": 8.0, "best": 0.0 });
        let whole = json!({ "name": "Everybody", "measures": [open] });
        let path = format!("/api/v1/health/profiles/{default}");
        let (status, changed) = call(&t, &token, Method::PUT, &path, &whole);
        assert_eq!((status, &changed["version"]), (200, &json!(2)), "{changed}");
        assert_eq!(changed["measures"][0]["missing"], "left_out");
        let bad = json!({ "name": "Everybody", "measures": [{ "kind": "moon", "weight": 1.0, "worst": 8.0, "best": 0.0 }] });
        assert_eq!(call(&t, &token, Method::PUT, &path, &bad).0, 422);
        assert_eq!(call(&t, &token, Method::DELETE, &path, &Value::Null).0, 422);

        let (_, all) = ask(&format!("/api/v1/health/snapshots?account={id}"));
        assert_eq!(all["items"].as_array().map(Vec::len), Some(1), "{all}");
        assert_eq!(ask("/api/v1/health/snapshots?limit=1").1["items"][0]["account"], json!(id));
        let day = all["items"][0]["day"].as_str().expect("a day").to_owned();
        let changes = format!("/api/v1/accounts/{id}/health/changes?from={day}&to={day}");
        assert_eq!(ask(&changes).0, 200);
        assert_eq!(ask("/api/v1/health/model").0, 404, "nothing was learned yet");
        t.db.write(|tx| {
            let fitted = health::learn(health::lesson(tx)?)?;
            health::keep_model(tx, tend_core::Actor::System, &fitted)
        })
        .expect("learns that it does not know");
        let (_, model) = ask("/api/v1/health/model");
        assert_eq!((&model["known"], &model["step"]), (&json!(false), &json!("rule")), "{model}");
    });
}

#[test]
fn who_may_not_see_money_is_told_none_by_the_api() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let id = account(&t, &lead);
        let by = lead.clone();
        t.db.write(move |tx| health::judge(tx, &by, id, 0.5, "They look around.", 9))
            .expect("is allowed");
        let token = t.token(lead.id, "customers.read");
        let path = format!("/api/v1/accounts/{id}/health");
        let (_, it) = call(&t, &token, Method::GET, &path, &Value::Null);
        assert_eq!(it["snapshot"]["arr_minor"], Value::Null, "{it}");
        assert_eq!(it["at_risk_minor"], Value::Null);
        let list = format!("/api/v1/health/snapshots?account={id}");
        let (_, all) = call(&t, &token, Method::GET, &list, &Value::Null);
        assert_eq!(all["items"][0]["arr_minor"], Value::Null);
    });
}
