//! Writes what the parts of an order say together, and tells the journal what is new.

use jiff::Timestamp;
use tend_store::{Tx, Value, row};

use super::{
    Fulfilment, Order, OrderId, Payment, SELECT, Shipment, ShopId, Way,
    parts::{Buyer, Folded, State},
};
use crate::{
    Result,
    actor::Actor,
    contacts::{self, ContactId, IdentityKind, Stranger},
    fold,
    journal::{self, Change, OrderMoved, Subject},
    money::products,
    surveys,
};

pub(super) fn by_key(tx: &mut Tx, shop: ShopId, key: &str) -> Result<Option<OrderId>> {
    Ok(tx.maybe_scalar(
        "SELECT id FROM orders WHERE shop_id = $1 AND external_id = $2",
        &[shop.into(), key.into()],
    )?)
}

pub(super) fn is_redacted(tx: &mut Tx, shop: ShopId, key: &str) -> Result<bool> {
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS n FROM orders
         WHERE shop_id = $1 AND external_id = $2 AND redacted_at IS NOT NULL",
        &[shop.into(), key.into()],
    )?;
    Ok(found.is_some())
}

/// Makes the order what its parts say.
pub(super) fn write(
    tx: &mut Tx,
    by: Actor,
    shop: ShopId,
    key: &str,
    it: &Folded,
) -> Result<OrderId> {
    let before: Option<Order> = tx.maybe(
        &format!("{SELECT} WHERE shop_id = $1 AND external_id = $2"),
        &[shop.into(), key.into()],
    )?;
    let parcels = match &before {
        Some(was) => shipments(tx, was.id)?,
        None => Vec::new(),
    };
    let known = before.as_ref().and_then(|was| was.contact_id);
    let contact = match known {
        Some(it) => Some(it),
        None => whose(tx, shop, &it.state.buyer)?,
    };
    let id = match &before {
        Some(was) => was.id,
        None => OrderId::new(tx),
    };
    put(tx, id, shop, key, contact, it)?;
    put_rest(tx, id, &it.state)?;
    let steps = steps(before.as_ref(), &parcels, it);
    tell(tx, by, id, contact, &it.state.number, &steps)?;
    let was = before.as_ref().and_then(|it| it.delivered_at);
    if let Some(at) = delivered_at(&it.state).filter(|_| was.is_none()) {
        surveys::plans::delivered(tx, id, contact, at)?;
    }
    if let Some(at) = sent_at(before.as_ref(), it) {
        surveys::plans::sent(tx, id, contact, at)?;
    }
    if let Some(step) = steps.iter().find(|it| it.0 == "refunded") {
        surveys::plans::returned(tx, id, contact, step.2)?;
    }
    Ok(id)
}

pub(super) fn shipments(tx: &mut Tx, id: OrderId) -> Result<Vec<Shipment>> {
    Ok(tx.rows(
        "SELECT external_id, carrier, tracking, url, state, shipped_at, delivered_at
         FROM order_shipments WHERE order_id = $1 ORDER BY id",
        &[id.into()],
    )?)
}

/// Whose order it is: whom the shop called so before, then by address, then by number.
fn whose(tx: &mut Tx, shop: ShopId, it: &Buyer) -> Result<Option<ContactId>> {
    if !it.id.is_empty() {
        let known: Option<ContactId> = tx.maybe_scalar(
            "SELECT contact_id FROM shop_customers WHERE shop_id = $1 AND external_id = $2",
            &[shop.into(), it.id.as_str().into()],
        )?;
        if known.is_some() {
            return Ok(known);
        }
    }
    let found = if fold::email(&it.email).is_some() {
        let who = Stranger::by_email(&it.name, &it.email);
        Some(contacts::meet(tx, Actor::System, &who)?.id)
    } else {
        contacts::by_identity(tx, IdentityKind::Phone, &it.phone)?
    };
    if let Some(contact) = found.filter(|_| !it.id.is_empty()) {
        let row = tx.next_id();
        tx.execute(
            "INSERT INTO shop_customers (id, shop_id, external_id, contact_id)
             VALUES ($1, $2, $3, $4) ON CONFLICT (shop_id, external_id) DO NOTHING",
            &[row.into(), shop.into(), it.id.as_str().into(), contact.into()],
        )?;
    }
    Ok(found)
}

