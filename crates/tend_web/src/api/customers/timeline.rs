//! What happened with one contact or account, as people read it.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::AccountId,
    contacts::ContactId,
    timeline::{self as verbs, Aspect, Told, Who, Whom},
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, WebError,
    api::{Id, List, Paging, Query},
    who::{May, may::CustomersRead},
};

/// Which part of a timeline.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// `everything`, `talk`, `notes`, `work`, `record`.
    pub aspect: Option<String>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

impl Part {
    fn aspect(&self) -> Result<Aspect, WebError> {
        self.aspect.as_deref().map_or(Ok(Aspect::Everything), str::parse).map_err(WebError::bad)
    }

    fn paging(&self) -> Paging {
        Paging { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// Someone or something that a line names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedOut {
    /// `agent`, `contact`, `account`, `conversation`, `system`, `console`, `this`.
    pub kind: &'static str,
    pub id: Option<String>,
    pub name: String,
}

/// One line of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToldOut {
    /// Of the entry in the journal.
    pub id: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The word of the change in the journal.
    pub kind: String,
    /// `talk`, `notes`, `work`, `record`.
    pub aspect: &'static str,
    pub who: NamedOut,
    pub whom: NamedOut,
    /// The whole of it in a sentence.
    pub sentence: String,
    /// The start of what was written.
    pub says: Option<String>,
    /// For a message.
    pub message_id: Option<String>,
    /// For a snooze.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

impl From<Told> for ToldOut {
    fn from(it: Told) -> Self {
        Self {
            sentence: it.sentence(),
            id: it.id.to_string(),
            at: it.at,
            kind: it.kind,
            aspect: it.aspect.word(),
            who: who(it.who),
            whom: whom(it.whom),
            says: it.says,
            message_id: it.message.map(|it| it.0.to_string()),
            until: it.until,
        }
    }
}

fn who(it: Who) -> NamedOut {
    match it {
        Who::Agent(id, name) => NamedOut { kind: "agent", id: Some(id.to_string()), name },
        Who::Contact(id, name) => NamedOut { kind: "contact", id: Some(id.to_string()), name },
        Who::Tend => NamedOut { kind: "system", id: None, name: "Tend".to_owned() },
        Who::Console => NamedOut { kind: "console", id: None, name: it.name().to_owned() },
    }
}

fn whom(it: Whom) -> NamedOut {
    match it {
        Whom::Conversation { id, number, subject } => {
            let name = format!("#{number} {subject}");
            NamedOut { kind: "conversation", id: Some(id.to_string()), name }
        }
        Whom::Contact(id, name) => NamedOut { kind: "contact", id: Some(id.to_string()), name },
        Whom::Account(id, name) => NamedOut { kind: "account", id: Some(id.to_string()), name },
        Whom::This(name) => NamedOut { kind: "this", id: None, name: name.to_owned() },
    }
}

/// The timeline of a contact
///
/// What happened, the newest first. A page may be short and still have a next one.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/timeline", tag = "contacts", params(("id" = String, Path), Part), responses((status = 200, body = List<ToldOut>)))]
pub(crate) async fn of_contact(
    asker: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(part): Query<Part>,
) -> Result<Json<List<ToldOut>>, WebError> {
    let (aspect, paging) = (part.aspect()?, part.paging());
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, asker.me.clone());
    let page = app.read(move |tx| verbs::of_contact(tx, &me, id, aspect, from, limit)).await?;
    Ok(List::of(page, ToldOut::from))
}

/// The timeline of an account
///
/// What happened with it and its people, the newest first. A page may be short and still have
/// a next one.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/timeline", tag = "accounts", params(("id" = String, Path), Part), responses((status = 200, body = List<ToldOut>)))]
pub(crate) async fn of_account(
    asker: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(part): Query<Part>,
) -> Result<Json<List<ToldOut>>, WebError> {
    let (aspect, paging) = (part.aspect()?, part.paging());
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, asker.me.clone());
    let page = app.read(move |tx| verbs::of_account(tx, &me, id, aspect, from, limit)).await?;
    Ok(List::of(page, ToldOut::from))
}
