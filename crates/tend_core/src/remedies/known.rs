use tend_store::{Tx, Value, row};

use super::{
    Kind, ReasonId, Remedy, RemedyId, SELECT, State,
    reasons::{self, Reason},
};
use crate::{
    Result,
    agents::{AgentId, Me, Permission},
    contacts::ContactId,
    conversations::list::Where,
    error::not_found,
    journal::{self, Entry},
    money::{Currency, ProductId},
    orders::OrderId,
    page::{Cursor, Page},
};

pub(super) fn fetch(tx: &mut Tx, id: RemedyId) -> Result<Remedy> {
    tx.maybe(&format!("{SELECT} WHERE remedies.id = $1"), &[id.into()])?.ok_or(not_found("remedy"))
}

pub(super) fn by_key(tx: &mut Tx, key: Option<&str>) -> Result<Option<RemedyId>> {
    match key {
        Some(key) => Ok(tx.maybe_scalar("SELECT id FROM remedies WHERE key = $1", &[key.into()])?),
        None => Ok(None),
    }
}

/// A remedy. Who sees orders sees what was done for them.
///
/// # Errors
/// NotFound, also for an agent whose role does not let them see orders.
pub fn find(tx: &mut Tx, me: &Me, id: RemedyId) -> Result<Remedy> {
    match me.may(Permission::OrdersRead) {
        true => fetch(tx, id),
        false => Err(not_found("remedy")),
    }
}

/// What became of it, oldest first.
pub fn story(tx: &mut Tx, me: &Me, id: RemedyId) -> Result<Vec<Entry>> {
    find(tx, me, id)?;
    journal::of(tx, id.raw(), 200)
}

/// Which remedies are asked for; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub state: Option<State>,
    pub order: Option<OrderId>,
    pub contact: Option<ContactId>,
    pub reason: Option<ReasonId>,
    pub kind: Option<Kind>,
    /// Who asked for it.
    pub agent: Option<AgentId>,
    /// Of orders with this product.
    pub product: Option<ProductId>,
    /// Asked for between these days of the company's calendar; the last one is not one of them.
    pub days: Option<(i64, i64)>,
}

/// Remedies, the newest first.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: &Asked,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Remedy>> {
    me.require(Permission::OrdersRead)?;
    let Where { sql, mut args } = narrowed(which, from);
    args.push(Value::from(limit + 1));
    let found: Vec<Remedy> = tx.rows(
        &format!(
            "{SELECT} WHERE {sql} ORDER BY remedies.requested_at DESC, remedies.id DESC LIMIT ${}",
            args.len()
        ),
        &args,
    )?;
    let key = |it: &Remedy| Cursor { key: it.requested_at.as_microsecond(), id: it.id.raw() };
    Ok(Page::of(found, limit, key))
}

fn narrowed(which: &Asked, from: Option<Cursor>) -> Where {
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    if let Some(at) = from {
        let key = [at.key.into(), at.id.into()];
        all.and("(remedies.requested_at, remedies.id) < (?, ?)", key);
    }
    if let Some(it) = which.state {
        all.and("remedies.state = ?", [it.into()]);
    }
    if let Some(it) = which.order {
        all.and("remedies.order_id = ?", [it.into()]);
    }
    if let Some(it) = which.contact {
        all.and("remedies.contact_id = ?", [it.into()]);
    }
    if let Some(it) = which.reason {
        all.and("remedies.reason_id = ?", [it.into()]);
    }
    if let Some(it) = which.kind {
        all.and("remedies.kind = ?", [it.into()]);
    }
    if let Some(it) = which.agent {
        all.and("remedies.requested_by = ?", [it.into()]);
    }
    if let Some(it) = which.product {
        let lines = "remedies.order_id IN (SELECT order_id FROM order_lines WHERE product_id = ?)";
        all.and(lines, [it.into()]);
    }
    if let Some((first, next)) = which.days {
        all.and("remedies.day >= ? AND remedies.day < ?", [first.into(), next.into()]);
    }
    all
}

/// The newest of a contact, at most `limit`; nothing for who may not see orders.
pub fn of_contact(tx: &mut Tx, me: &Me, id: ContactId, limit: usize) -> Result<Vec<Remedy>> {
    if !me.may(Permission::OrdersRead) {
        return Ok(Vec::new());
    }
    let which = Asked { contact: Some(id), ..Asked::default() };
    Ok(page(tx, me, &which, None, limit)?.items)
}

/// The newest of an order, at most a hundred; nothing for who may not see orders.
pub fn of_order(tx: &mut Tx, me: &Me, id: OrderId) -> Result<Vec<Remedy>> {
    if !me.may(Permission::OrdersRead) {
        return Ok(Vec::new());
    }
    let which = Asked { order: Some(id), ..Asked::default() };
    Ok(page(tx, me, &which, None, 100)?.items)
}

/// What stands beside a customer's orders.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The newest first.
    pub newest: Vec<Remedy>,
    /// Those that can be chosen.
    pub reasons: Vec<Reason>,
    /// The customer's orders that can be made right, the newest first, at most [`ORDERS`].
    pub orders: Vec<Choosable>,
    pub may_give: bool,
}

/// So many orders can be chosen from; older ones have the way from their own page.
pub const ORDERS: usize = 50;

row! {
    /// An order that can be made right.
    #[derive(PartialEq)]
    pub struct Choosable {
        pub id: OrderId,
        pub number: String,
        pub total: i64,
        pub currency: Currency,
    }
}

impl Beside {
    /// With these remedies.
    pub fn of(tx: &mut Tx, me: &Me, newest: Vec<Remedy>) -> Result<Self> {
        let may_give = me.may(Permission::RemediesGive) && me.may(Permission::OrdersRead);
        let mut reasons = if may_give { reasons::all(tx)? } else { Vec::new() };
        reasons.retain(|it| it.archived_at.is_none());
        Ok(Self { newest, reasons, orders: Vec::new(), may_give })
    }

    /// With what was done for a contact, and all their orders to choose from.
    pub fn of_contact(tx: &mut Tx, me: &Me, id: ContactId, newest: Vec<Remedy>) -> Result<Self> {
        let mut it = Self::of(tx, me, newest)?;
        if it.may_give {
            it.orders = tx.rows(
                "SELECT id, number, total, currency FROM orders
                 WHERE contact_id = $1 AND gone_at IS NULL
                 ORDER BY placed_at DESC, id DESC LIMIT $2",
                &[id.into(), ORDERS.into()],
            )?;
        }
        Ok(it)
    }
}

/// How many wait for somebody's approval that are not one's own; none for who may not approve.
pub fn waiting(tx: &mut Tx, me: &Me) -> Result<i64> {
    if !me.may(Permission::RemediesApprove) || !me.may(Permission::OrdersRead) {
        return Ok(0);
    }
    Ok(tx.scalar(
        "SELECT count(*) AS n FROM remedies WHERE state = 'pending' AND requested_by <> $1",
        &[me.id.into()],
    )?)
}
