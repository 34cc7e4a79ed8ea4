//! The portfolio: lists of accounts with what one sorts them by.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission},
    book::{self, Ask, BulkChange, By, Order, SegmentId, StageId, Whose},
    error::invalid,
    money::income,
    tags,
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::out::PortfolioLine;
use crate::{
    App, WebError,
    api::{Answer, List, Paging, Post, Query},
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// Which accounts, and in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// `mine`, `team`, `all`, or an agent's id; `all` if it is left out.
    pub whose: Option<String>,
    /// Each word begins a word of the name or of a domain.
    pub q: Option<String>,
    /// A segment's id.
    pub segment: Option<String>,
    /// A condition as JSON: see segments.
    pub condition: Option<String>,
    /// `arr`, `risk`, `name`, `renewal`, `owner`, `stage`, `touch`, `open`, `trend`; with a `-`
    /// before it the other way round.
    pub sort: Option<String>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

/// A question, and what has to hold for it to be answered.
struct Asked {
    ask: Ask,
    segment: Option<SegmentId>,
    by_money: bool,
}

impl Asked {
    /// The question, if it may be asked.
    fn allowed(&self, tx: &mut Tx, me: &Me) -> Result<Ask> {
        if self.by_money {
            me.require(Permission::RevenueRead)?;
        }
        if let Some(id) = self.segment {
            book::find_segment(tx, me, id)?;
        }
        Ok(self.ask.clone())
    }
}

impl Wanted {
    fn read(&self) -> Result<Asked, WebError> {
        let whose = self.whose.as_deref().map_or(Ok(Whose::All), str::parse);
        let order = self.sort.as_deref().map_or(Ok(Order::default()), str::parse);
        let condition = match &self.condition {
            None => serde_json::json!({ "all": [] }),
            Some(text) => serde_json::from_str(text)
                .map_err(|_| WebError::bad("The condition is not JSON."))?,
        };
        let mut all = vec![book::read_condition(&condition)?];
        let mut segment = None;
        if let Some(id) = &self.segment {
            let id: SegmentId =
                id.parse().map_err(|_| WebError::bad("This is not the id of a segment."))?;
            segment = Some(id);
            let inside = serde_json::json!({ "field": "segment", "op": "any_of", "value": [id] });
            all.push(book::read_condition(&inside)?);
        }
        let condition = match all.len() {
            1 => all.remove(0),
            _ => book::Condition::All(all),
        };
        let order = order.map_err(WebError::bad)?;
        let by_money = self.sort.is_some() && matches!(order.by, By::Arr | By::Risk);
        let (whose, text) = (whose.map_err(WebError::bad)?, self.q.clone().unwrap_or_default());
        Ok(Asked { ask: Ask { whose, text, condition, order }, segment, by_money })
    }
}

/// List a portfolio
///
/// A page may be shorter than was asked for and still have a next one: where a condition is
/// rarely true, one page looks through 20,000 accounts and no more.
#[utoipa::path(get, path = "/api/v1/portfolio", tag = "portfolio", params(Wanted), responses((status = 200, body = List<PortfolioLine>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<List<PortfolioLine>>, WebError> {
    let paging = Paging { limit: wanted.limit, cursor: wanted.cursor.clone() };
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let (ask, me) = (wanted.read()?, who.me.clone());
    let (page, known) = app
        .read(move |tx| {
            let ask = ask.allowed(tx, &me)?;
            let page = book::page(tx, &me, &ask, from, limit)?;
            let ids: Vec<_> = page.items.iter().map(|it| it.id).collect();
            Ok((page, income::of_accounts(tx, &me, &ids)?))
        })
        .await?;
    Ok(List::of(page, |it| {
        let arr_source = known.get(&it.id).and_then(|it| it.source).map(|it| it.to_string());
        PortfolioLine { arr_source, ..it.into() }
    }))
}

