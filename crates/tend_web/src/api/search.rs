//! Full-text search over what the agent may see.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use tend_core::{
    conversations::list,
    search::{self as verbs, Found},
    tags::Tag,
};
use utoipa::{IntoParams, ToSchema};

use super::{List, Paging, Query, out::ConversationOut};
use crate::{
    App, WebError,
    who::{May, may::ConversationsRead},
};

/// What is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Words, `"phrases"`, `-not`, `prefix*`, `#1042`, and the filters `from:` `to:` `tag:`
    /// `assignee:` `is:` `inbox:` `before:` `after:` `has:attachment`.
    pub q: String,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

/// A piece of a message around what was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PieceOut {
    pub text: String,
    /// It is what was looked for.
    pub is_hit: bool,
}

/// A conversation in which something was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundOut {
    pub conversation: ConversationOut,
    /// The message that fits best; null when only filters were given.
    pub message_id: Option<String>,
    pub snippet: Vec<PieceOut>,
    /// How many of its messages fit, of those that were looked at.
    pub hits: usize,
}

impl FoundOut {
    fn of(it: Found, tags: Vec<Tag>) -> Self {
        let piece = |it: verbs::Segment| PieceOut { text: it.text, is_hit: it.hit };
        Self {
            conversation: ConversationOut::of_line(it.line, tags),
            message_id: it.message.map(|it| it.to_string()),
            snippet: it.snippet.into_iter().map(piece).collect(),
            hits: it.hits,
        }
    }
}

/// Search
///
/// The whole history of what the agent may see: the best first among the newest, then further
/// back, page by page.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(Wanted), responses((status = 200, body = List<FoundOut>)))]
pub(crate) async fn search(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<List<FoundOut>>, WebError> {
    let query = verbs::parse(&wanted.q);
    if query.is_empty() {
        return Err(WebError::bad("Say what is looked for: q."));
    }
    if let Some(problem) = verbs::problem(&query) {
        return Err(WebError::bad(problem));
    }
    let paging = Paging { limit: wanted.limit, cursor: wanted.cursor };
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app
        .read(move |tx| {
            let page = verbs::search(tx, &me, &query, from, limit)?;
            let ids: Vec<_> = page.items.iter().map(|it| it.line.id).collect();
            let mut tags = list::tags_of(tx, &ids)?;
            Ok(page.map(|it| {
                let own = tags.remove(&it.line.id).unwrap_or_default();
                FoundOut::of(it, own)
            }))
        })
        .await?;
    Ok(List::of(page, |it| it))
}
