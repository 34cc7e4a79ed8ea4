//! A file of orders that was looked through and waits for somebody to say go.

use jiff::SignedDuration;
use tend_store::{StoreError, Tx, id, row};

use super::Tally;
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    customers::sheet::{Line, Table},
    error::{not_found, refused},
    fold,
    journal::{self, Change, Imported, Subject},
    orders::ShopId,
};

id!(FileId, "orf");

/// The most rows of one file.
pub const MOST_ROWS: usize = 20_000;

row! {
    /// A file.
    #[derive(PartialEq)]
    pub struct Waiting {
        pub id: FileId,
        pub agent_id: AgentId,
        /// Whose orders they are; nothing for those of the API.
        pub shop_id: Option<ShopId>,
        pub file_name: String,
        pub row_count: i64,
    }
}

/// Keeps a file for a day.
pub fn keep(tx: &mut Tx, me: &Me, shop: Option<ShopId>, name: &str, it: &Table) -> Result<FileId> {
    me.require(Permission::OrdersEdit)?;
    if it.rows.len() > MOST_ROWS {
        return Err(refused(
            "This file has more than 20,000 rows. Split it, and import the parts.",
        ));
    }
    super::source(tx, me, shop)?;
    let (id, now) = (FileId::new(tx), tx.now());
    let rows: Vec<(i64, &[String])> =
        it.rows.iter().map(|it| (it.number, it.cells.as_slice())).collect();
    let content = serde_json::to_string(&(&it.header, rows)).expect("a table is plain data");
    tx.execute(
        "INSERT INTO order_files (id, agent_id, shop_id, file_name, content, row_count, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            me.id.into(),
            shop.into(),
            fold::one_line(name, 200).into(),
            content.into(),
            i64::try_from(it.rows.len()).unwrap_or(0).into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

/// A file that the agent brought.
///
/// # Errors
/// NotFound, also for somebody else's.
pub fn waiting(tx: &mut Tx, me: &Me, id: FileId) -> Result<Waiting> {
    me.require(Permission::OrdersEdit)?;
    tx.maybe(
        "SELECT id, agent_id, shop_id, file_name, row_count FROM order_files
         WHERE id = $1 AND agent_id = $2",
        &[id.into(), me.id.into()],
    )?
    .ok_or(not_found("import"))
}

/// Its header and its rows.
pub fn table(tx: &mut Tx, me: &Me, id: FileId) -> Result<(Vec<String>, Vec<Line>)> {
    waiting(tx, me, id)?;
    let text: String = tx.scalar("SELECT content FROM order_files WHERE id = $1", &[id.into()])?;
    let (header, rows): (Vec<String>, Vec<(i64, Vec<String>)>) =
        serde_json::from_str(&text).unwrap_or_default();
    Ok((header, rows.into_iter().map(|(number, cells)| Line { number, cells }).collect()))
}

/// It was taken in: writes down how it went, and lets the file go.
pub fn settle(tx: &mut Tx, me: &Me, id: FileId, it: &Tally) -> Result<()> {
    waiting(tx, me, id)?;
    tx.execute("DELETE FROM order_files WHERE id = $1", &[id.into()])?;
    let change = Change::MoneyImported(Imported {
        of: "orders".to_owned(),
        created: it.created,
        changed: it.changed,
        refused: i64::try_from(it.wrong.len()).unwrap_or(i64::MAX),
    });
    journal::record(tx, Actor::Agent(me.id), Subject::plain("order_file", id.raw()), &change)
}

/// Lets files go that nobody came back to for a day. Returns how many.
pub fn sweep(tx: &mut Tx) -> Result<u64> {
    let before = tx.now().checked_sub(SignedDuration::from_hours(24));
    let before = before.map_err(|it| StoreError::Failed(it.to_string()))?;
    Ok(tx.execute("DELETE FROM order_files WHERE created_at < $1", &[before.into()])?)
}
