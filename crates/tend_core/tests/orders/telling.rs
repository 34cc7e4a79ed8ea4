use jiff::SignedDuration;
use proptest::prelude::*;
use tend_core::{
    agents::Permission,
    contacts::{self, IdentityKind},
    orders::{self, Asked, Payment, ShopKind, Way},
    timeline::{self, Aspect},
};
use tend_testkit::{FakeShop, Telling, Tend};

use crate::{hear, shop};

fn some(kind: ShopKind, t: &Tend) -> Vec<Telling> {
    let from = t.read(|tx| Ok(tx.now())) - SignedDuration::from_hours(10);
    FakeShop::new(kind, 10, from, SignedDuration::from_mins(30)).tellings()
}

/// All that is known of a shop's orders, but for what Tend numbers itself.
fn known(t: &Tend) -> String {
    let me = t.agent_as("Reader", "viewer");
    let all = t.read(move |tx| {
        let page = orders::page(tx, &me, &Asked::default(), None, 200)?;
        page.items
            .iter()
            .map(|it| orders::find(tx, &me, it.id))
            .collect::<tend_core::Result<Vec<_>>>()
    });
    let mut lines: Vec<String> = all
        .into_iter()
        .map(|it| {
            let o = it.order;
            format!(
                "{} {} {:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {}",
                o.external_id,
                o.changed_at,
                o.payment,
                o.fulfilment,
                o.refunded,
                o.cancelled_at,
                o.delivered_at,
                it.shipments,
                it.payments,
                it.refunds,
                o.email
            )
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn told(kind: ShopKind, order: impl Fn(Vec<Telling>) -> Vec<Telling>) -> String {
    let t = Tend::in_memory();
    let ada = t.agent_as("Ada", "admin");
    let id = shop(&t, &ada, kind);
    hear(&t, id, &order(some(kind, &t)));
    known(&t)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn in_whichever_order_and_however_often_it_comes_to_the_same(
        places in prop::collection::vec(any::<u32>(), 120),
        kind in prop::sample::select(vec![ShopKind::Shopify, ShopKind::WooCommerce, ShopKind::Stripe]),
    ) {
        let straight = told(kind, |all| all);
        let mixed = told(kind, |all| {
            let twice = all.iter().zip(&places).filter(|it| it.1 % 3 == 0).map(|it| it.0.clone());
            let mut mixed: Vec<_> = all.iter().cloned().chain(twice).zip(&places).collect();
            mixed.sort_by_key(|it| it.1);
            mixed.into_iter().map(|it| it.0).collect()
        });
        prop_assert_eq!(straight, mixed);
    }
}

#[test]
fn an_order_stands_with_who_ordered_and_on_their_timeline() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = shop(&t, &ada, ShopKind::Shopify);
        hear(&t, id, &some(ShopKind::Shopify, &t));
        let me = ada.clone();
        let (newest, told) = t.read(move |tx| {
            // 5,000,000 is 38 more than a multiple of 97.
            let who = contacts::by_identity(tx, IdentityKind::Email, "BUYER38@example.com")?;
            let who = who.expect("is a contact");
            let newest = orders::of_contact(tx, &me, who, 3)?.expect("may see");
            let told = timeline::of_contact(tx, &me, who, Aspect::Everything, None, 50)?;
            Ok((newest, told))
        });
        assert_eq!(newest.count, 1);
        let it = &newest.orders[0];
        assert_eq!(
            (it.order.payment, it.order.total, it.order.tax),
            (Payment::Paid, 10_000, 1_597)
        );
        assert_eq!((it.lines[0].title.as_str(), it.lines[0].price), ("Probe", 9_500));
        assert!(it.lines[0].product_id.is_some(), "it is a product of the company");
        assert_eq!(
            (it.shipments[0].state, it.shipments[0].carrier.as_str()),
            (Way::Delivered, "DHL")
        );
        let said: Vec<String> = told.items.iter().map(|it| it.sentence()).collect();
        let has = |text: &str| said.iter().any(|it| it.contains(text));
        assert!(has("took in the order #1000 of") && has("was paid: €\u{a0}100.00"), "{said:#?}");
        assert!(has("was shipped: DHL") && has("was delivered: DHL"), "{said:#?}");
        assert_eq!(said.iter().filter(|it| it.contains("was paid")).count(), 1, "{said:#?}");
        // Who may see customers and no orders is told of none.
        let mut me = ada.clone();
        me.permissions = [Permission::CustomersRead].into_iter().collect();
        let who = it.order.contact_id.expect("is known");
        let (newest, told) = t.read(move |tx| {
            let newest = orders::of_contact(tx, &me, who, 3)?;
            Ok((newest, timeline::of_contact(tx, &me, who, Aspect::Everything, None, 50)?))
        });
        assert!(newest.is_none() && told.items.iter().all(|it| it.kind != "order_moved"));
    });
}

#[test]
fn a_viewer_sees_orders_and_changes_none() {
    let t = Tend::in_memory();
    let ada = t.agent_as("Ada", "admin");
    let id = shop(&t, &ada, ShopKind::Shopify);
    hear(&t, id, &some(ShopKind::Shopify, &t));
    let viewer = t.agent_as("Vera", "viewer");
    let order = {
        let me = viewer.clone();
        t.read(move |tx| orders::page(tx, &me, &Asked::default(), None, 1)).items[0].id
    };
    let me = viewer.clone();
    assert_eq!(t.read(move |tx| orders::find(tx, &me, order)).order.id, order);
    let me = viewer.clone();
    let tried = t.tries(move |tx| orders::state(tx, &me, order).map(drop));
    assert!(tried.is_err(), "{tried:?}");
}
