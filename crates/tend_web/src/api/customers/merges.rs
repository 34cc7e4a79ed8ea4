//! Making two records one, and two again.

use axum::{Json, extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::{self, AccountId},
    contacts::{self, ContactId},
    customers::{Choice, Choices, MergeId, Merged},
    error::not_found,
};
use utoipa::{IntoParams, ToSchema};

use super::out::{AccountOut, ContactOut, IdentityOut};
use crate::{
    App,
    api::{Answer, Id, List, Paging, Post, Query, nothing, out::Named},
    pages::customers::Two,
    who::{
        May,
        may::{CustomersMerge, CustomersRead},
    },
};

type Merger = May<CustomersMerge>;

/// Something that both have and that can only be one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChoiceOut {
    /// For `take`: `name`, `title`, `attribute:plan`.
    pub key: String,
    /// As people read it.
    pub label: String,
    /// What the one that goes has.
    pub from: String,
    /// What the one that stays has.
    pub into: String,
}

impl From<Choice> for ChoiceOut {
    fn from(it: Choice) -> Self {
        Self { key: it.key, label: it.label, from: it.from, into: it.into }
    }
}

/// A merge that can be taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MergeOut {
    pub id: String,
    /// The one that went.
    pub from: Named,
    /// The agent's name; null for Tend by itself.
    pub by: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub merged_at: Timestamp,
}

impl MergeOut {
    fn of(prefix: &str, it: Merged) -> Self {
        Self {
            id: it.id.to_string(),
            from: Named { id: tend_store::encode(prefix, it.from_id), name: it.name },
            by: it.by,
            merged_at: it.merged_at,
        }
    }
}

/// Which contact would go.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FromContact {
    /// The one that goes.
    #[param(value_type = String)]
    pub from: ContactId,
}

/// Which account would go.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FromAccount {
    /// The one that goes.
    #[param(value_type = String)]
    pub from: AccountId,
}

/// What a merge of two contacts would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactPreviewOut {
    pub from: Named,
    pub into: Named,
    /// Where the one that stays will belong.
    pub account: Named,
    /// An account of one that goes too.
    pub account_that_goes: Option<Named>,
    pub identities: Vec<IdentityOut>,
    /// That move, of those that the agent may see. The others move too.
    pub conversations: i64,
    pub notes: i64,
    /// That are new to the one that stays.
    pub tags: Vec<Named>,
    /// What has to be chosen; what is not taken stays as it is.
    pub choices: Vec<ChoiceOut>,
}

/// Preview a merge of contacts
///
/// What would move, and what has to be chosen. Nothing is changed.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/merges/preview", tag = "contacts", params(("id" = String, Path), FromContact), responses((status = 200, body = ContactPreviewOut)))]
pub(crate) async fn preview_contact(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(asked): Query<FromContact>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| contacts::preview(tx, &me, asked.from, id)).await?;
    let named = |it: tend_core::accounts::Account| Named { id: it.id.to_string(), name: it.name };
    Ok(Json(ContactPreviewOut {
        from: Named { id: it.from.id.to_string(), name: it.from.name },
        into: Named { id: it.into.id.to_string(), name: it.into.name },
        account: named(it.account),
        account_that_goes: it.account_that_goes.map(named),
        identities: it.identities.into_iter().map(IdentityOut::from).collect(),
        conversations: it.conversations,
        notes: it.notes,
        tags: it.tags.into_iter().map(Named::from).collect(),
        choices: it.choices.into_iter().map(ChoiceOut::from).collect(),
    })
    .into_response())
}

/// What a merge of two accounts would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountPreviewOut {
    pub from: Named,
    pub into: Named,
    pub domains: Vec<String>,
    pub contacts: i64,
    /// That move, of those that the agent may see. The others move too.
    pub conversations: i64,
    pub notes: i64,
    /// That are new to the one that stays.
    pub tags: Vec<Named>,
    /// What has to be chosen; what is not taken stays as it is.
    pub choices: Vec<ChoiceOut>,
}

/// Preview a merge of accounts
///
/// What would move, and what has to be chosen. Nothing is changed.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/merges/preview", tag = "accounts", params(("id" = String, Path), FromAccount), responses((status = 200, body = AccountPreviewOut)))]
pub(crate) async fn preview_account(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(asked): Query<FromAccount>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| accounts::preview(tx, &me, asked.from, id)).await?;
    Ok(Json(AccountPreviewOut {
        from: Named { id: it.from.id.to_string(), name: it.from.name },
        into: Named { id: it.into.id.to_string(), name: it.into.name },
        domains: it.domains,
        contacts: it.contacts,
        conversations: it.conversations,
        notes: it.notes,
        tags: it.tags.into_iter().map(Named::from).collect(),
        choices: it.choices.into_iter().map(ChoiceOut::from).collect(),
    })
    .into_response())
}

