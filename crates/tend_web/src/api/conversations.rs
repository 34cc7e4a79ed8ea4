use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission, TeamId},
    contacts::{ContactId, IdentityKind, Stranger},
    conversations::{
        self as verbs, Category, ConversationId, Direction, Incoming, MessageId, NewConversation,
        Priority, StatusId,
        list::{self, Sort, Which},
    },
    error::{invalid, refused},
    inboxes::{self, Channel, Inbox, InboxId},
    tags::{self, TagId},
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{
    Answer, Body, Id, If, List, Paging, Post, Query,
    customers::TagByName,
    messages,
    messages::MessageIn,
    out::{ConversationOut, MessageOut, Named},
    present,
};
use crate::{
    App, WebError,
    who::{
        May,
        may::{ConversationsRead, ConversationsUpdate},
    },
};

/// Which conversations are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `mine`, `unassigned`, `mentioned`, `followed`, `active`, or `all` if it is left out.
    pub view: Option<String>,
    /// `new`, `open`, `waiting_customer`, `waiting_third_party`, `snoozed`, `resolved`, `closed`, `spam`.
    #[param(value_type = Option<String>)]
    pub category: Option<Category>,
    #[param(value_type = Option<String>)]
    pub inbox: Option<InboxId>,
    #[param(value_type = Option<String>)]
    pub team: Option<TeamId>,
    #[param(value_type = Option<String>)]
    pub assignee: Option<AgentId>,
    #[param(value_type = Option<String>)]
    pub tag: Option<TagId>,
    #[param(value_type = Option<String>)]
    pub contact: Option<ContactId>,
    #[param(value_type = Option<String>)]
    pub account: Option<AccountId>,
    /// `newest`, `oldest`, `waiting`, `priority`.
    #[param(value_type = Option<String>)]
    pub sort: Option<Sort>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

impl Filter {
    fn which(&self) -> Result<Which, WebError> {
        let one = [
            self.category.map(Which::Category),
            self.inbox.map(Which::Inbox),
            self.team.map(Which::Team),
            self.assignee.map(Which::Assignee),
            self.tag.map(Which::Tag),
            self.contact.map(Which::Contact),
            self.account.map(Which::Account),
        ];
        let mut given = one.into_iter().flatten();
        let first = given.next();
        if given.next().is_some() || (first.is_some() && self.view.is_some()) {
            return Err(WebError::bad("Filter by one thing at a time."));
        }
        match (first, self.view.as_deref()) {
            (Some(it), _) => Ok(it),
            (None, None | Some("all")) => Ok(Which::All),
            (None, Some("mine")) => Ok(Which::Mine),
            (None, Some("unassigned")) => Ok(Which::Unassigned),
            (None, Some("mentioned")) => Ok(Which::Mentioned),
            (None, Some("followed")) => Ok(Which::Followed),
            (None, Some("active")) => Ok(Which::Active),
            (None, Some(_)) => Err(WebError::bad("There is no such view.")),
        }
    }
}

/// List conversations
///
/// Those that the agent may see.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", params(Filter), responses((status = 200, body = List<ConversationOut>)))]
pub(crate) async fn list(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(filter): Query<Filter>,
) -> Result<Json<List<ConversationOut>>, WebError> {
    let (which, sort) = (filter.which()?, filter.sort.unwrap_or_default());
    let paging = Paging { limit: filter.limit, cursor: filter.cursor.clone() };
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let page = list::page(tx, &me, &which, sort, from, limit)?;
            list::tagged(tx, page)
        })
        .await?;
    Ok(List::of(page, |it| ConversationOut::of_line(it.line, it.tags)))
}

/// Someone on the customer's side, by what they are known by.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactIn {
    pub email: Option<String>,
    #[serde(default)]
    pub name: String,
    pub phone: Option<String>,
    /// The user's id in the company's own product.
    pub external_id: Option<String>,
}

impl ContactIn {
    fn stranger(&self) -> Stranger {
        let all = [
            (IdentityKind::External, &self.external_id),
            (IdentityKind::Email, &self.email),
            (IdentityKind::Phone, &self.phone),
        ];
        let given = all.into_iter().filter_map(|(kind, it)| Some((kind, it.clone()?)));
        Stranger { name: self.name.clone(), identities: given.collect() }
    }
}

