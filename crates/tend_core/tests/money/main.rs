//! Subscriptions, invoices and what is made of them, on both databases.

mod income;
mod ledger;
mod meaning;
mod renewals;
mod stripe;
mod subscriptions;
mod winning;

use tend_core::{
    accounts::{self, AccountId, NewAccount},
    agents::Me,
    money::{
        SubscriptionId, days,
        subscriptions::{NewSubscription, Terms, add},
    },
};
use tend_testkit::Tend;

/// Short ways to say what these tests say often.
pub trait Money {
    fn company(&self, by: &Me, name: &str) -> AccountId;
    /// A subscription by the month, in euros.
    fn pays(&self, by: &Me, account: AccountId, price: i64, from: &str) -> SubscriptionId;
    fn subscribes(&self, by: &Me, new: NewSubscription) -> SubscriptionId;
}

impl Money for Tend {
    fn company(&self, by: &Me, name: &str) -> AccountId {
        let new = NewAccount { name: name.to_owned(), ..NewAccount::default() };
        let by = by.clone();
        self.write(move |tx| accounts::create(tx, &by, &new))
    }

    fn pays(&self, by: &Me, account: AccountId, price: i64, from: &str) -> SubscriptionId {
        self.subscribes(by, monthly(account, price, from))
    }

    fn subscribes(&self, by: &Me, new: NewSubscription) -> SubscriptionId {
        let by = by.clone();
        self.write(move |tx| add(tx, &by, &new))
    }
}

/// A subscription by the month, in euros.
pub fn monthly(account: AccountId, price: i64, from: &str) -> NewSubscription {
    NewSubscription {
        account,
        product: None,
        plan: "Team".to_owned(),
        currency: "EUR".parse().expect("a currency"),
        terms: Terms { quantity: 1, price, months: 1 },
        start: day(from),
        term_months: 1,
        renewal: None,
        auto_renew: true,
        external_id: None,
    }
}

pub fn day(text: &str) -> i64 {
    days::parse(text).expect("a day")
}

pub fn month(text: &str) -> Option<i64> {
    Some(days::parse_month(text).expect("a month"))
}
