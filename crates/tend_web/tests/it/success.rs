//! What pages say and set about customer success is in the API too, and their lists are files.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tend_core::{
    accounts::{self, AccountId, NewAccount},
    agents::Me,
    money::{
        days,
        subscriptions::{self, NewSubscription, Terms},
    },
    tasks::{self, NewTask},
};
use tend_testkit::Tend;

use crate::{
    api::{Program, is_problem},
    proof::account,
};

/// A yearly one.
fn subscribed(t: &Tend, me: &Me, name: &str) -> (AccountId, String) {
    let (by, name) = (me.clone(), name.to_owned());
    t.write(move |tx| {
        let new = NewAccount { name: name.clone(), owner: Some(by.id), ..NewAccount::default() };
        let id = accounts::create(tx, &by, &new)?;
        let new = NewSubscription {
            account: id,
            product: None,
            plan: "Team".to_owned(),
            currency: "EUR".parse().expect("a currency"),
            terms: Terms { quantity: 1, price: 120_000, months: 12 },
            start: days::today(tx)? - 100,
            term_months: 12,
            renewal: None,
            auto_renew: true,
            external_id: None,
        };
        Ok((id, subscriptions::add(tx, &by, &new)?.to_string()))
    })
}

#[test]
fn what_the_company_says_is_read_and_set_by_those_who_may() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let now = api.get("/health/options").ok();
        assert_eq!((&now["alerts_a_week"], &now["alerts_make_tasks"]), (&json!(5), &json!(false)));
        let to = json!({ "alerts_a_week": 2, "alerts_make_tasks": true });
        let now = api.patch("/health/options", to).ok();
        assert_eq!((&now["alerts_a_week"], &now["alerts_make_tasks"]), (&json!(2), &json!(true)));
        assert_eq!(now["horizon_days"], 180, "what was left out stays");
        let wrong = json!({ "horizon_days": 3, "hysteresis_percent": 95 });
        assert_eq!(
            api.patch("/health/options", wrong).wrong(),
            ["horizon_days", "hysteresis_percent"]
        );

        assert_eq!(api.put("/portfolio/silence", json!({ "days": 45 })).status, 204);
        assert_eq!(api.get("/portfolio/silence").ok(), json!({ "days": 45 }));
        assert_eq!(api.put("/portfolio/silence", json!({ "days": 0 })).wrong(), ["silent_days"]);
        assert_eq!(api.put("/usage/retention", json!({ "days": 10 })).status, 204);
        assert_eq!(api.get("/usage/retention").ok(), json!({ "days": 10 }));

        assert_eq!(api.put("/revenue/currency", json!({ "currency": "NOK" })).status, 204);
        assert_eq!(api.put("/revenue/margin", json!({ "percent": 65 })).status, 204);
        let terms = json!({ "currency": "NOK", "margin_percent": 65 });
        assert_eq!(api.get("/revenue/terms").ok(), terms);
        let rate = json!({ "currency": "EUR", "day": "2026-01-02", "rate": "11.5" });
        assert_eq!(api.put("/revenue/rates", rate.clone()).status, 204);
        assert_eq!(api.get("/revenue/rates").ok()["items"], json!([rate]));
        let wrong = json!({ "currency": "EUR", "day": "2026-01-02", "rate": "dear" });
        assert_eq!(api.put("/revenue/rates", wrong).wrong(), ["rate"]);

        let agent = t.agent_as("Anna", "agent");
        let anna = Program::of(&t, &agent);
        for (path, body) in [
            ("/revenue/margin", json!({ "percent": 50 })),
            ("/revenue/currency", json!({ "currency": "EUR" })),
            ("/portfolio/silence", json!({ "days": 3 })),
            ("/usage/retention", json!({ "days": 3 })),
        ] {
            is_problem(&anna.put(path, body), StatusCode::FORBIDDEN);
        }
    });
}

