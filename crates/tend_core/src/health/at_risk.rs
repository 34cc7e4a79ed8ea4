//! What is expected to be lost: the sum of probability × revenue a year, and how far it may be
//! off, by owner, stage, parent or segment. It is the money at risk of the portfolio, added up.

use std::collections::{BTreeMap, HashMap};

use tend_store::{Tx, row};

use super::{Chance, chances, current_model, options};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{self, AgentId, Me, Permission},
    book::{self, StageId},
    error::not_found,
    money::{Currency, rates},
};

/// By what it is told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Owner,
    Stage,
    /// The topmost account that it belongs to.
    Parent,
    /// An account may be in several, or in none.
    Segment,
}

impl By {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Stage, Self::Parent, Self::Segment];

    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Stage => "stage",
            Self::Parent => "parent",
            Self::Segment => "segment",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Stage => "Stage",
            Self::Parent => "Parent",
            Self::Segment => "Segment",
        }
    }
}

impl std::str::FromStr for By {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or("It is told apart by owner, stage, parent or segment.")
    }
}

/// What some accounts are expected to lose. Minor units of the home currency, a year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The id of the owner, stage, parent or segment; nothing for those without one.
    pub id: Option<String>,
    pub name: String,
    /// Accounts with a probability that pay.
    pub accounts: usize,
    pub arr: i64,
    pub expected: i64,
    /// One standard deviation, if accounts leave independently of each other.
    pub spread: i64,
    /// Accounts, of all of these, whose income somebody entered, and how much it is: the ledger
    /// does not have it.
    pub entered: usize,
    pub entered_arr: i64,
    /// Accounts that pay and of which nothing is known, and what they pay.
    pub unknown: usize,
    pub unknown_arr: i64,
}

impl Group {
    /// From and to, at 95 %.
    pub fn range(&self) -> (i64, i64) {
        let half = (1.96 * self.spread as f64) as i64;
        ((self.expected - half).max(0), (self.expected + half).min(self.arr))
    }
}

/// A group while it is added up.
#[derive(Default)]
struct Sum {
    group: Group,
    variance: f64,
}

impl Sum {
    fn named(id: Key, name: &str) -> Self {
        let group = Group { id, name: name.to_owned(), ..Group::default() };
        Self { group, variance: 0.0 }
    }

    fn add(&mut self, it: &Row) {
        let to = &mut self.group;
        if it.is_entered {
            to.entered += 1;
            to.entered_arr += it.arr;
        }
        match it.p() {
            Some(p) => {
                to.accounts += 1;
                to.arr += it.arr;
                to.expected += it.risk;
                self.variance += p * (1.0 - p) * (it.arr as f64).powi(2);
            }
            None => {
                to.unknown += 1;
                to.unknown_arr += it.arr;
            }
        }
    }

    fn done(self) -> Group {
        Group { spread: self.variance.sqrt().round() as i64, ..self.group }
    }
}

/// What is expected to be lost.
#[derive(Clone, Debug)]
pub struct AtRisk {
    pub by: By,
    pub currency: Currency,
    /// Leaving is meant within so many days.
    pub horizon: i64,
    /// Why nothing is known, a whole sentence; empty if it is.
    pub words: String,
    pub total: Group,
    /// The most money at risk first.
    pub groups: Vec<Group>,
}

/// One account.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub account: AccountId,
    pub name: String,
    pub owner: Option<String>,
    pub arr: i64,
    /// What was foretold, and what an agent said instead.
    pub chance: Chance,
    /// Nothing where it is not known.
    pub expected: Option<i64>,
}

row! {
    struct Row {
        account_id: AccountId,
        name: String,
        owner_id: Option<AgentId>,
        owner: Option<String>,
        stage_id: Option<StageId>,
        stage: Option<String>,
        parent_id: Option<AccountId>,
        arr: i64,
        risk: i64,
        is_entered: bool,
    }
}

impl Row {
    fn p(&self) -> Option<f64> {
        (self.risk >= 0 && self.arr > 0).then(|| (self.risk as f64 / self.arr as f64).min(1.0))
    }
}

fn rows(tx: &mut Tx) -> Result<Vec<Row>> {
    Ok(tx.rows(
        "SELECT account_figures.account_id, accounts.name, account_figures.owner_id,
             agents.name AS owner, account_figures.stage_id, stages.name AS stage,
             accounts.parent_id, account_figures.arr, account_figures.risk,
             CASE WHEN account_money.since_day IS NULL THEN TRUE ELSE FALSE END AS is_entered
         FROM account_figures JOIN accounts ON accounts.id = account_figures.account_id
         LEFT JOIN account_money ON account_money.account_id = account_figures.account_id
         LEFT JOIN agents ON agents.id = account_figures.owner_id
         LEFT JOIN stages ON stages.id = account_figures.stage_id
         WHERE account_figures.arr > 0
         ORDER BY account_figures.risk DESC, account_figures.account_id",
        &[],
    )?)
}

/// What is expected to be lost, by something.
///
/// # Errors
/// Refused to who may not see money.
pub fn report(tx: &mut Tx, me: &Me, by: By) -> Result<AtRisk> {
    me.require(Permission::RevenueRead)?;
    let rows = rows(tx)?;
    let mut total = Sum::named(None, "All accounts");
    rows.iter().for_each(|it| total.add(it));
    let total = total.done();
    let keys = keys(tx, me, by, &rows)?;
    let mut all: BTreeMap<Key, Sum> = BTreeMap::new();
    for it in &rows {
        for (key, name) in keys.of(it) {
            all.entry(key.clone()).or_insert_with(|| Sum::named(key, &name)).add(it);
        }
    }
    let mut groups: Vec<Group> = all.into_values().map(Sum::done).collect();
    groups.sort_by(|a, b| (b.expected, b.arr).cmp(&(a.expected, a.arr)).then(a.name.cmp(&b.name)));
    let model = current_model(tx)?;
    let words = match (&model, total.accounts) {
        (_, n) if n > 0 => String::new(),
        (Some(it), _) if !it.words.is_empty() => it.words.clone(),
        _ => "Nothing is known of anybody’s chance to leave yet.".to_owned(),
    };
    Ok(AtRisk {
        by,
        currency: rates::home(tx)?,
        horizon: options(tx)?.horizon_days,
        words,
        total,
        groups,
    })
}

