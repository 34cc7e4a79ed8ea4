//! What customers are likely to want next, and whether that is worth anything.

use axum::{Json, extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::AccountId,
    agents::{Me, Permission},
    contacts::ContactId,
    money::ProductId,
    recommend::{
        self, ArmEffect, Beside, Interval, Offer, Suggested, Version,
        offers::{self, NewOffer},
    },
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Body, Id, Query};
use crate::{
    App,
    router::{Access::Token, Route, get, put},
    who::{
        May,
        may::{OrdersRead, RevenueEdit, RevenueRead},
    },
};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{OrdersRead as Orders, RevenueEdit as Edit, RevenueRead as See};
    vec![
        get("/api/v1/contacts/{id}/recommendations", Token(Orders), of_contact),
        get("/api/v1/accounts/{id}/recommendations", Token(Orders), of_account),
        get("/api/v1/products/{id}/bought-with", Token(See), bought_with),
        get("/api/v1/products/{id}/offer", Token(See), offer),
        put("/api/v1/products/{id}/offer", Token(Edit), set_offer),
        get("/api/v1/recommendations", Token(Orders), report),
    ]
}

/// What is said of a product beside its name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferOut {
    pub product_id: String,
    pub name: String,
    /// Where it is bought.
    pub url: String,
    pub picture_url: String,
    /// Whether it may be recommended.
    pub is_offered: bool,
    /// Whether who has it needs no other one.
    pub is_durable: bool,
    /// Pieces; null if it is not known. With 0 it is recommended to nobody.
    pub stock: Option<i64>,
    /// Of the price; null if it is not told.
    pub margin_percent: Option<i64>,
}

impl From<Offer> for OfferOut {
    fn from(it: Offer) -> Self {
        Self {
            product_id: it.id.to_string(),
            name: it.name,
            url: it.url,
            picture_url: it.picture_url,
            is_offered: it.is_offered,
            is_durable: it.is_durable,
            stock: it.stock,
            margin_percent: it.margin_percent,
        }
    }
}

/// What shall be said of it: all of it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferIn {
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub picture_url: String,
    #[serde(default = "yes")]
    pub is_offered: bool,
    #[serde(default = "yes")]
    pub is_durable: bool,
    #[serde(default)]
    pub stock: Option<i64>,
    #[serde(default)]
    pub margin_percent: Option<i64>,
}

fn yes() -> bool {
    true
}

/// Why a product is recommended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecommendReason {
    /// What the customer bought.
    pub product_id: String,
    pub name: String,
    /// How many customers bought both.
    pub customers: i64,
}

/// One product for a customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecommendedOut {
    #[serde(flatten)]
    pub offer: OfferOut,
    /// Null if it is on the list because most buy it.
    pub reason: Option<RecommendReason>,
}

/// What a customer is likely to want next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecommendationsOut {
    /// The version that says so; null if nothing was ever learned.
    pub version_id: Option<String>,
    /// `learned`, `aside` (what most buy is given, because nothing surely beats it) or `too_few`.
    pub standing: Option<String>,
    /// `personal`, or `control` for the customers in ten who see what most buy, to compare with.
    pub arm: Option<String>,
    /// Why nothing is recommended now: a whole sentence.
    pub withheld: Option<String>,
    /// The best first.
    pub items: Vec<RecommendedOut>,
}

impl From<Option<Suggested>> for RecommendationsOut {
    fn from(it: Option<Suggested>) -> Self {
        let Some(it) = it else {
            let withheld = Some("Nothing was learned yet.".to_owned());
            let items = Vec::new();
            return Self { version_id: None, standing: None, arm: None, withheld, items };
        };
        let items = it.items.into_iter().map(|it| RecommendedOut {
            offer: it.offer.into(),
            reason: it.reason.map(|it| RecommendReason {
                product_id: it.product.to_string(),
                name: it.name,
                customers: it.customers,
            }),
        });
        Self {
            version_id: Some(it.version.id.to_string()),
            standing: Some(it.version.standing.to_string()),
            arm: Some(it.arm.to_string()),
            withheld: it.withheld,
            items: items.collect(),
        }
    }
}

