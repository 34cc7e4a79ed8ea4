//! What the figures of adoption mean, each with its version.

use crate::money::figures::Definition;

const fn meaning(
    id: &'static str,
    name: &'static str,
    formula: &'static str,
    cohort: &'static str,
) -> Definition {
    Definition { id, version: 1, name, formula, cohort, rows: None }
}

const PEOPLE: &str =
    "People who were seen by tracked events, pages or screens; a sign-in by itself counts nobody";
const COUNTED: &str = "They are counted, not estimated, so there is no interval";

pub const MONTH: Definition = meaning("active_30_days", "Active in 30 days", COUNTED, PEOPLE);
pub const WEEK: Definition = meaning("active_7_days", "Active in 7 days", COUNTED, PEOPLE);
pub const TODAY: Definition = meaning("active_24_hours", "Active in 24 hours", COUNTED, PEOPLE);
pub const STICKINESS: Definition = meaning(
    "stickiness",
    "Stickiness",
    "Mean of the people a day over 30 days ÷ people of 30 days; counted, so there is no interval",
    PEOPLE,
);
pub const ACCOUNTS: Definition = meaning(
    "active_accounts",
    "Active accounts",
    "Accounts with any use in 30 days ÷ accounts that there are; Wilson’s interval",
    "All accounts, of companies and of persons",
);
pub const BREADTH: Definition = meaning(
    "breadth",
    "Breadth",
    "Mean over active accounts of the share of key features that they used in 30 days. The interval draws the accounts anew",
    "Accounts with any use in 30 days",
);
pub const FEATURE: Definition = meaning(
    "feature_adoption",
    "Adoption of a feature",
    "Accounts that used it in 30 days ÷ accounts with any use in 30 days; Wilson’s interval",
    "Accounts with any use in 30 days",
);
pub const SEATS: Definition = meaning(
    "seats_in_use",
    "Seats in use",
    "People who were active in 30 days, up to the seats of each account ÷ seats; counted, so there is no interval",
    "Accounts whose attribute seats says what they pay for",
);
