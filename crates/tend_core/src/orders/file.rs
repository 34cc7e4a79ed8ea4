//! Orders as tables: a file has a row for each thing that was ordered, and an order is known again
//! by its number within its source. What an export writes, an import reads.

mod cells;
mod export;
mod keep;

pub use cells::{Columns, Wrong};
pub use export::{begin_export, header, lines};
pub use keep::{FileId, MOST_ROWS, Waiting, keep, settle, sweep, table, waiting};

use jiff::tz::TimeZone;
use tend_store::Tx;

use super::{ShopId, ShopKind, apply, parts::State, plain, shops};
use crate::{
    Result,
    agents::{Me, Permission},
    customers::sheet::Line,
    error::refused,
    money::Currency,
};

/// So many orders are taken in at once.
pub const AT_ONCE: usize = 50;

/// An order as its rows say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// By which the source knows it again: its number.
    pub key: String,
    /// The row in which it stands first.
    pub row: i64,
    pub state: State,
}

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    pub orders: Vec<Row>,
    /// An order of which any row is wrong is left out whole.
    pub wrong: Vec<Wrong>,
}

/// What became of a file, or would.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub created: i64,
    pub changed: i64,
    pub same: i64,
    pub wrong: Vec<Wrong>,
}

impl Tally {
    /// Adds what became of more of it.
    pub fn add(&mut self, other: Self) {
        self.created += other.created;
        self.changed += other.changed;
        self.same += other.same;
        self.wrong.extend(other.wrong);
    }
}

/// Reads the rows of a file. Times without a zone are the company's, amounts without a currency
/// in its own.
pub fn read(columns: &Columns, lines: &[Line], zone: &TimeZone, home: Currency) -> Read {
    cells::read(columns, lines, zone, home)
}

/// Where the orders of a file belong: a source that programs tell of; without a name, that of the
/// API.
///
/// # Errors
/// Refused for a shop that tells of its orders itself; NotFound.
pub fn source(tx: &mut Tx, me: &Me, shop: Option<ShopId>) -> Result<Option<ShopId>> {
    me.require(Permission::OrdersEdit)?;
    match shop {
        None => shops::api(tx),
        Some(id) if shops::fetch(tx, id)?.kind == ShopKind::Api => Ok(Some(id)),
        Some(_) => {
            Err(refused("Orders of this shop come from the shop itself. Choose another source."))
        }
    }
}

/// The sources that a file may be of.
pub fn sources(tx: &mut Tx, me: &Me) -> Result<Vec<(ShopId, String)>> {
    me.require(Permission::OrdersEdit)?;
    shops::of_kind(tx, ShopKind::Api)
}

/// What would become of some orders; changes nothing.
pub fn try_some(tx: &mut Tx, me: &Me, shop: Option<ShopId>, some: &[Row]) -> Result<Tally> {
    let shop = source(tx, me, shop)?;
    let mut tally = Tally::default();
    for it in some {
        match plain::told(&it.key, tx.now(), it.state.clone()) {
            Err(why) => tally.wrong.push(Wrong::of_row(it.row, &why)),
            Ok(told) => match shop {
                Some(shop) => match apply::compared(tx, shop, &told)? {
                    None => tally.created += 1,
                    Some(true) => tally.same += 1,
                    Some(false) => tally.changed += 1,
                },
                None => tally.created += 1,
            },
        }
    }
    Ok(tally)
}

/// Takes some orders in. Taking them in twice changes nothing.
pub fn take_some(tx: &mut Tx, me: &Me, shop: Option<ShopId>, some: &[Row]) -> Result<Tally> {
    let tally = try_some(tx, me, shop, some)?;
    for it in some {
        if !tally.wrong.iter().any(|wrong| wrong.row == it.row) {
            apply::record(tx, me, shop, &it.key, None, it.state.clone())?;
        }
    }
    Ok(tally)
}
