//! Asking for a remedy: the quote is frozen, and counts against all limits from now on.

use jiff::SignedDuration;
use tend_store::{StoreError, Tx};

use super::{
    Kind, ReasonId, Remedy, RemedyId, State, Way,
    above::{self, PassedLimits},
    carry, decide, known,
    limits::{self, Giving, Limits},
    quote, reasons, tell,
};
use crate::{
    Result,
    agents::{Me, Permission},
    contacts::ContactId,
    conversations::{self, ConversationId},
    error::{invalid, refused},
    fold,
    jobs::{self, Job},
    money::days,
    orders::{self, Order, OrderId},
    outreach::pauses,
};

/// So long somebody may decide.
pub const DECIDED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// What is asked for.
#[derive(Clone, Debug)]
pub struct NewRemedy {
    pub order: OrderId,
    /// Where it was talked about.
    pub conversation: Option<ConversationId>,
    pub reason: ReasonId,
    pub kind: Kind,
    /// Minor units of the order's currency. Of a full refund, of waived shipping and of a note it
    /// follows from the order; of goods that are sent again it is the order's total unless named.
    pub amount: Option<i64>,
    pub note: String,
    /// The same again is the same remedy: a form that is sent twice.
    pub key: Option<String>,
}

/// A remedy that may be asked for, with what it is worth and the limits that it passes.
struct Weighed {
    order: Order,
    contact: ContactId,
    conversation: Option<ConversationId>,
    /// Minor units of the order's currency.
    amount: i64,
    home_amount: i64,
    day: i64,
    passed: PassedLimits,
}

/// Asks for a remedy. What the role may give alone, and no limit keeps back, is carried out at
/// once; more once somebody else approved it.
///
/// # Errors
/// Refused, when a limit would be passed above which nobody gives, by a sentence that says which,
/// and when nobody else may approve it; Invalid under `amount` or `reason`; NotFound.
pub fn request(tx: &mut Tx, me: &Me, new: &NewRemedy) -> Result<RemedyId> {
    me.require(Permission::RemediesGive)?;
    if let Some(id) = known::by_key(tx, new.key.as_deref())? {
        return Ok(id);
    }
    let weighed = weigh(tx, me, new)?;
    let id = insert(tx, me, new, &weighed)?;
    pauses::begin(tx, weighed.contact, pauses::Why::Remedy, id.raw())?;
    let it = known::fetch(tx, id)?;
    tell::record(tx, Some(me), &it, "requested", &it.note)?;
    match it.needs_approval {
        true => wait(tx, me, &it)?,
        false => carry::owe(tx, me, &it)?,
    }
    Ok(id)
}

/// The limits that a remedy would pass, so that somebody else would have to approve it; nothing is
/// asked for. None also for a form that was sent already.
///
/// # Errors
/// As [`request`].
pub fn passes(tx: &mut Tx, me: &Me, new: &NewRemedy) -> Result<PassedLimits> {
    me.require(Permission::RemediesGive)?;
    match known::by_key(tx, new.key.as_deref())? {
        Some(_) => Ok(PassedLimits::default()),
        None => Ok(weigh(tx, me, new)?.passed),
    }
}

fn weigh(tx: &mut Tx, me: &Me, new: &NewRemedy) -> Result<Weighed> {
    let order = orders::find(tx, me, new.order)?.order;
    let contact = whose(&order)?;
    if reasons::find(tx, new.reason)?.archived_at.is_some() {
        return Err(invalid("reason", "This reason is not used any more."));
    }
    let conversation = match new.conversation {
        Some(id) => Some(conversations::find_visible(tx, me, id)?.id),
        None => None,
    };
    let amount = quote::worth(tx, &order, new.kind, new.amount)?;
    let day = days::today(tx)?;
    let home_amount = quote::at_home(tx, amount, order.currency, day)?;
    let limits = limits::all(tx)?;
    let giving = Giving { me, order: &order, contact, kind: new.kind, day };
    let passed = held(tx, &limits, &giving, (amount, home_amount))?;
    Ok(Weighed { order, contact, conversation, amount, home_amount, day, passed })
}

