//! Suggestions on pages and by the API, and the quiz through its door.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tend_core::{
    agents::Me,
    contacts::{self, ContactId},
    quizzes::{self, QuizId},
    recommend::{self, Arm, offers},
};
use tend_testkit::{Seen, Tend};

fn call(t: &Tend, me: &Me, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let token = t.token(me.id, "");
    let request = t.guest().request(method, &format!("/api/v1{path}"));
    let request = request.header("authorization", format!("Bearer {token}"));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let seen: Seen =
        t.guest().send(request.header("content-type", "application/json"), Body::from(body));
    (seen.status.as_u16(), serde_json::from_str(&seen.body).unwrap_or_default())
}

fn red(t: &Tend) -> ContactId {
    let all = (0..240).step_by(3).map(|n| t.contact_of(&format!("buyer{n}@gmail.com")));
    all.into_iter().find(|it| Arm::of(*it) == Arm::Personal).expect("nine of ten do")
}

fn shown_rows(t: &Tend) -> i64 {
    t.read(|tx| Ok(tx.scalar("SELECT count(*) FROM recommend_shown", &[])?))
}

#[test]
fn suggestions_stand_beside_the_conversation_and_become_opportunities() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let who = red(&t);
        let (browser, part) = (t.browser(ada.id), t.browser(ada.id).htmx());
        let url = format!("/contacts/{who}/suggestions");
        let seen = part.get(&format!("{url}?place=conversation"));
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.shown());
        assert!(seen.body.contains("Bought with ") && seen.body.contains("data-put-in="));
        assert_eq!(shown_rows(&t), 3);
        part.get(&format!("{url}?place=conversation"));
        assert_eq!(shown_rows(&t), 3, "the same is shown once a day");
        let own = t.read(|tx| recommend::of_contact(tx, &ada, who, 3)).expect("a list");
        let product = own.items[0].offer.id;
        let told = browser.post(&format!("{url}/{product}/inserted"), &[]);
        assert_eq!(told.status, StatusCode::NO_CONTENT, "{}", told.shown());
        let account = t.read(|tx| contacts::find(tx, who)).account_id.to_string();
        let made = browser.post(&format!("{url}/{product}/opportunity"), &[("account", &account)]);
        assert_eq!(made.line(), format!("303 /accounts/{account}"));
        let anew = part.get(&format!("/accounts/{account}/suggestions"));
        assert!(anew.body.contains("Opportunity is open"), "{}", anew.body);
        assert!(browser.get("/revenue/opportunities").body.contains(&own.items[0].offer.name));
        // An account of somebody else is not theirs.
        let other = t.contact_of("buyer1@gmail.com");
        let other = t.read(|tx| contacts::find(tx, other)).account_id;
        let other = other.to_string();
        let wrong = browser.post(&format!("{url}/{product}/opportunity"), &[("account", &other)]);
        assert_eq!(wrong.status, StatusCode::NOT_FOUND);
        let page = browser.get("/recommendations").body;
        assert!(page.contains("In use") && page.contains("nDCG@10") && page.contains("unknown"));
        let viewer = t.agent_as("vera", "viewer");
        let vera = t.browser(viewer.id);
        let made = vera.post(&format!("{url}/{product}/opportunity"), &[("account", &account)]);
        assert_eq!(made.line(), "403");
        let theirs = t.browser(viewer.id).htmx().get(&url).body;
        assert!(theirs.contains("Bought with ") && !theirs.contains("Make it an opportunity"));
    });
}

