//! What they ask of support, and how it answers.

use std::collections::HashMap;

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{Ask, DAY, Sheet};
use crate::{Result, accounts::AccountId, health::Kind};

const ALL: [Kind; 5] = [Kind::Open, Kind::Load, Kind::Resolved, Kind::FirstReply, Kind::Waiting];
const HOUR: f64 = 3_600_000_000.0;

row! {
    struct Conversation {
        account_id: AccountId,
        opened_at: Timestamp,
        ended_at: Option<Timestamp>,
        first_reply_at: Option<Timestamp>,
        waiting_since: Option<Timestamp>,
    }
}

impl Conversation {
    fn ended(&self, cut: i64) -> bool {
        self.ended_at.is_some_and(|it| it.as_microsecond() < cut)
    }
}

pub(super) fn fill(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    if !ask.asks(&ALL) {
        return Ok(());
    }
    let mut all: HashMap<AccountId, Vec<Conversation>> =
        ask.ids.iter().map(|it| (*it, Vec::new())).collect();
    for it in conversations(tx, ask)? {
        all.entry(it.account_id).or_default().push(it);
    }
    for (id, of) in &all {
        told(ask, *id, of, sheet);
    }
    load(tx, ask, &all, sheet)
}

/// Those that began in the longest window, or were open as the day began.
fn conversations(tx: &mut Tx, ask: &Ask) -> Result<Vec<Conversation>> {
    let from = ask.cut - ask.longest(&ALL) * DAY;
    let (marks, args) = ask.bound(vec![ask.cut.into(), from.into()]);
    let sql = format!(
        "SELECT account_id, opened_at, COALESCE(resolved_at, closed_at) AS ended_at,
             first_reply_at, waiting_since
         FROM conversations
         WHERE account_id IN ({marks}) AND merged_into IS NULL AND category <> 'spam'
             AND opened_at < $1
             AND (is_active = TRUE OR opened_at >= $2 OR resolved_at >= $1 OR closed_at >= $1)"
    );
    Ok(tx.rows(&sql, &args)?)
}

fn told(ask: &Ask, id: AccountId, of: &[Conversation], sheet: &mut Sheet) {
    let open = of.iter().filter(|it| !it.ended(ask.cut));
    for (n, _) in ask.of(Kind::Open) {
        sheet.put(id, n, open.clone().count() as f64, 0);
    }
    // Who waits is known of the present alone.
    if ask.is_now {
        let since = open.filter_map(|it| it.waiting_since).min().map(Timestamp::as_microsecond);
        let waited =
            since.filter(|it| *it < ask.cut).map_or(0.0, |it| (ask.cut - it) as f64 / HOUR);
        ask.of(Kind::Waiting).iter().for_each(|it| sheet.put(id, it.0, waited, 0));
    }
    let began = |window: i64| {
        let from = ask.cut - window * DAY;
        of.iter().filter(move |it| it.opened_at.as_microsecond() >= from)
    };
    for (n, window) in ask.of(Kind::Resolved) {
        let all = began(window).count();
        if all > 0 {
            let ended = began(window).filter(|it| it.ended(ask.cut)).count();
            sheet.put(id, n, 100.0 * ended as f64 / all as f64, 0);
        }
    }
    for (n, window) in ask.of(Kind::FirstReply) {
        let answered = |it: &Conversation| {
            let at = it.first_reply_at?.as_microsecond();
            (at < ask.cut).then_some((at, (at - it.opened_at.as_microsecond()) as f64 / HOUR))
        };
        let all: Vec<(i64, f64)> = began(window).filter_map(answered).collect();
        let newest = all.iter().map(|it| it.0).max();
        if let (Some(value), Some(at)) = (median(all.iter().map(|it| it.1).collect()), newest) {
            sheet.put(id, n, value, (ask.cut - at) / DAY);
        }
    }
}

fn median(mut of: Vec<f64>) -> Option<f64> {
    of.sort_by(f64::total_cmp);
    let middle = of.len() / 2;
    match of.len() {
        0 => None,
        n if n % 2 == 1 => Some(of[middle]),
        _ => Some((of[middle - 1] + of[middle]) / 2.0),
    }
}

fn load(
    tx: &mut Tx,
    ask: &Ask,
    all: &HashMap<AccountId, Vec<Conversation>>,
    sheet: &mut Sheet,
) -> Result<()> {
    row! {
        struct People {
            account_id: AccountId,
            people: i64,
        }
    }
    let wanted = ask.of(Kind::Load);
    if wanted.is_empty() {
        return Ok(());
    }
    let (marks, args) = ask.bound(vec![ask.cut.into()]);
    let sql = format!(
        "SELECT account_id, count(*) AS people FROM contacts
         WHERE account_id IN ({marks}) AND merged_into IS NULL AND created_at < $1
         GROUP BY account_id"
    );
    for it in tx.rows::<People>(&sql, &args)? {
        let of = all.get(&it.account_id).map_or(&[][..], Vec::as_slice);
        for (n, window) in &wanted {
            let from = ask.cut - window * DAY;
            let began = of.iter().filter(|it| it.opened_at.as_microsecond() >= from).count();
            sheet.put(it.account_id, *n, began as f64 / it.people.max(1) as f64, 0);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn a_median_lies_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(vec![9.0, 1.0, 3.0, 5.0]), Some(4.0));
    }
}
