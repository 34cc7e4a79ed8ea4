//! What can be known: definitions of attributes, and their values on one thing.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::Me,
    attributes::{self as verbs, About, AttributeId, Definition, Kind, NewDefinition},
    contacts::{self, ContactId},
    conversations::{self, ConversationId},
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{On, Values, known, set};
use crate::{
    App,
    api::{Answer, Body, Id, If, List, Paging, Post, Query},
    who::{
        May, SignedIn,
        may::{
            AttributesManage, ConversationsRead, ConversationsUpdate, CustomersEdit, CustomersRead,
        },
    },
};

/// An attribute: something that a company wants to know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttributeOut {
    pub id: String,
    /// `contact`, `account`, `conversation`.
    #[schema(value_type = String)]
    pub about: About,
    /// By which the API and files know it; never changes.
    pub name: String,
    /// As people read it.
    pub label: String,
    /// `text`, `number`, `date`, `choice`, `boolean`, `link`.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// For a choice: what can be chosen.
    pub choices: Vec<String>,
    /// It is not offered any more; its values are kept.
    pub is_archived: bool,
}

impl From<Definition> for AttributeOut {
    fn from(it: Definition) -> Self {
        Self {
            choices: it.choices(),
            id: it.id.to_string(),
            about: it.subject_kind,
            name: it.name,
            label: it.label,
            kind: it.kind,
            is_archived: it.archived_at.is_some(),
        }
    }
}

/// Which attributes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// `contact`, `account`, `conversation`; left out, all.
    #[param(value_type = Option<String>)]
    pub about: Option<About>,
    /// `true`: those that are not offered any more.
    #[serde(default)]
    pub archived: bool,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

/// List attributes
///
/// What can be known, in the company's own order.
#[utoipa::path(get, path = "/api/v1/attributes", tag = "attributes", params(Which), responses((status = 200, body = List<AttributeOut>)))]
pub(crate) async fn list(
    _who: SignedIn,
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Answer {
    let paging = Paging { limit: which.limit, cursor: which.cursor.clone() };
    let all = app
        .read(move |tx| {
            let mut all = Vec::new();
            for about in About::ALL.iter().filter(|it| which.about.is_none_or(|one| one == **it)) {
                all.extend(match which.archived {
                    true => verbs::archived(tx, *about)?,
                    false => verbs::definitions(tx, *about)?,
                });
            }
            Ok(all)
        })
        .await?;
    List::cut(all.into_iter().map(AttributeOut::from).collect(), &paging)
}

fn load(id: AttributeId) -> impl Fn(&mut Tx, &Me) -> Result<AttributeOut> + Send + 'static {
    move |tx, _| verbs::find(tx, id).map(AttributeOut::from)
}

/// One attribute
#[utoipa::path(get, path = "/api/v1/attributes/{id}", tag = "attributes", params(("id" = String, Path), If), responses((status = 200, body = AttributeOut)))]
pub(crate) async fn find(
    who: SignedIn,
    State(app): State<App>,
    Id(id): Id<AttributeId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// An attribute to be defined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAttributeIn {
    /// `contact`, `account`, `conversation`.
    #[schema(value_type = String)]
    pub about: About,
    /// As people read it.
    pub label: String,
    /// `a-z0-9_`; left out, it is made from the label.
    #[serde(default)]
    pub name: String,
    /// `text`, `number`, `date`, `choice`, `boolean`, `link`.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// For a choice: what can be chosen, in this order.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// Define an attribute
#[utoipa::path(post, path = "/api/v1/attributes", tag = "attributes", request_body = NewAttributeIn, responses((status = 201, body = AttributeOut)))]
pub(crate) async fn define(
    who: May<AttributesManage>,
    State(app): State<App>,
    post: Post<NewAttributeIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let new = NewDefinition {
            about: it.about,
            label: it.label.clone(),
            name: it.name.clone(),
            kind: it.kind,
            choices: it.choices.clone(),
        };
        let id = verbs::define(tx, me, &new)?;
        verbs::find(tx, id).map(AttributeOut::from)
    })
    .await
}

/// What changes in an attribute; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttributeChangesIn {
    pub label: Option<String>,
    /// All of them. One that is taken out stays where it was chosen.
    pub choices: Option<Vec<String>>,
    /// `true` offers it no more, `false` offers it again.
    pub is_archived: Option<bool>,
    /// Where it stands among those of its kind; 0 is the first.
    pub place: Option<usize>,
}