#[test]
fn a_product_says_what_it_is_and_what_goes_with_it() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let id = t.product(&ada, "Red 0");
        let (browser, url) = (t.browser(ada.id), format!("/revenue/products/{id}"));
        let page = browser.get(&url).body;
        assert!(page.contains("Bought by the same customers") && page.contains("Red "));
        let form = [
            ("url", "https://shop.example/red"),
            ("picture_url", ""),
            ("stock", "0"),
            ("margin_percent", "40"),
            ("is_offered", "on"),
            ("traits", "colour: red\nsize: s\nsize: m\n"),
        ];
        assert_eq!(browser.post(&url, &form).line(), format!("303 {url}"));
        let it = t.read(|tx| offers::find(tx, &ada, id));
        assert_eq!((it.stock, it.margin_percent, it.is_durable), (Some(0), Some(40), true));
        let page = browser.get(&url).body;
        assert!(page.contains("It is out of stock.") && page.contains("size: m"), "{page}");
        for (field, value) in [("url", "javascript:alert(1)"), ("stock", "-1"), ("traits", "red")] {
            let wrong = browser.post(&url, &[("is_offered", "on"), (field, value)]);
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        }
        let vera = t.agent_as("vera", "viewer");
        assert_eq!(t.browser(vera.id).post(&url, &form).line(), "403");
    });
}

#[test]
fn programs_ask_what_a_contact_wants_and_what_goes_with_a_product() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        let (status, none) = call(&t, &ada, Method::GET, "/recommendations", &Value::Null);
        assert_eq!((status, &none["standing"]), (200, &Value::Null));
        t.opens_a_shop(&ada);
        t.learns();
        let who = red(&t);
        let path = format!("/contacts/{who}/recommendations?limit=2");
        let (status, found) = call(&t, &ada, Method::GET, &path, &Value::Null);
        assert_eq!((status, found["standing"].as_str()), (200, Some("learned")), "{found}");
        assert_eq!(found["items"].as_array().map(Vec::len), Some(2));
        let first = &found["items"][0];
        assert!(first["reason"]["customers"].as_i64() > Some(0), "{found}");
        let id = first["product_id"].as_str().expect("an id").to_owned();
        let (_, near) =
            call(&t, &ada, Method::GET, &format!("/products/{id}/bought-with"), &Value::Null);
        assert!(near["items"][0]["customers"].as_i64() > Some(1), "{near}");
        let offer = format!("/products/{id}/offer");
        let (status, told) = call(&t, &ada, Method::PUT, &offer, &json!({ "stock": 0 }));
        assert_eq!((status, told["stock"].as_i64()), (200, Some(0)), "{told}");
        let (_, after) = call(&t, &ada, Method::GET, &path, &Value::Null);
        assert_ne!(after["items"][0]["product_id"], id, "it is out of stock");
        let (_, report) = call(&t, &ada, Method::GET, "/recommendations", &Value::Null);
        assert_eq!(report["standing"], "learned");
        let methods = report["methods"].as_array().expect("methods");
        assert!(methods.iter().any(|it| it["method"] == "popularity" && it["gain"].is_null()));
        assert!(methods.iter().any(|it| it["in_use"] == true));
        assert_eq!(report["difference"], Value::Null, "unknown");
        let vera = t.agent_as("vera", "viewer");
        assert_eq!(call(&t, &vera, Method::PUT, &offer, &json!({})).0, 403);
    });
}

/// A quiz of two questions about the reds, open.
fn quiz(t: &Tend, me: &Me) -> QuizId {
    let browser = t.browser(me.id);
    for (name, traits) in
        [("Red 0", "size: s\nnoise: low"), ("Red 1", "size: l"), ("Red 2", "size: s")]
    {
        let (me, id) = (me.clone(), t.product(me, name));
        t.write(move |tx| {
            let new = offers::NewOffer {
                url: "https://shop.example/it".to_owned(),
                picture_url: String::new(),
                is_offered: true,
                is_durable: true,
                stock: None,
                margin_percent: None,
            };
            offers::save(tx, &me, id, &new)?;
            offers::set_traits(tx, &me, id, traits)
        });
    }
    let made = browser.post("/settings/quizzes", &[("title", "Which red fits?")]);
    let url = made.line().replace("303 ", "");
    let form = [
        ("title", "Which red fits?"),
        ("slug", "which-red"),
        ("intro", "Two questions."),
        ("q0", "How large?"),
        ("q0c0", "Small"),
        ("q0r0", "must size: s"),
        ("q0c1", "Huge"),
        ("q0r1", "must size: xxl"),
        ("q1", "How loud?"),
        ("q1c0", "Quiet"),
        ("q1r0", "noise: low x3"),
        ("q1c1", "No matter"),
        ("sites", "https://shop.example/"),
        ("is_open", "on"),
    ];
    assert_eq!(browser.post(&url, &form).line(), format!("303 {url}"));
    url.rsplit('/').next().and_then(|it| it.parse().ok()).expect("an id")
}

