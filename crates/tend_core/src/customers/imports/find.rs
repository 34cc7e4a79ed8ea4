use tend_store::{Tx, row};

use super::{COLUMNS, Import, ImportId, arrive::own};
use crate::{
    Result,
    agents::{Me, Permission},
    page::{Cursor, Page},
};

/// An import of one's own.
pub fn find(tx: &mut Tx, me: &Me, id: ImportId) -> Result<Import> {
    own(tx, me, id)
}

/// One's own imports, the newest first.
pub fn listed(tx: &mut Tx, me: &Me, limit: i64) -> Result<Vec<Import>> {
    me.require(Permission::CustomersImport)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM imports WHERE agent_id = $1 AND state <> 'arriving'
         ORDER BY id DESC LIMIT $2"
    );
    Ok(tx.rows(&sql, &[me.id.into(), limit.into()])?)
}

row! {
    /// Why a row was not taken in, or would not be.
    #[derive(PartialEq)]
    pub struct Problem {
        /// As a spreadsheet counts: the header is 1.
        pub row_number: i64,
        /// The header of the column; empty for the whole row.
        pub column_name: String,
        /// A whole sentence.
        pub problem: String,
    }
}

/// What is wrong, in the order of the file. Only the first thousand problems are kept.
pub fn problems(
    tx: &mut Tx,
    me: &Me,
    id: ImportId,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Problem>> {
    own(tx, me, id)?;
    let limit = limit.clamp(1, 200);
    let after = from.map_or(0, |it| it.key);
    let rows = tx.rows(
        "SELECT row_number, column_name, problem FROM import_problems
         WHERE import_id = $1 AND row_number > $2 ORDER BY row_number, column_name LIMIT $3",
        &[id.into(), after.into(), (limit + 1).into()],
    )?;
    Ok(Page::of(rows, limit, |it: &Problem| Cursor { key: it.row_number, id: 0 }))
}

/// All problems that were kept, for a file of them.
pub fn all_problems(tx: &mut Tx, me: &Me, id: ImportId) -> Result<Vec<Problem>> {
    own(tx, me, id)?;
    Ok(tx.rows(
        "SELECT row_number, column_name, problem FROM import_problems
         WHERE import_id = $1 ORDER BY row_number, column_name",
        &[id.into()],
    )?)
}

/// The first rows of the file, to see what its columns mean. None once they were all taken in.
pub fn samples(tx: &mut Tx, me: &Me, id: ImportId, most: usize) -> Result<Vec<Vec<String>>> {
    own(tx, me, id)?;
    let text: Option<String> = tx.maybe_scalar(
        "SELECT rows FROM import_chunks WHERE import_id = $1 ORDER BY first_row LIMIT 1",
        &[id.into()],
    )?;
    let rows: Vec<(i64, Vec<String>)> =
        text.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    Ok(rows.into_iter().take(most).map(|it| it.1).collect())
}