#[test]
fn key_features_are_named_by_the_api() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        t.write(|tx| {
            let sql =
                "INSERT INTO usage_names (kind, name, first_at) VALUES ('track', 'Exported', 1)";
            tx.execute(sql, &[])?;
            Ok(())
        });
        let key = |yes: bool| json!({ "event": "Exported", "is_key": yes });
        assert_eq!(api.put("/usage/features", key(true)).status, 204);
        let all = api.get("/usage/features").ok();
        let exported = json!({ "type": "track", "event": "Exported", "is_key": true });
        assert_eq!(all["items"], json!([exported]));
        assert_eq!(api.put("/usage/features", key(false)).status, 204);
        assert_eq!(api.get("/usage/features").ok()["items"][0]["is_key"], false);
        let unknown = json!({ "event": "Imported", "is_key": true });
        is_problem(&api.put("/usage/features", unknown), StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_renewal_a_cohort_a_view_and_a_word_on_a_task_are_read_one_by_one() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let api = Program::of(&t, &admin);
        let (account, subscription) = subscribed(&t, &admin, "Kestrel");
        let renewal = api.get(&format!("/renewals/{subscription}")).ok();
        assert_eq!(
            (&renewal["amount"], &renewal["account"]),
            (&json!(120_000), &json!(account.to_string()))
        );

        let month = api.get("/revenue/cohorts").ok()["cohorts"][0]["month"].clone();
        let month = month.as_str().expect("a month");
        let of = |more: &str| api.get(&format!("/revenue/cohorts/accounts?month={month}{more}"));
        let members = of("&after=1").ok();
        assert_eq!(
            members["items"],
            json!([{ "account": account, "name": "Kestrel", "came": true }])
        );
        is_problem(&of("&after=40"), StatusCode::NOT_FOUND);
        is_problem(&of("&came=never"), StatusCode::BAD_REQUEST);

        let rich = json!({ "field": "arr", "op": "at_least", "value": 1000 });
        let new = json!({ "name": "Rich", "whose": "all", "condition": rich, "sort": "-risk" });
        let view = api.post("/portfolio/views", new).ok();
        assert_eq!((&view["audience"], &view["sort"]), (&json!("personal"), &json!("-risk")));
        let path = format!("/portfolio/views/{}", view["id"].as_str().expect("an id"));
        let changed = api.patch(&path, json!({ "name": "Richest", "audience": "everyone" })).ok();
        assert_eq!((&changed["name"], &changed["condition"]), (&json!("Richest"), &rich));
        let agent = t.agent_as("Anna", "agent");
        assert_eq!(
            Program::of(&t, &agent).get("/portfolio/views").ok()["items"][0]["name"],
            "Richest"
        );
        assert_eq!(
            api.post("/portfolio/views", json!({ "name": "x", "sort": "colour" })).wrong(),
            ["sort"]
        );
        assert_eq!(api.delete(&path).status, 204);
        is_problem(&api.get(&path), StatusCode::NOT_FOUND);

        let by = admin.clone();
        let task = t.write(move |tx| {
            tasks::make(tx, &by, &NewTask { title: "Call them".to_owned(), ..NewTask::default() })
        });
        let path = format!("/tasks/{task}/comments");
        assert_eq!(api.post(&path, json!({ "text": "Nobody there." })).status, 204);
        assert_eq!(api.post(&path, json!({ "text": " " })).wrong(), ["text"]);
        let said = api.get(&path).ok();
        let first = (&said["items"][0]["author"], &said["items"][0]["text"]);
        assert_eq!(first, (&json!("Maren"), &json!("Nobody there.")));
        assert_eq!(said["items"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn the_rows_behind_figures_are_files_as_well() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let (web, api) = (t.browser(admin.id), Program::of(&t, &admin));
        let (account_id, _) = subscribed(&t, &admin, "Kestrel");
        account(&t, &admin, "Dairy", 0.5);
        let new = json!({ "account": account_id, "number": "R-1", "currency": "EUR", "amount": 500,
            "issued_on": "2023-01-01", "due_on": "2023-01-15" });
        api.post("/invoices", new).ok();
        let new = json!({ "account": account_id, "kind": "reference", "asks_a_year": 1 });
        api.post("/advocates", new).ok();
        api.post("/referrals", json!({ "referrer": account_id, "name": "Okada" })).ok();
        api.post("/products", json!({ "name": "Alarms" })).ok();
        let month = api.get("/revenue/cohorts").ok()["cohorts"][0]["month"].clone();
        let month = month.as_str().expect("a month").to_owned();
        let cohort = format!("/revenue/retention/accounts.csv?first={month}&after=1");
        for (path, head, cell) in [
            ("/revenue/accounts.csv?which=end", "account,name,currency,opening", ",Kestrel,EUR,"),
            ("/revenue/invoices.csv?shown=late", "invoice,number,account", ",R-1,"),
            (
                &cohort,
                "month,months_later,account,name,came,definition",
                ",Kestrel,true,cohort_return_on,1",
            ),
            ("/revenue/referrals.csv", "referral,introduced", ",Okada,"),
            ("/revenue/advocates.csv", "advocate,account,name", ",Kestrel,reference,"),
            (
                "/revenue/white-space.csv",
                "account,name,currency,arr,product",
                ",Alarms,false,false,",
            ),
            ("/usage/accounts.csv", "account,name,times,people", ""),
            ("/usage/first-value.csv", "account,name,started_on", ""),
            ("/health/alerts.csv?whose=all&shown=all", "alert,account,account_name", ""),
        ] {
            let file = web.get(path);
            assert_eq!(file.header("content-type"), "text/csv; charset=utf-8", "{path}");
            let text = file.body.trim_start_matches('\u{feff}');
            assert!(text.starts_with(head) && text.contains(cell), "{path}: {text}");
        }
        let _: Value = api.get("/health/alerts").ok();
    });
}
