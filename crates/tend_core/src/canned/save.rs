use tend_store::Tx;

use super::{Audience, CannedId, find};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission, teams},
    error::{invalid, refused},
    fold,
    html::Html,
    journal::{self, Change, Subject},
    templates,
};

/// A file that goes with a canned response; it is stored already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannedFile {
    /// Of the row in `files`.
    pub file_id: i64,
    pub name: String,
}

/// What a canned response is to be.
#[derive(Clone, Debug)]
pub struct NewCanned {
    /// Letters, digits, `-` and `_`.
    pub shortcut: String,
    pub name: String,
    /// A template.
    pub html: Html,
    pub audience: Audience,
    pub files: Vec<CannedFile>,
}

/// Makes a canned response, or changes one. Sharing it needs the permission.
pub fn save(tx: &mut Tx, me: &Me, id: Option<CannedId>, new: &NewCanned) -> Result<CannedId> {
    if let Some(id) = id {
        may_change(me, find(tx, me, id)?.audience())?;
    }
    may_change(me, new.audience)?;
    if let Audience::Team(team) = new.audience {
        teams::find(tx, team)?;
    }
    let shortcut = shortcut(&new.shortcut)?;
    let name = fold::one_line(&new.name, 100);
    if name.is_empty() {
        return Err(invalid("name", "A canned response needs a name."));
    }
    if new.html.is_blank() {
        return Err(invalid("html", "Write something first."));
    }
    templates::check(tx, "html", new.html.as_str(), templates::Form::Html)?;
    is_free(tx, id, &shortcut, new.audience)?;
    let (owner, team) = columns(new.audience);
    let (fresh, now) = (id.unwrap_or_else(|| CannedId::new(tx)), tx.now());
    tx.execute(
        "INSERT INTO canned_responses
             (id, shortcut, name, html, owner_id, team_id, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
         ON CONFLICT (id) DO UPDATE SET shortcut = excluded.shortcut, name = excluded.name,
             html = excluded.html, owner_id = excluded.owner_id, team_id = excluded.team_id,
             changed_at = excluded.changed_at",
        &[
            fresh.into(),
            shortcut.into(),
            name.as_str().into(),
            new.html.as_str().into(),
            owner.into(),
            team.into(),
            now.into(),
        ],
    )?;
    put_files(tx, fresh, &new.files)?;
    record(tx, me, fresh, &Change::CannedSaved { name })?;
    Ok(fresh)
}

/// Offers it no more. Doing it twice is doing it once.
pub fn archive(tx: &mut Tx, me: &Me, id: CannedId) -> Result<()> {
    let it = find(tx, me, id)?;
    may_change(me, it.audience())?;
    let now = tx.now();
    tx.execute(
        "UPDATE canned_responses SET archived_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    record(tx, me, id, &Change::CannedArchived { name: it.name })
}

fn may_change(me: &Me, audience: Audience) -> Result<()> {
    match audience {
        Audience::Personal(owner) if owner == me.id => Ok(()),
        Audience::Personal(_) => Err(refused("A personal response is one's own.")),
        Audience::Team(_) | Audience::Everyone => me.require(Permission::CannedShare),
    }
}

fn columns(audience: Audience) -> (Option<i64>, Option<i64>) {
    match audience {
        Audience::Personal(it) => (Some(it.raw()), None),
        Audience::Team(it) => (None, Some(it.raw())),
        Audience::Everyone => (None, None),
    }
}

fn shortcut(text: &str) -> Result<String> {
    let text = fold::fold(text.trim().trim_start_matches('/'));
    let fine = |it: char| it.is_alphanumeric() || it == '-' || it == '_';
    match !text.is_empty() && text.chars().count() <= 40 && text.chars().all(fine) {
        true => Ok(text),
        false => Err(invalid("shortcut", "A shortcut has letters, digits, - and _, at most 40.")),
    }
}

fn is_free(tx: &mut Tx, id: Option<CannedId>, shortcut: &str, audience: Audience) -> Result<()> {
    let (owner, team) = columns(audience);
    let taken: Option<CannedId> = tx.maybe_scalar(
        "SELECT id FROM canned_responses
         WHERE shortcut = $1 AND archived_at IS NULL AND id <> COALESCE(CAST($2 AS BIGINT), 0)
             AND COALESCE(owner_id, 0) = COALESCE(CAST($3 AS BIGINT), 0)
             AND COALESCE(team_id, 0) = COALESCE(CAST($4 AS BIGINT), 0)
         LIMIT 1",
        &[shortcut.into(), id.into(), owner.into(), team.into()],
    )?;
    match taken {
        None => Ok(()),
        Some(_) => Err(invalid("shortcut", "There is one with this shortcut already.")),
    }
}

fn put_files(tx: &mut Tx, id: CannedId, files: &[CannedFile]) -> Result<()> {
    tx.execute("DELETE FROM canned_attachments WHERE canned_id = $1", &[id.into()])?;
    for it in files {
        tx.execute(
            "INSERT INTO canned_attachments (canned_id, file_id, name) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            &[id.into(), it.file_id.into(), fold::one_line(&it.name, 200).into()],
        )?;
    }
    Ok(())
}

fn record(tx: &mut Tx, me: &Me, id: CannedId, change: &Change) -> Result<()> {
    let subject = Subject::plain("canned_response", id.raw());
    journal::record(tx, Actor::Agent(me.id), subject, change)
}