/// A conversation to be opened, with its first message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConversationIn {
    pub contact: ContactIn,
    #[serde(default)]
    pub subject: String,
    pub message: MessageIn,
    /// May be left out when there is only one that fits.
    #[schema(value_type = Option<String>)]
    pub inbox: Option<InboxId>,
}

/// A conversation and the message that opened it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Opened {
    #[serde(flatten)]
    pub conversation: ConversationOut,
    pub message: MessageOut,
}

/// Open a conversation
///
/// With an `inbound` message (the customer wrote, into an API inbox), or an `outbound` one
/// (we write to them). The contact is found by what is given, or made.
#[utoipa::path(post, path = "/api/v1/conversations", tag = "conversations", request_body = NewConversationIn, responses((status = 201, body = Opened)))]
pub(crate) async fn create(
    who: May<ConversationsRead>,
    State(app): State<App>,
    mut post: Post<NewConversationIn>,
) -> Result<Response, WebError> {
    post.input.message.prepare()?;
    // In one write, on either database: who would not see what they open opens nothing.
    let both = |tx: &mut Tx, me: &Me, it: &NewConversationIn| {
        let message = begin(tx, me, it)?;
        opened(tx, me, message)
    };
    post.create(&app, &who, both).await
}

fn opened(tx: &mut Tx, me: &Me, message: MessageId) -> Result<Opened> {
    let (message, files) = verbs::thread::own_message(tx, message)?;
    let conversation = ConversationOut::load(tx, me, message.conversation_id)?;
    Ok(Opened { conversation, message: MessageOut::of(message, &files) })
}

fn begin(tx: &mut Tx, me: &Me, it: &NewConversationIn) -> Result<MessageId> {
    me.require(Permission::ConversationsReply)?;
    let direction = it.message.direction.unwrap_or(Direction::Inbound);
    let inbox = fitting(tx, me, it.inbox, direction)?;
    let contact = messages::known(tx, &it.contact.stranger())?;
    match direction {
        Direction::Inbound => {
            let mut incoming = Incoming::new(inbox, contact);
            incoming.subject = it.subject.clone();
            messages::receive(tx, me, incoming, &it.message, None)
        }
        Direction::Outbound => {
            let now = tx.now();
            let new = NewConversation {
                inbox: &inbox,
                contact: &contact,
                subject: &it.subject,
                category: Category::Open,
                assignee: Some(me.id),
                team: None,
                opened_at: now,
                follows: None,
                may_belong_to: None,
            };
            let opened = verbs::open(tx, tend_core::Actor::Agent(me.id), &new)?;
            messages::reply(tx, me, opened.id, &it.message)
        }
        Direction::Note => Err(invalid(
            "direction",
            "A conversation begins with a message to or from the customer.",
        )),
    }
}

fn fitting(tx: &mut Tx, me: &Me, given: Option<InboxId>, direction: Direction) -> Result<Inbox> {
    if let Some(id) = given {
        let inbox = inboxes::find_visible(tx, me, id)?;
        if direction == Direction::Inbound && inbox.channel != Channel::Api {
            return Err(invalid(
                "inbox",
                "Only in an API inbox can a program speak as the customer.",
            ));
        }
        return Ok(inbox);
    }
    let mut fit = inboxes::visible(tx, me)?;
    if direction == Direction::Inbound {
        fit.retain(|it| it.channel == Channel::Api);
    }
    match (fit.pop(), fit.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(invalid("inbox", "There is no inbox that this could go into.")),
        (Some(_), false) => Err(invalid("inbox", "Say which inbox: more than one fits.")),
    }
}

/// One conversation
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path), If), responses((status = 200, body = ConversationOut)))]
pub(crate) async fn find(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, move |tx, me| ConversationOut::load(tx, me, id)).await
}

/// What changes in a conversation; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConversationChangesIn {
    pub subject: Option<String>,
    /// A status of the company's own.
    #[schema(value_type = Option<String>)]
    pub status: Option<StatusId>,
    /// Or the category's own status.
    #[schema(value_type = Option<String>)]
    pub category: Option<Category>,
    #[schema(value_type = Option<String>)]
    pub priority: Option<Priority>,
    /// Null gives it back to the queue.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub assignee: Option<Option<AgentId>>,
    /// Null takes it out of any team.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Option<TeamId>>,
}

