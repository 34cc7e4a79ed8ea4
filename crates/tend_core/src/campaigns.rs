//! Campaigns: messages that customers did not ask for, written once for many.
//!
//! A campaign finds people ([`audience`]), and each of them passes the same gates, in one order
//! ([`gates`]): may they be written to, does it hurt now, are they held out to compare with, is it
//! night where they are, was there too much already, is every value there. Each no is written down
//! with its rule, in the transaction that decides it. Who is reached is written down as an
//! *enrolment*, unique for the campaign, the person and what it is about, so nobody is reached
//! twice, however often the work is cut off and begun again ([`run`]).

mod again;
mod audience;
mod dry_run;
pub mod effect;
mod enrol;
mod events;
mod facts;
pub mod gates;
mod letter;
pub mod limits;
mod past;
mod plan;
mod run;
mod save;
mod shown;
pub mod slot;
mod state;
mod suggests;
mod trial;
mod undelivered;
pub mod unsubscribe;

pub use audience::{add_by_hand, counted};
pub use dry_run::{DryRun, dry_run};
pub use events::What;
pub use letter::{Letter, open as open_letter, queue_alone};
pub use plan::{Exits, Plan, Step, Trigger, Variant, variables, welcome};
pub use run::{LEASE, Went, go_on, measure, take_lease, to_do};
pub use save::{NewCampaign, all, change, copy, create, find};
pub use shown::{
    Enrolled, Progress, Reached, enrolled, name_of, progress, progress_of, reached, refused_by,
};
pub use state::{cancel, pause, resume, start};
pub use trial::{HeldBack, Shown, held_back, preview, said, send_to_me};
pub use undelivered::{Failures, Undelivered, undelivered};

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{
    agents::AgentId, book::SegmentId, contacts::ContactId, inboxes::InboxId, words::words,
};

id!(CampaignId, "cmp");
id!(EnrolmentId, "enr");

words! {
    /// How a campaign finds its people.
    Kind, "A campaign is an announcement, triggered, or a sequence." {
        Announcement = "announcement" "Announcement",
        Triggered = "triggered" "When something happens",
        Sequence = "sequence" "Sequence",
    }
}

words! {
    /// What a message is for, which says how much may hold it back.
    Purpose, "The purpose is marketing, service or transactional." {
        Marketing = "marketing" "Marketing",
        /// What helps with something that the customer has already.
        Service = "service" "Service",
        /// What the customer waits for, such as a receipt.
        Transactional = "transactional" "Transactional",
    }
}

words! {
    /// Where a campaign stands.
    State, "A campaign is draft, running, paused, done or cancelled." {
        Draft = "draft" "Draft",
        Running = "running" "Running",
        Paused = "paused" "Paused",
        Done = "done" "Done",
        Cancelled = "cancelled" "Cancelled",
    }
}

words! {
    /// With whom somebody is compared.
    Arm, "The arm is none, treated, held_out or global_held_out." {
        /// Not to be reached at all, so not compared either.
        None = "none" "Not eligible",
        Treated = "treated" "Treated",
        HeldOut = "held_out" "Held out",
        /// Of those who get no marketing at all.
        GlobalHeldOut = "global_held_out" "Held out of everything",
    }
}

words! {
    /// Where somebody stands in a campaign.
    Standing, "Somebody is waiting, sent, refused, held_out, done or left." {
        Waiting = "waiting" "Waiting",
        Sent = "sent" "Sent",
        Refused = "refused" "Refused",
        HeldOut = "held_out" "Held out",
        Done = "done" "Through",
        Left = "left" "Left",
    }
}

row! {
    /// A campaign.
    #[derive(PartialEq)]
    pub struct Campaign {
        pub id: CampaignId,
        pub name: String,
        pub kind: Kind,
        pub purpose: Purpose,
        /// One of the company's own topics; empty for none.
        pub topic: String,
        /// From whose address it writes.
        pub inbox_id: InboxId,
        pub segment_id: Option<SegmentId>,
        /// With whose eyes the segment is read.
        pub owner_id: AgentId,
        /// JSON: [`Plan`].
        pub plan: String,
        /// Per cent who get nothing, to compare with.
        pub holdout: i64,
        /// The higher goes first.
        pub priority: i64,
        /// Hours after which it is not sent any more; 0 is never.
        pub useless_after: i64,
        /// So many messages leave in a minute, at most.
        pub per_minute: i64,
        pub state: State,
        /// Why it paused by itself.
        pub problem: String,
        /// How far the search for people has come; its end is [`END`].
        pub walked_to: i64,
        pub walked_at: Option<Timestamp>,
        pub minute: i64,
        pub in_minute: i64,
        /// Contacts that were looked at.
        pub looked: i64,
        pub created_at: Timestamp,
        pub changed_at: Timestamp,
        pub started_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
    }
}

impl Campaign {
    /// What it says and when; an empty one for what this version cannot read.
    pub fn plan(&self) -> Plan {
        serde_json::from_str(&self.plan).unwrap_or_default()
    }
}

pub(crate) const COLUMNS: &str = "id, name, kind, purpose, topic, inbox_id, segment_id, owner_id, \
     plan, holdout, priority, useless_after, per_minute, state, problem, walked_to, walked_at, \
     minute, in_minute, looked, created_at, changed_at, started_at, ended_at";

/// Where an announcement has looked at everybody.
pub const END: i64 = i64::MAX;

row! {
    /// Somebody in a campaign.
    #[derive(PartialEq)]
    pub struct Enrolment {
        pub id: EnrolmentId,
        pub campaign_id: CampaignId,
        pub contact_id: ContactId,
        /// The order that it is about, if orders trigger it.
        pub order_id: Option<i64>,
        pub arm: Arm,
        pub state: Standing,
        /// The rule by which it waits, was refused, or left.
        pub rule: String,
        /// Which step comes next, from 0.
        pub step: i64,
        pub step_at: Timestamp,
        pub due_at: Timestamp,
        pub made_at: Timestamp,
        pub eligible_at: Option<Timestamp>,
        pub sent: i64,
    }
}

pub(crate) const ENROLMENT: &str = "id, campaign_id, contact_id, order_id, arm, state, rule, step, \
     step_at, due_at, made_at, eligible_at, sent";
