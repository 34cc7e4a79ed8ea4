//! Which columns an agent sees in a list of the portfolio.

use tend_store::Tx;

use crate::{Result, agents::Me, fold, words::words};

words! {
    /// A column that one can choose; the account's name always stands there.
    Column, "There is no such column." {
        Risk = "risk" "At risk",
        Health = "health" "Will stay",
        Arr = "arr" "A year",
        Renewal = "renewal" "Renews",
        Stage = "stage" "Stage",
        Owner = "owner" "Owner",
        Touch = "touch" "Last touch",
        Open = "open" "Open",
        Trend = "trend" "Usage, 30 days",
        Used = "used" "Last used",
        Contacts = "contacts" "People",
        Parent = "parent" "Part of",
        Tags = "tags" "Tags",
    }
}

impl Column {
    /// Those that are shown unless the agent chose others.
    pub const FIRST: &'static [Self] = &[
        Self::Risk,
        Self::Health,
        Self::Arr,
        Self::Renewal,
        Self::Stage,
        Self::Trend,
        Self::Owner,
    ];
}

/// The columns of a view as the agent chose them. `view` is `mine`, `team`, `all` or a view's id.
pub fn columns(tx: &mut Tx, me: &Me, view: &str) -> Result<Vec<Column>> {
    let kept: Option<String> = tx.maybe_scalar(
        "SELECT columns FROM portfolio_columns WHERE agent_id = $1 AND view = $2",
        &[me.id.into(), view.into()],
    )?;
    Ok(match kept {
        Some(it) => it.split(' ').filter_map(|it| it.parse().ok()).collect(),
        None => Column::FIRST.to_vec(),
    })
}

/// Keeps which columns the agent wants to see, in the order in which they can be chosen.
pub fn keep_columns(tx: &mut Tx, me: &Me, view: &str, wanted: &[Column]) -> Result<()> {
    let words: Vec<&str> =
        Column::ALL.iter().filter(|it| wanted.contains(it)).map(|it| it.word()).collect();
    tx.execute(
        "INSERT INTO portfolio_columns (agent_id, view, columns) VALUES ($1, $2, $3)
         ON CONFLICT (agent_id, view) DO UPDATE SET columns = excluded.columns",
        &[me.id.into(), fold::one_line(view, 60).into(), words.join(" ").into()],
    )?;
    Ok(())
}
