//! Remedies: what a company does to make an order right, within limits.
//!
//! A remedy is asked for ([`request`]) with a frozen quote. Its amount is reserved against all
//! limits ([`limits`]) in the transaction that asks, so that no two can pass one limit together.
//! Above what the role may give alone, and above the limits ([`above`]), somebody else has to
//! approve ([`decide`]). Then the shop is
//! told to carry it out ([`carry`]), or a person does ([`hand`]). Nothing is ever told to a shop
//! twice without having read in between what the shop knows of it.

pub mod above;
pub mod carry;
pub mod decide;
pub mod hand;
pub mod in_force;
mod known;
pub mod like;
pub mod limits;
pub mod offered;
pub mod plans;
mod quote;
pub mod reasons;
pub mod report;
pub mod request;
pub mod shop;
mod tell;

pub use known::{
    Asked, Beside, Choosable, ORDERS, find, of_contact, of_order, page, story, waiting,
};
pub use quote::amount_of;
pub use request::{NewRemedy, passes, request};
pub use tell::sentence;

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{
    agents::AgentId,
    contacts::ContactId,
    conversations::ConversationId,
    money::Currency,
    orders::{OrderId, ShopId, ShopKind},
    tasks::TaskId,
    words::words,
};

id!(RemedyId, "rem");
id!(ReasonId, "rrs");
id!(PlanId, "rpl");

words! {
    /// What can be done.
    Kind, "A remedy is waive_shipping, discount, store_credit, gift_card, partial_refund, full_refund, reship or goodwill_note." {
        PartialRefund = "partial_refund" "Partial refund",
        FullRefund = "full_refund" "Full refund",
        WaiveShipping = "waive_shipping" "Shipping waived",
        Discount = "discount" "Discount on a future order",
        StoreCredit = "store_credit" "Store credit",
        GiftCard = "gift_card" "Gift card",
        Reship = "reship" "Sent again",
        /// An apology, which costs nothing.
        GoodwillNote = "goodwill_note" "Goodwill note",
    }
}

impl Kind {
    /// Whether money of the order goes back.
    pub fn is_refund(self) -> bool {
        matches!(self, Self::PartialRefund | Self::FullRefund | Self::WaiveShipping)
    }

    /// Whether a shop of this kind can carry it out by itself.
    pub fn is_carried_out_by(self, shop: ShopKind) -> bool {
        match shop {
            ShopKind::Stripe => self.is_refund(),
            ShopKind::WooCommerce => self.is_refund() || self == Self::Discount,
            ShopKind::Shopify => {
                self.is_refund() || matches!(self, Self::Discount | Self::GiftCard)
            }
            ShopKind::Webhook | ShopKind::Api => false,
        }
    }
}

words! {
    /// How far a remedy is.
    State, "A remedy is pending, approved, executing, unknown, done, failed, declined, expired or cancelled." {
        Pending = "pending" "Waits for approval",
        Approved = "approved" "To be carried out",
        Executing = "executing" "Being carried out",
        /// The shop was told, and did not say what it did.
        Unknown = "unknown" "Not known yet",
        Done = "done" "Done",
        Failed = "failed" "Failed",
        Declined = "declined" "Declined",
        Expired = "expired" "Expired",
        Cancelled = "cancelled" "Cancelled",
    }
}

impl State {
    /// Whether something is still to come.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved | Self::Executing | Self::Unknown)
    }
}

words! {
    /// Who carries it out.
    Way, "A remedy is carried out by shop, hand or none." {
        Shop = "shop" "The shop",
        Hand = "hand" "A person",
        /// There is nothing to carry out.
        None = "none" "Nobody",
    }
}

row! {
    /// A remedy.
    #[derive(PartialEq)]
    pub struct Remedy {
        pub id: RemedyId,
        pub kind: Kind,
        pub state: State,
        pub way: Way,
        /// Minor units of the order's currency.
        pub amount: i64,
        pub currency: Currency,
        /// The same in the home currency, by the rate of the day, rounded up.
        pub home_amount: i64,
        pub order_id: OrderId,
        /// The order's.
        pub number: String,
        pub shop_id: ShopId,
        pub shop: String,
        pub shop_kind: ShopKind,
        pub contact_id: ContactId,
        pub contact: String,
        pub conversation_id: Option<ConversationId>,
        pub reason_id: ReasonId,
        pub reason: String,
        /// What who asked for it said to it.
        pub note: String,
        pub requested_by: AgentId,
        pub requester: String,
        pub requested_at: Timestamp,
        pub needs_approval: bool,
        /// The limits that it passed when it was asked for, for which it needs approval.
        pub passed_limits: above::PassedLimits,
        /// When it expires, unless somebody decides.
        pub expires_at: Option<Timestamp>,
        pub decided_by: Option<AgentId>,
        pub decider: Option<String>,
        pub decided_at: Option<Timestamp>,
        /// What who decided said to it.
        pub decision: String,
        /// How often the shop was told to carry it out.
        pub sends: i64,
        pub sent_at: Option<Timestamp>,
        pub settled_at: Option<Timestamp>,
        pub settled_by: Option<AgentId>,
        /// The shop's id of what was carried out, or what the person said who did it.
        pub reference: String,
        /// For the customer: of a discount or a gift card.
        pub code: String,
        /// Why it failed, or is not known.
        pub problem: String,
        pub task_id: Option<TaskId>,
    }
}

impl Remedy {
    /// How much, as people read it; empty if it costs nothing.
    pub fn money(&self) -> String {
        match self.amount {
            0 => String::new(),
            it => self.currency.exact(it),
        }
    }
}

const SELECT: &str = "SELECT remedies.id, remedies.kind, remedies.state, remedies.way,
        remedies.amount, remedies.currency, remedies.home_amount, remedies.order_id, orders.number,
        remedies.shop_id, shops.name AS shop, shops.kind AS shop_kind, remedies.contact_id,
        contacts.name AS contact, remedies.conversation_id, remedies.reason_id,
        remedy_reasons.name AS reason, remedies.note, remedies.requested_by,
        asking.name AS requester, remedies.requested_at, remedies.needs_approval,
        remedies.passed_limits, remedies.expires_at, remedies.decided_by, deciding.name AS decider, remedies.decided_at,
        remedies.decision, remedies.sends, remedies.sent_at, remedies.settled_at,
        remedies.settled_by, remedies.reference, remedies.code, remedies.problem, remedies.task_id
    FROM remedies
    JOIN orders ON orders.id = remedies.order_id
    JOIN shops ON shops.id = remedies.shop_id
    JOIN contacts ON contacts.id = remedies.contact_id
    JOIN remedy_reasons ON remedy_reasons.id = remedies.reason_id
    JOIN agents AS asking ON asking.id = remedies.requested_by
    LEFT JOIN agents AS deciding ON deciding.id = remedies.decided_by";