/// When the last of its parcels came, if all did.
fn delivered_at(it: &State) -> Option<Timestamp> {
    let mut live = it.parcels.iter().filter(|it| it.state != Way::Cancelled).peekable();
    live.peek()?;
    let all: Option<Vec<_>> = live
        .map(|it| match it.state {
            Way::Delivered => it.delivered_at.or(it.changed_at).or(it.shipped_at),
            _ => None,
        })
        .collect();
    all?.into_iter().max()
}

/// When all of it was sent, if that is new.
fn sent_at(before: Option<&Order>, it: &Folded) -> Option<Timestamp> {
    let is_sent = it.state.fulfilment == Fulfilment::Fulfilled;
    let was_sent = before.is_some_and(|it| it.fulfilment == Fulfilment::Fulfilled);
    let at = it.state.parcels.iter().filter_map(|it| it.shipped_at).max();
    (is_sent && !was_sent).then_some(at.unwrap_or(it.changed_at))
}

fn put(
    tx: &mut Tx,
    id: OrderId,
    shop: ShopId,
    key: &str,
    contact: Option<ContactId>,
    it: &Folded,
) -> Result<()> {
    let (state, buyer, now) = (&it.state, &it.state.buyer, tx.now());
    let short = |text: &str| Value::from(fold::one_line(text, 200));
    let args: [Value; 24] = [
        id.into(),
        shop.into(),
        key.into(),
        contact.into(),
        short(&state.number),
        state.placed_at.into(),
        it.changed_at.into(),
        state.currency.into(),
        state.total.into(),
        state.tax.into(),
        state.shipping.into(),
        state.discount.into(),
        state.refunded.into(),
        state.payment.into(),
        state.fulfilment.into(),
        state.cancelled_at.into(),
        delivered_at(state).into(),
        it.gone_at.into(),
        state.url.as_str().into(),
        short(&buyer.id),
        short(&buyer.email),
        short(&buyer.phone),
        short(&buyer.name),
        now.into(),
    ];
    tx.execute(
        "INSERT INTO orders (id, shop_id, external_id, contact_id, number, placed_at, changed_at,
             currency, total, tax, shipping, discount, refunded, payment, fulfilment, cancelled_at,
             delivered_at, gone_at, url, customer_id, email, phone, customer_name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21, $22, $23, $24)
         ON CONFLICT (shop_id, external_id) DO UPDATE
         SET contact_id = excluded.contact_id, number = excluded.number,
             placed_at = excluded.placed_at, changed_at = excluded.changed_at,
             currency = excluded.currency, total = excluded.total, tax = excluded.tax,
             shipping = excluded.shipping, discount = excluded.discount,
             refunded = excluded.refunded, payment = excluded.payment,
             fulfilment = excluded.fulfilment, cancelled_at = excluded.cancelled_at,
             delivered_at = excluded.delivered_at, gone_at = excluded.gone_at, url = excluded.url,
             customer_id = excluded.customer_id, email = excluded.email, phone = excluded.phone,
             customer_name = excluded.customer_name",
        &args,
    )?;
    Ok(())
}

row! {
    #[derive(PartialEq)]
    struct LineRow {
        external_id: String,
        title: String,
        sku: String,
        quantity: i64,
        price: i64,
    }
}

fn put_rest(tx: &mut Tx, id: OrderId, it: &State) -> Result<()> {
    put_lines(tx, id, it)?;
    for table in ["order_shipments", "order_payments", "order_refunds"] {
        tx.execute(&format!("DELETE FROM {table} WHERE order_id = $1"), &[id.into()])?;
    }
    for one in &it.parcels {
        let row = tx.next_id();
        tx.execute(
            "INSERT INTO order_shipments (id, order_id, external_id, carrier, tracking, url, state,
                 shipped_at, delivered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                row.into(),
                id.into(),
                one.id.as_str().into(),
                fold::one_line(&one.carrier, 100).into(),
                fold::one_line(&one.tracking, 200).into(),
                one.url.as_str().into(),
                one.state.into(),
                one.shipped_at.into(),
                one.delivered_at.into(),
            ],
        )?;
    }
    for one in &it.payments {
        let row = tx.next_id();
        tx.execute(
            "INSERT INTO order_payments (id, order_id, external_id, method, amount, state, paid_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                row.into(),
                id.into(),
                one.id.as_str().into(),
                fold::one_line(&one.method, 100).into(),
                one.amount.into(),
                one.state.into(),
                one.paid_at.into(),
            ],
        )?;
    }
    for one in &it.refunds {
        let row = tx.next_id();
        tx.execute(
            "INSERT INTO order_refunds (id, order_id, external_id, amount, reason, refunded_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                row.into(),
                id.into(),
                one.id.as_str().into(),
                one.amount.into(),
                fold::one_line(&one.reason, 300).into(),
                one.refunded_at.into(),
            ],
        )?;
    }
    Ok(())
}

