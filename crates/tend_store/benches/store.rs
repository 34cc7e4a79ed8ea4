//! Durable writes a second through [`Db::write`], beside the bare engine in the
//! same run with the same statements: one connection and one thread that commits
//! for all who wait, each of whom is woken. Ratios count; on a shared machine the
//! absolute figures say little.
//!
//! `cargo bench -p tend_store`; `TEND_BENCH_SECONDS=5` for calmer figures.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};
use tend_store::{Db, Dialect, Migration, Options, Result, Row, StoreError, SystemClock, Tx};
use tend_testkit::{Place, Server};

const SCHEMA: Migration = Migration::new(
    "0001_bench",
    "CREATE TABLE agents (id {id}, name TEXT NOT NULL, left_at BIGINT);
     CREATE TABLE things (id {id}, name TEXT NOT NULL, agent_id BIGINT, changed_at BIGINT NOT NULL);
     CREATE TABLE journal (id {id}, position BIGINT UNIQUE, happened_at BIGINT NOT NULL,
         thing_id BIGINT NOT NULL, data TEXT NOT NULL);
     CREATE INDEX journal_unplaced ON journal (id) WHERE position IS NULL;
     CREATE INDEX journal_of_thing ON journal (thing_id, id);
     CREATE TABLE jobs (id {id}, data TEXT NOT NULL, due_at BIGINT NOT NULL);",
);
const ROUNDS: usize = 5;
const THINGS: i64 = 2_000;
const AGENTS: i64 = 20;

const FIND: &str = "SELECT id, name, agent_id, changed_at FROM things WHERE id = $1";
const AGENT: &str = "SELECT id, name, left_at FROM agents WHERE id = $1";
const UPDATE: &str = "UPDATE things SET agent_id = $2, changed_at = $3 WHERE id = $1";
const LATER: &str = "INSERT INTO jobs (id, data, due_at) VALUES ($1, $2, $3)";
const DATA: &str =
    r#"{"kind":"conversation_assigned","from":"agt_1vzxkq7h4g00","to":"agt_1vzxkq7h4g02"}"#;

fn record(dialect: Dialect) -> String {
    let position = dialect.journal_position();
    format!(
        "INSERT INTO journal (id, position, happened_at, thing_id, data)
         VALUES ($1, {position}, $2, $3, $4)"
    )
}

/// Two reads and three writes, as of a verb.
fn assign(tx: &mut Tx, thing: i64, agent: i64) -> Result<()> {
    let now = tx.now();
    tx.one::<Row>(FIND, &[thing.into()])?;
    tx.one::<Row>(AGENT, &[agent.into()])?;
    tx.execute(UPDATE, &[thing.into(), agent.into(), now.into()])?;
    let (entry, job) = (tx.next_id(), tx.next_id());
    let sql = record(tx.dialect());
    tx.execute(&sql, &[entry.into(), now.into(), thing.into(), DATA.into()])?;
    tx.execute(LATER, &[job.into(), DATA.into(), now.into()]).map(drop)
}

fn main() {
    // `cargo test --benches` only wants to know that it starts.
    if std::env::args().any(|it| it == "--test") {
        return;
    }
    let server = Server::start(true);
    for (name, place) in
        [("SQLite", Place::sqlite()), ("PostgreSQL", Place::postgres_in(server.url(), None))]
    {
        let db = place.open(Options::new(Arc::new(SystemClock), &[SCHEMA]));
        fill(&db);
        println!("\n{name}: durable writes a second");
        println!(
            "{:>8}{:>12}{:>20}{:>10}{:>10}",
            "callers", "Db::write", "bare, woken", "batch", "rerun"
        );
        for callers in [1, 8, 64, 256] {
            let before = db.stats();
            let (mut ours, mut bare) = (0.0, f64::NAN);
            // In turns, since the machine and its disk are never the same for long.
            for _ in 0..ROUNDS {
                ours += measure(callers, |over, n| write(&db, over, n)) / ROUNDS as f64;
                if let Place::Folder(folder) = &place {
                    let round = woken(&folder.join("bare.db"), callers) / ROUNDS as f64;
                    bare = if bare.is_nan() { round } else { bare + round };
                }
            }
            let now = db.stats();
            let batch = (now.writes - before.writes) as f64 / (now.commits - before.commits) as f64;
            let share = 100.0 * ours / bare;
            let reruns = now.reruns - before.reruns;
            println!("{callers:>8}{ours:>12.0}{bare:>13.0} {share:>5.0}%{batch:>10.1}{reruns:>10}");
        }
        let alone = measure(8, |over, n| read(&db, over, n));
        let beside = thread::scope(|scope| {
            let writes = scope.spawn(|| measure(64, |over, n| write(&db, over, n)));
            (measure(8, |over, n| read(&db, over, n)), writes.join().expect("no panic"))
        });
        println!(
            "8 readers: {alone:.0} a second; {:.0} beside 64 who write {:.0}",
            beside.0, beside.1
        );
        println!("{:?}", db.stats());
    }
    println!("peak memory {} MB", peak_memory());
}

