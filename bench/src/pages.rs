//! Pages and search, on a small and on a large database in turns, so that what else the machine
//! does hits both.

use anyhow::{Result, bail};
use tokio::runtime::Runtime;

use crate::{
    bars::{Bar, Side},
    client::{Client, encode, get, part},
    figures::Times,
    program::Program,
};

const LOOKS: usize = 400;
const SEARCHES: usize = 250;

/// An agent at one of the two, with what there is to look at.
struct Desk {
    address: String,
    cookie: String,
    client: Client,
    conversations: Vec<String>,
    contacts: Vec<String>,
    accounts: Vec<String>,
    cursors: Vec<String>,
}

const LISTS: [&str; 8] = [
    "/conversations?view=all",
    "/conversations?view=unassigned",
    "/conversations?view=mine",
    "/conversations?view=all&sort=waiting",
    "/conversations?view=all&sort=priority",
    "/conversations?view=all&sort=oldest",
    "/conversations?view=snoozed",
    "/conversations?view=mentions",
];

impl Desk {
    async fn open(program: &Program) -> Result<Self> {
        let cookie = program.sign_in().await?;
        let client = Client::connect(&program.address).await?;
        let mut it = Self {
            address: program.address.clone(),
            cookie,
            client,
            conversations: Vec::new(),
            contacts: Vec::new(),
            accounts: Vec::new(),
            cursors: Vec::new(),
        };
        it.find(&program.token()?).await?;
        Ok(it)
    }

    /// Conversations from all of the history, with their customers; and places far down the list.
    async fn find(&mut self, token: &str) -> Result<()> {
        let (mut before, mut after) = (0i64, 1i64);
        while self.entry(token, after).await?.is_some() {
            (before, after) = (after, after * 2);
        }
        while before + 1 < after {
            let middle = before + (after - before) / 2;
            match self.entry(token, middle).await?.is_some() {
                true => before = middle,
                false => after = middle,
            }
        }
        for n in 0..300 {
            let Some(it) = self.entry(token, before * n / 300).await? else { continue };
            let id = |name: &str| it[name].as_str().map(str::to_owned);
            self.conversations.extend(id("conversation_id"));
            self.contacts.extend(id("contact_id"));
            self.accounts.extend(id("account_id"));
        }
        self.walk().await?;
        if self.conversations.is_empty() || self.contacts.is_empty() {
            bail!("there is nothing to look at");
        }
        Ok(())
    }

    /// Goes down the list and keeps where whole pages begin: one that is cut short by the end of
    /// a small list would be compared with a whole one of the large.
    async fn walk(&mut self) -> Result<()> {
        let (whole, mut next) = self.rows(None).await?;
        while let Some(cursor) = next.take().filter(|_| self.cursors.len() < 10) {
            let (rows, more) = self.rows(Some(&cursor)).await?;
            if rows < whole {
                break;
            }
            self.cursors.push(cursor);
            next = more;
        }
        if self.cursors.is_empty() {
            bail!("the list is too short to go down");
        }
        Ok(())
    }

    /// How many rows a page of the list has, and the cursor of the next one.
    async fn rows(&mut self, cursor: Option<&str>) -> Result<(usize, Option<String>)> {
        let path = match cursor {
            Some(it) => further_down(it),
            None => LISTS[0].to_owned(),
        };
        let answer = self.client.send(&self.request(&path)).await?;
        let rows = answer.body.matches("data-row=").count();
        let next = answer.body.split("cursor=").nth(1).and_then(|it| it.split(['"', '&']).next());
        Ok((rows, next.map(str::to_owned)))
    }

    /// The journal's entry after a position.
    async fn entry(&mut self, token: &str, after: i64) -> Result<Option<serde_json::Value>> {
        let list = self.api(token, &format!("/journal?cursor={after}&limit=1")).await?;
        Ok(list["items"].get(0).cloned())
    }

