use std::fmt::Display;

/// GET the portfolio: `view` (`mine`, `team`, `all`, a saved one's id), `q`, `sort`, `cursor`, and
/// conditions.
pub fn portfolio() -> String {
    "/portfolio".into()
}
/// The portfolio as one view shows it.
pub fn portfolio_view(view: impl Display) -> String {
    format!("/portfolio?view={view}")
}
/// The sums of a list, as a fragment.
pub fn portfolio_sums() -> String {
    "/portfolio/sums".into()
}
/// POST `id` several times and `do`: `owner`, `stage`, `tag`, `untag`, with what each needs.
pub fn portfolio_bulk() -> String {
    "/portfolio/bulk".into()
}
/// POST takes back what was done to several.
pub fn portfolio_undo(id: impl Display) -> String {
    format!("/portfolio/undo/{id}")
}
/// POST `view` and `column` several times.
pub fn portfolio_columns() -> String {
    "/portfolio/columns".into()
}
/// POST: the list that the same fields show, as a table.
pub fn portfolio_export() -> String {
    "/portfolio/export".into()
}
/// POST makes one.
pub fn portfolio_views() -> String {
    "/portfolio/views".into()
}
/// The form of a new one.
pub fn new_portfolio_view() -> String {
    "/portfolio/views/new".into()
}
/// GET the form; PUT, DELETE.
pub fn saved_portfolio(id: impl Display) -> String {
    format!("/portfolio/views/{id}")
}
/// POST: the conditions of a segment or a view after a button of theirs was pressed, as a fragment.
pub fn account_conditions() -> String {
    "/segments/conditions".into()
}
/// GET all segments; POST makes one.
pub fn segments() -> String {
    "/segments".into()
}
pub fn new_segment() -> String {
    "/segments/new".into()
}
/// GET the form with who is in it; PUT, DELETE.
pub fn segment(id: impl Display) -> String {
    format!("/segments/{id}")
}
/// What asks for the agent today.
pub fn my_day() -> String {
    "/my-day".into()
}
/// GET tasks: `whose`, `settled`, `cursor`; POST makes one.
pub fn tasks() -> String {
    "/tasks".into()
}
/// The form of a new one: `account`, `contact`, `conversation`.
pub fn new_task() -> String {
    "/tasks/new".into()
}
/// GET it with what was said; PUT.
pub fn task(id: impl Display) -> String {
    format!("/tasks/{id}")
}
/// PUT: it is done; DELETE: it is to be done after all.
pub fn task_done(id: impl Display) -> String {
    format!("/tasks/{id}/done")
}
/// PUT: it is not to be done any more.
pub fn task_drop(id: impl Display) -> String {
    format!("/tasks/{id}/drop")
}
/// POST `text`.
pub fn task_comments(id: impl Display) -> String {
    format!("/tasks/{id}/comments")
}
/// PUT `owner` (empty for nobody) and `note`.
pub fn account_owner(id: impl Display) -> String {
    format!("/accounts/{id}/owner")
}
/// PUT `stage` (empty for none).
pub fn account_stage(id: impl Display) -> String {
    format!("/accounts/{id}/stage")
}
/// PUT `parent`: the name or the id of an account, or nothing.
pub fn account_parent(id: impl Display) -> String {
    format!("/accounts/{id}/parent")
}
/// PUT `arr` and `renewal`, those that are sent.
pub fn account_money(id: impl Display) -> String {
    format!("/accounts/{id}/money")
}
/// POST `contact` and `role`.
pub fn account_people(id: impl Display) -> String {
    format!("/accounts/{id}/people")
}
/// DELETE: they are that no more.
pub fn account_person(id: impl Display, contact: impl Display, role: impl Display) -> String {
    format!("/accounts/{id}/people/{contact}/{role}")
}
/// PUT: they left; DELETE: they are there after all.
pub fn account_person_left(id: impl Display, contact: impl Display) -> String {
    format!("/accounts/{id}/people/{contact}/left")
}
/// POST makes one.
pub fn account_goals(id: impl Display) -> String {
    format!("/accounts/{id}/goals")
}
/// PUT, DELETE.
pub fn account_goal(id: impl Display, goal: impl Display) -> String {
    format!("/accounts/{id}/goals/{goal}")
}
/// PUT: another order.
pub fn stage_move(id: impl Display) -> String {
    format!("/settings/stages/{id}/move")
}
/// POST `days`.
pub fn silence() -> String {
    "/settings/stages/silence".into()
}
/// POST: the tick is taken out again.
pub fn task_undo(id: impl Display) -> String {
    format!("/tasks/{id}/undo-done")
}
