//! Money: what customers pay, what of it stays, and what it costs to win them.
//!
//! Amounts are whole minor units. A subscription is valued in the company's own currency at the
//! rate of the day it began, for its whole life, so that exchange rates never count as growth.
//! Whatever changes a subscription writes the account's steps ([`steps`]) anew in the same
//! transaction; every figure is made of those steps, so that all of them agree to the cent.

pub mod acquisition;
pub mod advocates;
pub mod churn_reasons;
pub mod currency;
pub mod days;
pub mod figures;
pub mod growth;
pub mod income;
pub mod invoices;
pub mod ledger;
pub mod lifetime;
pub mod meanings;
pub mod of_account;
pub mod opportunities;
pub mod products;
pub mod rates;
pub mod referrals;
pub mod renewals;
pub mod retention;
pub mod standing;
pub mod steps;
pub mod stripe;
pub mod subscriptions;

pub use currency::Currency;
pub use income::{Income, Source};
pub use invoices::{Invoice, InvoiceId};
pub use products::{Product, ProductId};
pub use standing::{Standing, of_accounts};
pub use subscriptions::{Subscription, SubscriptionId};

use std::collections::HashSet;

use tend_store::Tx;

use crate::{
    Result,
    accounts::AccountId,
    agents::Me,
    book::{SegmentId, within_segment},
};

/// The setting: the company's own currency.
pub const HOME: &str = "home_currency";

/// Which of these accounts are in a segment today; `None`, without a segment, is all of them.
fn within(
    tx: &mut Tx,
    me: &Me,
    segment: Option<SegmentId>,
    ids: impl Iterator<Item = AccountId>,
) -> Result<Option<HashSet<AccountId>>> {
    let Some(segment) = segment else { return Ok(None) };
    let mut ids: Vec<AccountId> = ids.collect();
    ids.sort();
    ids.dedup();
    Ok(Some(within_segment(tx, me, segment, &ids)?))
}