fn fill(db: &Db) {
    let filled = db.write::<_, StoreError>(|tx| {
        for id in 0..AGENTS {
            tx.execute("INSERT INTO agents (id, name) VALUES ($1, 'Anna')", &[id.into()])?;
        }
        for id in 0..THINGS {
            let sql = "INSERT INTO things (id, name, changed_at) VALUES ($1, 'parcel', 0)";
            tx.execute(sql, &[id.into()])?;
        }
        // Otherwise PostgreSQL reads whole tables, and then all transactions collide.
        tx.execute("ANALYZE", &[])
    });
    filled.expect("fills");
}

fn write(db: &Db, over: &AtomicBool, n: usize) -> u64 {
    let mut turn = n as i64 * 131;
    let mut done = 0;
    while !over.load(Relaxed) {
        turn += 1;
        let (thing, agent) = (turn % THINGS, turn % AGENTS);
        db.write::<_, StoreError>(move |tx| assign(tx, thing, agent)).expect("writes");
        done += 1;
    }
    done
}

fn read(db: &Db, over: &AtomicBool, n: usize) -> u64 {
    let mut turn = n as i64 * 131;
    let mut done = 0;
    while !over.load(Relaxed) {
        turn += 1;
        let read: Result<Row> = db.read(|tx| tx.one(FIND, &[(turn % THINGS).into()]));
        read.expect("reads");
        done += 1;
    }
    done
}

type Ask = (i64, SyncSender<()>);

/// The bare engine: what one could write by hand in an afternoon.
fn woken(path: &Path, callers: usize) -> f64 {
    let (ask, asked) = sync_channel::<Ask>(1024);
    let conn = fill_bare(path);
    let committer = thread::spawn(move || commit_for_all(&conn, &asked));
    let rate = measure(callers, |over, n| {
        let (ask, mut done) = (ask.clone(), 0);
        while !over.load(Relaxed) {
            let (answer, answered) = sync_channel(1);
            ask.send((n as i64 * 131 + done as i64, answer)).expect("it listens");
            answered.recv().expect("it answers");
            done += 1;
        }
        done
    });
    drop(ask);
    committer.join().expect("no panic");
    rate
}

fn fill_bare(path: &Path) -> Connection {
    let _ = std::fs::remove_file(path);
    let conn = Connection::open(path).expect("opens");
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN")
        .expect("is set");
    conn.execute_batch(&SCHEMA.sql.replace("{id}", "INTEGER PRIMARY KEY")).expect("is SQL");
    for id in 0..THINGS {
        conn.execute("INSERT INTO things VALUES (?1, 'parcel', 0, 0)", [id]).expect("inserts");
        conn.execute("INSERT OR IGNORE INTO agents VALUES (?1, 'Anna', NULL)", [id % AGENTS])
            .expect("inserts");
    }
    conn.execute_batch("COMMIT").expect("commits");
    conn
}

fn commit_for_all(conn: &Connection, asked: &Receiver<Ask>) {
    let record = record(Dialect::Sqlite);
    let prepare = |sql: &str| conn.prepare(sql).expect("is SQL");
    let (mut find, mut agent, mut update) = (prepare(FIND), prepare(AGENT), prepare(UPDATE));
    let (mut record, mut later) = (prepare(&record), prepare(LATER));
    let (mut begin, mut commit) = (prepare("BEGIN IMMEDIATE"), prepare("COMMIT"));
    let ids = AtomicI64::new(1);
    let mut batch = Vec::new();
    while let Ok(first) = asked.recv() {
        batch.push(first);
        batch.extend(asked.try_iter().take(511));
        begin.execute([]).expect("begins");
        for (turn, _) in &batch {
            let (thing, to, now) = (turn % THINGS, turn % AGENTS, 1i64);
            find.query_row([thing], |row| row.get::<_, String>(1)).expect("is there");
            agent.query_row([to], |row| row.get::<_, String>(1)).expect("is there");
            update.execute([thing, to, now]).expect("updates");
            let id = ids.fetch_add(2, Relaxed);
            record.execute(params![id, now, thing, DATA]).expect("inserts");
            later.execute(params![id + 1, DATA, now]).expect("inserts");
        }
        commit.execute([]).expect("commits");
        for (_, answer) in batch.drain(..) {
            answer.send(()).expect("it waits");
        }
    }
}

/// Runs `work` in so many threads until it is told that time is over; it says how much it did.
#[expect(clippy::disallowed_methods, reason = "a bench waits for the real clock")]
fn measure(threads: usize, work: impl Fn(&AtomicBool, usize) -> u64 + Sync) -> f64 {
    let seconds = std::env::var("TEND_BENCH_SECONDS").ok().and_then(|it| it.parse().ok());
    let seconds: f64 = seconds.unwrap_or(1.0);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let (over, work) = (&over, &work);
        let started = Instant::now();
        let all: Vec<_> = (0..threads).map(|n| scope.spawn(move || work(over, n))).collect();
        thread::sleep(Duration::from_secs_f64(seconds / ROUNDS as f64));
        over.store(true, Relaxed);
        let done: u64 = all.into_iter().map(|it| it.join().expect("no panic")).sum();
        done as f64 / started.elapsed().as_secs_f64()
    })
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}
