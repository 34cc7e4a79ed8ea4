//! What is shown of the accounts of a list.

use std::collections::HashMap;

use jiff::Timestamp;
use tend_store::{Tx, Value, placeholders, row};

use super::{
    StageId, StageTone,
    figures::{Figures, UNKNOWN_LAST},
    parent::today,
    portfolio::sees_money,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me},
    customers, health,
    tags::Tag,
};

/// One account of a list.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: AccountId,
    pub name: String,
    pub kind: String,
    pub owner: Option<(AgentId, String)>,
    pub stage: Option<(StageId, String, StageTone)>,
    pub stage_since: Option<Timestamp>,
    pub parent: Option<(AccountId, String)>,
    pub tags: Vec<Tag>,
    /// Minor units of the home currency a year.
    pub arr: Option<i64>,
    /// Money expected to be lost.
    pub risk: Option<i64>,
    /// Day since 1970.
    pub renews_on: Option<i64>,
    /// The last message or note.
    pub touched_at: Option<Timestamp>,
    /// Active conversations, of those that the agent may see.
    pub open: i64,
    pub contacts: i64,
    /// Of use, in 30 days.
    pub events: i64,
    /// Against the 30 days before, in thousandths.
    pub trend: Option<i64>,
    /// The last day of any usage.
    pub used_on: Option<i64>,
    /// Nothing while nobody has looked.
    pub fares: Option<Fares>,
    /// That it leaves, as an agent believes instead of what is foretold; as long as that holds.
    pub judged: Option<f64>,
}

impl Line {
    /// The probability that it leaves: the one that counts.
    pub fn counts(&self) -> Option<f64> {
        let fares = self.fares.as_ref().filter(|it| !it.frozen);
        self.judged.or(fares.and_then(|it| it.p))
    }
}

row! {
    /// How an account fares, as it was written down last.
    #[derive(PartialEq)]
    pub struct Fares {
        pub account_id: AccountId,
        /// That it leaves, with its 95 % interval; nothing if that is not known.
        pub p: Option<f64>,
        pub p_low: Option<f64>,
        pub p_high: Option<f64>,
        /// 0 to 100: no probability.
        pub rule_score: Option<f64>,
        /// It has left.
        pub frozen: bool,
        /// What was said 30 days before.
        pub before: Option<f64>,
    }
}

row! {
    struct More {
        id: AccountId,
        name: String,
        kind: String,
        owner_id: Option<AgentId>,
        owner: Option<String>,
        stage_id: Option<StageId>,
        stage: Option<String>,
        tone: Option<StageTone>,
        stage_since: Option<Timestamp>,
        parent_id: Option<AccountId>,
        parent: Option<String>,
    }
}

/// The rows with what is shown of them, in their order.
pub(super) fn lines(tx: &mut Tx, me: &Me, rows: Vec<Figures>) -> Result<Vec<Line>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|it| it.account_id.raw()).collect();
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let sql = format!(
        "SELECT accounts.id, accounts.name, accounts.kind, accounts.owner_id,
             agents.name AS owner, accounts.stage_id, stages.name AS stage, stages.tone,
             accounts.stage_since, accounts.parent_id, parents.name AS parent
         FROM accounts LEFT JOIN agents ON agents.id = accounts.owner_id
         LEFT JOIN stages ON stages.id = accounts.stage_id
         LEFT JOIN accounts AS parents ON parents.id = accounts.parent_id
         WHERE accounts.id IN ({})",
        placeholders(1, ids.len())
    );
    let more: Vec<More> = tx.rows(&sql, &args)?;
    let mut more: HashMap<i64, More> = more.into_iter().map(|it| (it.id.raw(), it)).collect();
    let mut tags = customers::tags_of(tx, &ids)?;
    let open = customers::open_of(tx, me, "account_id", &ids)?;
    let mut fares = fares(tx, &args)?;
    let accounts: Vec<AccountId> = rows.iter().map(|it| it.account_id).collect();
    let day = today(tx);
    let judged = health::judged(tx, &accounts, day)?;
    let line = |it: Figures| {
        let id = it.account_id.raw();
        let it_is = more.remove(&id)?;
        let tags = tags.remove(&id).unwrap_or_default();
        let fares = fares.remove(&id);
        let stays = fares.as_ref().is_none_or(|it| !it.frozen);
        let judged = judged.get(&it.account_id).copied().filter(|_| stays);
        let line = line(it, it_is, tags, open.get(&id).copied().unwrap_or_default());
        let line = Line { fares, judged, ..line };
        Some(if sees_money(me) { line } else { Line { arr: None, risk: None, ..line } })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

fn line(it: Figures, more: More, tags: Vec<Tag>, open: i64) -> Line {
    let known = |n: i64| (n >= 0).then_some(n);
    let ahead = |n: i64| (n != UNKNOWN_LAST).then_some(n);
    Line {
        id: it.account_id,
        name: more.name,
        kind: more.kind,
        owner: more.owner_id.zip(more.owner),
        stage: match (more.stage_id, more.stage, more.tone) {
            (Some(id), Some(name), Some(tone)) => Some((id, name, tone)),
            _ => None,
        },
        stage_since: more.stage_since,
        parent: more.parent_id.zip(more.parent),
        tags,
        arr: known(it.arr),
        risk: known(it.risk),
        renews_on: ahead(it.renews_on),
        touched_at: Some(it.touched_at)
            .filter(|it| *it > 0)
            .and_then(|it| Timestamp::from_microsecond(it).ok()),
        open,
        contacts: it.contact_count,
        events: it.events,
        trend: ahead(it.trend),
        used_on: known(it.used_on),
        fares: None,
        judged: None,
    }
}

fn fares(tx: &mut Tx, ids: &[Value]) -> Result<HashMap<i64, Fares>> {
    let sql = format!(
        "SELECT account_id, p, p_low, p_high, rule_score, frozen,
             (SELECT before.p FROM health_snapshots AS before
              WHERE before.account_id = it.account_id AND before.day <= it.day - 30
              ORDER BY before.day DESC LIMIT 1) AS before
         FROM health_snapshots AS it WHERE account_id IN ({})
             AND day = (SELECT MAX(day) FROM health_snapshots AS later
                        WHERE later.account_id = it.account_id)",
        placeholders(1, ids.len())
    );
    let found: Vec<Fares> = tx.rows(&sql, ids)?;
    Ok(found.into_iter().map(|it| (it.account_id.raw(), it)).collect())
}
