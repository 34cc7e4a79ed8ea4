//! Whether what is said of accounts comes true, who was called, and what may be lost.

mod alerts;
mod at_risk;
mod ladder;
mod samples;
mod score_charts;
mod score_rows;
mod score_words;
mod scoreboard;
mod shell;

pub use alerts::{AlertsPage, alerts_page};
pub use at_risk::{AtRiskRows, at_risk_page, at_risk_rows_page};
pub use samples::samples;
pub use score_rows::{ScoreRows, score_rows_page};
pub use scoreboard::scoreboard_page;
