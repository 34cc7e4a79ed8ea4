//! Forms of the service pages that could not be taken: what was typed is still there, and what is
//! wrong stands beside its field.

use axum::http::StatusCode;
use serde_json::json;
use tend_core::{
    agents::Me,
    inboxes,
    mail_accounts::{self, Auth, Kind as Server, NewMailAccount, Security},
    remedies::{self, ReasonId},
    surveys,
};
use tend_testkit::Tend;

use crate::{api::Program, campaigns::company};

/// What stands in a field of a page.
fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\"");
    let field = page.split("<input").find(|it| it.contains(&mark)).expect("the field is there");
    let field = field.split('>').next().unwrap_or_default();
    field.split("value=\"").nth(1).and_then(|it| it.split('"').next()).unwrap_or_default()
}

#[test]
fn a_refused_remedy_stays_in_the_conversation_with_what_was_typed() {
    Tend::on_both(|t| {
        let (admin, anna) = (t.agent_as("Ada", "admin"), t.agent_as("Anna", "agent"));
        let inbox = t.inbox("support@tend.test");
        let conversation = t.writes(&inbox, "carol@buyer.example", "Where?", "Late.").to_string();
        let order = json!({
            "external_id": "1001", "number": "#1001", "placed_at": "2024-12-20T10:00:00Z",
            "currency": "EUR", "total": 10_000, "shipping": 500, "payment": "paid",
            "fulfilment": "fulfilled", "buyer": { "email": "carol@buyer.example", "name": "Carol" },
        });
        let order = Program::of(&t, &admin).post("/orders", order).ok();
        let order = order["id"].as_str().expect("has an id");
        let late = ReasonId::from_raw(104).to_string();
        let asked = |amount: &str| {
            let form = [
                ("order", order),
                ("reason", late.as_str()),
                ("conversation", conversation.as_str()),
                ("kind", "partial_refund"),
                ("amount", amount),
                ("note", "The lid was torn"),
            ];
            t.browser(anna.id).htmx().post("/remedies", &form)
        };
        for (amount, why) in [("9999", "is left"), ("lots", "Write an amount")] {
            let part = asked(amount);
            assert_eq!(part.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", part.shown());
            assert!(!part.body.contains("<html"), "{}", part.body);
            assert!(part.body.contains("record-add\" open"), "{}", part.body);
            assert_eq!(value(&part.body, "amount"), amount);
            let kinds = "<option value=\"partial_refund\" selected";
            assert!(part.body.contains(kinds), "{}", part.body);
            assert!(part.body.contains("The lid was torn"), "{}", part.body);
            let error = part.body.split("id=\"remedy-amount-error\"").nth(1).expect("beside it");
            assert!(error.split("</p>").next().is_some_and(|it| it.contains(why)), "{error}");
        }
        let done = asked("12.00");
        assert_eq!(done.header("hx-redirect"), format!("/conversations/{conversation}"));
        assert_eq!(done.status, StatusCode::OK);
    });
}

#[test]
fn every_order_of_a_customer_can_be_made_right_beside_the_conversation() {
    Tend::on_both(|t| {
        let (admin, anna) = (t.agent_as("Ada", "admin"), t.agent_as("Anna", "agent"));
        let inbox = t.inbox("support@tend.test");
        let conversation = t.writes(&inbox, "carol@buyer.example", "Where?", "Late.");
        for n in 1..=6 {
            let order = json!({
                "external_id": n.to_string(), "number": format!("#100{n}"),
                "placed_at": format!("2024-12-0{n}T10:00:00Z"), "currency": "EUR", "total": 1_000 * n,
                "payment": "paid", "fulfilment": "fulfilled",
                "buyer": { "email": "carol@buyer.example", "name": "Carol" },
            });
            Program::of(&t, &admin).post("/orders", order).ok();
        }
        let page = t.browser(anna.id).get(&format!("/conversations/{conversation}")).body;
        let choice = page.split("id=\"remedy-order\"").nth(1).expect("the choice is there");
        let choice = choice.split("</select>").next().unwrap_or_default();
        let all: Vec<_> =
            (1..=6).map(|n| choice.find(&format!(">#100{n}, €\u{a0}{n}0.00<"))).collect();
        assert!(all.iter().all(Option::is_some), "{choice}");
        assert!(all.is_sorted_by(|a, b| a > b), "the newest first: {choice}");
        assert!(!page.contains("Older orders"));
    });
}

#[test]
fn limits_that_could_not_be_taken_stay_and_say_which() {
    Tend::on_both(|t| {
        let (admin, anna) = (t.agent_as("Ada", "admin"), t.agent_as("Anna", "agent"));
        let (boss, ada) = (t.browser(admin.id), Program::of(&t, &admin));
        let alone = format!("alone.{}", anna.role_id);
        let form = [
            ("order", "much"),
            ("order_share", "a lot"),
            ("customer_year", "120.00"),
            ("remedy.reship", "30"),
            (alone.as_str(), "7.50"),
        ];
        let wrong = boss.post("/settings/remedies", &form);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (name, said) in form {
            assert_eq!(value(&wrong.body, name), said, "{name}");
        }
        for id in ["f-order-error", "f-order_share-error"] {
            assert!(wrong.body.contains(id), "{id}: {}", wrong.body);
        }
        assert!(!wrong.body.contains("f-customer_year-error"));
        let limits = |t: &Tend| t.read(remedies::limits::all).0.len();
        assert_eq!(limits(&t), 0, "nothing of it was kept");
        // Nothing was set: what holds is told all the same.
        let all = ada.get("/remedy-rules").ok();
        let of = |all: &serde_json::Value, limit: &str, role: Option<&str>| {
            let all = all["limits"].as_array().expect("a list").clone();
            let fits =
                |it: &&serde_json::Value| it["limit"] == limit && it["role_id"].as_str() == role;
            all.iter().find(fits).map(|it| (it["amount"].clone(), it["is_default"].clone()))
        };
        let role = anna.role_id.to_string();
        assert_eq!(of(&all, "order_share", None), Some((json!(15_000), json!(true))));
        assert_eq!(of(&all, "alone", Some(&role)), Some((json!(5_000), json!(true))));
        // What is empty is as Tend comes, and the page says so.
        let page = boss.get("/settings/remedies").body;
        assert!(page.contains("Empty: 150%.") && page.contains("Empty: €\u{a0}50.00."), "{page}");
        let set = |share: &str, own: &str| {
            let form = [("order_share", share), (alone.as_str(), own)];
            assert_eq!(boss.post("/settings/remedies", &form).status, StatusCode::SEE_OTHER);
            let all = ada.get("/remedy-rules").ok();
            (of(&all, "order_share", None), of(&all, "alone", Some(&role)))
        };
        let own = (Some((json!(2_000), json!(false))), Some((json!(0), json!(false))));
        assert_eq!(set("20", "0"), own);
        let ready = (Some((json!(15_000), json!(true))), Some((json!(5_000), json!(true))));
        assert_eq!(set("", ""), ready);
    });
}

#[test]
fn a_plan_that_could_not_be_taken_stays_on_its_own_form() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let boss = t.browser(admin.id);
        let late = ReasonId::from_raw(104).to_string();
        let form = [
            ("reason", late.as_str()),
            ("most_days", "soon"),
            ("least_value", "15.00"),
            ("kind_0", "discount"),
            ("much_0", "twenty"),
        ];
        let before = t.read(remedies::plans::all);
        let old = format!("/settings/remedies/plans/{}", before[0].id);
        for url in ["/settings/remedies/plans", &old] {
            let wrong = boss.post(url, &form);
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
            assert!(wrong.body.contains("Plan for “"), "{}", wrong.body);
            for name in ["most_days", "least_value", "much_0"] {
                let said = form.iter().find(|it| it.0 == name).map(|it| it.1);
                assert_eq!(Some(value(&wrong.body, name)), said, "{name}");
            }
            assert!(wrong.body.contains("<option value=\"discount\" selected"), "{}", wrong.body);
            assert!(
                wrong.body.contains("f-most_days-error") && wrong.body.contains("f-much_0-error")
            );
        }
        let none = boss.post("/settings/remedies/plans", &[("reason", &late)]);
        assert!(none.body.contains("A plan offers 1 to 5 remedies."), "{}", none.body);
        assert_eq!(t.read(remedies::plans::all), before);
    });
}

