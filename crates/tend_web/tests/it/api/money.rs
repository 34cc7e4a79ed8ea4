//! Renewals, opportunities, costs, worth, referrals and references by the API.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tend_testkit::Tend;

use super::{Program, is_problem};

fn id(it: &Value) -> &str {
    it["id"].as_str().expect("has an id")
}

/// An account that has paid for a year, and its subscription.
fn customer(api: &Program<'_>, name: &str) -> (String, String) {
    let account = api.post("/accounts", json!({ "name": name })).ok();
    let new = json!({
        "account": id(&account), "plan": "Team", "currency": "EUR", "price": 10_000,
        "start": "2023-01-15", "term_months": 12, "renews_on": "2099-01-15"
    });
    let subscription = api.post("/subscriptions", new).ok();
    (id(&account).to_owned(), id(&subscription).to_owned())
}

#[test]
fn a_renewal_is_forecast_and_settled_once() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let (account, subscription) = customer(&api, "Kestrel");
        let path = format!("/renewals/{subscription}");
        is_problem(
            &api.patch(&path, json!({ "forecast": "sure" })),
            StatusCode::UNPROCESSABLE_ENTITY,
        );
        let said = api.patch(&path, json!({ "forecast": "at_risk" })).ok();
        assert_eq!((&said["forecast"], &said["account"]), (&json!("at_risk"), &json!(account)));
        assert_eq!(said["amount"], 120_000);

        let lost = json!({ "outcome": "churned" });
        let outcome = format!("{path}/outcome");
        assert_eq!(api.post(&outcome, lost).wrong(), ["churn_reason"]);
        let reason = api.post("/churn-reasons", json!({ "name": "Too dear" })).ok();
        let dearer = json!({ "outcome": "renewed", "price": 12_000 });
        assert_eq!(api.post(&outcome, dearer).ok()["outcome"], "expanded");
        let lost = json!({ "outcome": "churned", "churn_reason": id(&reason) });
        assert_eq!(api.post(&outcome, lost).ok()["outcome"], "churned", "of the next term");
        let again = json!({ "outcome": "renewed" });
        is_problem(&api.post(&outcome, again), StatusCode::NOT_FOUND);
        let settled = api.get("/renewals?settled=true").ok();
        let outcomes: Vec<_> = settled["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|it| (it["outcome"].clone(), it["churn_reason"].clone()))
            .collect();
        let expected = [(json!("churned"), json!("Too dear")), (json!("expanded"), json!(null))];
        assert_eq!(outcomes, expected);
        let forecast = api.get("/renewals/forecast").ok();
        assert_eq!(forecast["expected"].as_array().map(Vec::len), Some(5));
        assert_eq!((&forecast["due"], &forecast["kept_share"]), (&json!(0), &json!(null)));
        assert_eq!(
            api.patch(&format!("/churn-reasons/{}", id(&reason)), json!({ "archived": true })).ok()
                ["archived"],
            true
        );
    });
}

#[test]
fn an_opportunity_fills_the_white_space() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let (account, _) = customer(&api, "Kestrel");
        let product = api.post("/products", json!({ "name": "Alarms" })).ok();
        let new = json!({
            "account": account, "kind": "cross_sell", "product": id(&product),
            "name": "Alarms for the cold store", "amount": 240_000, "closes_on": "2027-03-01"
        });
        let it = api.post("/opportunities", new).ok();
        assert_eq!((&it["stage"], &it["closes_on"]), (&json!("found"), &json!("2027-03-01")));
        let white = api.get("/revenue/white-space").ok();
        assert_eq!(white["accounts"][0]["owns"], json!([]));
        assert_eq!(white["accounts"][0]["open"], json!([id(&product)]));
        let path = format!("/opportunities/{}", id(&it));
        assert_eq!(api.patch(&path, json!({ "stage": "won" })).ok()["stage"], "won");
        assert_eq!(api.patch(&path, json!({ "stage": "maybe" })).wrong(), ["stage"]);
        assert_eq!(api.get(&path).ok()["stage"], "won");
        let of = api.get(&format!("/opportunities?account={account}&limit=1")).ok();
        assert_eq!(
            (of["items"][0]["id"].clone(), of["next_cursor"].clone()),
            (it["id"].clone(), Value::Null)
        );
        let renamed = json!({ "name": "Alarms Plus", "archived": true });
        let renamed = api.patch(&format!("/products/{}", id(&product)), renamed).ok();
        assert_eq!((&renamed["name"], &renamed["archived"]), (&json!("Alarms Plus"), &json!(true)));
    });
}

