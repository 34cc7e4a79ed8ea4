use jiff::SignedDuration;
use serde_json::json;
use tend_core::{
    contacts::{self, IdentityKind},
    orders::{
        self, Asked, ShopKind, events, privacy,
        shops::{self, ShopChange},
    },
    timeline::{self, Aspect},
};
use tend_testkit::{FakeShop, Telling, Tend};

use crate::{hear, read_all, shop};

fn asks(t: &Tend, topic: &str, body: &serde_json::Value) -> Telling {
    Telling {
        topic: topic.to_owned(),
        body: body.to_string().into_bytes(),
        key: Some(topic.to_owned()),
        at: t.read(|tx| Ok(tx.now())),
    }
}

/// Whether the text stands anywhere in what is kept of orders, messages and parts.
fn stands(t: &Tend, text: &str) -> bool {
    let like = format!("%{text}%");
    let bytes = text.as_bytes().to_vec();
    t.read(move |tx| {
        let rows: i64 = tx.scalar(
            "SELECT (SELECT count(*) FROM orders WHERE email LIKE $1 OR customer_name LIKE $1)
                 + (SELECT count(*) FROM order_parts WHERE data LIKE $1)",
            &[like.as_str().into()],
        )?;
        let bodies: Vec<Vec<u8>> = tx.column("SELECT body FROM shop_events", &[])?;
        let in_body = |it: &Vec<u8>| it.windows(bytes.len()).any(|some| some == bytes);
        Ok(rows > 0 || bodies.iter().any(in_body))
    })
}

#[test]
fn a_customer_is_forgotten_in_orders_and_not_learned_again() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = shop(&t, &ada, ShopKind::Shopify);
        let from = t.read(|tx| Ok(tx.now())) - SignedDuration::from_hours(10);
        let there = FakeShop::new(ShopKind::Shopify, 10, from, SignedDuration::from_mins(30));
        let all = there.tellings();
        let (late, soon): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| it.key.as_deref() == Some("5000000-4"));
        assert_eq!(late.len(), 1);
        hear(&t, id, &soon);
        assert!(stands(&t, "buyer38@example.com"));
        let who = t
            .read(|tx| contacts::by_identity(tx, IdentityKind::Email, "buyer38@example.com"))
            .expect("is known");
        let body = json!({ "shop_id": 1, "shop_domain": "shop.example",
            "customer": { "id": 938, "email": "buyer38@example.com" }, "orders_to_redact": [5_000_000] });
        hear(&t, id, &[asks(&t, "customers/redact", &body)]);
        assert!(!stands(&t, "buyer38@example.com"), "nothing is left");
        // What comes late of that order, or again, brings nothing of it back.
        hear(&t, id, &late);
        assert!(!stands(&t, "buyer38@example.com"), "nothing comes back");

        let me = ada.clone();
        let (orders, told, asked) = t.read(move |tx| {
            let which = Asked { external_id: Some("5000000".into()), ..Asked::default() };
            let orders = orders::page(tx, &me, &which, None, 5)?.items;
            let told = timeline::of_contact(tx, &me, who, Aspect::Everything, None, 50)?;
            Ok((orders, told, privacy::requests(tx, &me, id)?))
        });
        assert_eq!((orders[0].contact_id, orders[0].total), (None, 10_000));
        assert!(orders[0].redacted_at.is_some() && orders[0].delivered_at.is_some());
        assert!(told.items.iter().all(|it| !it.sentence().contains("order")), "{told:?}");
        assert_eq!((asked[0].kind.as_str(), asked[0].orders), ("customer_redact", 1));
        assert_eq!((asked[0].contact_id, asked[0].done_at), (Some(who), None), "a person decides");
        assert!(stands(&t, "buyer39@example.com"), "the others stay");
    });
}

