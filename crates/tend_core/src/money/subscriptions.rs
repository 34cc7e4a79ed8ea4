//! Subscriptions and contracts: what an account pays for, how much, and until when.

mod add;
mod change;
mod end;
mod list;
mod renew;

pub use add::{NewSubscription, add};
pub(crate) use add::{insert, readied, write_term};
pub use change::{SubscriptionChange, Terms, change};
pub(crate) use change::{apply, changeable};
pub use end::{end, resume};
pub(crate) use end::{end_at, resume_from};
pub use list::{Filter, Sums, find, lines_of, list, sums};
pub(crate) use list::{by_external, fetch, terms_of};
pub(crate) use renew::renew_by_themselves;

use tend_store::{id, row};

use super::{Currency, ProductId};
use crate::accounts::AccountId;

id!(SubscriptionId, "sub");
id!(ReasonId, "rsn");

/// The most that one can have.
pub(crate) const MOST_QUANTITY: i64 = 10_000_000;
/// Ten years.
pub(crate) const MOST_MONTHS: i64 = 120;

row! {
    /// A subscription, as it is today.
    #[derive(PartialEq)]
    pub struct Subscription {
        pub id: SubscriptionId,
        pub account_id: AccountId,
        pub account: String,
        pub product_id: Option<ProductId>,
        pub product: Option<String>,
        pub plan: String,
        pub currency: Currency,
        /// Billionths of a home unit for one unit, of the day it began.
        pub rate: i64,
        pub start_day: i64,
        /// The first day that is not paid for any more.
        pub end_day: Option<i64>,
        pub reason: Option<String>,
        pub term_months: i64,
        pub renewal_day: i64,
        pub auto_renew: bool,
        pub external_id: Option<String>,
        /// Since when the present terms hold.
        pub from_day: i64,
        pub quantity: i64,
        /// Of one, for one interval, in its own currency.
        pub price: i64,
        /// In an interval: 1, 3, 12 or another number.
        pub months: i64,
        /// Home currency.
        pub mrr: i64,
        pub arr: i64,
    }
}

impl Subscription {
    /// What it is called: its plan, or its product.
    pub fn name(&self) -> String {
        match (&self.product, self.plan.as_str()) {
            (Some(product), "") => product.clone(),
            (Some(product), plan) => format!("{product}, {plan}"),
            (None, "") => "Subscription".to_owned(),
            (None, plan) => plan.to_owned(),
        }
    }

    /// What it is on a day.
    pub fn state(&self, today: i64) -> State {
        match self.end_day {
            Some(end) if end <= today => State::Ended,
            _ if self.start_day > today => State::Coming,
            Some(_) => State::Ending,
            None if self.renewal_day < today => State::Overdue,
            None => State::Active,
        }
    }

    /// What an interval costs, in its own currency.
    pub fn amount(&self) -> i64 {
        self.quantity.saturating_mul(self.price)
    }
}

/// What a subscription is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not begun.
    Coming,
    Active,
    /// Its term is over, and nobody has said what became of it.
    Overdue,
    /// It is paid for still, and its end is known.
    Ending,
    Ended,
}

impl State {
    pub const ALL: [Self; 5] =
        [Self::Active, Self::Overdue, Self::Ending, Self::Coming, Self::Ended];

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Coming => "Coming",
            Self::Active => "Active",
            Self::Overdue => "Renewal overdue",
            Self::Ending => "Ends",
            Self::Ended => "Ended",
        }
    }

    /// The word in the API and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Active => "active",
            Self::Overdue => "overdue",
            Self::Ending => "ending",
            Self::Ended => "ended",
        }
    }
}

impl std::str::FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or("The state is active, overdue, ending, coming or ended.")
    }
}

/// How often it is paid, in words: `a month`, `a quarter`, `a year`, `every 6 months`.
pub fn interval_text(months: i64) -> String {
    match months {
        1 => "a month".to_owned(),
        3 => "a quarter".to_owned(),
        12 => "a year".to_owned(),
        it => format!("every {it} months"),
    }
}
