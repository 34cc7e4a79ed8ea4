//! Orders: what customers bought, how it was paid, where it is.
//!
//! Shops tell of orders in messages that come twice, late, in any order, or never. So an order is
//! kept as *parts*, each in its newest version ([`parts`]), and what people see is made of the
//! parts alone: whichever way they came, the same parts give the same order. What did not come is
//! found by asking the shop what changed ([`asking`]), which is taken in the same way.

mod apply;
pub mod asking;
mod domain;
pub mod events;
pub mod file;
pub mod json;
mod known;
pub mod mine;
pub mod parts;
pub mod plain;
pub mod privacy;
mod read;
mod shopify;
pub mod shops;
pub mod signature;
pub mod stock;
mod stripe;
mod woocommerce;
mod write;

pub use apply::{record, state, take_in};
pub(crate) use known::is_undone;
pub use known::{Asked, Newest, Whole, find, of_account, of_contact, page, recorded, story};
pub use read::{Heard, Wish, read};
pub use shops::{Shop, ShopId};

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{
    contacts::ContactId,
    money::{Currency, ProductId},
    words::words,
};

id!(OrderId, "ord");

words! {
    /// Where orders come from.
    ShopKind, "A shop is shopify, woocommerce, stripe, webhook or api." {
        Shopify = "shopify" "Shopify",
        WooCommerce = "woocommerce" "WooCommerce",
        Stripe = "stripe" "Stripe",
        /// Any other shop that signs what it sends.
        Webhook = "webhook" "Signed webhook",
        /// Programs that use our API.
        Api = "api" "API",
    }
}

words! {
    /// Whether an order is paid.
    Payment, "The payment is pending, authorized, partially_paid, paid, partially_refunded, refunded, voided or failed." {
        Pending = "pending" "Not paid yet",
        Authorized = "authorized" "Authorised",
        PartiallyPaid = "partially_paid" "Partly paid",
        Paid = "paid" "Paid",
        PartiallyRefunded = "partially_refunded" "Partly refunded",
        Refunded = "refunded" "Refunded",
        Voided = "voided" "Voided",
        Failed = "failed" "Payment failed",
    }
}

impl Payment {
    /// Money came, whatever became of it since.
    pub fn is_paid(self) -> bool {
        matches!(self, Self::Paid | Self::PartiallyRefunded | Self::Refunded)
    }
}

words! {
    /// Whether an order left.
    Fulfilment, "The fulfilment is unfulfilled, partial, fulfilled, returned or none." {
        Unfulfilled = "unfulfilled" "Not shipped yet",
        Partial = "partial" "Partly shipped",
        Fulfilled = "fulfilled" "Shipped",
        Returned = "returned" "Taken back",
        /// Nothing is to be shipped, as far as is known.
        None = "none" "Nothing to ship",
    }
}

words! {
    /// How far a shipment is.
    Way, "A shipment is pending, in_transit, out_for_delivery, delivered, failed or cancelled." {
        Pending = "pending" "Being prepared",
        InTransit = "in_transit" "On its way",
        OutForDelivery = "out_for_delivery" "Out for delivery",
        Delivered = "delivered" "Delivered",
        Failed = "failed" "Could not be delivered",
        Cancelled = "cancelled" "Cancelled",
    }
}

impl Way {
    /// How far that is: of two states of one second the further one is the newer.
    pub(crate) fn far(self) -> i64 {
        let at = Self::ALL.iter().position(|it| *it == self);
        at.and_then(|it| i64::try_from(it).ok()).unwrap_or(0)
    }
}

row! {
    /// An order as it stands.
    #[derive(PartialEq)]
    pub struct Order {
        pub id: OrderId,
        pub shop_id: ShopId,
        /// The shop's name.
        pub shop: String,
        /// The shop's id of it.
        pub external_id: String,
        pub contact_id: Option<ContactId>,
        /// As the customer knows it: `#1001`.
        pub number: String,
        pub placed_at: Timestamp,
        /// When it last changed, as the shop says.
        pub changed_at: Timestamp,
        pub currency: Currency,
        /// Minor units, as all amounts.
        pub total: i64,
        pub tax: i64,
        pub shipping: i64,
        pub discount: i64,
        pub refunded: i64,
        pub payment: Payment,
        pub fulfilment: Fulfilment,
        pub cancelled_at: Option<Timestamp>,
        /// When all of its shipments were delivered.
        pub delivered_at: Option<Timestamp>,
        /// When the shop deleted it.
        pub gone_at: Option<Timestamp>,
        /// Where the customer sees its state; empty if there is no such page.
        pub url: String,
        /// The shop's id of who ordered.
        pub customer_id: String,
        pub email: String,
        pub phone: String,
        pub customer_name: String,
        /// Since when it is not known any more who it was.
        pub redacted_at: Option<Timestamp>,
    }
}

pub(crate) const SELECT: &str = "SELECT orders.id, shop_id, shops.name AS shop, external_id, \
     contact_id, number, placed_at, changed_at, currency, total, tax, shipping, discount, refunded, \
     payment, fulfilment, cancelled_at, delivered_at, gone_at, url, customer_id, email, phone, \
     customer_name, redacted_at FROM orders JOIN shops ON shops.id = orders.shop_id";

row! {
    /// One thing that was ordered.
    #[derive(PartialEq)]
    pub struct Line {
        pub external_id: String,
        pub product_id: Option<ProductId>,
        pub title: String,
        pub sku: String,
        pub quantity: i64,
        /// For one.
        pub price: i64,
    }
}

row! {
    /// A parcel.
    #[derive(PartialEq)]
    pub struct Shipment {
        pub external_id: String,
        pub carrier: String,
        /// The number by which the carrier knows it.
        pub tracking: String,
        /// Where one sees how far it is; empty, or an address that begins with `https://`.
        pub url: String,
        pub state: Way,
        pub shipped_at: Option<Timestamp>,
        pub delivered_at: Option<Timestamp>,
    }
}

row! {
    /// Money that came, or should have.
    #[derive(PartialEq)]
    pub struct Paid {
        pub external_id: String,
        pub method: String,
        pub amount: i64,
        pub state: Payment,
        pub paid_at: Option<Timestamp>,
    }
}

row! {
    /// Money that went back.
    #[derive(PartialEq)]
    pub struct Refund {
        pub external_id: String,
        pub amount: i64,
        pub reason: String,
        pub refunded_at: Option<Timestamp>,
    }
}
