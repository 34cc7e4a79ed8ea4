//! What had pages alone, by the API: low scores, what remedies cost and their rules, quizzes, the
//! rules of messages, suggestions for accounts, what shops sent, and how onboarding goes.

use axum::http::Method;
use serde_json::{Value, json};
use tend_core::{
    contacts,
    outreach::pauses::{self, Why},
    surveys::{Kind, NewSurvey, When},
};
use tend_testkit::Tend;

use crate::{
    api::Program,
    campaigns::{company, somebody},
    hooks::{connect, one_order_arrives},
    surveys::{ask, survey},
};

fn id(it: &Value) -> String {
    it["id"].as_str().expect("has an id").to_owned()
}

fn items(it: &Value) -> Vec<Value> {
    it["items"].as_array().cloned().expect("is a list")
}

#[test]
fn low_scores_are_listed_taken_and_settled() {
    Tend::on_both(|t| {
        let (lead, anna) = (t.agent_as("Lena", "lead"), t.agent_as("Anna", "agent"));
        let of = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        ask(&t, &lead, of, 0, 3);
        let (lenas, annas) = (Program::of(&t, &lead), Program::of(&t, &anna));
        for it in items(&lenas.get("/survey-requests").ok()) {
            lenas
                .post(&format!("/survey-requests/{}/response", id(&it)), json!({ "score": 1 }))
                .ok();
        }
        let all = annas.whole(&format!("/survey-loops?survey_id={of}&open=true"), |_| {});
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|it| it["state"] == "open" && it["score"] == 1), "{all:?}");
        let path = format!("/survey-loops/{}", id(&all[0]));
        let seen = annas.get(&path);
        let tag = seen.seen.header("etag").to_owned();
        let taken = annas.post(&format!("{path}/take"), json!({})).ok();
        assert_eq!(taken["owner_id"], json!(anna.id.to_string()));
        let task =
            annas.get(&format!("/tasks/{}", taken["task_id"].as_str().expect("a task"))).ok();
        assert_eq!(task["owner"]["id"], taken["owner_id"], "the task goes with it: {task}");
        // Who was rated follows nothing up.
        let request = all[1]["request_id"].as_str().expect("has one").to_owned();
        let request: tend_core::surveys::RequestId = request.parse().expect("an id");
        let rated = anna.id;
        t.write(move |tx| {
            let sql = "UPDATE survey_requests SET agent_id = $2 WHERE id = $1";
            Ok(tx.execute(sql, &[request.into(), rated.into()]).map(drop)?)
        });
        assert_eq!(
            annas.post(&format!("/survey-loops/{}/take", id(&all[1])), json!({})).status,
            422
        );
        let settle = json!({ "state": "resolved", "reason": "Late" });
        let stale = annas.ask(Method::PATCH, &path, Some(settle.clone()), &[("if-match", &tag)]);
        assert_eq!(stale.status, 412, "somebody took it meanwhile");
        let settled = annas.patch(&path, settle).ok();
        assert_eq!((&settled["state"], &settled["reason"]), (&json!("resolved"), &json!("Late")));
        assert!(settled["settled_at"].is_string());
        assert_eq!(annas.patch(&path, json!({ "state": "contacted" })).status, 422);
        assert_eq!(items(&annas.get("/survey-loops?open=false").ok()).len(), 1);
        let vera = Program::of(&t, &t.agent_as("Vera", "viewer"));
        assert_eq!(vera.patch(&path, json!({ "state": "resolved" })).status, 403);
    });
}

#[test]
fn what_remedies_cost_is_the_same_by_the_api() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let ada = Program::of(&t, &admin);
        let order = json!({
            "external_id": "1001", "number": "#1001", "placed_at": "2024-12-20T10:00:00Z",
            "currency": "EUR", "total": 10_000, "shipping": 500, "payment": "paid",
            "fulfilment": "fulfilled", "buyer": { "email": "carol@buyer.example", "name": "Carol" },
        });
        let order = id(&ada.post("/orders", order).ok());
        let reason = ada.get("/remedy-rules").ok()["reasons"][0].clone();
        let new = json!({ "order_id": order, "reason_id": reason["id"], "kind": "store_credit", "amount": 1250 });
        let made = id(&ada.post("/remedies", new).ok());
        ada.post(&format!("/remedies/{made}/done"), json!({ "reference": "c-1" })).ok();
        let report = ada.get("/remedies/report").ok();
        assert_eq!((&report["by"], &report["currency"]), (&json!("reason"), &json!("EUR")));
        let group = &report["groups"][0];
        assert_eq!((&group["name"], &group["given"]), (&reason["name"], &json!(1250)));
        assert_eq!((&report["all"]["remedies"], &report["is_ranked"]), (&json!(1), &json!(false)));
        assert_eq!(
            report["all"]["ordered_again"],
            json!({ "n": 0, "of": 0, "low": null, "high": null })
        );
        let of_kind = ada.get("/remedies/report?by=kind&days=30").ok();
        assert_eq!(of_kind["groups"][0]["key"], "store_credit");
        assert_eq!(ada.get("/remedies/report?by=moon").status, 422);
        assert!((400..500).contains(&ada.get("/remedies/report?days=0").status));
    });
}