/// List merges of a contact
///
/// Those into it that can be taken back, the newest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/merges", tag = "contacts", params(("id" = String, Path), Paging), responses((status = 200, body = List<MergeOut>)))]
pub(crate) async fn of_contact(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let id = contacts::find_visible(tx, &me, id)?.id;
            contacts::merges(tx, id)
        })
        .await?;
    List::cut(all.into_iter().map(|it| MergeOut::of("con", it)).collect(), &paging)
}

/// List merges of an account
///
/// Those into it that can be taken back, the newest first.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/merges", tag = "accounts", params(("id" = String, Path), Paging), responses((status = 200, body = List<MergeOut>)))]
pub(crate) async fn of_account(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let id = accounts::find_visible(tx, &me, id)?.id;
            accounts::merges(tx, id)
        })
        .await?;
    List::cut(all.into_iter().map(|it| MergeOut::of("acc", it)).collect(), &paging)
}

/// Which contact goes into the one in the path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactMergeIn {
    /// The one that goes. From then on its id leads to the one that stays.
    #[schema(value_type = String)]
    pub from: ContactId,
    /// Keys of the preview's choices that are taken from the one that goes.
    #[serde(default)]
    pub take: Vec<String>,
}

/// Which account goes into the one in the path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountMergeIn {
    /// The one that goes. From then on its id leads to the one that stays.
    #[schema(value_type = String)]
    pub from: AccountId,
    /// Keys of the preview's choices that are taken from the one that goes.
    #[serde(default)]
    pub take: Vec<String>,
}

/// A merge that was done, and the contact that stays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactMerged {
    /// Of the merge, to take it back.
    pub id: String,
    pub contact: ContactOut,
}

/// A merge that was done, and the account that stays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountMerged {
    /// Of the merge, to take it back.
    pub id: String,
    pub account: AccountOut,
}

/// Merge contacts
///
/// The one in the body goes into the one in the path. It can be taken back.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/merges", tag = "contacts", params(("id" = String, Path)), request_body = ContactMergeIn, responses((status = 201, body = ContactMerged)))]
pub(crate) async fn merge_contact(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    post: Post<ContactMergeIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let choices = Choices { take: it.take.clone() };
        let merge = contacts::merge(tx, me, it.from, id, &choices)?;
        let contact = contacts::find(tx, id)?;
        Ok(ContactMerged { id: merge.to_string(), contact: ContactOut::of(tx, contact)? })
    })
    .await
}

/// Merge accounts
///
/// The one in the body goes into the one in the path. It can be taken back.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/merges", tag = "accounts", params(("id" = String, Path)), request_body = AccountMergeIn, responses((status = 201, body = AccountMerged)))]
pub(crate) async fn merge_account(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<AccountMergeIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let choices = Choices { take: it.take.clone() };
        let merge = accounts::merge(tx, me, it.from, id, &choices)?;
        let account = accounts::find(tx, id)?;
        Ok(AccountMerged { id: merge.to_string(), account: AccountOut::of(tx, account)? })
    })
    .await
}

/// Take a merge of contacts back
///
/// What moved and still is where the merge put it returns; what happened since then stays.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/merges/{merge}", tag = "contacts", params(("id" = String, Path), ("merge" = String, Path)), responses((status = 204)))]
pub(crate) async fn unmerge_contact(
    who: Merger,
    State(app): State<App>,
    Two(id, merge): Two<ContactId, MergeId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let id = contacts::find(tx, id)?.id;
        if !contacts::merges(tx, id)?.iter().any(|it| it.id == merge) {
            return Err(not_found("merge"));
        }
        contacts::unmerge(tx, &me, merge).map(|_| ())
    })
    .await?;
    Ok(nothing())
}

/// Take a merge of accounts back
///
/// What moved and still is where the merge put it returns; what happened since then stays.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/merges/{merge}", tag = "accounts", params(("id" = String, Path), ("merge" = String, Path)), responses((status = 204)))]
pub(crate) async fn unmerge_account(
    who: Merger,
    State(app): State<App>,
    Two(id, merge): Two<AccountId, MergeId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let id = accounts::find(tx, id)?.id;
        if !accounts::merges(tx, id)?.iter().any(|it| it.id == merge) {
            return Err(not_found("merge"));
        }
        accounts::unmerge(tx, &me, merge).map(|_| ())
    })
    .await?;
    Ok(nothing())
}
