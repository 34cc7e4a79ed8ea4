//! Files of contacts and accounts on their way in: upload, columns, check, go.

use axum::{
    extract::{FromRequest, Multipart, Request, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::Me,
    attributes::About,
    customers::{
        imports::{self as verbs, Arriving, Import, ImportId, Mode, Problem},
        sheet,
    },
    error::invalid,
    secrets::fingerprint,
};
use tend_store::Tx;
use utoipa::ToSchema;

use crate::{
    App, WebError,
    api::{
        Answer, Id, If, Keyed, List, Paging, Post, Query,
        files::is_form,
        post::{Nothing, Once, is_replay},
    },
    pages::customers::imports::STORED_AT_ONCE,
    table_file::TableFile,
    who::{May, may::CustomersImport},
};

type Importer = May<CustomersImport>;

/// A column of a file, and what it means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ColumnOut {
    pub header: String,
    /// `name`, `email`, `tags`, `attribute:plan`, …; empty when it is left out.
    pub target: String,
}

/// A file of contacts or accounts on its way in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportOut {
    pub id: String,
    /// `contact` or `account`.
    #[schema(value_type = String)]
    pub about: About,
    pub file_name: String,
    /// `arriving`, `mapping`, `checking`, `checked`, `running`, `done`, `cancelled`.
    pub state: String,
    pub columns: Vec<ColumnOut>,
    /// `all`, `only_new`, `only_known`.
    pub mode: String,
    /// Without the header.
    pub rows: i64,
    /// Rows that are behind us, of those that are checked or run now.
    pub at_row: i64,
    pub created: i64,
    pub changed: i64,
    /// Rows that change nothing.
    pub same: i64,
    pub refused: i64,
    /// Rows about somebody that a row above is about as well; they are among the others too.
    pub repeated: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

impl From<Import> for ImportOut {
    fn from(it: Import) -> Self {
        let column = |it: verbs::Column| ColumnOut { header: it.header, target: it.target };
        Self {
            columns: it.columns().into_iter().map(column).collect(),
            id: it.id.to_string(),
            about: it.subject_kind,
            file_name: it.file_name,
            state: it.state.word().to_owned(),
            mode: it.mode.word().to_owned(),
            rows: it.row_count,
            at_row: it.at_row,
            created: it.created_count,
            changed: it.changed_count,
            same: it.same_count,
            refused: it.refused_count,
            repeated: it.repeated_count,
            created_at: it.created_at,
            ended_at: it.ended_at,
        }
    }
}

fn load(id: ImportId) -> impl Fn(&mut Tx, &Me) -> Result<ImportOut> + Send + 'static {
    move |tx, me| verbs::find(tx, me, id).map(ImportOut::from)
}

/// List imports
///
/// One's own, the newest first; at most 200.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", params(Paging), responses((status = 200, body = List<ImportOut>)))]
pub(crate) async fn list(
    who: Importer,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| verbs::listed(tx, &me, 200)).await?;
    List::cut(all.into_iter().map(ImportOut::from).collect(), &paging)
}

/// One import
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", params(("id" = String, Path), If), responses((status = 200, body = ImportOut)))]
pub(crate) async fn find(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// A form with two parts.
#[derive(Debug, ToSchema)]
pub(crate) struct ImportForm {
    /// `contact` or `account`.
    #[expect(dead_code, reason = "only described")]
    about: String,
    /// CSV, in UTF-8, with a header.
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "only described")]
    file: Vec<u8>,
}

