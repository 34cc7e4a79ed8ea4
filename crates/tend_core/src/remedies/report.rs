//! What remedies cost, and what came after them: by reason, by who gave them, by kind, by product.
//!
//! *Bought again*: whoever got the remedy placed another order within 90 days of it. Only remedies
//! that are older than that are asked. They are set beside orders for which nothing was made right,
//! and beside what was asked for and not given ([`like`]). The shares' intervals are Wilson's.

use jiff::{SignedDuration, Timestamp};
use tend_stats::intervals::Interval;
use tend_store::{Tx, row};

use super::{
    Asked,
    like::{self, Like},
};
use crate::{
    Result,
    agents::{Me, Permission},
    money::{Currency, days, rates},
    words::words,
};

/// So long after it, another order counts as bought again.
pub const WITHIN: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Below so many, groups are not ranked.
pub const ENOUGH: u64 = 30;
/// Intervals hold with this probability.
pub(super) const LEVEL: f64 = 0.95;

words! {
    /// By what they are put together.
    By, "Remedies are counted by reason, agent, kind or product." {
        Reason = "reason" "Reason",
        Agent = "agent" "Who gave it",
        Kind = "kind" "Remedy",
        Product = "product" "Product",
    }
}

/// A share with how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub of: u64,
    pub n: u64,
    /// 95 %; nothing without anybody.
    pub interval: Option<Interval>,
}

impl Share {
    fn new(of: u64, n: u64) -> Self {
        Self { of, n, interval: wilson(of, n) }
    }
}

/// Some remedies that were carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What the list is narrowed by.
    pub key: String,
    pub name: String,
    pub count: i64,
    /// Minor units of the home currency.
    pub given: i64,
    /// Of those that are older than 90 days: customers who ordered again within them.
    pub again: Share,
    /// Customers whose account paid for something regularly, and of them those who pay nothing now.
    pub churned: Share,
}

/// The report.
#[derive(Clone, Debug)]
pub struct Report {
    pub by: By,
    /// Days of the company's calendar, the last one not one of them.
    pub days: (i64, i64),
    pub home: Currency,
    /// All together; by product an order with two products counts once here.
    pub all: Group,
    /// The dearest first; by name, when they are too few to be ranked.
    pub groups: Vec<Group>,
    pub is_ranked: bool,
    /// Orders of that time for which nothing was made right, and who ordered again after them.
    pub without: Share,
    pub like: Like,
}

row! {
    struct Found {
        key: String,
        name: String,
        home_amount: i64,
        settled_at: Timestamp,
        paid: Option<i64>,
        again: Option<i64>,
    }
}

/// Counts what was carried out of what was asked for in some days.
pub fn report(tx: &mut Tx, me: &Me, by: By, days: (i64, i64)) -> Result<Report> {
    me.require(Permission::OrdersRead)?;
    let (now, home) = (tx.now(), rates::home(tx)?);
    let mut groups: Vec<(Group, Tally)> = Vec::new();
    let mut whole = Tally::default();
    let rows = found(tx, by, days)?;
    for row in &rows {
        let at = groups.iter().position(|it| it.0.key == row.key);
        let at = at.unwrap_or_else(|| {
            groups.push((empty(row.key.clone(), row.name.clone()), Tally::default()));
            groups.len() - 1
        });
        groups[at].1.add(row, now);
    }
    let once = match by {
        By::Product => found(tx, By::Kind, days)?,
        _ => rows,
    };
    once.iter().for_each(|row| whole.add(row, now));
    let mut groups: Vec<Group> = groups.into_iter().map(|(it, tally)| tally.into(it)).collect();
    let is_ranked = groups.iter().all(|it| it.count >= ENOUGH as i64);
    groups.sort_by(|a, b| match is_ranked {
        true => b.given.cmp(&a.given).then_with(|| a.name.cmp(&b.name)),
        false => a.name.cmp(&b.name),
    });
    let all = whole.into(empty(String::new(), "All".to_owned()));
    let (without, like) = (without(tx, days)?, like::compare(tx, days)?);
    Ok(Report { by, days, home, all, groups, is_ranked, without, like })
}

/// What the list of a group shows.
pub fn behind(by: By, key: &str, days: (i64, i64)) -> Asked {
    let mut it = Asked { days: Some(days), ..Asked::default() };
    match by {
        By::Reason => it.reason = key.parse().ok(),
        By::Agent => it.agent = key.parse().ok(),
        By::Kind => it.kind = key.parse().ok(),
        By::Product => it.product = key.parse().ok(),
    }
    it.state = Some(super::State::Done);
    it
}

/// The interval of a share, as the report has it.
pub fn wilson(of: u64, n: u64) -> Option<Interval> {
    tend_stats::intervals::wilson(of, n, LEVEL)
}

fn empty(key: String, name: String) -> Group {
    let none = Share::new(0, 0);
    Group { key, name, count: 0, given: 0, again: none, churned: none }
}

#[derive(Default)]
struct Tally {
    count: i64,
    given: i64,
    again: (u64, u64),
    churned: (u64, u64),
}

