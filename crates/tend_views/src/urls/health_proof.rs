use std::fmt::Display;

/// Whether what Tend says comes true: `over`, in months.
pub fn scoreboard() -> String {
    "/health/scoreboard".into()
}
/// The foretellings behind a figure: `which`, `quarter`, `over`.
pub fn scoreboard_rows() -> String {
    "/health/scoreboard/rows".into()
}
/// The figures by quarter as a file: `over`.
pub fn scoreboard_file() -> String {
    "/health/scoreboard.csv".into()
}
/// The foretellings behind a figure as a file.
pub fn scoreboard_rows_file() -> String {
    "/health/scoreboard/rows.csv".into()
}
/// Alerts: `whose`, `shown`, `cursor`.
pub fn alerts() -> String {
    "/health/alerts".into()
}
/// POST `alerts_a_week`, `hysteresis_percent`, `tasks`.
pub fn alert_options() -> String {
    "/health/alerts/options".into()
}
/// POST: `see`, `clear` or `task`.
pub fn alert(id: impl Display, what: &str) -> String {
    format!("/health/alerts/{id}/{what}")
}
/// What is expected to be lost: `by`.
pub fn at_risk() -> String {
    "/health/at-risk".into()
}
pub fn at_risk_file() -> String {
    "/health/at-risk.csv".into()
}
/// The accounts behind it: `by`, `of`.
pub fn at_risk_rows() -> String {
    "/health/at-risk/accounts".into()
}
pub fn at_risk_rows_file() -> String {
    "/health/at-risk/accounts.csv".into()
}
