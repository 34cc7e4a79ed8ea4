//! How accounts fare: one of them, the profiles, the snapshots, and what was learned.

pub(crate) mod accounts;
pub(crate) mod model;
pub(crate) mod out;
pub(crate) mod profiles;
pub(crate) mod snapshots;

use tend_core::agents::Permission;

use crate::router::{Access::Token, Route, delete, get, post, put};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{CustomersEdit as Edit, CustomersRead as See, StagesManage as Manage};
    vec![
        get("/api/v1/accounts/{id}/health", Token(See), accounts::show),
        get("/api/v1/accounts/{id}/health/changes", Token(See), accounts::changes),
        get("/api/v1/accounts/{id}/health/overrides", Token(See), accounts::overrides),
        post("/api/v1/accounts/{id}/health/overrides", Token(Edit), accounts::judge),
        delete(
            "/api/v1/accounts/{id}/health/overrides/{override}",
            Token(Edit),
            accounts::withdraw,
        ),
        get("/api/v1/health/profiles", Token(See), profiles::list),
        post("/api/v1/health/profiles", Token(Manage), profiles::create),
        get("/api/v1/health/profiles/{id}", Token(See), profiles::find),
        put("/api/v1/health/profiles/{id}", Token(Manage), profiles::change),
        delete("/api/v1/health/profiles/{id}", Token(Manage), profiles::archive),
        get("/api/v1/health/snapshots", Token(See), snapshots::list),
        get("/api/v1/health/model", Token(See), model::show),
        post("/api/v1/health/model", Token(Manage), model::learn),
    ]
}