#[test]
fn a_request_for_data_waits_for_a_person_and_a_shop_that_leaves_is_forgotten() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = shop(&t, &ada, ShopKind::Shopify);
        let from = t.read(|tx| Ok(tx.now())) - SignedDuration::from_hours(10);
        let there = FakeShop::new(ShopKind::Shopify, 10, from, SignedDuration::from_mins(30));
        hear(&t, id, &there.tellings());
        let body = json!({ "shop_domain": "Shop.example", "customer": { "id": 938, "email": "buyer38@example.com" },
            "orders_requested": [5_000_000], "data_request": { "id": 9999 } });
        hear(&t, id, &[asks(&t, "customers/data_request", &body)]);
        let me = ada.clone();
        let asked = t.read(move |tx| privacy::requests(tx, &me, id));
        assert_eq!((asked[0].kind.as_str(), asked[0].done_at), ("data_request", None));
        let (me, request) = (ada.clone(), asked[0].id);
        t.write(move |tx| privacy::done(tx, &me, request));

        let body = json!({ "shop_id": 1, "shop_domain": "shop.example" });
        hear(&t, id, &[asks(&t, "shop/redact", &body)]);
        read_all(&t, id);
        assert!(!stands(&t, "example.com"), "nobody's name is left");
        let me = ada.clone();
        let (it, listening) =
            t.read(move |tx| Ok((shops::find(tx, &me, id)?, shops::listening(tx, id)?)));
        assert!(it.disabled_at.is_some() && !it.has_access && listening.is_none());
        let me = ada.clone();
        let asked = t.read(move |tx| privacy::requests(tx, &me, id));
        assert!(asked.iter().any(|it| it.kind == "data_request" && it.done_at.is_some()));
        assert!(asked.iter().any(|it| it.kind == "shop_redact" && it.orders == 10));
    });
}

/// An app has one secret for all shops that have it: what one of them asks is not done to another.
#[test]
fn what_another_shop_asks_erases_nothing_here() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = shop(&t, &ada, ShopKind::Shopify);
        let from = t.read(|tx| Ok(tx.now())) - SignedDuration::from_hours(10);
        let there = FakeShop::new(ShopKind::Shopify, 10, from, SignedDuration::from_mins(30));
        hear(&t, id, &there.tellings());
        let moves_to = |address: &str| {
            let (me, address) = (ada.clone(), Some(address.to_owned()));
            let to = ShopChange { address, ..ShopChange::default() };
            t.write(move |tx| shops::change(tx, &me, id, &to));
        };
        let states = || {
            let sql = "SELECT state FROM shop_events WHERE topic = 'shop/redact' ORDER BY id";
            t.read(move |tx| Ok(tx.column::<String>(sql, &[])?))
        };
        for (n, (own, body)) in [
            ("", json!({ "shop_domain": "kestrel.myshopify.com" })),
            ("shop.example", json!({ "shop_domain": "kestrel.myshopify.com" })),
            ("kestrel.myshopify.com", json!({ "shop_domain": "alder.myshopify.com" })),
            ("kestrel.myshopify.com", json!({ "shop_id": 1 })),
        ]
        .into_iter()
        .enumerate()
        {
            moves_to(own);
            let key = Some(format!("redact-{n}"));
            hear(&t, id, &[Telling { key, ..asks(&t, "shop/redact", &body) }]);
        }
        assert_eq!(states(), ["failed", "failed", "ignored", "failed"]);
        assert!(stands(&t, "buyer38@example.com"), "nothing is erased");
        // Once it is known that it is this shop, it is done.
        let me = ada.clone();
        let first: events::EventId = t.read(|tx| {
            Ok(tx.scalar("SELECT MIN(id) FROM shop_events WHERE topic = 'shop/redact'", &[])?)
        });
        t.write(move |tx| events::replay(tx, &me, first));
        read_all(&t, id);
        read_all(&t, id);
        assert!(!stands(&t, "buyer38@example.com"), "nobody's name is left");
    });
}
