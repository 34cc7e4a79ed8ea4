//! What it costs to win a customer: spend by channel and month, the customers who came, and how
//! long it takes until they have earned it back.

use std::collections::BTreeMap;

use tend_stats::{by_account, lifetime_value::payback, revenue::acquisition_cost};
use tend_store::{Tx, row};

use super::{Currency, days, figures::LEVEL, rates};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    fold,
    journal::{self, Change, Subject},
    settings,
};

/// The setting: gross margin in whole per cent.
pub const MARGIN: &str = "gross_margin";
/// Unless it is set.
const MARGIN_PERCENT: i64 = 80;
/// How those are called who came in a way that nobody said.
pub const UNKNOWN: &str = "Not known";

/// The share of revenue that is left after what it costs to deliver.
pub fn margin(tx: &mut Tx) -> Result<f64> {
    let percent = settings::get(tx, MARGIN)?.and_then(|it| it.parse::<i64>().ok());
    Ok(percent.unwrap_or(MARGIN_PERCENT) as f64 / 100.0)
}

/// Says how large it is, in whole per cent.
pub fn set_margin(tx: &mut Tx, me: &Me, percent: i64) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    if !(1..=100).contains(&percent) {
        return Err(invalid("margin", "The margin is 1 to 100 per cent."));
    }
    settings::set(tx, Actor::Agent(me.id), MARGIN, &percent.to_string())
}

fn channel_name(text: &str) -> Result<String> {
    match fold::one_line(text, 60) {
        it if it.is_empty() => Err(invalid("channel", "Name the channel, such as Events.")),
        it => Ok(it),
    }
}

/// What a channel cost in a month; what was said before is replaced.
pub fn set_cost(tx: &mut Tx, me: &Me, month: i64, channel: &str, amount: i64) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    let channel = channel_name(channel)?;
    if !(0..=1_000_000_000_000_000).contains(&amount) {
        return Err(invalid("amount", "Write what it cost, 0 or more."));
    }
    let known: Option<i64> = tx.maybe_scalar(
        "SELECT amount FROM acquisition_costs WHERE month = $1 AND channel = $2",
        &[month.into(), channel.as_str().into()],
    )?;
    if known == Some(amount) {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO acquisition_costs (month, channel, amount) VALUES ($1, $2, $3)
         ON CONFLICT (month, channel) DO UPDATE SET amount = excluded.amount",
        &[month.into(), channel.as_str().into(), amount.into()],
    )?;
    let change = Change::CostSet { month: days::month_text(month), channel };
    journal::record(tx, Actor::Agent(me.id), Subject::company(), &change)
}

/// Takes costs from a table with the columns month, channel and amount; all of it or nothing.
///
/// # Errors
/// Invalid, with the row.
pub fn take_costs(
    tx: &mut Tx,
    me: &Me,
    header: &[String],
    rows: &[(i64, Vec<String>)],
) -> Result<usize> {
    let home = rates::home(tx)?;
    let at = |name: &str| header.iter().position(|it| it.trim().eq_ignore_ascii_case(name));
    let (Some(month), Some(channel), Some(amount)) = (at("month"), at("channel"), at("amount"))
    else {
        return Err(invalid("file", "The columns are month, channel and amount."));
    };
    let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
    for (number, row) in rows {
        let wrong = |what: &str| invalid("file", format!("Row {number}: {what}"));
        let month = days::parse_month(&cell(row, month));
        let month = month.ok_or_else(|| wrong("write the month as 2026-11."))?;
        let amount = home.read(&cell(row, amount));
        let amount = amount.ok_or_else(|| wrong("this is no amount."))?;
        set_cost(tx, me, month, &cell(row, channel), amount)
            .map_err(|it| wrong(&it.to_string()))?;
    }
    Ok(rows.len())
}

/// How a customer was won; an empty text takes it away. Doing it twice is doing it once.
pub fn set_channel(tx: &mut Tx, me: &Me, account: AccountId, channel: &str) -> Result<()> {
    me.require(Permission::RenewalsEdit)?;
    let account = accounts::find_visible(tx, me, account)?.id;
    let channel = fold::one_line(channel, 60);
    let known: Option<String> = tx.maybe_scalar(
        "SELECT channel FROM account_channels WHERE account_id = $1",
        &[account.into()],
    )?;
    if known.clone().unwrap_or_default() == channel {
        return Ok(());
    }
    if channel.is_empty() {
        tx.execute("DELETE FROM account_channels WHERE account_id = $1", &[account.into()])?;
    } else {
        tx.execute(
            "INSERT INTO account_channels (account_id, channel) VALUES ($1, $2)
             ON CONFLICT (account_id) DO UPDATE SET channel = excluded.channel",
            &[account.into(), channel.as_str().into()],
        )?;
    }
    let change = Change::ChannelSet { channel };
    journal::record(tx, Actor::Agent(me.id), Subject::account(account.raw()), &change)
}

/// What one channel, or one month, cost and brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Won {
    /// The channel, or the month as `2026-11`.
    pub name: String,
    /// Home currency.
    pub spend: i64,
    /// Accounts that paid for the first time.
    pub customers: u64,
    /// What they paid a month at first, together.
    pub mrr: i64,
    /// Spend of a customer, and from and to at 95 %.
    pub cost: Option<f64>,
    pub cost_between: Option<(f64, f64)>,
    /// Months until a customer has earned it back, and from and to at 95 %.
    pub payback: Option<f64>,
    pub payback_between: Option<(f64, f64)>,
}

/// What is added up of a channel or a month.
#[derive(Default)]
struct Sum {
    won: Won,
    /// What each customer paid in the first month.
    each: Vec<f64>,
}