/// How many are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct HowMany {
    /// 1 to 50; 10 if it is left out.
    pub limit: Option<usize>,
}

impl HowMany {
    fn count(&self) -> usize {
        self.limit.unwrap_or(10).clamp(1, 50)
    }
}

/// What a contact is likely to want next
#[utoipa::path(get, path = "/api/v1/contacts/{id}/recommendations", tag = "recommendations", params(("id" = String, Path), HowMany), responses((status = 200, body = RecommendationsOut)))]
pub(crate) async fn of_contact(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(many): Query<HowMany>,
) -> Answer {
    let me = who.me.clone();
    let found = app.read(move |tx| recommend::of_contact(tx, &me, id, many.count())).await?;
    Ok(Json(RecommendationsOut::from(found)).into_response())
}

/// What an account is likely to want next
///
/// By what all of its people bought.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/recommendations", tag = "recommendations", params(("id" = String, Path), HowMany), responses((status = 200, body = RecommendationsOut)))]
pub(crate) async fn of_account(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(many): Query<HowMany>,
) -> Answer {
    let me = who.me.clone();
    let found = app.read(move |tx| recommend::of_account(tx, &me, id, many.count())).await?;
    Ok(Json(RecommendationsOut::from(found.map(|it| it.1))).into_response())
}

/// A product that the same customers bought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BesideOut {
    #[serde(flatten)]
    pub offer: OfferOut,
    /// How well they go together, 0 to 1.
    pub similarity: f32,
    /// How many customers bought both.
    pub customers: i64,
    /// How many bought the product that was asked for.
    pub of: i64,
}

impl From<Beside> for BesideOut {
    fn from(it: Beside) -> Self {
        Self {
            offer: it.offer.into(),
            similarity: it.similarity,
            customers: it.customers,
            of: it.of,
        }
    }
}

/// What goes with a product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoughtWithOut {
    /// The best first.
    pub items: Vec<BesideOut>,
}

/// What the same customers bought
#[utoipa::path(get, path = "/api/v1/products/{id}/bought-with", tag = "recommendations", params(("id" = String, Path), HowMany), responses((status = 200, body = BoughtWithOut)))]
pub(crate) async fn bought_with(
    who: May<RevenueRead>,
    State(app): State<App>,
    Id(id): Id<ProductId>,
    Query(many): Query<HowMany>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| recommend::bought_with(tx, &me, id, many.count())).await?;
    let items = all.into_iter().map(BesideOut::from).collect();
    Ok(Json(BoughtWithOut { items }).into_response())
}

/// What is said of a product beside its name
#[utoipa::path(get, path = "/api/v1/products/{id}/offer", tag = "recommendations", params(("id" = String, Path)), responses((status = 200, body = OfferOut)))]
pub(crate) async fn offer(
    who: May<RevenueRead>,
    State(app): State<App>,
    Id(id): Id<ProductId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| offers::find(tx, &me, id)).await?;
    Ok(Json(OfferOut::from(it)).into_response())
}

fn saved(tx: &mut Tx, me: &Me, id: ProductId, to: &OfferIn) -> tend_core::Result<Offer> {
    let new = NewOffer {
        url: to.url.clone(),
        picture_url: to.picture_url.clone(),
        is_offered: to.is_offered,
        is_durable: to.is_durable,
        stock: to.stock,
        margin_percent: to.margin_percent,
    };
    offers::save(tx, me, id, &new)?;
    offers::find(tx, me, id)
}

