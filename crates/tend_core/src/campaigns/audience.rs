//! How a campaign finds its people: a walk in small pieces, each source by its own order, so that
//! it goes on where it was cut off.

use std::collections::{BTreeSet, HashSet};

use jiff::{SignedDuration, ToSpan};
use tend_store::{Tx, Value, placeholders, row};

use super::{
    CampaignId, END, EnrolmentId, State, Trigger, again,
    enrol::{Found, Running},
    events,
    facts::before,
};
use crate::{
    Error, Result,
    accounts::AccountId,
    agents::{Me, Permission},
    book::{self, Condition, SegmentId},
    contacts::{self, COLUMNS as CONTACT, Contact, ContactId},
    error::{conflict, refused},
    journal::{self, Change},
    meetings::{self, MeetingId},
    usage::{day_of, tally::Tally},
};

/// Accounts or contacts that are looked at in one piece.
const PIECE: i64 = 50;
/// Entries of the journal that are read in one piece.
const ENTRIES: i64 = 500;
/// What happened longer ago is history that was taken in.
const NEWS: SignedDuration = SignedDuration::from_hours(48);
/// Whoever was inactive for some days longer is not greeted any more.
const FRESH: SignedDuration = SignedDuration::from_hours(72);

/// What one piece found.
pub(super) struct Piece {
    pub found: Vec<Found>,
    /// Where the next piece begins; `None` at the end.
    pub next: Option<i64>,
    /// Contacts that were looked at.
    pub looked: i64,
}

impl Piece {
    /// Nobody, and nobody after.
    pub fn end() -> Self {
        Self { found: Vec::new(), next: None, looked: 0 }
    }
}

/// The next piece of the walk.
pub(super) fn next(tx: &mut Tx, run: &Running<'_>) -> Result<Piece> {
    let from = run.campaign.walked_to;
    match &run.plan.trigger {
        None => everybody(tx, run, from),
        Some(Trigger::Order { step }) => in_journal(tx, run, from, "order_moved", step),
        Some(Trigger::Onboarding {}) => in_journal(tx, run, from, "onboarding_moved", "started"),
        Some(Trigger::Meeting {}) => in_journal(tx, run, from, "meeting_held", ""),
        Some(Trigger::Segment {}) => entered(tx, run, from),
        Some(Trigger::Usage { event, times }) => used(tx, run, from, event, *times),
        Some(Trigger::Date { about, attribute, days, yearly }) => {
            dated(tx, run, from, (about, attribute, *days, *yearly))
        }
        Some(Trigger::Inactive { days }) => inactive(tx, run, from, *days),
        Some(Trigger::Hand {}) => Ok(Piece::end()),
    }
}

/// Those whose accounts are in the segment of the campaign.
pub(super) fn within(tx: &mut Tx, run: &Running<'_>, of: Vec<Contact>) -> Result<Vec<Contact>> {
    let Some(condition) = &run.segment else { return Ok(of) };
    let ids: HashSet<AccountId> = of.iter().map(|it| it.account_id).collect();
    let ids: Vec<AccountId> = ids.into_iter().collect();
    let inside = book::matching(tx, &run.me, condition, &ids)?;
    Ok(of.into_iter().filter(|it| inside.contains(&it.account_id)).collect())
}

pub(super) fn once(contact: Contact) -> Found {
    Found { contact, about: String::new(), order: None }
}

pub(super) fn everybody(tx: &mut Tx, run: &Running<'_>, from: i64) -> Result<Piece> {
    if from == END {
        return Ok(Piece::end());
    }
    let sql = format!(
        "SELECT {CONTACT} FROM contacts WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT $2"
    );
    let all: Vec<Contact> = tx.rows(&sql, &[from.into(), PIECE.into()])?;
    let looked = all.len() as i64;
    let next = all.last().map(|it| it.id.raw()).filter(|_| looked == PIECE);
    let found = within(tx, run, all)?.into_iter().map(once).collect();
    Ok(Piece { found, next, looked })
}

