//! The list of subscriptions, as a page and as a file.

use axum::{extract::State as Has, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    error::not_found,
    money::{
        days, products, rates,
        subscriptions::{self, Filter, Subscription},
    },
    page::Cursor,
};
use tend_views::{
    revenue::{SubscriptionsPage, subscriptions_page},
    urls,
};

use super::files::Sheet;
use crate::{
    App,
    asked::Query,
    pages::{Answer, frame::Wanted},
    who::{May, may::RevenueRead},
};

/// So many stand on a page.
const AT_ONCE: usize = 100;
/// So many are written into a file, and no more.
const MOST: usize = 100_000;

/// Which subscriptions.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    product: String,
    cursor: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter { account: None, state: self.state.parse().ok(), product: self.product.parse().ok() }
    }

    fn next(&self, at: Cursor) -> String {
        let at = at.to_string();
        let all = [("state", self.state.as_str()), ("product", &self.product), ("cursor", &at)];
        let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
        urls::with_query(&urls::subscriptions(), &some)
    }
}

pub(crate) async fn show(
    who: May<RevenueRead>,
    Has(app): Has<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let (me, filter) = (&wanted.me, asked.filter());
        let from = match asked.cursor.as_str() {
            "" => None,
            it => Some(it.parse().map_err(|_| not_found("page"))?),
        };
        let found = subscriptions::list(tx, me, &filter, from, AT_ONCE)?;
        let it = SubscriptionsPage {
            state: filter.state,
            product: asked.product.clone(),
            products: products::all(tx, me)?,
            sums: subscriptions::sums(tx, me, &filter)?,
            currency: rates::home(tx)?,
            next: found.next.map(|it| asked.next(it)),
            items: found.items,
            today: days::today(tx)?,
        };
        Ok(subscriptions_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn file(
    who: May<RevenueRead>,
    Has(app): Has<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let (all, today) = app
        .read(move |tx| {
            let page = subscriptions::list(tx, &me, &asked.filter(), None, MOST)?;
            Ok((page.items, days::today(tx)?))
        })
        .await?;
    let mut file = Sheet::new([
        "id",
        "account",
        "account_name",
        "product",
        "plan",
        "state",
        "start",
        "end",
        "renewal",
        "auto_renew",
        "quantity",
        "price",
        "currency",
        "interval_months",
        "mrr_home_minor",
        "arr_home_minor",
        "external_id",
    ]);
    all.iter().for_each(|it| file.row(&cells(it, today)));
    Ok(file.file("subscriptions.csv"))
}

fn cells(it: &Subscription, today: i64) -> [String; 17] {
    [
        it.id.to_string(),
        it.account_id.to_string(),
        it.account.clone(),
        it.product.clone().unwrap_or_default(),
        it.plan.clone(),
        it.state(today).word().to_owned(),
        days::text(it.start_day),
        it.end_day.map(days::text).unwrap_or_default(),
        days::text(it.renewal_day),
        it.auto_renew.to_string(),
        it.quantity.to_string(),
        it.currency.plain(it.price),
        it.currency.to_string(),
        it.months.to_string(),
        it.mrr.to_string(),
        it.arr.to_string(),
        it.external_id.clone().unwrap_or_default(),
    ]
}
