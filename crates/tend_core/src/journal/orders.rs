//! What the journal says of orders and of shops.

use serde::{Deserialize, Serialize};

/// That something happened with an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderMoved {
    pub order: String,
    /// As the customer knows it: `#1001`.
    pub number: String,
    /// `placed`, `paid`, `shipped`, `delivered`, `refunded`, `cancelled`, `deleted` or `redacted`.
    pub step: String,
    /// How much, or with whom it travels; never who it was.
    pub detail: String,
}

/// That a shop was connected, changed, or given another secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShopSaved {
    pub name: String,
    /// `connected`, `changed`, `secret`, `disabled`, `enabled` or `request_done`.
    pub how: String,
}

/// That a customer was given a link to their orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdersShown {
    /// `agent` handed it over, or it went by `mail` to the address that asked.
    pub how: String,
}
