//! The number within ids that belongs to one running process, leased in the
//! database together with a high-water mark: no id of that number has a later
//! time. So neither two processes nor a clock that was set back repeat an id.
//!
//! SQLite: the process that holds the lock of the file is number 0; one that
//! works beside it takes a number from the upper half. The mark is moved by the
//! transaction that needs it moved, so it costs no commit of its own.
//!
//! PostgreSQL: the numbers are leased by the server's clock, and renewed by a
//! thread beside the writers, because all of them would collide in that row.

use jiff::{SignedDuration, Timestamp};

use crate::{Dialect, Ids, Result, Row, StoreError, Tx, conn::Conn};

/// How far ahead the mark is set, and how near it must come to be set again.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);
const NEAR: SignedDuration = SignedDuration::from_secs(30);
/// How long a number lasts by the server's clock, in microseconds.
const LEASE: i64 = 60_000_000;
/// One who works beside another has its number for a day at most.
const BESIDE: i64 = 86_400_000_000;
const FIRST_BESIDE: u16 = Ids::NODES / 2;

/// A number, and how far it has come before us.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub number: u16,
    pub after: Timestamp,
    pub mark: Timestamp,
}

/// Takes a number. `alone`: nobody else writes to this SQLite file as its master.
pub(crate) fn lease(tx: &mut Tx, holder: &str, alone: bool) -> Result<Node> {
    let sqlite = tx.dialect() == Dialect::Sqlite;
    let now: i64 = tx.scalar(tx.dialect().now(), &[])?;
    let known: Vec<Row> =
        tx.rows("SELECT number, holder, until, high_water FROM nodes ORDER BY number", &[])?;
    let numbers = match (sqlite, alone) {
        (true, true) => 0..1,
        (true, false) => FIRST_BESIDE..Ids::NODES,
        (false, _) => 0..Ids::NODES,
    };
    for number in numbers {
        let row = known.iter().find(|it| it.get("number") == Ok(i64::from(number)));
        let free = match row {
            Some(row) => row.get::<String>("holder")?.is_empty() || row.get::<i64>("until")? <= now,
            None => true,
        };
        if free || (sqlite && alone) {
            let after = row.map(|it| it.get::<Timestamp>("high_water")).transpose()?;
            let until = now + if sqlite { BESIDE } else { LEASE };
            return take(tx, number, holder, until, after.unwrap_or(Ids::EPOCH));
        }
    }
    Err(StoreError::Unavailable("all 1,024 node numbers are in use".to_owned()))
}

fn take(tx: &mut Tx, number: u16, holder: &str, until: i64, after: Timestamp) -> Result<Node> {
    let mark = ahead_of(after.max(tx.now()));
    tx.execute(
        "INSERT INTO nodes (number, holder, until, high_water) VALUES ($1, $2, $3, $4)
         ON CONFLICT (number) DO UPDATE SET holder = excluded.holder, until = excluded.until,
             high_water = excluded.high_water",
        &[number.into(), holder.into(), until.into(), mark.into()],
    )?;
    Ok(Node { number, after, mark })
}

/// Goes on with a number that is ours, after the mark that its row has now.
pub(crate) fn go_on(tx: &mut Tx, number: u16) -> Result<Node> {
    let this = i64::from(number).into();
    let after = tx.scalar("SELECT high_water FROM nodes WHERE number = $1", &[this])?;
    let mark = ahead_of(tx.now().max(after));
    let sql = "UPDATE nodes SET high_water = $2 WHERE number = $1";
    tx.execute(sql, &[number.into(), mark.into()])?;
    Ok(Node { number, after, mark })
}

/// Moves the mark within a transaction of SQLite's writer, if it comes near. The
/// answer is the mark that holds once the transaction is committed.
pub(crate) fn move_mark(
    conn: &mut Conn,
    ids: &Ids,
    node: &Node,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let reached = ids.reached(now);
    if node.mark.duration_since(reached) >= NEAR {
        return Ok(None);
    }
    let mark = ahead_of(reached);
    let args = [i64::from(node.number).into(), mark.into()];
    conn.execute("UPDATE nodes SET high_water = $2 WHERE number = $1", &args, false)?;
    ids.set_mark(mark);
    Ok(Some(mark))
}

/// Keeps a number in PostgreSQL. `None`: we were away for too long, and another
/// may have it.
pub(crate) fn renew(
    session: &mut Conn,
    node: &Node,
    holder: &str,
    reached: Timestamp,
) -> Result<Option<Timestamp>> {
    let mark = ahead_of(reached);
    let until = session.now()? + LEASE;
    let kept = session.execute(
        "UPDATE nodes SET until = $3, high_water = $4 WHERE number = $1 AND holder = $2",
        &[node.number.into(), holder.into(), until.into(), mark.into()],
        false,
    )?;
    Ok((kept == 1).then_some(mark))
}

/// At the end the mark goes back to where the ids came, so that they follow the
/// clock again at once when we are back.
pub(crate) fn settle_mark(conn: &mut Conn, node: &Node, reached: Timestamp) -> Result<()> {
    let args = [i64::from(node.number).into(), reached.into()];
    let sql = "UPDATE nodes SET high_water = $2, holder = '', until = 0 WHERE number = $1";
    conn.execute(sql, &args, false).map(drop)
}

/// Gives a number back. Its mark stays.
pub(crate) const GIVE_BACK: &str =
    "UPDATE nodes SET holder = '', until = 0 WHERE number = $1 AND holder = $2";

fn ahead_of(time: Timestamp) -> Timestamp {
    time.checked_add(AHEAD).unwrap_or(Timestamp::MAX)
}
