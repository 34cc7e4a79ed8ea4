//! Notes on contacts and accounts.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    accounts::AccountId,
    attributes::About,
    contacts::ContactId,
    customer_notes::{self as verbs, Note, NoteId},
    html::Html,
};
use tend_views::{parts::toast, urls};

use super::done;
use crate::{
    App,
    api::Id,
    asked::Form,
    pages::{Answer, go, inbox::Htmx},
    who::{May, may::CustomersEdit},
};

type Editor = May<CustomersEdit>;

/// What a note's form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    text: String,
}

pub(crate) async fn add_to_contact(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Htmx(is_htmx): Htmx,
    Form(Sent { text }): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::add_to_contact(tx, &me, id, &Html::from_text(&text))).await?;
    done(is_htmx, &urls::contact(id))
}

pub(crate) async fn add_to_account(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Htmx(is_htmx): Htmx,
    Form(Sent { text }): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::add_to_account(tx, &me, id, &Html::from_text(&text))).await?;
    done(is_htmx, &urls::account(id))
}

fn page_of(it: &Note) -> String {
    match it.subject_kind {
        About::Account => urls::account(AccountId::from_raw(it.subject_id)),
        _ => urls::contact(ContactId::from_raw(it.subject_id)),
    }
}

pub(crate) async fn edit(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<NoteId>,
    Htmx(is_htmx): Htmx,
    Form(Sent { text }): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let note = app
        .write(move |tx| {
            verbs::edit(tx, &me, id, &Html::from_text(&text))?;
            verbs::find(tx, id)
        })
        .await?;
    done(is_htmx, &page_of(&note))
}

/// Says that it is gone, with a way back.
pub(crate) async fn delete(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<NoteId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    let note = app
        .write(move |tx| {
            let note = verbs::find(tx, id)?;
            verbs::delete(tx, &me, id)?;
            Ok(note)
        })
        .await?;
    Ok(match is_htmx {
        true => toast("The note is deleted.", Some(&urls::customer_note_undo(id))).into_response(),
        false => go(&page_of(&note)),
    })
}

pub(crate) async fn undelete(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<NoteId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    let note = app
        .write(move |tx| {
            verbs::undelete(tx, &me, id)?;
            verbs::find(tx, id)
        })
        .await?;
    done(is_htmx, &page_of(&note))
}
