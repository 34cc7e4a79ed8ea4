//! Whether what Tend says of accounts comes true, who was called, and what may be lost.

pub(crate) mod alerts;
pub(crate) mod at_risk;
pub(crate) mod scoreboard;

use tend_core::agents::Permission;

use crate::router::{Access::Token, Route, get, post};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{CustomersRead as See, RevenueRead as Money, TasksEdit as Do};
    vec![
        get("/api/v1/health/scoreboard", Token(See), scoreboard::show),
        get("/api/v1/health/scoreboard/rows", Token(See), scoreboard::rows),
        get("/api/v1/health/alerts", Token(See), alerts::list),
        post("/api/v1/health/alerts/{id}/see", Token(Do), alerts::see),
        post("/api/v1/health/alerts/{id}/clear", Token(Do), alerts::clear),
        post("/api/v1/health/alerts/{id}/task", Token(Do), alerts::task),
        get("/api/v1/health/at-risk", Token(Money), at_risk::show),
        get("/api/v1/health/at-risk/accounts", Token(Money), at_risk::rows),
    ]
}
