//! What its people said last.

use std::collections::HashMap;

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{Ask, DAY, Sheet};
use crate::{
    Result,
    accounts::AccountId,
    health::Kind,
    surveys::{Kind as Of, RequestId},
};

row! {
    struct Said {
        account_id: AccountId,
        kind: Of,
        request_id: RequestId,
        score: i64,
        confirmed_at: Timestamp,
    }
}

const KINDS: [(Kind, Of); 3] = [(Kind::Csat, Of::Csat), (Kind::Ces, Of::Ces), (Kind::Nps, Of::Nps)];

/// The mean of what was answered within the window, as old as the newest of it. Of a request the
/// last answer before the day counts, and of one that was asked again the second.
pub(super) fn fill(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    let kinds = KINDS.map(|it| it.0);
    if !ask.asks(&kinds) {
        return Ok(());
    }
    let from = ask.cut - ask.longest(&kinds) * DAY;
    let (marks, args) = ask.bound(vec![ask.cut.into(), from.into()]);
    let sql = format!(
        "SELECT contacts.account_id, surveys.kind, COALESCE(reask_of, request_id) AS request_id,
             survey_answers.score,
             survey_answers.confirmed_at
         FROM contacts JOIN survey_requests ON survey_requests.contact_id = contacts.id
         JOIN survey_answers ON survey_answers.request_id = survey_requests.id
         JOIN surveys ON surveys.id = survey_requests.survey_id
         WHERE contacts.account_id IN ({marks}) AND survey_answers.confirmed_at < $1
             AND survey_answers.confirmed_at >= $2
         ORDER BY survey_answers.id"
    );
    let mut last: HashMap<RequestId, Said> = HashMap::new();
    for it in tx.rows::<Said>(&sql, &args)? {
        last.insert(it.request_id, it);
    }
    let mut all: HashMap<AccountId, Vec<Said>> = HashMap::new();
    for it in last.into_values() {
        all.entry(it.account_id).or_default().push(it);
    }
    for (measure, kind) in KINDS {
        for (n, window) in ask.of(measure) {
            for (id, of) in &all {
                let since = ask.cut - window * DAY;
                let fits =
                    |it: &&Said| it.kind == kind && it.confirmed_at.as_microsecond() >= since;
                let some: Vec<_> = of.iter().filter(fits).collect();
                let Some(newest) = some.iter().map(|it| it.confirmed_at.as_microsecond()).max()
                else {
                    continue;
                };
                let sum: i64 = some.iter().map(|it| it.score).sum();
                sheet.put(*id, n, sum as f64 / some.len() as f64, (ask.cut - newest) / DAY);
            }
        }
    }
    Ok(())
}
