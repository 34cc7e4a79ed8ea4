//! What is learned from: who bought what, and when.

use std::collections::HashMap;

use jiff::Timestamp;
use tend_stats::recommend::{Interaction, Interactions, Window};
use tend_store::{Tx, row};

use crate::{Result, contacts::ContactId, money::ProductId};

/// What is older says too little of what is wanted now. Days.
pub const LONGEST_DAYS: i64 = 3 * 365;
/// Rows of one page.
pub const PAGE: i64 = 20_000;

/// An order counts if it was paid and nothing of it came back.
pub(super) const KEPT: &str =
    "orders.payment = 'paid' AND orders.cancelled_at IS NULL AND orders.gone_at IS NULL
     AND orders.fulfilment <> 'returned'";

row! {
    /// That somebody bought something.
    #[derive(PartialEq)]
    pub struct Bought {
        /// Of the line in its order; pages go on after it.
        pub id: i64,
        pub contact_id: ContactId,
        pub product_id: ProductId,
        pub placed_at: Timestamp,
    }
}

/// Purchases since a time, a page at a time: those after the last line that was seen, 0 at first.
pub fn purchases(tx: &mut Tx, since: Timestamp, after: i64) -> Result<Vec<Bought>> {
    let sql = format!(
        "SELECT order_lines.id, orders.contact_id, order_lines.product_id, orders.placed_at
         FROM order_lines JOIN orders ON orders.id = order_lines.order_id
         WHERE order_lines.id > $1 AND orders.placed_at >= $2 AND {KEPT}
           AND orders.contact_id IS NOT NULL AND order_lines.product_id IS NOT NULL
         ORDER BY order_lines.id LIMIT $3"
    );
    Ok(tx.rows(&sql, &[after.into(), since.into(), PAGE.into()])?)
}

/// All purchases, with numbers instead of ids.
#[derive(Clone, Debug, Default)]
pub struct Lesson {
    customers: HashMap<ContactId, u32>,
    numbers: HashMap<ProductId, u32>,
    /// By number.
    pub(super) products: Vec<ProductId>,
    rows: Vec<Interaction>,
}

impl Lesson {
    /// Adds a page of purchases.
    pub fn add(&mut self, page: &[Bought]) {
        for it in page {
            let next = self.customers.len() as u32;
            let customer = *self.customers.entry(it.contact_id).or_insert(next);
            let product = *self.numbers.entry(it.product_id).or_insert_with(|| {
                self.products.push(it.product_id);
                self.products.len() as u32 - 1
            });
            let time = it.placed_at.as_microsecond();
            self.rows.push(Interaction { customer, product, time, weight: 1.0 });
        }
    }

    /// How many customers, products and purchases there are.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.customers.len(), self.products.len(), self.rows.len())
    }

    /// As the mathematics wants it.
    pub(super) fn events(&self) -> tend_stats::Result<Interactions> {
        let (customers, products, _) = self.counts();
        Interactions::new(customers, products, &self.rows, Window::default())
    }
}
