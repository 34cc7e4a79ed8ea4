use jiff::Timestamp;
use tend_store::Tx;

use super::{Account, AccountId, domains, list::find_visible, merges, strays};
use crate::{
    Result,
    agents::{self, Agent, Me},
    attributes::{self, About, Attribute},
    contacts::list as people,
    conversations::list::{Where, visible_to},
    customer_notes::{self, Note},
    customers::{May, Merged, Pasts, past},
    tags::{self, Tag},
};

/// How many people and notes an overview shows before "All".
const SHOWN: usize = 8;

/// An account as its page shows it.
#[derive(Clone, Debug)]
pub struct Overview {
    pub account: Account,
    pub owner: Option<Agent>,
    pub domains: Vec<String>,
    pub tags: Vec<Tag>,
    /// All that can be known of accounts.
    pub attributes: Vec<Attribute>,
    /// The newest eight.
    pub notes: Vec<Note>,
    pub notes_count: i64,
    /// The eight who wrote last.
    pub people: Vec<people::Line>,
    /// Counted to [`list::MOST_CONTACTS`](super::list::MOST_CONTACTS) and no further.
    pub people_count: i64,
    /// Active conversations, of those that the agent may see.
    pub open: Pasts,
    /// Done conversations, of those that the agent may see.
    pub past: Pasts,
    /// Since when the customer who waits longest waits, of those that the agent may see.
    pub waiting_since: Option<Timestamp>,
    /// Merges that can be taken back.
    pub merges: Vec<Merged>,
    /// How many people write from its domains and have accounts of their own.
    pub strays: usize,
    pub may: May,
}

/// The overview of an account; an id that was merged away leads to the survivor.
///
/// # Errors
/// NotFound, also for an agent whose role does not let them see customers.
pub fn overview(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Overview> {
    let account = find_visible(tx, me, id)?;
    let (id, raw, may) = (account.id, account.id.raw(), May::of(me));
    let owner = match account.owner_id {
        Some(it) => Some(agents::find(tx, it)?),
        None => None,
    };
    let all = people::Filter { account: Some(id), ..people::Filter::default() };
    Ok(Overview {
        owner,
        domains: domains(tx, id)?,
        tags: tags::of(tx, raw)?,
        attributes: attributes::of(tx, About::Account, raw)?,
        notes: customer_notes::newest(tx, raw, None, SHOWN)?.items,
        notes_count: customer_notes::count(tx, raw)?,
        people: people::page(tx, me, &all, people::Sort::Seen, None, SHOWN)?.items,
        people_count: people::count(tx, &all, super::list::MOST_CONTACTS)?,
        open: past::of(tx, me, "account_id", raw, true, SHOWN as i64)?,
        past: past::of(tx, me, "account_id", raw, false, 5)?,
        waiting_since: waiting_since(tx, me, id)?,
        merges: merges(tx, id)?,
        strays: if may.edit { strays(tx, me, id)?.len() } else { 0 },
        account,
        may,
    })
}

fn waiting_since(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Option<Timestamp>> {
    let mut all = Where::new();
    all.and(
        "conversations.account_id = ? AND conversations.is_active = TRUE
         AND conversations.waiting_since IS NOT NULL",
        [id.into()],
    );
    visible_to(me, &mut all);
    let sql = format!("SELECT MIN(waiting_since) FROM conversations WHERE {}", all.sql);
    Ok(tx.scalar(&sql, &all.args)?)
}
