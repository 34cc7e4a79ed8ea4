use axum::{Json, extract::State};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::AccountId,
    agents::Me,
    attributes::About,
    contacts::{
        self as verbs, ContactChange, ContactId, IdentityKind, NewContact,
        list::{self, Sort},
    },
    error::invalid,
    tags::TagId,
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{
    On, Values, attribute_of,
    out::{ContactLine, ContactOut},
    put_on, set,
};
use crate::{
    App, WebError,
    api::{Answer, Body, Id, If, List, Paging, Post, Query, present},
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// Which contacts; all conditions hold together.
#[derive(Clone, Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = ContactFilter)]
pub(crate) struct Filter {
    /// Each word begins a word of their name, address, number or domain.
    #[serde(default)]
    pub q: String,
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub account: Option<AccountId>,
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub tag: Option<TagId>,
    /// An attribute with exactly this value: `plan:Gold`.
    pub attribute: Option<String>,
    /// `true`: only those who are blocked.
    #[serde(default)]
    pub blocked: bool,
    /// `seen` (who wrote last first), or `name`.
    pub sort: Option<String>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

impl Filter {
    pub fn read(&self, tx: &mut Tx) -> Result<list::Filter> {
        Ok(list::Filter {
            text: self.q.clone(),
            account: self.account,
            tag: self.tag,
            attribute: attribute_of(tx, About::Contact, self.attribute.as_deref())?,
            blocked: self.blocked,
        })
    }
}

/// List contacts
///
/// Those who wrote last come first.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts", params(Filter), responses((status = 200, body = List<ContactLine>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Filter>,
) -> Result<Json<List<ContactLine>>, WebError> {
    let paging = Paging { limit: asked.limit, cursor: asked.cursor.clone() };
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let sort = asked.sort.as_deref().map_or(Ok(Sort::Seen), str::parse).map_err(WebError::bad)?;
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let which = asked.read(tx)?;
            list::page(tx, &me, &which, sort, from, limit)
        })
        .await?;
    Ok(List::of(page, ContactLine::from))
}

/// An address, number or name.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityIn {
    /// `email`, `phone`, `external`, `handle`, `visitor`.
    #[schema(value_type = String)]
    pub kind: IdentityKind,
    pub value: String,
}

/// A contact to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContactIn {
    /// May be left out if there is an identity; that then serves as the name.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub title: String,
    /// IANA name.
    #[serde(default)]
    pub time_zone: String,
    /// BCP 47.
    #[serde(default)]
    pub language: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// The user's id in the company's own product.
    pub external_id: Option<String>,
    /// Further ones.
    #[serde(default)]
    pub identities: Vec<IdentityIn>,
    /// Left out, it follows the domain of their address.
    #[schema(value_type = Option<String>)]
    pub account: Option<AccountId>,
    /// By their names; new ones are made if the agent may make tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// By the attributes' names.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Values,
}

impl NewContactIn {
    fn identities(&self) -> Vec<(IdentityKind, String)> {
        let short = [
            (IdentityKind::Email, &self.email),
            (IdentityKind::Phone, &self.phone),
            (IdentityKind::External, &self.external_id),
        ];
        let short = short.into_iter().filter_map(|(kind, it)| Some((kind, it.clone()?)));
        short.chain(self.identities.iter().map(|it| (it.kind, it.value.clone()))).collect()
    }
}

/// Make a contact
///
/// Refused, with a sentence that says who, if another contact has one of the addresses.
#[utoipa::path(post, path = "/api/v1/contacts", tag = "contacts", request_body = NewContactIn, responses((status = 201, body = ContactOut)))]
pub(crate) async fn create(
    who: May<CustomersEdit>,
    State(app): State<App>,
    post: Post<NewContactIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let new = NewContact {
            name: it.name.clone(),
            title: it.title.clone(),
            time_zone: it.time_zone.clone(),
            language: it.language.clone(),
            identities: it.identities(),
            account: it.account,
        };
        let id = verbs::create(tx, me, &new)?;
        put_on(tx, me, &it.tags, |tx, tag| verbs::tag(tx, me, id, tag))?;
        set(tx, me, On::Contact(id), &it.attributes)?;
        let contact = verbs::find(tx, id)?;
        ContactOut::of(tx, contact)
    })
    .await
}

/// One contact
///
/// The id of one that was merged away leads to the one that took it in.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = String, Path), If), responses((status = 200, body = ContactOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, move |tx, me| ContactOut::load(tx, me, id)).await
}

/// What changes in a contact; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactChangesIn {
    pub name: Option<String>,
    pub title: Option<String>,
    pub time_zone: Option<String>,
    pub language: Option<String>,
    /// Where they belong; null makes an account of their own.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub account: Option<Option<AccountId>>,
    /// By the attributes' names; those that are left out stay, null clears one.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub attributes: Values,
}

impl ContactChangesIn {
    fn make(&self, tx: &mut Tx, me: &Me, id: ContactId) -> Result<()> {
        let id = verbs::find_visible(tx, me, id)?.id;
        let to = ContactChange {
            name: self.name.clone(),
            title: self.title.clone(),
            time_zone: self.time_zone.clone(),
            language: self.language.clone(),
        };
        verbs::change(tx, me, id, &to)?;
        match self.account {
            Some(Some(to)) => match verbs::move_to(tx, me, id, to) {
                Err(tend_core::Error::NotFound("account")) => {
                    return Err(invalid("account", "There is no such account."));
                }
                other => other?,
            },
            Some(None) => verbs::move_out(tx, me, id)?,
            None => {}
        }
        set(tx, me, On::Contact(id), &self.attributes)
    }
}

/// Change a contact
///
/// Only what is given changes: name, title, time zone, language, account, attributes.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "contacts", params(("id" = String, Path), If), request_body = ContactChangesIn, responses((status = 200, body = ContactOut)))]
pub(crate) async fn change(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    seen: If,
    Body(it): Body<ContactChangesIn>,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| ContactOut::load(tx, me, id);
    seen.change(&app, &who, load, move |tx, me| it.make(tx, me, id)).await
}
