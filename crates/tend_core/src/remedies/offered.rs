//! What an agent may offer for an order and a reason, with what is left of all limits.

use tend_store::{Tx, row};

use super::{
    Kind, PlanId, ReasonId,
    above::{self, Above, PassedLimits},
    limits::{self, Giving, Limits, Room},
    plans::{self, Much, Offer, Plan},
    quote, request,
};
use crate::{
    Error, Result,
    agents::{Me, Permission},
    contacts::{self, ContactId},
    money::{Currency, days, rates},
    orders::{self, Order, OrderId},
    tags,
};

/// One thing that can be done, or why it can't.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    pub kind: Kind,
    /// Minor units of the order's currency; `None`: the agent says it.
    pub amount: Option<i64>,
    /// The limits that it passes, so that somebody else has to approve it.
    pub passed: PassedLimits,
    /// Why it can't be given, in a sentence.
    pub refused: Option<String>,
    /// Nothing carries it out by itself: a person does.
    pub by_hand: bool,
}

/// What may be offered.
#[derive(Clone, Debug)]
pub struct Offers {
    pub order: Order,
    pub plan: Option<PlanId>,
    /// Of the plan, in its order: the first one that can be given is the default.
    pub planned: Vec<Offered>,
    /// Of the other kinds, those that can be given.
    pub others: Vec<Offered>,
    /// What one may give alone, in the home currency.
    pub alone: i64,
    /// What becomes of more than a limit.
    pub above: Above,
    pub home: Currency,
    pub rooms: Vec<Room>,
    pub before: Before,
}

impl Offers {
    /// The place of the default among the planned ones.
    pub fn default(&self) -> Option<usize> {
        self.planned.iter().position(|it| it.refused.is_none() && it.amount.is_some())
    }
}

/// What the customer was given in 12 months. It informs, and refuses nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    pub count: i64,
    /// Minor units of the home currency.
    pub given: i64,
    /// What they ordered in that time, in the order's currency alone, in the home currency.
    pub spent: i64,
}

impl Before {
    /// Three remedies or more, or more than a quarter of what they spent.
    pub fn is_often(&self) -> bool {
        self.count >= 3 || self.count > 0 && self.given.saturating_mul(4) > self.spent
    }
}

row! {
    struct Given {
        count: i64,
        given: i64,
    }
}

/// What may be offered for an order and a reason.
///
/// # Errors
/// Refused, when nothing can be given for this order at all; NotFound.
pub fn offers(tx: &mut Tx, me: &Me, order: OrderId, reason: ReasonId) -> Result<Offers> {
    me.require(Permission::RemediesGive)?;
    let order = orders::find(tx, me, order)?.order;
    let contact = request::whose(&order)?;
    let (day, limits, home) = (days::today(tx)?, limits::all(tx)?, rates::home(tx)?);
    let before = before(tx, &order, contact, day)?;
    let plan = matching(tx, &order, contact, reason, &before, day)?;
    let alone = limits::alone(tx, &limits, me.role_id)?;
    let giving = Giving { me, order: &order, contact, kind: Kind::GoodwillNote, day };
    let seen = Seen { me, order: &order, contact, day, limits: &limits };
    let mut planned: Vec<Offered> = Vec::new();
    for offer in plan.iter().flat_map(|it| &it.offers) {
        planned.push(seen.look(tx, *offer)?);
    }
    let mut others = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|kind| planned.iter().all(|it| it.kind != *kind)) {
        let one = seen.look(tx, Offer { kind, much: Much::Open })?;
        if one.refused.is_none() {
            others.push(one);
        }
    }
    let rooms = limits::rooms(tx, &limits, &giving)?;
    let plan = plan.map(|it| it.id);
    let above = above::policy(tx)?;
    Ok(Offers { plan, planned, others, alone, above, home, rooms, before, order })
}