/// The accounts of a group, the most money at risk first; all without a group's id.
///
/// # Errors
/// Refused to who may not see money.
pub fn lines(tx: &mut Tx, me: &Me, by: By, of: Option<&str>) -> Result<Vec<Line>> {
    me.require(Permission::RevenueRead)?;
    if let Some(id) = of.filter(|it| *it != NONE) {
        group_is_there(tx, me, by, id)?;
    }
    let rows = rows(tx)?;
    let keys = keys(tx, me, by, &rows)?;
    let wanted = |it: &Row| match of {
        None => true,
        Some(NONE) => keys.of(it).iter().any(|it| it.0.is_none()),
        Some(id) => keys.of(it).iter().any(|it| it.0.as_deref() == Some(id)),
    };
    let chosen: Vec<Row> = rows.iter().filter(|it| wanted(it)).cloned().collect();
    let ids: Vec<AccountId> = chosen.iter().map(|it| it.account_id).collect();
    let chances = chances(tx, &ids)?;
    let line = |it: Row| Line {
        chance: chances.get(&it.account_id).copied().unwrap_or_default(),
        expected: it.p().map(|_| it.risk),
        account: it.account_id,
        name: it.name,
        owner: it.owner,
        arr: it.arr,
    };
    Ok(chosen.into_iter().map(line).collect())
}

/// NotFound for what is no id of an owner, a stage, a parent or a segment.
fn group_is_there(tx: &mut Tx, me: &Me, by: By, id: &str) -> Result<()> {
    let none = || not_found("group");
    match by {
        By::Owner => agents::find(tx, id.parse().map_err(|_| none())?).map(drop),
        By::Stage => book::find_stage(tx, id.parse().map_err(|_| none())?).map(drop),
        By::Parent => accounts::find_visible(tx, me, id.parse().map_err(|_| none())?).map(drop),
        By::Segment => book::find_segment(tx, me, id.parse().map_err(|_| none())?).map(drop),
    }
}

/// Stands for those without an owner, a stage, a parent or a segment.
pub const NONE: &str = "none";

type Key = Option<String>;

/// To which groups an account belongs.
struct Keys {
    by: By,
    /// Of accounts that are parts: the topmost one, with its name.
    tops: HashMap<AccountId, (AccountId, String)>,
    /// Of accounts: segments.
    segments: HashMap<AccountId, Vec<(String, String)>>,
}

impl Keys {
    fn of(&self, it: &Row) -> Vec<(Key, String)> {
        let or = |id: Option<String>, name: &Option<String>, none: &str| {
            vec![(id, name.clone().unwrap_or_else(|| none.to_owned()))]
        };
        match self.by {
            By::Owner => or(it.owner_id.map(|it| it.to_string()), &it.owner, "Nobody"),
            By::Stage => or(it.stage_id.map(|it| it.to_string()), &it.stage, "No stage"),
            By::Parent => match self.tops.get(&it.account_id) {
                Some((id, name)) => vec![(Some(id.to_string()), name.clone())],
                None => vec![(None, "Accounts by themselves".to_owned())],
            },
            By::Segment => match self.segments.get(&it.account_id) {
                Some(some) => {
                    some.iter().map(|(id, name)| (Some(id.clone()), name.clone())).collect()
                }
                None => vec![(None, "In no segment".to_owned())],
            },
        }
    }
}

fn keys(tx: &mut Tx, me: &Me, by: By, rows: &[Row]) -> Result<Keys> {
    let mut keys = Keys { by, tops: HashMap::new(), segments: HashMap::new() };
    match by {
        By::Owner | By::Stage => {}
        By::Parent => keys.tops = tops(tx)?,
        By::Segment => {
            let ids: Vec<AccountId> = rows.iter().map(|it| it.account_id).collect();
            for it in book::segments(tx, me)? {
                for some in ids.chunks(400) {
                    for id in book::matching(tx, me, &it.condition, some)? {
                        let own = keys.segments.entry(id).or_default();
                        own.push((it.id.to_string(), it.name.clone()));
                    }
                }
            }
        }
    }
    Ok(keys)
}

/// The topmost account of each that has a part or is one.
fn tops(tx: &mut Tx) -> Result<HashMap<AccountId, (AccountId, String)>> {
    row! {
        struct Part {
            id: AccountId,
            name: String,
            parent_id: Option<AccountId>,
        }
    }
    let all: Vec<Part> = tx.rows(
        "SELECT id, name, parent_id FROM accounts
         WHERE merged_into IS NULL AND (parent_id IS NOT NULL
             OR id IN (SELECT parent_id FROM accounts WHERE parent_id IS NOT NULL))",
        &[],
    )?;
    let by: HashMap<AccountId, &Part> = all.iter().map(|it| (it.id, it)).collect();
    let top = |it: &Part| {
        let mut at = it;
        // No tree is deeper than there are parts in it.
        for _ in 0..all.len() {
            match at.parent_id.and_then(|it| by.get(&it)) {
                Some(above) => at = above,
                None => break,
            }
        }
        (at.id, at.name.clone())
    };
    Ok(all.iter().map(|it| (it.id, top(it))).collect())
}