    async fn api(&mut self, token: &str, path: &str) -> Result<serde_json::Value> {
        let request = crate::client::api(&self.address, "GET", path, token, "", "");
        let answer = self.client.send(&request).await?;
        if answer.status != 200 {
            bail!("{path} was answered with {}: {}", answer.status, answer.body);
        }
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// Rows further down are asked for by the page's script, all else by the browser.
    fn request(&self, path: &str) -> Vec<u8> {
        match path.starts_with("/conversations/rows") {
            true => part(&self.address, path, &self.cookie),
            false => get(&self.address, path, &self.cookie),
        }
    }

    async fn look(&mut self, path: &str, times: &mut Times) -> Result<()> {
        let request = self.request(path);
        let answer = self.client.send(&request).await?;
        if answer.status != 200 {
            bail!("{path} was answered with {}", answer.status);
        }
        times.add(answer.took);
        Ok(())
    }

    fn path(&self, what: What, n: usize) -> String {
        let one = |of: &[String]| of[n * 7 % of.len().max(1)].clone();
        match what {
            What::List => LISTS[n % LISTS.len()].to_owned(),
            What::Deep => further_down(&one(&self.cursors)),
            What::Conversation => format!("/conversations/{}", one(&self.conversations)),
            What::Contact => format!("/contacts/{}", one(&self.contacts)),
            What::Account => format!("/accounts/{}", one(&self.accounts)),
            What::Search => format!("/search?q={}", encode(&query(n))),
        }
    }
}

/// `cursor` as the page says it.
fn further_down(cursor: &str) -> String {
    format!("/conversations/rows?view=all&sort=newest&cursor={cursor}")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    List,
    Deep,
    Conversation,
    Contact,
    Account,
    Search,
}

/// As people search: a common word, rare ones, both, phrases, prefixes, filters.
fn query(n: usize) -> String {
    const COMMON: [&str; 8] =
        ["invoice", "parcel", "refund", "the", "delivery", "password", "subscription", "valve"];
    const OTHERS: [&str; 8] = [
        "battery",
        "warranty",
        "calendar",
        "voucher",
        "adapter",
        "spreadsheet",
        "charger",
        "gauge",
    ];
    let (a, b) = (COMMON[n % 8], OTHERS[n / 8 % 8]);
    match n % 10 {
        0 => format!("{a} "),
        1 => format!("{b} "),
        2 => format!("{a} {b} "),
        3 => format!("\"{a} {b}\""),
        4 => a[..3].to_owned(),
        5 => format!("{a} is:open "),
        6 => format!("{b} tag:\"topic 3\" "),
        7 => format!("{a} {b} -{} ", OTHERS[(n + 3) % 8]),
        8 => format!("{a} after:2026-01-01 before:2026-06-01 "),
        _ => format!("{b} {a} {} ", COMMON[(n + 5) % 8]),
    }
}

const PAGES: [(What, &str, f64); 5] = [
    (What::List, "inbox list", 10.0),
    (What::Deep, "inbox list, further down", 10.0),
    (What::Conversation, "conversation page", 10.0),
    (What::Contact, "contact page", 10.0),
    (What::Account, "account page", 10.0),
];

/// p99 of each page on both, and the ratio.
pub fn compare(
    runtime: &Runtime,
    small: &Program,
    large: &Program,
    messages: usize,
    side: Side,
) -> Result<Vec<Bar>> {
    let mut bars = Vec::new();
    runtime.block_on(async {
        let (mut a, mut b) = (Desk::open(small).await?, Desk::open(large).await?);
        for (what, name, most) in PAGES {
            let (few, many) = both(&mut a, &mut b, what, LOOKS).await?;
            let name = format!("{name}, p99 at {}", words(messages));
            let beside = format!(
                "median {:.1}; at 10 k p99 {:.1}, median {:.1}",
                many.at(0.5),
                few.at(0.99),
                few.at(0.5)
            );
            bars.push(Bar::at_most(name, many.at(0.99), "ms", most).beside(beside).on(side));
            let ratio = many.at(0.99) / few.at(0.99);
            bars.push(Bar::at_most("  of the figure at 10 k", ratio, "×", 1.5).on(side));
        }
        let (few, many) = both(&mut a, &mut b, What::Search, SEARCHES).await?;
        let beside = format!(
            "median {:.1}, p99 {:.1}; at 10 k p95 {:.1}",
            many.at(0.5),
            many.at(0.99),
            few.at(0.95)
        );
        let name = format!("search, p95 at {}", words(messages));
        bars.push(Bar::at_most(name, many.at(0.95), "ms", 50.0).beside(beside).on(side));
        anyhow::Ok(())
    })?;
    let busy =
        Bar::at_most(format!("memory, busy at {}", words(messages)), large.memory()?, "MB", 250.0);
    bars.push(busy.on(side));
    Ok(bars)
}

async fn both(a: &mut Desk, b: &mut Desk, what: What, looks: usize) -> Result<(Times, Times)> {
    let (mut few, mut many, mut warm) = (Times::default(), Times::default(), Times::default());
    for n in 0..looks + 20 {
        let (one, other) = match n < 20 {
            true => (&mut warm.clone(), &mut warm),
            false => (&mut few, &mut many),
        };
        let path = a.path(what, n);
        a.look(&path, one).await?;
        let path = b.path(what, n);
        b.look(&path, other).await?;
    }
    Ok((few, many))
}

fn words(messages: usize) -> String {
    match messages {
        it if it >= 1_000_000 => format!("{} M messages", it / 1_000_000),
        it => format!("{} k messages", it / 1_000),
    }
}
