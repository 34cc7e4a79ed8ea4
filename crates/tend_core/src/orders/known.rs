use tend_store::{Tx, Value};

use super::{Line, Order, OrderId, Paid, Refund, SELECT, Shipment, ShopId, write};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    contacts::ContactId,
    conversations::list::Where,
    error::not_found,
    fold,
    journal::{self, Entry},
    page::{Cursor, Page},
};

/// An order with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Whole {
    pub order: Order,
    pub lines: Vec<Line>,
    pub shipments: Vec<Shipment>,
    pub payments: Vec<Paid>,
    pub refunds: Vec<Refund>,
}

impl Whole {
    fn of(tx: &mut Tx, order: Order) -> Result<Self> {
        let id = order.id;
        Ok(Self {
            lines: tx.rows(
                "SELECT external_id, product_id, title, sku, quantity, price FROM order_lines
                 WHERE order_id = $1 ORDER BY id",
                &[id.into()],
            )?,
            shipments: write::shipments(tx, id)?,
            payments: tx.rows(
                "SELECT external_id, method, amount, state, paid_at FROM order_payments
                 WHERE order_id = $1 ORDER BY id",
                &[id.into()],
            )?,
            refunds: tx.rows(
                "SELECT external_id, amount, reason, refunded_at FROM order_refunds
                 WHERE order_id = $1 ORDER BY id",
                &[id.into()],
            )?,
            order,
        })
    }
}

/// An order with all that belongs to it.
///
/// # Errors
/// NotFound, also for an agent whose role does not let them see orders.
pub fn find(tx: &mut Tx, me: &Me, id: OrderId) -> Result<Whole> {
    if !me.may(Permission::OrdersRead) {
        return Err(not_found("order"));
    }
    let order: Option<Order> = tx.maybe(&format!("{SELECT} WHERE orders.id = $1"), &[id.into()])?;
    Whole::of(tx, order.ok_or(not_found("order"))?)
}

/// What somebody who may record orders is shown of one that they recorded.
pub fn recorded(tx: &mut Tx, me: &Me, id: OrderId) -> Result<Whole> {
    me.require(Permission::OrdersEdit)?;
    let order: Option<Order> = tx.maybe(&format!("{SELECT} WHERE orders.id = $1"), &[id.into()])?;
    Whole::of(tx, order.ok_or(not_found("order"))?)
}

/// What was done with it, oldest first.
pub fn story(tx: &mut Tx, me: &Me, id: OrderId) -> Result<Vec<Entry>> {
    find(tx, me, id)?;
    let mut all = journal::of(tx, id.raw(), 200)?;
    all.sort_by_key(|it| (it.happened_at, it.id));
    Ok(all)
}

/// Which orders are asked for; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub shop: Option<ShopId>,
    pub contact: Option<ContactId>,
    pub account: Option<AccountId>,
    /// The shop's own id.
    pub external_id: Option<String>,
    /// The number of an order, with or without its `#`, or the address of who ordered.
    pub query: Option<String>,
}

/// Whether it was called off, paid back in full, never paid, or deleted at the shop.
pub(crate) fn is_undone(tx: &mut Tx, id: OrderId) -> Result<bool> {
    let found: Option<OrderId> = tx.maybe_scalar(
        "SELECT id FROM orders WHERE id = $1 AND (cancelled_at IS NOT NULL
             OR gone_at IS NOT NULL OR payment IN ('refunded', 'voided', 'failed'))",
        &[id.into()],
    )?;
    Ok(found.is_some())
}

/// Orders, the newest first.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: &Asked,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Order>> {
    me.require(Permission::OrdersRead)?;
    let mut all = narrowed(which);
    if let Some(at) = from {
        all.and("(placed_at, orders.id) < (?, ?)", [at.key.into(), at.id.into()]);
    }
    let Where { sql, mut args } = all;
    args.push(Value::from(limit + 1));
    let found: Vec<Order> = tx.rows(
        &format!(
            "{SELECT} WHERE {sql} ORDER BY placed_at DESC, orders.id DESC LIMIT ${}",
            args.len()
        ),
        &args,
    )?;
    let key = |it: &Order| Cursor { key: it.placed_at.as_microsecond(), id: it.id.raw() };
    Ok(Page::of(found, limit, key))
}

/// How many orders a list has.
pub(super) fn count(tx: &mut Tx, which: &Asked) -> Result<i64> {
    let Where { sql, args } = narrowed(which);
    Ok(tx.scalar(&format!("SELECT count(*) FROM orders WHERE {sql}"), &args)?)
}

fn narrowed(which: &Asked) -> Where {
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    if let Some(it) = which.shop {
        all.and("shop_id = ?", [it.into()]);
    }
    if let Some(it) = &which.external_id {
        all.and("external_id = ?", [it.as_str().into()]);
    }
    if let Some(it) = which.query.as_deref().map(str::trim).filter(|it| !it.is_empty()) {
        let bare = it.trim_start_matches('#');
        // What is no address is nobody's.
        let email = fold::email(it).unwrap_or_else(|| it.to_owned());
        let words = [bare.to_owned(), format!("#{bare}"), it.to_owned()].map(Value::from);
        let [bare, marked, said] = words;
        all.and(
            "(number IN (?, ?) OR email IN (?, ?) OR contact_id IN
                (SELECT contact_id FROM identities WHERE kind = 'email' AND value_folded = ?))",
            [bare, marked, said, email.clone().into(), email.into()],
        );
    }
    if let Some(it) = which.contact {
        all.and("contact_id = ?", [it.into()]);
    }
    if let Some(it) = which.account {
        all.and("contact_id IN (SELECT id FROM contacts WHERE account_id = ?)", [it.into()]);
    }
    all
}

/// The newest orders of somebody, each with all that belongs to it.
#[derive(Clone, Debug, Default)]
pub struct Newest {
    pub orders: Vec<Whole>,
    /// How many there are in all.
    pub count: i64,
}

/// The newest orders of a contact, each with all that belongs to it, and how many there are.
/// `None` for an agent whose role does not let them see orders.
pub fn of_contact(tx: &mut Tx, me: &Me, id: ContactId, limit: usize) -> Result<Option<Newest>> {
    visible(tx, me, "contact_id = $1", id.into(), limit)
}

/// The newest orders of all people of an account; see [`of_contact`].
pub fn of_account(tx: &mut Tx, me: &Me, id: AccountId, limit: usize) -> Result<Option<Newest>> {
    let whose = "contact_id IN (SELECT id FROM contacts WHERE account_id = $1)";
    visible(tx, me, whose, id.into(), limit)
}

fn visible(
    tx: &mut Tx,
    me: &Me,
    whose: &'static str,
    id: Value,
    limit: usize,
) -> Result<Option<Newest>> {
    match me.may(Permission::OrdersRead) {
        true => newest(tx, whose, id, limit).map(Some),
        false => Ok(None),
    }
}

/// The newest of those that a condition over `$1` finds.
pub(super) fn newest(tx: &mut Tx, whose: &'static str, id: Value, limit: usize) -> Result<Newest> {
    let sql = format!("{SELECT} WHERE {whose} ORDER BY placed_at DESC, orders.id DESC LIMIT $2");
    let orders: Vec<Order> = tx.rows(&sql, &[id.clone(), limit.into()])?;
    let mut count = orders.len() as i64;
    if orders.len() == limit {
        count = tx.scalar(&format!("SELECT count(*) FROM orders WHERE {whose}"), &[id])?;
    }
    let orders: Result<Vec<_>> = orders.into_iter().map(|it| Whole::of(tx, it)).collect();
    Ok(Newest { orders: orders?, count })
}
