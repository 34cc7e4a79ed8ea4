//! The list of contacts, and entering one.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::Me,
    attributes::{self, About},
    contacts::{
        self, IdentityKind, NewContact,
        list::{self, Filter},
    },
    customers::May as Allowed,
    tags,
};
use tend_store::Tx;
use tend_views::{
    customers::{
        ContactList, NewContactForm, contact_list, contact_rows, contacts_page, new_contact_page,
    },
    parts::Problems,
    urls,
};

use super::{MOST, attribute_of, tag_of};
use crate::{
    App, WebError,
    asked::{Form, Query},
    forms::Ticked,
    pages::{
        Answer,
        frame::{Wanted, now},
        go,
        inbox::Htmx,
        problems,
    },
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// How many rows are shown at first.
const ROWS: usize = 50;

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    sort: String,
    account: String,
    tag: String,
    attribute: String,
    blocked: Ticked,
    cursor: String,
}

impl Asked {
    pub(super) fn filter(&self, tx: &mut Tx) -> Result<Filter> {
        Ok(Filter {
            text: self.q.clone(),
            account: self.account.parse().ok(),
            tag: tag_of(&self.tag),
            attribute: attribute_of(tx, About::Contact, &self.attribute)?,
            blocked: self.blocked.0,
        })
    }
}

pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::contacts());
    let page = app
        .read(move |tx| {
            let it = read(tx, &wanted.me, &asked)?;
            let now = now(tx, &wanted.me);
            Ok(match (is_htmx, asked.cursor.is_empty()) {
                (true, false) => contact_rows(&now, &it),
                (true, true) => contact_list(&now, &it),
                _ => contacts_page(&wanted.read(tx)?, &it),
            })
        })
        .await?;
    Ok(page.into_response())
}

fn read(tx: &mut Tx, me: &Me, asked: &Asked) -> Result<ContactList> {
    let filter = asked.filter(tx)?;
    let sort = asked.sort.parse().unwrap_or_default();
    let page = list::page(tx, me, &filter, sort, asked.cursor.parse().ok(), ROWS)?;
    let account = match filter.account {
        Some(it) => Some(accounts::find_visible(tx, me, it)?),
        None => None,
    };
    Ok(ContactList {
        lines: page.items,
        next: page.next,
        count: if asked.cursor.is_empty() { list::count(tx, &filter, MOST)? } else { 0 },
        most: MOST,
        q: asked.q.clone(),
        sort,
        account,
        tag: asked.tag.clone(),
        attribute: asked.attribute.clone(),
        blocked: asked.blocked.0,
        tags: tags::all(tx)?,
        definitions: attributes::definitions(tx, About::Contact)?,
        may: Allowed::of(me),
    })
}

/// The form of a new one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    name: String,
    email: String,
    phone: String,
    title: String,
    language: String,
    time_zone: String,
    account: String,
}

pub(crate) async fn new(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Query(sent): Query<Sent>,
) -> Answer {
    form(&app, Wanted::by(&who, urls::contacts()), sent, StatusCode::OK, Problems::default()).await
}

pub(crate) async fn create(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, new) = (who.me.clone(), sent.to_contact());
    match app.write(move |tx| contacts::create(tx, &me, &new)).await {
        Ok(id) => Ok(go(&urls::contact(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(&app, Wanted::by(&who, urls::contacts()), sent, status, wrong).await
        }
    }
}

impl Sent {
    fn to_contact(&self) -> NewContact {
        let all = [(IdentityKind::Email, &self.email), (IdentityKind::Phone, &self.phone)];
        let given = all.into_iter().filter(|it| !it.1.trim().is_empty());
        NewContact {
            name: self.name.clone(),
            title: self.title.clone(),
            time_zone: self.time_zone.clone(),
            language: self.language.clone(),
            identities: given.map(|it| (it.0, it.1.clone())).collect(),
            account: self.account.parse().ok(),
        }
    }
}

async fn form(
    app: &App,
    wanted: Wanted,
    sent: Sent,
    status: StatusCode,
    problems: Problems,
) -> Result<axum::response::Response, WebError> {
    let page = app
        .read(move |tx| {
            let account = match sent.account.parse::<AccountId>() {
                Ok(it) => Some(accounts::find_visible(tx, &wanted.me, it)?),
                Err(_) => None,
            };
            let it = NewContactForm {
                name: sent.name,
                email: sent.email,
                phone: sent.phone,
                title: sent.title,
                language: sent.language,
                time_zone: sent.time_zone,
                account,
            };
            Ok(new_contact_page(&wanted.read(tx)?, &it, &problems))
        })
        .await?;
    Ok((status, page).into_response())
}
