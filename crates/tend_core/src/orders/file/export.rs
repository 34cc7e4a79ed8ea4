//! Orders as a file, a row for each thing that was ordered.

use jiff::Timestamp;
use tend_store::Tx;

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    customers::sheet,
    journal::{self, Change, Subject},
    orders::{Asked, Order, Shipment, Whole, known},
    page::{Cursor, Page},
};

const HEADER: [&str; 27] = [
    "Order",
    "Source",
    "Customer",
    "Email",
    "Phone",
    "Payment",
    "Fulfilment",
    "Placed",
    "Paid",
    "Shipped",
    "Delivered",
    "Cancelled",
    "Product",
    "SKU",
    "Quantity",
    "Price",
    "Currency",
    "Total",
    "Tax",
    "Shipping",
    "Discount",
    "Refunded",
    "Carrier",
    "Tracking",
    "Tracking URL",
    "Changed",
    "ID",
];

/// Begins an export, and writes down that it was made, by whom, and how large.
pub fn begin_export(tx: &mut Tx, me: &Me, which: &Asked) -> Result<()> {
    me.require(Permission::CustomersExport)?;
    me.require(Permission::OrdersRead)?;
    let rows = known::count(tx, which)?;
    journal::record(tx, Actor::Agent(me.id), Subject::plain("order", 0), &Change::Exported { rows })
}

/// The first line, with the mark by which spreadsheets know UTF-8.
pub fn header() -> String {
    sheet::BOM.to_owned() + &sheet::line(HEADER)
}

/// The lines of the next orders, the newest first.
pub fn lines(
    tx: &mut Tx,
    me: &Me,
    which: &Asked,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<String>> {
    me.require(Permission::CustomersExport)?;
    let page = known::page(tx, me, which, from, limit)?;
    let mut items = Vec::with_capacity(page.items.len());
    for it in &page.items {
        items.push(of_order(&known::find(tx, me, it.id)?));
    }
    Ok(Page { items, next: page.next })
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or(String::new(), |it| format!("{it:.0}"))
}

/// Each line says all of the order, and each parcel stands in a line while there are any.
fn of_order(it: &Whole) -> String {
    let order = &it.order;
    let rows = it.lines.len().max(it.shipments.len()).max(1);
    (0..rows).map(|n| line(order, it, n)).collect()
}

fn line(order: &Order, it: &Whole, n: usize) -> String {
    let of = order.currency;
    let (item, parcel): (_, Option<&Shipment>) = (it.lines.get(n), it.shipments.get(n));
    let (shipped, paid) = (
        it.shipments.iter().filter_map(|it| it.shipped_at).min(),
        it.payments.iter().filter_map(|it| it.paid_at).min(),
    );
    let money = |minor: i64| of.plain(minor);
    let cells = [
        order.number.clone(),
        order.shop.clone(),
        order.customer_name.clone(),
        order.email.clone(),
        order.phone.clone(),
        order.payment.to_string(),
        order.fulfilment.to_string(),
        time(Some(order.placed_at)),
        time(paid),
        time(shipped),
        time(order.delivered_at),
        time(order.cancelled_at),
        item.map_or(String::new(), |it| it.title.clone()),
        item.map_or(String::new(), |it| it.sku.clone()),
        item.map_or(String::new(), |it| it.quantity.to_string()),
        item.map_or(String::new(), |it| money(it.price)),
        of.to_string(),
        money(order.total),
        money(order.tax),
        money(order.shipping),
        money(order.discount),
        money(order.refunded),
        parcel.map_or(String::new(), |it| it.carrier.clone()),
        parcel.map_or(String::new(), |it| it.tracking.clone()),
        parcel.map_or(String::new(), |it| it.url.clone()),
        time(Some(order.changed_at)),
        order.id.to_string(),
    ];
    let cells = cells.map(|it| sheet::guarded(&it));
    sheet::line(cells.iter().map(String::as_str))
}
