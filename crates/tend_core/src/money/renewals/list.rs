use tend_store::{Tx, Value, row};

use super::{Category, Outcome, SHORTEST_TERM};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    error::not_found,
    money::{SubscriptionId, days},
    page::{Cursor, Page},
};

impl Line {
    fn place(&self) -> Cursor {
        Cursor { key: self.due_day, id: self.subscription_id.raw() }
    }
}

row! {
    /// A renewal to come, or one that was settled.
    #[derive(PartialEq)]
    pub struct Line {
        pub subscription_id: SubscriptionId,
        pub account_id: AccountId,
        pub account: String,
        pub owner: Option<String>,
        pub plan: String,
        pub product: Option<String>,
        pub due_day: i64,
        /// Home currency, a year.
        pub amount: i64,
        pub category: Category,
        pub auto_renew: bool,
        pub outcome: Option<Outcome>,
        /// Of the amount, what was renewed.
        pub renewed: Option<i64>,
        pub reason: Option<String>,
        pub note: String,
    }
}

const OPEN: &str = "SELECT subscriptions.id AS subscription_id, subscriptions.account_id,
        accounts.name AS account, agents.name AS owner, plan, products.name AS product,
        renewal_day AS due_day, arr AS amount,
        COALESCE(renewals.category, 'most_likely') AS category, auto_renew, outcome, renewed,
        NULL AS reason, COALESCE(note, '') AS note
    FROM subscriptions
    JOIN accounts ON accounts.id = subscriptions.account_id
    JOIN subscription_terms ON subscription_terms.subscription_id = subscriptions.id
        AND from_day = (SELECT MAX(held.from_day) FROM subscription_terms AS held
            WHERE held.subscription_id = subscriptions.id AND held.from_day <= renewal_day)
    LEFT JOIN agents ON agents.id = accounts.owner_id
    LEFT JOIN products ON products.id = subscriptions.product_id
    LEFT JOIN renewals ON renewals.subscription_id = subscriptions.id AND due_day = renewal_day
    WHERE end_day IS NULL";

const SETTLED: &str = "SELECT renewals.subscription_id, renewals.account_id,
        accounts.name AS account, agents.name AS owner, plan, products.name AS product, due_day,
        amount, category, auto_renew, outcome, renewed, churn_reasons.name AS reason, note
    FROM renewals
    JOIN subscriptions ON subscriptions.id = renewals.subscription_id
    JOIN accounts ON accounts.id = renewals.account_id
    LEFT JOIN agents ON agents.id = accounts.owner_id
    LEFT JOIN products ON products.id = subscriptions.product_id
    LEFT JOIN churn_reasons ON churn_reasons.id = renewals.reason_id
    WHERE outcome IS NOT NULL";

/// Subscriptions of a term that ended otherwise than by a renewal that was settled: they were not
/// renewed, on the day on which they ended.
const ENDED: &str = "SELECT subscriptions.id AS subscription_id, subscriptions.account_id,
        accounts.name AS account, agents.name AS owner, plan, products.name AS product,
        end_day AS due_day, arr AS amount, 'omitted' AS category, auto_renew,
        'churned' AS outcome, CAST(0 AS BIGINT) AS renewed, churn_reasons.name AS reason,
        '' AS note
    FROM subscriptions
    JOIN accounts ON accounts.id = subscriptions.account_id
    JOIN subscription_terms ON subscription_terms.subscription_id = subscriptions.id
        AND from_day = (SELECT MAX(held.from_day) FROM subscription_terms AS held
            WHERE held.subscription_id = subscriptions.id AND held.from_day < end_day)
    LEFT JOIN agents ON agents.id = accounts.owner_id
    LEFT JOIN products ON products.id = subscriptions.product_id
    LEFT JOIN churn_reasons ON churn_reasons.id = subscriptions.reason_id
    WHERE end_day IS NOT NULL AND NOT EXISTS (SELECT 1 FROM renewals
        WHERE renewals.subscription_id = subscriptions.id AND renewals.outcome = 'churned')";

/// Which of the renewals to come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// So many months ahead.
    pub months: i64,
    pub category: Option<Category>,
    /// That are due in this month.
    pub month: Option<i64>,
}

/// A page of those to come, with what is overdue, in the order of their days.
pub fn to_come(
    tx: &mut Tx,
    me: &Me,
    asked: Asked,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Line>> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let until = days::after_months(today, asked.months.clamp(1, 36));
    let span = asked.month.map(|it| (days::first_of(it), days::last_of(it)));
    let (first, last) = span.unwrap_or((i64::MIN, i64::MAX));
    let sql = format!(
        "{OPEN} AND renewal_day <= $1 AND term_months >= $2 AND start_day <= $3
           AND (CAST($4 AS TEXT) IS NULL OR COALESCE(renewals.category, 'most_likely') = $4)
           AND renewal_day >= $5 AND (renewal_day, subscriptions.id) > ($6, $7)
         ORDER BY renewal_day, subscriptions.id LIMIT $8"
    );
    let after = from.map_or((i64::MIN, 0), |it| (it.key, it.id));
    let args: [Value; 8] = [
        until.min(last).into(),
        SHORTEST_TERM.into(),
        today.into(),
        asked.category.map(Category::word).into(),
        first.into(),
        after.0.into(),
        after.1.into(),
        Value::from(limit + 1),
    ];
    let found: Vec<Line> = tx.rows(&sql, &args)?;
    Ok(Page::of(found, limit, Line::place))
}

/// A page of those that were settled and due in the last twelve months or later, the last due
/// first; a subscription that ended otherwise stands by the day on which it ended.
pub fn settled(tx: &mut Tx, me: &Me, from: Option<Cursor>, limit: usize) -> Result<Page<Line>> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let since = days::after_months(today, -12);
    let before = from.map_or((i64::MAX, i64::MAX), |it| (it.key, it.id));
    let (day, id, most): (Value, Value, Value) =
        (before.0.into(), before.1.into(), Value::from(limit + 1));
    let mut found: Vec<Line> = tx.rows(
        &format!(
            "{SETTLED} AND due_day > $1 AND (due_day, renewals.subscription_id) < ($2, $3)
             ORDER BY due_day DESC, renewals.subscription_id DESC LIMIT $4"
        ),
        &[since.into(), day.clone(), id.clone(), most.clone()],
    )?;
    found.extend(tx.rows::<Line>(
        &format!(
            "{ENDED} AND end_day > $1 AND end_day <= $5 AND term_months >= $6
               AND (end_day, subscriptions.id) < ($2, $3)
             ORDER BY end_day DESC, subscriptions.id DESC LIMIT $4"
        ),
        &[since.into(), day, id, most, today.into(), SHORTEST_TERM.into()],
    )?);
    found.sort_by_key(|it| std::cmp::Reverse((it.due_day, it.subscription_id)));
    Ok(Page::of(found, limit, Line::place))
}

/// The renewal that a subscription has before it.
pub fn one(tx: &mut Tx, me: &Me, id: SubscriptionId) -> Result<Line> {
    if !me.may(Permission::RevenueRead) {
        return Err(not_found("renewal"));
    }
    let sql = format!("{OPEN} AND subscriptions.id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("renewal"))
}