fn in_journal(tx: &mut Tx, run: &Running<'_>, from: i64, kind: &str, step: &str) -> Result<Piece> {
    let entries = journal::follow(tx, from, ENTRIES)?;
    let next = entries.last().and_then(|it| it.position);
    let since = before(tx.now(), NEWS).max(run.campaign.started_at.unwrap_or(tx.now()));
    let (mut found, mut looked) = (Vec::new(), 0);
    for it in entries.iter().filter(|it| it.kind == kind && it.happened_at >= since) {
        let who = match it.change() {
            Some(Change::OrderMoved(moved)) if moved.step == step => {
                let of = it.contact_id.map(ContactId::from_raw);
                of.map(|id| contacts::find(tx, id)).transpose()?.into_iter().collect()
            }
            Some(Change::OnboardingMoved(moved)) if moved.how == step => {
                people_of(tx, it.account_id.unwrap_or_default())?
            }
            Some(Change::MeetingHeld(_)) => were_there(tx, it.subject_id)?,
            _ => continue,
        };
        looked += who.len() as i64;
        let order = (kind == "order_moved").then_some(it.subject_id);
        for contact in within(tx, run, who)? {
            let about = it.subject_id.to_string();
            found.push(Found { contact, about, order });
        }
    }
    Ok(Piece { found, next, looked })
}

/// Who of the customer was at a meeting.
pub(super) fn were_there(tx: &mut Tx, meeting: i64) -> Result<Vec<Contact>> {
    let all = meetings::present(tx, MeetingId::from_raw(meeting))?;
    all.into_iter().map(|it| contacts::find(tx, it.contact_id)).collect()
}

pub(super) fn people_of(tx: &mut Tx, account: i64) -> Result<Vec<Contact>> {
    let sql = format!(
        "SELECT {CONTACT} FROM contacts WHERE account_id = $1 AND merged_into IS NULL
         ORDER BY id LIMIT 1000"
    );
    Ok(tx.rows(&sql, &[account.into()])?)
}

fn entered(tx: &mut Tx, run: &Running<'_>, from: i64) -> Result<Piece> {
    let Some(condition) = &run.segment else { return Ok(Piece::end()) };
    let ids: Vec<AccountId> = tx.column(
        "SELECT id FROM accounts WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT $2",
        &[from.into(), PIECE.into()],
    )?;
    let Some(last) = ids.last().map(|it| it.raw()) else { return Ok(Piece::end()) };
    let id = run.campaign.id;
    let inside = book::matching(tx, &run.me, condition, &ids)?;
    let mut args: Vec<Value> = vec![id.into()];
    args.extend(ids.iter().map(|it| Value::from(*it)));
    let marks = placeholders(2, ids.len());
    let sql = format!(
        "SELECT account_id FROM campaign_members WHERE campaign_id = $1 AND account_id IN ({marks})"
    );
    let known: HashSet<AccountId> = tx.column(&sql, &args)?.into_iter().collect();
    for gone in known.difference(&inside) {
        tx.execute(
            "DELETE FROM campaign_members WHERE campaign_id = $1 AND account_id = $2",
            &[id.into(), (*gone).into()],
        )?;
    }
    let (mut found, mut looked) = (Vec::new(), 0);
    let mut fresh: Vec<AccountId> = inside.difference(&known).copied().collect();
    fresh.sort();
    for account in fresh {
        tx.execute(
            "INSERT INTO campaign_members (campaign_id, account_id) VALUES ($1, $2)",
            &[id.into(), account.into()],
        )?;
        // The first walk only learns who is in it already.
        if run.campaign.walked_at.is_none() {
            continue;
        }
        let people = people_of(tx, account.raw())?;
        looked += people.len() as i64;
        found.extend(people.into_iter().map(once));
    }
    Ok(Piece { found, next: (ids.len() as i64 == PIECE).then_some(last), looked })
}

