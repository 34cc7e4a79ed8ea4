//! Files: uploaded first, then named by a message; and those that messages carry.

use axum::{
    extract::{FromRequest, Multipart, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use tend_core::{
    Result,
    agents::Me,
    conversations::{Attached, MessageId},
    mails::StoredFile,
    uploads::{self, UploadId},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Id, If, nothing, post::Once};
use crate::{
    App, WebError,
    pages::inbox::files::{broken_off, serve, store},
    who::{May, may::ConversationsRead},
};

type Reader = May<ConversationsRead>;

/// A file: one's own upload, or one of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileOut {
    /// For `attachments` of a message.
    pub id: String,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// The message that carries it; null for an upload.
    pub message_id: Option<String>,
}

impl From<Attached> for FileOut {
    fn from(it: Attached) -> Self {
        Self {
            id: UploadId::from_raw(it.id).to_string(),
            name: it.name,
            media_type: it.media_type,
            size: it.size,
            message_id: it.message_id.map(|it: MessageId| it.to_string()),
        }
    }
}

/// A form with one part, `file`.
#[derive(Debug, ToSchema)]
pub(crate) struct UploadForm {
    #[schema(value_type = String, format = Binary)]
    #[expect(dead_code, reason = "only described")]
    file: Vec<u8>,
}

/// Upload a file
///
/// For a message that will name it in `attachments`. Nobody else sees it until then; one that
/// no message and no draft has after a week is swept.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "files", request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 201, body = FileOut)))]
pub(crate) async fn upload(who: Reader, State(app): State<App>, request: Request) -> Answer {
    let headers = request.headers().clone();
    if !is_form(&headers) {
        let text = "Send a multipart/form-data form with one part: file.";
        return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let form = Multipart::from_request(request, &app).await;
    let form = form.map_err(|it| WebError::new(it.status(), it.body_text()))?;
    let (name, file) = taken(&app, form).await?;
    let once = Once::read(&headers, format!("upload\n{name}\n{}", file.sha256).as_bytes())?;
    keep(once, &app, &who, name, file).await
}

/// The part `file`; others are left out.
async fn taken(app: &App, mut form: Multipart) -> Result<(String, StoredFile), WebError> {
    let mut kept = None;
    while let Some(mut field) = form.next_field().await.map_err(|it| broken_off(&it))? {
        // A browser sends an empty one where nobody chose a file.
        if field.name() == Some("file") && field.file_name() != Some("") {
            kept = Some(store(app, &mut field).await?);
        }
    }
    kept.ok_or_else(|| WebError::bad("There was no part named file in it."))
}

pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|it| it.to_ascii_lowercase().starts_with("multipart/form-data"))
}

async fn keep(once: Once, app: &App, who: &Reader, name: String, file: StoredFile) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| uploads::keep(tx, me, &name, &file).map(FileOut::from);
    once.answer(app, who, StatusCode::CREATED, work).await
}

fn load(id: UploadId) -> impl Fn(&mut Tx, &Me) -> Result<FileOut> + Send + 'static {
    move |tx, me| Ok(FileOut::from(uploads::find(tx, me, id.raw())?.0))
}

/// One file
///
/// Of a message that the agent may see, or an upload of their own.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "files", params(("id" = String, Path), If), responses((status = 200, body = FileOut)))]
pub(crate) async fn find(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<UploadId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Download a file
///
/// Its bytes, as an attachment that no browser runs.
#[utoipa::path(get, path = "/api/v1/attachments/{id}/content", tag = "files", params(("id" = String, Path)), responses((status = 200, content_type = "application/octet-stream", body = String)))]
pub(crate) async fn content(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<UploadId>,
) -> Result<Response, WebError> {
    let me = who.me.clone();
    let (it, file) = app.read(move |tx| uploads::find(tx, &me, id.raw())).await?;
    let bytes = app.files.get(&file.place).await?;
    Ok(serve(&it, bytes.to_vec(), "application/octet-stream", "attachment"))
}

/// Leave an upload out
///
/// One's own that no message has taken.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", tag = "files", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn leave_out(who: Reader, State(app): State<App>, Id(id): Id<UploadId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        uploads::find(tx, &me, id.raw())?;
        uploads::drop_one(tx, &me, id.raw())
    })
    .await?;
    Ok(nothing())
}