/// Change a conversation
///
/// Subject, status, priority, assignee, team. Only what is given changes.
#[utoipa::path(patch, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path), If), request_body = ConversationChangesIn, responses((status = 200, body = ConversationOut)))]
pub(crate) async fn change(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    seen: If,
    Body(it): Body<ConversationChangesIn>,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| ConversationOut::load(tx, me, id);
    seen.change(&app, &who, load, move |tx, me| it.make(tx, me, id)).await
}

impl ConversationChangesIn {
    fn make(&self, tx: &mut Tx, me: &Me, id: ConversationId) -> Result<()> {
        if let Some(subject) = &self.subject {
            verbs::set_subject(tx, me, id, subject)?;
        }
        if let Some(to) = self.priority {
            verbs::set_priority(tx, me, id, to)?;
        }
        if let Some(to) = self.team {
            verbs::set_team(tx, me, id, to)?;
        }
        if let Some(to) = self.assignee {
            verbs::assign(tx, me, id, to)?;
        }
        match (self.status, self.category) {
            (Some(_), Some(_)) => Err(refused("Give a status or a category, not both.")),
            (Some(to), None) => verbs::set_status(tx, me, id, to),
            (None, Some(to)) => verbs::set_category(tx, me, id, to),
            (None, None) => Ok(()),
        }
    }
}

/// Tag a conversation
#[utoipa::path(post, path = "/api/v1/conversations/{id}/tags", tag = "conversations", params(("id" = String, Path)), request_body = TagByName, responses((status = 201, body = Named)))]
pub(crate) async fn tag(
    who: May<ConversationsUpdate>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    post: Post<TagByName>,
) -> Result<Response, WebError> {
    post.create(&app, &who, move |tx, me, it| {
        verbs::find_visible(tx, me, id)?;
        let tag = tags::named(tx, me, &it.name)?;
        verbs::tag(tx, me, id, tag)?;
        Ok(Named::from(tags::find(tx, tag)?))
    })
    .await
}

/// Take a tag off
#[utoipa::path(delete, path = "/api/v1/conversations/{id}/tags/{tag}", tag = "conversations", params(("id" = String, Path), ("tag" = String, Path)), responses((status = 204)))]
pub(crate) async fn untag(
    who: May<ConversationsUpdate>,
    State(app): State<App>,
    Path((id, tag)): Path<(String, String)>,
) -> Result<StatusCode, WebError> {
    let id: ConversationId = id.parse().map_err(|_| WebError::not_found())?;
    let tag: TagId = tag.parse().map_err(|_| WebError::not_found())?;
    let me = who.me.clone();
    app.write(move |tx| verbs::untag(tx, &me, id, tag)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Until when a conversation sleeps.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnoozeIn {
    /// Left out: until the customer writes.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// Snooze a conversation
#[utoipa::path(put, path = "/api/v1/conversations/{id}/snooze", tag = "conversations", params(("id" = String, Path)), request_body = SnoozeIn, responses((status = 204)))]
pub(crate) async fn snooze(
    who: May<ConversationsUpdate>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Body(it): Body<SnoozeIn>,
) -> Result<StatusCode, WebError> {
    let me = who.me.clone();
    app.write(move |tx| verbs::snooze(tx, &me, id, it.until)).await?;
    Ok(StatusCode::NO_CONTENT)
}

macro_rules! simple {
    ($(#[$meta:meta])* $method:ident $path:literal $name:ident => $verb:path) => {
        $(#[$meta])*
        #[utoipa::path($method, path = $path, tag = "conversations", params(("id" = String, Path)), responses((status = 204)))]
        pub(crate) async fn $name(
            who: May<ConversationsRead>,
            State(app): State<App>,
            Id(id): Id<ConversationId>,
        ) -> Result<StatusCode, WebError> {
            let me = who.me.clone();
            app.write(move |tx| $verb(tx, &me, id)).await?;
            Ok(StatusCode::NO_CONTENT)
        }
    };
}

simple! {
    /// Follow a conversation
    put "/api/v1/conversations/{id}/follow" follow => verbs::follow
}
simple! {
    /// Follow it no more
    delete "/api/v1/conversations/{id}/follow" unfollow => verbs::unfollow
}
simple! {
    /// Mark as read
    put "/api/v1/conversations/{id}/read" read => verbs::mark_read
}
simple! {
    /// Mark as unread
    delete "/api/v1/conversations/{id}/read" unread => verbs::mark_unread
}
