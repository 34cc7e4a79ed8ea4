use tend_store::Tx;

use super::past::{self, Pasts};
use crate::{
    Result,
    accounts::{self, Account},
    agents::{self, Me, Permission},
    attributes::{self, About, Attribute},
    contacts::{self, Contact, ContactId, Identity},
    customer_notes::{self, Note},
    error::not_found,
    orders, remedies, surveys,
    tags::{self, Tag},
};

/// How many conversations and notes a record shows before "All".
const SHOWN: usize = 5;
/// How many surveys.
const SURVEYS: usize = 4;
/// How many orders.
const ORDERS: usize = 3;

/// Who a contact is: what stands beside each of their conversations.
#[derive(Clone, Debug)]
pub struct Record {
    pub contact: Contact,
    /// The primary of each kind first; email, phone, external, handle, visitor.
    pub identities: Vec<Identity>,
    pub tags: Vec<Tag>,
    /// All that can be known of contacts, each with its value if it has one.
    pub attributes: Vec<Attribute>,
    pub account: Account,
    /// The name of the agent who looks after the account.
    pub account_owner: Option<String>,
    pub account_tags: Vec<Tag>,
    /// All that can be known of accounts.
    pub account_attributes: Vec<Attribute>,
    /// The newest five notes on the contact, newest first.
    pub notes: Vec<Note>,
    pub notes_count: i64,
    /// The newest five notes on the account.
    pub account_notes: Vec<Note>,
    pub account_notes_count: i64,
    /// The contact's active conversations, of those that the agent may see.
    pub open: Pasts,
    /// The contact's done conversations, of those that the agent may see.
    pub past: Pasts,
    /// Active conversations of the whole account, this contact's too; only the count.
    pub account_open_count: i64,
    /// Their newest orders; nothing for who may not see orders.
    pub orders: Option<orders::Newest>,
    /// What was made right for them, and what may be.
    pub remedies: remedies::Beside,
    /// What they were asked last, and said; nothing for who may not see surveys.
    pub surveys: Vec<surveys::Request>,
    pub may: May,
}

/// What the one who looks may do with customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct May {
    pub edit: bool,
    pub merge: bool,
    pub import: bool,
    pub export: bool,
    /// Define attributes.
    pub define: bool,
    /// Make tags that do not exist yet.
    pub make_tags: bool,
    /// Begin a conversation with them.
    pub write: bool,
}

impl May {
    /// By the role.
    pub fn of(me: &Me) -> Self {
        Self {
            edit: me.may(Permission::CustomersEdit),
            merge: me.may(Permission::CustomersMerge),
            import: me.may(Permission::CustomersImport),
            export: me.may(Permission::CustomersExport),
            define: me.may(Permission::AttributesManage),
            make_tags: me.may(Permission::TagsManage),
            write: me.may(Permission::ConversationsReply),
        }
    }
}

/// The record of a contact; an id that was merged away leads to the survivor.
///
/// # Errors
/// NotFound, also for an agent whose role does not let them see customers.
pub fn record(tx: &mut Tx, me: &Me, id: ContactId) -> Result<Record> {
    if !me.may(Permission::CustomersRead) {
        return Err(not_found("contact"));
    }
    let contact = contacts::find(tx, id)?;
    let account = accounts::find(tx, contact.account_id)?;
    let (of_contact, of_account) = (contact.id.raw(), account.id.raw());
    let account_owner = match account.owner_id {
        Some(it) => Some(agents::find(tx, it)?.name),
        None => None,
    };
    let made_right = remedies::of_contact(tx, me, contact.id, 3)?;
    Ok(Record {
        remedies: remedies::Beside::of_contact(tx, me, contact.id, made_right)?,
        identities: contacts::identities(tx, contact.id)?,
        tags: tags::of(tx, of_contact)?,
        attributes: attributes::of(tx, About::Contact, of_contact)?,
        account_owner,
        account_tags: tags::of(tx, of_account)?,
        account_attributes: attributes::of(tx, About::Account, of_account)?,
        notes: customer_notes::newest(tx, of_contact, None, SHOWN)?.items,
        notes_count: customer_notes::count(tx, of_contact)?,
        account_notes: customer_notes::newest(tx, of_account, None, SHOWN)?.items,
        account_notes_count: customer_notes::count(tx, of_account)?,
        open: past::of(tx, me, "contact_id", of_contact, true, SHOWN as i64)?,
        past: past::of(tx, me, "contact_id", of_contact, false, SHOWN as i64)?,
        account_open_count: past::of(tx, me, "account_id", of_account, true, 0)?.count,
        orders: orders::of_contact(tx, me, contact.id, ORDERS)?,
        surveys: surveys::known::of_contact(tx, me, contact.id, SURVEYS)?,
        contact,
        account,
        may: May::of(me),
    })
}
