//! Remedies through the door: one click beside the conversation, approval by somebody else, rules
//! in the settings, and the API.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tend_core::{
    agents::Me,
    conversations::ConversationId,
    remedies::{self, Remedy, State},
};
use tend_testkit::Tend;

use crate::api::Program;

struct Desk {
    admin: Me,
    anna: Me,
    conversation: ConversationId,
    /// Of 100 euros, 5 of them for shipping.
    order: String,
}

fn desk(t: &Tend) -> Desk {
    let (admin, anna) = (t.agent_as("Ada", "admin"), t.agent_as("Anna", "agent"));
    let inbox = t.inbox("support@tend.test");
    let conversation = t.writes(&inbox, "carol@buyer.example", "Where is it?", "It is late.");
    let order = json!({
        "external_id": "1001", "number": "#1001", "placed_at": "2024-12-20T10:00:00Z",
        "currency": "EUR", "total": 10_000, "shipping": 500, "payment": "paid",
        "fulfilment": "fulfilled", "buyer": { "email": "carol@buyer.example", "name": "Carol" },
    });
    let made = Program::of(t, &admin).post("/orders", order).ok();
    let order = made["id"].as_str().expect("has an id").to_owned();
    Desk { admin, anna, conversation, order }
}

fn only(t: &Tend, me: &Me) -> Remedy {
    let all = t.read(|tx| remedies::page(tx, me, &remedies::Asked::default(), None, 10));
    assert_eq!(all.items.len(), 1);
    all.items.into_iter().next().expect("there is one")
}

#[test]
fn an_order_beside_a_conversation_is_made_right_with_one_click() {
    Tend::on_both(|t| {
        let it = desk(&t);
        let browser = t.browser(it.anna.id);
        let page = browser.get(&format!("/conversations/{}", it.conversation)).shown();
        assert!(page.contains("Make it right") && page.contains("#1001"), "{page}");
        let ask = format!("/remedies/new?order={}&reason=rrs_000000000000", it.order);
        let late = remedies::ReasonId::from_raw(104);
        let ask = ask.replace("rrs_000000000000", &late.to_string());
        let ask = format!("{ask}&conversation={}", it.conversation);
        let part = browser.htmx().get(&ask);
        assert!(
            !part.body.contains("<html") && part.body.contains("Shipping waived, €\u{a0}5.00"),
            "{}",
            part.body
        );
        assert!(part.body.contains("Alone you give up to €\u{a0}50.00"), "{}", part.body);
        assert!(t.browser(it.anna.id).get(&ask).body.contains("<html"));
        let form = [
            ("order", it.order.as_str()),
            ("reason", &late.to_string()),
            ("conversation", &it.conversation.to_string()),
            ("offer", "waive_shipping:500"),
            ("key", "one form"),
        ];
        let browser = t.browser(it.anna.id);
        for _ in 0..2 {
            let seen = browser.post("/remedies", &form);
            assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.shown());
            assert!(seen.header("location").contains(&it.conversation.to_string()));
        }
        let remedy = only(&t, &it.anna);
        assert_eq!((remedy.amount, remedy.state), (500, State::Approved));
        let page = browser.get(&format!("/conversations/{}", it.conversation)).shown();
        assert!(
            page.contains("Shipping waived, €\u{a0}5.00") && page.contains("To be carried out"),
            "{page}"
        );
        let url = format!("/remedies/{}", remedy.id);
        let empty = browser.post(&format!("{url}/done"), &[("reference", "")]);
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.body.contains("found again"), "{}", empty.body);
        browser.post(&format!("{url}/done"), &[("reference", "re_77")]);
        let page = browser.get(&url).shown();
        assert!(page.contains("re_77") && page.contains("We have refunded the shipping"), "{page}");
        let order = browser.get(&format!("/orders/{}", it.order)).shown();
        assert!(order.contains("Making it right") && order.contains("Shipping waived"), "{order}");
        let page = browser.get(&format!("/conversations/{}", it.conversation)).shown();
        assert!(page.contains("Insert into the reply"), "{page}");
    });
}

