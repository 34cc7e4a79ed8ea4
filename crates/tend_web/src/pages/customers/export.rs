//! Lists of contacts and accounts as files, a piece at a time.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::Response,
};
use futures_util::{StreamExt, stream};
use tend_core::{
    Result,
    accounts::list::Filter as AccountFilter,
    agents::Me,
    contacts::list::Filter as ContactFilter,
    customers::exports::{self, Shape},
    page::{Cursor, Page},
};
use tend_store::Tx;

use super::{accounts::Asked as AccountsAsked, contacts::Asked as ContactsAsked};
use crate::{
    App,
    asked::Form,
    pages::{Answer, table_file},
    who::{May, may::CustomersExport},
};

/// Rows that are read at once.
const PIECE: usize = 200;

pub(crate) async fn contacts(
    who: May<CustomersExport>,
    State(app): State<App>,
    Form(asked): Form<ContactsAsked>,
) -> Answer {
    let me = who.me.clone();
    let (shape, filter) = app
        .write(move |tx| {
            let filter = asked.filter(tx)?;
            Ok((exports::begin_contacts(tx, &me, &filter)?, filter))
        })
        .await?;
    Ok(contacts_file(app, who.me.clone(), shape, filter))
}

pub(crate) async fn accounts(
    who: May<CustomersExport>,
    State(app): State<App>,
    Form(asked): Form<AccountsAsked>,
) -> Answer {
    let me = who.me.clone();
    let (shape, filter) = app
        .write(move |tx| {
            let filter = asked.filter(tx, &me)?;
            Ok((exports::begin_accounts(tx, &me, &filter)?, filter))
        })
        .await?;
    Ok(accounts_file(app, who.me.clone(), shape, filter))
}

/// The contacts of a filter.
pub(crate) fn contacts_file(app: App, me: Arc<Me>, shape: Shape, which: ContactFilter) -> Response {
    let header = shape.header();
    let read = move |tx: &mut Tx, me: &Me, from| {
        exports::contact_lines(tx, me, &shape, &which, from, PIECE)
    };
    table_file("contacts.csv", pieces(app, me, header, read))
}

/// The accounts of a filter.
pub(crate) fn accounts_file(app: App, me: Arc<Me>, shape: Shape, which: AccountFilter) -> Response {
    let header = shape.header();
    let read = move |tx: &mut Tx, me: &Me, from| {
        exports::account_lines(tx, me, &shape, &which, from, PIECE)
    };
    table_file("accounts.csv", pieces(app, me, header, read))
}

/// Where a file has come to.
enum At {
    Header,
    Rows(Option<Cursor>),
    End,
}

/// The file, as fast as it is taken. One that breaks off ends without its end, so that the
/// browser says that it is not whole. Who compresses it asks once more after the end.
pub(crate) fn pieces(
    app: App,
    me: Arc<Me>,
    header: String,
    read: impl Fn(&mut Tx, &Me, Option<Cursor>) -> Result<Page<String>> + Clone + Send + 'static,
) -> Body {
    let parts = stream::unfold(At::Header, move |at| {
        let (app, me, header, read) = (app.clone(), me.clone(), header.clone(), read.clone());
        async move {
            let from = match at {
                At::Header => return Some((Ok(Bytes::from(header)), At::Rows(None))),
                At::Rows(from) => from,
                At::End => return None,
            };
            let page = app.read(move |tx| read(tx, &me, from)).await;
            match page {
                Ok(page) => {
                    let next = page.next.map_or(At::End, |it| At::Rows(Some(it)));
                    Some((Ok(Bytes::from(page.items.concat())), next))
                }
                Err(_) => Some((Err(std::io::Error::other("the export broke off")), At::End)),
            }
        }
    });
    Body::from_stream(parts.fuse())
}
