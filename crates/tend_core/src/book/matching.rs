//! Which of some accounts a condition holds of.

use std::collections::HashSet;

use tend_store::{Tx, Value};

use super::{
    Condition, SegmentId,
    condition::{AccountTest, Ahead, AnyValue, Counted},
    parent::today,
    portfolio::sees_money,
    segments::known,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::Me,
    attributes::About,
    conversations::list::Cond,
    money::rates,
    usage::times_of,
    views::{
        Compare, Group, Is, Who,
        compile::{attribute_of, compare, compile_with, tag_on, text_in, time_in},
        nullable::among,
    },
};

/// Segments within segments are followed so far.
const DEEPEST: usize = 5;

/// Those of `ids` of which the condition holds, for one who looks.
pub(crate) fn matching(
    tx: &mut Tx,
    me: &Me,
    it: &Condition,
    ids: &[AccountId],
) -> Result<HashSet<AccountId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut looker = Looker { me, ids, segments: Vec::new() };
    let cond = looker.compile(tx, it)?;
    let mut args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let marks = tend_store::placeholders(1, ids.len());
    let bound = cond.bind(&mut args);
    let sql = format!(
        "SELECT account_figures.account_id FROM account_figures
         JOIN accounts ON accounts.id = account_figures.account_id
         WHERE account_figures.account_id IN ({marks}) AND ({bound})"
    );
    Ok(tx.column::<AccountId>(&sql, &args)?.into_iter().collect())
}

struct Looker<'a> {
    me: &'a Me,
    ids: &'a [AccountId],
    /// Those that we are inside of.
    segments: Vec<SegmentId>,
}

impl Looker<'_> {
    fn compile(&mut self, tx: &mut Tx, it: &Condition) -> Result<Cond> {
        compile_with(it, &mut |test| self.test(tx, test))
    }

    fn test(&mut self, tx: &mut Tx, it: &AccountTest) -> Result<Cond> {
        use AccountTest as T;
        let (me, now) = (self.me, tx.now());
        Ok(match it {
            T::Name(it) => text_in("account_figures.name_folded", it),
            T::Owner(is, of) => owner(*is, of, me),
            T::Team(is, of) => team(*is, of, me),
            T::Stage(is, of) => among("account_figures.stage_id", *is, values(of), false),
            T::Means(is, of) => either(*is, of, |marks| {
                format!(
                    "EXISTS (SELECT 1 FROM stages WHERE stages.id = account_figures.stage_id
                         AND stages.means IN ({marks}))"
                )
            }),
            T::Tag(is, of) => tag_on("account_figures.account_id", *is, values(of)),
            T::Parent(is, of) => among("accounts.parent_id", *is, values(of), false),
            T::HasParent(true) => Cond::plain("accounts.parent_id IS NOT NULL"),
            T::HasParent(false) => Cond::plain("accounts.parent_id IS NULL"),
            T::Number(what, _) if what.is_money() && !sees_money(me) => Cond::plain("FALSE"),
            T::Number(what, it) => number(tx, *what, *it)?,
            T::Renewal(it) => renewal(today(tx), *it),
            T::Created(it) => time_in("accounts.created_at", *it, me, now),
            T::LastTouch(it) => time_in("NULLIF(account_figures.touched_at, 0)", *it, me, now),
            T::LastUsed(it) => {
                let day = "(CASE WHEN account_figures.used_on >= 0
                     THEN account_figures.used_on * 86400000000 ELSE NULL END)";
                time_in(day, *it, me, now)
            }
            T::Usage(it) => self.usage(tx, it)?,
            T::Role(is, of) => either(*is, of, |marks| {
                format!(
                    "EXISTS (SELECT 1 FROM key_people WHERE key_people.left_at IS NULL
                         AND key_people.account_id = account_figures.account_id
                         AND key_people.role IN ({marks}))"
                )
            }),
            T::PersonLeft(yes) => person("left_at", *yes),
            T::PersonSilent(yes) => person("silent_at", *yes),
            T::Segment(is, of) => self.segment(tx, *is, of)?,
            T::Attribute(name, it) => {
                attribute_of("account_figures.account_id", About::Account, name, it)
            }
        })
    }

    /// Counted of those that are looked at, and of no others.
    fn usage(&self, tx: &mut Tx, it: &Counted) -> Result<Cond> {
        let times = times_of(tx, self.ids, &it.event, it.days)?;
        let holds = |n: f64| match it.times {
            Compare::Is(m) => n == m,
            Compare::AtLeast(m) => n >= m,
            Compare::AtMost(m) => n <= m,
        };
        let fits = |id: &&AccountId| holds(times.get(&id.raw()).copied().unwrap_or(0) as f64);
        let all: Vec<AccountId> = self.ids.iter().filter(fits).copied().collect();
        Ok(among("account_figures.account_id", Is::AnyOf, values(&all), false))
    }

    fn segment(&mut self, tx: &mut Tx, is: Is, of: &[SegmentId]) -> Result<Cond> {
        let mut all = Vec::new();
        for id in of {
            // One that is gone, or leads back to itself, holds of nothing.
            let inside = self.segments.contains(id) || self.segments.len() >= DEEPEST;
            let found = if inside { None } else { known(tx, *id)? };
            let Some(it) = found else { continue };
            self.segments.push(*id);
            all.push(self.compile(tx, &it)?);
            self.segments.pop();
        }
        let any = Cond::any(all);
        Ok(if is == Is::AnyOf { any } else { any.not() })
    }
}