/// A customer who came.
#[derive(Clone, Debug, PartialEq)]
pub struct Came {
    pub account: AccountId,
    pub name: String,
    pub since: i64,
    pub mrr: i64,
    pub channel: Option<String>,
}

/// What it cost to win customers.
#[derive(Clone, Debug)]
pub struct Acquisition {
    pub currency: Currency,
    pub margin: f64,
    /// The first and the last month.
    pub from: i64,
    pub to: i64,
    /// By channel, the most spent first; those whose channel nobody said have no cost.
    pub channels: Vec<Won>,
    /// All channels together, by month, the newest first.
    pub months: Vec<Won>,
    pub together: Won,
    /// The newest first.
    pub came: Vec<Came>,
}

row! {
    struct Cost {
        month: i64,
        channel: String,
        amount: i64,
    }
}

row! {
    struct New {
        account_id: AccountId,
        name: String,
        since_day: i64,
        channel: Option<String>,
        mrr: i64,
    }
}

/// Of the last `months` months. A month's spend is set against the customers of the same month.
pub fn report(tx: &mut Tx, me: &Me, months: i64) -> Result<Acquisition> {
    me.require(Permission::RevenueRead)?;
    let to = days::month_of(days::today(tx)?);
    let from = to - months.clamp(1, 60) + 1;
    let margin = margin(tx)?;
    let costs: Vec<Cost> = tx.rows(
        "SELECT month, channel, amount FROM acquisition_costs WHERE month >= $1 AND month <= $2",
        &[from.into(), to.into()],
    )?;
    let new: Vec<New> = tx.rows(
        "SELECT account_money.account_id, accounts.name, since_day, channel, revenue_steps.mrr
         FROM account_money
         JOIN accounts ON accounts.id = account_money.account_id
         JOIN revenue_steps ON revenue_steps.account_id = account_money.account_id
             AND revenue_steps.day = since_day
         LEFT JOIN account_channels ON account_channels.account_id = account_money.account_id
         WHERE since_day >= $1 AND since_day <= $2
         ORDER BY since_day DESC, account_money.account_id",
        &[days::first_of(from).into(), days::last_of(to).into()],
    )?;
    let mut channels: BTreeMap<String, Sum> = BTreeMap::new();
    let mut by_month: BTreeMap<i64, Sum> = (from..=to).map(|it| (it, Sum::default())).collect();
    let mut together = Sum::default();
    for it in &costs {
        let month = by_month.entry(it.month).or_default();
        let channel = channels.entry(it.channel.clone()).or_default();
        for won in [month, channel, &mut together] {
            won.won.spend += it.amount;
        }
    }
    for it in &new {
        let month = by_month.entry(days::month_of(it.since_day)).or_default();
        let name = it.channel.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        for won in [month, channels.entry(name).or_default(), &mut together] {
            won.won.customers += 1;
            won.won.mrr += it.mrr;
            won.each.push(it.mrr as f64);
        }
    }
    let named = |name: String, sum: Sum| counted(name, sum, margin);
    let mut channels: Vec<Won> = channels.into_iter().map(|it| named(it.0, it.1)).collect();
    channels.sort_by_key(|it| (it.name == UNKNOWN, -it.spend));
    let months = by_month.into_iter().rev().map(|it| named(days::month_text(it.0), it.1));
    Ok(Acquisition {
        currency: rates::home(tx)?,
        margin,
        from,
        to,
        months: months.collect(),
        channels,
        together: named("Together".to_owned(), together),
        came: new
            .into_iter()
            .map(|it| Came {
                account: it.account_id,
                name: it.name,
                since: it.since_day,
                mrr: it.mrr,
                channel: it.channel,
            })
            .collect(),
    })
}

fn counted(name: String, sum: Sum, margin: f64) -> Won {
    let mut it = Won { name, ..sum.won };
    if it.name == UNKNOWN || it.spend == 0 {
        return it;
    }
    it.cost = acquisition_cost(it.spend, it.customers);
    let of_one = it.mrr as f64 / it.customers.max(1) as f64;
    it.payback = it.cost.and_then(|cost| payback(cost, of_one, margin).ok());
    // The spend is known; how many it brought, and what they pay, might have come otherwise. Where
    // nobody might have come, there is no end to it.
    let spread = |values: &[f64]| {
        let it = by_account::total(values, LEVEL).filter(|it| it.lower > 0.0)?;
        Some((it.lower, it.upper))
    };
    let spend = it.spend as f64;
    let ones = vec![1.0; sum.each.len()];
    it.cost_between = spread(&ones).map(|(low, high)| (spend / high, spend / low));
    let earned = spread(&sum.each).filter(|_| it.payback.is_some() && margin > 0.0);
    it.payback_between =
        earned.map(|(low, high)| (spend / (high * margin), spend / (low * margin)));
    it
}

/// Whose customers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Of this channel; [`UNKNOWN`] for those of which nobody said it.
    pub channel: Option<String>,
    /// Of this month alone.
    pub month: Option<i64>,
}

/// The customers behind a figure, the newest first.
pub fn lines(tx: &mut Tx, me: &Me, months: i64, which: &Which) -> Result<Vec<Came>> {
    let mut all = report(tx, me, months)?.came;
    all.retain(|it| {
        let channel = it.channel.as_deref().unwrap_or(UNKNOWN);
        which.channel.as_deref().is_none_or(|wanted| wanted == channel)
            && which.month.is_none_or(|month| days::month_of(it.since) == month)
    });
    Ok(all)
}
