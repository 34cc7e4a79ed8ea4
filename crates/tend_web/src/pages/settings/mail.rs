//! Quarantine and the books of mail.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    mails::{self, Mail, MailId},
    page::Cursor,
};
use tend_views::{
    settings::{self, Quarantined},
    urls,
};

use super::show as show_section;
use crate::{
    WebError,
    api::Id,
    app::App,
    asked::Query,
    pages::{Answer, go},
    who::{May, may},
};

type Keeper = May<may::MailQuarantine>;

/// How many a page shows.
const ROWS: usize = 50;
/// So much of a mail is shown. Bytes.
const SHOWN: usize = 64 * 1024;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    cursor: Option<String>,
}

pub(crate) async fn show(
    who: Keeper,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let from: Option<Cursor> = asked.cursor.as_deref().and_then(|it| it.parse().ok());
    show_section(&app, &who, "mail", StatusCode::OK, move |tx, at| {
        let books = mails::books_by_inbox(tx, &me)?;
        let page = mails::quarantined(tx, &me, from, ROWS)?;
        let it = Quarantined { mails: &page.items, next: page.next, is_further: from.is_some() };
        Ok(settings::mail(at, &books, &it))
    })
    .await
}

/// One mail, as plain text.
pub(crate) async fn one(who: Keeper, State(app): State<App>, Id(id): Id<MailId>) -> Answer {
    let (mail, bytes) = bytes_of(&who, &app, id).await?;
    let shown = &bytes[..bytes.len().min(SHOWN)];
    // What a terminal or a browser might obey is no text.
    let text: String = String::from_utf8_lossy(shown)
        .chars()
        .filter(|it| !it.is_control() || matches!(it, '\n' | '\t'))
        .collect();
    let is_whole = bytes.len() <= SHOWN;
    show_section(&app, &who, "mail", StatusCode::OK, move |_, at| {
        Ok(settings::quarantined(at, &mail, &text, is_whole))
    })
    .await
}

/// The bytes, to keep.
pub(crate) async fn original(who: Keeper, State(app): State<App>, Id(id): Id<MailId>) -> Answer {
    let (_, bytes) = bytes_of(&who, &app, id).await?;
    let name = format!("attachment; filename=\"{id}.eml\"");
    let name = HeaderValue::from_str(&name).map_err(|_| WebError::not_found())?;
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, bytes).into_response())
}

async fn bytes_of(who: &Keeper, app: &App, id: MailId) -> Result<(Mail, Vec<u8>), WebError> {
    let me = who.me.clone();
    let (mail, place) = app
        .read(move |tx| {
            let mail = mails::quarantined_one(tx, &me, id)?;
            let gone = tend_core::error::not_found("mail");
            let file = mails::find_file(tx, mail.file_id.ok_or(gone)?)?;
            Ok((mail, file.place))
        })
        .await?;
    let bytes = app.files.get(&place).await?;
    Ok((mail, bytes.to_vec()))
}

pub(crate) async fn retry(who: Keeper, State(app): State<App>, Id(id): Id<MailId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| mails::retry(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("mail")))
}

pub(crate) async fn dismiss(who: Keeper, State(app): State<App>, Id(id): Id<MailId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| mails::discard(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("mail")))
}