/// The first plan that fits.
fn matching(
    tx: &mut Tx,
    order: &Order,
    contact: ContactId,
    reason: ReasonId,
    before: &Before,
    day: i64,
) -> Result<Option<Plan>> {
    let value = quote::at_home(tx, order.total, order.currency, day)?;
    let days = tx.now().duration_since(order.placed_at).as_hours() / 24;
    let account = contacts::find(tx, contact)?.account_id;
    let mut carried = tags::of(tx, contact.raw())?;
    carried.extend(tags::of(tx, account.raw())?);
    let fits = |it: &Plan| {
        let when = &it.when;
        it.reason == reason
            && when.most_days.is_none_or(|most| days <= most)
            && when.least_value.is_none_or(|least| value >= least)
            && when.most_value.is_none_or(|most| value <= most)
            && when.most_prior.is_none_or(|most| before.count <= most)
            && when.tag.is_none_or(|tag| carried.iter().any(|it| it.id == tag))
    };
    Ok(plans::all(tx)?.into_iter().find(fits))
}

struct Seen<'a> {
    me: &'a Me,
    order: &'a Order,
    contact: ContactId,
    day: i64,
    limits: &'a Limits,
}

impl Seen<'_> {
    fn look(&self, tx: &mut Tx, offer: Offer) -> Result<Offered> {
        let order = self.order;
        let asked = match offer.much {
            Much::Share(share) => Some(super::amount_of(order, share)),
            Much::Fixed(amount) => Some(quote::abroad(tx, amount, order.currency, self.day)?),
            Much::Open => None,
        };
        let shop = orders::shops::by_system(tx, order.shop_id)?;
        let by_shop = shop.is_asked() && offer.kind.is_carried_out_by(shop.kind);
        let mut it = Offered {
            kind: offer.kind,
            amount: None,
            passed: PassedLimits::default(),
            refused: None,
            by_hand: offer.kind != Kind::GoodwillNote && !by_shop,
        };
        match self.quoted(tx, offer.kind, asked) {
            Ok((amount, passed)) => {
                it.amount = Some(amount);
                it.passed = passed;
            }
            // How much is for the agent to say.
            Err(Error::Invalid(_)) if asked.is_none() => {}
            Err(Error::Refused(why)) => it.refused = Some(why.into_owned()),
            Err(Error::Invalid(_)) => {
                it.refused = Some("This comes to nothing for this order.".to_owned());
            }
            Err(other) => return Err(other),
        }
        Ok(it)
    }

    fn quoted(&self, tx: &mut Tx, kind: Kind, asked: Option<i64>) -> Result<(i64, PassedLimits)> {
        let amount = quote::worth(tx, self.order, kind, asked)?;
        let home_amount = quote::at_home(tx, amount, self.order.currency, self.day)?;
        let (me, order, contact, day) = (self.me, self.order, self.contact, self.day);
        let giving = Giving { me, order, contact, kind, day };
        Ok((amount, request::held(tx, self.limits, &giving, (amount, home_amount))?))
    }
}

fn before(tx: &mut Tx, order: &Order, contact: ContactId, day: i64) -> Result<Before> {
    let since = limits::a_year_ago(tx)?;
    let given: Option<Given> = tx.maybe(
        "SELECT count(*) AS count, CAST(COALESCE(SUM(home_amount), 0) AS BIGINT) AS given
         FROM remedies WHERE contact_id = $1 AND requested_at > $2 AND counts",
        &[contact.into(), since.into()],
    )?;
    let spent: i64 = tx.scalar(
        "SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) AS n FROM orders
         WHERE contact_id = $1 AND placed_at > $2 AND currency = $3
             AND payment IN ('paid', 'partially_refunded', 'refunded')",
        &[contact.into(), since.into(), order.currency.into()],
    )?;
    let spent = quote::at_home(tx, spent, order.currency, day)?;
    let it = given.unwrap_or(Given { count: 0, given: 0 });
    Ok(Before { count: it.count, given: it.given, spent })
}
