//! What waits for a person: mail that could not be read, and jobs that failed.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use tend_core::{
    Result,
    agents::Me,
    error::not_found,
    jobs::{self, Dead, JobId},
    mails::{self, Mail, MailId},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Id, If, Keyed, List, Paging, Post, Query, post::Nothing};
use crate::{
    App, WebError,
    pages::inbox::mail::as_file,
    who::{
        May,
        may::{JobsManage, MailQuarantine},
    },
};

/// A mail that could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailOut {
    pub id: String,
    /// The inbox that it came to, if that is known.
    pub inbox_id: Option<String>,
    /// `smtp`, `imap`, `import`.
    pub source: String,
    pub envelope_from: String,
    pub envelope_to: Vec<String>,
    /// Bytes.
    pub size: i64,
    /// Why it waits.
    pub reason: String,
    pub attempts: i64,
    /// When it comes in by itself, where its sender wrote too many at once.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub held_until: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
}

impl From<Mail> for MailOut {
    fn from(it: Mail) -> Self {
        Self {
            id: it.id.to_string(),
            inbox_id: it.inbox_id.map(|it| it.to_string()),
            source: it.source,
            envelope_from: it.envelope_from,
            envelope_to: serde_json::from_str(&it.envelope_to).unwrap_or_default(),
            size: it.size,
            reason: it.reason,
            attempts: it.attempts,
            held_until: it.held_until,
            received_at: it.received_at,
        }
    }
}

/// List quarantined mail
///
/// What waits for a person, the newest first.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "quarantine", params(Paging), responses((status = 200, body = List<MailOut>)))]
pub(crate) async fn quarantined(
    who: May<MailQuarantine>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<MailOut>>, WebError> {
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| mails::quarantined(tx, &me, from, limit)).await?;
    Ok(List::of(page, MailOut::from))
}

fn waiting(tx: &mut Tx, id: MailId) -> Result<Mail> {
    let it = mails::find(tx, id)?;
    if it.state == "quarantined" { Ok(it) } else { Err(not_found("mail")) }
}

fn load_mail(id: MailId) -> impl Fn(&mut Tx, &Me) -> Result<MailOut> + Send + 'static {
    move |tx, _| waiting(tx, id).map(MailOut::from)
}

/// One quarantined mail
#[utoipa::path(get, path = "/api/v1/quarantine/{id}", tag = "quarantine", params(("id" = String, Path), If), responses((status = 200, body = MailOut)))]
pub(crate) async fn mail(
    who: May<MailQuarantine>,
    State(app): State<App>,
    Id(id): Id<MailId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load_mail(id)).await
}

/// Download a quarantined mail
///
/// Its bytes as they came.
#[utoipa::path(get, path = "/api/v1/quarantine/{id}/original", tag = "quarantine", params(("id" = String, Path)), responses((status = 200, content_type = "application/octet-stream", body = String)))]
pub(crate) async fn original(
    _who: May<MailQuarantine>,
    State(app): State<App>,
    Id(id): Id<MailId>,
) -> Answer {
    let place = app
        .read(move |tx| {
            let it = waiting(tx, id)?;
            let file = it.file_id.ok_or(tend_core::error::not_found("mail"))?;
            Ok(mails::find_file(tx, file)?.place)
        })
        .await?;
    let bytes = app.files.get(&place).await?;
    Ok(as_file(&format!("{id}.eml"), bytes.to_vec()))
}

/// Read a mail again
///
/// As after an upgrade that understands it.
#[utoipa::path(post, path = "/api/v1/quarantine/{id}/retry", tag = "quarantine", params(("id" = String, Path)), request_body = Nothing, responses((status = 204)))]
pub(crate) async fn read_again(
    who: May<MailQuarantine>,
    State(app): State<App>,
    Id(id): Id<MailId>,
    post: Post<Nothing>,
) -> Answer {
    post.quiet(&app, &who, move |tx, me, _| mails::retry(tx, me, id)).await
}

/// Give a mail up
///
/// It waits no more; its bytes are kept.
#[utoipa::path(delete, path = "/api/v1/quarantine/{id}", tag = "quarantine", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn give_up(
    who: May<MailQuarantine>,
    State(app): State<App>,
    Id(id): Id<MailId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load_mail(id), move |tx, me| mails::discard(tx, me, id)).await
}

/// How many mails of a source are in a state.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookOut {
    /// `smtp`, `imap`, `import`.
    pub source: String,
    /// `received` (not read yet), `imported`, `duplicate`, `quarantined`, `discarded`.
    pub state: String,
    pub mails: i64,
}

impl Keyed for BookOut {
    fn key(&self) -> String {
        format!("{}.{}", self.source, self.state)
    }
}

/// The books of all mail
///
/// Each mail that was acknowledged is counted in exactly one line.
#[utoipa::path(get, path = "/api/v1/mail-books", tag = "quarantine", params(Paging), responses((status = 200, body = List<BookOut>)))]
pub(crate) async fn books(
    who: May<MailQuarantine>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| mails::books(tx, &me)).await?;
    let out = |it: mails::BookLine| BookOut { source: it.source, state: it.state, mails: it.mails };
    List::cut(all.into_iter().map(out).collect(), &paging)
}

/// A job that failed for good.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobOut {
    pub id: String,
    /// `send`, `take_in_mail`, `notify`, …
    pub kind: String,
    /// Why it failed the last time.
    pub problem: String,
    pub attempts: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
}

impl From<Dead> for JobOut {
    fn from(it: Dead) -> Self {
        Self {
            id: it.id.to_string(),
            kind: it.kind,
            problem: it.problem,
            attempts: it.attempts,
            created_at: it.created_at,
            due_at: it.due_at,
        }
    }
}

/// List failed jobs
///
/// Those that were put aside, the newest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(Paging), responses((status = 200, body = List<JobOut>)))]
pub(crate) async fn dead(
    _who: May<JobsManage>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<JobOut>>, WebError> {
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let page = app.read(move |tx| jobs::dead(tx, from, limit)).await?;
    Ok(List::of(page, JobOut::from))
}

fn load_job(id: JobId) -> impl Fn(&mut Tx, &Me) -> Result<JobOut> + Send + 'static {
    move |tx, _| jobs::find_dead(tx, id).map(JobOut::from)
}

/// One failed job
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path), If), responses((status = 200, body = JobOut)))]
pub(crate) async fn job(
    who: May<JobsManage>,
    State(app): State<App>,
    Id(id): Id<JobId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load_job(id)).await
}

/// Run a job again
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs", params(("id" = String, Path)), request_body = Nothing, responses((status = 204)))]
pub(crate) async fn replay(
    who: May<JobsManage>,
    State(app): State<App>,
    Id(id): Id<JobId>,
    post: Post<Nothing>,
) -> Answer {
    post.quiet(&app, &who, move |tx, _, _| jobs::replay(tx, id)).await
}

/// Give a job up
///
/// For good.
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn discard(
    who: May<JobsManage>,
    State(app): State<App>,
    Id(id): Id<JobId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load_job(id), move |tx, _| jobs::discard(tx, id)).await
}
