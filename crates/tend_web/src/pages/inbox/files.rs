//! Files: what agents put down, what messages carry, pictures of people.

use axum::{
    extract::{
        Multipart, Path, State,
        multipart::{Field, MultipartError},
    },
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tend_core::{
    conversations::Attached,
    mails::{self, FileId, StoredFile},
    uploads,
};
use tend_views::{
    inbox::{UploadedFile, uploaded},
    urls,
};

use super::fragment;
use crate::{
    App, WebError,
    pages::Answer,
    who::{May, SignedIn, may::ConversationsRead},
};

/// Shown where they lie; everything else is only kept.
const LOOKED_AT: [&str; 7] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "text/csv",
];

/// Takes a file for a composer.
pub(crate) async fn upload(
    who: May<ConversationsRead>,
    State(app): State<App>,
    mut form: Multipart,
) -> Answer {
    let broken = |it: MultipartError| broken_off(&it);
    let (mut kept, mut is_inline) = (None, false);
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("inline") => is_inline = !field.text().await.map_err(broken)?.is_empty(),
            Some("file") => kept = Some(store(&app, &mut field).await?),
            _ => {}
        }
    }
    let (name, file) = kept.ok_or_else(|| WebError::bad("There was no file in it."))?;
    let me = who.me.clone();
    let it = app.write(move |tx| uploads::keep(tx, &me, &name, &file)).await?;
    let is_image =
        it.media_type.starts_with("image/") && LOOKED_AT.contains(&it.media_type.as_str());
    let src = (is_inline && is_image).then(|| urls::attachment_preview(it.id));
    let shown = UploadedFile {
        id: it.id.to_string(),
        name: it.name,
        size: it.size,
        media_type: it.media_type,
    };
    Ok(fragment(uploaded(&shown, src.as_deref())))
}

/// Keeps the bytes of one part of a form, and says what they are.
pub(crate) async fn store(
    app: &App,
    field: &mut Field<'_>,
) -> Result<(String, StoredFile), WebError> {
    let name = field.file_name().unwrap_or("file").to_owned();
    let claimed = field.content_type().unwrap_or_default().to_owned();
    let mut incoming = app.files.incoming().await?;
    let mut start = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|it| broken_off(&it))? {
        if start.len() < 8192 {
            start.extend_from_slice(&chunk[..chunk.len().min(8192 - start.len())]);
        }
        incoming.write(&chunk).await?;
    }
    let stored = incoming.finish().await?;
    let file = StoredFile {
        place: stored.place,
        sha256: stored.sha256,
        size: i64::try_from(stored.size).unwrap_or(i64::MAX),
        media_type: media_type(&start, &claimed, &name),
    };
    Ok((name, file))
}

/// What went wrong with a form that carries files.
pub(crate) fn broken_off(error: &MultipartError) -> WebError {
    match error.status() {
        it @ StatusCode::PAYLOAD_TOO_LARGE => {
            WebError::new(it, "This is more than we take at once.")
        }
        _ => WebError::bad("The upload ended before its end."),
    }
}

/// By content; where content says nothing, text by its claim, and octets in doubt.
pub(crate) fn media_type(start: &[u8], claimed: &str, name: &str) -> String {
    if let Some(kind) = infer::get(start) {
        // Pages and the like could run: to us they are octets.
        let harmless = kind.matcher_type() != infer::MatcherType::Text;
        return if harmless { kind.mime_type() } else { "application/octet-stream" }.to_owned();
    }
    let is_text = std::str::from_utf8(start).is_ok() || start.len() >= 8190;
    let claimed = claimed.split(';').next().unwrap_or_default().trim().to_lowercase();
    match claimed.as_str() {
        "text/csv" if is_text => "text/csv".to_owned(),
        "text/plain" if is_text => "text/plain".to_owned(),
        _ if is_text && (name.ends_with(".txt") || name.ends_with(".log")) => {
            "text/plain".to_owned()
        }
        _ if is_text && name.ends_with(".csv") => "text/csv".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

/// Leaves an upload out.
pub(crate) async fn leave_out(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| uploads::drop_one(tx, &me, id)).await?;
    Ok(StatusCode::OK.into_response())
}

/// A file of a message, to keep.
pub(crate) async fn keep(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Answer {
    let (it, bytes) = find(&app, &who, id).await?;
    Ok(serve(&it, bytes, "application/octet-stream", "attachment"))
}

/// A file of a message, to look at, if it is of a harmless kind.
pub(crate) async fn preview(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Answer {
    let (it, bytes) = find(&app, &who, id).await?;
    let kind = media_type(&bytes[..bytes.len().min(8192)], &it.media_type, &it.name);
    match LOOKED_AT.iter().find(|known| **known == kind) {
        Some(&"text/plain" | &"text/csv") => {
            Ok(serve(&it, bytes, "text/plain; charset=utf-8", "inline"))
        }
        Some(known) => Ok(serve(&it, bytes, known, "inline")),
        None => Ok(serve(&it, bytes, "application/octet-stream", "attachment")),
    }
}

async fn find(
    app: &App,
    who: &May<ConversationsRead>,
    id: i64,
) -> Result<(Attached, Vec<u8>), WebError> {
    let me = who.me.clone();
    let (it, file) = app.read(move |tx| uploads::find(tx, &me, id)).await?;
    let bytes = app.files.get(&file.place).await?;
    Ok((it, bytes.to_vec()))
}

/// With a type that we chose, never run, and by a name that is only a name.
pub(crate) fn serve(it: &Attached, bytes: Vec<u8>, kind: &'static str, how: &str) -> Response {
    let plain: String = it
        .name
        .chars()
        .map(|it| if it.is_ascii_graphic() && !"\"\\%;".contains(it) { it } else { '_' })
        .collect();
    let encoded = it.name.bytes().fold(String::new(), |mut out, byte| {
        match byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    });
    let name = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    // A browser's own viewer does not open a PDF within a sandbox.
    let policy = match kind {
        "application/pdf" => "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'",
        _ => "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    };
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=600")),
    ];
    (headers, bytes).into_response()
}

/// A picture of a person.
pub(crate) async fn picture(_who: SignedIn, State(app): State<App>, Path(id): Path<i64>) -> Answer {
    let place = app
        .read(move |tx| {
            if !tend_core::agents::is_picture(tx, id)? {
                return Err(tend_core::error::not_found("picture"));
            }
            Ok(mails::find_file(tx, FileId::from_raw(id))?.place)
        })
        .await?;
    let bytes = app.files.get(&place).await?;
    Ok(shown(bytes.to_vec(), "private, max-age=31536000, immutable"))
}

/// A picture, and how long a browser keeps it.
pub(crate) fn shown(bytes: Vec<u8>, life: &'static str) -> Response {
    let kind = infer::get(&bytes).map_or("application/octet-stream", |it| it.mime_type());
    let (kind, life) = (HeaderValue::from_static(kind), HeaderValue::from_static(life));
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, life)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn content_decides_what_a_file_is() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n0000", "text/html", "a.html"), "image/png");
        assert_eq!(
            media_type(b"<html><script>", "text/html", "a.html"),
            "application/octet-stream"
        );
        assert_eq!(
            media_type(b"<svg onload=x>", "image/svg+xml", "a.svg"),
            "application/octet-stream"
        );
        assert_eq!(media_type(b"a,b\n1,2", "text/csv", "a.csv"), "text/csv");
    }
}
