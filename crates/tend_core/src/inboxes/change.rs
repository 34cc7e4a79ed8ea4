use tend_store::Tx;

use super::{
    InboxId,
    create::{checked_address, refuse_taken},
    find,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission, TeamId},
    error::{invalid, refused},
    fold,
    html::Html,
    journal::{self, Change, Subject},
};

/// What may be changed in an inbox; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub name: Option<String>,
    pub sender_name: Option<String>,
    pub template_html: Option<String>,
    pub auto_reply_html: Option<String>,
    pub auto_reply_subject: Option<String>,
    pub catch_all: Option<bool>,
    pub reopen_days: Option<i64>,
}

/// Changes an inbox's settings.
pub fn change(tx: &mut Tx, by: &Me, id: InboxId, changes: &Changes) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    let before = find(tx, id)?;
    let mut after = before.clone();
    if let Some(name) = &changes.name {
        after.name = fold::one_line(name, 80);
        if after.name.is_empty() {
            return Err(invalid("name", "An inbox needs a name."));
        }
    }
    if let Some(it) = &changes.sender_name {
        after.sender_name = fold::one_line(it, 200);
    }
    if let Some(it) = &changes.template_html {
        after.template_html = Html::sanitise(it).into_string();
    }
    if let Some(it) = &changes.auto_reply_html {
        after.auto_reply_html = Html::sanitise(it).into_string();
    }
    if let Some(it) = &changes.auto_reply_subject {
        after.auto_reply_subject = fold::one_line(it, 200);
    }
    if let Some(it) = changes.catch_all {
        after.catch_all = it;
    }
    if let Some(days) = changes.reopen_days {
        if !(0..=3650).contains(&days) {
            return Err(invalid("reopen_days", "Choose between 0 and 3650 days."));
        }
        after.reopen_days = days;
    }
    let pairs = [
        ("name", before.name != after.name),
        ("sender_name", before.sender_name != after.sender_name),
        ("template_html", before.template_html != after.template_html),
        ("auto_reply_html", before.auto_reply_html != after.auto_reply_html),
        ("auto_reply_subject", before.auto_reply_subject != after.auto_reply_subject),
        ("catch_all", before.catch_all != after.catch_all),
        ("reopen_days", before.reopen_days != after.reopen_days),
    ];
    let fields: Vec<String> = pairs.iter().filter(|it| it.1).map(|it| it.0.to_owned()).collect();
    if fields.is_empty() {
        return Ok(());
    }
    tx.execute(
        "UPDATE inboxes SET name = $2, sender_name = $3, template_html = $4, auto_reply_html = $5,
             auto_reply_subject = $6, catch_all = $7, reopen_days = $8
         WHERE id = $1",
        &[
            id.into(),
            after.name.into(),
            after.sender_name.into(),
            after.template_html.into(),
            after.auto_reply_html.into(),
            after.auto_reply_subject.into(),
            after.catch_all.into(),
            after.reopen_days.into(),
        ],
    )?;
    record(tx, by, id, &Change::InboxChanged { fields })
}

/// Sets the addresses that the inbox answers to besides its own.
pub fn set_aliases(tx: &mut Tx, by: &Me, id: InboxId, aliases: &[String]) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    let inbox = find(tx, id)?;
    let mut wanted = Vec::new();
    for alias in aliases.iter().filter(|it| !it.trim().is_empty()) {
        let address = checked_address(inbox.channel, alias)?;
        refuse_taken(tx, &address, Some(id))?;
        if address != inbox.address && !wanted.contains(&address) {
            wanted.push(address);
        }
    }
    if super::aliases(tx, id)? == wanted {
        return Ok(());
    }
    tx.execute(
        "DELETE FROM inbox_addresses WHERE inbox_id = $1 AND address <> $2",
        &[id.into(), inbox.address.into()],
    )?;
    for address in wanted {
        tx.execute(
            "INSERT INTO inbox_addresses (address, inbox_id) VALUES ($1, $2)",
            &[address.into(), id.into()],
        )?;
    }
    record(tx, by, id, &Change::InboxChanged { fields: vec!["aliases".to_owned()] })
}

/// Shows the inbox to these teams alone; with none, to everyone.
pub fn set_teams(tx: &mut Tx, by: &Me, id: InboxId, teams: &[TeamId]) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    find(tx, id)?;
    tx.execute("DELETE FROM inbox_teams WHERE inbox_id = $1", &[id.into()])?;
    for team in teams {
        tx.execute(
            "INSERT INTO inbox_teams (inbox_id, team_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            &[id.into(), (*team).into()],
        )?;
    }
    record(tx, by, id, &Change::InboxChanged { fields: vec!["teams".to_owned()] })
}

/// Takes no more mail and shows no more; its conversations stay. Its addresses become free.
pub fn archive(tx: &mut Tx, by: &Me, id: InboxId) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    if find(tx, id)?.archived_at.is_some() {
        return Err(refused("This inbox is archived already."));
    }
    let now = tx.now();
    tx.execute(
        "UPDATE inboxes SET archived_at = $2, catch_all = FALSE, address = address || '#' || $3
         WHERE id = $1",
        &[id.into(), now.into(), id.to_string().into()],
    )?;
    tx.execute("DELETE FROM inbox_addresses WHERE inbox_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM mail_accounts WHERE inbox_id = $1", &[id.into()])?;
    record(tx, by, id, &Change::InboxArchived {})
}

fn record(tx: &mut Tx, by: &Me, id: InboxId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(by.id), Subject::plain("inbox", id.raw()), change)
}