fn used(tx: &mut Tx, run: &Running<'_>, from: i64, event: &str, times: i64) -> Result<Piece> {
    let today = day_of(tx.now());
    let accounts: Vec<AccountId> = tx.column(
        "SELECT DISTINCT subject_id FROM usage_days
         WHERE day >= $1 AND day <= $2 AND is_account AND subject_id > $3
         ORDER BY subject_id LIMIT $4",
        &[(today - 1).into(), today.into(), from.into(), PIECE.into()],
    )?;
    let next = accounts.last().map(|it| it.raw()).filter(|_| accounts.len() as i64 == PIECE);
    let wanted = events::numbers(tx, Some(event))?;
    let began = run.campaign.started_at.map_or(today, day_of);
    let times = u64::try_from(times).unwrap_or(1);
    let (mut found, mut looked) = (Vec::new(), 0);
    for account in accounts {
        for contact in who_did(tx, account, &wanted, (today - 1, today))? {
            looked += 1;
            let who = (contact.id, account);
            let already = events::times(tx, who, Some(event), 0, began - 1)?;
            let all = already + events::times(tx, who, Some(event), began, today)?;
            if already < times && all >= times {
                found.push(contact);
            }
        }
    }
    let found = within(tx, run, found)?.into_iter().map(once).collect();
    Ok(Piece { found, next, looked })
}

row! {
    struct Day {
        data: Vec<u8>,
    }
}

/// The contacts of an account who did one of these on these days, UTC.
pub(super) fn who_did(
    tx: &mut Tx,
    account: AccountId,
    wanted: &HashSet<i64>,
    (first, last): (i64, i64),
) -> Result<Vec<Contact>> {
    let days: Vec<Day> = tx.rows(
        "SELECT data FROM usage_days WHERE subject_id = $1 AND day >= $2 AND day <= $3",
        &[account.into(), first.into(), last.into()],
    )?;
    let tallies = days.iter().filter_map(|it| Tally::decode(&it.data));
    let people: BTreeSet<i64> =
        tallies.flat_map(|it| events::by_person(&it, wanted).into_keys()).collect();
    let mut all: Vec<Contact> = Vec::new();
    for person in people {
        if let Some(it) = behind(tx, person)?
            && !all.iter().any(|known| known.id == it.id)
        {
            all.push(it);
        }
    }
    Ok(all)
}

/// The contact that a person of the product is.
pub(super) fn behind(tx: &mut Tx, person: i64) -> Result<Option<Contact>> {
    let id: Option<Option<ContactId>> =
        tx.maybe_scalar("SELECT contact_id FROM usage_people WHERE id = $1", &[person.into()])?;
    match id.flatten().map(|id| contacts::find(tx, id)) {
        None | Some(Err(Error::NotFound(_))) => Ok(None),
        Some(found) => found.map(Some),
    }
}

fn dated(
    tx: &mut Tx,
    run: &Running<'_>,
    from: i64,
    (about, attribute, days, yearly): (&str, &str, i64, bool),
) -> Result<Piece> {
    let today = tx.now().to_zoned(run.zone.clone()).date();
    let Ok(day) = today.checked_sub(days.days()) else { return Ok(Piece::end()) };
    let wanted = match yearly {
        true => format!("____{}", day.strftime("-%m-%d")),
        false => day.to_string(),
    };
    let ids: Vec<i64> = tx.column(
        "SELECT subject_id FROM attribute_values
         JOIN attribute_definitions ON attribute_definitions.id = attribute_values.definition_id
         WHERE attribute_definitions.subject_kind = $1 AND attribute_definitions.name = $2
             AND attribute_definitions.kind = 'date' AND attribute_definitions.archived_at IS NULL
             AND attribute_values.text_value LIKE $3 AND subject_id > $4
         ORDER BY subject_id LIMIT $5",
        &[about.into(), attribute.into(), wanted.into(), from.into(), PIECE.into()],
    )?;
    let next = ids.last().copied().filter(|_| ids.len() as i64 == PIECE);
    let (mut found, mut looked) = (Vec::new(), 0);
    for id in ids {
        let people = match about {
            "account" => people_of(tx, id)?,
            _ => contacts::find(tx, ContactId::from_raw(id)).into_iter().collect(),
        };
        looked += people.len() as i64;
        for contact in within(tx, run, people)? {
            found.push(Found { contact, about: today.to_string(), order: None });
        }
    }
    Ok(Piece { found, next, looked })
}

row! {
    struct Seen {
        id: i64,
        contact_id: ContactId,
        last_day: i64,
    }
}

