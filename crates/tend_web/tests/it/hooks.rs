//! What shops send, through the door: believed or refused, kept before it is acknowledged, and
//! seen beside the conversation.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tend_core::{
    agents::Me,
    orders::{
        ShopKind,
        events::{self, EventId},
        shops::{self, NewShop, SECRET},
        signature::sign,
    },
};
use tend_testkit::{FakeShop, Seen, Tend};

fn api(t: &Tend, me: &Me, method: Method, path: &str, body: &Value) -> Seen {
    let token = t.token(me.id, "");
    let browser = t.guest();
    let request = browser
        .request(method, &format!("/api/v1{path}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    browser.send(request, Body::from(body.to_string()))
}

fn read(seen: &Seen) -> Value {
    assert!(seen.status.is_success(), "{}", seen.shown());
    serde_json::from_str(&seen.body).expect("is JSON")
}

/// Connects a shop: its id, and the secret if one was made.
pub fn connect(t: &Tend, me: &Me, kind: &str, secret: &str) -> (String, String) {
    let new = json!({ "name": "Kestrel shop", "kind": kind, "secret": secret });
    let made = read(&api(t, me, Method::POST, "/order-sources", &new));
    let secret = made["secret"].as_str().unwrap_or(secret);
    (made["id"].as_str().expect("has an id").to_owned(), secret.to_owned())
}

fn send(t: &Tend, shop: &str, headers: &[(&str, &str)], body: &[u8]) -> StatusCode {
    let browser = t.guest();
    let mut request = browser.request(Method::POST, &format!("/hooks/shops/{shop}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request, Body::from(body.to_vec())).status
}

fn shopify(t: &Tend, shop: &str, secret: &str, topic: &str, key: &str, body: &[u8]) -> StatusCode {
    let signature = STANDARD.encode(sign(secret.as_bytes(), body));
    let headers = [
        ("content-type", "application/json"),
        ("x-shopify-hmac-sha256", signature.as_str()),
        ("x-shopify-topic", topic),
        ("x-shopify-webhook-id", key),
        ("x-shopify-triggered-at", "2026-01-01T00:00:00Z"),
    ];
    send(t, shop, &headers, body)
}

/// Reads what waits, as the worker does.
pub fn work(t: &Tend) {
    t.write(|tx| {
        let waiting: Vec<EventId> =
            tx.column("SELECT id FROM shop_events WHERE state = 'waiting' ORDER BY id", &[])?;
        waiting.into_iter().try_for_each(|id| events::read_one(tx, id))
    });
}

fn health(t: &Tend, me: &Me, shop: &str) -> Value {
    read(&api(t, me, Method::GET, &format!("/order-sources/{shop}"), &Value::Null))
}

fn messages(t: &Tend, me: &Me, shop: &str) -> Vec<Value> {
    let path = format!("/order-sources/{shop}/messages");
    read(&api(t, me, Method::GET, &path, &Value::Null))["items"]
        .as_array()
        .cloned()
        .expect("is a list")
}

pub fn orders(t: &Tend, me: &Me) -> Vec<Value> {
    read(&api(t, me, Method::GET, "/orders", &Value::Null))["items"]
        .as_array()
        .cloned()
        .expect("is a list")
}

/// The messages of one order that was delivered.
fn one_order(t: &Tend) -> Vec<tend_testkit::Telling> {
    let from = t.read(|tx| Ok(tx.now())) - SignedDuration::from_hours(5);
    let apart = SignedDuration::from_mins(10);
    FakeShop::new(ShopKind::Shopify, 1, from, apart).tellings()
}

/// Takes in that order, as its shop tells of it.
pub fn one_order_arrives(t: &Tend, shop: &str, secret: &str) {
    for it in one_order(t) {
        let key = it.key.clone().unwrap_or_default();
        shopify(t, shop, secret, &it.topic, &key, &it.body);
    }
    work(t);
}

/// An app signs with one secret for all shops that have it: a signature does not say whose order it
/// is.
#[test]
fn a_message_of_another_shop_is_heard_and_not_taken_in() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        let moves_to = |address: &str| {
            let (path, to) = (format!("/order-sources/{shop}"), json!({ "address": address }));
            read(&api(&t, &ada, Method::PATCH, &path, &to));
        };
        let it = one_order(&t).remove(0);
        let signature = STANDARD.encode(sign(secret.as_bytes(), &it.body));
        let sends = |domain: &str, key: &str| {
            let headers = [
                ("content-type", "application/json"),
                ("x-shopify-hmac-sha256", signature.as_str()),
                ("x-shopify-topic", it.topic.as_str()),
                ("x-shopify-webhook-id", key),
                ("x-shopify-shop-domain", domain),
            ];
            // What is refused would come again, and switch off the webhook of the other shop.
            assert_eq!(send(&t, &shop, &headers, &it.body), StatusCode::OK);
            work(&t);
            orders(&t, &ada).len()
        };
        moves_to("kestrel.myshopify.com");
        assert_eq!(sends("alder.myshopify.com", "a"), 0);
        let message = messages(&t, &ada, &shop).remove(0);
        let why = "It is of another shop, alder.myshopify.com.";
        assert_eq!((&message["state"], &message["note"]), (&json!("ignored"), &json!(why)));
        let it = health(&t, &ada, &shop);
        assert_eq!((&it["refusal"], &it["heard_at"]), (&json!(why), &Value::Null));
        let page = t.browser(ada.id).get(&format!("/settings/shops/{shop}")).shown();
        assert!(page.contains("Refused last") && page.contains(why), "{page}");
        // Somebody had entered the wrong shop: what was left alone can be read again.
        moves_to("https://Alder.myshopify.com/");
        let again = format!(
            "/settings/shops/messages/{}/replay",
            message["id"].as_str().expect("has an id")
        );
        assert_eq!(t.browser(ada.id).post(&again, &[]).status, StatusCode::SEE_OTHER);
        work(&t);
        assert_eq!(orders(&t, &ada).len(), 1);
        assert!(health(&t, &ada, &shop)["heard_at"].is_string());
        let state = || messages(&t, &ada, &shop).remove(0)["state"].clone();
        assert_eq!((sends("Alder.MyShopify.com", "b"), state()), (1, json!("done")));
        // By the address that customers see nobody knows which shop of Shopify's it is.
        moves_to("shop.kestrel.example");
        assert_eq!((sends("kestrel.myshopify.com", "c"), state()), (1, json!("done")));
    });
}

#[test]
fn a_message_is_kept_once_and_read_later() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        for it in one_order(&t) {
            let key = it.key.clone().unwrap_or_default();
            for _ in 0..2 {
                let status = shopify(&t, &shop, &secret, &it.topic, &key, &it.body);
                assert_eq!(status, StatusCode::OK);
            }
        }
        assert_eq!(messages(&t, &ada, &shop).len(), 6, "each is kept once");
        assert!(orders(&t, &ada).is_empty(), "nothing is read yet");
        assert_eq!(health(&t, &ada, &shop)["waiting"], 6);
        work(&t);
        let all = orders(&t, &ada);
        assert_eq!(
            (all.len(), &all[0]["payment"], &all[0]["fulfilment"]),
            (1, &json!("paid"), &json!("fulfilled"))
        );
        assert!(all[0]["delivered_at"].is_string() && all[0]["contact_id"].is_string(), "{all:?}");
        let it = health(&t, &ada, &shop);
        assert_eq!(
            (&it["waiting"], &it["failed"], &it["orders"]),
            (&json!(0), &json!(0), &json!(1))
        );
        assert!(it["heard_at"].is_string() && it["lag_seconds"].is_number(), "{it}");
    });
}

