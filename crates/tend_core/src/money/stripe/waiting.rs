//! A file that was looked through and waits for somebody to say go.

use jiff::SignedDuration;
use tend_store::{StoreError, Tx, id, row};

use super::Kind;
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    customers::sheet::{Line, Table},
    error::{not_found, refused},
    fold,
    journal::{self, Change, Imported, Subject},
};

id!(WaitingId, "mim");

/// The most rows of one file.
pub const MOST_ROWS: usize = 20_000;
/// Rows that are looked at at once.
pub const AT_ONCE: usize = 100;

row! {
    /// A file.
    #[derive(PartialEq)]
    pub struct Waiting {
        pub id: WaitingId,
        pub kind_word: String,
        pub agent_id: AgentId,
        pub file_name: String,
        pub header_text: String,
        pub row_count: i64,
    }
}

impl Waiting {
    pub fn kind(&self) -> Kind {
        self.kind_word.parse().unwrap_or(Kind::Invoices)
    }

    /// The names of its columns.
    pub fn header(&self) -> Vec<String> {
        serde_json::from_str(&self.header_text).unwrap_or_default()
    }

    /// How many pieces its rows come in.
    pub fn pieces(&self) -> i64 {
        let at_once = AT_ONCE as i64;
        (self.row_count + at_once - 1) / at_once
    }
}

/// Keeps a file for a day.
pub fn keep(tx: &mut Tx, me: &Me, kind: Kind, name: &str, table: &Table) -> Result<WaitingId> {
    me.require(Permission::RevenueEdit)?;
    if table.rows.len() > MOST_ROWS {
        return Err(refused(
            "This file has more than 20,000 rows. Split it, and import the parts.",
        ));
    }
    let (id, now) = (WaitingId::new(tx), tx.now());
    let header = serde_json::to_string(&table.header).expect("a header is plain data");
    tx.execute(
        "INSERT INTO money_imports (id, kind, agent_id, file_name, header, row_count, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            kind.word().into(),
            me.id.into(),
            fold::one_line(name, 200).into(),
            header.into(),
            i64::try_from(table.rows.len()).unwrap_or(0).into(),
            now.into(),
        ],
    )?;
    for (n, some) in table.rows.chunks(AT_ONCE).enumerate() {
        let rows: Vec<(i64, &[String])> =
            some.iter().map(|it| (it.number, it.cells.as_slice())).collect();
        tx.execute(
            "INSERT INTO money_import_rows (import_id, piece, rows) VALUES ($1, $2, $3)",
            &[
                id.into(),
                i64::try_from(n).unwrap_or(0).into(),
                serde_json::to_string(&rows).expect("rows are plain data").into(),
            ],
        )?;
    }
    Ok(id)
}

/// A file that the agent brought.
pub fn waiting(tx: &mut Tx, me: &Me, id: WaitingId) -> Result<Waiting> {
    me.require(Permission::RevenueEdit)?;
    tx.maybe(
        "SELECT id, kind AS kind_word, agent_id, file_name, header AS header_text, row_count
         FROM money_imports WHERE id = $1 AND agent_id = $2",
        &[id.into(), me.id.into()],
    )?
    .ok_or(not_found("import"))
}

/// A piece of its rows, from 0.
pub fn rows(tx: &mut Tx, me: &Me, id: WaitingId, piece: i64) -> Result<Vec<Line>> {
    waiting(tx, me, id)?;
    let text: Option<String> = tx.maybe_scalar(
        "SELECT rows FROM money_import_rows WHERE import_id = $1 AND piece = $2",
        &[id.into(), piece.into()],
    )?;
    let rows: Vec<(i64, Vec<String>)> =
        serde_json::from_str(&text.unwrap_or_default()).unwrap_or_default();
    Ok(rows.into_iter().map(|(number, cells)| Line { number, cells }).collect())
}

/// It was taken in: writes down how it went, and lets the file go.
pub fn settle(tx: &mut Tx, me: &Me, id: WaitingId, it: &super::Tally) -> Result<()> {
    let known = waiting(tx, me, id)?;
    remove(tx, id)?;
    let change = Change::MoneyImported(Imported {
        of: known.kind().word().to_owned(),
        created: it.created,
        changed: it.changed,
        refused: i64::try_from(it.problems.len()).unwrap_or(i64::MAX),
    });
    journal::record(tx, Actor::Agent(me.id), Subject::plain("money_import", id.raw()), &change)
}

fn remove(tx: &mut Tx, id: WaitingId) -> Result<()> {
    tx.execute("DELETE FROM money_import_rows WHERE import_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM money_imports WHERE id = $1", &[id.into()])?;
    Ok(())
}

/// Lets files go that nobody came back to for a day. Returns how many.
pub fn sweep(tx: &mut Tx) -> Result<u64> {
    let before = tx.now().checked_sub(SignedDuration::from_hours(24));
    let before = before.map_err(|it| StoreError::Failed(it.to_string()))?;
    let old: Vec<WaitingId> = tx.column(
        "SELECT id FROM money_imports WHERE created_at < $1 ORDER BY id LIMIT 20",
        &[before.into()],
    )?;
    for it in &old {
        remove(tx, *it)?;
    }
    Ok(old.len() as u64)
}
