//! With whom something happened in the last days that begins a campaign: what a dry run tries.

use jiff::{SignedDuration, Timestamp, ToSpan};
use tend_store::{Tx, Value, row};

use super::{
    Trigger,
    audience::{Piece, behind, everybody, once, people_of, were_there, who_did, within},
    enrol::{Found, Running},
    events,
    facts::before,
};
use crate::{
    Result,
    accounts::AccountId,
    book,
    contacts::{self, Contact, ContactId},
    usage::day_of,
};

/// So many rows are looked at in one piece.
const PIECE: i64 = 100;

/// The next piece: `from` is where the last one ended, 0 at the start.
pub(super) fn next(tx: &mut Tx, run: &Running<'_>, from: i64, days: i64) -> Result<Piece> {
    let since = before(tx.now(), SignedDuration::from_hours(24 * days));
    let rows = match &run.plan.trigger {
        None => return everybody(tx, run, from),
        Some(Trigger::Hand {}) => Vec::new(),
        Some(Trigger::Order { step }) => return orders(tx, run, from, (step, since)),
        Some(Trigger::Onboarding {}) => begun(tx, from, since)?,
        Some(Trigger::Meeting {}) => met(tx, from, since)?,
        Some(Trigger::Segment {}) => inside(tx, run, from)?,
        Some(Trigger::Usage { event, times }) => did(tx, from, (event, *times), days)?,
        Some(Trigger::Date { about, attribute, days: off, yearly }) => {
            dated(tx, run, from, (about, attribute, *off, *yearly), days)?
        }
        Some(Trigger::Inactive { days: n }) => quiet(tx, from, *n, days)?,
    };
    let next = rows.last().map(|it| it.0).filter(|_| !rows.is_empty());
    let all: Vec<Contact> = rows.into_iter().flat_map(|it| it.1).collect();
    let looked = all.len() as i64;
    let found = within(tx, run, all)?.into_iter().map(once).collect();
    Ok(Piece { found, next, looked })
}

/// The place of a row, and who is behind it.
type Rows = Vec<(i64, Vec<Contact>)>;

row! {
    struct Ordered {
        id: i64,
        contact_id: Option<ContactId>,
    }
}

fn orders(
    tx: &mut Tx,
    run: &Running<'_>,
    from: i64,
    (step, since): (&str, Timestamp),
) -> Result<Piece> {
    let happened = match step {
        "placed" => "placed_at >= $2",
        "paid" => "placed_at >= $2 AND payment IN ('paid', 'partially_refunded', 'refunded')",
        "shipped" => {
            "EXISTS (SELECT 1 FROM order_shipments WHERE order_id = orders.id AND shipped_at >= $2)"
        }
        "delivered" => "delivered_at >= $2",
        "cancelled" => "cancelled_at >= $2",
        _ => "refunded > 0 AND changed_at >= $2",
    };
    let sql = format!(
        "SELECT id, contact_id FROM orders WHERE id > $1 AND {happened} ORDER BY id LIMIT $3"
    );
    let all: Vec<Ordered> = tx.rows(&sql, &[from.into(), since.into(), PIECE.into()])?;
    let next = all.last().map(|it| it.id);
    let (mut found, looked) = (Vec::new(), all.len() as i64);
    for it in all {
        let Some(id) = it.contact_id else { continue };
        let contact = contacts::find(tx, id)?;
        for contact in within(tx, run, vec![contact])? {
            found.push(Found { contact, about: it.id.to_string(), order: Some(it.id) });
        }
    }
    Ok(Piece { found, next, looked })
}

row! {
    struct Begun {
        id: i64,
        account_id: i64,
    }
}

fn begun(tx: &mut Tx, from: i64, since: Timestamp) -> Result<Rows> {
    let all: Vec<Begun> = tx.rows(
        "SELECT id, account_id FROM onboardings WHERE id > $1 AND started_at >= $2
         ORDER BY id LIMIT $3",
        &[from.into(), since.into(), PIECE.into()],
    )?;
    all.into_iter().map(|it| Ok((it.id, people_of(tx, it.account_id)?))).collect()
}

