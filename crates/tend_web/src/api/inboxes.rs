use axum::extract::State;
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{Me, TeamId},
    inboxes::{self as verbs, Changes, Channel, InboxId, NewInbox},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, List, Paging, Post, Query, out::InboxOut};
use crate::{
    App,
    who::{
        May,
        may::{ConversationsRead, InboxesManage},
    },
};

/// What an inbox starts with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInboxIn {
    /// What agents call it; left out, its address.
    #[serde(default)]
    pub name: String,
    /// An email address; for an API inbox a word.
    pub address: String,
    /// `email` or `api`.
    #[schema(value_type = String)]
    pub channel: Channel,
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// What changes in an inbox; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InboxChangesIn {
    pub name: Option<String>,
    /// A template.
    pub sender_name: Option<String>,
    /// A template.
    pub template_html: Option<String>,
    /// A template; empty for none.
    pub auto_reply_html: Option<String>,
    pub auto_reply_subject: Option<String>,
    pub catch_all: Option<bool>,
    pub reopen_days: Option<i64>,
    pub aliases: Option<Vec<String>>,
    /// The teams that see it; none means everyone.
    #[schema(value_type = Option<Vec<String>>)]
    pub teams: Option<Vec<TeamId>>,
}

/// List inboxes
///
/// Those that the agent may see, by name.
#[utoipa::path(get, path = "/api/v1/inboxes", tag = "inboxes", params(Paging), responses((status = 200, body = List<InboxOut>)))]
pub(crate) async fn list(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let all = verbs::visible(tx, &me)?;
            all.into_iter().map(|it| InboxOut::load(tx, it)).collect::<Result<Vec<_>>>()
        })
        .await?;
    List::cut(all, &paging)
}

fn load(id: InboxId) -> impl Fn(&mut Tx, &Me) -> Result<InboxOut> + Send + 'static {
    move |tx, me| {
        let inbox = verbs::find_visible(tx, me, id)?;
        InboxOut::load(tx, inbox)
    }
}

/// One inbox
#[utoipa::path(get, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path), If), responses((status = 200, body = InboxOut)))]
pub(crate) async fn find(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Make an inbox
///
/// Give it its mail servers next.
#[utoipa::path(post, path = "/api/v1/inboxes", tag = "inboxes", request_body = NewInboxIn, responses((status = 201, body = InboxOut)))]
pub(crate) async fn create(
    who: May<InboxesManage>,
    State(app): State<App>,
    post: Post<NewInboxIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let new =
            NewInbox { name: it.name.clone(), address: it.address.clone(), channel: it.channel };
        let id = verbs::create(tx, me, &new)?;
        verbs::set_aliases(tx, me, id, &it.aliases)?;
        let inbox = verbs::find(tx, id)?;
        InboxOut::load(tx, inbox)
    })
    .await
}

/// Change an inbox
#[utoipa::path(patch, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path), If), request_body = InboxChangesIn, responses((status = 200, body = InboxOut)))]
pub(crate) async fn change(
    who: May<InboxesManage>,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    seen: If,
    Body(it): Body<InboxChangesIn>,
) -> Answer {
    let changes = Changes {
        name: it.name,
        sender_name: it.sender_name,
        template_html: it.template_html,
        auto_reply_html: it.auto_reply_html,
        auto_reply_subject: it.auto_reply_subject,
        catch_all: it.catch_all,
        reopen_days: it.reopen_days,
    };
    let (aliases, teams) = (it.aliases, it.teams);
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::change(tx, me, id, &changes)?;
        if let Some(aliases) = &aliases {
            verbs::set_aliases(tx, me, id, aliases)?;
        }
        match &teams {
            Some(teams) => verbs::set_teams(tx, me, id, teams),
            None => Ok(()),
        }
    };
    seen.change(&app, &who, load(id), work).await
}

/// Archive an inbox
///
/// It takes no more mail; its conversations stay.
#[utoipa::path(delete, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<InboxesManage>,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::archive(tx, me, id)).await
}
