//! What a billing system says, as Stripe says it: files that it exports, and objects of its API.
//!
//! A row or an object is read ([`table`], [`object`]), its customer is looked for ([`customer`]),
//! and it becomes a plan of what would be different ([`plan`]), which is tried or done. It is
//! known again by its id, so that doing it twice is doing it once.

pub mod customer;
mod discount;
pub mod object;
pub mod plan;
pub mod table;
mod waiting;

pub use plan::{Done, Plan};
pub(crate) use waiting::sweep;
pub use waiting::{MOST_ROWS, Waiting, WaitingId, keep, rows, settle, waiting};

use std::collections::HashSet;

use tend_store::Tx;

use super::Currency;
use crate::{
    Result,
    agents::{Me, Permission},
};

/// What is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Subscriptions,
    Invoices,
}

impl Kind {
    /// The word in tables, addresses and the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Subscriptions => "subscriptions",
            Self::Invoices => "invoices",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "subscriptions" => Ok(Self::Subscriptions),
            "invoices" => Ok(Self::Invoices),
            _ => Err("A file holds subscriptions or invoices."),
        }
    }
}

/// Who pays, as far as it is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// `cus_…`
    pub id: String,
    pub email: String,
    pub name: String,
}

/// One thing that is paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// `si_…`; empty for the first of a subscription.
    pub key: String,
    pub product: String,
    pub plan: String,
    pub months: i64,
    /// What is paid for an interval from a day on, discounts taken off; the first is of the day on
    /// which the subscription began.
    pub paid: Vec<Paid>,
}

/// What is paid from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    pub from: i64,
    pub quantity: i64,
    /// Of one, in minor units.
    pub price: i64,
}

impl Paid {
    /// A whole amount; of so many, if each then has a price in minor units.
    fn whole(from: i64, quantity: i64, amount: i64) -> Self {
        match quantity {
            it if it > 0 && amount % it == 0 => Self { from, quantity, price: amount / it },
            _ => Self { from, quantity: 1, price: amount },
        }
    }
}

impl Item {
    /// What is paid on a day; before the first one, what is paid on that.
    pub fn on(&self, day: i64) -> Paid {
        let held = self.paid.iter().rev().find(|it| it.from <= day).or(self.paid.first());
        held.copied().unwrap_or(Paid { from: day, quantity: 0, price: 0 })
    }
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribed {
    pub id: String,
    pub customer: Customer,
    pub currency: Currency,
    pub items: Vec<Item>,
    pub status: String,
    pub start: i64,
    /// When the present period ends.
    pub period_end: Option<i64>,
    /// The first day that is not paid for.
    pub end: Option<i64>,
}

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billed {
    pub id: String,
    pub customer: Customer,
    pub number: String,
    pub currency: Currency,
    pub amount: i64,
    pub paid: i64,
    pub issued: i64,
    pub due: i64,
    pub paid_day: Option<i64>,
    pub status: super::invoices::Status,
    /// `sub_…`
    pub subscription: String,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Subscribed(Subscribed),
    Billed(Billed),
}

impl Told {
    /// Its id in the billing system.
    pub fn id(&self) -> &str {
        match self {
            Self::Subscribed(it) => &it.id,
            Self::Billed(it) => &it.id,
        }
    }

    fn customer(&self) -> &Customer {
        match self {
            Self::Subscribed(it) => &it.customer,
            Self::Billed(it) => &it.customer,
        }
    }
}

/// How it went, or would go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub created: i64,
    pub changed: i64,
    pub same: i64,
    /// Row or id, and why it is not taken in: whole sentences.
    pub problems: Vec<(String, String)>,
    /// What became of each, in the order in which they came: row or id, and nothing for one that
    /// is not taken in.
    pub each: Vec<(String, Option<Done>)>,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.created += other.created;
        self.changed += other.changed;
        self.same += other.same;
        self.problems.extend(other.problems);
        self.each.extend(other.each);
    }

    fn refuse(&mut self, place: &str, why: String) {
        self.each.push((place.to_owned(), None));
        self.problems.push((place.to_owned(), why));
    }

    fn count(&mut self, place: &str, done: Done) {
        self.each.push((place.to_owned(), Some(done)));
        match done {
            Done::Created => self.created += 1,
            Done::Changed => self.changed += 1,
            Done::Same => self.same += 1,
        }
    }
}

/// Each with the name of its place: a row, an id.
pub type Places = Vec<(String, std::result::Result<Told, String>)>;

/// Says what would become of them, without changing anything. `seen` are the ids above.
pub fn try_all(tx: &mut Tx, me: &Me, them: &Places, seen: &mut HashSet<String>) -> Result<Tally> {
    me.require(Permission::RevenueEdit)?;
    let mut tally = Tally::default();
    for (place, told) in them {
        match planned(tx, told, seen)? {
            Ok(plan) => tally.count(place, plan.outcome()),
            Err(why) => tally.refuse(place, why),
        }
    }
    Ok(tally)
}

/// Takes them in.
pub fn take_all(tx: &mut Tx, me: &Me, them: &Places, seen: &mut HashSet<String>) -> Result<Tally> {
    me.require(Permission::RevenueEdit)?;
    let mut tally = Tally::default();
    for (place, told) in them {
        match planned(tx, told, seen)? {
            Ok(plan) => tally.count(place, plan.apply(tx, me)?),
            Err(why) => tally.refuse(place, why),
        }
    }
    Ok(tally)
}

fn planned(
    tx: &mut Tx,
    told: &std::result::Result<Told, String>,
    seen: &mut HashSet<String>,
) -> Result<std::result::Result<Plan, String>> {
    let told = match told {
        Ok(told) => told,
        Err(why) => return Ok(Err(why.clone())),
    };
    if !seen.insert(told.id().to_owned()) {
        return Ok(Err(format!("{} stands in a row above already.", told.id())));
    }
    plan::plan(tx, told)
}
