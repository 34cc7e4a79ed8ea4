//! Onboarding: the first steps of a new customer, theirs and ours in one list that both see.
//!
//! A *plan* has steps; an *onboarding* is a plan under way for one account, with an item for each
//! step. Items tick themselves by what the product tells and by orders ([`follow`]), or a person
//! ticks them: an agent here, the customer on a page of their own behind a link that nobody guesses
//! ([`link`]). Our steps are tasks. Where nothing moves for too long, a task asks somebody to look.

mod begin;
mod find;
pub mod follow;
pub mod link;
mod plans;
mod report;
mod tick;

pub use begin::{begin, begin_for_new, give_up};
pub use find::{Item, OnAccount, Under, find, of_account, under};
pub use plans::{NewPlan, NewStep, archive, change, create, find_plan, plans, steps, welcome};
pub use report::{Report, StepReport, report};
pub use tick::{tick, tick_by_customer, untick, untick_by_customer};

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{accounts::AccountId, agents::AgentId, tasks::TaskId, words::words};

id!(PlanId, "onp");
id!(StepId, "ons");
id!(OnboardingId, "onb");

words! {
    /// What begins an onboarding.
    StartsOn, "A plan starts by hand, on account, or on subscription." {
        Hand = "hand" "By hand",
        Account = "account" "When an account is made",
        Subscription = "subscription" "When an account first subscribes",
    }
}

words! {
    /// Who does a step.
    Owner, "A step is one of the customer or of the agent." {
        Customer = "customer" "The customer",
        Agent = "agent" "We",
    }
}

words! {
    /// How a step is known to be done.
    DoneWhen, "A step is done by hand, by usage, or by order." {
        Hand = "hand" "Somebody ticks it",
        Usage = "usage" "The product tells it",
        Order = "order" "They place an order",
    }
}

row! {
    /// A plan.
    #[derive(PartialEq)]
    pub struct OnboardingPlan {
        pub id: PlanId,
        pub name: String,
        /// What the customer reads above the steps.
        pub intro: String,
        pub starts_on: StartsOn,
        /// So many days without a step done, and a task asks somebody to look.
        pub stuck_days: i64,
        /// In whose name it starts by itself.
        pub made_by: AgentId,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A step of a plan.
    #[derive(PartialEq)]
    pub struct PlanStep {
        pub id: StepId,
        pub plan_id: PlanId,
        pub title: String,
        pub why: String,
        /// Where it is done; empty, or an address that begins with `https://`.
        pub link: String,
        pub owner: Owner,
        pub done_when: DoneWhen,
        /// The name of the usage event.
        pub event: String,
        /// So many days after the start; 0 for no day.
        pub due_days: i64,
    }
}

row! {
    /// A plan under way for an account.
    #[derive(PartialEq)]
    pub struct Onboarding {
        pub id: OnboardingId,
        pub plan_id: PlanId,
        /// The plan's name.
        pub plan: String,
        pub intro: String,
        pub stuck_days: i64,
        pub account_id: AccountId,
        pub started_at: Timestamp,
        pub started_by: Option<AgentId>,
        /// When the last step was done; the start, if none is.
        pub moved_at: Timestamp,
        pub stuck_task_id: Option<TaskId>,
        pub done_at: Option<Timestamp>,
        /// Given up.
        pub ended_at: Option<Timestamp>,
    }
}

impl Onboarding {
    /// Neither done nor given up.
    pub fn is_open(&self) -> bool {
        self.done_at.is_none() && self.ended_at.is_none()
    }
}

pub(crate) const SELECT: &str = "SELECT onboardings.id, plan_id, onboarding_plans.name AS plan, \
     onboarding_plans.intro, onboarding_plans.stuck_days, account_id, started_at, started_by, \
     moved_at, stuck_task_id, done_at, ended_at \
     FROM onboardings JOIN onboarding_plans ON onboarding_plans.id = onboardings.plan_id";
