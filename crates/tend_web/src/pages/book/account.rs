//! What of an account's place in the book can be changed on its page.

use axum::extract::State;
use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::Me,
    book,
    error::invalid,
    usage::day_of,
};
use tend_store::Tx;
use tend_views::urls;

use crate::{
    App,
    api::Id,
    asked::Form,
    pages::{Answer, customers::done, inbox::Htmx},
    who::{May, may::CustomersEdit},
};

/// What these forms send; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    owner: String,
    note: String,
    stage: String,
    parent: String,
    arr: Option<String>,
    renewal: Option<String>,
}

macro_rules! change {
    ($(#[$meta:meta])* $name:ident, |$tx:ident, $me:ident, $id:ident, $sent:ident| $work:expr) => {
        $(#[$meta])*
        pub(crate) async fn $name(
            who: May<CustomersEdit>,
            State(app): State<App>,
            Id($id): Id<AccountId>,
            Htmx(is_htmx): Htmx,
            Form($sent): Form<Sent>,
        ) -> Answer {
            let $me = who.me.clone();
            app.write(move |$tx| $work).await?;
            done(is_htmx, &urls::account($id))
        }
    };
}

change! {
    /// `owner`, empty for nobody, and `note`.
    owner, |tx, me, id, sent| {
        let to = chosen(&sent.owner, "owner", "There is no such agent.")?;
        book::hand_over(tx, &me, id, to, &sent.note)
    }
}

change! {
    /// `stage`, empty for none.
    stage, |tx, me, id, sent| {
        let to = chosen(&sent.stage, "stage", "There is no such stage.")?;
        book::set_stage(tx, &me, id, to)
    }
}

change! {
    /// `parent`: a name or an id, empty for none.
    parent, |tx, me, id, sent| {
        let to = match sent.parent.trim() {
            "" => None,
            text => Some(named(tx, &me, text)?),
        };
        book::set_parent(tx, &me, id, to)
    }
}

change! {
    /// `arr` and `renewal`, those that are sent; empty for what is not known.
    money, |tx, me, id, sent| {
        let arr = match sent.arr.as_deref().map(str::trim) {
            None => None,
            Some("") => Some(None),
            Some(text) => Some(Some(book::read_money(tx, text)?)),
        };
        let day = match sent.renewal.as_deref().map(str::trim) {
            None => None,
            Some("") => Some(None),
            Some(text) => Some(Some(day(text).ok_or_else(|| {
                invalid("renewal", "Write a day as year-month-day, such as 2026-11-20.")
            })?)),
        };
        book::say_money(tx, &me, id, arr, day)
    }
}

/// What a select sends: an id, or nothing.
pub(super) fn chosen<T: std::str::FromStr>(
    text: &str,
    field: &'static str,
    problem: &'static str,
) -> Result<Option<T>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| invalid(field, problem)),
    }
}

/// The account that somebody means by its name or id; what is wrong is said under `parent`.
pub(super) fn named(tx: &mut Tx, me: &Me, text: &str) -> Result<AccountId> {
    named_as(tx, me, text, "parent")
}

/// The same, said under another field.
pub(crate) fn named_as(tx: &mut Tx, me: &Me, text: &str, field: &'static str) -> Result<AccountId> {
    if let Ok(id) = text.parse() {
        return Ok(accounts::find_visible(tx, me, id)?.id);
    }
    match accounts::named(tx, me, text)?.as_slice() {
        [one] => Ok(*one),
        [] => Err(invalid(field, format!("There is no account called {text}."))),
        _ => Err(invalid(
            field,
            format!("There is more than one account called {text}. Write the id of one."),
        )),
    }
}

/// A day as a form sends it, since 1970.
pub(super) fn day(text: &str) -> Option<i64> {
    let date: Date = text.parse().ok()?;
    Some(day_of(date.to_zoned(TimeZone::UTC).ok()?.timestamp()))
}
