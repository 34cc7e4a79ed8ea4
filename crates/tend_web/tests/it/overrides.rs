//! What an agent says of an account’s chance to leave is what counts, wherever it is told, with
//! the model’s beside it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tend_core::{
    Error,
    accounts::{self, AccountId, NewAccount},
    agents::Me,
    book,
    health::{self, alerts},
};
use tend_testkit::Tend;

use crate::{
    api::{Program, is_problem},
    proof::account,
};

fn says(t: &Tend, me: &Me, id: AccountId, p: f64) {
    let by = me.clone();
    t.write(move |tx| health::judge(tx, &by, id, p, "They told me.", 30));
}

fn found(api: &Program<'_>, field: &str, op: &str, value: i64) -> Vec<Value> {
    let condition = json!({ "field": field, "op": op, "value": value }).to_string();
    let encoded: String = condition.bytes().map(|it| format!("%{it:02X}")).collect();
    let it = api.get(&format!("/portfolio?sort=name&condition={encoded}")).ok();
    it["items"].as_array().expect("a list").iter().map(|it| it["name"].clone()).collect()
}

#[test]
fn an_override_counts_in_lists_files_segments_alerts_and_the_api_with_the_models_beside_it() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let (lena, api) = (t.browser(lead.id), Program::of(&t, &lead));
        let dairy = account(&t, &lead, "Dairy", 0.625);
        for n in 0..4 {
            account(&t, &lead, &format!("Calm {n}"), 0.02);
        }
        let owner = lead.id;
        t.write(move |tx| alerts::raise(tx, owner, health::today(tx)));
        says(&t, &lead, dairy, 0.25);

        let rows = api.get("/health/at-risk/accounts").ok();
        let it = &rows["items"][0];
        assert_eq!((&it["name"], &it["leaves"]), (&json!("Dairy"), &json!(0.625)));
        assert_eq!((&it["override"], &it["counts"]), (&json!(0.25), &json!(0.25)));
        assert_eq!(it["expected_to_be_lost"], 1_250_000, "0.25 × 50,000.00");
        let rows = api.get("/portfolio?sort=risk").ok();
        let it = &rows["items"][0];
        assert_eq!((&it["leaves"], &it["override"]), (&json!(0.625), &json!(0.25)));
        assert_eq!((&it["counts"], &it["risk_minor"]), (&json!(0.25), &json!(1_250_000)));
        assert_eq!(it["rule_score"], 37.5);
        assert_eq!(rows["items"][1]["override"], Value::Null);
        let standing = api.get(&format!("/accounts/{dairy}/standing")).ok();
        assert_eq!(standing["override"], 0.25);
        let alert = &api.get("/health/alerts").ok()["items"][0];
        let told = (&alert["probability"], &alert["probability_now"], &alert["override_now"]);
        assert_eq!(told, (&json!(0.625), &json!(0.25), &json!(0.25)));

        assert_eq!(found(&api, "leaving", "at_least", 20), ["Dairy"]);
        assert_eq!(found(&api, "leaving", "at_least", 50), [] as [Value; 0]);
        assert_eq!(found(&api, "leaving", "at_most", 5).len(), 4, "the model’s, without a word");
        assert_eq!(found(&api, "leaving_foretold", "at_least", 50), ["Dairy"]);

        let list = lena.post("/portfolio/export", &[("view", "all")]).body;
        let head = list.lines().next().unwrap_or_default();
        assert!(head.ends_with("money_at_risk,leaves,override,counts,rule_score"), "{head}");
        assert!(list.contains(",12500.00,0.625000,0.250000,0.250000,37.5"), "{list}");
        let file = lena.get("/health/at-risk/accounts.csv").body;
        assert!(file.contains(",0.625000,0.250000,0.250000,EUR,"), "{file}");
        assert!(file.contains(",expected_loss,2"), "{file}");

        for (path, says) in [
            ("/portfolio?view=all", "by an override; the model says"),
            ("/health/at-risk/accounts", "override, model "),
            ("/my-day", "An override; the model says"),
            ("/health/alerts", "by an override; the model says"),
        ] {
            let shown = lena.get(path).body;
            assert!(shown.contains(says), "{path}: {shown}");
        }
    });
}

