//! Revenue: what customers pay, how it moves from month to month, and what stays of it.

mod advocacy;
mod apart;
mod behind;
mod churn;
mod growing;
mod growth;
mod import;
mod ledger;
mod money_panel;
mod renewals;
mod retention;
mod rows;
mod said;
mod samples;
mod subscription;
mod subscriptions;
mod terms;
mod winning;

pub use advocacy::{AdvocacyPage, advocacy_page};
pub use apart::{ApartPage, apart_page};
pub use behind::{BehindLine, BehindPage, Cell, behind_page};
pub use churn::churn_page;
pub use growing::{OpportunitiesPage, opportunities_page, white_space_page};
pub use growth::growth_page;
pub use import::{ImportedPage, money_import_page, money_imported_page};
pub use ledger::{RevenuePage, revenue_page};
pub use money_panel::{money_figures, money_panel};
pub use renewals::{RenewalsPage, SettlePage, renewals_page, settle_page};
pub use retention::{CohortPage, RetentionPage, cohort_page, retention_page};
pub use rows::{InvoicesPage, RowsPage, invoices_page, revenue_rows_page};
pub use said::Said;
pub use samples::{sample_money, samples};
pub use subscription::{SubscriptionForm, SubscriptionPage, subscription_page};
pub use subscriptions::{SubscriptionsPage, subscriptions_page};
pub use terms::{CatalogPage, catalog_page};
pub use winning::{AcquisitionPage, LifetimePage, acquisition_page, lifetime_page};

use maud::{Markup, Render, html};
use tend_core::money::{
    Currency, days,
    figures::{Amount, Definition, Figure},
};

use crate::{
    layout::{Frame, page},
    parts::{self, Tab, Tabs, grouped, link_button, tab, tabs},
    urls,
};

/// The pages about money, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Ledger,
    Subscriptions,
    Renewals,
    Opportunities,
    Churn,
    Retention,
    Acquisition,
    Value,
    Growth,
    Advocacy,
    Invoices,
    Catalog,
}

impl Place {
    const ALL: [Self; 12] = [
        Self::Ledger,
        Self::Subscriptions,
        Self::Renewals,
        Self::Opportunities,
        Self::Churn,
        Self::Retention,
        Self::Acquisition,
        Self::Value,
        Self::Growth,
        Self::Advocacy,
        Self::Invoices,
        Self::Catalog,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Ledger => "Ledger",
            Self::Subscriptions => "Subscriptions",
            Self::Renewals => "Renewals",
            Self::Opportunities => "Opportunities",
            Self::Churn => "Why they left",
            Self::Retention => "Who stays",
            Self::Acquisition => "Acquisition",
            Self::Value => "Value",
            Self::Growth => "Growth",
            Self::Advocacy => "Advocacy",
            Self::Invoices => "Invoices",
            Self::Catalog => "Products and rates",
        }
    }

    fn url(self) -> String {
        match self {
            Self::Ledger => urls::revenue(),
            Self::Subscriptions => urls::subscriptions(),
            Self::Renewals => urls::renewals(),
            Self::Opportunities => urls::opportunities(),
            Self::Churn => urls::churn(),
            Self::Retention => urls::retention(),
            Self::Acquisition => urls::acquisition(),
            Self::Value => urls::lifetime(),
            Self::Growth => urls::growth(),
            Self::Advocacy => urls::advocacy(),
            Self::Invoices => urls::invoices(),
            Self::Catalog => urls::catalog(),
        }
    }
}

/// A page about money: its title, its tabs, and the work.
pub(super) fn shell(
    frame: &Frame,
    here: Place,
    title: &str,
    acts: impl Render,
    work: impl Render,
) -> Markup {
    let all: Vec<Tab> =
        Place::ALL.into_iter().map(|it| tab(it.label(), it.url(), it == here)).collect();
    page(frame, title).bar(acts).shows(html! {
        div.revenue-page {
            div.revenue-tabs { (tabs(Tabs::Line, "Money", &all)) }
            (work)
        }
    })
}

/// `Oct 2026`.
pub fn month_name(month: i64) -> String {
    days::date(days::first_of(month)).strftime("%b %Y").to_string()
}

/// `20 Nov 2026`.
pub fn day_name(day: i64) -> String {
    days::date(day).strftime("%-d %b %Y").to_string()
}

/// `102.0%`.
pub fn percent(share: f64) -> String {
    parts::percent(share, 1)
}

/// A figure's value as people read it.
pub fn value_text(it: &Figure, currency: Currency) -> String {
    match it.value {
        None => "–".to_owned(),
        Some(Amount::Money(minor)) => currency.whole(minor),
        Some(Amount::Share(share)) => percent(share),
        Some(Amount::Number(number)) => format!("{number:.2}"),
    }
}

/// How sure it is: `97.1 to 106.0%`.
pub fn interval_text(it: &Figure, currency: Currency) -> Option<String> {
    let (low, high) = it.interval?;
    Some(match it.value? {
        Amount::Share(_) => share_between((low, high)),
        Amount::Money(_) => money_between(currency, (low.round() as i64, high.round() as i64)),
        Amount::Number(_) => format!("{low:.2} to {high:.2}"),
    })
}

/// `97.1 to 106.0%`.
pub(super) fn share_between((low, high): (f64, f64)) -> String {
    parts::percent_between((low, high), 1)
}

/// `€1,200 to €1,900`, minor units.
pub(super) fn money_between(currency: Currency, (low, high): (i64, i64)) -> String {
    format!("{} to {}", currency.whole(low), currency.whole(high))
}

/// The way out of a page that waits for subscriptions, for whoever may take some in.
pub(crate) fn import_act(frame: &Frame) -> Markup {
    html! {
        @if frame.me.may_import_money { (link_button("Import subscriptions", urls::revenue_import()).primary()) }
    }
}

/// A figure in a row of figures; it opens the rows behind it.
pub(super) fn card(title: &str, value: &str, rows: Option<String>, beside: impl Render) -> Markup {
    html! {
        div.revenue-figure {
            h2 { (title) }
            p.revenue-big { @match rows {
                Some(url) => a.figure-link href=(url) { (value) },
                None => (value),
            } }
            p { (beside) }
        }
    }
}

/// What figures mean, each with its version.
pub(crate) fn definitions(them: &[&Definition]) -> Markup {
    html! {
        details.revenue-meaning {
            summary { "What these figures mean" }
            dl { @for it in them {
                dt { (it.name) " " span.u-quiet { (it.id) ", version " (it.version) } }
                dd { (it.formula) ". " (it.cohort) "." }
            } }
        }
    }
}

/// `48 accounts`.
pub(super) fn accounts_text(n: u64) -> String {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    format!("{} {}", grouped(n), if n == 1 { "account" } else { "accounts" })
}

/// An amount of the ledger, which counts in wide numbers.
pub(super) fn minor(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}
