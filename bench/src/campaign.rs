//! A campaign to very many, with mails written to the outbox and held there. It is paused, killed
//! and begun again: nobody is reached twice and nobody left out, and what it needs of memory does
//! not grow with how many there are.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{
    Wish,
    bars::Bar,
    client::Client,
    data,
    program::{Database, Program},
};

/// Megabytes that the whole program may hold, however many there are.
const MOST_MEMORY: f64 = 200.0;
const LONGEST: Duration = Duration::from_secs(4 * 3600);

/// How fast, with how much memory, and whether each got one.
pub fn measure(wish: &Wish, runtime: &Runtime) -> Result<Vec<Bar>> {
    let folder = data::copy(&data::contacts(&wish.tend, &wish.keep, wish.contacts)?)?;
    let file = folder.path().join("tend.db");
    let all = prepare(&file).context("settings")?;
    let mut run = Run {
        look: Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        program: Program::start(&wish.tend, folder.path(), &Database::Sqlite)?,
        runtime,
        token: String::new(),
        most: 0.0,
        all,
    };
    run.token = run.program.token()?;
    let id = run.begin()?;
    let (began, mut rested) = (Instant::now(), Duration::ZERO);
    run.until(all / 3)?;
    let early = run.most;
    rested += run.pause(&id)?;
    run.until(all * 2 / 3)?;
    let Run { look, program, token, most, .. } = run;
    let killed = Instant::now();
    program.crash()?;
    let program = Program::start(&wish.tend, folder.path(), &Database::Sqlite)?;
    rested += killed.elapsed();
    let mut run = Run { look, program, runtime, token, most, all };
    run.until_done()?;
    let took = (began.elapsed() - rested).as_secs_f64();
    let count = |sql: &str| run.look.query_row(sql, [], |row| row.get::<_, i64>(0));
    let messages = count("SELECT count(*) FROM outbox WHERE kind = 'campaign'")?;
    let reached = count("SELECT count(DISTINCT address) FROM deliveries")?;
    let touched = count("SELECT count(DISTINCT contact_id) FROM touches WHERE kind = 'message'")?;
    let size = std::fs::metadata(&file)?.len() as f64 / all as f64;
    Ok(vec![
        Bar::at_most(
            "a campaign, paused and killed: reached twice",
            (messages - reached) as f64,
            "people",
            0.0,
        )
        .beside(format!("{messages} messages to {all} contacts")),
        Bar::at_most("  left out", (all - touched) as f64, "people", 0.0),
        Bar::at_most("  memory of the program at most", run.most, "MB", MOST_MEMORY)
            .beside(format!("{early:.0} in the first third")),
        Bar::shown("  messages a second, durable, in the outbox", messages as f64 / took, "/s"),
        Bar::shown("  room of a contact with their message", size, "bytes"),
    ])
}

/// By day and by night, with nothing leaving the house: says how many contacts there are.
fn prepare(file: &Path) -> Result<i64> {
    let to = Connection::open(file)?;
    let limits = r#"{"quiet_from":0,"quiet_to":0,"quiet_sundays":false}"#;
    for (name, value) in
        [("base_url", "https://desk.example"), ("messages.limits", limits), ("outbox.held", "yes")]
    {
        to.execute(
            "INSERT INTO settings (name, value, changed_at) VALUES (?1, ?2, 0)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )?;
    }
    Ok(to
        .query_row("SELECT count(*) FROM contacts WHERE merged_into IS NULL", [], |it| it.get(0))?)
}

struct Run<'a> {
    look: Connection,
    program: Program,
    runtime: &'a Runtime,
    token: String,
    /// Megabytes.
    most: f64,
    all: i64,
}

impl Run<'_> {
    /// What the API answers.
    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let body = body.to_string();
        let request = format!(
            "POST /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.program.address,
            self.token,
            body.len()
        );
        let answer = self.runtime.block_on(async {
            let mut client = Client::connect(&self.program.address).await?;
            client.send(request.as_bytes()).await
        })?;
        match answer.status {
            200..300 => Ok(serde_json::from_str(&answer.body).unwrap_or(Value::Null)),
            other => bail!("{path} was answered with {other}: {}", answer.body),
        }
    }

    fn begin(&self) -> Result<String> {
        let inbox = json!({ "name": "News", "address": "news@desk.example", "channel": "email" });
        self.post("/inboxes", &inbox)?;
        let text = "Hello {{ contact.first_name | default(\"there\") }}, there is news.";
        let variant = json!({ "language": "", "subject": "News", "text": text });
        let campaign = json!({
            "name": "To all", "kind": "announcement", "purpose": "service", "holdout": 0,
            "per_minute": 100_000, "useless_after": 0,
            "plan": { "steps": [{ "do": "send", "variants": [variant] }] },
        });
        let made = self.post("/campaigns", &campaign)?;
        let id = made["id"].as_str().context("no id")?.to_owned();
        self.post(&format!("/campaigns/{id}/start"), &json!({}))?;
        Ok(id)
    }

    fn far(&self) -> Result<i64> {
        let sql = "SELECT looked FROM campaigns ORDER BY id DESC LIMIT 1";
        Ok(self.look.query_row(sql, [], |row| row.get(0))?)
    }

    /// Waits until so many were looked at, and watches the memory.
    fn until(&mut self, far: i64) -> Result<()> {
        self.wait(LONGEST, |it| Ok(it.far()? >= far))
    }

    fn until_done(&mut self) -> Result<()> {
        self.until(self.all)?;
        let sql = "SELECT state FROM campaigns ORDER BY id DESC LIMIT 1";
        self.wait(Duration::from_secs(60), |it| {
            Ok(it.look.query_row(sql, [], |row| row.get::<_, String>(0))? == "done")
        })
    }

    #[expect(clippy::disallowed_methods, reason = "a bench lets time pass")]
    fn wait(&mut self, longest: Duration, enough: impl Fn(&Self) -> Result<bool>) -> Result<()> {
        let began = Instant::now();
        while !enough(self)? {
            self.most = self.most.max(self.program.memory()?);
            if began.elapsed() > longest {
                bail!("the campaign stands at {} of {}", self.far()?, self.all);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    /// Rests for some seconds, in which nothing may leave. Says how long that was.
    #[expect(clippy::disallowed_methods, reason = "a bench lets time pass")]
    fn pause(&self, id: &str) -> Result<Duration> {
        let began = Instant::now();
        self.post(&format!("/campaigns/{id}/pause"), &json!({}))?;
        let before = self.far()?;
        std::thread::sleep(Duration::from_secs(3));
        if self.far()? != before {
            bail!("it went on while it was paused");
        }
        self.post(&format!("/campaigns/{id}/resume"), &json!({}))?;
        Ok(began.elapsed())
    }
}
