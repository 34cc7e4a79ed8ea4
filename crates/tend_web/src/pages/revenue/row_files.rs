//! Lists about money as files: the same rows as their pages, and all of them.

use axum::extract::State;
use tend_core::{
    error::not_found,
    money::{
        advocates, days,
        figures::Which,
        invoices::{self, Invoice},
        ledger, meanings, rates, referrals, retention,
    },
};

use super::{Asked, Shown, files::Sheet, wanted_invoices, winning};
use crate::{
    App,
    asked::Query,
    pages::Answer,
    who::{
        May,
        may::{CustomersRead, RevenueRead},
    },
};

/// So many rows are written, and no more.
const MOST: usize = 100_000;

/// The accounts behind a figure of the ledger.
pub(crate) async fn ledger_rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (me, which) = (who.me.clone(), asked.which.parse().unwrap_or(Which::End));
    let (currency, lines) = app
        .read(move |tx| {
            let lines = ledger::lines(tx, &me, &asked.asked(1), asked.over(), which)?;
            Ok((rates::home(tx)?, lines))
        })
        .await?;
    let mut file = Sheet::new(["account", "name", "currency", "opening", "closing", "change"]);
    for it in &lines {
        file.row(&[
            it.account.to_string(),
            it.name.clone(),
            currency.to_string(),
            currency.plain(it.start),
            currency.plain(it.end),
            currency.plain(it.end - it.start),
        ]);
    }
    Ok(file.file("ledger-accounts.csv"))
}

/// Invoices, the last issued first.
pub(crate) async fn invoices(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Shown>,
) -> Answer {
    let me = who.me.clone();
    let (all, today) = app
        .read(move |tx| {
            let (_, which) = wanted_invoices(&asked);
            let (mut all, mut from): (Vec<Invoice>, _) = (Vec::new(), None);
            loop {
                let page = invoices::list(tx, &me, &which, from, 200)?;
                all.extend(page.items);
                match page.next.filter(|_| all.len() < MOST) {
                    Some(next) => from = Some(next),
                    None => break,
                }
            }
            Ok((all, days::today(tx)?))
        })
        .await?;
    let mut file = Sheet::new([
        "invoice",
        "number",
        "account",
        "name",
        "currency",
        "amount",
        "paid",
        "issued_on",
        "due_on",
        "paid_on",
        "status",
        "days_late",
    ]);
    for it in &all {
        file.row(&[
            it.id.to_string(),
            it.number.clone(),
            it.account_id.to_string(),
            it.account.clone(),
            it.currency.to_string(),
            it.currency.plain(it.amount),
            it.currency.plain(it.paid),
            days::text(it.issued_day),
            days::text(it.due_day),
            it.paid_day.map_or(String::new(), days::text),
            it.status.word().to_owned(),
            it.late(today).map_or(String::new(), |it| it.to_string()),
        ]);
    }
    Ok(file.file("invoices.csv"))
}

/// The accounts behind a share of a cohort.
pub(crate) async fn cohort(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(sent): Query<winning::Asked>,
) -> Answer {
    let me = who.me.clone();
    let (asked, came) = sent.asked();
    let first = days::parse_month(&sent.first).ok_or(not_found("cohort"))?;
    let at = (first, sent.after);
    let means = match came {
        retention::Came::On => &meanings::RETENTION_ON,
        retention::Came::OnOrAfter => &meanings::RETENTION_LATER,
    };
    let all = app.read(move |tx| retention::members(tx, &me, asked, at, came)).await?;
    let mut file =
        Sheet::new(["month", "months_later", "account", "name", "came", "definition", "version"]);
    for it in all {
        let (month, account) = (days::month_text(first), it.account.to_string());
        file.of([month, at.1.to_string(), account, it.name, it.came.to_string()], means);
    }
    Ok(file.file("cohort-accounts.csv"))
}

/// Who introduced whom.
pub(crate) async fn referrals(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let (currency, all) = app.read(move |tx| referrals::all(tx, &me)).await?;
    let mut file = Sheet::new([
        "referral",
        "introduced",
        "by_account",
        "by_name",
        "on",
        "state",
        "account",
        "currency",
        "first_year",
        "first_year_is_over",
    ]);
    for one in &all {
        let it = &one.referral;
        file.row(&[
            it.id.to_string(),
            it.name.clone(),
            it.referrer_id.to_string(),
            it.referrer.clone(),
            days::text(it.day),
            it.state.word().to_owned(),
            it.referred_id.map_or(String::new(), |it| it.to_string()),
            currency.to_string(),
            currency.plain(one.first_year),
            one.is_over.to_string(),
        ]);
    }
    Ok(file.file("referrals.csv"))
}

/// Who speaks for us.
pub(crate) async fn advocates(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let (all, today) = app.read(move |tx| Ok((advocates::all(tx, &me)?, days::today(tx)?))).await?;
    let mut file = Sheet::new([
        "advocate",
        "account",
        "name",
        "kind",
        "standing",
        "agreed_on",
        "agreed_until",
        "asked_in_twelve_months",
        "asks_a_year",
        "last_asked_on",
        "quote",
    ]);
    let day = |it: Option<i64>| it.map_or(String::new(), days::text);
    for it in &all {
        file.row(&[
            it.id.to_string(),
            it.account_id.to_string(),
            it.account.clone(),
            it.kind.word().to_owned(),
            it.standing(today).label().to_owned(),
            day(it.consent_day),
            day(it.consent_until),
            it.asked.to_string(),
            it.asks_a_year.to_string(),
            day(it.last_asked),
            it.quote.clone(),
        ]);
    }
    Ok(file.file("advocates.csv"))
}
