//! A mail as its sender made it: in a frame that can run nothing, as it came, and its headers.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tend_core::{
    conversations::{MessageId, thread},
    mails::{self, MailId},
};
use tend_outside::http::Ask;
use tend_views::{
    inbox::{headers_page, mail_document},
    urls,
};

use crate::{
    App, WebError,
    api::Id,
    asked::Query,
    pages::{Answer, encoded, frame::Wanted},
    who::{May, may::ConversationsRead},
};

/// What the frame of a mail may do: show itself, with images from us alone.
const SANDBOX: &str = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; \
     sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'";

/// So large may an image be that is fetched for a reader.
const MOST_IMAGE: u64 = 5 * 1024 * 1024;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    images: Option<String>,
    url: Option<String>,
}

/// The document of the frame. Images from elsewhere come through us, and only when asked.
pub(crate) async fn html(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let (message, files) = app.read(move |tx| thread::message(tx, &me, id)).await?;
    let remote = asked.images.as_deref() == Some("on");
    let image = |src: &str| {
        if let Some(cid) = src.strip_prefix("cid:") {
            let file = files.iter().find(|it| it.content_id == cid)?;
            return Some(urls::attachment_preview(file.id));
        }
        let is_web = src.starts_with("https://") || src.starts_with("http://");
        (remote && is_web).then(|| format!("{}?url={}", urls::message_image(id), encoded(src)))
    };
    let page = mail_document(&message.html_text, &image, message.quote_at.is_some());
    Ok(framed(page.into_response()))
}

fn framed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}

/// One image of a mail, fetched by us: its sender learns neither who reads nor where.
pub(crate) async fn image(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let (message, _) = app.read(move |tx| thread::message(tx, &me, id)).await?;
    let url = asked.url.unwrap_or_default();
    // Only what the mail really refers to: we are nobody's proxy for anything else.
    let named = message.html_text.contains(&url.replace('&', "&amp;"));
    if url.is_empty() || !(named || message.html_text.contains(&url)) {
        return Err(WebError::not_found());
    }
    let ask = Ask::get(&url)?.at_most(MOST_IMAGE).within(Duration::from_secs(10)).follow(3);
    let fetched = app.outside.http().send(ask).await.map_err(|_| WebError::not_found())?;
    let kind = infer::get(&fetched.body).map(|it| it.mime_type());
    let images = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let Some(kind) = kind.filter(|it| images.contains(it)) else {
        return Err(WebError::not_found());
    };
    let life = HeaderValue::from_static("private, max-age=3600");
    Ok((
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, life)],
        fetched.body,
    )
        .into_response())
}

/// The bytes of a mail that became a message.
pub(crate) async fn bytes_of(
    app: &App,
    who: &May<ConversationsRead>,
    id: MessageId,
) -> Result<(thread::Message, Vec<u8>), WebError> {
    let me = who.me.clone();
    let (message, place) = app
        .read(move |tx| {
            let (message, _) = thread::message(tx, &me, id)?;
            let mail = message.mail_id.ok_or(tend_core::error::not_found("mail"))?;
            let mail = mails::find(tx, MailId::from_raw(mail))?;
            let file = mail.file_id.ok_or(tend_core::error::not_found("mail"))?;
            let file = mails::find_file(tx, file)?;
            Ok((message, file.place))
        })
        .await?;
    let bytes = app.files.get(&place).await?;
    Ok((message, bytes.to_vec()))
}

/// The mail as it came, to keep.
pub(crate) async fn original(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
) -> Answer {
    let (_, bytes) = bytes_of(&app, &who, id).await?;
    Ok(as_file(&format!("{id}.eml"), bytes))
}

/// Bytes to keep, by a name of ours, that nothing runs.
pub(crate) fn as_file(name: &str, bytes: Vec<u8>) -> Response {
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let name = name.unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/octet-stream");
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, bytes).into_response()
}

/// Its header lines, on a page.
pub(crate) async fn headers(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
) -> Answer {
    let (message, bytes) = bytes_of(&app, &who, id).await?;
    let wanted = Wanted::by(&who, "");
    let frame = app.read(move |tx| wanted.read(tx)).await?;
    Ok(headers_page(&frame, &message, &header_lines(&bytes)).into_response())
}

/// (name, value) of each line, continued lines joined.
fn header_lines(bytes: &[u8]) -> Vec<(String, String)> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(256 * 1024)]).replace("\r\n", "\n");
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in head.split('\n').take_while(|it| !it.is_empty()).take(2_000) {
        match (line.starts_with([' ', '\t']), lines.last_mut(), line.split_once(':')) {
            (true, Some(last), _) => {
                last.1.push('\n');
                last.1.push_str(line.trim());
            }
            (_, _, Some((name, value))) => lines.push((name.to_owned(), value.trim().to_owned())),
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_with_their_continuations() {
        let lines = header_lines(b"A: 1\r\nB: two\r\n three\r\n\r\nC: body");
        assert_eq!(lines, [("A".into(), "1".into()), ("B".into(), "two\nthree".into())]);
        assert_eq!(encoded("https://a.b/?x=1 2"), "https%3A%2F%2Fa.b%2F%3Fx%3D1%202");
    }
}
