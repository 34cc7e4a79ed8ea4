//! What the figures beside the ledger mean, each with its version: pages, files and the API name
//! them by these.

use super::figures::Definition;

const fn meaning(
    id: &'static str,
    name: &'static str,
    formula: &'static str,
    cohort: &'static str,
) -> Definition {
    Definition { id, version: 1, name, formula, cohort, rows: None }
}

pub const GROWTH: Definition = Definition {
    version: 2,
    ..meaning(
        "portfolio_growth",
        "Growth of a portfolio",
        "From the end of the month before the first, as the ledger opens, to today: what the accounts that stayed in the same hands pay a year at the end, less what they paid at the start; as a share of what they paid at the start. The interval draws the accounts anew",
        "Accounts with subscriptions that paid at the start and are looked after by the same person at both ends; who came or changed hands stands apart",
    )
};
pub const CHURN_BY_REASON: Definition = Definition {
    version: 2,
    ..meaning(
        "churn_by_reason",
        "Accounts lost, by reason",
        "What accounts paid a year at the start that pay nothing today, each under the reason of its subscription that ended last with one; with and without a reason it is the churn of the ledger. The share is of the accounts that left",
        "Accounts that paid twelve months before the end of this month",
    )
};
pub const RETENTION_ON: Definition = meaning(
    "cohort_return_on",
    "Retention in a month",
    "Accounts that came in that month after their first ÷ accounts of the cohort",
    "Accounts whose first month is the cohort’s, as soon as the month is over",
);
pub const RETENTION_LATER: Definition = meaning(
    "cohort_return_on_or_after",
    "Retention in a month or later",
    "Accounts that came in that month after their first or in a later one ÷ accounts of the cohort",
    "Accounts whose first month is the cohort’s, as soon as the month is over",
);
pub const RETENTION_BRACKET: Definition = meaning(
    "cohort_bracket",
    "Retention in some months",
    "Accounts that came at all in these months after their first ÷ accounts for which they are over",
    "All accounts together, each from its own first month",
);
pub const LIFETIME_SIMPLE: Definition = meaning(
    "ltv_simple",
    "Lifetime value, simple",
    "Monthly revenue of an account × gross margin ÷ share of accounts lost a month",
    "Accounts that paid in the last twelve months",
);
pub const LIFETIME_CONTRACTUAL: Definition = meaning(
    "ltv_contractual",
    "Lifetime value, contractual",
    "Discounted expected quarters of a new subscriber (sBG or BdW) × revenue of a quarter × gross margin; Fader and Hardie 2007, 2010",
    "Accounts with subscriptions that began long enough ago",
);
pub const LIFETIME_BUYING: Definition = Definition {
    version: 2,
    ..meaning(
        "ltv_buying",
        "Value of the next year, without contract",
        "Expected purchases of 52 weeks (BG/NBD) × expected spend (Gamma-Gamma) × gross margin; Fader, Hardie and Lee 2005",
        "Accounts with purchases that no subscription bills: paid orders, or, without any, the invoices of an account that never had a subscription",
    )
};
pub const RENEWAL_MONEY: Definition = meaning(
    "renewal_rate_money",
    "Renewal rate, of money",
    "Renewed of what was up for renewal, in yearly revenue, by the day it was due; at most what was due. The interval draws the accounts anew",
    "Terms of three months and more that were due in the last twelve months",
);
pub const RENEWAL_COUNT: Definition = meaning(
    "renewal_rate",
    "Renewal rate",
    "Renewals that were not lost ÷ renewals that were due; Wilson’s interval",
    "Terms of three months and more that were due in the last twelve months",
);
pub const RENEWAL_FORECAST: Definition = meaning(
    "renewal_forecast",
    "Forecast of renewals",
    "Yearly revenue whose term ends in twelve months or is over, by what is expected of it. It is a sum of what agents said, so it has no interval",
    "Subscriptions with terms of three months and more that run",
);
pub const CAC: Definition = meaning(
    "cac",
    "Cost of a customer",
    "Spend ÷ accounts that paid for the first time in the same months. The interval takes the spend as it is, and how many came for chance (Poisson bootstrap)",
    "Accounts that paid for the first time in these months; of a channel, those that were won by it",
);
pub const PAYBACK: Definition = meaning(
    "cac_payback",
    "Months until it is earned back",
    "Spend ÷ (what the accounts that came paid in their first month × gross margin). The interval as of the cost",
    "Accounts that paid for the first time in these months; of a channel, those that were won by it",
);
pub const EXPECTED_LOSS: Definition = Definition {
    version: 2,
    ..meaning(
        "expected_loss",
        "Money at risk",
        "Sum of probability to leave × what is paid a year; the probability is the one that counts: an agent’s override as long as it holds, or else the model’s. The interval if accounts leave independently of each other",
        "Accounts in the portfolio that pay, by subscriptions or as entered, and have a probability or an override",
    )
};
pub const OPPORTUNITIES: Definition = meaning(
    "opportunities",
    "Opportunities",
    "Sum of what opportunities of a stage are worth a year, as agents entered it; it has no interval",
    "All opportunities, won and lost ones too",
);
pub const WHITE_SPACE: Definition = meaning(
    "white_space",
    "White space",
    "Products that an account has, by a subscription that runs today or by an order that was paid, among those that are sold",
    "Accounts that pay by subscriptions, the most first",
);
