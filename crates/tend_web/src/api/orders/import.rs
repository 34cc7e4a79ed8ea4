//! Orders from a table.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    customers::sheet,
    error::invalid,
    orders::{
        ShopId,
        file::{self, Tally, Wrong},
    },
};
use utoipa::ToSchema;

use super::super::{Answer, Post};
use crate::{
    App,
    pages::orders::files,
    who::{May, may::OrdersEdit},
};

/// A table of orders.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderTable {
    /// The source that the orders belong to, of the kind `api`; without it the first of that kind.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The file: a header, and a row for each thing that was ordered. Rows with the same order
    /// number are one order. Needed are `Order`, `Placed`, `Product` and `Price`.
    pub csv: String,
    /// Says what would become of it, and changes nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// Something in the table that can't be taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderTableProblem {
    /// As a spreadsheet counts: the header is 1.
    pub row: i64,
    /// The name of the column; empty for the whole row.
    pub column: String,
    /// A sentence.
    pub problem: String,
}

impl From<Wrong> for OrderTableProblem {
    fn from(it: Wrong) -> Self {
        Self { row: it.row, column: it.column, problem: it.why }
    }
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderTableOut {
    pub created: i64,
    pub changed: i64,
    /// Known already, and not different.
    pub same: i64,
    /// An order of which any row is wrong is left out whole.
    pub problems: Vec<OrderTableProblem>,
}

/// So many orders at most: a larger file is split, or taken in on the page.
const MOST: usize = 500;

/// Take in orders from a table
///
/// An order is known again by its number within its source, so the same table twice changes
/// nothing. At most 500 orders at once.
#[utoipa::path(post, path = "/api/v1/orders/import", tag = "orders", responses((status = 200, body = OrderTableOut)))]
pub(crate) async fn take(
    who: May<OrdersEdit>,
    State(app): State<App>,
    json: Post<OrderTable>,
) -> Answer {
    json.done(&app, &who, |tx, me, it| {
        let source = match it.source_id.as_deref() {
            None | Some("") => None,
            Some(id) => {
                let known = id.parse::<ShopId>();
                Some(known.map_err(|_| invalid("source_id", "There is no such source."))?)
            }
        };
        let table = sheet::read(it.csv.as_bytes())?;
        let read = files::read(tx, &table.header, &table.rows)?;
        if read.orders.len() > MOST {
            return Err(invalid("csv", "Send at most 500 orders at once."));
        }
        let mut tally = Tally { wrong: read.wrong, ..Tally::default() };
        tally.add(match it.dry_run {
            true => file::try_some(tx, me, source, &read.orders)?,
            false => file::take_some(tx, me, source, &read.orders)?,
        });
        Ok(OrderTableOut {
            created: tally.created,
            changed: tally.changed,
            same: tally.same,
            problems: tally.wrong.into_iter().map(OrderTableProblem::from).collect(),
        })
    })
    .await
}
