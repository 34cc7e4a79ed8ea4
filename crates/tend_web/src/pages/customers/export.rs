//! Lists of contacts and accounts as files, a piece at a time.

use axum::{
    body::{Body, Bytes},
    extract::State,
};
use futures_util::{Stream, stream};
use tend_core::{
    Result,
    agents::Me,
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
pub(crate) const PIECE: usize = 200;

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
    let read = move |tx: &mut Tx, me: &Me, shape: &Shape, from| {
        exports::contact_lines(tx, me, shape, &filter, from, PIECE)
    };
    Ok(table_file("contacts.csv", Body::from_stream(pieces(app, who.me.clone(), shape, read))))
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
    let read = move |tx: &mut Tx, me: &Me, shape: &Shape, from| {
        exports::account_lines(tx, me, shape, &filter, from, PIECE)
    };
    Ok(table_file("accounts.csv", Body::from_stream(pieces(app, who.me.clone(), shape, read))))
}

/// Where a file has come to.
enum At {
    Header,
    Rows(Option<Cursor>),
    End,
}

/// The file, as fast as it is taken. One that breaks off ends without its end, so that the
/// browser says that it is not whole.
pub(crate) fn pieces(
    app: App,
    me: Me,
    shape: Shape,
    read: impl Fn(&mut Tx, &Me, &Shape, Option<Cursor>) -> Result<Page<String>> + Clone + Send + 'static,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send {
    stream::unfold(At::Header, move |at| {
        let (app, me, shape, read) = (app.clone(), me.clone(), shape.clone(), read.clone());
        async move {
            let from = match at {
                At::Header => return Some((Ok(Bytes::from(shape.header())), At::Rows(None))),
                At::Rows(from) => from,
                At::End => return None,
            };
            let page = app.read(move |tx| read(tx, &me, &shape, from)).await;
            match page {
                Ok(page) => {
                    let next = page.next.map_or(At::End, |it| At::Rows(Some(it)));
                    Some((Ok(Bytes::from(page.items.concat())), next))
                }
                Err(_) => Some((Err(std::io::Error::other("the export broke off")), At::End)),
            }
        }
    })
}