fn inactive(tx: &mut Tx, run: &Running<'_>, from: i64, days: i64) -> Result<Piece> {
    let last = before(tx.now(), SignedDuration::from_hours(24 * days));
    let people: Vec<Seen> = tx.rows(
        "SELECT id, contact_id, last_at / 86400000000 AS last_day FROM usage_people
         WHERE id > $1 AND contact_id IS NOT NULL AND last_at <= $2 AND last_at > $3
         ORDER BY id LIMIT $4",
        &[from.into(), last.into(), before(last, FRESH).into(), PIECE.into()],
    )?;
    let next = people.last().map(|it| it.id).filter(|_| people.len() as i64 == PIECE);
    let (mut found, looked) = (Vec::new(), people.len() as i64);
    for it in people {
        let contact = contacts::find(tx, it.contact_id)?;
        // Another of their names in the product, or a mail, may be newer.
        let newer: Option<i64> = tx.maybe_scalar(
            "SELECT 1 FROM usage_people WHERE contact_id = $1 AND last_at > $2 LIMIT 1",
            &[contact.id.into(), last.into()],
        )?;
        if newer.is_some() || contact.seen_at.is_some_and(|at| at > last) {
            continue;
        }
        for contact in within(tx, run, vec![contact])? {
            let about = it.last_day.to_string();
            found.push(Found { contact, about, order: None });
        }
    }
    Ok(Piece { found, next, looked })
}

/// Adds somebody to a campaign that waits for that. The gates are asked when their turn comes.
/// Doing it twice is doing it once, unless the campaign lets people in again.
///
/// # Errors
/// Conflict while it does not run; refused for one that finds its people itself.
pub fn add_by_hand(tx: &mut Tx, me: &Me, id: CampaignId, contact: ContactId) -> Result<()> {
    me.require(Permission::CampaignsManage)?;
    let it = super::find(tx, me, id)?;
    if !matches!(it.plan().trigger, Some(Trigger::Hand {})) {
        return Err(refused("This campaign finds its people itself."));
    }
    if it.state != State::Running {
        return Err(conflict("This campaign does not run now."));
    }
    let contact = contacts::find_visible(tx, me, contact)?;
    let Some(about) = again::about(tx, id, &it.plan(), contact.id, "")? else { return Ok(()) };
    let (row, now) = (EnrolmentId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO enrolments (id, campaign_id, contact_id, unique_key, about, arm, state,
             step_at, due_at, made_at)
         VALUES ($1, $2, $3, $4, $6, 'none', 'waiting', $5, $5, $5)
         ON CONFLICT (unique_key) DO NOTHING",
        &[
            row.into(),
            id.into(),
            contact.id.into(),
            format!("{}:{}:{about}", id.raw(), contact.id.raw()).into(),
            now.into(),
            about.into(),
        ],
    )?;
    Ok(())
}

/// How many contacts a segment reaches now, counted to `most` and no further.
pub fn counted(tx: &mut Tx, me: &Me, segment: Option<SegmentId>, most: i64) -> Result<i64> {
    me.require(Permission::CustomersRead)?;
    let Some(id) = segment else {
        return Ok(tx.scalar(
            "SELECT count(*) FROM (SELECT 1 FROM contacts WHERE merged_into IS NULL LIMIT $1) AS counted",
            &[most.into()],
        )?);
    };
    let condition: Condition = book::find_segment(tx, me, id)?.condition;
    let (mut n, mut from) = (0, 0);
    loop {
        let ids: Vec<AccountId> = tx.column(
            "SELECT id FROM accounts WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT 500",
            &[from.into()],
        )?;
        let Some(last) = ids.last() else { return Ok(n.min(most)) };
        from = last.raw();
        let inside: Vec<AccountId> =
            book::matching(tx, me, &condition, &ids)?.into_iter().collect();
        if !inside.is_empty() {
            let args: Vec<Value> = inside.iter().map(|it| (*it).into()).collect();
            let marks = placeholders(1, inside.len());
            n += tx.scalar::<i64>(
                &format!(
                    "SELECT count(*) FROM contacts WHERE merged_into IS NULL AND account_id IN ({marks})"
                ),
                &args,
            )?;
        }
        if n >= most {
            return Ok(most);
        }
    }
}