/// Begin an import
///
/// The rows wait, and nothing is taken in yet: say what the columns mean next.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", request_body(content = ImportForm, content_type = "multipart/form-data"), responses((status = 201, body = ImportOut)))]
pub(crate) async fn begin(who: Importer, State(app): State<App>, request: Request) -> Answer {
    let headers = request.headers().clone();
    if !is_form(&headers) {
        let text = "Send a multipart/form-data form with two parts: about and file.";
        return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let form = Multipart::from_request(request, &app).await;
    let form = form.map_err(|it| WebError::new(it.status(), it.body_text()))?;
    let file = TableFile::read(form, Some("about")).await?;
    let (about, TableFile { name, bytes, .. }) = (file.choice(About::Contact)?, file);
    let asked = [format!("import\n{}\n{name}\n", about.word()).as_bytes(), &bytes].concat();
    let once = Once::read(&headers, &asked)?;
    if let Some(before) = once.before(&app, &who).await? {
        return Ok(before);
    }
    let table = app.compute(move || sheet::read(&bytes)).await??;
    let (me, new) = (who.me.clone(), Arriving::of(about, &name, &table));
    let id = app.write(move |tx| verbs::begin(tx, &me, &new)).await?;
    for (at, rows) in table.rows.chunks(STORED_AT_ONCE).enumerate() {
        let (first, rows) = (at * STORED_AT_ONCE, rows.to_vec());
        app.write(move |tx| verbs::add_rows(tx, id, first, &rows)).await?;
    }
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::arrived(tx, me, id)?;
        load(id)(tx, me)
    };
    let answer = once.answer(&app, &who, StatusCode::CREATED, work).await;
    // Somebody with the same key was quicker meanwhile.
    if answer.as_ref().map_or(true, is_replay) {
        let me = who.me.clone();
        app.write(move |tx| verbs::drop_arriving(tx, &me, id)).await?;
    }
    answer
}

/// What the columns mean.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckIn {
    /// A target for each column, in the order of the file; empty for one that is left out.
    /// Left out as a whole, what Tend made of the headers.
    pub targets: Option<Vec<String>>,
    /// `all` (the default), `only_new`, `only_known`.
    pub mode: Option<String>,
}

/// Check an import
///
/// Each row is tried, and nothing is changed. Look at the import again until it is `checked`.
#[utoipa::path(post, path = "/api/v1/imports/{id}/check", tag = "imports", params(("id" = String, Path)), request_body = CheckIn, responses((status = 200, body = ImportOut)))]
pub(crate) async fn check(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
    post: Post<CheckIn>,
) -> Answer {
    post.done(&app, &who, move |tx, me, it| {
        let own = verbs::find(tx, me, id)?;
        let guessed = || own.columns().into_iter().map(|it| it.target).collect();
        let targets = it.targets.clone().unwrap_or_else(guessed);
        let wrong = "The mode is all, only_new or only_known.";
        let mode = it.mode.as_deref().map_or(Ok(Mode::All), str::parse);
        verbs::check(tx, me, id, &targets, mode.map_err(|_| invalid("mode", wrong))?)?;
        load(id)(tx, me)
    })
    .await
}

/// Run an import
///
/// The rows are taken in, but for those that the check refused.
#[utoipa::path(post, path = "/api/v1/imports/{id}/run", tag = "imports", params(("id" = String, Path)), request_body = Nothing, responses((status = 200, body = ImportOut)))]
pub(crate) async fn run(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
    post: Post<Nothing>,
) -> Answer {
    post.done(&app, &who, move |tx, me, _| {
        verbs::run(tx, me, id)?;
        load(id)(tx, me)
    })
    .await
}

/// Cancel an import
///
/// What was taken in by then stays.
#[utoipa::path(delete, path = "/api/v1/imports/{id}", tag = "imports", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn cancel(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::cancel(tx, me, id)).await
}

/// Why a row was not taken in, or would not be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowProblemOut {
    /// As a spreadsheet counts: the header is 1.
    pub row: i64,
    /// The header of the column; empty for the whole row.
    pub column: String,
    /// A whole sentence.
    pub problem: String,
}

impl Keyed for RowProblemOut {
    fn key(&self) -> String {
        let print = fingerprint(&format!("{}\n{}", self.column, self.problem));
        format!("{}.{}", self.row, print.get(..12).unwrap_or_default())
    }
}

impl From<Problem> for RowProblemOut {
    fn from(it: Problem) -> Self {
        Self { row: it.row_number, column: it.column_name, problem: it.problem }
    }
}

/// List the problems of an import
///
/// In the order of the file; the first thousand are kept.
#[utoipa::path(get, path = "/api/v1/imports/{id}/problems", tag = "imports", params(("id" = String, Path), Paging), responses((status = 200, body = List<RowProblemOut>)))]
pub(crate) async fn problems(
    who: Importer,
    State(app): State<App>,
    Id(id): Id<ImportId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| verbs::all_problems(tx, &me, id)).await?;
    List::cut(all.into_iter().map(RowProblemOut::from).collect(), &paging)
}
