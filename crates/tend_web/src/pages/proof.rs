//! Whether what Tend says of accounts comes true, who was called, and what may be lost.

pub(crate) mod alerts;
pub(crate) mod at_risk;
pub(crate) mod scoreboard;

use tend_core::agents::Permission;
use tend_views::urls;

use crate::router::{Access::May, Route, get, post};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{
        CustomersRead as See, RevenueRead as Money, StagesManage as Manage, TasksEdit as Do,
    };
    vec![
        get(urls::scoreboard(), May(See), scoreboard::show),
        get(urls::scoreboard_file(), May(See), scoreboard::file),
        get(urls::scoreboard_rows(), May(See), scoreboard::rows),
        get(urls::scoreboard_rows_file(), May(See), scoreboard::rows_file),
        get(urls::alerts(), May(See), alerts::show),
        get(format!("{}.csv", urls::alerts()), May(See), alerts::file),
        post(urls::alert_options(), May(Manage), alerts::options),
        post(urls::alert("{id}", "see"), May(Do), alerts::see),
        post(urls::alert("{id}", "clear"), May(Do), alerts::clear),
        post(urls::alert("{id}", "task"), May(Do), alerts::task),
        get(urls::at_risk(), May(Money), at_risk::show),
        get(urls::at_risk_file(), May(Money), at_risk::file),
        get(urls::at_risk_rows(), May(Money), at_risk::rows),
        get(urls::at_risk_rows_file(), May(Money), at_risk::rows_file),
    ]
}
