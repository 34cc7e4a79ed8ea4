//! Rows on their way from one database to another, whole and countable.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{Result, Row, StoreError, Tx, Value, placeholders};

use super::catalogue::{Column, Kind, Table};

/// A table as both databases have it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub table: String,
    pub columns: Vec<Column>,
    /// Positions of the key's columns among them.
    key: Vec<usize>,
}

impl Plan {
    pub fn new(table: &Table, columns: Vec<Column>) -> Result<Self> {
        let at = |name: &String| columns.iter().position(|it| it.name == *name);
        let key: Option<Vec<usize>> = table.key.iter().map(at).collect();
        let name = &table.name;
        match key {
            Some(key) if !key.is_empty() => Ok(Self { table: name.clone(), columns, key }),
            _ => Err(StoreError::Shape(format!("table {name} has no primary key"))),
        }
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|it| quoted(&it.name)).collect();
        names.join(", ")
    }

    /// The rows after one, in the order of the key.
    pub fn read(
        &self,
        tx: &mut Tx,
        after: Option<&[Value]>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>> {
        let key: Vec<String> = self.key.iter().map(|at| quoted(&self.columns[*at].name)).collect();
        let key = key.join(", ");
        let mut args: Vec<Value> = Vec::new();
        let mut sql = format!("SELECT {} FROM {}", self.names(), quoted(&self.table));
        if let Some(after) = after {
            let marks = placeholders(1, self.key.len());
            sql.push_str(&format!(" WHERE ({key}) > ({marks})"));
            args.extend(self.key.iter().map(|at| after[*at].clone()));
        }
        args.push(limit.into());
        sql.push_str(&format!(" ORDER BY {key} LIMIT ${}", args.len()));
        let rows: Vec<Row> = tx.rows(&sql, &args)?;
        rows.into_iter().map(|it| self.checked(it.into_values())).collect()
    }

    /// Each value of the kind that its column is declared as; SQLite lets anything in.
    fn checked(&self, mut row: Vec<Value>) -> Result<Vec<Value>> {
        for (column, value) in self.columns.iter().zip(&mut row) {
            let fits = match (column.kind, &*value) {
                (_, Value::Null) => true,
                (Some(Kind::Bool), Value::Int(it)) => {
                    *value = Value::Bool(*it != 0);
                    true
                }
                (Some(Kind::Real), Value::Int(it)) => {
                    *value = Value::Real(*it as f64);
                    true
                }
                (Some(Kind::Text), Value::Text(_))
                | (Some(Kind::Int), Value::Int(_))
                | (Some(Kind::Real), Value::Real(_))
                | (Some(Kind::Bool), Value::Bool(_))
                | (Some(Kind::Bytes), Value::Bytes(_)) => true,
                _ => false,
            };
            if !fits {
                let (table, name) = (&self.table, &column.name);
                let text = format!("{table}.{name} holds what does not belong there");
                return Err(StoreError::Shape(text));
            }
        }
        Ok(row)
    }

    pub fn insert(&self, tx: &mut Tx, rows: &[Vec<Value>]) -> Result<()> {
        // SQLite takes 32,766 parameters, PostgreSQL 65,535.
        let at_once = (30_000 / self.columns.len()).max(1);
        for some in rows.chunks(at_once) {
            let width = self.columns.len();
            let marks: Vec<String> = (0..some.len())
                .map(|n| format!("({})", placeholders(n * width + 1, width)))
                .collect();
            let marks = marks.join(", ");
            let (table, names) = (quoted(&self.table), self.names());
            let sql = format!("INSERT INTO {table} ({names}) VALUES {marks}");
            let args: Vec<Value> = some.iter().flatten().cloned().collect();
            tx.execute(&sql, &args)?;
        }
        Ok(())
    }
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// How many rows, and a sum over them that does not depend on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub rows: u64,
    sum: u64,
    mix: u64,
}

impl Tally {
    pub fn add(&mut self, row: &[Value]) {
        let mut hasher = DefaultHasher::new();
        for value in row {
            match value {
                Value::Null => 0u8.hash(&mut hasher),
                Value::Int(it) => (1u8, it).hash(&mut hasher),
                Value::Real(it) => (2u8, it.to_bits()).hash(&mut hasher),
                Value::Text(it) => (3u8, it).hash(&mut hasher),
                Value::Bool(it) => (4u8, it).hash(&mut hasher),
                Value::Bytes(it) => (5u8, it).hash(&mut hasher),
            }
        }
        let hash = hasher.finish();
        self.rows += 1;
        self.sum = self.sum.wrapping_add(hash);
        self.mix ^= hash.rotate_left((hash >> 58) as u32);
    }
}

/// How many rows to take next, so that neither ten messages of ten megabytes nor
/// a million tags of ten bytes are a bad handful.
pub(crate) struct Handful(usize);

impl Handful {
    const MOST: usize = 1_000;
    const BYTES: usize = 4 << 20;

    pub fn new() -> Self {
        Self(100)
    }

    pub fn size(&self) -> usize {
        self.0
    }

    pub fn took(&mut self, rows: &[Vec<Value>]) {
        let size = |value: &Value| match value {
            Value::Text(it) => it.len(),
            Value::Bytes(it) => it.len(),
            _ => 8,
        };
        let bytes: usize = rows.iter().flatten().map(size).sum();
        self.0 = match bytes {
            it if it > Self::BYTES => (self.0 / 2).max(1),
            it if it < Self::BYTES / 4 => (self.0 * 2).min(Self::MOST),
            _ => self.0,
        };
    }
}