#[test]
fn forged_cut_and_unknown_messages_are_refused_and_said_so() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        let body = br#"{"id":1}"#;
        let topic = "orders/create";
        assert_eq!(shopify(&t, &shop, "guess", topic, "a", body), StatusCode::UNAUTHORIZED);
        let signature = STANDARD.encode(sign(secret.as_bytes(), body));
        let header = [("x-shopify-hmac-sha256", signature.as_str())];
        assert_eq!(send(&t, &shop, &header, &body[..5]), StatusCode::UNAUTHORIZED);
        assert_eq!(send(&t, &shop, &[], body), StatusCode::UNAUTHORIZED);
        assert_eq!(send(&t, "shp_7zzzzzzzzzz", &header, body), StatusCode::NOT_FOUND);
        let large = vec![b' '; 1024 * 1024 + 1];
        assert_eq!(send(&t, &shop, &header, &large), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(messages(&t, &ada, &shop).is_empty(), "nothing was kept");
        let why = health(&t, &ada, &shop)["refusal"].as_str().map(str::to_owned);
        assert!(why.is_some_and(|it| it.contains("signature")));
        // What is signed and means nothing to us is taken and left alone; what can't be read says why.
        assert_eq!(shopify(&t, &shop, &secret, "themes/publish", "b", body), StatusCode::OK);
        assert_eq!(shopify(&t, &shop, &secret, topic, "c", body), StatusCode::OK);
        work(&t);
        let all = messages(&t, &ada, &shop);
        assert_eq!((&all[0]["state"], &all[1]["state"]), (&json!("failed"), &json!("ignored")));
        assert!(all[0]["note"].as_str().is_some_and(|it| it.contains("currency")), "{all:?}");
    });
}

