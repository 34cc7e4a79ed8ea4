//! What the form of offers says.

use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    conversations::ConversationId,
    error::invalid,
    orders::{self, OrderId},
    remedies::{NewRemedy, above::PassedLimits},
};
use tend_store::Tx;
use tend_views::{parts::Problems, remedies as offers};

/// What a form of offers says; an empty text is nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    pub(super) order: String,
    pub(super) conversation: String,
    pub(super) reason: String,
    /// Of a button: `waive_shipping:490`.
    pub(super) offer: String,
    pub(super) kind: String,
    pub(super) amount: String,
    pub(super) note: String,
    pub(super) key: String,
    /// For what the form said before that it needs approval: [`Said::own`].
    pub(super) seen: String,
}

impl Said {
    pub(super) fn order(&self) -> Result<OrderId> {
        self.order.parse().map_err(|_| tend_core::error::not_found("order"))
    }

    pub(super) fn conversation(&self) -> Option<ConversationId> {
        self.conversation.parse().ok()
    }

    /// What the form of any kind and amount says; nothing if it was a button with an offer.
    pub(super) fn own(&self) -> Option<String> {
        self.offer.is_empty().then(|| format!("{}:{}", self.kind, self.amount.trim()))
    }

    /// Whether it says that it needs approval before it is asked for.
    pub(super) fn is_to_be_seen(&self) -> bool {
        self.own().is_some_and(|own| own != self.seen)
    }

    /// What a form shows again, when it could not be taken.
    pub(super) fn shown(&self, wrong: &Shown) -> offers::Said {
        let is_again = !wrong.problems.is_empty() || !wrong.passed.0.is_empty();
        let is_own = is_again && self.offer.is_empty();
        let (kind, amount, note) = (self.kind.clone(), self.amount.clone(), self.note.clone());
        let seen = self.own().unwrap_or_default();
        offers::Said { is_own, kind, amount, note, passed: wrong.passed.clone(), seen }
    }

    /// Says what is wrong beside the field that it is about: a limit beside the amount.
    pub(super) fn beside(&self, problems: Problems) -> Problems {
        if !self.offer.is_empty() {
            return problems;
        }
        let at = |field: String| match field.as_str() {
            "" if self.amount.trim().is_empty() => "kind".to_owned(),
            "" => "amount".to_owned(),
            _ => field,
        };
        problems.0.into_iter().map(|(field, text)| (at(field), text)).collect()
    }

    /// What is asked for; the amount is one of the order's currency.
    pub(super) fn remedy(&self, tx: &mut Tx, me: &Me) -> Result<NewRemedy> {
        let order = self.order()?;
        let (kind, amount) = match self.offer.split_once(':') {
            Some((kind, amount)) => (kind, amount.parse().ok()),
            None if self.amount.trim().is_empty() => (self.kind.as_str(), None),
            None => {
                let currency = orders::find(tx, me, order)?.order.currency;
                let read = currency.read(&self.amount).filter(|it| *it > 0);
                let why = "Write an amount, such as 12.50.";
                (self.kind.as_str(), Some(read.ok_or_else(|| invalid("amount", why))?))
            }
        };
        Ok(NewRemedy {
            order,
            conversation: self.conversation(),
            reason: self.reason.parse().map_err(|_| invalid("reason", "Choose a reason."))?,
            kind: kind.parse().map_err(|why: &str| invalid("kind", why))?,
            amount,
            note: self.note.clone(),
            key: Some(self.key.clone()).filter(|it| !it.is_empty() && it.len() <= 200),
        })
    }
}

/// What is shown beside the offers, where a form was sent and nothing was asked for yet.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) problems: Problems,
    /// The limits above which somebody else has to approve it.
    pub(super) passed: PassedLimits,
}
