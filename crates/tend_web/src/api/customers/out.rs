//! What the API says of contacts and accounts.

use jiff::Timestamp;
use serde::Serialize;
use tend_core::{
    Result,
    accounts::{self, Account, AccountId, list as accounts_list},
    agents::{self, Me},
    attributes::About,
    contacts::{self, Contact, ContactId, Identity, IdentityKind, list as contacts_list},
    tags,
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Values, known};
use crate::api::out::Named;

/// By what a contact is known to the world.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct IdentityOut {
    pub id: String,
    /// `email`, `phone`, `external`, `handle`, `visitor`.
    #[schema(value_type = String)]
    pub kind: IdentityKind,
    pub value: String,
    /// The one of its kind that we write to.
    pub is_primary: bool,
    /// Since when mail to it comes back for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub undeliverable_at: Option<Timestamp>,
}

impl From<Identity> for IdentityOut {
    fn from(it: Identity) -> Self {
        Self {
            id: it.id.to_string(),
            kind: it.kind,
            value: it.value,
            is_primary: it.is_primary,
            undeliverable_at: it.undeliverable_at,
        }
    }
}

/// A contact: a person on the customer's side.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ContactOut {
    pub id: String,
    pub name: String,
    /// What they do there.
    pub title: String,
    /// IANA name, or empty.
    pub time_zone: String,
    /// BCP 47, or empty.
    pub language: String,
    pub account: Named,
    /// The primary one of each kind first.
    pub identities: Vec<IdentityOut>,
    pub tags: Vec<Named>,
    /// By the attributes' names; null where nothing is known.
    #[schema(value_type = Object)]
    pub attributes: Values,
    /// Since when their messages are taken in as spam.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub blocked_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// The last time they wrote.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
}

impl ContactOut {
    /// For one who may see customers; an id that was merged away leads on.
    pub fn load(tx: &mut Tx, me: &Me, id: ContactId) -> Result<Self> {
        let it = contacts::find_visible(tx, me, id)?;
        Self::of(tx, it)
    }

    pub fn of(tx: &mut Tx, it: Contact) -> Result<Self> {
        let account = accounts::find(tx, it.account_id)?;
        let identities = contacts::identities(tx, it.id)?;
        Ok(Self {
            account: Named { id: account.id.to_string(), name: account.name },
            identities: identities.into_iter().map(IdentityOut::from).collect(),
            tags: tags::of(tx, it.id.raw())?.into_iter().map(Named::from).collect(),
            attributes: known(tx, About::Contact, it.id.raw())?,
            id: it.id.to_string(),
            name: it.name,
            title: it.title,
            time_zone: it.time_zone,
            language: it.language,
            blocked_at: it.blocked_at,
            created_at: it.created_at,
            changed_at: it.changed_at,
            seen_at: it.seen_at,
        })
    }
}

/// A contact in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ContactLine {
    pub id: String,
    pub name: String,
    pub title: String,
    pub account: Named,
    /// The primary one.
    pub email: Option<String>,
    /// The primary one.
    pub phone: Option<String>,
    pub tags: Vec<Named>,
    /// Their active conversations, of those that the agent may see.
    pub open_conversations: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub blocked_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
}

impl From<contacts_list::Line> for ContactLine {
    fn from(it: contacts_list::Line) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.name,
            title: it.title,
            account: Named { id: it.account_id.to_string(), name: it.account },
            email: it.email,
            phone: it.phone,
            tags: it.tags.into_iter().map(Named::from).collect(),
            open_conversations: it.open,
            blocked_at: it.blocked_at,
            created_at: it.created_at,
            seen_at: it.seen_at,
        }
    }
}

/// An account: the customer as a business relationship.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AccountOut {
    pub id: String,
    pub name: String,
    /// `company`, or `person` for an account of one.
    pub kind: String,
    /// The agent who looks after it.
    pub owner: Option<Named>,
    /// Mail domains whose writers belong to it.
    pub domains: Vec<String>,
    pub tags: Vec<Named>,
    /// By the attributes' names; null where nothing is known.
    #[schema(value_type = Object)]
    pub attributes: Values,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl AccountOut {
    /// For one who may see customers; an id that was merged away leads on.
    pub fn load(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Self> {
        let it = accounts::find_visible(tx, me, id)?;
        Self::of(tx, it)
    }

    pub fn of(tx: &mut Tx, it: Account) -> Result<Self> {
        let owner = match it.owner_id {
            Some(id) => Some(Named { id: id.to_string(), name: agents::find(tx, id)?.name }),
            None => None,
        };
        Ok(Self {
            owner,
            domains: accounts::domains(tx, it.id)?,
            tags: tags::of(tx, it.id.raw())?.into_iter().map(Named::from).collect(),
            attributes: known(tx, About::Account, it.id.raw())?,
            id: it.id.to_string(),
            name: it.name,
            kind: it.kind,
            created_at: it.created_at,
            changed_at: it.changed_at,
        })
    }
}

/// An account in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AccountLine {
    pub id: String,
    pub name: String,
    /// `company`, or `person` for an account of one.
    pub kind: String,
    pub owner: Option<Named>,
    pub domains: Vec<String>,
    pub tags: Vec<Named>,
    /// Its contacts, counted to 1000 and no further.
    pub contacts: i64,
    /// Active conversations, of those that the agent may see.
    pub open_conversations: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<accounts_list::Line> for AccountLine {
    fn from(it: accounts_list::Line) -> Self {
        let owner =
            it.owner_id.map(|id| Named { id: id.to_string(), name: it.owner.unwrap_or_default() });
        Self {
            id: it.id.to_string(),
            name: it.name,
            kind: it.kind,
            owner,
            domains: it.domains,
            tags: it.tags.into_iter().map(Named::from).collect(),
            contacts: it.contacts,
            open_conversations: it.open,
            created_at: it.created_at,
        }
    }
}