fn values<T: Copy + Into<Value>>(of: &[T]) -> Vec<Value> {
    of.iter().map(|it| (*it).into()).collect()
}

fn either<T: Copy + Into<Value>>(is: Is, of: &[T], text: impl Fn(&str) -> String) -> Cond {
    let marks = vec!["?"; of.len()].join(", ");
    let found = Cond::new(text(&marks), values(of));
    if is == Is::AnyOf { found } else { found.not() }
}

fn owner(is: Is, of: &[Who], me: &Me) -> Cond {
    let ids = of.iter().filter_map(|it| match it {
        Who::Me => Some(me.id.into()),
        Who::Agent(it) => Some((*it).into()),
        Who::Nobody => None,
    });
    among("account_figures.owner_id", is, ids.collect(), of.contains(&Who::Nobody))
}

fn team(is: Is, of: &[Group], me: &Me) -> Cond {
    let mut ids: Vec<Value> = Vec::new();
    for it in of {
        match it {
            Group::Mine => ids.extend(me.teams.iter().map(|it| Value::from(*it))),
            Group::Team(it) => ids.push((*it).into()),
            Group::Nobody => {}
        }
    }
    let marks = vec!["?"; ids.len()].join(", ");
    let theirs = match ids.is_empty() {
        true => Cond::plain("FALSE"),
        false => Cond::new(
            format!(
                "EXISTS (SELECT 1 FROM team_members WHERE team_members.team_id IN ({marks})
                     AND team_members.agent_id = account_figures.owner_id)"
            ),
            ids,
        ),
    };
    let none = Cond::plain(
        "NOT EXISTS (SELECT 1 FROM team_members
             WHERE team_members.agent_id = account_figures.owner_id)",
    );
    let any = if of.contains(&Group::Nobody) { Cond::any(vec![theirs, none]) } else { theirs };
    if is == Is::AnyOf { any } else { any.not() }
}

fn person(column: &str, yes: bool) -> Cond {
    let text = format!(
        "EXISTS (SELECT 1 FROM key_people WHERE key_people.{column} IS NOT NULL
             AND key_people.account_id = account_figures.account_id)"
    );
    let found = Cond::plain(&text);
    if yes { found } else { found.not() }
}

