//! Several accounts at once, and taking that back.

use serde::{Deserialize, Serialize};
use tend_store::{Tx, row};

use super::{StageId, hand_over, set_stage};
use crate::{
    Error, Result,
    accounts::{self, AccountId},
    agents::{AgentId, Me, Permission},
    conversations::UndoId,
    error::{not_found, refused},
    tags::{self, TagId},
};

/// What is done to each.
#[derive(Clone, Debug, PartialEq)]
pub enum BulkChange {
    /// To another owner, or to nobody, with a note for them.
    Owner(Option<AgentId>, String),
    Stage(Option<StageId>),
    Tag(TagId),
    Untag(TagId),
}

/// So many at once.
const MOST: usize = 500;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Bulked {
    /// How many were changed.
    pub changed: usize,
    /// The first refusal, and how many there were.
    pub refused: Option<(usize, String)>,
    /// By this it can be taken back.
    pub undo: Option<UndoId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Stood {
    owner: Option<AgentId>,
    stage: Option<StageId>,
    tags: Vec<TagId>,
}

#[derive(Serialize, Deserialize)]
struct One {
    account: AccountId,
    before: Stood,
    after: Stood,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    accounts: Vec<One>,
}

/// Does it to each; what is refused for one does not hinder the others.
pub fn bulk(tx: &mut Tx, by: &Me, ids: &[AccountId], what: &BulkChange) -> Result<Bulked> {
    by.require(Permission::CustomersEdit)?;
    if ids.is_empty() {
        return Err(refused("Choose some accounts first."));
    }
    if ids.len() > MOST {
        return Err(refused("These are too many at once; 500 are the most."));
    }
    let (mut out, mut kept) = (Bulked::default(), Vec::new());
    for id in ids {
        let before = match stood(tx, *id) {
            Ok(it) => it,
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => {
                note(&mut out, &error);
                continue;
            }
        };
        match apply(tx, by, *id, what) {
            Ok(()) => {}
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => note(&mut out, &error),
        }
        let after = stood(tx, *id)?;
        if before != after {
            out.changed += 1;
            kept.push(One { account: *id, before, after });
        }
    }
    if out.changed == 0
        && let Some((_, why)) = out.refused
    {
        return Err(refused(why));
    }
    if !kept.is_empty() {
        out.undo = Some(keep(tx, by, &Kept { accounts: kept })?);
    }
    Ok(out)
}

fn note(out: &mut Bulked, error: &Error) {
    let (n, why) = out.refused.take().unwrap_or_else(|| (0, error.to_string()));
    out.refused = Some((n + 1, why));
}

fn apply(tx: &mut Tx, by: &Me, id: AccountId, what: &BulkChange) -> Result<()> {
    match what {
        BulkChange::Owner(to, text) => hand_over(tx, by, id, *to, text),
        BulkChange::Stage(to) => set_stage(tx, by, id, *to),
        BulkChange::Tag(tag) => accounts::tag(tx, by, id, *tag),
        BulkChange::Untag(tag) => accounts::untag(tx, by, id, *tag),
    }
}

fn stood(tx: &mut Tx, id: AccountId) -> Result<Stood> {
    let it = accounts::find(tx, id)?;
    let tags = tags::of(tx, it.id.raw())?.into_iter().map(|it| it.id).collect();
    Ok(Stood { owner: it.owner_id, stage: it.stage_id, tags })
}

fn keep(tx: &mut Tx, by: &Me, what: &Kept) -> Result<UndoId> {
    let (id, now) = (UndoId::new(tx), tx.now());
    let text = serde_json::to_string(what).expect("what is kept is plain data");
    tx.execute(
        "INSERT INTO undos (id, agent_id, kept, made_at) VALUES ($1, $2, $3, $4)",
        &[id.into(), by.id.into(), text.into(), now.into()],
    )?;
    Ok(id)
}

/// Takes back what the one who asks has done to several accounts; what somebody changed meanwhile
/// stays. How many are as they were. Doing it twice is doing it once.
pub fn undo(tx: &mut Tx, by: &Me, id: UndoId) -> Result<usize> {
    row! {
        struct Found {
            kept: String,
            undone_at: Option<i64>,
        }
    }
    let found: Option<Found> = tx.maybe(
        "SELECT kept, undone_at FROM undos WHERE id = $1 AND agent_id = $2",
        &[id.into(), by.id.into()],
    )?;
    let found = found.ok_or(not_found("change"))?;
    if found.undone_at.is_some() {
        return Ok(0);
    }
    let kept: Kept = serde_json::from_str(&found.kept).map_err(|_| not_found("change"))?;
    let mut done = 0;
    for it in &kept.accounts {
        let now = stood(tx, it.account)?;
        let before = &it.before;
        if before.owner != it.after.owner && now.owner == it.after.owner {
            hand_over(tx, by, it.account, before.owner, "")?;
        }
        if before.stage != it.after.stage && now.stage == it.after.stage {
            set_stage(tx, by, it.account, before.stage)?;
        }
        for tag in it.after.tags.iter().filter(|it| !before.tags.contains(it)) {
            accounts::untag(tx, by, it.account, *tag)?;
        }
        for tag in before.tags.iter().filter(|tag| !it.after.tags.contains(tag)) {
            accounts::tag(tx, by, it.account, *tag)?;
        }
        done += usize::from(stood(tx, it.account)? != now);
    }
    let now = tx.now();
    tx.execute("UPDATE undos SET undone_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    match done {
        0 => Err(refused("It was changed again meanwhile, so it stays as it is now.")),
        n => Ok(n),
    }
}
