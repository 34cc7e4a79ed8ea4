//! Saved lists of the portfolio.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tend_core::{
    Result,
    agents::Me,
    book::{self, NewPortfolioView, PortfolioView, PortfolioViewId},
    error::invalid,
    views::Audience,
};
use tend_store::Tx;
use utoipa::ToSchema;

use crate::{
    App,
    api::{Answer, Body, Id, If, Keyed, List, Paging, Post, Query},
    who::{May, may::CustomersRead},
};

/// A saved list of the portfolio.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PortfolioViewOut {
    pub id: String,
    pub name: String,
    /// The agent who made it.
    pub owner_id: String,
    /// `personal`, `everyone`, or the id of a team.
    pub audience: String,
    /// `mine`, `team`, `all`, or an agent's id: of the one who looks.
    pub whose: String,
    /// As of segments.
    #[schema(value_type = Object)]
    pub condition: Value,
    /// The condition in words.
    pub says: String,
    /// As of the portfolio.
    pub sort: String,
}

impl Keyed for PortfolioViewOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

impl PortfolioViewOut {
    fn of(tx: &mut Tx, it: PortfolioView) -> Result<Self> {
        Ok(Self {
            says: book::sentence(tx, &it.condition)?,
            id: it.id.to_string(),
            owner_id: it.owner.to_string(),
            audience: it.audience.to_string(),
            whose: it.whose.word(),
            condition: it.condition.to_json(),
            sort: it.order.to_string(),
            name: it.name,
        })
    }
}

fn load(id: PortfolioViewId) -> impl Fn(&mut Tx, &Me) -> Result<PortfolioViewOut> + Send + 'static {
    move |tx, me| {
        let it = book::find_view(tx, me, id)?;
        PortfolioViewOut::of(tx, it)
    }
}

/// A saved list, or what changes in one; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PortfolioViewIn {
    /// A new one needs it.
    pub name: Option<String>,
    /// `personal` if it is left out, `everyone`, or the id of a team.
    pub audience: Option<String>,
    /// `mine` if it is left out, `team`, `all`, or an agent's id.
    pub whose: Option<String>,
    /// All accounts if it is left out.
    #[schema(value_type = Option<Object>)]
    pub condition: Option<Value>,
    /// `arr` if it is left out.
    pub sort: Option<String>,
}

fn read<T: std::str::FromStr<Err = &'static str> + Default>(
    field: &'static str,
    text: Option<&str>,
    before: Option<T>,
) -> Result<T> {
    match text {
        Some(text) => text.parse().map_err(|why: &str| invalid(field, why)),
        None => Ok(before.unwrap_or_default()),
    }
}

impl PortfolioViewIn {
    fn wanted(&self, before: Option<PortfolioView>) -> Result<NewPortfolioView> {
        let condition = match (&self.condition, &before) {
            (Some(it), _) => book::read_condition(it)?,
            (None, Some(before)) => before.condition.clone(),
            (None, None) => book::Condition::All(Vec::new()),
        };
        let audience = match (self.audience.as_deref(), &before) {
            (Some(text), _) => text.parse().map_err(|why: &str| invalid("audience", why))?,
            (None, Some(before)) => before.audience,
            (None, None) => Audience::Personal,
        };
        let whose = read("whose", self.whose.as_deref(), before.as_ref().map(|it| it.whose))?;
        let order = read("sort", self.sort.as_deref(), before.as_ref().map(|it| it.order))?;
        let name = self.name.clone().or(before.map(|it| it.name)).unwrap_or_default();
        Ok(NewPortfolioView { name, audience, whose, condition, order })
    }
}

/// Saved lists of the portfolio
///
/// The agent's own, their teams', everyone's.
#[utoipa::path(get, path = "/api/v1/portfolio/views", tag = "portfolio", params(Paging), responses((status = 200, body = List<PortfolioViewOut>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let all = book::views(tx, &me)?;
            all.into_iter().map(|it| PortfolioViewOut::of(tx, it)).collect::<Result<Vec<_>>>()
        })
        .await?;
    List::cut(all, &paging)
}

/// One saved list
#[utoipa::path(get, path = "/api/v1/portfolio/views/{id}", tag = "portfolio", params(("id" = String, Path), If), responses((status = 200, body = PortfolioViewOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PortfolioViewId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Save a list of the portfolio
#[utoipa::path(post, path = "/api/v1/portfolio/views", tag = "portfolio", request_body = PortfolioViewIn, responses((status = 201, body = PortfolioViewOut)))]
pub(crate) async fn create(
    who: May<CustomersRead>,
    State(app): State<App>,
    post: Post<PortfolioViewIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let id = book::save_view(tx, me, None, &it.wanted(None)?)?;
        load(id)(tx, me)
    })
    .await
}

/// Change a saved list
#[utoipa::path(patch, path = "/api/v1/portfolio/views/{id}", tag = "portfolio", params(("id" = String, Path), If), request_body = PortfolioViewIn, responses((status = 200, body = PortfolioViewOut)))]
pub(crate) async fn change(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PortfolioViewId>,
    seen: If,
    Body(it): Body<PortfolioViewIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let before = book::find_view(tx, me, id)?;
        book::save_view(tx, me, Some(id), &it.wanted(Some(before))?).map(drop)
    };
    seen.change(&app, &who, load(id), work).await
}

/// Put a saved list away
#[utoipa::path(delete, path = "/api/v1/portfolio/views/{id}", tag = "portfolio", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PortfolioViewId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| book::archive_view(tx, me, id)).await
}
