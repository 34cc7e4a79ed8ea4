//! Usage events: how many are taken in, and how much room their counts take.

use std::{
    cell::Cell,
    fmt::Write,
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tokio::{runtime::Runtime, task::LocalSet};

use crate::{
    SMALL, Wish,
    bars::{Bar, Side},
    client::{Client, api},
    data,
    figures::{Times, median},
    program::{Database, Program},
};

const ACCOUNTS: u64 = 10_000;
const PEOPLE_EACH: u64 = 5;
const FEATURES: u64 = 12;
const DAYS: u64 = 30;
const CONNECTIONS: usize = 64;
/// Events of one request, as Segment's clients send them.
const BATCH: usize = 100;
const ROUNDS: usize = 3;

pub fn sqlite(wish: &Wish, runtime: &Runtime) -> Result<Vec<Bar>> {
    let small = data::seeded(&wish.tend, &wish.keep, SMALL)?;
    let folder = data::copy(&small)?;
    let program = Program::start(&wish.tend, folder.path(), &Database::Sqlite)?;
    let mut bars = rates(wish, &program, runtime, Side::Bar)?;
    drop(program);
    let folder = data::copy(&small)?;
    let program = Program::start(&wish.tend, folder.path(), &Database::Sqlite)?;
    bars.push(room(wish, &program, runtime, folder.path())?);
    Ok(bars)
}

pub fn postgres(wish: &Wish, program: &Program, runtime: &Runtime) -> Result<Vec<Bar>> {
    rates(wish, program, runtime, Side::Beside)
}

fn rates(wish: &Wish, program: &Program, runtime: &Runtime, side: Side) -> Result<Vec<Bar>> {
    let ready = Ready::of(program, runtime)?;
    let time = Duration::from_secs(wish.seconds);
    let (mut batched, mut single, mut times) = (vec![], vec![], Times::default());
    for _ in 0..ROUNDS {
        let load = Load { batch: BATCH, most: u64::MAX, time };
        batched.push(runtime.block_on(ready.load(load, &mut Times::default()))?);
        let load = Load { batch: 1, most: u64::MAX, time };
        single.push(runtime.block_on(ready.load(load, &mut times))?);
    }
    let began = Instant::now();
    let sent = ready.next.get();
    let counted = runtime.block_on(ready.settled(sent))?;
    let lag = format!("all {counted} counted {:.1} s after", began.elapsed().as_secs_f64());
    let p99 = format!("p99 {:.1} ms", times.at(0.99));
    Ok(vec![
        Bar::at_least("usage events, 100 a request, durable", median(batched), "/s", 50_000.0)
            .on(side)
            .beside(lag),
        Bar::at_least("usage events, one a request, durable", median(single), "/s", 5_000.0)
            .on(side)
            .beside(p99),
    ])
}

/// Megabytes of all that is kept of so many events but for the requests themselves.
fn room(wish: &Wish, program: &Program, runtime: &Runtime, folder: &Path) -> Result<Bar> {
    let ready = Ready::of(program, runtime)?;
    let before = size(folder, "1 = 1")?;
    let load = Load { batch: 1_000, most: wish.events, time: Duration::from_secs(3_600) };
    let began = Instant::now();
    let rate = runtime.block_on(ready.load(load, &mut Times::default()))?;
    let counted = runtime.block_on(ready.settled(wish.events))?;
    let whole = counted as f64 / began.elapsed().as_secs_f64();
    let all = size(folder, "1 = 1")? - before;
    let raw = size(folder, "name LIKE 'usage_batches%'")?;
    let seen = size(folder, "name LIKE '%usage_seen%'")?;
    let what = format!("{counted} events of {ACCOUNTS} accounts, room without the raw window");
    let beside = format!(
        "{seen:.0} MB of it to know repeats; raw {raw:.0} MB; taken in {rate:.0}/s, counted {whole:.0}/s"
    );
    Ok(Bar::at_most(what, all - raw, "MB", 200.0).beside(beside))
}

/// Megabytes of the tables and indexes that this is true of.
fn size(folder: &Path, what: &str) -> Result<f64> {
    let db = Connection::open_with_flags(folder.join("tend.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sql = format!("SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE {what}");
    let bytes: i64 = db.query_row(&sql, [], |row| row.get(0))?;
    Ok(bytes as f64 / 1e6)
}

#[derive(Clone, Copy)]
struct Load {
    batch: usize,
    most: u64,
    time: Duration,
}

#[derive(Clone)]
struct Ready {
    address: String,
    token: String,
    key: String,
    /// How many events were made.
    next: Rc<Cell<u64>>,
}

impl Ready {
    fn of(program: &Program, runtime: &Runtime) -> Result<Self> {
        let (address, token) = (program.address.clone(), program.token()?);
        let body = r#"{"name":"Bench","kind":"tracking","trust":"server"}"#;
        let ask = api(&address, "POST", "/sources", &token, "", body);
        let made = runtime.block_on(async { Client::connect(&address).await?.send(&ask).await })?;
        let made: Value = serde_json::from_str(&made.body)?;
        let key = made["write_key"].as_str().context("a source tells its key")?.to_owned();
        Ok(Self { address, token, key, next: Rc::default() })
    }

    /// Acknowledged events a second.
    async fn load(&self, load: Load, times: &mut Times) -> Result<f64> {
        let began = Instant::now();
        let (first, seen) = (self.next.get(), Rc::new(std::cell::RefCell::new(Vec::new())));
        let (all, mut tasks) = (LocalSet::new(), Vec::new());
        let connections = if load.batch > 1 { CONNECTIONS / 4 } else { CONNECTIONS };
        for _ in 0..connections {
            let (own, seen) = (self.clone(), seen.clone());
            tasks.push(all.spawn_local(async move {
                let (mut client, next) = (Client::connect(&own.address).await?, &own.next);
                while began.elapsed() < load.time && next.get() - first < load.most {
                    let at = next.replace(next.get() + load.batch as u64);
                    let answer = client.send(&own.request(at, load.batch)).await?;
                    if answer.status != 200 {
                        bail!("{} {}", answer.status, answer.body);
                    }
                    seen.borrow_mut().push(answer.took);
                }
                Ok(())
            }));
        }
        all.await;
        for it in tasks {
            it.await??;
        }
        seen.borrow().iter().for_each(|it| times.add(*it));
        Ok((self.next.get() - first) as f64 / began.elapsed().as_secs_f64())
    }

    /// So many events, the first with this number.
    fn request(&self, from: u64, batch: usize) -> Vec<u8> {
        let mut body = String::with_capacity(batch * 480 + 20);
        if batch > 1 {
            body.push_str("{\"batch\":[");
        }
        for n in 0..batch as u64 {
            if n > 0 {
                body.push(',');
            }
            event(from + n, &mut body);
        }
        if batch > 1 {
            body.push_str("]}");
        }
        let path = if batch > 1 { "batch" } else { "track" };
        format!(
            "POST /v1/{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.key,
            body.len()
        )
        .into_bytes()
    }

    /// Waits until so many were counted.
    async fn settled(&self, many: u64) -> Result<u64> {
        let path = "/usage/events?type=track&group_by=day";
        let ask = api(&self.address, "GET", path, &self.token, "", "");
        let (mut before, mut same) = (0, 0);
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let answer = Client::connect(&self.address).await?.send(&ask).await?;
            let said: Value = serde_json::from_str(&answer.body)?;
            let total = said["total"].as_u64().unwrap_or_default();
            same = if total == before { same + 1 } else { 0 };
            before = total;
            if total >= many {
                return Ok(total);
            }
            if same > 60 {
                bail!("{total} of {many} were counted, and no more");
            }
        }
    }
}

/// One event such as clients send, about 400 bytes, of anybody on any day.
fn event(number: u64, out: &mut String) {
    let mut dice = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut roll = |most: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        (dice >> 20) % most
    };
    let (account, person, feature) = (roll(ACCOUNTS), roll(PEOPLE_EACH), roll(FEATURES));
    let (day, hour) = (1 + roll(DAYS), roll(24));
    // Writing into a text does not fail.
    let _ = write!(
        out,
        r#"{{"type":"track","userId":"user-{account}-{person}","anonymousId":null,"event":"Feature {feature} used","messageId":"7b1c0c0e-5d1f-4c51-9d0e-{number:012}","timestamp":"2026-06-{day:02}T{hour:02}:15:30.123456+00:00","properties":{{"plan":"gold","seats":25,"path":"/reports/monthly/overview"}},"integrations":{{}},"context":{{"groupId":"firm-{account}","library":{{"name":"analytics-python","version":"2.4.0"}}}}}}"#
    );
}
