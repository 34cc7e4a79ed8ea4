//! Durable intake of messages over HTTP.

use std::{
    cell::Cell,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::{runtime::Runtime, task::LocalSet};

use crate::{
    Wish,
    bars::{Bar, Side},
    client::{Client, api},
    data,
    figures::{Times, median},
    program::{Database, Program},
    raw,
};

pub const CONNECTIONS: usize = 64;
/// What each customer says.
pub const TEXT: &str = "Good morning, the parcel with the two heating valves has not come yet. \
    The tracking page says that it was handed over on Tuesday. Could you find out where it is, \
    please? We need it before the weekend.";
const ROUNDS: usize = 5;

/// Rounds of the bare engine and of Tend in turns, on copies of the same database.
pub fn sqlite(wish: &Wish, runtime: &Runtime) -> Result<Vec<Bar>> {
    let seeded = data::seeded(&wish.tend, &wish.keep, crate::SMALL)?;
    let (bare, ours) = (data::copy(&seeded)?, data::copy(&seeded)?);
    let program = Program::start(&wish.tend, ours.path(), &Database::Sqlite)?;
    let ready = Ready::of(&program, runtime)?;
    let time = Duration::from_secs(wish.seconds);
    let (mut raws, mut plain, mut keyed, mut opened) = (vec![], vec![], vec![], vec![]);
    let mut times = Times::default();
    for _ in 0..ROUNDS {
        raws.push(raw::messages(&bare.path().join("tend.db"), CONNECTIONS, time)?);
        plain.push(runtime.block_on(ready.load(Kind::Message, time, &mut times))?);
        keyed.push(runtime.block_on(ready.load(Kind::Keyed, time, &mut Times::default()))?);
        opened.push(runtime.block_on(ready.load(Kind::Opens, time, &mut Times::default()))?);
    }
    let raw = median(raws);
    let share = |it: f64| 100.0 * it / raw;
    let (plain, keyed, opened) = (median(plain), median(keyed), median(opened));
    let words = |it: f64| format!("{it:.0}/s beside {raw:.0}/s of the bare engine");
    Ok(vec![
        Bar::at_least(
            "intake over HTTP, 64 connections, of the bare engine",
            share(plain),
            "%",
            40.0,
        )
        .beside(format!("{}; p99 {:.1} ms", words(plain), times.at(0.99))),
        Bar::shown("  with an idempotency key each", share(keyed), "%").beside(words(keyed)),
        Bar::shown("  each opening a conversation", share(opened), "%").beside(words(opened)),
    ])
}

pub fn postgres(wish: &Wish, program: &Program, runtime: &Runtime) -> Result<Vec<Bar>> {
    let ready = Ready::of(program, runtime)?;
    let (mut all, mut times) = (Vec::new(), Times::default());
    for _ in 0..3 {
        let time = Duration::from_secs(wish.seconds);
        all.push(runtime.block_on(ready.load(Kind::Message, time, &mut times))?);
    }
    let beside = format!("p99 {:.1} ms", times.at(0.99));
    let bar = Bar::shown("intake over HTTP, 64 connections", median(all), "/s").on(Side::Beside);
    Ok(vec![bar.beside(beside)])
}

/// What a request asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Message,
    Keyed,
    Opens,
}

struct Ready {
    address: String,
    token: String,
    conversations: Vec<String>,
    inbox: String,
    round: Cell<u64>,
}

impl Ready {
    fn of(program: &Program, runtime: &Runtime) -> Result<Self> {
        let (address, token) = (program.address.clone(), program.token()?);
        let (conversations, inbox) = runtime.block_on(async {
            let mut client = Client::connect(&address).await?;
            let list = api(&address, "GET", "/conversations?limit=200", &token, "", "");
            let list = client.send(&list).await?;
            let list: Value = serde_json::from_str(&list.body)?;
            let items = list["items"].as_array().context("a list has items")?;
            let id = |it: &Value| it["id"].as_str().map(str::to_owned);
            let all: Vec<String> = items.iter().filter_map(id).collect();
            let inboxes = api(&address, "GET", "/inboxes", &token, "", "");
            let inboxes: Value = serde_json::from_str(&client.send(&inboxes).await?.body)?;
            let inbox = inboxes["items"][0]["id"].as_str().context("there is an inbox")?;
            anyhow::Ok((all, inbox.to_owned()))
        })?;
        Ok(Self { address, token, conversations, inbox, round: Cell::new(0) })
    }

    /// Acknowledged messages a second.
    async fn load(&self, kind: Kind, time: Duration, times: &mut Times) -> Result<f64> {
        let round = self.round.replace(self.round.get() + 1);
        let began = Instant::now();
        let (done, seen) = (Rc::new(Cell::new(0u64)), Rc::new(std::cell::RefCell::new(Vec::new())));
        let all = LocalSet::new();
        let mut tasks = Vec::new();
        for n in 0..CONNECTIONS {
            let requests: Vec<Vec<u8>> =
                (0..16).map(|it| self.request(kind, n * 16 + it, round)).collect();
            let (address, done, seen) = (self.address.clone(), done.clone(), seen.clone());
            tasks.push(all.spawn_local(async move {
                let mut client = Client::connect(&address).await?;
                let mut count = 0u64;
                while began.elapsed() < time {
                    let mut request = requests[count as usize % requests.len()].clone();
                    count += 1;
                    number(&mut request, count);
                    let answer = client.send(&request).await?;
                    if !(200..300).contains(&answer.status) {
                        bail!("{} {}", answer.status, answer.body);
                    }
                    done.set(done.get() + 1);
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
        Ok(done.get() as f64 / began.elapsed().as_secs_f64())
    }

    fn request(&self, kind: Kind, n: usize, round: u64) -> Vec<u8> {
        let message = format!(r#"{{"direction":"inbound","text":"{TEXT}"}}"#);
        let to = &self.conversations[n % self.conversations.len()];
        let key = format!("Idempotency-Key: bench-{round}-{n}-@@@@@@@@@@\r\n");
        let (path, more, body) = match kind {
            Kind::Message => (format!("/conversations/{to}/messages"), "", message),
            Kind::Keyed => (format!("/conversations/{to}/messages"), key.as_str(), message),
            Kind::Opens => {
                let contact = format!(r#"{{"email":"customer{}@bench.example","name":"C"}}"#, n);
                let body = format!(
                    r#"{{"inbox":"{}","contact":{contact},"subject":"Where is my parcel?","message":{message}}}"#,
                    self.inbox
                );
                ("/conversations".to_owned(), "", body)
            }
        };
        api(&self.address, "POST", &path, &self.token, more, &body)
    }
}

/// Writes the count where a key waits for it.
fn number(request: &mut [u8], count: u64) {
    if let Some(at) = request.windows(10).position(|it| it == b"@@@@@@@@@@") {
        request[at..at + 10].copy_from_slice(format!("{count:010}").as_bytes());
    }
}
