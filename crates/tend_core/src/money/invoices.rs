//! Invoices: what was billed, when it is due, and what was paid, in time or late.

mod list;
mod save;

pub(crate) use list::fetch;
pub use list::{Filter, Sums, find, list, sums};
pub use save::{InvoiceChange, NewInvoice, add, change};

pub(crate) use save::{apply, changed, insert, readied};

use tend_store::{FromValue, Value, id, row};

use super::{Currency, SubscriptionId};
use crate::accounts::AccountId;

id!(InvoiceId, "inv");

/// What became of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was not sent yet.
    Draft,
    /// It waits to be paid.
    Open,
    Paid,
    /// It does not hold.
    Void,
    /// Nobody expects it to be paid any more.
    Uncollectible,
}

impl Status {
    pub const ALL: [Self; 5] =
        [Self::Draft, Self::Open, Self::Paid, Self::Void, Self::Uncollectible];

    /// The word in tables and in the API: Stripe's own.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Paid => "paid",
            Self::Void => "void",
            Self::Uncollectible => "uncollectible",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or("An invoice is draft, open, paid, void or uncollectible.")
    }
}

impl FromValue for Status {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

impl From<Status> for Value {
    fn from(it: Status) -> Self {
        it.word().into()
    }
}

row! {
    /// An invoice.
    #[derive(PartialEq)]
    pub struct Invoice {
        pub id: InvoiceId,
        pub account_id: AccountId,
        pub account: String,
        pub subscription_id: Option<SubscriptionId>,
        pub number: String,
        pub currency: Currency,
        /// Minor units of its currency.
        pub amount: i64,
        /// Of the amount.
        pub paid: i64,
        /// The amount in the home currency, at the rate of the day of issue.
        pub home: i64,
        pub issued_day: i64,
        pub due_day: i64,
        pub paid_day: Option<i64>,
        pub status: Status,
        pub external_id: Option<String>,
    }
}

impl Invoice {
    /// How many days late it is, or was paid; `None` if it is not.
    pub fn late(&self, today: i64) -> Option<i64> {
        let at = match (self.status, self.paid_day) {
            (Status::Open | Status::Uncollectible, _) => today,
            (Status::Paid, Some(day)) => day,
            _ => return None,
        };
        Some(at - self.due_day).filter(|it| *it > 0)
    }
}
