//! Several conversations at once.

use axum::extract::State;
use axum_extra::extract::Form;
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    conversations::{self as verbs, Category, ConversationId, list::Sort},
    error::invalid,
};
use tend_store::Tx;
use tend_views::{inbox::rows, urls};

use super::{Htmx, Listed, ROWS, fragment, offered};
use crate::{
    App,
    pages::{Answer, frame::Wanted, go},
    who::{May, may::ConversationsRead},
};

/// So many may be chosen.
const MOST: usize = 200;

/// Which, and what to do: `status:sta_1`, `assign:agt_1`, `team:`, `priority:high`, `tag:tag_1`, `read`, `unread`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    id: Vec<String>,
    #[serde(rename = "do")]
    what: String,
    view: Option<String>,
    sort: Option<Sort>,
}

/// Does it to all of them, or to none.
pub(crate) async fn all(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(chosen): Form<Chosen>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let back = urls::view_list(chosen.view.as_deref().unwrap_or("mine"));
    let page = app
        .write(move |tx| {
            let me = &wanted.me;
            if chosen.id.len() > MOST {
                return Err(invalid("id", "Choose at most 200 at once."));
            }
            for id in &chosen.id {
                let id = id.parse().map_err(|_| tend_core::error::not_found("conversation"))?;
                one(tx, me, id, &chosen.what)?;
            }
            let frame = wanted.read(tx)?;
            let sort = chosen.sort.unwrap_or_default();
            let listed = Listed::read(tx, me, chosen.view.as_deref(), sort, None, ROWS)?;
            let offered = offered(tx, me)?;
            Ok(rows(&frame, &listed.pane(me, &offered, None, &[])))
        })
        .await?;
    Ok(if is_htmx { fragment(page) } else { go(&back) })
}

fn one(tx: &mut Tx, me: &Me, id: ConversationId, what: &str) -> Result<()> {
    let (verb, to) = what.split_once(':').unwrap_or((what, ""));
    let wrong = || invalid("do", "This cannot be done with several.");
    match verb {
        "status" => match to.parse::<Category>() {
            Ok(category) => verbs::set_category(tx, me, id, category),
            Err(_) => verbs::set_status(tx, me, id, to.parse().map_err(|_| wrong())?),
        },
        "assign" if to.is_empty() => verbs::assign(tx, me, id, None),
        "assign" => verbs::assign(tx, me, id, Some(to.parse().map_err(|_| wrong())?)),
        "team" if to.is_empty() => verbs::set_team(tx, me, id, None),
        "team" => verbs::set_team(tx, me, id, Some(to.parse().map_err(|_| wrong())?)),
        "priority" => verbs::set_priority(tx, me, id, to.parse().map_err(|_| wrong())?),
        "tag" => verbs::tag(tx, me, id, to.parse().map_err(|_| wrong())?),
        "read" => verbs::mark_read(tx, me, id),
        "unread" => verbs::mark_unread(tx, me, id),
        _ => Err(wrong()),
    }
}