/// What the accounts of a list come to, in minor units of the home currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SumsOut {
    /// ISO 4217.
    pub currency: String,
    pub accounts: i64,
    /// There are more than were added up.
    pub and_more: bool,
    /// Of those that say what they pay a year.
    /// All money is null for a reader who may not see it.
    pub arr_minor: Option<i64>,
    pub arr_of: Option<i64>,
    /// Money expected to be lost, of those of which it is known.
    pub risk_minor: Option<i64>,
    pub risk_of: Option<i64>,
    /// That renew within 60 days, and what they pay.
    pub renew_soon: Option<i64>,
    pub renew_soon_minor: Option<i64>,
}

/// Add a portfolio up
#[utoipa::path(get, path = "/api/v1/portfolio/sums", tag = "portfolio", params(Wanted), responses((status = 200, body = SumsOut)))]
pub(crate) async fn sums(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let (ask, me) = (wanted.read()?, who.me.clone());
    let it = app
        .read(move |tx| {
            let ask = ask.allowed(tx, &me)?;
            let (it, and_more) = book::sums(tx, &me, &ask)?;
            let money = |it: i64| me.may(Permission::RevenueRead).then_some(it);
            Ok(SumsOut {
                currency: book::currency(tx)?,
                accounts: it.accounts,
                and_more,
                arr_minor: money(it.arr),
                arr_of: money(it.arr_of),
                risk_minor: money(it.risk),
                risk_of: money(it.risk_of),
                renew_soon: money(it.soon),
                renew_soon_minor: money(it.soon_arr),
            })
        })
        .await?;
    Ok(Json(it).into_response())
}

/// Which accounts, and what is done to each: one of owner, stage, tag, untag.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BulkIn {
    /// At most 500.
    pub accounts: Vec<String>,
    /// An agent's id, or `nobody`.
    pub owner: Option<String>,
    /// What the next owner should know.
    pub note: String,
    /// A stage's id, or `none`.
    pub stage: Option<String>,
    /// A tag's name.
    pub tag: Option<String>,
    /// A tag's name.
    pub untag: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BulkOut {
    pub changed: usize,
    pub refused: usize,
    /// The first refusal.
    pub why: Option<String>,
}

fn change(tx: &mut Tx, me: &Me, it: &BulkIn) -> Result<BulkChange> {
    Ok(match (&it.owner, &it.stage, &it.tag, &it.untag) {
        (Some(owner), None, None, None) => {
            let wrong = |_| invalid("owner", "This is an agent's id, or nobody.");
            let to: Option<AgentId> =
                if owner == "nobody" { None } else { Some(owner.parse().map_err(wrong)?) };
            BulkChange::Owner(to, it.note.clone())
        }
        (None, Some(stage), None, None) => {
            let wrong = |_| invalid("stage", "This is a stage's id, or none.");
            let to: Option<StageId> =
                if stage == "none" { None } else { Some(stage.parse().map_err(wrong)?) };
            BulkChange::Stage(to)
        }
        (None, None, Some(tag), None) => BulkChange::Tag(tags::named(tx, me, tag)?),
        (None, None, None, Some(tag)) => BulkChange::Untag(tags::named(tx, me, tag)?),
        _ => return Err(invalid("owner", "Say one of owner, stage, tag and untag.")),
    })
}

/// Change several accounts
///
/// What is refused for one does not hinder the others.
#[utoipa::path(post, path = "/api/v1/portfolio/bulk", tag = "portfolio", request_body = BulkIn, responses((status = 200, body = BulkOut)))]
pub(crate) async fn bulk(
    who: May<CustomersEdit>,
    State(app): State<App>,
    post: Post<BulkIn>,
) -> Answer {
    post.done(&app, &who, |tx, me, it| {
        let mut ids: Vec<AccountId> = Vec::new();
        for id in &it.accounts {
            ids.push(id.parse().map_err(|_| invalid("accounts", "These are ids of accounts."))?);
        }
        let what = change(tx, me, it)?;
        let out = book::bulk(tx, me, &ids, &what)?;
        let (refused, why) = out.refused.map_or((0, None), |(n, why)| (n, Some(why)));
        Ok(BulkOut { changed: out.changed, refused, why })
    })
    .await
}