#[test]
fn costs_cohorts_worth_and_growth_are_told() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let (account, _) = customer(&api, "Kestrel");
        let cost = json!({ "month": "2023-01", "channel": "Events", "amount": 50_000 });
        assert_eq!(api.put("/revenue/acquisition/costs", cost).status, 204);
        let wrong = json!({ "month": "January", "channel": "Events", "amount": 50_000 });
        assert_eq!(api.put("/revenue/acquisition/costs", wrong).wrong(), ["month"]);
        let channel = json!({ "channel": "Events" });
        assert_eq!(api.put(&format!("/accounts/{account}/channel"), channel).status, 204);
        let won = api.get("/revenue/acquisition?months=60").ok();
        assert_eq!(won["together"]["customers"], 1);
        assert_eq!(
            (&won["channels"][0]["name"], &won["channels"][0]["cost"]),
            (&json!("Events"), &json!(50_000.0))
        );
        is_problem(&api.get("/revenue/acquisition?months=61"), StatusCode::BAD_REQUEST);

        let cohorts = api.get("/revenue/cohorts?months=60").ok();
        assert_eq!(
            (&cohorts["basis"], &cohorts["cohorts"][0]["month"]),
            (&json!("pays"), &json!("2023-01"))
        );
        assert_eq!(cohorts["cohorts"][0]["return_on"][1]["k"], 1);
        is_problem(&api.get("/revenue/cohorts?basis=smiles"), StatusCode::BAD_REQUEST);
        let worth = api.get("/revenue/lifetime-value").ok();
        assert_eq!(
            (&worth["chosen"], worth["ways"].as_array().map(Vec::len)),
            (&json!("simple"), Some(3))
        );
        let growth = api.get("/revenue/growth").ok();
        let of_nobody = &growth["portfolios"][0];
        assert_eq!((&of_nobody["owner"], &of_nobody["end"]), (&Value::Null, &json!(120_000)));
    });
}

#[test]
fn referrals_and_references_keep_their_rules() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let (account, _) = customer(&api, "Kestrel");
        let (other, _) = customer(&api, "Harborview");
        let new = json!({ "referrer": account, "name": "Harborview", "day": "2026-01-02" });
        let referral = api.post("/referrals", new).ok();
        let path = format!("/referrals/{}", id(&referral));
        let itself = json!({ "state": "accepted", "referred": account });
        assert!(api.patch(&path, itself).status >= 400, "nobody introduces themselves");
        let known = api.patch(&path, json!({ "state": "accepted", "referred": other })).ok();
        assert_eq!((&known["referred"], &known["first_year"]), (&json!(other), &json!(120_000)));
        assert_eq!(api.get("/referrals").ok()["items"][0]["first_year_is_over"], true);

        let quote = json!({ "account": account, "kind": "testimonial" });
        assert_eq!(api.post("/advocates", quote).wrong(), ["quote"]);
        let new = json!({ "account": account, "kind": "reference", "asks_a_year": 1 });
        let it = api.post("/advocates", new).ok();
        assert_eq!(it["standing"], "no_consent");
        let path = format!("/advocates/{}", id(&it));
        let asks = format!("{path}/asks");
        let call = json!({ "purpose": "A call with a grower" });
        assert!(api.post(&asks, call.clone()).status >= 400, "they have not agreed");
        assert_eq!(api.patch(&path, json!({ "consents": true })).ok()["standing"], "may");
        assert_eq!(api.post(&asks, call.clone()).ok()["standing"], "asked_enough");
        assert!(api.post(&asks, call).status >= 400, "as often as they agreed to");
        assert_eq!(api.patch(&path, json!({ "consents": false })).ok()["standing"], "withdrawn");
        assert_eq!(api.get("/advocates").ok()["items"][0]["asked"], 1);
    });
}

#[test]
fn a_field_that_is_not_known_is_refused_and_nothing_is_written() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let (account, subscription) = customer(&api, "Kestrel");
        let all = [
            (
                "/opportunities",
                json!({ "account": account, "kind": "upsell", "name": "Seats", "arr": 5_000 }),
            ),
            ("/opportunities", json!({ "account": account, "kind": "upsell", "name": "Seats" })),
            ("/referrals", json!({ "referrer": account, "name": "Okada", "on": "2026-01-02" })),
            ("/advocates", json!({ "account": account, "kind": "reference", "asks": 1 })),
            ("/products", json!({ "name": "Alarms", "price": 3 })),
            (
                "/invoices",
                json!({ "account": account, "number": "1", "currency": "EUR", "amount": 1,
                "issued_on": "2026-01-01", "due_on": "2026-02-01", "note": "x" }),
            ),
            (
                "/subscriptions",
                json!({ "account": account, "currency": "EUR", "price": 1,
                "start": "2026-01-01", "term": 12 }),
            ),
        ];
        for (path, body) in all {
            let said = api.post(path, body);
            assert!((400..500).contains(&said.status), "{path}: {}", said.status);
        }
        for path in ["/opportunities", "/referrals", "/advocates", "/products", "/invoices"] {
            let found = api.get(path).ok();
            assert_eq!(found["items"].as_array().map(Vec::len), Some(0), "{path}");
        }
        let path = format!("/subscriptions/{subscription}");
        assert!((400..500).contains(&api.patch(&path, json!({ "qty": 2 })).status));
        let outcome = json!({ "outcome": "renewed", "arr": 2 });
        let path = format!("/renewals/{subscription}/outcome");
        assert!((400..500).contains(&api.post(&path, outcome).status));
        assert_eq!(api.get(&format!("/subscriptions/{subscription}")).ok()["auto_renew"], true);
    });
}
