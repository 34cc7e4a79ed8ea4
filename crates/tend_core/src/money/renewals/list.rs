use tend_stats::intervals::{Interval, wilson};
use tend_store::{Tx, row};

use super::{Category, Outcome, SHORTEST_TERM};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    error::not_found,
    money::{Currency, SubscriptionId, days, figures::LEVEL, rates},
};

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

/// Renewals that are due in some months, and how those of the last twelve went.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub currency: Currency,
    pub today: i64,
    /// Those that are overdue, and those to come, in the order of their days.
    pub open: Vec<Line>,
    /// Those that were settled, the last due first.
    pub settled: Vec<Line>,
    pub rate: Rate,
}

/// How many of those that were due in the last twelve months were renewed: by the day they were
/// due, whenever they were settled. A subscription that ended before it was due counts as one that
/// was due on that day and was not renewed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    pub due: u64,
    pub kept: u64,
    pub amount: i64,
    pub renewed: i64,
}

impl Rate {
    /// Renewed ÷ up for renewal, of money: at most 1.
    pub fn of_money(&self) -> Option<f64> {
        (self.amount > 0).then(|| self.renewed as f64 / self.amount as f64)
    }

    /// Of renewals, with Wilson's interval.
    pub fn of_renewals(&self) -> Option<Interval> {
        wilson(self.kept, self.due, LEVEL)
    }
}

impl Calendar {
    /// What is expected of those to come: how many, and how much.
    pub fn of(&self, category: Category) -> (i64, i64) {
        let some = self.open.iter().filter(|it| it.category == category);
        some.fold((0, 0), |(n, sum), it| (n + 1, sum + it.amount))
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

/// Those of the next `months` months, with what is overdue; and those of the last twelve.
pub fn calendar(tx: &mut Tx, me: &Me, months: i64) -> Result<Calendar> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let until = days::after_months(today, months.clamp(1, 36));
    let open: Vec<Line> = tx.rows(
        &format!(
            "{OPEN} AND renewal_day <= $1 AND term_months >= $2 AND start_day <= $3
             ORDER BY renewal_day, subscriptions.id LIMIT 2000"
        ),
        &[until.into(), SHORTEST_TERM.into(), today.into()],
    )?;
    let since = days::after_months(today, -12);
    let mut settled: Vec<Line> = tx.rows(
        &format!("{SETTLED} AND due_day > $1 ORDER BY due_day DESC, renewals.id DESC LIMIT 2000"),
        &[since.into()],
    )?;
    settled.extend(tx.rows::<Line>(
        &format!(
            "{ENDED} AND end_day > $1 AND end_day <= $2 AND term_months >= $3
             ORDER BY end_day DESC, subscriptions.id DESC LIMIT 2000"
        ),
        &[since.into(), today.into(), SHORTEST_TERM.into()],
    )?);
    settled.sort_by_key(|it| std::cmp::Reverse(it.due_day));
    let mut rate = Rate::default();
    for it in settled.iter().filter(|it| it.due_day <= today) {
        rate.due += 1;
        rate.kept += u64::from(it.outcome != Some(Outcome::Churned));
        rate.amount += it.amount;
        rate.renewed += it.renewed.unwrap_or(0);
    }
    Ok(Calendar { currency: rates::home(tx)?, today, open, settled, rate })
}

/// The renewal that a subscription has before it.
pub fn one(tx: &mut Tx, me: &Me, id: SubscriptionId) -> Result<Line> {
    if !me.may(Permission::RevenueRead) {
        return Err(not_found("renewal"));
    }
    let sql = format!("{OPEN} AND subscriptions.id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("renewal"))
}
