//! What a shop is asked and told when it carries out a remedy: first what it knows of it, then, if
//! that is nothing, to do it. Pure: what is sent goes through the guarded client, elsewhere.

mod shopify;
mod stripe;
mod woocommerce;

use jiff::Timestamp;
use serde_json::Value;

use super::{Kind, RemedyId};
use crate::{money::Currency, orders::ShopKind};

/// What a shop is to carry out.
#[derive(Clone, Debug)]
pub struct Errand {
    pub remedy: RemedyId,
    pub shop: ShopKind,
    pub address: String,
    /// Sealed for [`ACCESS`](crate::orders::shops::ACCESS).
    pub access_key: String,
    pub kind: Kind,
    /// Minor units.
    pub amount: i64,
    pub currency: Currency,
    /// The shop's id of the order.
    pub order_key: String,
    /// The shop's id of the customer; may be empty.
    pub customer_key: String,
    /// May be empty.
    pub email: String,
    pub reason: String,
    pub now: Timestamp,
    /// Since when it is to be carried out.
    pub asked_at: Timestamp,
    /// How often the shop was told.
    pub sends: i64,
    pub sent_at: Option<Timestamp>,
}

/// A question to a shop.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub url: String,
    /// A body makes it a POST: its type and what it says.
    pub body: Option<(&'static str, String)>,
    /// By which the shop knows it again.
    pub idempotency_key: Option<String>,
}

/// What a shop knows of a remedy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// It was carried out.
    pub found: Option<Carried>,
    /// How much of the order can be refunded; `None`, if the remedy is no refund.
    pub refundable: Option<i64>,
    /// Why it can't be told to do it, in a sentence.
    pub refused: Option<String>,
    /// What telling it takes: the payments that are given back.
    handle: Vec<Back>,
}

/// So much can be given back of one payment.
#[derive(Clone, Debug, PartialEq)]
struct Back {
    payment: String,
    gateway: String,
    amount: i64,
}

/// What was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The shop's id of it.
    pub reference: String,
    /// For the customer.
    pub code: String,
}

/// What a shop says after it was told.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Done(Carried),
    /// It did nothing, and why.
    Refused(String),
    /// What it says can't be read: nobody knows.
    Unclear(String),
}

impl Errand {
    /// What is written beside it at the shop, by which it is found again.
    fn mark(&self) -> String {
        format!("[tend {}]", self.remedy)
    }

    /// For the shop's own books.
    fn note(&self) -> String {
        format!("{} {}", self.reason, self.mark())
    }

    /// What the shop knows of it. `code` is what a discount or a gift card is called.
    pub fn look(&self, code: &str) -> Question {
        match self.shop {
            ShopKind::Shopify => shopify::look(self, code),
            ShopKind::WooCommerce => woocommerce::look(self, code),
            _ => stripe::look(self),
        }
    }

    /// Reads the answer to [`look`](Self::look).
    ///
    /// # Errors
    /// A sentence, when it can't be read.
    pub fn looked(&self, code: &str, body: &[u8]) -> Result<Looked, String> {
        let json = json(body)?;
        match self.shop {
            ShopKind::Shopify => shopify::looked(self, code, &json),
            ShopKind::WooCommerce => woocommerce::looked(self, code, &json),
            _ => stripe::looked(self, &json),
        }
    }

    /// Tells the shop to do it.
    pub fn tell(&self, code: &str, known: &Looked) -> Question {
        match self.shop {
            ShopKind::Shopify => shopify::tell(self, code, known),
            ShopKind::WooCommerce => woocommerce::tell(self, code),
            _ => stripe::tell(self),
        }
    }

    /// Reads the answer to [`tell`](Self::tell).
    pub fn told(&self, code: &str, status: u16, body: &[u8]) -> Said {
        let read = json(body);
        match (status, read) {
            (200 | 201, Ok(it)) => match self.shop {
                ShopKind::Shopify => shopify::told(self, code, &it),
                ShopKind::WooCommerce => woocommerce::told(code, &it),
                _ => stripe::told(&it),
            },
            (401 | 403, _) => {
                Said::Refused("The shop does not accept the key for this.".to_owned())
            }
            // WooCommerce says so, with 500, when the gateway gives nothing back.
            (_, Ok(it)) if it["code"] == "woocommerce_rest_cannot_create_order_refund" => {
                Said::Refused(said(&it))
            }
            // Another request for the same is still under way.
            (409, _) => Said::Unclear("The shop is still at it.".to_owned()),
            (400..=499, Ok(it)) => Said::Refused(said(&it)),
            (400..=499, Err(_)) => {
                Said::Refused(format!("The shop answers with the status {status}."))
            }
            (status, _) => Said::Unclear(format!("The shop answers with the status {status}.")),
        }
    }
}

fn json(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|_| "The answer is no JSON.".to_owned())
}

/// The sentence in what a shop refuses with.
fn said(it: &Value) -> String {
    let places = [&it["message"], &it["error"]["message"], &it["errors"]];
    let text = places.into_iter().find_map(Value::as_str).unwrap_or("without a reason");
    format!("The shop refused it: {}", crate::fold::one_line(text, 200))
}

/// A text as it stands in a form or a query.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