fn field(body: &str, name: &str) -> String {
    let (_, after) = body.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    after.split_once('"').expect("its end").0.to_owned()
}

#[test]
fn a_quiz_says_what_fits_because_of_what_was_said() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        let id = quiz(&t, &ada);
        let guest = t.guest();
        let first = guest.get("/q/which-red");
        let policy = first.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'self' https://shop.example"), "{policy}");
        assert_eq!(first.header("x-frame-options"), "");
        assert!(first.body.contains("How large?") && !first.body.contains("How loud?"));
        let report = || t.read(|tx| quizzes::report(tx, &ada, id));
        assert_eq!(report().started, 0, "who only looks did not begin");
        assert_eq!(guest.post("/q/which-red", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
        let second = guest.post("/q/which-red", &[("choice", "0")]).body;
        assert!(second.contains("How loud?"), "{second}");
        let run = field(&second, "run");
        assert_eq!((report().started, report().finished), (1, 0));
        let answers = [("run", run.as_str()), ("choice", "0"), ("choice", "0")];
        let found = guest.post("/q/which-red", &answers).body;
        assert!(found.find("Red 0") < found.find("Red 2") && !found.contains("Red 1"), "{found}");
        assert!(found.contains("Because you said ") && found.contains("Quiet"));
        let product = t.product(&ada, "Red 0");
        let to = guest.get(&format!("/q/which-red/go/{product}?run={run}"));
        assert_eq!(to.line(), "303 https://shop.example/it");
        // Nobody is led to what was not shown to them, nor by a secret that is none.
        let other = t.product(&ada, "Red 1");
        for path in [format!("{other}?run={run}"), format!("{product}?run=none")] {
            assert_eq!(guest.get(&format!("/q/which-red/go/{path}")).line(), "404");
        }
        assert_eq!((report().finished, report().clicked), (1, 1));
        let none = guest.post("/q/which-red", &[("choice", "1")]).body;
        let again = field(&none, "run");
        let none = guest.post("/q/which-red", &[("run", &again), ("choice", "1"), ("choice", "1")]);
        assert!(none.body.contains("None of our products fits"), "{}", none.body);
        assert_eq!(report().none_fits, 1);
        assert_eq!(guest.post("/q/which-red", &[("choice", "9")]).line(), "400");
    });
}

#[test]
fn an_address_that_is_left_is_told_to_agents_and_to_nobody_else() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        quiz(&t, &ada);
        let guest = t.guest();
        let mut said = Vec::new();
        for email in ["buyer0@gmail.com", "stranger@elsewhere.example"] {
            let run = field(&guest.post("/q/which-red", &[("choice", "0")]).body, "run");
            let all = [("run", run.as_str()), ("choice", "0"), ("choice", "1")];
            guest.post("/q/which-red", &all);
            let wrong = guest.post("/q/which-red/address", &[("run", &run), ("email", "nobody")]);
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            let kept = guest.post("/q/which-red/address", &[("run", &run), ("email", email)]);
            assert_eq!(kept.status, StatusCode::OK, "{}", kept.shown());
            said.push(kept.body);
        }
        assert_eq!(said[0], said[1], "the same, whether or not somebody is known");
        let who = t.contact_of("buyer0@gmail.com");
        let page = t.browser(ada.id).get(&format!("/contacts/{who}")).body;
        assert!(page.contains("Which red fits?") && page.contains("How large? Small"), "{page}");
    });
}