fn number(tx: &mut Tx, what: AnyValue, it: Compare) -> Result<Cond> {
    let (op, n) = compare(it);
    let of =
        |sql: &str, n: Value| Cond::new(format!("CAST({sql} AS DOUBLE PRECISION) {op} ?"), vec![n]);
    Ok(match what {
        AnyValue::Arr | AnyValue::Risk => {
            let unit = rates::home(tx)?.unit() as f64;
            let column = match what {
                AnyValue::Arr => "account_figures.arr",
                _ => "account_figures.risk",
            };
            let known = Cond::plain(&format!("{column} >= 0"));
            let n = match it {
                Compare::Is(n) | Compare::AtLeast(n) | Compare::AtMost(n) => n * unit,
            };
            known.and(of(column, n.into()))
        }
        AnyValue::Leaving => leaving(today(tx), op, n),
        AnyValue::LeavingForetold => of(&newest("100 * p"), n),
        AnyValue::RuleScore => of(&newest("rule_score"), n),
        AnyValue::Late => {
            let count = "(SELECT count(*) FROM invoices WHERE status = 'open' AND due_day < ?
                 AND invoices.account_id = account_figures.account_id)";
            let text = format!("CAST({count} AS DOUBLE PRECISION) {op} ?");
            Cond::new(text, vec![today(tx).into(), n])
        }
        AnyValue::Products => {
            let count = "(SELECT count(DISTINCT product_id) FROM subscriptions
                 WHERE subscriptions.account_id = account_figures.account_id
                     AND start_day <= ? AND (end_day IS NULL OR end_day > ?))";
            let text = format!("CAST({count} AS DOUBLE PRECISION) {op} ?");
            Cond::new(text, vec![today(tx).into(), today(tx).into(), n])
        }
        AnyValue::Open => of("account_figures.open_count", n),
        AnyValue::Contacts => of("account_figures.contact_count", n),
        AnyValue::Trend => {
            let known = Cond::plain("account_figures.events_before > 0");
            known.and(of("account_figures.trend / 10", n))
        }
        AnyValue::InStage => {
            let now = tx.now();
            let known = Cond::plain("accounts.stage_since IS NOT NULL");
            let days = "(CAST(? AS BIGINT) - accounts.stage_since) / 86400000000";
            let text = format!("CAST({days} AS DOUBLE PRECISION) {op} ?");
            known.and(Cond::new(text, vec![now.into(), n]))
        }
        AnyValue::Overdue => {
            let count =
                "(SELECT count(*) FROM tasks WHERE tasks.account_id = account_figures.account_id
                 AND tasks.done_at IS NULL AND tasks.dropped_at IS NULL AND tasks.due_on < ?)";
            let text = format!("CAST({count} AS DOUBLE PRECISION) {op} ?");
            Cond::new(text, vec![today(tx).into(), n])
        }
    })
}

/// By what an agent believes, as long as that holds, or else by the last snapshot; nothing once
/// the account has left.
fn leaving(day: i64, op: &str, n: Value) -> Cond {
    let judged = "(SELECT 100 * p FROM health_judgements
         WHERE health_judgements.account_id = account_figures.account_id
             AND withdrawn_at IS NULL AND made_on <= ? AND expires_on > ?
         ORDER BY id DESC LIMIT 1)";
    let left = "EXISTS (SELECT 1 FROM health_snapshots AS it
         WHERE it.account_id = account_figures.account_id AND it.frozen
             AND it.day = (SELECT MAX(day) FROM health_snapshots AS later
                           WHERE later.account_id = it.account_id))";
    let counts = format!("COALESCE({judged}, {})", newest("100 * p"));
    let text = format!("(NOT {left} AND CAST({counts} AS DOUBLE PRECISION) {op} ?)");
    Cond::new(text, vec![day.into(), day.into(), n])
}

/// Of the last snapshot; nothing once the account has left.
fn newest(what: &str) -> String {
    format!(
        "(SELECT CASE WHEN frozen THEN NULL ELSE {what} END FROM health_snapshots
             WHERE health_snapshots.account_id = account_figures.account_id
             ORDER BY day DESC LIMIT 1)"
    )
}

fn renewal(today: i64, it: Ahead) -> Cond {
    let column = "account_figures.renews_on";
    let unknown: Value = super::UNKNOWN_LAST.into();
    let between = |from: i64, to: Value| {
        Cond::new(format!("({column} >= ? AND {column} < ?)"), vec![from.into(), to])
    };
    match it {
        Ahead::Within(days) => between(today, (today + days + 1).into()),
        Ahead::Beyond(days) => between(today + days + 1, unknown),
        Ahead::Past => Cond::new(format!("{column} < ?"), vec![today.into()]),
        Ahead::Set => Cond::new(format!("{column} < ?"), vec![unknown]),
        Ahead::NotSet => Cond::new(format!("{column} = ?"), vec![unknown]),
    }
}