/// Say it: where it is bought, its picture, whether it is in stock
#[utoipa::path(put, path = "/api/v1/products/{id}/offer", tag = "recommendations", params(("id" = String, Path)), request_body = OfferIn, responses((status = 200, body = OfferOut)))]
pub(crate) async fn set_offer(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<ProductId>,
    Body(to): Body<OfferIn>,
) -> Answer {
    let me = who.me.clone();
    let it = app.write(move |tx| saved(tx, &me, id, &to)).await?;
    Ok(Json(OfferOut::from(it)).into_response())
}

/// A figure with its 95 % interval.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecommendFigure {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

impl From<Interval> for RecommendFigure {
    fn from(it: Interval) -> Self {
        Self { value: it.value, lower: it.lower, upper: it.upper }
    }
}

/// One method on the newest fifth of the company's own orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecommendMethod {
    /// `ease`, `als`, `cosine` or `popularity`.
    pub method: String,
    /// Whether lists are made by it.
    pub in_use: bool,
    pub ndcg_at_10: RecommendFigure,
    pub hit_rate_at_10: RecommendFigure,
    pub mean_reciprocal_rank: RecommendFigure,
    pub coverage_at_10: f64,
    /// What it gains on popularity in nDCG@10; null for popularity itself.
    pub gain: Option<RecommendFigure>,
}

/// Customers who were shown something at least 30 days ago.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecommendArm {
    pub customers: i64,
    /// For how many an agent put a suggestion into an answer.
    pub clicked: i64,
    pub bought_within_7_days: i64,
    pub bought_within_30_days: i64,
}

impl From<ArmEffect> for RecommendArm {
    fn from(it: ArmEffect) -> Self {
        Self {
            customers: it.customers,
            clicked: it.clicked,
            bought_within_7_days: it.bought_7,
            bought_within_30_days: it.bought_30,
        }
    }
}

/// Whether recommending is worth it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecommendReport {
    /// Null if nothing was ever learned.
    pub version_id: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub made_at: Option<Timestamp>,
    /// `learned`, `aside` or `too_few`.
    pub standing: Option<String>,
    /// A whole sentence.
    pub why: Option<String>,
    /// For how many customers it was foretold what they bought.
    pub judged: i64,
    /// The best first.
    pub methods: Vec<RecommendMethod>,
    pub personal: RecommendArm,
    pub control: RecommendArm,
    /// By how much more customers bought within 30 days who saw their own list, as a difference of
    /// shares; null while it is unknown.
    pub difference: Option<RecommendFigure>,
}

fn methods(version: &Version) -> Vec<RecommendMethod> {
    let one = |it: &recommend::Proven| RecommendMethod {
        method: it.recipe.learner.name().to_owned(),
        in_use: it.recipe == version.recipe,
        ndcg_at_10: it.figures.ndcg_at_10.into(),
        hit_rate_at_10: it.figures.hit_rate_at_10.into(),
        mean_reciprocal_rank: it.figures.mean_reciprocal_rank.into(),
        coverage_at_10: it.figures.coverage_at_10,
        gain: it.gain.as_ref().map(|it| it.ndcg_at_10.into()),
    };
    version.proof.iter().map(one).collect()
}

/// Whether recommending is worth it, and what it did
#[utoipa::path(get, path = "/api/v1/recommendations", tag = "recommendations", responses((status = 200, body = RecommendReport)))]
pub(crate) async fn report(who: May<OrdersRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let (version, effect) =
        app.read(move |tx| Ok((recommend::current(tx)?, recommend::effect(tx, &me)?))).await?;
    let it = RecommendReport {
        version_id: version.as_ref().map(|it| it.id.to_string()),
        made_at: version.as_ref().map(|it| it.made_at),
        standing: version.as_ref().map(|it| it.standing.to_string()),
        why: version.as_ref().map(|it| it.why.clone()),
        judged: version.as_ref().map_or(0, |it| it.judged),
        methods: version.as_ref().map(methods).unwrap_or_default(),
        difference: effect.difference().map(RecommendFigure::from),
        personal: effect.personal.into(),
        control: effect.control.into(),
    };
    Ok(Json(it).into_response())
}
