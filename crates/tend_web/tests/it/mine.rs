//! Customers see their own orders, and nobody else's.

use axum::http::StatusCode;
use jiff::SignedDuration;
use tend_core::{agents::LINK_PURPOSE, jobs::Job};
use tend_testkit::Tend;

use crate::hooks::{connect, one_order_arrives, orders};

/// Where the link leads that was mailed, and to whom.
fn mailed(t: &Tend) -> Option<(String, String)> {
    let jobs = t.db.write(|tx| tend_core::jobs::take(tx, 100)).expect("reads");
    jobs.into_iter().find_map(|it| match it.job {
        Job::SendOrders { email, sealed_token, .. } => {
            Some((email, t.app.keys.open(LINK_PURPOSE, &sealed_token).expect("opens")))
        }
        _ => None,
    })
}

#[test]
fn a_customer_asks_for_their_orders_and_nobody_learns_who_buys() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let inbox = t.inbox("support@tend.test");
        t.writes(&inbox, "buyer38@example.com", "Where is it?", "Hello");
        t.writes(&inbox, "carol@example.com", "Hello", "I bought nothing");
        let guest = t.guest();
        assert_eq!(guest.get("/my-orders").status, StatusCode::NOT_FOUND, "there is no shop");
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        one_order_arrives(&t, &shop, &secret);
        assert!(guest.get("/my-orders").body.contains("Your orders"));
        let ask = |email: &str| {
            let seen = guest.post("/my-orders", &[("email", email)]);
            (seen.status, seen.body.replace(email, "WHO"))
        };
        let known = ask("buyer38@example.com");
        let (email, token) = mailed(&t).expect("a link is on its way");
        assert_eq!(email, "buyer38@example.com");
        for other in ["carol@example.com", "nobody@example.com", "no address"] {
            assert_eq!(ask(other), known, "{other}");
            assert_eq!(mailed(&t), None, "{other}");
        }
        let path = format!("/my-orders/{token}");
        let seen = t.guest().get(&path);
        for text in
            ["#1000", "Delivered", "€\u{a0}100.00", "Probe", "https://track.example/JD5000000"]
        {
            assert!(seen.body.contains(text), "{text}: {}", seen.shown());
        }
        let order = orders(&t, &ada)[0].clone();
        let whole = format!("/orders/{}", order["id"].as_str().expect("has an id"));
        let whole = crate::api::Program::of(&t, &ada).get(&whole).ok();
        let money =
            |it: &serde_json::Value| format!("€\u{a0}{:.2}", it.as_f64().unwrap_or(0.0) / 100.0);
        assert!(
            seen.body.contains(&money(&whole["items"][0]["price"])),
            "{whole} {}",
            seen.shown()
        );
        for (label, minor) in [("Shipping", &order["shipping"]), ("Tax included", &order["tax"])] {
            let said = format!("<dt>{label}</dt><dd>{}</dd>", money(minor));
            assert_eq!(seen.body.contains(&said), minor != 0, "{label}: {}", seen.shown());
        }
        let ask_us = "mailto:support@tend.test?subject=Order%20%231000";
        assert!(seen.body.contains(ask_us), "{}", seen.shown());
        assert!(!seen.body.contains("buyer38@example.com") && !seen.body.contains("/orders/ord_"));
        assert_eq!(seen.header("cache-control"), "no-store");
        assert_eq!(seen.header("referrer-policy"), "no-referrer");
        assert_eq!(t.guest().get("/my-orders/nonsense").status, StatusCode::GONE);
        // A flood of mails is held up, and the answer stays the same.
        for _ in 0..2 {
            assert_eq!(ask("buyer38@example.com"), known);
            assert!(mailed(&t).is_some());
        }
        assert_eq!(ask("buyer38@example.com"), known);
        assert_eq!(mailed(&t), None, "three in an hour are enough");
        t.pass(SignedDuration::from_hours(30 * 24));
        assert_eq!(t.guest().get(&path).status, StatusCode::GONE, "it is too old");
    });
}

#[test]
fn an_agent_hands_over_a_link_that_is_shown_once() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let inbox = t.inbox("support@tend.test");
        t.writes(&inbox, "buyer38@example.com", "Where is it?", "Hello");
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        one_order_arrives(&t, &shop, &secret);
        let order = orders(&t, &ada)[0].clone();
        let path = format!("/orders/{}", order["id"].as_str().expect("has an id"));
        let viewer = t.agent_as("Vera", "viewer");
        let vera = t.browser(viewer.id);
        assert!(!vera.get(&path).body.contains("Make a link"));
        assert_eq!(vera.post(&format!("{path}/link"), &[]).status, StatusCode::FORBIDDEN);
        let anna = t.agent_as("Anna", "agent");
        let anna = t.browser(anna.id);
        assert!(anna.get(&path).body.contains("Make a link"));
        let made = anna.post(&format!("{path}/link"), &[]);
        let link = made.body.split("/my-orders/").nth(1).expect("shows a link");
        let token: String = link.chars().take_while(|it| !"<\"".contains(*it)).collect();
        assert!(t.guest().get(&format!("/my-orders/{token}")).body.contains("#1000"));
        assert!(!anna.get(&path).body.contains(&token));
        let contact = order["contact_id"].as_str().expect("is known");
        let page = anna.get(&format!("/contacts/{contact}"));
        assert!(page.body.contains("made a link to the orders of"), "{}", page.shown());
    });
}