#[test]
fn a_secret_is_changed_without_losing_a_message() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (shop, old) = connect(&t, &ada, "shopify", "hush");
        let body = br#"{"id":1}"#;
        let path = format!("/order-sources/{shop}/rotate");
        read(&api(&t, &ada, Method::POST, &path, &json!({ "secret": "newer" })));
        assert_eq!(shopify(&t, &shop, &old, "x/y", "a", body), StatusCode::OK);
        assert_eq!(shopify(&t, &shop, "newer", "x/y", "b", body), StatusCode::OK);
        t.pass(SignedDuration::from_hours(25));
        assert_eq!(shopify(&t, &shop, &old, "x/y", "c", body), StatusCode::UNAUTHORIZED);
        assert_eq!(shopify(&t, &shop, "newer", "x/y", "d", body), StatusCode::OK);
        let sealed =
            t.read(|tx| Ok(tx.column::<String>("SELECT secret || old_secret FROM shops", &[])?));
        assert!(!sealed[0].contains("newer") && !sealed[0].contains("hush"), "they are sealed");
    });
}

#[test]
fn woocommerce_tries_the_address_and_sends_two_within_one_second() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (shop, secret) = connect(&t, &ada, "woocommerce", "");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        assert_eq!(send(&t, &shop, &form, b"webhook_id=7"), StatusCode::OK);
        assert_eq!(send(&t, &shop, &form, b"webhook_id=7&x=1"), StatusCode::UNAUTHORIZED);
        let from = t.read(|tx| Ok(tx.now())) - SignedDuration::from_hours(5);
        let there = FakeShop::new(ShopKind::WooCommerce, 2, from, SignedDuration::ZERO);
        for it in there.tellings() {
            let signature = STANDARD.encode(sign(secret.as_bytes(), &it.body));
            let headers = [
                ("x-wc-webhook-signature", signature.as_str()),
                ("x-wc-webhook-topic", it.topic.as_str()),
                // It is the same for all of a second.
                ("x-wc-webhook-delivery-id", "d41d8cd98f00b204"),
            ];
            assert_eq!(send(&t, &shop, &headers, &it.body), StatusCode::OK);
        }
        work(&t);
        assert_eq!(orders(&t, &ada).len(), 2, "none was taken for the other");
    });
}