#[test]
fn more_than_one_may_give_waits_for_somebody_else_on_the_page_too() {
    Tend::on_both(|t| {
        let it = desk(&t);
        let late = remedies::ReasonId::from_raw(104).to_string();
        let form = [
            ("order", it.order.as_str()),
            ("reason", &late),
            ("kind", "partial_refund"),
            ("amount", "60.00"),
        ];
        let browser = t.browser(it.anna.id);
        let wrong = browser.post(
            "/remedies",
            &[
                ("order", it.order.as_str()),
                ("reason", &late),
                ("kind", "partial_refund"),
                ("amount", "lots"),
            ],
        );
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Write an amount"), "{}", wrong.body);
        // It says so before it is asked for, and says it again for another amount.
        let why = "Alone, at most €\u{a0}50.00 is given for an order and in a day to a customer; with this it is €\u{a0}10.00 more.";
        for seen in ["", "partial_refund:61.00"] {
            let seen = browser.post("/remedies", &[&form[..], &[("seen", seen)]].concat());
            assert_eq!(seen.status, StatusCode::OK, "{}", seen.shown());
            assert!(seen.body.contains(why) && seen.body.contains("Ask for approval"));
        }
        let seen = ("seen", "partial_refund:60.00");
        let seen = browser.post("/remedies", &[&form[..], &[seen]].concat());
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.shown());
        let remedy = only(&t, &it.anna);
        assert_eq!((remedy.amount, remedy.state), (6000, State::Pending));
        let url = format!("/remedies/{}", remedy.id);
        assert!(!browser.get(&url).shown().contains("Approve it"));
        assert_eq!(browser.post(&format!("{url}/approve"), &[]).status, StatusCode::FORBIDDEN);
        let boss = t.browser(it.admin.id);
        let told = boss.get("/notifications").shown();
        assert!(told.contains("asks you to approve"), "{told}");
        assert!(told.contains("for #1001: €\u{a0}10.00 more than one gives alone"), "{told}");
        let list = boss.get("/remedies?state=pending").shown();
        assert!(list.contains("€\u{a0}10.00 more than one gives alone"), "{list}");
        let page = boss.get(&url).shown();
        assert!(page.contains("Approve it") && page.contains(why), "{page}");
        boss.post(&format!("{url}/decline"), &[("note", "Offer a discount first")]);
        let page = browser.get(&url).shown();
        assert!(page.contains("Declined") && page.contains("Offer a discount first"), "{page}");
        assert!(browser.get("/notifications").shown().contains("declined"));
    });
}

#[test]
fn by_the_api_a_remedy_is_asked_for_once_and_approved_by_another() {
    Tend::on_both(|t| {
        let it = desk(&t);
        let (anna, ada) = (Program::of(&t, &it.anna), Program::of(&t, &it.admin));
        let rules = anna.get("/remedy-rules").ok();
        let reason = rules["reasons"][0]["id"].clone();
        assert!(rules["plans"].as_array().is_some_and(|it| it.len() == 8));
        let new = json!({ "order_id": it.order, "reason_id": reason, "kind": "full_refund" });
        let key = [("idempotency-key", "k1")];
        let ask =
            |new: &Value| anna.ask(axum::http::Method::POST, "/remedies", Some(new.clone()), &key);
        let first = ask(&new);
        assert_eq!(first.status, 201);
        let (first, again) = (first.ok(), ask(&new).ok());
        assert_eq!(first["id"], again["id"]);
        assert_eq!((&first["amount"], &first["state"]), (&json!(10_000), &json!("pending")));
        let passed = &first["passed_limits"][0];
        assert_eq!((&first["needs_approval"], &passed["limit"]), (&json!(true), &json!("alone")));
        assert_eq!((&passed["most"], &passed["over"]), (&json!(5_000), &json!(5_000)));
        let path = format!("/remedies/{}", first["id"].as_str().expect("has an id"));
        assert_eq!(anna.post(&format!("{path}/approve"), json!({})).status, 403);
        // Whoever asked does not approve, whatever their role.
        let own = json!({ "order_id": it.order, "reason_id": reason, "kind": "store_credit", "amount": 1 });
        let own = ada.post("/remedies", own).ok();
        assert_eq!(own["state"], "approved");
        let approved = ada.post(&format!("{path}/approve"), json!({ "note": "Go ahead" })).ok();
        assert_eq!((&approved["state"], &approved["way"]), (&json!("approved"), &json!("hand")));
        assert_eq!(ada.post(&format!("{path}/approve"), json!({})).status, 409);
        let over = json!({ "order_id": it.order, "reason_id": reason, "kind": "partial_refund", "amount": 1 });
        let refused = anna.post("/remedies", over);
        assert_eq!(refused.status, 422, "nothing is left of the order");
        let done = anna.post(&format!("{path}/done"), json!({ "reference": "re_1" })).ok();
        assert_eq!((&done["state"], &done["reference"]), (&json!("done"), &json!("re_1")));
        let list = anna.get("/remedies?state=done").ok();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(anna.get("/remedies?state=odd").status, 422);
        let viewer = Program::of(&t, &t.agent_as("Vera", "viewer"));
        assert_eq!(viewer.get(&path).status, 200);
        assert_eq!(viewer.post("/remedies", new).status, 403);
    });
}