#[test]
fn rules_of_remedies_are_written_by_the_api() {
    Tend::on_both(|t| {
        let (admin, anna) = (t.agent_as("Ada", "admin"), t.agent_as("Anna", "agent"));
        let (ada, annas) = (Program::of(&t, &admin), Program::of(&t, &anna));
        let reason = json!({ "name": "Smelled of smoke" });
        assert_eq!(annas.post("/remedy-reasons", reason.clone()).status, 403);
        let made = ada.post("/remedy-reasons", reason.clone()).ok();
        assert_eq!(ada.post("/remedy-reasons", reason).wrong(), ["name"]);
        let path = format!("/remedy-reasons/{}", id(&made));
        let tag = annas.get(&path).seen.header("etag").to_owned();
        let kept = ada.patch(&path, json!({ "name": "Smoke", "is_archived": true })).ok();
        assert_eq!((&kept["name"], &kept["is_archived"]), (&json!("Smoke"), &json!(true)));
        let stale = json!({ "is_archived": false });
        let stale = ada.ask(Method::PATCH, &path, Some(stale), &[("if-match", &tag)]);
        assert_eq!(stale.status, 412);
        let plan = json!({ "reason_id": made["id"], "most_days": 30, "offers": [
            { "kind": "discount", "share": 2000 }, { "kind": "goodwill_note" },
        ] });
        let plan = ada.post("/remedy-plans", plan).ok();
        assert_eq!((&plan["most_days"], &plan["offers"][0]["share"]), (&json!(30), &json!(2000)));
        let path = format!("/remedy-plans/{}", id(&plan));
        let both = json!({ "offers": [{ "kind": "discount", "share": 1, "amount": 1 }] });
        assert_eq!(ada.put(&path, both).wrong(), ["offers.0"]);
        let other = json!({ "offers": [{ "kind": "store_credit", "amount": 1500 }] });
        let other = ada.put(&path, other).ok();
        assert_eq!(
            (&other["most_days"], &other["offers"][0]["amount"]),
            (&Value::Null, &json!(1500))
        );
        assert_eq!(ada.delete(&path).status, 204);
        assert_eq!(ada.get(&path).status, 404);
        let role = anna.role_id.to_string();
        let set = |amount: Value| {
            let one = json!({ "limit": "alone", "role_id": role, "amount": amount });
            let all = ada.patch("/remedy-limits", json!({ "limits": [one] })).ok();
            let all = all["limits"].as_array().cloned().expect("a list");
            let own = all.into_iter().find(|it| it["role_id"] == json!(role)).expect("holds");
            (own["amount"].clone(), own["is_default"].clone())
        };
        assert_eq!(set(json!(750)), (json!(750), json!(false)));
        assert_eq!(set(Value::Null), (json!(5_000), json!(true)), "as Tend comes");
        let odd = json!({ "limits": [{ "limit": "moon", "amount": 1 }] });
        assert_eq!(ada.patch("/remedy-limits", odd).wrong(), ["limits.0.limit"]);
    });
}

#[test]
fn a_quiz_is_composed_by_the_api() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        t.opens_a_shop(&admin);
        let product = t.product(&admin, "Red 0");
        let me = admin.clone();
        t.write(move |tx| {
            tend_core::recommend::offers::set_traits(tx, &me, product, "size: s\nnoise: low")
        });
        let ada = Program::of(&t, &admin);
        let questions = |rules: &str| {
            json!([{ "text": "How large?", "choices": [
                { "text": "Small", "rules": rules }, { "text": "No matter" },
            ] }])
        };
        let quiz = json!({ "title": "Which red?", "questions": questions("must size: s"), "is_open": true });
        let made = ada.post("/quizzes", quiz).ok();
        assert_eq!((&made["slug"], &made["is_open"]), (&json!("which-red"), &json!(true)));
        assert!(t.guest().get("/q/which-red").body.contains("How large?"));
        let path = format!("/quizzes/{}", id(&made));
        let slip = ada.patch(&path, json!({ "questions": questions("syze: s") }));
        assert_eq!(slip.wrong(), ["questions.0.choices.0.rules"]);
        let tag = ada.get(&path).seen.header("etag").to_owned();
        let closed = ada.patch(&path, json!({ "is_open": false })).ok();
        assert_eq!(closed["questions"][0]["choices"][0]["rules"], "must size: s");
        let stale = json!({ "is_open": true });
        let stale = ada.ask(Method::PATCH, &path, Some(stale), &[("if-match", &tag)]);
        assert_eq!(stale.status, 412);
        let all = ada.get("/quizzes").ok();
        assert_eq!(items(&all)[0]["counts"]["started"], 0);
        let vera = Program::of(&t, &t.agent_as("Vera", "viewer"));
        assert_eq!(vera.get("/quizzes").status, 403);
    });
}

