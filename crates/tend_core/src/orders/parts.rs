//! Parts of an order and what they say together.
//!
//! Of each part the newest version stays. That is the greatest of (time, tie, text), whichever
//! came first, so taking parts in commutes, and doing it twice is doing it once.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Fulfilment, Payment, Way};
use crate::money::Currency;

/// The order itself, as the shop says all of it.
pub const ORDER: &str = "order";
/// Stripe's checkout, which knows what a payment does not.
pub const SESSION: &str = "session";
/// That it was deleted.
pub const GONE: &str = "gone";

/// A part as a shop told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The shop's id of the order.
    pub order: String,
    pub part: String,
    /// When it became so, as the shop says.
    pub at: Timestamp,
    /// Among versions of the same time the greatest counts.
    pub tie: i64,
    pub piece: Piece,
}

/// What a part says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    Order(Box<State>),
    Parcel(Parcel),
    Back(Back),
    Gone,
}

/// An order as a shop says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub number: String,
    pub placed_at: Timestamp,
    #[serde(default)]
    pub cancelled_at: Option<Timestamp>,
    pub currency: Currency,
    /// Minor units, as all amounts.
    pub total: i64,
    #[serde(default)]
    pub tax: i64,
    #[serde(default)]
    pub shipping: i64,
    #[serde(default)]
    pub discount: i64,
    pub payment: Payment,
    pub fulfilment: Fulfilment,
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub buyer: Buyer,
    #[serde(default)]
    pub items: Vec<Item>,
    #[serde(default)]
    pub parcels: Vec<Parcel>,
    #[serde(default)]
    pub payments: Vec<Money>,
    #[serde(default)]
    pub refunds: Vec<Back>,
    /// What was refunded in all, where the shop says only that. Minor units.
    #[serde(default)]
    pub refunded: i64,
}

/// Who ordered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Buyer {
    /// The shop's id.
    pub id: String,
    pub email: String,
    pub phone: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    #[serde(default)]
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub sku: String,
    pub quantity: i64,
    /// For one.
    pub price: i64,
}

/// A shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    pub id: String,
    #[serde(default)]
    pub carrier: String,
    #[serde(default)]
    pub tracking: String,
    #[serde(default)]
    pub url: String,
    pub state: Way,
    #[serde(default)]
    pub shipped_at: Option<Timestamp>,
    #[serde(default)]
    pub delivered_at: Option<Timestamp>,
    /// When it became so; for those of an order that say nothing, the order's own time.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    pub id: String,
    #[serde(default)]
    pub method: String,
    pub amount: i64,
    pub state: Payment,
    #[serde(default)]
    pub paid_at: Option<Timestamp>,
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Back {
    pub id: String,
    pub amount: i64,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub refunded_at: Option<Timestamp>,
}

/// A part as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub part: String,
    pub at: Timestamp,
    pub tie: i64,
    pub piece: Piece,
}

/// What the parts say together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Folded {
    pub state: State,
    pub changed_at: Timestamp,
    pub gone_at: Option<Timestamp>,
}

/// `None` while only pieces are known of an order, and not the order.
pub(super) fn fold(parts: &[Kept]) -> Option<Folded> {
    let wholes = parts.iter().filter_map(|it| match &it.piece {
        Piece::Order(state) => Some((it, state.as_ref())),
        _ => None,
    });
    // The order itself first; then what else tells of all of it, by name.
    let mut wholes: Vec<_> = wholes.collect();
    wholes.sort_by_key(|(it, _)| (it.part != ORDER, it.part != SESSION, it.part.as_str()));
    let ((main, base), others) = wholes.split_first()?;
    let mut state = (*base).clone();
    let mut parcels: Vec<(Parcel, Timestamp)> =
        state.parcels.drain(..).map(|it| (it.clone(), it.changed_at.unwrap_or(main.at))).collect();
    for (_, other) in others {
        overlay(&mut state, other);
    }
    for it in parts {
        match &it.piece {
            Piece::Parcel(parcel) => put_parcel(&mut parcels, parcel, it.at, main.at),
            Piece::Back(back) if !state.refunds.iter().any(|known| known.id == back.id) => {
                state.refunds.push(back.clone());
            }
            _ => {}
        }
    }
    parcels.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    state.parcels = parcels.into_iter().map(|it| it.0).collect();
    state.refunds.sort_by(|a, b| a.id.cmp(&b.id));
    state.refunded = state.refunded.max(state.refunds.iter().map(|it| it.amount).sum());
    let gone = parts.iter().find(|it| it.part == GONE).map(|it| it.at);
    // Whoever was asked after it was deleted, and told of it, has it again.
    let seen = main.at.as_microsecond().max(main.tie);
    Some(Folded {
        gone_at: gone.filter(|it| it.as_microsecond() >= seen),
        changed_at: parts.iter().map(|it| it.at).max().unwrap_or(main.at),
        state,
    })
}

/// The newer of both. One that the order does not name counts if it came to be after it.
fn put_parcel(all: &mut Vec<(Parcel, Timestamp)>, it: &Parcel, at: Timestamp, order: Timestamp) {
    match all.iter_mut().find(|known| known.0.id == it.id) {
        Some(known) if (known.1, known.0.state.far()) < (at, it.state.far()) => {
            *known = (it.clone(), at);
        }
        Some(_) => {}
        None if at >= order => all.push((it.clone(), at)),
        None => {}
    }
}

/// What another telling of the whole adds: what was not known, and what money became since.
fn overlay(state: &mut State, other: &State) {
    let fill = |to: &mut String, from: &String| {
        if to.is_empty() {
            to.clone_from(from);
        }
    };
    fill(&mut state.buyer.id, &other.buyer.id);
    fill(&mut state.buyer.email, &other.buyer.email);
    fill(&mut state.buyer.phone, &other.buyer.phone);
    fill(&mut state.buyer.name, &other.buyer.name);
    fill(&mut state.url, &other.url);
    if state.items.is_empty() {
        state.items.clone_from(&other.items);
    }
    for it in &other.payments {
        match state.payments.iter_mut().find(|known| known.id == it.id) {
            Some(known) => *known = it.clone(),
            None => state.payments.push(it.clone()),
        }
    }
    for it in &other.refunds {
        if !state.refunds.iter().any(|known| known.id == it.id) {
            state.refunds.push(it.clone());
        }
    }
    state.refunded = state.refunded.max(other.refunded);
    let was_open = !state.payment.is_paid() && state.payment != Payment::Voided;
    let went_back = matches!(other.payment, Payment::Refunded | Payment::PartiallyRefunded);
    if went_back || (was_open && other.payment == Payment::Paid) {
        state.payment = other.payment;
    }
}

impl Piece {
    /// Takes out of it who it was.
    pub(super) fn scrub(&mut self) {
        let scrub = |it: &mut Parcel| {
            (it.tracking, it.url) = (String::new(), String::new());
        };
        match self {
            Self::Order(state) => {
                state.buyer = Buyer::default();
                state.url = String::new();
                state.parcels.iter_mut().for_each(scrub);
                state.refunds.iter_mut().for_each(|it| it.reason = String::new());
            }
            Self::Parcel(it) => scrub(it),
            Self::Back(it) => it.reason = String::new(),
            Self::Gone => {}
        }
    }
}
