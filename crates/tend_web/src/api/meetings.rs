//! Meetings with customers.

use axum::{extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::AccountId,
    agents::{Me, Permission},
    contacts::ContactId,
    error::invalid,
    meetings::{self as verbs, Meeting, NewMeeting, Present},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Id, List, Post};
use crate::{
    App,
    router::{Access::Token, Route, get, post},
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    let path = "/api/v1/accounts/{id}/meetings";
    vec![
        get(path, Token(Permission::CustomersRead), list),
        post(path, Token(Permission::CustomersEdit), record),
    ]
}

/// A meeting with a customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeetingOut {
    pub id: String,
    pub account_id: String,
    pub title: String,
    /// What came of it.
    pub note: String,
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Timestamp,
    /// Who wrote it down.
    pub by_id: String,
    /// Contacts who were there.
    pub people: Vec<String>,
}

impl super::Keyed for MeetingOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

impl From<(Meeting, Vec<Present>)> for MeetingOut {
    fn from((it, people): (Meeting, Vec<Present>)) -> Self {
        Self {
            id: it.id.to_string(),
            account_id: it.account_id.to_string(),
            title: it.title,
            note: it.note,
            happened_at: it.happened_at,
            by_id: it.by_id.to_string(),
            people: people.into_iter().map(|it| it.contact_id.to_string()).collect(),
        }
    }
}

/// A meeting that took place.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetingIn {
    pub title: String,
    #[serde(default)]
    pub note: String,
    /// Now, if it is left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub happened_at: Option<Timestamp>,
    /// Contacts of the account who were there.
    pub people: Vec<String>,
}

/// The meetings of an account
///
/// The newest first, at most a hundred.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/meetings", tag = "accounts", params(("id" = String, Path)), responses((status = 200, body = List<MeetingOut>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let items = app.read(move |tx| verbs::of_account(tx, &me, id)).await?;
    let page = tend_core::page::Page { items, next: None };
    Ok(List::of(page, MeetingOut::from).into_response())
}

/// Write a meeting down
///
/// It is told on the timeline of the account, and begins the campaigns that wait for meetings, for
/// those who were there.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/meetings", tag = "accounts", params(("id" = String, Path)), request_body = MeetingIn, responses((status = 201, body = MeetingOut)))]
pub(crate) async fn record(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<MeetingIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| kept(tx, me, id, it)).await
}

fn kept(tx: &mut Tx, me: &Me, id: AccountId, it: &MeetingIn) -> tend_core::Result<MeetingOut> {
    let people: Result<Vec<ContactId>, _> = it.people.iter().map(|it| it.parse()).collect();
    let new = NewMeeting {
        title: it.title.clone(),
        note: it.note.clone(),
        happened_at: it.happened_at.unwrap_or(tx.now()),
        people: people.map_err(|_| invalid("people", "One of these is no contact’s id."))?,
    };
    let made = verbs::record(tx, me, id, &new)?;
    let found = verbs::of_account(tx, me, id)?.into_iter().find(|it| it.0.id == made);
    found.map(MeetingOut::from).ok_or(tend_core::error::not_found("meeting"))
}
