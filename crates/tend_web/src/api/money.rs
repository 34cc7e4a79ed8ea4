//! Renewals, opportunities, what customers cost and are worth, and who brings and speaks for us.

pub(crate) mod acquisition;
pub(crate) mod advocacy;
pub(crate) mod bridge;
pub(crate) mod catalog;
pub(crate) mod churn;
pub(crate) mod growth;
pub(crate) mod opportunities;
pub(crate) mod renewals;
pub(crate) mod terms;
pub(crate) mod worth;

use serde::Deserialize;
use tend_core::agents::Permission;
use utoipa::IntoParams;

use crate::router::{Access::Token, Route, get, patch, post, put};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{
        CustomersRead as Know, RenewalsEdit as Settle, RevenueEdit as Edit, RevenueRead as See,
    };
    vec![
        get("/api/v1/renewals", Token(See), renewals::list),
        get("/api/v1/renewals/forecast", Token(See), renewals::forecast),
        get("/api/v1/renewals/{id}", Token(See), renewals::find),
        patch("/api/v1/renewals/{id}", Token(Settle), renewals::change),
        post("/api/v1/renewals/{id}/outcome", Token(Settle), renewals::settle),
        get("/api/v1/opportunities", Token(See), opportunities::list),
        post("/api/v1/opportunities", Token(Settle), opportunities::add),
        get("/api/v1/opportunities/{id}", Token(See), opportunities::find),
        patch("/api/v1/opportunities/{id}", Token(Settle), opportunities::change),
        get("/api/v1/revenue/white-space", Token(See), opportunities::white_space),
        get("/api/v1/revenue/bridge", Token(See), bridge::show),
        get("/api/v1/revenue/bridge/accounts", Token(See), bridge::rows),
        get("/api/v1/revenue/acquisition", Token(See), acquisition::show),
        put("/api/v1/revenue/acquisition/costs", Token(Edit), acquisition::set_cost),
        put("/api/v1/accounts/{id}/channel", Token(Settle), acquisition::set_channel),
        get("/api/v1/revenue/cohorts", Token(See), worth::cohorts),
        get("/api/v1/revenue/cohorts/accounts", Token(See), worth::members),
        get("/api/v1/revenue/terms", Token(See), terms::show),
        put("/api/v1/revenue/currency", Token(Permission::SettingsManage), terms::set_currency),
        put("/api/v1/revenue/margin", Token(Edit), terms::set_margin),
        get("/api/v1/revenue/rates", Token(See), terms::rates),
        put("/api/v1/revenue/rates", Token(Edit), terms::set_rate),
        get("/api/v1/revenue/lifetime-value", Token(See), worth::lifetime_value),
        get("/api/v1/revenue/growth", Token(See), growth::show),
        get("/api/v1/revenue/growth/accounts", Token(See), growth::rows),
        get("/api/v1/revenue/churn", Token(See), churn::show),
        get("/api/v1/revenue/churn/accounts", Token(See), churn::rows),
        get("/api/v1/referrals", Token(See), advocacy::referrals),
        post("/api/v1/referrals", Token(Settle), advocacy::introduce),
        patch("/api/v1/referrals/{id}", Token(Settle), advocacy::settle),
        get("/api/v1/advocates", Token(Know), advocacy::list),
        post("/api/v1/advocates", Token(Settle), advocacy::add),
        get("/api/v1/advocates/{id}", Token(Know), advocacy::find),
        patch("/api/v1/advocates/{id}", Token(Settle), advocacy::change),
        post("/api/v1/advocates/{id}/asks", Token(Settle), advocacy::ask),
        get("/api/v1/products", Token(See), catalog::products),
        post("/api/v1/products", Token(Edit), catalog::add_product),
        patch("/api/v1/products/{id}", Token(Edit), catalog::change_product),
        get("/api/v1/churn-reasons", Token(See), catalog::reasons),
        post("/api/v1/churn-reasons", Token(Edit), catalog::add_reason),
        patch("/api/v1/churn-reasons/{id}", Token(Edit), catalog::change_reason),
    ]
}

/// Over how many months.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Months {
    /// How many months: 1 to 60, 12 if it is left out.
    pub months: Option<i64>,
}

impl Months {
    fn count(&self) -> Result<i64, crate::WebError> {
        match self.months.unwrap_or(12) {
            it @ 1..=60 => Ok(it),
            _ => Err(crate::WebError::bad("The months are 1 to 60.")),
        }
    }
}
