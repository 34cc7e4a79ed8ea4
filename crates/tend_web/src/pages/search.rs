//! Search over everything that was written.

use axum::{extract::State, response::IntoResponse};
use maud::html;
use serde::Deserialize;
use tend_core::search as verbs;
use tend_views::{
    search::{Found, Results, rows, search_page},
    urls,
};

use super::{Answer, frame::Wanted, inbox::Htmx};
use crate::{
    App,
    asked::Query,
    who::{May, may::ConversationsRead},
};

/// So many results a page.
const ROWS: usize = 25;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    cursor: Option<String>,
}

/// The page, or for htmx the next results.
pub(crate) async fn show(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::search());
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let query = verbs::parse(&asked.q);
            let from = asked.cursor.as_deref().and_then(|it| it.parse().ok());
            let page = verbs::search(tx, &wanted.me, &query, from, ROWS)?;
            let next = page
                .next
                .map(|it| format!("{}&cursor={it}", urls::search_for(super::encoded(&asked.q))));
            let found = page.items.into_iter().map(|it| Found {
                snippet: html! {
                    @for piece in &it.snippet {
                        @if piece.hit { mark { (piece.text) } } @else { (piece.text) }
                    }
                },
                by: String::new(),
                line: it.line,
            });
            let it = Results {
                filters: filters(&query, &asked.q),
                found: found.collect(),
                total: None,
                is_least: false,
                next,
                problem: verbs::problem(&query),
                query: asked.q,
            };
            Ok(if is_htmx { rows(&frame, &it) } else { search_page(&frame, &it) })
        })
        .await?;
    Ok(page.into_response())
}

/// Each filter, with the address of the search without it.
fn filters(query: &verbs::Query, text: &str) -> Vec<(String, String)> {
    let chips = query.chips();
    let is_filter = |it: &&verbs::Chip| !matches!(it.kind, "word" | "phrase" | "not" | "number");
    let without = |gone: &verbs::Chip| {
        let rest: Vec<_> =
            chips.iter().filter(|it| *it != gone).map(|it| it.text.as_str()).collect();
        urls::search_for(super::encoded(&rest.join(" ")))
    };
    if text.is_empty() {
        return Vec::new();
    }
    chips.iter().filter(is_filter).map(|it| (it.text.clone(), without(it))).collect()
}
