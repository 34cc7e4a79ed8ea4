//! What stands on a contact: identities, tags, the block.

use axum::extract::State;
use tend_core::{
    agents::Me,
    contacts::{self as verbs, ContactId, IdentityId},
    error::not_found,
    tags::{self, TagId},
};
use tend_store::Tx;

use super::{
    TagByName,
    contacts::IdentityIn,
    out::{ContactOut, IdentityOut},
};
use crate::{
    App,
    api::{Answer, Id, If, List, Paging, Post, Query, nothing, out::Named},
    pages::customers::Two,
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

type Editor = May<CustomersEdit>;

/// List identities
///
/// By what a contact is known, the primary one of each kind first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/identities", tag = "contacts", params(("id" = String, Path), Paging), responses((status = 200, body = List<IdentityOut>)))]
pub(crate) async fn identities(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let id = verbs::find_visible(tx, &me, id)?.id;
            verbs::identities(tx, id)
        })
        .await?;
    List::cut(all.into_iter().map(IdentityOut::from).collect(), &paging)
}

/// Add an identity
///
/// Refused, with a sentence that says who, if another contact has it: merge the two then.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/identities", tag = "contacts", params(("id" = String, Path)), request_body = IdentityIn, responses((status = 201, body = IdentityOut)))]
pub(crate) async fn identify(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    post: Post<IdentityIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let new = verbs::add_identity(tx, me, id, it.kind, &it.value)?;
        one(tx, id, new)
    })
    .await
}

fn one(tx: &mut Tx, id: ContactId, identity: IdentityId) -> tend_core::Result<IdentityOut> {
    let contact = verbs::find(tx, id)?;
    let found = verbs::identities(tx, contact.id)?.into_iter().find(|it| it.id == identity);
    found.map(IdentityOut::from).ok_or(not_found("identity"))
}

/// Prefer an identity
///
/// It becomes the primary one of its kind: the one that we write to.
#[utoipa::path(put, path = "/api/v1/contacts/{id}/identities/{identity}/primary", tag = "contacts", params(("id" = String, Path), ("identity" = String, Path)), responses((status = 204)))]
pub(crate) async fn prefer(
    who: Editor,
    State(app): State<App>,
    Two(id, identity): Two<ContactId, IdentityId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::prefer_identity(tx, &me, id, identity)).await?;
    Ok(nothing())
}

/// Remove an identity
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/identities/{identity}", tag = "contacts", params(("id" = String, Path), ("identity" = String, Path)), responses((status = 204)))]
pub(crate) async fn forget(
    who: Editor,
    State(app): State<App>,
    Two(id, identity): Two<ContactId, IdentityId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::remove_identity(tx, &me, id, identity)).await?;
    Ok(nothing())
}

/// Tag a contact
#[utoipa::path(post, path = "/api/v1/contacts/{id}/tags", tag = "contacts", params(("id" = String, Path)), request_body = TagByName, responses((status = 201, body = Named)))]
pub(crate) async fn tag(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    post: Post<TagByName>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        verbs::find(tx, id)?;
        let tag = tags::named(tx, me, &it.name)?;
        verbs::tag(tx, me, id, tag)?;
        Ok(Named::from(tags::find(tx, tag)?))
    })
    .await
}

/// Take a tag off a contact
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/tags/{tag}", tag = "contacts", params(("id" = String, Path), ("tag" = String, Path)), responses((status = 204)))]
pub(crate) async fn untag(
    who: Editor,
    State(app): State<App>,
    Two(id, tag): Two<ContactId, TagId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::untag(tx, &me, id, tag)).await?;
    Ok(nothing())
}

/// Block a contact
///
/// From now on their messages are taken in as spam.
#[utoipa::path(put, path = "/api/v1/contacts/{id}/block", tag = "contacts", params(("id" = String, Path), If), responses((status = 200, body = ContactOut)))]
pub(crate) async fn block(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    seen: If,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| ContactOut::load(tx, me, id);
    seen.change(&app, &who, load, move |tx, me| verbs::block(tx, me, id)).await
}

/// Unblock a contact
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/block", tag = "contacts", params(("id" = String, Path), If), responses((status = 200, body = ContactOut)))]
pub(crate) async fn unblock(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    seen: If,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| ContactOut::load(tx, me, id);
    seen.change(&app, &who, load, move |tx, me| verbs::unblock(tx, me, id)).await
}
