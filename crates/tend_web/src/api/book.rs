//! The book of business: stages, the portfolio, segments, tasks, key people, goals.

pub(crate) mod accounts;
pub(crate) mod out;
pub(crate) mod portfolio;
pub(crate) mod segments;
pub(crate) mod stages;
pub(crate) mod tasks;
pub(crate) mod views;

use tend_core::agents::Permission;

use crate::router::{Access::Token, Route, delete, get, patch, post, put};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{
        CustomersEdit as Edit, CustomersRead as See, StagesManage as Manage, TasksEdit as Do,
    };
    let mut all = super::health::routes();
    all.extend(super::success::routes());
    all.extend([
        get("/api/v1/stages", Token(See), stages::list),
        post("/api/v1/stages", Token(Manage), stages::define),
        get("/api/v1/stages/{id}", Token(See), stages::find),
        patch("/api/v1/stages/{id}", Token(Manage), stages::change),
        delete("/api/v1/stages/{id}", Token(Manage), stages::archive),
        get("/api/v1/accounts/{id}/standing", Token(See), accounts::standing),
        patch("/api/v1/accounts/{id}/standing", Token(Edit), accounts::change),
        get("/api/v1/accounts/{id}/stage-changes", Token(See), accounts::stage_changes),
        get("/api/v1/accounts/{id}/handovers", Token(See), accounts::handovers),
        get("/api/v1/accounts/{id}/people", Token(See), accounts::people),
        put("/api/v1/accounts/{id}/people/{contact}", Token(Edit), accounts::set_person),
        get("/api/v1/accounts/{id}/goals", Token(See), accounts::goals),
        post("/api/v1/accounts/{id}/goals", Token(Edit), accounts::add_goal),
        patch("/api/v1/accounts/{id}/goals/{goal}", Token(Edit), accounts::change_goal),
        delete("/api/v1/accounts/{id}/goals/{goal}", Token(Edit), accounts::remove_goal),
        get("/api/v1/portfolio", Token(See), portfolio::list),
        get("/api/v1/portfolio/sums", Token(See), portfolio::sums),
        post("/api/v1/portfolio/bulk", Token(Edit), portfolio::bulk),
        get("/api/v1/portfolio/views", Token(See), views::list),
        post("/api/v1/portfolio/views", Token(See), views::create),
        get("/api/v1/portfolio/views/{id}", Token(See), views::find),
        patch("/api/v1/portfolio/views/{id}", Token(See), views::change),
        delete("/api/v1/portfolio/views/{id}", Token(See), views::archive),
        get("/api/v1/segments", Token(See), segments::list),
        post("/api/v1/segments", Token(Manage), segments::create),
        get("/api/v1/segments/{id}", Token(See), segments::find),
        patch("/api/v1/segments/{id}", Token(Manage), segments::change),
        delete("/api/v1/segments/{id}", Token(Manage), segments::archive),
        get("/api/v1/segments/{id}/accounts", Token(See), segments::members),
        get("/api/v1/tasks", Token(Do), tasks::list),
        post("/api/v1/tasks", Token(Do), tasks::create),
        get("/api/v1/tasks/{id}", Token(Do), tasks::find),
        patch("/api/v1/tasks/{id}", Token(Do), tasks::change),
        put("/api/v1/tasks/{id}/done", Token(Do), tasks::done),
        delete("/api/v1/tasks/{id}/done", Token(Do), tasks::reopen),
        delete("/api/v1/tasks/{id}", Token(Do), tasks::drop),
        get("/api/v1/tasks/{id}/comments", Token(Do), tasks::comments),
        post("/api/v1/tasks/{id}/comments", Token(Do), tasks::comment),
    ]);
    all
}