#[test]
fn an_override_counts_before_anything_was_written_down_and_no_more_once_they_left() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let api = Program::of(&t, &lead);
        let by = lead.clone();
        let new = t.write(move |tx| {
            let new =
                NewAccount { name: "New".to_owned(), owner: Some(by.id), ..NewAccount::default() };
            let id = accounts::create(tx, &by, &new)?;
            book::say_money(tx, &by, id, Some(Some(1_000_000)), None)?;
            Ok(id)
        });
        says(&t, &lead, new, 0.5);
        let rows = api.get("/health/at-risk/accounts").ok();
        let it = &rows["items"][0];
        assert_eq!((&it["leaves"], &it["counts"]), (&Value::Null, &json!(0.5)));
        assert_eq!(it["expected_to_be_lost"], 500_000);
        assert_eq!(found(&api, "leaving", "at_least", 50), ["New"]);
        let page = t.browser(lead.id).get("/portfolio?view=all").body;
        assert!(page.contains("by an override; nothing is foretold"), "{page}");

        for n in 0..4 {
            account(&t, &lead, &format!("Calm {n}"), 0.02);
        }
        let gone = account(&t, &lead, "Gone", 0.6);
        let owner = lead.id;
        t.write(move |tx| alerts::raise(tx, owner, health::today(tx)));
        says(&t, &lead, gone, 0.9);
        t.write(move |tx| {
            let sql = "UPDATE health_snapshots SET frozen = TRUE WHERE account_id = $1";
            tx.execute(sql, &[gone.into()])?;
            Ok::<_, Error>(())
        });
        assert_eq!(found(&api, "leaving", "at_least", 60), [] as [Value; 0]);
        let alert = &api.get("/health/alerts").ok()["items"][0];
        assert_eq!(
            (&alert["account_left"], &alert["probability_now"]),
            (&json!(true), &Value::Null)
        );
        let shown = t.browser(lead.id).get("/health/alerts").body;
        assert!(shown.contains("It has left since.") && !shown.contains("Now it is"), "{shown}");
    });
}

#[test]
fn what_is_asked_of_no_group_and_of_no_segment_is_not_found() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let api = Program::of(&t, &lead);
        account(&t, &lead, "Dairy", 0.5);
        for path in [
            "/health/at-risk/accounts?of=bogus",
            "/health/at-risk/accounts?by=segment&of=seg_7zzzzzzzzzz",
            "/portfolio?segment=seg_7zzzzzzzzzz",
            "/portfolio/sums?segment=seg_7zzzzzzzzzz",
        ] {
            is_problem(&api.get(path), StatusCode::NOT_FOUND);
        }
        let page = t.browser(lead.id).get("/health/at-risk/accounts?of=bogus");
        assert_eq!(page.line(), "404");
    });
}

#[test]
fn money_that_one_may_not_see_is_not_told_as_nothing() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let id = account(&t, &lead, "Dairy", 0.5);
        let by = lead.clone();
        t.write(move |tx| book::say_money(tx, &by, id, Some(Some(240_001)), Some(Some(22_000))));
        let api = Program::within(&t, &lead, "customers.read");
        let sums = api.get("/portfolio/sums").ok();
        for field in ["arr_minor", "arr_of", "risk_minor", "risk_of", "renew_soon_minor"] {
            assert_eq!(sums[field], Value::Null, "{field}");
        }
        assert_eq!(sums["accounts"], 1);
        let tree = api.get(&format!("/accounts/{id}/standing")).ok()["tree"].clone();
        assert_eq!((&tree["arr_minor"], &tree["accounts"]), (&Value::Null, &json!(1)));
        for sort in ["arr", "-risk"] {
            is_problem(&api.get(&format!("/portfolio?sort={sort}")), StatusCode::FORBIDDEN);
        }
        let line = api.get("/portfolio").ok()["items"][0].clone();
        let standing = api.get(&format!("/accounts/{id}/standing")).ok();
        for it in [line, standing] {
            assert_eq!((&it["arr_minor"], &it["arr_source"]), (&Value::Null, &Value::Null));
            assert_eq!(it["renews_on"], "2030-03-27", "the day is no money");
        }
    });
}

#[test]
fn an_override_holds_for_so_many_days_or_until_a_day() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "admin");
        let id = account(&t, &lead, "Dairy", 0.5);
        let api = Program::of(&t, &lead);
        let path = format!("/accounts/{id}/health/overrides");
        let with = |more: Value| {
            let mut body = json!({ "leaves": 0.2, "reason": "They told me." });
            for (name, value) in more.as_object().expect("fields") {
                body[name] = value.clone();
            }
            api.post(&path, body)
        };
        let by_days = with(json!({ "days": 30 })).ok();
        let until = by_days["expires_on"].clone();
        assert_eq!(with(json!({ "expires_on": until })).ok()["expires_on"], until);
        for (wrong, field) in [
            (json!({}), "days"),
            (json!({ "days": 30, "expires_on": until }), "days"),
            (json!({ "days": 0 }), "days"),
            (json!({ "expires_on": by_days["made_on"] }), "expires_on"),
            (json!({ "expires_on": "2999-01-01" }), "expires_on"),
            (json!({ "expires_on": "soon" }), "expires_on"),
        ] {
            let said = with(wrong.clone());
            assert_eq!((said.status, said.wrong()), (422, vec![field]), "{wrong}");
        }
        // The two that were taken: the first ended with the second.
        assert_eq!(api.get(&path).ok()["items"].as_array().map(Vec::len), Some(2));
    });
}
