//! The inbox: list, thread and record, as a page and as the fragments of it.

pub(crate) mod bulk;
pub(crate) mod change;
pub(crate) mod drafts;
pub(crate) mod files;
pub(crate) mod floats;
pub(crate) mod mail;
pub(crate) mod merging;
pub(crate) mod messages;
pub(crate) mod read;
pub(crate) mod send;
pub(crate) mod suggest;
pub(crate) mod undo;
pub(crate) mod write;

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use jiff::tz::TimeZone;
use maud::Markup;
use tend_core::{
    Result, accounts,
    agents::{self, Me, Permission, TeamId, teams},
    contacts,
    conversations::{
        self, Category, ConversationId,
        list::{self, Sort, Tagged, Which},
        thread::May,
    },
    inboxes::{self, InboxId},
    page::{Cursor, Page},
    tags::{self, TagId},
};
use tend_store::Tx;
use tend_views::inbox::{Face, ListPane, Offered, Presence};

use crate::{App, WebError, live::Here};

/// How many rows are shown at first.
const ROWS: usize = 50;

/// Whether htmx asks, which puts the answer into the page.
pub(crate) struct Htmx(pub bool);

impl FromRequestParts<App> for Htmx {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        Ok(Self(parts.headers.contains_key("hx-request")))
    }
}

/// A view by the word in the address.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub key: String,
    pub title: String,
    pub which: Which,
}

/// Reads the word of a view; what is no view is not found.
pub(super) fn view(tx: &mut Tx, me: &Me, key: Option<&str>) -> Result<View> {
    let key = key.filter(|it| !it.is_empty()).unwrap_or("mine");
    let not_found = || tend_core::error::not_found("view");
    let (title, which) = match key {
        "mine" => ("Mine".to_owned(), Which::Mine),
        "unassigned" => ("Unassigned".to_owned(), Which::Unassigned),
        "mentions" => ("Mentions".to_owned(), Which::Mentioned),
        "followed" => ("Followed".to_owned(), Which::Followed),
        "snoozed" => ("Snoozed".to_owned(), Which::Category(Category::Snoozed)),
        "all" => ("All open".to_owned(), Which::Active),
        "everything" => ("Everything".to_owned(), Which::All),
        "spam" => ("Spam".to_owned(), Which::Category(Category::Spam)),
        _ if !key.contains(':') => {
            let id = key.parse().map_err(|_| not_found())?;
            (tend_core::views::find(tx, me, id)?.name, Which::View(id))
        }
        _ => {
            let (kind, id) = key.split_once(':').ok_or_else(not_found)?;
            match kind {
                "inbox" => {
                    let id: InboxId = id.parse().map_err(|_| not_found())?;
                    (inboxes::find_visible(tx, me, id)?.name, Which::Inbox(id))
                }
                "team" => {
                    let id: TeamId = id.parse().map_err(|_| not_found())?;
                    (teams::find(tx, id)?.name, Which::Team(id))
                }
                "tag" => {
                    let id: TagId = id.parse().map_err(|_| not_found())?;
                    (tags::find(tx, id)?.name, Which::Tag(id))
                }
                "contact" => {
                    let id = id.parse().map_err(|_| not_found())?;
                    let it = contacts::find_visible(tx, me, id)?;
                    (it.name, Which::Contact(it.id))
                }
                "account" => {
                    let id = id.parse().map_err(|_| not_found())?;
                    let it = accounts::find_visible(tx, me, id)?;
                    (it.name, Which::Account(it.id))
                }
                "category" => {
                    let it: Category = id.parse().map_err(|_| not_found())?;
                    (it.label().to_owned(), Which::Category(it))
                }
                _ => return Err(not_found()),
            }
        }
    };
    Ok(View { key: key.to_owned(), title, which })
}

/// A list with everything that its pane shows.
pub(super) struct Listed {
    pub view: View,
    pub sort: Sort,
    pub page: Page<Tagged>,
    pub drafts: Vec<ConversationId>,
    /// Where the view is changed, by who may.
    pub edit: Option<String>,
}

impl Listed {
    pub fn read(
        tx: &mut Tx,
        me: &Me,
        key: Option<&str>,
        sort: Sort,
        from: Option<Cursor>,
        limit: usize,
    ) -> Result<Self> {
        let view = view(tx, me, key)?;
        let page = list::page(tx, me, &view.which, sort, from, limit)?;
        let page = list::tagged(tx, page)?;
        let drafts = tend_core::drafts::all(tx, me)?;
        let drafts = drafts.into_iter().filter_map(|it| it.conversation).collect();
        let edit = match view.which {
            Which::View(id) => {
                let saved = tend_core::views::find(tx, me, id)?;
                super::views::may_change(me, &saved).then(|| tend_views::urls::view(id))
            }
            _ => None,
        };
        Ok(Self { view, sort, page, drafts, edit })
    }

    pub fn pane<'a>(
        &'a self,
        me: &Me,
        offered: &'a Offered,
        current: Option<ConversationId>,
        here: &'a [Presence],
    ) -> ListPane<'a> {
        ListPane {
            key: &self.view.key,
            title: self.view.title.clone(),
            total: None,
            sort: self.sort,
            lines: &self.page.items,
            next: self.page.next,
            current,
            here,
            drafts: &self.drafts,
            offered,
            may: May::of(me),
            edit: self.edit.clone(),
        }
    }
}

/// What the menus of a page offer.
pub(super) fn offered(tx: &mut Tx, me: &Me) -> Result<Offered> {
    Ok(Offered {
        agents: agents::colleagues(tx)?.into_iter().map(Face::from).collect(),
        teams: teams::all(tx)?,
        statuses: conversations::statuses(tx)?,
        tags: tags::all(tx)?,
        inboxes: inboxes::visible(tx, me)?,
        may_make_tags: me.may(Permission::TagsManage),
        may_connect: me.may(Permission::InboxesManage),
        may: May::of(me),
    })
}

/// Who else is at a conversation, as the page shows them.
pub(super) fn presences(them: Vec<Here>, at: ConversationId) -> Vec<Presence> {
    let face =
        |it: &Here| Face { id: it.agent, name: it.name.clone(), picture: None, is_away: false };
    them.iter()
        .map(|it| Presence { who: face(it), is_writing: it.types, conversation: at })
        .collect()
}

/// A moment as a form says it: RFC 3339, or `datetime-local` in the agent's zone.
pub(super) fn moment(text: &str, me: &Me) -> Option<jiff::Timestamp> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at);
    }
    let zone = TimeZone::get(&me.time_zone).unwrap_or(TimeZone::UTC);
    let local: jiff::civil::DateTime = text.parse().ok()?;
    local.to_zoned(zone).ok().map(|it| it.timestamp())
}

/// A fragment of a page.
pub(super) fn fragment(it: Markup) -> Response {
    it.into_response()
}
