//! A billing system's files: looked through first, then taken in.

use std::collections::HashSet;

use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::IntoResponse,
};
use tend_core::{
    agents::Me,
    money::{
        rates,
        stripe::{self, Kind, Places, Tally, Waiting, WaitingId, table::Columns},
    },
};
use tend_views::{
    parts::Problems,
    revenue::{ImportedPage, money_import_page, money_imported_page},
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    pages::{Answer, frame::Wanted, go, problems},
    table_file::TableFile,
    who::{May, Who, may::RevenueEdit},
};

pub(crate) async fn show(who: May<RevenueEdit>, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default()).await
}

async fn page(who: &Who, app: &App, status: StatusCode, problems: Problems) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| Ok(money_import_page(&wanted.read(tx)?, &problems)));
    Ok((status, page.await?).into_response())
}

/// Takes a file: `kind` and `file`.
pub(crate) async fn begin(
    who: May<RevenueEdit>,
    State(app): State<App>,
    form: Multipart,
) -> Answer {
    let taken = arrive(&who, &app, form).await;
    match taken {
        Ok(id) => Ok(go(&urls::revenue_imported(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(&who, &app, status, wrong).await
        }
    }
}

async fn arrive(who: &Who, app: &App, form: Multipart) -> Result<WaitingId, WebError> {
    let file = TableFile::read(form, Some("kind")).await?;
    let (kind, name) = (file.choice(Kind::Subscriptions)?, file.name.clone());
    let table = file.table(app).await?;
    Columns::of(kind, &table.header)?;
    let me = who.me.clone();
    app.write(move |tx| stripe::keep(tx, &me, kind, &name, &table)).await
}

/// Looks the file through, some rows at a time, and changes nothing.
pub(crate) async fn look(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<WaitingId>,
) -> Answer {
    let it = waiting(&who, &app, id).await?;
    let (mut tally, mut seen) = (Tally::default(), HashSet::new());
    for piece in 0..it.pieces() {
        let (me, known) = (who.me.clone(), std::mem::take(&mut seen));
        let of = it.clone();
        let (more, known) = app
            .read(move |tx| {
                let mut known = known.clone();
                let them = places(tx, &me, &of, piece)?;
                Ok((stripe::try_all(tx, &me, &them, &mut known)?, known))
            })
            .await?;
        tally.add(more);
        seen = known;
    }
    shown(&who, &app, it, tally, true).await
}

fn places(tx: &mut tend_store::Tx, me: &Me, it: &Waiting, piece: i64) -> tend_core::Result<Places> {
    let columns = Columns::of(it.kind(), &it.header())?;
    let rows = stripe::rows(tx, me, it.id, piece)?;
    Ok(columns.read(&rows, rates::home(tx)?))
}

async fn waiting(who: &Who, app: &App, id: WaitingId) -> Result<Waiting, WebError> {
    let me = who.me.clone();
    app.read(move |tx| stripe::waiting(tx, &me, id)).await
}

async fn shown(who: &Who, app: &App, it: Waiting, tally: Tally, waits: bool) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let page = ImportedPage { of: it.clone(), tally: tally.clone(), waits };
        Ok(money_imported_page(&wanted.read(tx)?, &page))
    });
    Ok(page.await?.into_response())
}

/// Takes the file in, some rows a transaction; a row that fails is put aside and said.
pub(crate) async fn run(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<WaitingId>,
) -> Answer {
    let it = waiting(&who, &app, id).await?;
    let (mut tally, mut seen) = (Tally::default(), HashSet::new());
    for piece in 0..it.pieces() {
        let (me, of) = (who.me.clone(), it.clone());
        let them = app.read(move |tx| places(tx, &me, &of, piece)).await?;
        match take(&who, &app, them.clone(), seen.clone()).await {
            Ok((more, known)) => {
                tally.add(more);
                seen = known;
            }
            Err(error) if error.status.is_server_error() => return Err(error),
            Err(_) => {
                for one in them {
                    let place = one.0.clone();
                    match take(&who, &app, vec![one], seen.clone()).await {
                        Ok((more, known)) => {
                            tally.add(more);
                            seen = known;
                        }
                        Err(error) if error.status.is_server_error() => return Err(error),
                        Err(error) => tally.problems.push((place, error.text.to_string())),
                    }
                }
            }
        }
    }
    let (me, told) = (who.me.clone(), tally.clone());
    app.write(move |tx| stripe::settle(tx, &me, id, &told)).await?;
    shown(&who, &app, it, tally, false).await
}

async fn take(
    who: &Who,
    app: &App,
    them: Places,
    seen: HashSet<String>,
) -> Result<(Tally, HashSet<String>), WebError> {
    let me = who.me.clone();
    app.write(move |tx| {
        let mut known = seen.clone();
        Ok((stripe::take_all(tx, &me, &them, &mut known)?, known))
    })
    .await
}