/// The first inbox gets a server through which its mail leaves.
fn can_send(t: &Tend, me: &Me) {
    let (by, keys) = (me.clone(), t.app.keys.clone());
    t.write(move |tx| {
        let server = NewMailAccount {
            inbox: inboxes::all(tx)?.remove(0).id,
            kind: Server::Smtp,
            host: "mail.tend.test".to_owned(),
            port: 587,
            security: Security::None,
            username: String::new(),
            auth: Auth::None,
            secret: None,
            oauth: None,
            folder: String::new(),
            mark_seen: false,
            only_new: false,
            lmtp: false,
        };
        mail_accounts::save(tx, &by, &keys, &server)
    });
}

#[test]
fn a_survey_is_read_and_tried_before_anybody_is_asked() {
    Tend::on_both(|t| {
        let me = company(&t);
        let browser = t.browser(me.id);
        let asked = |what: &str| {
            let form = [
                ("name", "Help"),
                ("kind", "csat"),
                ("asks_when", "resolved"),
                ("wording.en.subject", "How was {conversation}?"),
                ("wording.en.question", "How did {agent|our team} do, {first_name|there}?"),
                ("wording.en.low", "Badly"),
                ("wording.en.high", "Well"),
                ("wording.de.subject", "Wie war {conversation}?"),
                ("wording.de.question", "Wie war {company}?"),
                ("questions", "speed; text; en: What was slow?"),
                ("try", what),
            ];
            browser.post("/surveys", &form)
        };
        let page = asked("preview");
        assert_eq!(page.status, StatusCode::OK, "{}", page.shown());
        for text in [
            "How was #1042?",
            "How did Ada do, Ada?",
            "What was slow?",
            "Wie war #1042?",
            "Wie war Kestrel?",
            "value=\"How was {conversation}?\"",
        ] {
            assert!(page.body.contains(text), "{text}: {}", page.shown());
        }
        assert!(asked("test").body.contains("No inbox can send mail yet."));
        can_send(&t, &me);
        assert!(asked("test").body.contains("The test is on its way to you"));
        let sealed: Vec<String> =
            t.read(|tx| Ok(tx.column("SELECT payload FROM outbox ORDER BY id", &[])?));
        assert_eq!(sealed.len(), 2, "a mail in each language");
        for (payload, subject) in sealed.iter().zip(["Wie war #1042?", "How was #1042?"]) {
            let letter =
                tend_core::campaigns::open_letter(&t.app.keys, payload).expect("it can be read");
            assert_eq!(letter.subject, format!("[Test] {subject}"));
            assert!(letter.html.contains("https://desk.tend.test/s/test?v=5"), "{}", letter.html);
            assert_eq!(letter.unsubscribe, "https://desk.tend.test/s/test/stop");
        }
        for path in ["/s/test?v=5", "/s/test/stop"] {
            let seen = t.guest().get(path);
            assert_eq!(seen.status, StatusCode::OK, "{path}");
            assert!(seen.body.contains("This was a test"), "{path}: {}", seen.shown());
        }
        assert!(t.read(|tx| surveys::all(tx, &me)).is_empty(), "nothing was kept");
        let asked: i64 = t.read(|tx| Ok(tx.scalar("SELECT count(*) FROM survey_requests", &[])?));
        assert_eq!(asked, 0);
    });
}
