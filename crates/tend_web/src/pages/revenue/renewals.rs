//! Renewals, and why customers left.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Permission,
    error::{invalid, not_found},
    money::{
        Currency, SubscriptionId, churn_reasons, days,
        renewals::{self, Category, Settlement},
        subscriptions::{self, Subscription, Terms},
    },
    page::Cursor,
};
use tend_views::{
    parts::Problems,
    revenue::{RenewalsPage, SettlePage, churn_page, renewals_page, settle_page},
    urls,
};

use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted, go, problems},
    who::{
        May, Who,
        may::{RenewalsEdit, RevenueRead},
    },
};

/// How many months are shown.
const AHEAD: i64 = 12;

/// So many stand on a page.
const AT_ONCE: usize = 50;

/// What the page is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    /// `settled` for those that were.
    shown: String,
    category: String,
    month: String,
    cursor: String,
}

impl Shown {
    fn asked(&self) -> renewals::Asked {
        renewals::Asked {
            months: AHEAD,
            category: self.category.parse().ok(),
            month: days::parse_month(&self.month),
        }
    }

    fn next(&self, at: Cursor) -> String {
        let cursor = at.to_string();
        let all = [
            ("shown", self.shown.as_str()),
            ("category", &self.category),
            ("month", &self.month),
            ("cursor", &cursor),
        ];
        let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
        urls::with_query(&urls::renewals(), &some) + "#list"
    }
}

pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(shown): Query<Shown>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::renewals());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let from = match shown.cursor.as_str() {
            "" => None,
            it => Some(it.parse().map_err(|_| not_found("page"))?),
        };
        let asked = (shown.shown != "settled").then(|| shown.asked());
        let lines = match asked {
            Some(asked) => renewals::to_come(tx, me, asked, from, AT_ONCE)?,
            None => renewals::settled(tx, me, from, AT_ONCE)?,
        };
        let it = RenewalsPage {
            forecast: renewals::forecast_of(tx, me, AHEAD)?,
            asked,
            lines: lines.items,
            next: lines.next.map(|it| shown.next(it)),
            may_edit: me.may(Permission::RenewalsEdit),
        };
        Ok(renewals_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn churn(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let it = renewals::reasons(tx, &wanted.me)?;
        Ok(churn_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// What these forms send; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    category: String,
    how: String,
    quantity: String,
    price: String,
    term_months: String,
    reason: String,
    note: String,
}

pub(crate) async fn forecast(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let category: Category =
            sent.category.parse().map_err(|why: &str| invalid("category", why))?;
        renewals::forecast(tx, &me, id, category)
    })
    .await?;
    Ok(go(&urls::renewals()))
}

pub(crate) async fn one(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
) -> Answer {
    page(&who, &app, id, None, StatusCode::OK, Problems::default()).await
}

async fn page(
    who: &Who,
    app: &App,
    id: SubscriptionId,
    sent: Option<Sent>,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let wanted = Wanted::by(who, urls::renewals());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let line = renewals::one(tx, me, id)?;
        let it = subscriptions::find(tx, me, id)?;
        let said = sent.clone().unwrap_or_else(|| of(&it));
        let or = |said: String, known: String| if said.is_empty() { known } else { said };
        let known = of(&it);
        let page = SettlePage {
            line,
            quantity: or(said.quantity, known.quantity),
            price: or(said.price, known.price),
            currency: it.currency,
            term_months: or(said.term_months, known.term_months),
            note: said.note,
            reasons: churn_reasons::all(tx, me)?
                .into_iter()
                .filter(|it| it.archived_at.is_none())
                .map(|it| (it.id.to_string(), it.name))
                .collect(),
            problems: problems.clone(),
        };
        Ok(settle_page(&wanted.read(tx)?, &page))
    });
    Ok((status, page.await?).into_response())
}

fn of(it: &Subscription) -> Sent {
    Sent {
        quantity: it.quantity.to_string(),
        price: it.currency.plain(it.price),
        term_months: it.term_months.to_string(),
        ..Sent::default()
    }
}

impl Sent {
    fn settlement(&self, currency: Currency, months: i64) -> Result<Settlement> {
        if self.how == "churned" {
            let reason = self.reason.parse();
            let reason =
                reason.map_err(|_| invalid("reason", "Choose why: it is what you learn from."))?;
            return Ok(Settlement::Churned { reason });
        }
        let whole = |field: &'static str, text: &str| -> Result<i64> {
            text.trim().parse().map_err(|_| invalid(field, "Write a whole number."))
        };
        let price = currency.read(&self.price);
        let price = price.ok_or_else(|| invalid("price", "Write a price, such as 49.00."))?;
        Ok(Settlement::Renewed {
            terms: Some(Terms { quantity: whole("quantity", &self.quantity)?, price, months }),
            term_months: Some(whole("term_months", &self.term_months)?),
        })
    }
}

pub(crate) async fn settle(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, said) = (who.me.clone(), sent.clone());
    let done = app
        .write(move |tx| {
            let it = subscriptions::find(tx, &me, id)?;
            let how = said.settlement(it.currency, it.months)?;
            renewals::settle(tx, &me, id, &how, &said.note)
        })
        .await;
    match done {
        Ok(_) => Ok(go(&urls::renewals())),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(&who, &app, id, Some(sent), status, wrong).await
        }
    }
}
