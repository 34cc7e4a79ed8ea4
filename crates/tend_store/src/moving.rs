//! A whole database into another, of either kind: every table that both have, in
//! the order in which they refer to each other, with all ids and positions, and
//! counted and compared at the end.
//!
//! It knows no table by name. Where each database has something of its own (a
//! text index), that is left out and named in the answer, to be made anew.

mod catalogue;
mod rows;

use jiff::Timestamp;

use crate::{Db, Dialect, Result, Row, StoreError, Tx};
use catalogue::{Table, tables};
use rows::{Handful, Plan, Tally, quoted};

/// What long work is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// In words: `copying messages`.
    pub what: String,
    pub done: u64,
    pub total: u64,
}

/// A table that was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub table: String,
    pub rows: u64,
}

/// What a move did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Move {
    pub tables: Vec<Moved>,
    /// Tables that only one of the databases has: to be made anew, if at all.
    pub left_out: Vec<String>,
}

const UNFINISHED: &str = "unfinished_move";

impl Db {
    /// Copies all that this database holds into another that was opened with the
    /// same migrations and [for that](crate::Options::receives). Refuses when the
    /// other holds data already, or while other nodes run on this one. When it is
    /// cut short, the other cannot be used, but for the same move from its start.
    pub fn move_to(&self, to: &Db, progress: &mut dyn FnMut(Progress)) -> Result<Move> {
        self.refuse_company()?;
        self.copy_to(to, progress)
    }

    /// The same, of one moment, whoever goes on writing here.
    pub(crate) fn copy_to(&self, to: &Db, progress: &mut dyn FnMut(Progress)) -> Result<Move> {
        if self.origin.has_journal() {
            self.settle_journal(std::time::Duration::from_secs(30))?;
        }
        let moved = self.read(|from| {
            from.take_your_time()?;
            let (plans, left_out) = plan(from, to)?;
            clear(to, &plans)?;
            let mut tallies = Vec::new();
            for plan in &plans {
                tallies.push(copy(from, to, plan, progress)?);
            }
            for (plan, tally) in plans.iter().zip(&tallies) {
                compare(to, plan, *tally, progress)?;
            }
            let nodes = from.rows("SELECT number, high_water FROM nodes", &[])?;
            finish(to, &plans, nodes)?;
            let tables = plans.into_iter().zip(tallies);
            let tables = tables.map(|(it, tally)| Moved { table: it.table, rows: tally.rows });
            Ok::<_, StoreError>(Move { tables: tables.collect(), left_out })
        })?;
        to.learn_positions()?;
        Ok(moved)
    }

    /// Others would go on writing to what is left behind.
    fn refuse_company(&self) -> Result<()> {
        if self.dialect == Dialect::Sqlite {
            return Ok(()); // We hold its lock.
        }
        let me = self.holder().to_owned();
        let others = self.write(move |tx| {
            let now: i64 = tx.scalar(tx.dialect().now(), &[])?;
            let sql = "SELECT count(*) FROM nodes WHERE holder NOT IN ('', $1) AND until > $2";
            tx.scalar::<i64>(sql, &[me.as_str().into(), now.into()])
        })?;
        match others {
            0 => Ok(()),
            _ => Err(StoreError::InUse(
                "Other processes of Tend use this database. Stop them first, and wait a minute \
                 if one of them was killed."
                    .to_owned(),
            )),
        }
    }
}

/// Refuses a database that a move was cut short in, unless it is opened for that.
pub(crate) fn refuse_unfinished(tx: &mut Tx) -> Result<()> {
    let sql = "SELECT count(*) FROM store_facts WHERE name = $1";
    match tx.scalar::<i64>(sql, &[UNFINISHED.into()])? {
        0 => Ok(()),
        _ => Err(StoreError::Incompatible(
            "A move into this database was not finished, so it lacks data. Run the move again."
                .to_owned(),
        )),
    }
}

/// What both have, as this one names it; and what only one has.
fn plan(from: &mut Tx, to: &Db) -> Result<(Vec<Plan>, Vec<String>)> {
    let migrations = "SELECT name FROM migrations ORDER BY name";
    let ours: Vec<String> = from.column(migrations, &[])?;
    let (theirs, there) =
        to.read(|tx| Ok::<_, StoreError>((tx.column::<String>(migrations, &[])?, tables(tx)?)))?;
    if ours != theirs {
        return Err(StoreError::Incompatible(
            "The two databases were made by different versions of Tend. Start this version once \
             on the older one."
                .to_owned(),
        ));
    }
    let here = tables(from)?;
    let missing = |some: &[Table], others: &[Table]| -> Vec<String> {
        let is_there = |it: &&Table| others.iter().any(|other| other.name == it.name);
        some.iter().filter(|it| !is_there(it)).map(|it| it.name.clone()).collect()
    };
    let mut left_out = missing(&here, &there);
    left_out.extend(missing(&there, &here));
    let mut plans = Vec::new();
    for table in &here {
        let Some(other) = there.iter().find(|it| it.name == table.name) else { continue };
        plans.push(plan_of(table, other)?);
    }
    Ok((plans, left_out))
}