#[test]
fn any_shop_may_send_signed_orders_and_stale_ones_are_refused() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (shop, secret) = connect(&t, &ada, "webhook", "");
        let key =
            STANDARD.decode(secret.strip_prefix("whsec_").expect("is marked")).expect("base64");
        let now = t.read(|tx| Ok(tx.now()));
        let send = |id: &str, at: i64, updated: &str, payment: &str| {
            let body = json!({ "external_id": "A-17", "updated_at": updated, "order": {
                "number": "A-17", "placed_at": "2026-01-01T10:00:00Z", "currency": "EUR",
                "total": 4_900, "payment": payment, "fulfilment": "unfulfilled",
                "buyer": { "email": "carol@kestrel.example", "name": "Carol Diaz" },
                "items": [{ "title": "Probe", "quantity": 1, "price": 4_900 }] } })
            .to_string();
            let signed = sign(&key, format!("{id}.{at}.{body}").as_bytes());
            let (at, signed) = (at.to_string(), format!("v1,{}", STANDARD.encode(signed)));
            let headers = [
                ("webhook-id", id),
                ("webhook-timestamp", at.as_str()),
                ("webhook-signature", signed.as_str()),
            ];
            send(&t, &shop, &headers, body.as_bytes())
        };
        let at = now.as_second();
        assert_eq!(send("m1", at, "2026-01-01T10:05:00Z", "paid"), StatusCode::OK);
        assert_eq!(send("m2", at, "2026-01-01T10:00:00Z", "pending"), StatusCode::OK, "older");
        assert_eq!(
            send("m3", at - 301, "2026-01-01T11:00:00Z", "failed"),
            StatusCode::UNAUTHORIZED
        );
        work(&t);
        let all = orders(&t, &ada);
        assert_eq!((all.len(), &all[0]["payment"]), (1, &json!("paid")));
    });
}

#[test]
fn orders_stand_beside_the_conversation_and_on_pages_of_their_own() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let inbox = t.inbox("support@tend.test");
        let case = t.writes(&inbox, "buyer38@example.com", "Where is it?", "Hello");
        // Who sells in no shop is shown no page of orders.
        let linked = |page: &str| page.contains("href=\"/orders\"");
        assert!(!linked(&t.browser(ada.id).get("/contacts").body));
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        one_order_arrives(&t, &shop, &secret);
        let order = orders(&t, &ada)[0].clone();
        let contact = order["contact_id"].as_str().expect("is known").to_owned();
        let path = format!("/orders/{}", order["id"].as_str().expect("has an id"));

        let vera = t.agent_as("Vera", "viewer");
        let browser = t.browser(vera.id);
        let page = browser.get(&format!("/conversations/{case}"));
        let beside = page.body.split("id=\"record\"").nth(1).expect("has a record").to_owned();
        for text in [
            "#1000",
            "Delivered",
            "Paid",
            "€\u{a0}100.00",
            "Probe",
            "DHL JD5000000",
            "https://track.example/JD5000000",
        ] {
            assert!(beside.contains(text), "{text}: {beside}");
        }
        let page = browser.get(&format!("/contacts/{contact}"));
        assert!(page.body.contains("took in the order #1000 of") && page.body.contains(&path));
        let account = t.read(move |tx| {
            Ok(tx.scalar::<tend_core::accounts::AccountId>(
                "SELECT account_id FROM contacts LIMIT 1",
                &[],
            )?)
        });
        assert!(browser.get(&format!("/accounts/{account}")).body.contains(&path));
        let page = browser.get(&path);
        for text in ["Order #1000", "Probe", "PRB", "Delivered", "Placed", "DHL JD5000000"] {
            assert!(page.body.contains(text), "{text}: {}", page.body);
        }
        assert!(browser.get("/orders").body.contains("#1000"));
        assert!(linked(&browser.get("/contacts").body));
        assert_eq!(browser.get("/settings/shops").status, StatusCode::FORBIDDEN);
        let admin = t.browser(ada.id);
        let page = admin.get(&format!("/settings/shops/{shop}"));
        for text in ["Last message", "fulfillments/update", "Taken in", "found, 0 healed"] {
            assert!(page.body.contains(text), "{text}: {}", page.body);
        }
    });
}

#[test]
fn a_message_that_failed_is_read_again() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        shopify(&t, &shop, &secret, "orders/create", "a", br#"{"id":1,"currency":"ZZZ"}"#);
        work(&t);
        let it = messages(&t, &ada, &shop)[0].clone();
        assert_eq!(it["state"], "failed");
        let admin = t.browser(ada.id);
        let url = format!("/settings/shops/{shop}");
        assert!(admin.get(&url).body.contains("Read again"));
        let id = it["id"].as_str().expect("has an id");
        let seen = admin.post(&format!("/settings/shops/messages/{id}/replay"), &[]);
        assert_eq!(seen.header("location"), url, "{}", seen.shown());
        assert_eq!(messages(&t, &ada, &shop)[0]["state"], "waiting");
    });
}

