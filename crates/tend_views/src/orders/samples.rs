//! Orders with sample data.

use tend_core::{
    contacts::ContactId,
    orders::{
        Fulfilment, Line, Newest, Order, OrderId, Paid, Payment, Refund, Shipment, ShopId, Way,
        Whole,
    },
    page::Page,
};

use super::{OrderPage, OrdersPage, order_page, orders_page};
use crate::{
    gallery::sample_frame,
    parts::{Sample, sample, time::sample_ago},
};

/// One on its way, and one that came.
pub fn newest() -> Newest {
    Newest {
        orders: vec![whole(2, "#1042", Way::InTransit), whole(1, "#1001", Way::Delivered)],
        count: 5,
    }
}

fn order(id: i64, number: &str, came: bool) -> Order {
    Order {
        id: OrderId::from_raw(id),
        shop_id: ShopId::from_raw(1),
        shop: "Kestrel shop".into(),
        external_id: id.to_string(),
        contact_id: Some(ContactId::from_raw(2)),
        number: number.into(),
        placed_at: sample_ago(4_000 / id),
        changed_at: sample_ago(900),
        currency: "EUR".parse().expect("a currency"),
        total: 24_300,
        tax: 3_880,
        shipping: 490,
        discount: 0,
        refunded: if came { 2_000 } else { 0 },
        payment: if came { Payment::PartiallyRefunded } else { Payment::Paid },
        fulfilment: Fulfilment::Fulfilled,
        cancelled_at: None,
        delivered_at: came.then(|| sample_ago(900)),
        gone_at: None,
        url: "https://shop.kestrel.example/orders/1".into(),
        customer_id: "207119551".into(),
        email: "leila@alnoorcold.example".into(),
        phone: String::new(),
        customer_name: "Leila Haddad".into(),
        redacted_at: None,
    }
}

fn whole(id: i64, number: &str, way: Way) -> Whole {
    let came = way == Way::Delivered;
    let line = |title: &str, sku: &str, quantity, price| Line {
        external_id: sku.into(),
        product_id: None,
        title: title.into(),
        sku: sku.into(),
        quantity,
        price,
    };
    let back = Refund {
        external_id: "1".into(),
        amount: 2_000,
        reason: "One probe was scratched".into(),
        refunded_at: Some(sample_ago(600)),
    };
    Whole {
        order: order(id, number, came),
        lines: vec![
            line("Probe, 2 m cable", "PRB-2", 3, 6_000),
            line("Gateway", "GTW-1", 1, 5_810),
        ],
        shipments: vec![Shipment {
            external_id: "1".into(),
            carrier: "DHL".into(),
            tracking: "00340434161094015902".into(),
            url: "https://tracking.example/00340434161094015902".into(),
            state: way,
            shipped_at: Some(sample_ago(2_000)),
            delivered_at: came.then(|| sample_ago(900)),
        }],
        payments: vec![Paid {
            external_id: "1".into(),
            method: "card".into(),
            amount: 24_300,
            state: Payment::Paid,
            paid_at: Some(sample_ago(3_900)),
        }],
        refunds: if came { vec![back] } else { Vec::new() },
    }
}

/// Every page of orders with sample data.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let one = OrderPage {
        whole: whole(1, "#1001", Way::Delivered),
        contact: None,
        story: Vec::new(),
        may_link: true,
        link: None,
        remedies: crate::remedies::samples::beside(),
    };
    let list = |orders: Vec<Order>| OrdersPage {
        may: (true, true),
        may_connect: true,
        pairs: Vec::new(),
        orders: Page { items: orders, next: None },
        whose: None,
        first: None,
        next: None,
    };
    let all = newest().orders.into_iter().map(|it| it.order).collect();
    vec![
        sample("order", order_page(&frame, &one)),
        sample("orders", orders_page(&frame, &list(all))),
        sample("orders-empty", orders_page(&frame, &list(Vec::new()))),
    ]
}