fn plan_of(table: &Table, other: &Table) -> Result<Plan> {
    let name = &table.name;
    let mut columns = Vec::new();
    for column in table.columns.iter().filter(|it| it.kind.is_some()) {
        let twin = other.columns.iter().find(|it| it.name == column.name);
        match twin {
            Some(twin) if twin.kind == column.kind => columns.push(twin.clone()),
            _ => {
                let column = &column.name;
                let text = format!("{name}.{column} is not the same in both databases");
                return Err(StoreError::Shape(text));
            }
        }
    }
    Plan::new(table, columns)
}

/// Marks the other as unfinished, and takes out what a former try, or its own
/// first start, put there. One in which something has happened is refused.
fn clear(to: &Db, plans: &[Plan]) -> Result<()> {
    let names: Vec<String> = plans.iter().map(|it| it.table.clone()).collect();
    to.write(move |tx| {
        tx.take_your_time()?;
        let mark = "SELECT count(*) FROM store_facts WHERE name = $1";
        if tx.scalar::<i64>(mark, &[UNFINISHED.into()])? == 0 {
            let happened = match names.iter().any(|it| it == "journal") {
                true => vec!["journal".to_owned()],
                false => names.clone(),
            };
            for name in happened {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", quoted(&name));
                if tx.scalar::<bool>(&sql, &[])? {
                    return Err(StoreError::Incompatible(
                        "The database to move to holds data already. Give an empty one.".to_owned(),
                    ));
                }
            }
            let mark = "INSERT INTO store_facts (name, value) VALUES ($1, 1)";
            tx.execute(mark, &[UNFINISHED.into()])?;
        }
        for name in names.iter().rev() {
            tx.execute(&format!("DELETE FROM {}", quoted(name)), &[])?;
        }
        Ok(())
    })
}

fn copy(from: &mut Tx, to: &Db, plan: &Plan, progress: &mut dyn FnMut(Progress)) -> Result<Tally> {
    let sql = format!("SELECT count(*) FROM {}", quoted(&plan.table));
    let total: i64 = from.scalar(&sql, &[])?;
    let (mut tally, mut handful) = (Tally::default(), Handful::new());
    let mut last: Option<Vec<crate::Value>> = None;
    loop {
        let what = format!("copying {}", plan.table);
        progress(Progress { what, done: tally.rows, total: total.cast_unsigned() });
        let rows = plan.read(from, last.as_deref(), handful.size())?;
        let Some(row) = rows.last() else { return Ok(tally) };
        last = Some(row.clone());
        handful.took(&rows);
        rows.iter().for_each(|row| tally.add(row));
        let plan = plan.clone();
        to.write(move |tx| plan.insert(tx, &rows))?;
    }
}

/// Reads back what the other has, and counts it.
fn compare(to: &Db, plan: &Plan, sent: Tally, progress: &mut dyn FnMut(Progress)) -> Result<()> {
    let (mut tally, mut handful) = (Tally::default(), Handful::new());
    let mut last: Option<Vec<crate::Value>> = None;
    loop {
        let what = format!("comparing {}", plan.table);
        progress(Progress { what, done: tally.rows, total: sent.rows });
        let rows = to.read(|tx| plan.read(tx, last.as_deref(), handful.size()))?;
        let Some(row) = rows.last() else { break };
        last = Some(row.clone());
        handful.took(&rows);
        rows.iter().for_each(|row| tally.add(row));
    }
    match tally == sent {
        true => Ok(()),
        false => Err(StoreError::Shape(format!(
            "{} of {} rows arrived in {}, or arrived changed",
            tally.rows, sent.rows, plan.table
        ))),
    }
}

/// Sequences go on after what was copied, ids after those that were given out.
fn finish(to: &Db, plans: &[Plan], nodes: Vec<Row>) -> Result<()> {
    let numbered: Vec<(String, String)> = plans
        .iter()
        .flat_map(|plan| plan.columns.iter().map(move |it| (plan, it)))
        .filter(|(_, column)| column.is_numbered)
        .map(|(plan, column)| (plan.table.clone(), column.name.clone()))
        .collect();
    let names: Vec<String> = plans.iter().map(|it| it.table.clone()).collect();
    to.write(move |tx| {
        tx.take_your_time()?;
        for (table, column) in &numbered {
            if let Some(sql) = tx.dialect().go_on_numbering(table, column) {
                tx.execute(&sql, &[])?;
            }
        }
        for (name, tables) in tx.dialect().sequences() {
            let given = tables.iter().filter(|it| names.iter().any(|name| name == *it));
            let mut last = None;
            for table in given {
                let sql = format!("SELECT MAX(number) FROM {}", quoted(table));
                last = last.max(tx.scalar::<Option<i64>>(&sql, &[])?);
            }
            if let Some(last) = last {
                let sql = "SELECT setval(CAST(CAST($1 AS TEXT) AS REGCLASS), $2)";
                tx.execute(sql, &[(*name).into(), last.into()])?;
            }
        }
        for node in &nodes {
            let (number, mark): (i64, Timestamp) = (node.get("number")?, node.get("high_water")?);
            tx.execute(
                "INSERT INTO nodes (number, holder, until, high_water) VALUES ($1, '', 0, $2)
                 ON CONFLICT (number) DO UPDATE SET high_water = excluded.high_water
                 WHERE nodes.high_water < excluded.high_water",
                &[number.into(), mark.into()],
            )?;
        }
        tx.execute("DELETE FROM store_facts WHERE name = $1", &[UNFINISHED.into()])?;
        tx.execute("ANALYZE", &[]).map(drop)
    })?;
    to.go_on_after_marks()
}
