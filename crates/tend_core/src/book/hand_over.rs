use jiff::Timestamp;
use tend_store::{Tx, row};

use super::refresh;
use crate::{
    Result,
    accounts::{self, Account, AccountId},
    actor::Actor,
    agents::{AgentId, Me, Permission},
    fold,
    journal::{self, Change, Subject},
    notifications, tasks,
};

/// Gives an account to another agent, or to nobody, with what they should know of it.
/// Doing it twice is doing it once.
///
/// # Errors
/// Invalid, under `owner`, for an agent who has left.
pub fn hand_over(
    tx: &mut Tx,
    by: &Me,
    id: AccountId,
    to: Option<AgentId>,
    note: &str,
) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let before = accounts::find_visible(tx, by, id)?;
    let to = accounts::checked_owner(tx, to)?;
    if before.owner_id == to {
        return Ok(());
    }
    let after = Account { owner_id: to, ..before.clone() };
    accounts::write(tx, &after)?;
    handed(tx, Actor::Agent(by.id), &after, before.owner_id, note)?;
    refresh(tx, after.id)
}

/// Writes down that an account went to another, and tells them.
pub(crate) fn handed(
    tx: &mut Tx,
    by: Actor,
    account: &Account,
    from: Option<AgentId>,
    note: &str,
) -> Result<()> {
    let (id, now, note) = (tx.next_id(), tx.now(), fold::shorten(note.trim(), 2000));
    let who = if let Actor::Agent(it) = by { Some(it) } else { None };
    tx.execute(
        "INSERT INTO handovers (id, account_id, from_id, to_id, agent_id, note, happened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            account.id.into(),
            from.into(),
            account.owner_id.into(),
            who.into(),
            note.as_str().into(),
            now.into(),
        ],
    )?;
    let text = |it: Option<AgentId>| it.map(|it| it.to_string());
    let change = Change::AccountHandedOver { from: text(from), to: text(account.owner_id), note };
    journal::record(tx, by, Subject::account(account.id.raw()), &change)?;
    tasks::given(tx, by, account.id, account.owner_id)?;
    match account.owner_id.filter(|it| Some(*it) != who) {
        Some(to) => notifications::of_account(tx, to, "handed_over", account.id, by, ""),
        None => Ok(()),
    }
}

row! {
    /// That an account went from one owner to the next.
    pub struct Handover {
        /// Their names; nothing for nobody.
        pub came_from: Option<String>,
        pub went_to: Option<String>,
        /// Who did it.
        pub agent: Option<String>,
        pub note: String,
        pub happened_at: Timestamp,
    }
}

/// Who had an account, the last first.
pub fn handovers(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Vec<Handover>> {
    let id = accounts::find_visible(tx, me, id)?.id;
    Ok(tx.rows(
        "SELECT a.name AS came_from, b.name AS went_to, agents.name AS agent, handovers.note,
             handovers.happened_at
         FROM handovers
         LEFT JOIN agents AS a ON a.id = handovers.from_id
         LEFT JOIN agents AS b ON b.id = handovers.to_id
         LEFT JOIN agents ON agents.id = handovers.agent_id
         WHERE handovers.account_id = $1 ORDER BY handovers.id DESC LIMIT 100",
        &[id.into()],
    )?)
}
