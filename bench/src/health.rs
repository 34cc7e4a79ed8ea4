//! How long it takes to write down how a large book of business fares: every measure of every
//! account, its probability with the interval, and what is at risk, on disk.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::{
    bars::Bar,
    data,
    portfolio::ACCOUNTS,
    program::{Database, Program},
};

/// Days of the last 56 on which each account used the product.
const DAYS_OF_USE: i64 = 20;
/// As many lines as the program learns for an interval.
const DRAWS: usize = 80;
const LONGEST: Duration = Duration::from_secs(300);

/// Seconds from the first account of the day to the last.
pub fn measure(tend: &Path, keep: &Path) -> Result<Vec<Bar>> {
    let folder = data::copy(&data::accounts(tend, keep, ACCOUNTS)?)?;
    let file = folder.path().join("tend.db");
    let today = today(&file)?;
    prepare(&file, today).context("usage and a model for each account")?;
    let program = Program::start(tend, folder.path(), &Database::Sqlite)?;
    let look = Connection::open(&file)?;
    let began = until(&look, "health_walking", today)?;
    let ended = until(&look, "health_day", today)?;
    drop(program);
    let count = |sql: &str| look.query_row(sql, [], |row| row.get::<_, i64>(0));
    let known = count("SELECT count(*) FROM health_snapshots WHERE p IS NOT NULL")?;
    let risky = count("SELECT count(*) FROM account_figures WHERE risk > 0")?;
    if known != ACCOUNTS as i64 {
        bail!("only {known} of {ACCOUNTS} accounts have a probability");
    }
    let took = ended.duration_since(began).as_secs_f64();
    Ok(vec![
        Bar::at_most("health of 100 k accounts, durable", took, "s", 10.0)
            .beside(format!("{known} with a probability, {risky} with money at risk")),
    ])
}

/// As the database's clock says.
fn today(file: &Path) -> Result<i64> {
    let sql = "SELECT CAST(strftime('%s', 'now') AS INTEGER) / 86400";
    Ok(Connection::open(file)?.query_row(sql, [], |row| row.get(0))?)
}

/// When a follower came to a day.
#[expect(clippy::disallowed_methods, reason = "a bench lets time pass")]
fn until(look: &Connection, follower: &str, day: i64) -> Result<Instant> {
    let began = Instant::now();
    let sql = "SELECT position FROM followers_at WHERE name = ?1";
    loop {
        if look.query_row(sql, [follower], |row| row.get::<_, i64>(0)).is_ok_and(|at| at >= day) {
            return Ok(Instant::now());
        }
        if began.elapsed() > LONGEST {
            bail!("{follower} does not come to today");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn prepare(file: &Path, today: i64) -> Result<()> {
    let mut to = Connection::open(file)?;
    let tx = to.transaction()?;
    tx.execute("DELETE FROM followers_at WHERE name LIKE 'health%'", [])?;
    tx.execute("DELETE FROM health_snapshots", [])?;
    tx.execute("DELETE FROM health_models", [])?;
    everybody_stays(&tx)?;
    tx.execute(
        "INSERT INTO followers_at (name, position) VALUES ('figures_day', ?1)
         ON CONFLICT (name) DO UPDATE SET position = excluded.position",
        [today],
    )?;
    tx.execute(
        "INSERT INTO usage_names (kind, name, is_key, first_at) VALUES ('track', 'Bench', TRUE, 0)
         ON CONFLICT (kind, name) DO NOTHING",
        [],
    )?;
    let name: i64 =
        tx.query_row("SELECT id FROM usage_names WHERE name = 'Bench'", [], |row| row.get(0))?;
    let day_data = one_day(u8::try_from(name)?);
    tx.execute(
        "WITH RECURSIVE days (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM days WHERE n < ?1)
         INSERT INTO usage_days (subject_id, day, is_account, events, people, data)
         SELECT account_id, ?2 - 1 - (n * 56 / ?1) - account_id % 2, TRUE, 9, 5, ?3
         FROM account_figures, days WHERE n < ?1
         ON CONFLICT (subject_id, day) DO NOTHING",
        params![DAYS_OF_USE, today, day_data],
    )?;
    let document: String = tx.query_row(
        "SELECT document FROM health_versions ORDER BY profile_id, version DESC LIMIT 1",
        [],
        |row| row.get(0),
    )?;
    let learnt = learnt(&serde_json::from_str(&document)?)?;
    tx.execute(
        "INSERT INTO health_models (id, day, made_at, horizon_days, row_count, outcome_count,
             account_count, step, known, words, document, current)
         VALUES (1, ?1, 0, 180, 20000, 900, 2000, 'line', TRUE, '', ?2, TRUE)",
        params![today, learnt.to_string()],
    )?;
    tx.commit()?;
    Ok(())
}

/// All of them are customers, and were always: whoever has left has nothing to lose.
fn everybody_stays(tx: &Connection) -> Result<()> {
    tx.execute("DELETE FROM stage_changes", [])?;
    tx.execute(
        "UPDATE accounts SET stage_id = (SELECT MIN(id) FROM stages WHERE means = 'customer')",
        [],
    )?;
    Ok(())
}

/// Five people did one thing, as the program packs it.
fn one_day(name: u8) -> Vec<u8> {
    vec![1, 5, 1, 1, 1, 1, 1, 1, name, 9, 0, 5, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2]
}

/// A line over the measures of a profile, with as many draws as the program makes.
fn learnt(document: &Value) -> Result<Value> {
    let measures = document["measures"].as_array().context("a profile has measures")?;
    let columns: Vec<Value> = measures
        .iter()
        .map(|it| {
            json!({
                "measure": { "kind": it["kind"], "window": it["window"], "attribute": it["attribute"] },
                "worst": it["worst"], "best": it["best"], "max_age": it["max_age"],
                "weight": it["weight"],
            })
        })
        .collect();
    let width = columns.len();
    let line = |n: usize| {
        let slope = -1.0 - n as f64 / 500.0;
        json!({ "intercept": 1.5, "weights": vec![slope / 4.0; width] })
    };
    let draws: Vec<Value> = (0..DRAWS).map(|n| json!({ "line": line(n), "trees": null })).collect();
    let interval =
        |value: f64| json!({ "value": value, "lower": value - 0.05, "upper": value + 0.05 });
    Ok(json!({
        "columns": columns,
        "standing": {
            "step": "line",
            "known": { "known": "yes", "auc": interval(0.75) },
            "health": {
                "step": "line", "means": vec![0.5; width], "line": line(0), "trees": null,
                "calibration": { "intercept": 0.0, "slope": 1.0 }, "draws": draws,
            },
            "rungs": [],
            "calibration": { "slope": interval(1.0), "intercept": 0.0 },
            "could_be_off": 0.05,
            "leaks": [],
        },
    }))
}