#[test]
fn a_quiz_is_composed_by_who_may_and_is_closed_at_first() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        let browser = t.browser(ada.id);
        let url = browser.post("/settings/quizzes", &[("title", "New one")]).line();
        let url = url.replace("303 ", "");
        assert_eq!(t.guest().get("/q/new-one").line(), "404", "it is closed");
        let form = |more: &[(&'static str, &'static str)]| {
            let mut all = vec![("title", "New one"), ("slug", "new-one")];
            all.extend(more);
            browser.post(&url, &all)
        };
        assert_eq!(form(&[("is_open", "on")]).status, StatusCode::UNPROCESSABLE_ENTITY);
        let lone = form(&[("q0", "What?"), ("q0c0", "This")]);
        assert!(lone.body.contains("needs two choices at least"), "{}", lone.shown());
        let unread = form(&[("q0", "What?"), ("q0c0", "This"), ("q0c1", "That"), ("q0r1", "blue")]);
        assert!(unread.body.contains("can’t be read"), "{}", unread.shown());
        assert!(unread.body.contains("value=\"That\""), "what was written is still there");
        let page = browser.get(&url).body;
        assert!(
            page.contains("&lt;iframe src=&quot;http") && !page.contains("YOUR-TEND"),
            "{page}"
        );
        assert!(form(&[("sites", "http://shop.example/path")]).status.is_client_error());
        let vera = t.agent_as("vera", "viewer");
        assert_eq!(t.browser(vera.id).get("/settings/quizzes").line(), "403");
    });
}

#[test]
fn a_rule_that_no_product_can_meet_is_told_beside_its_field() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        let url = format!("/settings/quizzes/{}", quiz(&t, &ada));
        let browser = t.browser(ada.id);
        let page = browser.get(&url).body;
        // Nobody has xxl: that may be meant, and is told.
        assert!(
            page.contains("Does nothing: </b>No product has size: xxl. They have l, s."),
            "{page}"
        );
        let shown = page.split("As visitors see it").nth(1).expect("the preview is there");
        let shown = shown.split("On your site").next().unwrap_or_default();
        assert!(shown.contains("Two questions.") && shown.contains("Question 1 of 2"), "{shown}");
        assert!(shown.contains("Small") && !shown.contains("must"), "{shown}");
        let form = |rules: &str| {
            let all = [
                ("title", "Which red fits?"),
                ("slug", "which-red"),
                ("q0", "How large?"),
                ("q0c0", "Small"),
                ("q0r0", "must size: s"),
                ("q0c1", "Quiet"),
                ("q0r1", rules),
                ("is_open", "on"),
            ];
            browser.post(&url, &all)
        };
        let slip = form("noize: low x3");
        assert_eq!(slip.status, StatusCode::UNPROCESSABLE_ENTITY);
        let beside = slip.body.split("id=\"f-q0r1-error\"").nth(1).expect("beside the field");
        assert!(beside.contains("No product knows “noize”: they know noise, size."), "{beside}");
        assert!(slip.body.contains("noize: low x3"), "what was written is still there");
        assert_eq!(form("noise: low x3").line(), format!("303 {url}"));
    });
}

#[test]
fn nobody_fills_a_quiz_by_a_program() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        let id = quiz(&t, &ada);
        let guest = t.guest();
        for _ in 0..120 {
            assert_eq!(guest.post("/q/which-red", &[("choice", "0")]).status, StatusCode::OK);
        }
        let refused = guest.post("/q/which-red", &[("choice", "0")]);
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(t.read(|tx| quizzes::report(tx, &ada, id)).started, 120);
        assert_eq!(guest.get("/q/which-red").status, StatusCode::OK, "who looks is not counted");
        t.pass(SignedDuration::from_secs(30));
        assert_eq!(guest.post("/q/which-red", &[("choice", "0")]).status, StatusCode::OK);
    });
}