#[test]
fn quiet_hours_and_topics_are_set_by_the_api() {
    Tend::on_both(|t| {
        let ada = Program::of(&t, &t.agent_as("Ada", "admin"));
        let before = ada.get("/message-rules");
        let tag = before.seen.header("etag").to_owned();
        assert_eq!(before.ok()["quiet_from"], 20);
        let now = ada.patch("/message-rules", json!({ "quiet_from": 21, "topics": ["News"] })).ok();
        assert_eq!((&now["quiet_from"], &now["quiet_to"]), (&json!(21), &json!(8)));
        assert_eq!(now["topics"], json!(["News"]));
        assert_eq!(ada.patch("/message-rules", json!({ "gap_hours": 999 })).wrong(), ["gap_hours"]);
        let stale = json!({ "holdout": 1 });
        let stale = ada.ask(Method::PATCH, "/message-rules", Some(stale), &[("if-match", &tag)]);
        assert_eq!(stale.status, 412);
        let anna = Program::of(&t, &t.agent_as("Anna", "agent"));
        assert_eq!(anna.get("/message-rules").status, 403);
    });
}

#[test]
fn an_account_has_suggestions_and_an_onboarding_its_report_by_the_api() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        t.opens_a_shop(&admin);
        t.learns();
        let ada = Program::of(&t, &admin);
        let who = t.contact_of("buyer0@gmail.com");
        let account = t.read(|tx| contacts::find(tx, who)).account_id;
        let all = ada.get(&format!("/accounts/{account}/recommendations?limit=2")).ok();
        assert_eq!(all["items"].as_array().map(Vec::len), Some(2), "{all}");
        let plan = json!({ "name": "First steps", "steps": [{ "title": "Look around" }, { "title": "Call", "owner": "agent", "due_days": 3 }] });
        let plan = ada.post("/onboarding-plans", plan).ok();
        let begun = json!({ "plan_id": plan["id"], "account_id": account.to_string() });
        let begun = ada.post("/onboardings", begun).ok();
        let step = plan["steps"][0]["id"].as_str().expect("has an id");
        ada.ask(Method::PUT, &format!("/onboardings/{}/steps/{step}", id(&begun)), None, &[]).ok();
        t.inbox("hello@tend.test");
        let owner = json!({ "owner": admin.id.to_string() });
        ada.patch(&format!("/accounts/{account}"), owner).ok();
        let link = ada.get(&format!("/onboardings/{}", id(&begun))).ok();
        let link =
            link["link"].as_str().and_then(|it| it.find("/o/").map(|at| it[at..].to_owned()));
        let theirs = t.guest().get(&link.expect("has a link")).body;
        assert!(theirs.contains(">Ada</span> does this for you by "), "{theirs}");
        assert!(theirs.contains("mailto:hello@tend.test?subject=First%20steps"), "{theirs}");
        let report = ada.get(&format!("/onboarding-plans/{}/report", id(&plan))).ok();
        assert_eq!((&report["started"], &report["open"]), (&json!(1), &json!(1)));
        let steps: Vec<_> = report["steps"].as_array().into_iter().flatten().collect();
        assert_eq!((&steps[0]["of"], &steps[0]["done"]), (&json!(1), &json!(1)), "{report}");
        assert_eq!((&steps[1]["of"], &steps[1]["done"]), (&json!(1), &json!(0)));
    });
}

