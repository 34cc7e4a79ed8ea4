//! Whether a customer may be asked: one budget over all surveys and channels.
//!
//! Who may not is not asked later instead: a question that comes when its matter is forgotten
//! measures nothing. Each refusal is written down with its rule.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, Value, placeholders};

use super::{
    Kind, Survey,
    limits::{self, Limits},
};
use crate::{
    Result,
    contacts::{self, Contact, IdentityKind},
    outreach::{
        Channel, Kind as Touching,
        consents::{self, SURVEY},
        touches::{self, What},
    },
};

/// Why somebody is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct No {
    /// `consent`, `blocked`, `unreachable`, `sample`, `same_event`, `priority`, `frequency`,
    /// `same_kind`, `year`, `waits`.
    pub rule: &'static str,
    /// For people.
    pub detail: String,
}

fn no(rule: &'static str, detail: impl Into<String>) -> Result<Option<No>> {
    Ok(Some(No { rule, detail: detail.into() }))
}

/// What is asked about, as far as the rules go.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    pub channel: Channel,
    /// Never two for one event.
    pub event: Option<&'a str>,
    /// It was promised: asked again after a low score was remedied. Frequency does not bind it.
    pub is_reask: bool,
    /// Chosen by a person or a program for this customer, and not by lot.
    pub is_by_hand: bool,
}

/// The rule that says no; `None` if the customer may be asked. To be followed by
/// [`touches::record`] in the same transaction: of two that ask one customer at once, the second
/// sees the first.
pub fn refusal(
    tx: &mut Tx,
    survey: &Survey,
    contact: &Contact,
    it: Occasion<'_>,
) -> Result<Option<No>> {
    if contact.blocked_at.is_some() {
        return no("blocked", "This contact is blocked.");
    }
    if consents::given(tx, contact.id, SURVEY)? == Some(false) {
        return no("consent", "They do not take part in surveys.");
    }
    if it.channel == Channel::Mail && !is_reachable(tx, contact)? {
        return no("unreachable", "There is no address that mail reaches.");
    }
    if !it.is_by_hand && !it.is_reask && !in_sample(survey, contact) {
        return no("sample", format!("One customer in {} is asked.", survey.sample_every));
    }
    if let Some(event) = it.event {
        let asked: Option<i64> = tx
            .maybe_scalar("SELECT 1 AS n FROM survey_requests WHERE event = $1", &[event.into()])?;
        if asked.is_some() {
            return no("same_event", "They were asked about this already.");
        }
    }
    if it.is_reask {
        return Ok(None);
    }
    let limits = limits::limits(tx)?;
    if let Some(no) = after_others(tx, survey, contact, &limits)? {
        return Ok(Some(no));
    }
    by_time(tx, survey.kind, contact, &limits)
}

fn is_reachable(tx: &mut Tx, contact: &Contact) -> Result<bool> {
    let all = contacts::identities(tx, contact.id)?;
    Ok(all.iter().any(|it| it.kind == IdentityKind::Email && it.undeliverable_at.is_none()))
}

/// The same customers at any time, and for each survey others.
fn in_sample(survey: &Survey, contact: &Contact) -> bool {
    let each = u64::try_from(survey.sample_every).unwrap_or(1).max(1);
    lot(survey.id.raw(), contact.id.raw()).is_multiple_of(each)
}

/// A number that is the same for the same two, and has no pattern (SplitMix64).
pub(super) fn lot(a: i64, b: i64) -> u64 {
    let mix = |it: u64| {
        let it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    };
    let (a, b) = (a.cast_unsigned(), b.cast_unsigned());
    mix(mix(a.wrapping_add(0x9E37_79B9_7F4A_7C15)).wrapping_add(b))
}

/// Effort goes before satisfaction, and that before recommendation: who is about to be asked for
/// the first is not asked for the last.
fn after_others(
    tx: &mut Tx,
    survey: &Survey,
    contact: &Contact,
    limits: &Limits,
) -> Result<Option<No>> {
    let kinds = survey.kind.comes_before();
    if kinds.is_empty() {
        return Ok(None);
    }
    let soon = days_from(tx.now(), limits.between_any);
    let mut args: Vec<Value> = vec![contact.id.into(), soon.into(), survey.id.into()];
    args.extend(kinds.iter().map(|it| Value::from(*it)));
    let sql = format!(
        "SELECT surveys.name FROM survey_plans JOIN surveys ON surveys.id = survey_id
         WHERE contact_id = $1 AND due_at < $2 AND survey_id <> $3 AND state = 'active'
             AND surveys.kind IN ({}) LIMIT 1",
        placeholders(4, kinds.len())
    );
    let name: Option<String> = tx.maybe_scalar(&sql, &args)?;
    match name {
        Some(name) => no("priority", format!("“{name}” is about to ask them.")),
        None => Ok(None),
    }
}

fn by_time(tx: &mut Tx, kind: Kind, contact: &Contact, limits: &Limits) -> Result<Option<No>> {
    let now = tx.now();
    let span = limits.between_any.max(limits.between_same).max(limits.between_nps).max(YEAR);
    let before = touches::surveys_of(tx, contact.id, days_from(now, -span))?;
    let ago = |at: Timestamp| now.duration_since(at).as_hours() / 24;
    let within = |at: Timestamp, days: i64| at > days_from(now, -days);
    if let Some(last) = before.first().filter(|it| within(it.happened_at, limits.between_any)) {
        let (days, least) = (ago(last.happened_at), limits.between_any);
        return no("frequency", format!("The last survey was {days} days ago, of {least}."));
    }
    let least = if kind == Kind::Nps { limits.between_nps } else { limits.between_same };
    let same = before.iter().find(|it| it.topic == kind.word() && within(it.happened_at, least));
    if let Some(last) = same {
        let detail =
            format!("The last of this kind was {} days ago, of {least}.", ago(last.happened_at));
        return no("same_kind", detail);
    }
    let year = before.iter().filter(|it| within(it.happened_at, YEAR)).count();
    match i64::try_from(year).is_ok_and(|it| it < limits.a_year) {
        false => no("year", format!("They were asked {year} times in a year.")),
        true => Ok(None),
    }
}

/// Days.
const YEAR: i64 = 365;

pub(super) fn days_from(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(at)
}

/// Writes a refusal down.
pub(super) fn write(tx: &mut Tx, survey: &Survey, contact: &Contact, why: &No) -> Result<()> {
    touches::refuse(tx, what(survey, contact), why.rule, &why.detail)
}

pub(super) fn what<'a>(survey: &'a Survey, contact: &Contact) -> What<'a> {
    What {
        contact: contact.id,
        kind: Touching::Survey,
        topic: survey.kind.word(),
        source: survey.id.raw(),
    }
}
