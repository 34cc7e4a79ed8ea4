//! Lists of contacts and accounts as CSV files.

use axum::extract::State;
use tend_core::customers::exports;

use super::{accounts, contacts};
use crate::{
    App,
    api::{Answer, Post},
    pages::customers::export::{accounts_file, contacts_file},
    who::{May, may::CustomersExport},
};

/// Export contacts
///
/// As CSV, by name; the body has the filters of the list. That it was made stands in the journal.
#[utoipa::path(post, path = "/api/v1/contacts/export", tag = "contacts", request_body = contacts::Filter, responses((status = 200, content_type = "text/csv", body = String)))]
pub(crate) async fn contacts(
    who: May<CustomersExport>,
    State(app): State<App>,
    post: Post<contacts::Filter>,
) -> Answer {
    let asked = post.input.clone();
    post.quiet(&app, &who, |tx, me, it| {
        let which = it.read(tx)?;
        exports::begin_contacts(tx, me, &which).map(|_| ())
    })
    .await?;
    let (shape, filter) =
        app.read(move |tx| Ok((exports::contacts_shape(tx)?, asked.read(tx)?))).await?;
    Ok(contacts_file(app, who.me.clone(), shape, filter))
}

/// Export accounts
///
/// As CSV, by name; the body has the filters of the list. That it was made stands in the journal.
#[utoipa::path(post, path = "/api/v1/accounts/export", tag = "accounts", request_body = accounts::Filter, responses((status = 200, content_type = "text/csv", body = String)))]
pub(crate) async fn accounts(
    who: May<CustomersExport>,
    State(app): State<App>,
    post: Post<accounts::Filter>,
) -> Answer {
    let asked = post.input.clone();
    post.quiet(&app, &who, |tx, me, it| {
        let which = it.read(tx)?;
        exports::begin_accounts(tx, me, &which).map(|_| ())
    })
    .await?;
    let (shape, filter) =
        app.read(move |tx| Ok((exports::accounts_shape(tx)?, asked.read(tx)?))).await?;
    Ok(accounts_file(app, who.me.clone(), shape, filter))
}
