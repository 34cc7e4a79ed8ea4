//! How shops send what they tell: with a try after another, and not for ever.

use jiff::{SignedDuration, Timestamp};
use tend_core::orders::ShopKind;

use super::Telling;

/// Whether a webhook is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// WooCommerce and Stripe switch it off.
    Disabled,
    /// Shopify deletes the subscription.
    Removed,
}

/// A subscription at a shop.
pub struct Webhook {
    kind: ShopKind,
    pub standing: Standing,
    /// In a row.
    failures: usize,
    waiting: Vec<Waiting>,
    /// How often something was tried.
    pub tries: usize,
}

struct Waiting {
    due: Timestamp,
    first: Timestamp,
    tried: usize,
    telling: Telling,
}

/// Shopify tries eight times more, over four hours. Minutes after the try before.
const SHOPIFY: [i64; 8] = [1, 3, 6, 15, 30, 45, 60, 80];
/// WooCommerce counts failures and switches off when there were more than so many before.
const WOOCOMMERCE: usize = 5;
/// Stripe waits twice as long each time, from five minutes on, for three days.
const STRIPE_FIRST: i64 = 5;
const STRIPE_DAYS: i64 = 3;

impl Webhook {
    pub fn new(kind: ShopKind) -> Self {
        Self { kind, standing: Standing::Active, failures: 0, waiting: Vec::new(), tries: 0 }
    }

    /// Something happened at the shop: it is told, as long as the webhook is there.
    pub fn happens(&mut self, it: &Telling) {
        if self.standing == Standing::Active {
            let telling = it.clone();
            self.waiting.push(Waiting { due: it.at, first: it.at, tried: 0, telling });
        }
    }

    /// Tries what is due until a time, in the order of time. `deliver` answers with a status.
    pub fn until(&mut self, now: Timestamp, mut deliver: impl FnMut(&Telling) -> u16) {
        while self.standing == Standing::Active {
            let next = (0..self.waiting.len()).min_by_key(|at| self.waiting[*at].due);
            let Some(at) = next.filter(|at| self.waiting[*at].due <= now) else { return };
            let it = self.waiting.remove(at);
            self.tries += 1;
            if (200..300).contains(&deliver(&it.telling)) {
                self.failures = 0;
            } else {
                self.failed(it);
            }
        }
        self.waiting.clear();
    }

    fn failed(&mut self, it: Waiting) {
        self.failures += 1;
        match self.kind {
            ShopKind::Shopify => match SHOPIFY.get(it.tried) {
                Some(minutes) => self.again(it, *minutes),
                None => self.standing = Standing::Removed,
            },
            // What was not taken is lost.
            ShopKind::WooCommerce if self.failures > WOOCOMMERCE + 1 => {
                self.standing = Standing::Disabled;
            }
            ShopKind::WooCommerce => {}
            _ => {
                let minutes = STRIPE_FIRST << it.tried.min(10);
                let given_up = it.first + SignedDuration::from_hours(24 * STRIPE_DAYS);
                match it.due + SignedDuration::from_mins(minutes) > given_up {
                    true => self.standing = Standing::Disabled,
                    false => self.again(it, minutes),
                }
            }
        }
    }

    fn again(&mut self, it: Waiting, minutes: i64) {
        let due = it.due + SignedDuration::from_mins(minutes);
        self.waiting.push(Waiting { due, tried: it.tried + 1, ..it });
    }
}