#[test]
fn programs_record_orders_and_change_them() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let order = json!({ "external_id": "A-17", "number": "A-17",
            "placed_at": "2026-01-01T10:00:00Z", "currency": "EUR", "total": 4_900,
            "payment": "pending", "fulfilment": "unfulfilled",
            "buyer": { "email": "carol@kestrel.example" } });
        let made = read(&api(&t, &ada, Method::POST, "/orders", &order));
        let again = read(&api(&t, &ada, Method::POST, "/orders", &order));
        assert_eq!(made["id"], again["id"]);
        let path = format!("/orders/{}", made["id"].as_str().expect("has an id"));
        let change = json!({ "payment": "paid", "parcels": [{ "id": "1", "state": "delivered",
            "carrier": "DHL", "tracking": "JD1", "delivered_at": "2026-01-03T10:00:00Z" }] });
        let changed = read(&api(&t, &ada, Method::PATCH, &path, &change));
        assert_eq!(
            (&changed["payment"], &changed["delivered_at"]),
            (&json!("paid"), &json!("2026-01-03T10:00:00Z"))
        );
        assert_eq!(
            (&changed["number"], &changed["buyer"]["email"]),
            (&json!("A-17"), &json!("carol@kestrel.example"))
        );
        // What is older than what is known changes nothing.
        let mut old = order.clone();
        old["updated_at"] = json!("2020-01-01T00:00:00Z");
        assert_eq!(read(&api(&t, &ada, Method::POST, "/orders", &old))["payment"], "paid");
        for (name, value) in [
            ("currency", json!("EURO")),
            ("payment", json!("maybe")),
            ("url", json!("javascript:1")),
        ] {
            let mut odd = order.clone();
            odd[name] = value;
            let seen = api(&t, &ada, Method::POST, "/orders", &odd);
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", seen.shown());
        }
        let vera = t.agent_as("Vera", "viewer");
        t.write(|tx| Ok(tx.execute("UPDATE roles SET permissions = permissions || ' tokens.manage' WHERE builtin = 'viewer'", &[])?));
        assert_eq!(api(&t, &vera, Method::PATCH, &path, &change).status, StatusCode::FORBIDDEN);
        // An order of a shop is changed at the shop.
        let (shop, secret) = connect(&t, &ada, "shopify", "hush");
        let telling = &one_order(&t)[0];
        shopify(&t, &shop, &secret, &telling.topic, "a", &telling.body);
        work(&t);
        let of_shop = orders(&t, &ada).into_iter().find(|it| it["source_id"] == shop.as_str());
        let path = format!("/orders/{}", of_shop.expect("is there")["id"].as_str().expect("id"));
        let seen = api(&t, &ada, Method::PATCH, &path, &json!({ "payment": "refunded" }));
        assert!(
            seen.status.is_client_error() && seen.body.contains("shop itself"),
            "{}",
            seen.shown()
        );
    });
}

#[test]
fn a_flood_of_forged_messages_costs_the_writer_one_turn_a_minute() {
    Tend::on_both(|t| {
        // Without a token: that one was used is written down at leisure, and would be counted.
        let ada = t.agent_as("Ada", "admin");
        let new = NewShop {
            name: "Kestrel shop".to_owned(),
            kind: ShopKind::Shopify,
            address: String::new(),
            secret: t.app.keys.seal(SECRET, "s3cret"),
            access_key: String::new(),
        };
        let shop = t.write(move |tx| shops::create(tx, &ada, &new)).to_string();
        let flood = || {
            let before = t.db.stats().writes;
            for _ in 0..50 {
                let status = shopify(&t, &shop, "wrong", "orders/create", "k", b"{}");
                assert_eq!(status, StatusCode::UNAUTHORIZED);
            }
            t.db.stats().writes - before
        };
        assert_eq!(flood(), 1);
        t.pass(SignedDuration::from_secs(30));
        assert_eq!(flood(), 0, "it was noted less than a minute ago");
        t.pass(SignedDuration::from_secs(31));
        assert_eq!(flood(), 1);
    });
}