fn met(tx: &mut Tx, from: i64, since: Timestamp) -> Result<Rows> {
    let all: Vec<i64> = tx.column(
        "SELECT id FROM meetings WHERE id > $1 AND happened_at >= $2 ORDER BY id LIMIT $3",
        &[from.into(), since.into(), PIECE.into()],
    )?;
    all.into_iter().map(|id| Ok((id, were_there(tx, id)?))).collect()
}

fn inside(tx: &mut Tx, run: &Running<'_>, from: i64) -> Result<Rows> {
    let ids: Vec<AccountId> = tx.column(
        "SELECT id FROM accounts WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT $2",
        &[from.into(), PIECE.into()],
    )?;
    let Some(condition) = &run.segment else { return Ok(Vec::new()) };
    let inside = book::matching(tx, &run.me, condition, &ids)?;
    let of = |id: AccountId| {
        let people = if inside.contains(&id) { people_of(tx, id.raw())? } else { Vec::new() };
        Ok((id.raw(), people))
    };
    ids.into_iter().map(of).collect()
}

fn did(tx: &mut Tx, from: i64, (event, times): (&str, i64), days: i64) -> Result<Rows> {
    let today = day_of(tx.now());
    let first = today - days + 1;
    let ids: Vec<AccountId> = tx.column(
        "SELECT DISTINCT subject_id FROM usage_days
         WHERE day >= $1 AND is_account AND subject_id > $2 ORDER BY subject_id LIMIT $3",
        &[first.into(), from.into(), PIECE.into()],
    )?;
    let wanted = events::numbers(tx, Some(event))?;
    let mut all = Vec::new();
    for id in ids {
        let mut people = Vec::new();
        for it in who_did(tx, id, &wanted, (first, today))? {
            let who = (it.id, id);
            let before = events::times(tx, who, Some(event), 0, first - 1)? as i64;
            let now = events::times(tx, who, Some(event), first, today)? as i64;
            if before < times && before + now >= times {
                people.push(it);
            }
        }
        all.push((id.raw(), people));
    }
    Ok(all)
}

fn dated(
    tx: &mut Tx,
    run: &Running<'_>,
    from: i64,
    (about, attribute, off, yearly): (&str, &str, i64, bool),
    days: i64,
) -> Result<Rows> {
    let today = tx.now().to_zoned(run.zone.clone()).date();
    let mut args: Vec<Value> = vec![about.into(), attribute.into(), from.into(), PIECE.into()];
    let mut marks = Vec::new();
    for n in 0..days {
        let Ok(day) = today.checked_sub((off + n).days()) else { continue };
        args.push(match yearly {
            true => format!("____{}", day.strftime("-%m-%d")).into(),
            false => day.to_string().into(),
        });
        marks.push(format!("attribute_values.text_value LIKE ${}", args.len()));
    }
    let sql = format!(
        "SELECT subject_id FROM attribute_values
         JOIN attribute_definitions ON attribute_definitions.id = attribute_values.definition_id
         WHERE attribute_definitions.subject_kind = $1 AND attribute_definitions.name = $2
             AND attribute_definitions.kind = 'date' AND attribute_definitions.archived_at IS NULL
             AND subject_id > $3 AND ({}) ORDER BY subject_id LIMIT $4",
        marks.join(" OR ")
    );
    let ids: Vec<i64> = tx.column(&sql, &args)?;
    let of = |id: i64| match about {
        "account" => Ok((id, people_of(tx, id)?)),
        _ => Ok((id, contacts::find(tx, ContactId::from_raw(id)).into_iter().collect())),
    };
    ids.into_iter().map(of).collect()
}

fn quiet(tx: &mut Tx, from: i64, n: i64, days: i64) -> Result<Rows> {
    let last = before(tx.now(), SignedDuration::from_hours(24 * n));
    let first = before(last, SignedDuration::from_hours(24 * days));
    let ids: Vec<i64> = tx.column(
        "SELECT id FROM usage_people
         WHERE id > $1 AND contact_id IS NOT NULL AND last_at <= $2 AND last_at > $3
         ORDER BY id LIMIT $4",
        &[from.into(), last.into(), first.into(), PIECE.into()],
    )?;
    ids.into_iter().map(|id| Ok((id, behind(tx, id)?.into_iter().collect()))).collect()
}
