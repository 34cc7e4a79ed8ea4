use std::fmt::Display;

/// GET how an account fares: with `from` and `to` also what is different between two days. POST
/// `percent`, `reason` and `days` says what one believes instead.
pub fn account_health(account: impl Display) -> String {
    format!("/accounts/{account}/health")
}
/// DELETE takes back what one believes instead.
pub fn account_override(account: impl Display, id: impl Display) -> String {
    format!("/accounts/{account}/health/overrides/{id}")
}
/// GET the profiles and what counts as leaving; POST that.
pub fn health_settings() -> String {
    super::settings_section("health")
}
/// POST learns anew who leaves.
pub fn health_learn() -> String {
    "/settings/health/learn".into()
}
/// GET the form of a new profile.
pub fn new_health_profile() -> String {
    "/settings/health/new".into()
}
/// GET the form; POST keeps it, or with `do` adds, removes or tries. Of a new one without an id.
pub fn health_profile(id: impl Display) -> String {
    format!("/settings/health/{id}")
}
/// POST `to`: `up` or `down`.
pub fn health_profile_move(id: impl Display) -> String {
    format!("/settings/health/{id}/move")
}
/// POST.
pub fn health_profile_archive(id: impl Display) -> String {
    format!("/settings/health/{id}/archive")
}
