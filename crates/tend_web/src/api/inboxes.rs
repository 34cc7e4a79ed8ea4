use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use tend_core::inboxes::{self as verbs, Changes, Channel, InboxId, NewInbox};
use utoipa::ToSchema;

use super::{Body, Id, List, Post, out::InboxOut};
use crate::{
    App, WebError,
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
}

/// List inboxes
///
/// Those that the agent may see, by name.
#[utoipa::path(get, path = "/api/v1/inboxes", tag = "inboxes", responses((status = 200, body = List<InboxOut>)))]
pub(crate) async fn list(
    who: May<ConversationsRead>,
    State(app): State<App>,
) -> Result<Json<List<InboxOut>>, WebError> {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let all = verbs::visible(tx, &me)?;
            all.into_iter().map(|it| InboxOut::load(tx, it)).collect::<tend_core::Result<Vec<_>>>()
        })
        .await?;
    Ok(List::whole(all))
}

/// One inbox
#[utoipa::path(get, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)), responses((status = 200, body = InboxOut)))]
pub(crate) async fn find(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<InboxId>,
) -> Result<Json<InboxOut>, WebError> {
    let me = who.me.clone();
    let found = app
        .read(move |tx| {
            let inbox = verbs::find_visible(tx, &me, id)?;
            InboxOut::load(tx, inbox)
        })
        .await?;
    Ok(Json(found))
}

/// Make an inbox
///
/// Mail servers are entered on its settings page.
#[utoipa::path(post, path = "/api/v1/inboxes", tag = "inboxes", request_body = NewInboxIn, responses((status = 201, body = InboxOut)))]
pub(crate) async fn create(
    who: May<InboxesManage>,
    State(app): State<App>,
    post: Post<NewInboxIn>,
) -> Result<Response, WebError> {
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
#[utoipa::path(patch, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)), request_body = InboxChangesIn, responses((status = 200, body = InboxOut)))]
pub(crate) async fn change(
    who: May<InboxesManage>,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    Body(it): Body<InboxChangesIn>,
) -> Result<Json<InboxOut>, WebError> {
    let me = who.me.clone();
    let changes = Changes {
        name: it.name,
        sender_name: it.sender_name,
        template_html: it.template_html,
        auto_reply_html: it.auto_reply_html,
        auto_reply_subject: it.auto_reply_subject,
        catch_all: it.catch_all,
        reopen_days: it.reopen_days,
    };
    let changed = app
        .write(move |tx| {
            verbs::change(tx, &me, id, &changes)?;
            if let Some(aliases) = &it.aliases {
                verbs::set_aliases(tx, &me, id, aliases)?;
            }
            let inbox = verbs::find(tx, id)?;
            InboxOut::load(tx, inbox)
        })
        .await?;
    Ok(Json(changed))
}

/// Archive an inbox
///
/// It takes no more mail; its conversations stay.
#[utoipa::path(delete, path = "/api/v1/inboxes/{id}", tag = "inboxes", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<InboxesManage>,
    State(app): State<App>,
    Id(id): Id<InboxId>,
) -> Result<StatusCode, WebError> {
    let me = who.me.clone();
    app.write(move |tx| verbs::archive(tx, &me, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
