//! Acquisition cost, lifetime value, growth, retention.

use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    accounts::AccountId,
    agents::Permission,
    error::{invalid, not_found},
    money::{
        acquisition, days, growth, lifetime, rates,
        retention::{self, Came},
    },
};
use tend_views::{
    revenue::{
        AcquisitionPage, CohortPage, LifetimePage, RetentionPage, Said, acquisition_page,
        cohort_page, growth_page, lifetime_page, retention_page,
    },
    urls,
};

use super::segments_of;
use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted, go, problems},
    table_file::TableFile,
    who::{
        May, Who,
        may::{RenewalsEdit, RevenueEdit, RevenueRead},
    },
};

/// So many months are looked at.
const MONTHS: i64 = 12;
/// So many cohorts are shown, unless all are asked for.
const COHORTS: i64 = 18;

pub(crate) async fn acquisition(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Said::default()).await
}

async fn page(who: &Who, app: &App, status: StatusCode, said: Said) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let it = AcquisitionPage {
            it: acquisition::report(tx, me, MONTHS)?,
            said: said.clone(),
            may_edit: me.may(Permission::RevenueEdit),
            may_say: me.may(Permission::RenewalsEdit),
        };
        Ok(acquisition_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

async fn after(who: &Who, app: &App, said: Said, done: Result<(), WebError>) -> Answer {
    match done {
        Ok(()) => Ok(go(&urls::acquisition())),
        Err(error) => {
            let (status, problems) = problems(error)?;
            page(who, app, status, Said { problems, ..said }).await
        }
    }
}

/// What these forms send; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    month: String,
    channel: String,
    amount: String,
    margin: String,
}

pub(crate) async fn set_cost(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let all =
        [("month", sent.month.as_str()), ("channel", &sent.channel), ("amount", &sent.amount)];
    let said = Said::of("cost", &all);
    let done = app
        .write(move |tx| {
            let month = days::parse_month(&sent.month)
                .ok_or_else(|| invalid("month", "Write the month as 2026-11."))?;
            let amount = rates::home(tx)?.read(&sent.amount);
            let amount =
                amount.ok_or_else(|| invalid("amount", "Write an amount, such as 1,200."))?;
            acquisition::set_cost(tx, &me, month, &sent.channel, amount)
        })
        .await;
    after(&who, &app, said, done).await
}

pub(crate) async fn take_costs(
    who: May<RevenueEdit>,
    State(app): State<App>,
    form: Multipart,
) -> Answer {
    let done = costs(&who, &app, form).await;
    after(&who, &app, Said::default(), done).await
}

async fn costs(who: &Who, app: &App, form: Multipart) -> Result<(), WebError> {
    let table = TableFile::read(form, None).await?.table(app).await?;
    if table.rows.len() > 2_000 {
        return Err(WebError::from(invalid("file", "Take at most 2,000 rows at once.")));
    }
    let rows: Vec<(i64, Vec<String>)> =
        table.rows.into_iter().map(|it| (it.number, it.cells)).collect();
    let me = who.me.clone();
    app.write(move |tx| acquisition::take_costs(tx, &me, &table.header, &rows).map(drop)).await
}

pub(crate) async fn set_margin(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let said = Said::of("margin", &[("margin", sent.margin.as_str())]);
    let done = app
        .write(move |tx| {
            let wrong = || invalid("margin", "The margin is 1 to 100 per cent.");
            acquisition::set_margin(tx, &me, sent.margin.trim().parse().map_err(|_| wrong())?)
        })
        .await;
    after(&who, &app, said, done).await
}

pub(crate) async fn set_channel(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| acquisition::set_channel(tx, &me, id, &sent.channel)).await?;
    Ok(go(&urls::acquisition()))
}

pub(crate) async fn value(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let report = lifetime::report(tx, &wanted.me, asked.segment.parse().ok())?;
        let it = LifetimePage { report, segments: segments_of(tx, &wanted.me)? };
        Ok(lifetime_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn growth(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let it = growth::report(tx, &wanted.me, asked.months.parse().unwrap_or(MONTHS))?;
        Ok(growth_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// What the heat map is asked for, and the accounts behind one of its shares.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    basis: String,
    shown: String,
    segment: String,
    pub(super) first: String,
    pub(super) after: i64,
    /// `all`, or nothing for those of the last months.
    months: String,
}

impl Asked {
    /// The accounts behind a share as a file.
    fn file(&self) -> String {
        let after = self.after.to_string();
        let all = [
            ("basis", self.basis.as_str()),
            ("shown", &self.shown),
            ("segment", &self.segment),
            ("first", &self.first),
            ("after", &after),
        ];
        let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
        urls::with_query(&format!("{}.csv", urls::cohort()), &some)
    }

    pub(super) fn asked(&self) -> (retention::Asked, Came) {
        let basis = self.basis.parse().unwrap_or_default();
        let asked = retention::Asked { basis, segment: self.segment.parse().ok() };
        (asked, if self.shown == "after" { Came::OnOrAfter } else { Came::On })
    }
}

pub(crate) async fn retention(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let months = if asked.months == "all" { retention::MOST_MONTHS } else { COHORTS };
    let (asked, shown) = asked.asked();
    let page = app.read(move |tx| {
        let report = retention::report(tx, &wanted.me, asked, months)?;
        let it = RetentionPage { report, shown, segments: segments_of(tx, &wanted.me)? };
        Ok(retention_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn cohort(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(sent): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let (asked, shown) = sent.asked();
    let first = days::parse_month(&sent.first).ok_or(not_found("cohort"))?;
    let page = app.read(move |tx| {
        let k = sent.after;
        let members = retention::members(tx, &wanted.me, asked, (first, k), shown)?;
        let file = sent.file();
        let it = CohortPage { asked, shown, first, k, members, file };
        Ok(cohort_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}
