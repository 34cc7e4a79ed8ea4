use tend_store::Tx;

use super::{Ask, Line, page};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    customers::sheet,
    journal::{self, Change, Subject},
    money::{Currency, Source, income, rates},
};

/// So many rows are written, and no more.
const MOST: usize = 50_000;
const HEADER: [&str; 19] = [
    "id",
    "name",
    "owner",
    "stage",
    "parent",
    "arr",
    "arr_source",
    "currency",
    "renewal",
    "open_conversations",
    "contacts",
    "last_touch",
    "usage_30_days",
    "usage_change_percent",
    "money_at_risk",
    "leaves",
    "override",
    "counts",
    "rule_score",
];

/// A list as a table, with the mark by which spreadsheets know UTF-8; it is written down who took
/// it, and how large it was.
pub fn sheet(tx: &mut Tx, by: &Me, ask: &Ask) -> Result<String> {
    by.require(Permission::CustomersExport)?;
    let (home, mut rows, mut from) = (rates::home(tx)?, 0, None);
    let mut out = sheet::BOM.to_owned() + &sheet::line(HEADER);
    loop {
        let some = page(tx, by, ask, from, 200)?;
        let ids: Vec<_> = some.items.iter().map(|it| it.id).collect();
        let known = income::of_accounts(tx, by, &ids)?;
        for it in &some.items {
            let source = known.get(&it.id).and_then(|it| it.source).map_or("", Source::word);
            let cells = cells(it, source, home);
            out.push_str(&sheet::line(cells.iter().map(String::as_str)));
        }
        rows += some.items.len();
        match some.next.filter(|_| rows < MOST) {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    let subject = Subject::plain("account", 0);
    journal::record(tx, Actor::Agent(by.id), subject, &Change::Exported { rows: rows as i64 })?;
    Ok(out)
}

fn cells(it: &Line, source: &str, home: Currency) -> [String; 19] {
    let text = |it: Option<String>| it.unwrap_or_default();
    let chance = |it: Option<f64>| it.map_or(String::new(), |it| format!("{it:.6}"));
    let fares = it.fares.as_ref().filter(|it| !it.frozen);
    let day = |day: i64| {
        let at = jiff::civil::date(1970, 1, 1);
        at.checked_add(jiff::Span::new().days(day)).map_or(String::new(), |it| it.to_string())
    };
    [
        it.id.to_string(),
        it.name.clone(),
        text(it.owner.as_ref().map(|it| it.1.clone())),
        text(it.stage.as_ref().map(|it| it.1.clone())),
        text(it.parent.as_ref().map(|it| it.1.clone())),
        text(it.arr.map(|it| home.plain(it))),
        source.to_owned(),
        home.to_string(),
        text(it.renews_on.map(day)),
        it.open.to_string(),
        it.contacts.to_string(),
        text(it.touched_at.map(|it| it.to_string())),
        it.events.to_string(),
        text(it.trend.map(|it| (it / 10).to_string())),
        text(it.risk.map(|it| home.plain(it))),
        chance(fares.and_then(|it| it.p)),
        chance(it.judged),
        chance(it.counts()),
        text(fares.and_then(|it| it.rule_score).map(|it| format!("{it:.1}"))),
    ]
}
