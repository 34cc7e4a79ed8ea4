//! The slot on the company's own pages, as a page and a program of the company use it.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use tend_core::{Actor, settings};
use tend_testkit::{Seen, Tend};

use crate::{
    api::Program,
    campaigns::{company, run, somebody},
};

fn says(t: &Tend, path: &str, message: &str) -> Seen {
    let guest = t.guest();
    let request = guest
        .request(Method::POST, path)
        .header("origin", "https://shop.example")
        .header("content-type", "application/x-www-form-urlencoded");
    guest.send(request, Body::from(format!("message={message}")))
}

#[test]
fn a_page_of_the_company_shows_a_message_and_says_what_became_of_it() {
    Tend::on_both(|t| {
        let me = company(&t);
        let api = Program::of(&t, &me);
        let who = somebody(&t, "rosa@alder.example");
        let show = json!({
            "name": "Spring", "holdout": 0, "plan": { "steps": [{
                "do": "show", "link": "https://shop.example/spring", "label": "Look",
                "variants": [{ "subject": "Spring <b>is</b> here", "text": "One.\n\nTwo." }],
            }] },
        });
        let mut wrong = show.clone();
        wrong["plan"]["steps"][0]["link"] = json!("javascript:alert(1)");
        assert_eq!(api.post("/campaigns", wrong).wrong(), ["link"]);
        let made = api.post("/campaigns", show).ok();
        let path = format!("/campaigns/{}", made["id"].as_str().expect("has an id"));
        api.post(&format!("{path}/start"), json!({})).ok();
        run(&t);
        let slot = api.get(&format!("/contacts/{who}/slot")).ok();
        let local = |name: &str| {
            let url = slot[name].as_str().expect("is a text");
            url.strip_prefix("https://desk.tend.test").expect("is ours").to_owned()
        };
        let (frame, message, acts) = (local("frame"), local("message"), local("acts"));
        let seen = t.guest().get(&message);
        assert_eq!(seen.header("access-control-allow-origin"), "*");
        let said: Value = serde_json::from_str(&seen.body).expect("is JSON");
        assert_eq!(said["title"], "Spring <b>is</b> here");
        let page = t.guest().get(&frame);
        assert!(page.body.contains("Spring &lt;b&gt;is&lt;/b&gt; here"), "{}", page.body);
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
        t.write(|tx| settings::set(tx, Actor::System, "survey_frames", "https://shop.example"));
        let page = t.guest().get(&frame);
        let within = "frame-ancestors https://shop.example";
        assert!(page.header("content-security-policy").contains(within));
        let id = said["message"].as_str().expect("is a text");
        assert_eq!(says(&t, &format!("{acts}seen"), id).status, StatusCode::NO_CONTENT);
        assert_eq!(says(&t, &format!("{acts}clicked"), id).status, StatusCode::NO_CONTENT);
        assert_eq!(t.guest().get(&message).body, "null");
        assert_eq!(says(&t, &format!("{acts}eaten"), id).status, StatusCode::NOT_FOUND);
        let strange = says(&t, &format!("{frame}x/seen"), id).status;
        assert_eq!(strange, StatusCode::NOT_FOUND);
        let reached = api.get(&format!("/contacts/{who}/reached")).ok();
        assert_eq!(reached["items"][0]["channel"], "page", "{reached}");
        let html = t.browser(me.id).get(&path).body;
        assert!(html.contains("Shown 1 times, followed 1, closed 0"), "{html}");
    });
}

#[test]
fn a_frame_closes_without_a_script() {
    Tend::on_both(|t| {
        let me = company(&t);
        let api = Program::of(&t, &me);
        let who = somebody(&t, "rosa@alder.example");
        let made = api
            .post(
                "/campaigns",
                json!({ "name": "Spring", "holdout": 0, "plan": { "steps": [{
                    "do": "show", "variants": [{ "subject": "Spring", "text": "One." }] }] } }),
            )
            .ok();
        let id = made["id"].as_str().expect("has an id");
        api.post(&format!("/campaigns/{id}/start"), json!({})).ok();
        run(&t);
        let keys = t.app.keys.clone();
        let token = tend_core::campaigns::slot::token(&keys, who);
        let frame = format!("/w/{token}");
        let page = t.guest().get(&frame).body;
        let at = page.find(r#"name="message" value=""#).expect("has a form") + 22;
        let message = page[at..].split('"').next().expect("ends").to_owned();
        let form = [("message", message.as_str()), ("from", "page")];
        let closed = t.guest().post(&format!("{frame}/dismissed"), &form);
        assert_eq!(closed.line(), format!("303 {frame}"));
        assert!(!t.guest().get(&frame).body.contains("<h1"));
        let gone = t.guest().get("/w/nobody");
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
    });
}