#[test]
fn rules_are_kept_in_the_settings_and_hold_from_then_on() {
    Tend::on_both(|t| {
        let it = desk(&t);
        let boss = t.browser(it.admin.id);
        let page = boss.get("/settings/remedies");
        assert_eq!(page.status, StatusCode::OK, "{}", page.shown());
        let role = it.anna.role_id.to_string();
        let alone = format!("alone.{role}");
        let form = [("order_share", "5"), (alone.as_str(), "1.00"), ("above", "refuse")];
        let set = boss.post("/settings/remedies", &form);
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.shown());
        let odd = boss.post("/settings/remedies", &[("order_share", "5"), ("order", "much")]);
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        let reason = boss.post("/settings/remedies/reasons", &[("name", "Smelled of smoke")]);
        assert_eq!(reason.status, StatusCode::SEE_OTHER);
        let all = t.read(remedies::reasons::all);
        let own = all.iter().find(|it| it.name == "Smelled of smoke").expect("is there").id;
        let plan = boss.post(
            "/settings/remedies/plans",
            &[
                ("reason", &own.to_string()),
                ("most_days", "400"),
                ("kind_0", "discount"),
                ("much_0", "2,5 %"),
                ("kind_1", "goodwill_note"),
            ],
        );
        assert_eq!(plan.status, StatusCode::SEE_OTHER, "{}", plan.shown());
        let page = boss.get("/settings/remedies").shown();
        assert!(page.contains("Discount on a future order (2.5%), then Goodwill note"), "{page}");
        let ask = format!("/remedies/new?order={}&reason={own}", it.order);
        let part = t.browser(it.anna.id).htmx().get(&ask).body;
        assert!(part.contains("Discount on a future order, €\u{a0}2.50"), "{part}");
        assert!(part.contains("Somebody else has to approve"), "{part}");
        assert!(
            part.contains("This order gets at most €\u{a0}5.00; €\u{a0}5.00 is left."),
            "{part}"
        );
        assert!(part.contains("Above a limit nobody gives anything."), "{part}");
        let form = [("order_share", "2"), (alone.as_str(), "1.00"), ("above", "approve")];
        assert_eq!(boss.post("/settings/remedies", &form).status, StatusCode::SEE_OTHER);
        let part = t.browser(it.anna.id).htmx().get(&ask).body;
        let why = "This order gets at most €\u{a0}2.00; with this it is €\u{a0}0.50 more.";
        assert!(part.contains(why), "{part}");
        let page = boss.get("/settings/remedies").shown();
        assert!(page.contains("Above a limit"), "{page}");
        let ada = Program::of(&t, &it.admin);
        assert_eq!(ada.get("/remedy-limits").ok()["above"], "approve");
        let all = ada.patch("/remedy-limits", json!({ "above": "refuse" })).ok();
        assert_eq!(all["above"], "refuse");
        assert_eq!(ada.get("/remedy-rules").ok()["above"], "refuse");
        assert_eq!(ada.patch("/remedy-limits", json!({ "above": "moon" })).wrong(), ["above"]);
        boss.post(&format!("/settings/remedies/reasons/{own}/archive"), &[]);
        let page = t.browser(it.anna.id).get(&format!("/orders/{}", it.order)).shown();
        assert!(!page.contains("Smelled of smoke"));
        let report = boss.get("/remedies/report");
        assert_eq!(report.status, StatusCode::OK);
        assert!(boss.get("/remedies/report/file").body.contains("ordered_again"));
    });
}
