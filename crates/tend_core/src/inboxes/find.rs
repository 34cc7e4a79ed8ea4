use tend_store::{Tx, row};

use super::{COLUMNS, Channel, Inbox, InboxId};
use crate::{
    Result,
    agents::{Me, TeamId},
    error::not_found,
};

/// An inbox, whoever asks.
pub fn find(tx: &mut Tx, id: InboxId) -> Result<Inbox> {
    let sql = format!("SELECT {COLUMNS} FROM inboxes WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("inbox"))
}

/// An inbox that the agent may see.
pub fn find_visible(tx: &mut Tx, me: &Me, id: InboxId) -> Result<Inbox> {
    match me.inboxes.contains(&id.raw()) {
        true => find(tx, id),
        false => Err(not_found("inbox")),
    }
}

/// All that are not archived, by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Inbox>> {
    let sql = format!("SELECT {COLUMNS} FROM inboxes WHERE archived_at IS NULL ORDER BY name, id");
    Ok(tx.rows(&sql, &[])?)
}

/// Where customers write to: the address of the oldest inbox that takes mail and is not some team's
/// alone; nothing without one.
pub fn for_customers(tx: &mut Tx) -> Result<Option<String>> {
    let mut all = all(tx)?;
    all.sort_by_key(|it| it.id.raw());
    for it in all.into_iter().filter(|it| it.channel == Channel::Email) {
        if teams(tx, it.id)?.is_empty() {
            return Ok(Some(it.address));
        }
    }
    Ok(None)
}

/// Those that the agent may see, by name.
pub fn visible(tx: &mut Tx, me: &Me) -> Result<Vec<Inbox>> {
    let mut all = all(tx)?;
    all.retain(|it| me.inboxes.contains(&it.id.raw()));
    Ok(all)
}

/// The inbox that answers to exactly this address.
pub fn by_address(tx: &mut Tx, address: &str) -> Result<Option<Inbox>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM inboxes
         WHERE id = (SELECT inbox_id FROM inbox_addresses WHERE address = $1)"
    );
    Ok(tx.maybe(&sql, &[address.into()])?)
}

/// The inbox that takes what nobody else takes in a domain.
pub fn catch_all(tx: &mut Tx, domain: &str) -> Result<Option<Inbox>> {
    let all = all(tx)?;
    let of_domain = |it: &Inbox| it.address.rsplit('@').next() == Some(domain);
    Ok(all.into_iter().find(|it| it.catch_all && it.channel == Channel::Email && of_domain(it)))
}

/// Where a recipient's mail goes.
#[derive(Clone, Debug)]
pub struct Route {
    pub inbox: Inbox,
    /// What stood after a `+` in the local part: `1042.k7f3…` in `support+1042.k7f3…@…`.
    pub tag: Option<String>,
}

/// Finds the inbox for an envelope recipient: its address, an alias, either with a `+tag`,
/// else the domain's catch-all. `None` means that nobody here has this address.
pub fn route(tx: &mut Tx, recipient: &str) -> Result<Option<Route>> {
    let Some((local, domain)) = recipient.rsplit_once('@') else {
        return Ok(None);
    };
    if let Some(inbox) = by_address(tx, recipient)? {
        return Ok(Some(Route { inbox, tag: None }));
    }
    if let Some((base, tag)) = local.split_once('+')
        && let Some(inbox) = by_address(tx, &format!("{base}@{domain}"))?
    {
        return Ok(Some(Route { inbox, tag: Some(tag.to_owned()) }));
    }
    Ok(catch_all(tx, domain)?.map(|inbox| Route { inbox, tag: None }))
}

/// The one inbox of a channel, when there is exactly one that the agent may see.
pub fn only_of_channel(tx: &mut Tx, me: &Me, channel: Channel) -> Result<Option<Inbox>> {
    let mut fit: Vec<_> = visible(tx, me)?.into_iter().filter(|it| it.channel == channel).collect();
    Ok(if fit.len() == 1 { fit.pop() } else { None })
}

row! {
    struct Alias {
        address: String,
    }
}

/// The addresses that the inbox answers to besides its own.
pub fn aliases(tx: &mut Tx, id: InboxId) -> Result<Vec<String>> {
    let found: Vec<Alias> = tx.rows(
        "SELECT inbox_addresses.address AS address FROM inbox_addresses
         JOIN inboxes ON inboxes.id = inbox_addresses.inbox_id
         WHERE inbox_id = $1 AND inbox_addresses.address <> inboxes.address
         ORDER BY inbox_addresses.address",
        &[id.into()],
    )?;
    Ok(found.into_iter().map(|it| it.address).collect())
}

row! {
    struct OfTeam {
        team_id: TeamId,
    }
}

/// The teams that see the inbox; none means everyone.
pub fn teams(tx: &mut Tx, id: InboxId) -> Result<Vec<TeamId>> {
    let found: Vec<OfTeam> = tx.rows(
        "SELECT team_id FROM inbox_teams WHERE inbox_id = $1 ORDER BY team_id",
        &[id.into()],
    )?;
    Ok(found.into_iter().map(|it| it.team_id).collect())
}