impl Tally {
    fn add(&mut self, row: &Found, now: Timestamp) {
        self.count += 1;
        self.given = self.given.saturating_add(row.home_amount);
        if now.duration_since(row.settled_at) >= WITHIN {
            self.again.1 += 1;
            self.again.0 += u64::from(row.again.is_some());
        }
        if let Some(paid) = row.paid {
            self.churned.1 += 1;
            self.churned.0 += u64::from(paid == 0);
        }
    }

    fn into(self, it: Group) -> Group {
        Group {
            count: self.count,
            given: self.given,
            again: Share::new(self.again.0, self.again.1),
            churned: Share::new(self.churned.0, self.churned.1),
            ..it
        }
    }
}

fn found(tx: &mut Tx, by: By, (first, next): (i64, i64)) -> Result<Vec<Found>> {
    // Ids are read as what they are and written as the API writes them, below.
    let (key, name, join) = match by {
        By::Reason => ("reason_id", "remedy_reasons.name", "JOIN remedy_reasons ON remedy_reasons.id = remedies.reason_id"),
        By::Agent => ("requested_by", "agents.name", "JOIN agents ON agents.id = remedies.requested_by"),
        By::Kind => ("0", "remedies.kind", ""),
        By::Product => (
            "bought.product_id",
            "products.name",
            "JOIN (SELECT DISTINCT order_id, product_id FROM order_lines WHERE product_id IS NOT NULL)
                 AS bought ON bought.order_id = remedies.order_id
             JOIN products ON products.id = bought.product_id",
        ),
    };
    row! {
        struct Row {
            raw: i64,
            name: String,
            home_amount: i64,
                settled_at: Timestamp,
            paid: Option<i64>,
            again: Option<i64>,
        }
    }
    let rows: Vec<Row> = tx.rows(
        &format!(
            "SELECT {key} AS raw, {name} AS name, remedies.home_amount,
                 remedies.settled_at, account_money.mrr AS paid,
                 (SELECT MIN(orders.id) FROM orders WHERE orders.contact_id = remedies.contact_id
                    AND orders.placed_at > remedies.settled_at
                    AND orders.placed_at <= remedies.settled_at + CAST($3 AS BIGINT)
                    AND orders.cancelled_at IS NULL) AS again
             FROM remedies JOIN contacts ON contacts.id = remedies.contact_id
             LEFT JOIN account_money ON account_money.account_id = contacts.account_id
             {join} WHERE remedies.state = 'done' AND day >= $1 AND day < $2
             ORDER BY remedies.id"
        ),
        &[first.into(), next.into(), within().into()],
    )?;
    let whole = |it: Row| Found {
        key: key_of(by, it.raw, &it.name),
        name: match by {
            By::Kind => it.name.parse().map_or(it.name, |it: super::Kind| it.label().to_owned()),
            _ => it.name,
        },
        home_amount: it.home_amount,
        settled_at: it.settled_at,
        paid: it.paid,
        again: it.again,
    };
    Ok(rows.into_iter().map(whole).collect())
}

fn within() -> i64 {
    WITHIN.as_secs() * 1_000_000
}

fn key_of(by: By, raw: i64, name: &str) -> String {
    match by {
        By::Reason => super::ReasonId::from_raw(raw).to_string(),
        By::Agent => crate::agents::AgentId::from_raw(raw).to_string(),
        By::Kind => name.to_owned(),
        By::Product => crate::money::ProductId::from_raw(raw).to_string(),
    }
}

/// Orders of customers that are known, for which nothing was made right, and that are older than
/// 90 days; after how many of them there was another one within 90 days.
fn without(tx: &mut Tx, (first, next): (i64, i64)) -> Result<Share> {
    row! {
        struct Count {
            n: i64,
            again: i64,
        }
    }
    let old = tx.now().checked_sub(WITHIN).unwrap_or(Timestamp::UNIX_EPOCH);
    let counted: Option<Count> = tx.maybe(
        "SELECT count(*) AS n, count(again) AS again FROM (
             SELECT (SELECT MIN(later.id) FROM orders AS later
                 WHERE later.contact_id = orders.contact_id
                     AND later.placed_at > orders.placed_at
                     AND later.placed_at <= orders.placed_at + CAST($3 AS BIGINT)
                     AND later.cancelled_at IS NULL) AS again
             FROM orders WHERE placed_at >= $1 AND placed_at < $2 AND placed_at <= $4
                 AND contact_id IS NOT NULL AND cancelled_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM remedies WHERE remedies.order_id = orders.id
                     AND remedies.state = 'done')
             ORDER BY placed_at DESC LIMIT 50000) AS counted",
        &[days::moment(first).into(), days::moment(next).into(), within().into(), old.into()],
    )?;
    let it = counted.unwrap_or(Count { n: 0, again: 0 });
    let plain = |it: i64| u64::try_from(it).unwrap_or(0);
    Ok(Share::new(plain(it.again), plain(it.n)))
}
