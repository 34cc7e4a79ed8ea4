//! Contacts and accounts.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::IntoResponse,
};
use axum_extra::extract::Form;
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::{self, Permission},
    attributes::{self, About},
    contacts::{self, ContactId},
    conversations::ConversationId,
    customer_notes, customers,
    html::Html,
    page::Cursor,
    timeline::{self, Aspect},
};
use tend_views::{
    customers::{
        AccountPane, Listed, Story, account_page, accounts_page, contact_page, contacts_page,
    },
    inbox::RecordPane,
    urls,
};

use super::{Answer, encoded, frame::Wanted, go, inbox::Htmx};
use crate::{
    App,
    api::Id,
    who::{
        May,
        may::{ConversationsUpdate, CustomersEdit, CustomersRead},
    },
};

/// So many rows a page.
const ROWS: usize = 50;

/// Which rows, or which part of a story.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    cursor: Option<String>,
    aspect: Option<String>,
}

impl Asked {
    fn from(&self) -> Option<Cursor> {
        self.cursor.as_deref()?.parse().ok()
    }

    fn aspect(&self) -> Aspect {
        self.aspect.as_deref().and_then(|it| it.parse().ok()).unwrap_or_default()
    }

    fn next(&self, base: &str, next: Option<Cursor>) -> Option<String> {
        next.map(|it| format!("{base}?q={}&cursor={it}", encoded(&self.q)))
    }

    fn earlier(&self, base: &str, next: Option<Cursor>) -> Option<String> {
        next.map(|it| format!("{base}?aspect={}&cursor={it}", self.aspect().word()))
    }
}

/// All contacts.
pub(crate) async fn contacts(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::contacts());
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let filter = contacts::list::Filter { text: asked.q.clone(), ..Default::default() };
            let sort = contacts::list::Sort::Seen;
            let page = contacts::list::page(tx, &wanted.me, &filter, sort, asked.from(), ROWS)?;
            let next = asked.next(&urls::contacts(), page.next);
            Ok(contacts_page(&frame, &Listed { query: &asked.q, lines: &page.items, next }))
        })
        .await?;
    Ok(page.into_response())
}

/// All accounts.
pub(crate) async fn accounts(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::accounts());
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let filter = accounts::list::Filter { text: asked.q.clone(), ..Default::default() };
            let sort = accounts::list::Sort::Name;
            let page = accounts::list::page(tx, &wanted.me, &filter, sort, asked.from(), ROWS)?;
            let next = asked.next(&urls::accounts(), page.next);
            Ok(accounts_page(&frame, &Listed { query: &asked.q, lines: &page.items, next }))
        })
        .await?;
    Ok(page.into_response())
}

/// One contact.
pub(crate) async fn contact(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::contacts());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let record = customers::record(tx, me, id)?;
            let told = timeline::of_contact(tx, me, id, asked.aspect(), asked.from(), ROWS)?;
            let base = urls::contact(id);
            let next = asked.earlier(&base, told.next);
            let story = Story { told: &told.items, aspect: asked.aspect(), base, next };
            let pane = RecordPane { record: &record, beside: None, conversation_attributes: &[] };
            Ok(contact_page(&frame, &pane, &story))
        })
        .await?;
    Ok(page.into_response())
}

/// One account.
pub(crate) async fn account(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::accounts());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let account = accounts::find_visible(tx, me, id)?;
            let owner = match account.owner_id {
                Some(owner) => Some(agents::find(tx, owner)?.name),
                None => None,
            };
            let of = contacts::list::Filter { account: Some(account.id), ..Default::default() };
            let sort = contacts::list::Sort::Seen;
            let people = contacts::list::page(tx, me, &of, sort, None, 20)?;
            let pane = AccountPane {
                owner,
                domains: &accounts::domains(tx, account.id)?,
                attributes: &attributes::of(tx, About::Account, account.id.raw())?,
                notes: &customer_notes::newest(tx, account.id.raw(), None, 20)?.items,
                people: &people.items,
                may_edit: me.may(Permission::CustomersEdit),
                account: &account,
            };
            let told = timeline::of_account(tx, me, id, asked.aspect(), asked.from(), ROWS)?;
            let base = urls::account(id);
            let next = asked.earlier(&base, told.next);
            let story = Story { told: &told.items, aspect: asked.aspect(), base, next };
            Ok(account_page(&frame, &pane, &story))
        })
        .await?;
    Ok(page.into_response())
}

/// A note, or the value of an attribute.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    text: String,
    name: String,
    value: String,
}

macro_rules! write {
    ($(#[$meta:meta])* $handler:ident needs $may:ident, $id:ty, $back:path, |$tx:ident, $me:ident, $of:ident, $sent:ident| $work:expr) => {
        $(#[$meta])*
        pub(crate) async fn $handler(
            who: May<$may>,
            State(app): State<App>,
            Id($of): Id<$id>,
            Htmx(is_htmx): Htmx,
            Form($sent): Form<Sent>,
        ) -> Answer {
            let $me = who.me.clone();
            app.write(move |$tx| -> Result<()> { $work }).await?;
            match is_htmx {
                true => Ok(StatusCode::NO_CONTENT.into_response()),
                false => Ok(go(&$back($of))),
            }
        }
    };
}

write! {
    /// `text`: a note on a contact.
    note_on_contact needs CustomersEdit, ContactId, urls::contact, |tx, me, id, sent|
        customer_notes::add_to_contact(tx, &me, id, &Html::from_text(&sent.text)).map(|_| ())
}
write! {
    /// `text`: a note on an account.
    note_on_account needs CustomersEdit, AccountId, urls::account, |tx, me, id, sent|
        customer_notes::add_to_account(tx, &me, id, &Html::from_text(&sent.text)).map(|_| ())
}
write! {
    /// `name` and `value` of an attribute of a contact.
    attribute_of_contact needs CustomersEdit, ContactId, urls::contact, |tx, me, id, sent|
        attributes::set_on_contact(tx, &me, id, &sent.name, &sent.value)
}
write! {
    /// `name` and `value` of an attribute of an account.
    attribute_of_account needs CustomersEdit, AccountId, urls::account, |tx, me, id, sent|
        attributes::set_on_account(tx, &me, id, &sent.name, &sent.value)
}
write! {
    /// `name` and `value` of an attribute of a conversation.
    attribute_of_conversation needs ConversationsUpdate, ConversationId, urls::conversation, |tx, me, id, sent|
        attributes::set_on_conversation(tx, &me, id, &sent.name, &sent.value)
}
