use tend_store::Tx;

use super::{COLUMNS, Column, Import, ImportId, State, columns::guess};
use crate::{
    Result,
    agents::{Me, Permission},
    attributes::{self, About},
    customers::sheet::{Line, Table},
    error::{conflict, not_found, refused},
    fold,
};

/// Rows that stand in one row of the database.
const CHUNK: usize = 100;

/// What is known of a file before its rows are stored.
#[derive(Clone, Debug)]
pub struct Arriving {
    /// `Contact` or `Account`.
    pub about: About,
    pub file_name: String,
    pub header: Vec<String>,
    pub row_count: usize,
}

impl Arriving {
    pub fn of(about: About, file_name: &str, table: &Table) -> Self {
        Self {
            about,
            file_name: fold::one_line(file_name, 200),
            header: table.header.clone(),
            row_count: table.rows.len(),
        }
    }
}

/// Begins an import; its rows follow by [`add_rows`], then [`arrived`].
pub fn begin(tx: &mut Tx, by: &Me, new: &Arriving) -> Result<ImportId> {
    by.require(Permission::CustomersImport)?;
    if new.about == About::Conversation {
        return Err(refused("Contacts and accounts can be imported from a table."));
    }
    let definitions = attributes::definitions(tx, new.about)?;
    let mut taken = Vec::new();
    let mut columns = Vec::new();
    for header in &new.header {
        let mut target = guess(new.about, &definitions, header);
        // One column a meaning, but for those of which a contact has several.
        let several =
            ["email", "phone", "tags", "external_id", "handle"].contains(&target.as_str());
        if taken.contains(&target) && !several {
            target = String::new();
        }
        taken.push(target.clone());
        columns.push(Column { header: fold::one_line(header, 200), target });
    }
    let (id, now) = (ImportId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO imports (id, agent_id, subject_kind, file_name, state, columns, row_count,
             created_at, changed_at)
         VALUES ($1, $2, $3, $4, 'arriving', $5, $6, $7, $7)",
        &[
            id.into(),
            by.id.into(),
            new.about.into(),
            (&new.file_name).into(),
            serde_json::to_string(&columns).expect("columns are plain data").into(),
            new.row_count.into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

/// Stores some rows; `first` says how many were stored before.
pub fn add_rows(tx: &mut Tx, id: ImportId, first: usize, rows: &[Line]) -> Result<()> {
    for (at, some) in rows.chunks(CHUNK).enumerate() {
        let cells: Vec<_> = some.iter().map(|it| (it.number, &it.cells)).collect();
        let text = serde_json::to_string(&cells).expect("cells are plain data");
        tx.execute(
            "INSERT INTO import_chunks (import_id, first_row, rows) VALUES ($1, $2, $3)
             ON CONFLICT (import_id, first_row) DO NOTHING",
            &[id.into(), (first + at * CHUNK).into(), text.into()],
        )?;
    }
    Ok(())
}

/// All rows are there.
pub fn arrived(tx: &mut Tx, by: &Me, id: ImportId) -> Result<()> {
    let it = own(tx, by, id)?;
    set_state(tx, &it, &[State::Arriving], State::Mapping)
}

/// Forgets an import whose rows were stored for nothing.
pub fn drop_arriving(tx: &mut Tx, by: &Me, id: ImportId) -> Result<()> {
    let it = own(tx, by, id)?;
    if it.state == State::Arriving {
        tx.execute("DELETE FROM import_chunks WHERE import_id = $1", &[id.into()])?;
        tx.execute("DELETE FROM imports WHERE id = $1", &[id.into()])?;
    }
    Ok(())
}

/// An import of one's own, as far as one may import.
pub(super) fn own(tx: &mut Tx, by: &Me, id: ImportId) -> Result<Import> {
    by.require(Permission::CustomersImport)?;
    let sql = format!("SELECT {COLUMNS} FROM imports WHERE id = $1 AND agent_id = $2");
    tx.maybe(&sql, &[id.into(), by.id.into()])?.ok_or(not_found("import"))
}

/// Leads from one of some states to another.
pub(super) fn set_state(tx: &mut Tx, it: &Import, from: &[State], to: State) -> Result<()> {
    if !from.contains(&it.state) {
        return Err(conflict("This import has gone on meanwhile. Look again."));
    }
    let now = tx.now();
    tx.execute(
        "UPDATE imports SET state = $2, changed_at = $3 WHERE id = $1",
        &[it.id.into(), to.into(), now.into()],
    )?;
    Ok(())
}
