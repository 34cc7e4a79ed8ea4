//! What tables there are, as the databases themselves tell it.

use crate::{Dialect, Result, Row, StoreError, Tx};

/// One of the types that both databases share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Real,
    Bool,
    Bytes,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub name: String,
    /// `None`: a type of this database alone, as the words of a text index.
    pub kind: Option<Kind>,
    /// Numbered by the database, where nobody gives a number.
    pub is_numbered: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The columns of the primary key, in its order.
    pub key: Vec<String>,
    /// Tables whose rows its own refer to.
    pub refers_to: Vec<String>,
}

/// The tables of the store itself, which each database keeps for itself.
const OWN: [&str; 4] = ["migrations", "store_facts", "leases", "nodes"];

/// All tables that hold data, those before others that refer to them.
pub(crate) fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let found = match tx.dialect() {
        Dialect::Sqlite => of_sqlite(tx)?,
        Dialect::Postgres => of_postgres(tx)?,
    };
    in_order(found)
}

fn of_sqlite(tx: &mut Tx) -> Result<Vec<Table>> {
    // Neither virtual tables, as FTS5 has them, nor those in which they keep their own.
    let names: Vec<String> = tx.column(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        &[],
    )?;
    let names = names.into_iter().filter(|it| !OWN.contains(&it.as_str()));
    names.map(|name| table_of_sqlite(tx, name)).collect()
}

fn table_of_sqlite(tx: &mut Tx, name: String) -> Result<Table> {
    let this = [name.as_str().into()];
    // Hidden columns are 1, generated ones 2 and 3.
    let rows: Vec<Row> = tx.rows(
        "SELECT name, upper(type) AS type, pk FROM pragma_table_xinfo($1) WHERE hidden = 0
         ORDER BY cid",
        &this,
    )?;
    let sql: String = tx.scalar("SELECT upper(sql) FROM sqlite_master WHERE name = $1", &this)?;
    let mut key: Vec<(i64, String)> = Vec::new();
    let mut columns = Vec::new();
    for row in &rows {
        let (column, kind, at): (String, String, i64) =
            (row.get("name")?, row.get("type")?, row.get("pk")?);
        if at > 0 {
            key.push((at, column.clone()));
        }
        let is_numbered = at > 0 && sql.contains("AUTOINCREMENT");
        columns.push(Column { name: column, kind: kind_of(&kind), is_numbered });
    }
    key.sort();
    let refers_to =
        tx.column("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1) ORDER BY 1", &this)?;
    Ok(Table { name, columns, key: key.into_iter().map(|it| it.1).collect(), refers_to })
}

fn of_postgres(tx: &mut Tx) -> Result<Vec<Table>> {
    let names: Vec<String> = tx.column(
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
         WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1",
        &[],
    )?;
    let names = names.into_iter().filter(|it| !OWN.contains(&it.as_str()));
    names.map(|name| table_of_postgres(tx, name)).collect()
}

fn table_of_postgres(tx: &mut Tx, name: String) -> Result<Table> {
    let this = [name.as_str().into()];
    let rows: Vec<Row> = tx.rows(
        "SELECT CAST(column_name AS TEXT) AS name, upper(CAST(data_type AS TEXT)) AS type,
                is_identity = 'YES' AS is_numbered
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER'
         ORDER BY ordinal_position",
        &this,
    )?;
    let columns = rows
        .iter()
        .map(|row| {
            let kind: String = row.get("type")?;
            let (name, is_numbered) = (row.get("name")?, row.get("is_numbered")?);
            Ok(Column { name, kind: kind_of(&kind), is_numbered })
        })
        .collect::<Result<_>>()?;
    let key = tx.column(
        "SELECT CAST(used.column_name AS TEXT)
         FROM information_schema.table_constraints AS made
         JOIN information_schema.key_column_usage AS used
           ON used.constraint_schema = made.constraint_schema
          AND used.constraint_name = made.constraint_name AND used.table_name = made.table_name
         WHERE made.table_schema = current_schema() AND made.table_name = $1
           AND made.constraint_type = 'PRIMARY KEY'
         ORDER BY used.ordinal_position",
        &this,
    )?;
    let refers_to = tx.column(
        "SELECT DISTINCT CAST(target.table_name AS TEXT)
         FROM information_schema.table_constraints AS made
         JOIN information_schema.referential_constraints AS refers
           ON refers.constraint_schema = made.constraint_schema
          AND refers.constraint_name = made.constraint_name
         JOIN information_schema.table_constraints AS target
           ON target.constraint_schema = refers.unique_constraint_schema
          AND target.constraint_name = refers.unique_constraint_name
         WHERE made.table_schema = current_schema() AND made.table_name = $1
           AND made.constraint_type = 'FOREIGN KEY'
         ORDER BY 1",
        &this,
    )?;
    Ok(Table { name, columns, key, refers_to })
}

fn kind_of(declared: &str) -> Option<Kind> {
    match declared {
        "TEXT" | "CHARACTER VARYING" => Some(Kind::Text),
        "BIGINT" | "INTEGER" => Some(Kind::Int),
        "DOUBLE PRECISION" => Some(Kind::Real),
        "BOOLEAN" => Some(Kind::Bool),
        "BYTEA" => Some(Kind::Bytes),
        _ => None,
    }
}

/// Each after those that it refers to. Rows that refer to others of their own table
/// go in the order of the key, that is of time.
fn in_order(mut tables: Vec<Table>) -> Result<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::new();
    while !tables.is_empty() {
        let (ready, waiting): (Vec<_>, Vec<_>) = tables.into_iter().partition(|it| {
            let is_there = |to: &String| ordered.iter().any(|before| before.name == *to);
            it.refers_to.iter().all(|to| *to == it.name || is_there(to))
        });
        if ready.is_empty() {
            let names: Vec<_> = waiting.into_iter().map(|it| it.name).collect();
            let names = names.join(", ");
            return Err(StoreError::Shape(format!("these tables refer to each other: {names}")));
        }
        ordered.extend(ready);
        tables = waiting;
    }
    Ok(ordered)
}