/// The limits that so much passes, all of them such that somebody else may approve it.
///
/// # Errors
/// Refused, by a sentence that says why nobody gives it.
pub(super) fn held(
    tx: &mut Tx,
    limits: &Limits,
    it: &Giving<'_>,
    (amount, home_amount): (i64, i64),
) -> Result<PassedLimits> {
    fits(tx, it.order, it.kind, amount)?;
    let rooms = limits::rooms(tx, limits, it)?;
    let passed = above::weigh(tx, limits, &rooms, it, (amount, home_amount))?;
    if !passed.0.is_empty() && decide::who_may(tx, limits, it.me.id, home_amount)?.is_empty() {
        return Err(refused(format!(
            "{} Somebody else has to approve it, and nobody else here may.",
            passed.sentences().join(" ")
        )));
    }
    Ok(passed)
}

/// Whose order it is: nobody's is made right.
pub(super) fn whose(order: &Order) -> Result<ContactId> {
    order.contact_id.ok_or_else(|| {
        refused("It is not known whose order this is, so nothing can be given for it.")
    })
}

/// What goes back is never more than what is left of the order.
fn fits(tx: &mut Tx, order: &Order, kind: Kind, amount: i64) -> Result<()> {
    if order.gone_at.is_some() {
        return Err(refused("The shop deleted this order."));
    }
    if kind.is_refund() {
        let left = quote::refundable(tx, order, None)?;
        if amount > left {
            let left = order.currency.exact(left);
            return Err(refused(format!("Of this order only {left} is left to refund.")));
        }
    }
    if kind == Kind::WaiveShipping {
        let waived: i64 = tx.scalar(
            "SELECT count(*) AS n FROM remedies
             WHERE order_id = $1 AND counts AND kind = 'waive_shipping'",
            &[order.id.into()],
        )?;
        if waived > 0 {
            return Err(refused("The shipping of this order was waived already."));
        }
    }
    Ok(())
}

fn insert(tx: &mut Tx, me: &Me, new: &NewRemedy, it: &Weighed) -> Result<RemedyId> {
    let (id, now) = (RemedyId::new(tx), tx.now());
    let needs_approval = !it.passed.0.is_empty();
    let state = if needs_approval { State::Pending } else { State::Approved };
    tx.execute(
        "INSERT INTO remedies (id, order_id, shop_id, contact_id, conversation_id, reason_id, kind,
             amount, currency, home_amount, note, state, way, counts, key, role_id, day,
             requested_by, requested_at, needs_approval, passed_limits, sends)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, TRUE, $14, $15, $16, $17,
             $18, $19, $20, 0)",
        &[
            id.into(),
            it.order.id.into(),
            it.order.shop_id.into(),
            it.contact.into(),
            it.conversation.into(),
            new.reason.into(),
            new.kind.into(),
            it.amount.into(),
            it.order.currency.into(),
            it.home_amount.into(),
            fold::shorten(new.note.trim(), 2000).into(),
            state.into(),
            Way::None.into(),
            new.key.as_deref().into(),
            me.role_id.into(),
            it.day.into(),
            me.id.into(),
            now.into(),
            needs_approval.into(),
            (&it.passed).into(),
        ],
    )?;
    Ok(id)
}

/// Until somebody else decides, or the time is over.
fn wait(tx: &mut Tx, me: &Me, it: &Remedy) -> Result<()> {
    let until =
        tx.now().checked_add(DECIDED_WITHIN).map_err(|it| StoreError::Failed(it.to_string()))?;
    tx.execute("UPDATE remedies SET expires_at = $2 WHERE id = $1", &[it.id.into(), until.into()])?;
    jobs::at(tx, until, &Job::ExpireRemedy { remedy: it.id.to_string() })?;
    let limits = limits::all(tx)?;
    for agent in decide::who_may(tx, &limits, me.id, it.home_amount)? {
        tell::notify(tx, Some(me), agent, "remedy_asked", it)?;
    }
    Ok(())
}