#[test]
fn what_a_shop_sent_is_read_again_and_its_privacy_requests_are_settled() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let ada = Program::of(&t, &admin);
        let (shop, secret) = connect(&t, &admin, "shopify", "hush");
        let (other, _) = connect(&t, &admin, "webhook", "");
        one_order_arrives(&t, &shop, &secret);
        let messages = format!("/order-sources/{shop}/messages");
        let first = items(&ada.get(&messages).ok())[0].clone();
        assert_eq!(first["state"], "done");
        let replay = |shop: &str| {
            ada.post(&format!("/order-sources/{shop}/messages/{}/replay", id(&first)), json!({}))
                .status
        };
        assert_eq!(replay(&other), 404, "it is not one of that shop");
        assert_eq!(items(&ada.get(&messages).ok())[0]["state"], "done");
        assert_eq!(replay(&shop), 204);
        assert_eq!(items(&ada.get(&messages).ok())[0]["state"], "waiting");
        let own: tend_core::orders::ShopId = shop.parse().expect("an id");
        t.write(move |tx| {
            let (id, now) = (tx.next_id(), tx.now());
            let sql = "INSERT INTO shop_requests (id, shop_id, kind, customer, orders, received_at)
                       VALUES ($1, $2, 'data_request', 'c-9', 2, $3)";
            Ok(tx.execute(sql, &[id.into(), own.into(), now.into()]).map(drop)?)
        });
        let path = format!("/order-sources/{shop}/privacy-requests");
        let asked = items(&ada.get(&path).ok());
        assert_eq!((&asked[0]["customer"], &asked[0]["done_at"]), (&json!("c-9"), &Value::Null));
        let done = |shop: &str| {
            let one = format!("/order-sources/{shop}/privacy-requests/{}/done", id(&asked[0]));
            ada.post(&one, json!({})).status
        };
        assert_eq!(done(&other), 404);
        assert!(
            items(&ada.get(&path).ok())[0]["done_at"].is_null(),
            "nothing was done for another"
        );
        assert_eq!(done(&shop), 204);
        assert!(items(&ada.get(&path).ok())[0]["done_at"].is_string());
        let lead = Program::of(&t, &t.agent_as("Lena", "lead"));
        assert_eq!(lead.get(&path).status, 403);
    });
}

#[test]
fn a_campaign_is_read_as_a_customer_who_would_not_get_it() {
    Tend::on_both(|t| {
        let me = company(&t);
        let (api, rosa) = (Program::of(&t, &me), somebody(&t, "rosa@alder.example"));
        let new = json!({
            "name": "Spring", "holdout": 0,
            "plan": { "steps": [{ "do": "send", "variants": [
                { "subject": "News", "text": "Hello {{ contact.first_name | default(\"there\") }}" },
            ] }] },
        });
        api.patch(
            "/message-rules",
            json!({ "holdout": 0, "quiet_from": 0, "quiet_to": 0, "quiet_sundays": false }),
        )
        .ok();
        let made = id(&api.post("/campaigns", new).ok());
        let read = || api.get(&format!("/campaigns/{made}/preview?contact_id={rosa}")).ok();
        let it = read();
        assert_eq!((&it["messages"][0]["subject"], &it["rule"]), (&json!("News"), &Value::Null));
        assert!(it["messages"][0]["text"].as_str().is_some_and(|it| it.starts_with("Hello Rosa")));
        // Outside of the segment whatever else holds.
        let named = json!({ "field": "name", "op": "is", "value": "Falcon" });
        let segment = api.post("/segments", json!({ "name": "Falcons", "condition": named })).ok();
        let path = format!("/campaigns/{made}");
        api.patch(&path, json!({ "segment_id": segment["id"] })).ok();
        assert_eq!(read()["rule"], "segment");
        let page = t.browser(me.id).get(&format!("{path}?as=rosa@alder.example")).body;
        assert!(page.contains("would not get it: outside of the segment."), "{page}");
        api.patch(&path, json!({ "segment_id": "" })).ok();
        t.write(move |tx| pauses::begin(tx, rosa, Why::LowScore, 7));
        let it = read();
        assert_eq!((&it["rule"], &it["waits"]), (&json!("paused"), &json!(false)), "{it}");
        let browser = t.browser(me.id);
        let page = browser.get(&format!("/campaigns/{made}?as=rosa@alder.example")).body;
        assert!(page.contains("This customer would not get it: promotion is paused."), "{page}");
        // A test is the mail as customers get it: with the link and what mail programs need.
        let sent =
            browser.post(&format!("/campaigns/{made}/test"), &[("as", "rosa@alder.example")]);
        assert_eq!(sent.status, 303, "{}", sent.shown());
        let payload: String =
            t.read(|tx| Ok(tx.scalar("SELECT payload FROM outbox ORDER BY id DESC LIMIT 1", &[])?));
        let letter = tend_core::campaigns::open_letter(&t.app.keys, &payload).expect("opens");
        let path = letter.unsubscribe.strip_prefix("https://desk.tend.test").expect("our address");
        assert!(letter.text.contains(path) && letter.html.contains(path));
        assert!(letter.unsubscribe_subject.starts_with("unsubscribe "));
        let theirs = t.guest().get(path);
        assert!(theirs.body.contains("the page behind a test message"), "{}", theirs.shown());
        for (to, form) in
            [(path.to_owned(), [("from", "page")]), (format!("{path}/choices"), [("off", "on")])]
        {
            assert_eq!(t.guest().post(&to, &form).status, 200, "{to}");
        }
        let said: i64 =
            t.read(|tx| Ok(tx.scalar("SELECT count(*) FROM consents WHERE NOT is_given", &[])?));
        assert_eq!(said, 0, "nobody said anything");
    });
}