/// Lines seldom change, and each looks for its product: only what differs is written.
fn put_lines(tx: &mut Tx, id: OrderId, it: &State) -> Result<()> {
    let before: Vec<LineRow> = tx.rows(
        "SELECT external_id, title, sku, quantity, price FROM order_lines
         WHERE order_id = $1 ORDER BY id",
        &[id.into()],
    )?;
    let line = |one: &super::parts::Item| LineRow {
        external_id: one.id.clone(),
        title: fold::one_line(&one.title, 300),
        sku: fold::one_line(&one.sku, 100),
        quantity: one.quantity,
        price: one.price,
    };
    let after: Vec<LineRow> = it.items.iter().map(line).collect();
    if before == after {
        return Ok(());
    }
    tx.execute("DELETE FROM order_lines WHERE order_id = $1", &[id.into()])?;
    for one in after {
        let (row, product) = (tx.next_id(), products::known(tx, &one.title)?);
        tx.execute(
            "INSERT INTO order_lines (id, order_id, external_id, product_id, title, sku, quantity,
                 price) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                row.into(),
                id.into(),
                one.external_id.into(),
                product.into(),
                one.title.into(),
                one.sku.into(),
                one.quantity.into(),
                one.price.into(),
            ],
        )?;
    }
    Ok(())
}

/// What the journal is told: the word of the step, what there is to say, and when it was.
type Step = (&'static str, String, Timestamp);

fn steps(before: Option<&Order>, parcels: &[Shipment], it: &Folded) -> Vec<Step> {
    let (state, at) = (&it.state, it.changed_at);
    let total = state.currency.exact(state.total);
    let mut steps: Vec<Step> = Vec::new();
    if before.is_none() {
        steps.push(("placed", total.clone(), state.placed_at));
    }
    let was = before.map(|it| it.payment);
    if state.payment.is_paid() && !was.is_some_and(Payment::is_paid) {
        let paid = state.payments.iter().filter_map(|it| it.paid_at).min();
        steps.push(("paid", total, paid.unwrap_or(at)));
    }
    for one in &state.parcels {
        let known = parcels.iter().find(|known| known.external_id == one.id);
        if known.is_none() && !matches!(one.state, Way::Cancelled | Way::Pending) {
            steps.push(("shipped", one.carrier.clone(), one.shipped_at.unwrap_or(at)));
        }
        let came = one.state == Way::Delivered;
        if came && known.is_none_or(|known| known.state != Way::Delivered) {
            steps.push(("delivered", one.carrier.clone(), one.delivered_at.unwrap_or(at)));
        }
    }
    let refunded = before.map_or(0, |it| it.refunded);
    if state.refunded > refunded {
        let when = state.refunds.iter().filter_map(|it| it.refunded_at).max();
        let more = state.currency.exact(state.refunded - refunded);
        steps.push(("refunded", more, when.unwrap_or(at)));
    }
    if let Some(when) =
        state.cancelled_at.filter(|_| before.is_none_or(|it| it.cancelled_at.is_none()))
    {
        steps.push(("cancelled", String::new(), when));
    }
    if let Some(when) = it.gone_at.filter(|_| before.is_none_or(|it| it.gone_at.is_none())) {
        steps.push(("deleted", String::new(), when));
    }
    steps
}

fn tell(
    tx: &mut Tx,
    by: Actor,
    id: OrderId,
    contact: Option<ContactId>,
    number: &str,
    steps: &[Step],
) -> Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let subject = subject(tx, id, contact)?;
    let now = tx.now();
    for (step, detail, at) in steps {
        let change = Change::OrderMoved(OrderMoved {
            order: id.to_string(),
            number: fold::one_line(number, 200),
            step: (*step).to_owned(),
            detail: detail.clone(),
        });
        journal::record_at(tx, (*at).min(now), by, subject, &change)?;
    }
    Ok(())
}

/// An order's story is told on the timelines of who ordered and of their account.
pub(super) fn subject(tx: &mut Tx, id: OrderId, contact: Option<ContactId>) -> Result<Subject> {
    let plain = Subject::plain("order", id.raw());
    let Some(contact) = contact else { return Ok(plain) };
    let it = contacts::find(tx, contact)?;
    Ok(Subject { contact: Some(it.id.raw()), account: Some(it.account_id.raw()), ..plain })
}
