//! Opportunities to sell more, and the white space.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    error::invalid,
    money::{
        days,
        opportunities::{self, NewOpportunity, Opportunity, OpportunityId, WhiteSpace},
    },
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::super::{
    Answer, Body, Id, Keyed, List, Post, Query,
    subscriptions::{OfAccount, parsed},
};
use crate::{
    App, WebError,
    who::{
        May,
        may::{RenewalsEdit, RevenueRead},
    },
};

/// An opportunity.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpportunityOut {
    pub id: String,
    pub account: String,
    pub account_name: String,
    /// `upsell` or `cross_sell`.
    pub kind: String,
    /// `prd_…`
    pub product: Option<String>,
    pub name: String,
    /// Minor units of the home currency, a year.
    pub amount: i64,
    /// `found`, `proposed`, `negotiating`, `won` or `lost`.
    pub stage: String,
    pub closes_on: Option<String>,
}

impl From<Opportunity> for OpportunityOut {
    fn from(it: Opportunity) -> Self {
        Self {
            id: it.id.to_string(),
            account: it.account_id.to_string(),
            account_name: it.account,
            kind: it.kind.word().to_owned(),
            product: it.product_id.map(|it| it.to_string()),
            name: it.name,
            amount: it.amount,
            stage: it.stage.word().to_owned(),
            closes_on: it.close_day.map(days::text),
        }
    }
}

impl Keyed for OpportunityOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// Opportunities
///
/// Those that are open, then those that were won or lost, the largest first; at most 1,000.
#[utoipa::path(get, path = "/api/v1/opportunities", tag = "revenue", params(OfAccount), responses((status = 200, body = List<OpportunityOut>)))]
pub(crate) async fn list(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(of): Query<OfAccount>,
) -> Answer {
    let (me, account) = (who.me.clone(), of.account()?);
    let all = app.read(move |tx| opportunities::all(tx, &me, account)).await?;
    List::cut(all.into_iter().map(OpportunityOut::from).collect(), &of.paging())
}

/// An opportunity to be recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpportunityIn {
    pub account: String,
    /// `upsell` or `cross_sell`.
    pub kind: String,
    /// `prd_…`
    pub product: Option<String>,
    pub name: String,
    /// Minor units of the home currency, a year.
    pub amount: i64,
    pub closes_on: Option<String>,
}

impl OpportunityIn {
    fn wanted(&self) -> tend_core::Result<NewOpportunity> {
        Ok(NewOpportunity {
            account: parsed("account", &self.account)?,
            kind: self.kind.parse().map_err(|why: &str| invalid("kind", why))?,
            product: self.product.as_deref().map(|it| parsed("product", it)).transpose()?,
            name: self.name.clone(),
            amount: self.amount,
            close_day: self
                .closes_on
                .as_deref()
                .map(|it| days::read("closes_on", it))
                .transpose()?,
        })
    }
}

fn shown(tx: &mut Tx, me: &Me, id: OpportunityId) -> tend_core::Result<OpportunityOut> {
    opportunities::find(tx, me, id).map(OpportunityOut::from)
}

/// Record an opportunity
#[utoipa::path(post, path = "/api/v1/opportunities", tag = "revenue", request_body = OpportunityIn, responses((status = 201, body = OpportunityOut)))]
pub(crate) async fn add(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    new: Post<OpportunityIn>,
) -> Answer {
    new.create_and_show(&app, &who, |tx, me, new| opportunities::add(tx, me, &new.wanted()?), shown)
        .await
}

/// One opportunity
#[utoipa::path(get, path = "/api/v1/opportunities/{id}", tag = "revenue", params(("id" = String, Path)), responses((status = 200, body = OpportunityOut)))]
pub(crate) async fn find(
    who: May<RevenueRead>,
    State(app): State<App>,
    Id(id): Id<OpportunityId>,
) -> Answer {
    let me = who.me.clone();
    Ok(Json(app.read(move |tx| shown(tx, &me, id)).await?).into_response())
}

/// How far it has come.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpportunityPatch {
    /// `found`, `proposed`, `negotiating`, `won` or `lost`.
    pub stage: String,
}

/// Move an opportunity to another stage
#[utoipa::path(patch, path = "/api/v1/opportunities/{id}", tag = "revenue", params(("id" = String, Path)), request_body = OpportunityPatch, responses((status = 200, body = OpportunityOut)))]
pub(crate) async fn change(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<OpportunityId>,
    Body(to): Body<OpportunityPatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let stage = to.stage.parse().map_err(|why: &str| invalid("stage", why))?;
        opportunities::set_stage(tx, &me, id, stage)?;
        shown(tx, &me, id)
    });
    Ok(Json(done.await?).into_response())
}

/// Which customers have which products.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhiteSpaceOut {
    pub currency: String,
    /// Products that are sold: `prd_…` and name.
    pub products: Vec<SoldOut>,
    /// Who pays, the most first.
    pub accounts: Vec<WhiteOut>,
    /// How many pay at all.
    pub paying: i64,
}

/// A product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SoldOut {
    pub id: String,
    pub name: String,
}

/// What one customer has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhiteOut {
    pub account: String,
    pub account_name: String,
    /// Minor units of the home currency.
    pub arr: i64,
    /// `prd_…` of the products that they have.
    pub owns: Vec<String>,
    /// `prd_…` of those with an open opportunity.
    pub open: Vec<String>,
}

impl From<WhiteSpace> for WhiteSpaceOut {
    fn from(it: WhiteSpace) -> Self {
        let ids: Vec<String> = it.products.iter().map(|it| it.id.to_string()).collect();
        let those = |marks: &[bool]| {
            ids.iter().zip(marks).filter(|(_, has)| **has).map(|(id, _)| id.clone()).collect()
        };
        let line = |line: &opportunities::WhiteLine| WhiteOut {
            account: line.account.to_string(),
            account_name: line.name.clone(),
            arr: line.arr,
            owns: those(&line.owns),
            open: those(&line.open),
        };
        let products = it.products.iter();
        let sold = |it: &tend_core::money::Product| SoldOut {
            id: it.id.to_string(),
            name: it.name.clone(),
        };
        Self {
            currency: it.currency.to_string(),
            products: products.map(sold).collect(),
            accounts: it.lines.iter().map(line).collect(),
            paying: it.accounts,
        }
    }
}

/// How many accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct HowMany {
    /// How many accounts at most: 1 to 200, 50 if it is left out.
    pub limit: Option<i64>,
}

/// White space
///
/// Which customers have which products, those who pay most first.
#[utoipa::path(get, path = "/api/v1/revenue/white-space", tag = "revenue", params(HowMany), responses((status = 200, body = WhiteSpaceOut)))]
pub(crate) async fn white_space(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<HowMany>,
) -> Answer {
    let (me, most) = (who.me.clone(), it.limit.unwrap_or(50));
    if !(1..=200).contains(&most) {
        return Err(WebError::bad("The limit is 1 to 200."));
    }
    let it = app.read(move |tx| opportunities::white_space(tx, &me, most)).await?;
    Ok(Json(WhiteSpaceOut::from(it)).into_response())
}
