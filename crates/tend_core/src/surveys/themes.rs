//! The outer loop: what low scores are about, week by week, who looks after that, and what was done
//! about it: you said, we did.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, id, row};

use crate::{
    Result,
    actor::Actor,
    agents::{self, AgentId, Me, Permission},
    error::invalid,
    fold,
    journal::{self, Change, Subject, SurveySaved},
};

id!(ThemeId, "sth");

/// Weeks that are shown.
pub const WEEKS: i64 = 8;
/// Low scores of these weeks, at most.
const MOST: i64 = 5_000;

row! {
    struct Low {
        reason: String,
        opened_at: Timestamp,
        settled_at: Option<Timestamp>,
        score: i64,
        second_score: Option<i64>,
    }
}

row! {
    struct Kept {
        name: String,
        owner_id: Option<AgentId>,
        owner: Option<String>,
        done: String,
        done_at: Option<Timestamp>,
    }
}

/// What some low scores are about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {
    /// As people called it; empty for those of which nobody said why.
    pub name: String,
    /// How many in each of the last [`WEEKS`], the newest first.
    pub weeks: Vec<i64>,
    pub count: i64,
    pub settled: i64,
    /// Who was asked again, and by how much the second score is higher in the mean.
    pub asked_again: i64,
    pub recovered: Option<f64>,
    pub owner_id: Option<AgentId>,
    pub owner: Option<String>,
    /// What was done about it.
    pub done: String,
    pub done_at: Option<Timestamp>,
}

/// The themes of the last weeks, the most frequent first.
pub fn table(tx: &mut Tx, me: &Me) -> Result<Vec<Theme>> {
    me.require(Permission::SurveysRead)?;
    let now = tx.now();
    let since = now.checked_sub(SignedDuration::from_hours(24 * 7 * WEEKS)).unwrap_or(now);
    let all: Vec<Low> = tx.rows(
        "SELECT reason, opened_at, settled_at, score, second_score FROM survey_loops
         WHERE opened_at >= $1 ORDER BY id DESC LIMIT $2",
        &[since.into(), MOST.into()],
    )?;
    let mut themes: BTreeMap<String, (Theme, i64)> = BTreeMap::new();
    for it in all {
        let (theme, gained) = themes.entry(fold::fold(&it.reason)).or_default();
        if theme.weeks.is_empty() {
            theme.name.clone_from(&it.reason);
            theme.weeks = vec![0; WEEKS as usize];
        }
        let week = now.duration_since(it.opened_at).as_hours() / (24 * 7);
        if let Some(place) = usize::try_from(week).ok().and_then(|at| theme.weeks.get_mut(at)) {
            *place += 1;
        }
        theme.count += 1;
        theme.settled += i64::from(it.settled_at.is_some());
        if let Some(second) = it.second_score {
            theme.asked_again += 1;
            *gained += second - it.score;
        }
    }
    let mut out = Vec::new();
    for (folded, (mut theme, gained)) in themes {
        let again = theme.asked_again;
        theme.recovered = (again > 0).then(|| gained as f64 / again as f64);
        if let Some(kept) = kept(tx, &folded)? {
            theme.name = kept.name;
            (theme.owner_id, theme.owner) = (kept.owner_id, kept.owner);
            (theme.done, theme.done_at) = (kept.done, kept.done_at);
        }
        out.push(theme);
    }
    out.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    Ok(out)
}

fn kept(tx: &mut Tx, folded: &str) -> Result<Option<Kept>> {
    Ok(tx.maybe(
        "SELECT survey_themes.name, owner_id, agents.name AS owner, done, done_at
         FROM survey_themes LEFT JOIN agents ON agents.id = owner_id WHERE name_folded = $1",
        &[folded.into()],
    )?)
}

/// Says who looks after a theme, and what was done about it. Saying the same again changes nothing.
///
/// # Errors
/// Invalid under `name` or `owner`.
pub fn say(tx: &mut Tx, me: &Me, name: &str, owner: Option<AgentId>, done: &str) -> Result<()> {
    me.require(Permission::SurveysManage)?;
    let (name, done) = (fold::one_line(name, 80), fold::shorten(done.trim(), 1_000));
    if name.is_empty() {
        return Err(invalid("name", "Say which theme it is."));
    }
    if let Some(id) = owner
        && agents::find(tx, id).map_or(true, |it| it.left_at.is_some())
    {
        return Err(invalid("owner", "There is no such agent, or they have left."));
    }
    let folded = fold::fold(&name);
    if let Some(before) = kept(tx, &folded)?
        && before.owner_id == owner
        && before.done == done
    {
        return Ok(());
    }
    let (id, now) = (ThemeId::new(tx), tx.now());
    let done_at = (!done.is_empty()).then_some(now);
    tx.execute(
        "INSERT INTO survey_themes (id, name, name_folded, owner_id, done, done_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (name_folded) DO UPDATE SET owner_id = excluded.owner_id,
             done = excluded.done, done_at = excluded.done_at, changed_at = excluded.changed_at",
        &[
            id.into(),
            name.as_str().into(),
            folded.into(),
            owner.into(),
            done.into(),
            done_at.into(),
            now.into(),
        ],
    )?;
    let change = Change::SurveySaved(SurveySaved { name, how: "theme".to_owned() });
    journal::record(tx, Actor::Agent(me.id), Subject::company(), &change)
}
