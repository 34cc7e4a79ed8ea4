//! Notes on contacts and accounts.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::Me,
    attributes::About,
    contacts::{self, ContactId},
    customer_notes::{self as verbs, Note, NoteId},
    error::invalid,
    html::Html,
};
use tend_store::Tx;
use utoipa::ToSchema;

use crate::{
    App, WebError,
    api::{Answer, Body, Id, If, List, Paging, Post, Query, nothing, out::Named},
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// A note on a contact or an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoteOut {
    pub id: String,
    /// The contact that it is on.
    pub contact_id: Option<String>,
    /// Or the account.
    pub account_id: Option<String>,
    pub author: Named,
    /// Sanitised.
    pub html: String,
    /// The same, plain.
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Later than `created_at` if it was edited.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl From<Note> for NoteOut {
    fn from(it: Note) -> Self {
        let on = |about: About, prefix: &str| {
            (it.subject_kind == about).then(|| tend_store::encode(prefix, it.subject_id))
        };
        Self {
            id: it.id.to_string(),
            contact_id: on(About::Contact, "con"),
            account_id: on(About::Account, "acc"),
            text: it.html().to_text(),
            author: Named { id: it.author_id.to_string(), name: it.author },
            html: it.html_text,
            created_at: it.created_at,
            changed_at: it.changed_at,
        }
    }
}

/// A note to be written: either text or HTML.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteIn {
    pub text: Option<String>,
    pub html: Option<String>,
}

impl NoteIn {
    fn html(&self) -> Result<Html> {
        match (&self.text, &self.html) {
            (Some(text), None) => Ok(Html::from_text(text)),
            (None, Some(html)) => Ok(Html::sanitise(html)),
            _ => Err(invalid("text", "Give either text or html.")),
        }
    }
}

/// List notes on a contact
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/notes", tag = "notes", params(("id" = String, Path), Paging), responses((status = 200, body = List<NoteOut>)))]
pub(crate) async fn of_contact(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<NoteOut>>, WebError> {
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app
        .read(move |tx| {
            let id = contacts::find_visible(tx, &me, id)?.id;
            verbs::newest(tx, id.raw(), from, limit)
        })
        .await?;
    Ok(List::of(page, NoteOut::from))
}

/// List notes on an account
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/notes", tag = "notes", params(("id" = String, Path), Paging), responses((status = 200, body = List<NoteOut>)))]
pub(crate) async fn of_account(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<NoteOut>>, WebError> {
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app
        .read(move |tx| {
            let id = accounts::find_visible(tx, &me, id)?.id;
            verbs::newest(tx, id.raw(), from, limit)
        })
        .await?;
    Ok(List::of(page, NoteOut::from))
}

/// Write a note on a contact
#[utoipa::path(post, path = "/api/v1/contacts/{id}/notes", tag = "notes", params(("id" = String, Path)), request_body = NoteIn, responses((status = 201, body = NoteOut)))]
pub(crate) async fn on_contact(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    post: Post<NoteIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let note = verbs::add_to_contact(tx, me, id, &it.html()?)?;
        verbs::find(tx, note).map(NoteOut::from)
    })
    .await
}

/// Write a note on an account
#[utoipa::path(post, path = "/api/v1/accounts/{id}/notes", tag = "notes", params(("id" = String, Path)), request_body = NoteIn, responses((status = 201, body = NoteOut)))]
pub(crate) async fn on_account(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<NoteIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let note = verbs::add_to_account(tx, me, id, &it.html()?)?;
        verbs::find(tx, note).map(NoteOut::from)
    })
    .await
}

fn load(id: NoteId) -> impl Fn(&mut Tx, &Me) -> Result<NoteOut> + Send + 'static {
    move |tx, _| verbs::find(tx, id).map(NoteOut::from)
}

/// One note on a customer
#[utoipa::path(get, path = "/api/v1/customer-notes/{id}", tag = "notes", params(("id" = String, Path), If), responses((status = 200, body = NoteOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<NoteId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Change a note on a customer
///
/// One's own.
#[utoipa::path(patch, path = "/api/v1/customer-notes/{id}", tag = "notes", params(("id" = String, Path), If), request_body = NoteIn, responses((status = 200, body = NoteOut)))]
pub(crate) async fn change(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<NoteId>,
    seen: If,
    Body(it): Body<NoteIn>,
) -> Answer {
    seen.change(&app, &who, load(id), move |tx, me| verbs::edit(tx, me, id, &it.html()?)).await
}

/// Delete a note on a customer
///
/// One's own; who may merge customers, anyone's.
#[utoipa::path(delete, path = "/api/v1/customer-notes/{id}", tag = "notes", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn delete(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<NoteId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::delete(tx, me, id)).await
}

/// Put a deleted note back
#[utoipa::path(put, path = "/api/v1/customer-notes/{id}/restore", tag = "notes", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn restore(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<NoteId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::undelete(tx, &me, id)).await?;
    Ok(nothing())
}