impl AttributeChangesIn {
    fn make(&self, tx: &mut Tx, me: &Me, id: AttributeId) -> Result<()> {
        let it = verbs::find(tx, id)?;
        let label = self.label.as_ref().unwrap_or(&it.label);
        let choices = self.choices.clone().unwrap_or_else(|| it.choices());
        verbs::redefine(tx, me, id, label, &choices)?;
        match self.is_archived {
            Some(true) => verbs::archive(tx, me, id)?,
            Some(false) => verbs::restore(tx, me, id)?,
            None => {}
        }
        if let Some(place) = self.place {
            let all = verbs::definitions(tx, it.subject_kind)?;
            let mut ids: Vec<_> = all.into_iter().map(|it| it.id).filter(|it| *it != id).collect();
            ids.insert(place.min(ids.len()), id);
            verbs::order(tx, me, it.subject_kind, &ids)?;
        }
        Ok(())
    }
}

/// Change an attribute
///
/// Its label, choices, place, and whether it is offered. Name and kind never change.
#[utoipa::path(patch, path = "/api/v1/attributes/{id}", tag = "attributes", params(("id" = String, Path), If), request_body = AttributeChangesIn, responses((status = 200, body = AttributeOut)))]
pub(crate) async fn change(
    who: May<AttributesManage>,
    State(app): State<App>,
    Id(id): Id<AttributeId>,
    seen: If,
    Body(it): Body<AttributeChangesIn>,
) -> Answer {
    seen.change(&app, &who, load(id), move |tx, me| it.make(tx, me, id)).await
}

/// Archive an attribute
///
/// It is offered no more; what is known by it is kept.
#[utoipa::path(delete, path = "/api/v1/attributes/{id}", tag = "attributes", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<AttributesManage>,
    State(app): State<App>,
    Id(id): Id<AttributeId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::archive(tx, me, id)).await
}

/// Values of attributes by their names: `{"plan": "Gold", "seats": 12, "renews": null}`.
#[derive(Debug, ToSchema)]
#[schema(value_type = Object)]
pub(crate) struct AttributeValues(#[expect(dead_code, reason = "only described")] Values);

macro_rules! values {
    ($path:literal, $tag:literal, $id:ident, $see:ident, $edit:ident,
     $(#[$get_doc:meta])* $get:ident, $(#[$put_doc:meta])* $put:ident,
     $load:ident = $find:path, $about:expr, $on:path) => {
        fn $load(id: $id) -> impl Fn(&mut Tx, &Me) -> Result<Values> + Send + 'static {
            move |tx, me| {
                let id = $find(tx, me, id)?.id;
                known(tx, $about, id.raw())
            }
        }

        $(#[$get_doc])*
        #[utoipa::path(get, path = $path, tag = $tag, params(("id" = String, Path), If), responses((status = 200, body = AttributeValues)))]
        pub(crate) async fn $get(
            who: May<$see>,
            State(app): State<App>,
            Id(id): Id<$id>,
            seen: If,
        ) -> Answer {
            seen.show(&app, &who, $load(id)).await
        }

        $(#[$put_doc])*
        #[utoipa::path(patch, path = $path, tag = $tag, params(("id" = String, Path), If), request_body = AttributeValues, responses((status = 200, body = AttributeValues)))]
        pub(crate) async fn $put(
            who: May<$edit>,
            State(app): State<App>,
            Id(id): Id<$id>,
            seen: If,
            Body(it): Body<Values>,
        ) -> Answer {
            let work = move |tx: &mut Tx, me: &Me| {
                let id = $find(tx, me, id)?.id;
                set(tx, me, $on(id), &it)
            };
            seen.change(&app, &who, $load(id), work).await
        }
    };
}

values! {
    "/api/v1/contacts/{id}/attributes", "contacts", ContactId, CustomersRead, CustomersEdit,
    /// What is known of a contact
    ///
    /// By the attributes' names: text, number, `true`, or null.
    of_contact,
    /// Say what is known of a contact
    ///
    /// What is left out stays; null clears one.
    set_on_contact,
    load_contact = contacts::find_visible, About::Contact, On::Contact
}
values! {
    "/api/v1/accounts/{id}/attributes", "accounts", AccountId, CustomersRead, CustomersEdit,
    /// What is known of an account
    ///
    /// By the attributes' names: text, number, `true`, or null.
    of_account,
    /// Say what is known of an account
    ///
    /// What is left out stays; null clears one.
    set_on_account,
    load_account = accounts::find_visible, About::Account, On::Account
}
values! {
    "/api/v1/conversations/{id}/attributes", "conversations", ConversationId, ConversationsRead, ConversationsUpdate,
    /// What is known of a conversation
    ///
    /// By the attributes' names: text, number, `true`, or null.
    of_conversation,
    /// Say what is known of a conversation
    ///
    /// What is left out stays; null clears one.
    set_on_conversation,
    load_conversation = conversations::find_visible, About::Conversation, On::Conversation
}
