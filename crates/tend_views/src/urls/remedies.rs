use std::fmt::Display;

/// All remedies, or those of `state`, `contact`, `order`, `reason`, `kind`, `agent`, `product`;
/// `from`, `to`, `cursor`. POST asks for one.
pub fn remedies() -> String {
    "/remedies".into()
}
/// What may be offered: `order`, `reason`, `conversation`.
pub fn new_remedy() -> String {
    "/remedies/new".into()
}
/// One remedy.
pub fn remedy(id: impl Display) -> String {
    format!("/remedies/{id}")
}
/// POST: `approve`, `decline`, `cancel`, `done`, `not-done` or `reconcile`.
pub fn remedy_act(id: impl Display, what: &str) -> String {
    format!("/remedies/{id}/{what}")
}
/// What they cost, and what came after: `by`, `days`.
pub fn remedies_report() -> String {
    "/remedies/report".into()
}
/// The same as a file.
pub fn remedies_report_file() -> String {
    "/remedies/report/file".into()
}
/// POST: another reason.
pub fn remedy_reasons() -> String {
    "/settings/remedies/reasons".into()
}
/// POST: another name for a reason.
pub fn remedy_reason(id: impl Display) -> String {
    format!("/settings/remedies/reasons/{id}")
}
/// POST: `archive` or `restore`.
pub fn remedy_reason_act(id: impl Display, what: &str) -> String {
    format!("/settings/remedies/reasons/{id}/{what}")
}
/// POST: another plan.
pub fn remedy_plans() -> String {
    "/settings/remedies/plans".into()
}
/// A new plan for `reason`.
pub fn new_remedy_plan() -> String {
    "/settings/remedies/plans/new".into()
}
/// One plan; POST changes it.
pub fn remedy_plan(id: impl Display) -> String {
    format!("/settings/remedies/plans/{id}")
}
/// POST.
pub fn remedy_plan_remove(id: impl Display) -> String {
    format!("/settings/remedies/plans/{id}/remove")
}
