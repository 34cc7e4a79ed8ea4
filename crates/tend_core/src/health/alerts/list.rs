//! Alerts as those read them who were called.

use tend_store::{Tx, Value, row};

use crate::{
    Result,
    agents::{AgentId, Me, Permission},
    book::{self, Whose},
    error::not_found,
    health::{Alert, AlertId, Chance, chances},
    page::{Cursor, Page},
};

pub(super) const COLUMNS: &str = "health_alerts.id, health_alerts.account_id, \
     health_alerts.owner_id, health_alerts.day, health_alerts.p, health_alerts.rule_score, \
     health_alerts.why, health_alerts.state, health_alerts.task_id, health_alerts.outcome, \
     health_alerts.outcome_on, health_alerts.made_at, health_alerts.cleared_at";

/// An alert with what is shown of its account.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertLine {
    pub alert: Alert,
    pub account: String,
    /// Who looks after it now.
    pub owner: Option<(AgentId, String)>,
    /// A year, minor units of the home currency; nothing for who may not see it.
    pub arr: Option<i64>,
    /// What is known of it now; nothing once it has left.
    pub now: Chance,
    /// It has left.
    pub is_gone: bool,
    /// Its task is to be done still.
    pub task_open: bool,
}

/// Which are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Neither calm again nor put away.
    #[default]
    Open,
    /// All, also those of which it is known what came.
    All,
    /// Those of which it is known.
    Known,
}

impl Shown {
    pub const ALL: [Self; 3] = [Self::Open, Self::Known, Self::All];

    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Known => "known",
            Self::All => "all",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Known => "What came of them",
            Self::All => "All",
        }
    }
}

impl std::str::FromStr for Shown {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or("Alerts are open, known or all.")
    }
}

row! {
    struct More {
        name: String,
        owner_id: Option<AgentId>,
        owner: Option<String>,
        arr: Option<i64>,
        is_gone: bool,
        task_open: bool,
    }
}

const FROM: &str = "FROM health_alerts JOIN accounts ON accounts.id = health_alerts.account_id
     LEFT JOIN account_figures ON account_figures.account_id = accounts.id";

/// A page of them, the newest first.
///
/// # Errors
/// NotFound for an agent whose role does not let them see customers.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    whose: Whose,
    shown: Shown,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<AlertLine>> {
    if !me.may(Permission::CustomersRead) {
        return Err(not_found("alert"));
    }
    let mut args: Vec<Value> = vec![from.map_or(i64::MAX, |it| it.id).into(), (limit + 1).into()];
    let state = match shown {
        Shown::Open => "AND health_alerts.cleared_at IS NULL",
        Shown::Known => "AND health_alerts.outcome IS NOT NULL",
        Shown::All => "",
    };
    let owners: Option<Vec<AgentId>> = match whose {
        Whose::All => None,
        Whose::Mine => Some(vec![me.id]),
        Whose::Of(it) => Some(vec![it]),
        Whose::Team => Some(book::mates(tx, me)?),
    };
    let of = match owners {
        None => String::new(),
        Some(them) if them.is_empty() => return Ok(Page { items: Vec::new(), next: None }),
        Some(them) => {
            let marks = tend_store::placeholders(3, them.len());
            args.extend(them.iter().map(|it| Value::from(*it)));
            format!("AND accounts.owner_id IN ({marks})")
        }
    };
    let sql = format!(
        "SELECT {COLUMNS} {FROM} WHERE health_alerts.id < $1 {state} {of}
         ORDER BY health_alerts.id DESC LIMIT $2"
    );
    let found: Vec<Alert> = tx.rows(&sql, &args)?;
    let page = Page::of(found, limit, |it| Cursor { key: 0, id: it.id.raw() });
    let mut items = Vec::with_capacity(page.items.len());
    for it in page.items {
        items.push(line(tx, me, it)?);
    }
    Ok(Page { items, next: page.next })
}

/// One of them.
///
/// # Errors
/// NotFound, also for an agent whose role does not let them see customers.
pub fn find(tx: &mut Tx, me: &Me, id: AlertId) -> Result<AlertLine> {
    if !me.may(Permission::CustomersRead) {
        return Err(not_found("alert"));
    }
    let sql = format!("SELECT {COLUMNS} FROM health_alerts WHERE id = $1");
    let it: Alert = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("alert"))?;
    line(tx, me, it)
}

fn line(tx: &mut Tx, me: &Me, alert: Alert) -> Result<AlertLine> {
    let more: More = tx.one(
        "SELECT accounts.name, accounts.owner_id, agents.name AS owner, account_figures.arr,
             EXISTS (SELECT 1 FROM health_snapshots AS it
                     WHERE it.account_id = accounts.id AND it.frozen
                         AND it.day = (SELECT MAX(day) FROM health_snapshots AS later
                                       WHERE later.account_id = it.account_id)) AS is_gone,
             EXISTS (SELECT 1 FROM tasks WHERE tasks.id = $2 AND tasks.done_at IS NULL
                     AND tasks.dropped_at IS NULL) AS task_open
         FROM accounts LEFT JOIN agents ON agents.id = accounts.owner_id
         LEFT JOIN account_figures ON account_figures.account_id = accounts.id
         WHERE accounts.id = $1",
        &[alert.account_id.into(), alert.task_id.map_or(0, |it| it.raw()).into()],
    )?;
    let now = chances(tx, &[alert.account_id])?.remove(&alert.account_id).unwrap_or_default();
    Ok(AlertLine {
        account: more.name,
        owner: more.owner_id.zip(more.owner),
        arr: more.arr.filter(|it| *it >= 0 && me.may(Permission::RevenueRead)),
        now,
        is_gone: more.is_gone,
        task_open: more.task_open,
        alert,
    })
}

/// Of how many it is known what came, and of how many not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub open: i64,
    pub of_week: i64,
}

/// How many alerts of an agent are open, and how many they got in the last seven days.
pub fn standing(tx: &mut Tx, agent: AgentId, today: i64) -> Result<Standing> {
    Ok(Standing {
        open: tx.scalar(
            "SELECT count(*) FROM health_alerts JOIN accounts ON accounts.id = account_id
             WHERE accounts.owner_id = $1 AND cleared_at IS NULL",
            &[agent.into()],
        )?,
        of_week: tx.scalar(
            "SELECT count(*) FROM health_alerts WHERE owner_id = $1 AND day > $2",
            &[agent.into(), (today - 7).into()],
        )?,
    })
}
