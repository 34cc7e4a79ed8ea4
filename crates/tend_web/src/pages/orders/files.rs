//! Orders from a file and to a file.

use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::IntoResponse,
};
use jiff::tz::TimeZone;
use tend_core::{
    agents::{Me, Permission},
    money::rates,
    orders::{
        ShopId,
        file::{self, Columns, FileId, Tally, Waiting},
    },
    settings,
};
use tend_store::Tx;
use tend_views::{
    orders::{OrderFilePage, order_file_page, orders_import_page},
    parts::Problems,
    urls,
};

use super::Asked;
use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    pages::{Answer, customers::export::pieces, frame::Wanted, go, problems, table_file},
    router::{Access::May as Needs, Route, get, post},
    table_file::TableFile,
    who::{
        May, Who,
        may::{CustomersExport, OrdersEdit},
    },
};

/// Orders that are read at once.
const PIECE: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    let edit = Needs(Permission::OrdersEdit);
    vec![
        get(urls::orders_import(), edit, show),
        post(urls::orders_import(), edit, begin).upload(),
        get(urls::orders_imported("{id}"), edit, look),
        post(urls::orders_import_run("{id}"), edit, run),
        post(urls::orders_export(), Needs(Permission::CustomersExport), export),
    ]
}

async fn show(who: May<OrdersEdit>, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default()).await
}

async fn page(who: &Who, app: &App, status: StatusCode, problems: Problems) -> Answer {
    let wanted = Wanted::by(who, urls::orders());
    let page = app.read(move |tx| {
        let sources = file::sources(tx, &wanted.me)?;
        Ok(orders_import_page(&wanted.read(tx)?, &sources, &problems))
    });
    Ok((status, page.await?).into_response())
}

/// Takes a file: `source` and `file`.
async fn begin(who: May<OrdersEdit>, State(app): State<App>, form: Multipart) -> Answer {
    match arrive(&who, &app, form).await {
        Ok(id) => Ok(go(&urls::orders_imported(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(&who, &app, status, wrong).await
        }
    }
}

async fn arrive(who: &Who, app: &App, form: Multipart) -> Result<FileId, WebError> {
    let file = TableFile::read(form, Some("source")).await?;
    let shop: Option<ShopId> = file.chosen().and_then(|it| it.parse().ok());
    let name = file.name.clone();
    let table = file.table(app).await?;
    Columns::of(&table.header)?;
    let me = who.me.clone();
    app.write(move |tx| file::keep(tx, &me, shop, &name, &table)).await
}

async fn kept(who: &Who, app: &App, id: FileId) -> Result<(Waiting, file::Read), WebError> {
    let me = who.me.clone();
    app.read(move |tx| {
        let it = file::waiting(tx, &me, id)?;
        let (header, rows) = file::table(tx, &me, id)?;
        Ok((it, read(tx, &header, &rows)?))
    })
    .await
}

/// Reads rows with the company's zone and currency.
pub(crate) fn read(
    tx: &mut Tx,
    header: &[String],
    rows: &[tend_core::customers::sheet::Line],
) -> tend_core::Result<file::Read> {
    let zone = settings::get_or(tx, settings::TIME_ZONE, "UTC")?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    Ok(file::read(&Columns::of(header)?, rows, &zone, rates::home(tx)?))
}

/// Looks the file through and changes nothing.
async fn look(who: May<OrdersEdit>, State(app): State<App>, Id(id): Id<FileId>) -> Answer {
    let (of, read) = kept(&who, &app, id).await?;
    let mut tally = Tally { wrong: read.wrong, ..Tally::default() };
    for some in read.orders.chunks(file::AT_ONCE) {
        let (me, some, shop) = (who.me.clone(), some.to_vec(), of.shop_id);
        tally.add(app.read(move |tx| file::try_some(tx, &me, shop, &some)).await?);
    }
    shown(&who, &app, OrderFilePage { of, tally, waits: true }).await
}

/// Takes the file in, some orders a transaction. Whoever is stopped in between takes it in again:
/// what is there already stays as it is.
async fn run(who: May<OrdersEdit>, State(app): State<App>, Id(id): Id<FileId>) -> Answer {
    let (of, read) = kept(&who, &app, id).await?;
    let mut tally = Tally { wrong: read.wrong, ..Tally::default() };
    for some in read.orders.chunks(file::AT_ONCE) {
        let (me, some, shop) = (who.me.clone(), some.to_vec(), of.shop_id);
        tally.add(app.write(move |tx| file::take_some(tx, &me, shop, &some)).await?);
    }
    let (me, told) = (who.me.clone(), tally.clone());
    app.write(move |tx| file::settle(tx, &me, id, &told)).await?;
    shown(&who, &app, OrderFilePage { of, tally, waits: false }).await
}

async fn shown(who: &Who, app: &App, it: OrderFilePage) -> Answer {
    let wanted = Wanted::by(who, urls::orders());
    let page = app.read(move |tx| Ok(order_file_page(&wanted.read(tx)?, &it)));
    Ok(page.await?.into_response())
}

/// The orders of a list as a file.
async fn export(
    who: May<CustomersExport>,
    State(app): State<App>,
    Form(asked): Form<Asked>,
) -> Answer {
    let (me, which) = (who.me.clone(), asked.which());
    let begun = which.clone();
    app.write(move |tx| file::begin_export(tx, &me, &begun)).await?;
    let read = move |tx: &mut Tx, me: &Me, from| file::lines(tx, me, &which, from, PIECE);
    Ok(table_file("orders.csv", pieces(app, who.me.clone(), file::header(), read)))
}
