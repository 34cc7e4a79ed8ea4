//! Files of contacts and accounts: upload, columns, check, go.

use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    attributes::{self, About},
    customers::{
        imports::{self as verbs, Arriving, ImportId, Mode},
        sheet::{self, Table},
    },
};
use tend_store::Tx;
use tend_views::{
    customers::{ImportPage, import_page, import_work, imports_page},
    parts::Problems,
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    pages::{Answer, frame::Wanted, go, inbox::Htmx, problems, table_file},
    table_file::TableFile,
    who::{May, Who, may::CustomersImport},
};

type Importer = May<CustomersImport>;

/// Rows that one transaction stores.
pub(crate) const STORED_AT_ONCE: usize = 2000;
/// Problems that the page shows.
const SHOWN: usize = 100;

pub(crate) async fn all(who: Importer, State(app): State<App>) -> Answer {
    list(&app, &who, StatusCode::OK, Problems::default()).await
}

async fn list(app: &App, who: &Who, status: StatusCode, problems: Problems) -> Answer {
    let wanted = Wanted::by(who, urls::contacts());
    let page = app
        .read(move |tx| {
            let all = verbs::listed(tx, &wanted.me, 50)?;
            Ok(imports_page(&wanted.read(tx)?, &all, &problems))
        })
        .await?;
    Ok((status, page).into_response())
}

/// Takes a file: `about` and `file`.
pub(crate) async fn begin(who: Importer, State(app): State<App>, form: Multipart) -> Answer {
    let taken = take(&who, &app, form).await;
    match taken {
        Ok(id) => Ok(go(&urls::import(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            list(&app, &who, status, wrong).await
        }
    }
}

async fn take(who: &Who, app: &App, form: Multipart) -> Result<ImportId, WebError> {
    let file = TableFile::read(form, Some("about")).await?;
    let (about, name) = (file.choice(About::Contact)?, file.name.clone());
    arrive(app, &who.me, about, &name, file.table(app).await?).await
}

async fn arrive(
    app: &App,
    me: &Me,
    about: About,
    name: &str,
    table: Table,
) -> Result<ImportId, WebError> {
    let (by, new) = (me.clone(), Arriving::of(about, name, &table));
    let id = app.write(move |tx| verbs::begin(tx, &by, &new)).await?;
    for (at, rows) in table.rows.chunks(STORED_AT_ONCE).enumerate() {
        let (first, rows) = (at * STORED_AT_ONCE, rows.to_vec());
        app.write(move |tx| verbs::add_rows(tx, id, first, &rows)).await?;
    }
    let by = me.clone();
    app.write(move |tx| verbs::arrived(tx, &by, id)).await?;
    Ok(id)
}

pub(crate) async fn show(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    page(&app, &who, id, is_htmx, StatusCode::OK, Problems::default()).await
}

async fn page(
    app: &App,
    who: &Who,
    id: ImportId,
    is_htmx: bool,
    status: StatusCode,
    wrong: Problems,
) -> Result<Response, WebError> {
    let wanted = Wanted::by(who, urls::contacts());
    let page = app
        .read(move |tx| {
            let it = read(tx, &wanted.me, id, wrong)?;
            let frame = wanted.read(tx)?;
            Ok(if is_htmx { import_work(&frame, &it) } else { import_page(&frame, &it) })
        })
        .await?;
    Ok((status, page).into_response())
}

fn read(tx: &mut Tx, me: &Me, id: ImportId, wrong: Problems) -> Result<ImportPage> {
    let import = verbs::find(tx, me, id)?;
    let definitions = attributes::definitions(tx, import.subject_kind)?;
    Ok(ImportPage {
        samples: verbs::samples(tx, me, id, 4)?,
        offered: verbs::offered(import.subject_kind, &definitions),
        problems: verbs::problems(tx, me, id, None, SHOWN)?.items,
        import,
        wrong,
    })
}

/// What the columns mean.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    target: Vec<String>,
    mode: String,
}

pub(crate) async fn check(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let mode = sent.mode.parse().unwrap_or(Mode::All);
    let checked = app.write(move |tx| verbs::check(tx, &me, id, &sent.target, mode)).await;
    match checked {
        Ok(()) => Ok(go(&urls::import(id))),
        Err(error) => {
            let (status, mut wrong) = problems(error)?;
            // What is about all columns stands above them.
            for it in wrong.0.iter_mut().filter(|it| it.0 == "columns") {
                it.0.clear();
            }
            page(&app, &who, id, false, status, wrong).await
        }
    }
}

pub(crate) async fn run(who: Importer, State(app): State<App>, Id(id): Id<ImportId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::run(tx, &me, id)).await?;
    Ok(go(&urls::import(id)))
}

pub(crate) async fn again(who: Importer, State(app): State<App>, Id(id): Id<ImportId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::again(tx, &me, id)).await?;
    Ok(go(&urls::import(id)))
}

pub(crate) async fn cancel(who: Importer, State(app): State<App>, Id(id): Id<ImportId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::cancel(tx, &me, id)).await?;
    Ok(go(&urls::import(id)))
}

/// All problems that were kept, as a file.
pub(crate) async fn problem_file(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| verbs::all_problems(tx, &me, id)).await?;
    let mut text = sheet::BOM.to_owned() + &sheet::line(["row", "column", "problem"]);
    for it in all {
        let row = it.row_number.to_string();
        text.push_str(&sheet::line([row.as_str(), &it.column_name, &it.problem]));
    }
    Ok(table_file("problems.csv", text))
}
