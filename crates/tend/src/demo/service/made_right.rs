//! What went wrong with orders, and what was given for it.

use tend_core::{
    Result,
    remedies::{self, Kind, NewRemedy, RemedyId, State, decide, hand, reasons},
};
use tend_store::Tx;

use super::{
    Act, DAY, Next, World,
    orders::{self, Bought, Fate},
};

/// Somebody asks for a remedy.
#[derive(Clone, Debug)]
pub struct Made {
    pub minute: i64,
    order: usize,
    /// By its place among the reasons that every company begins with.
    reason: usize,
    kind: Kind,
    amount: Option<i64>,
    agent: usize,
    note: &'static str,
    then: Then,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It is approved if need be, and carried out after so many minutes.
    Done(i64),
    /// It waits for somebody else.
    Waits,
    /// It is approved, and still to be carried out.
    Owed,
    Declined,
    Failed,
}

const DAMAGED: usize = 0;
const NOT_AS_DESCRIBED: usize = 2;
const LATE: usize = 3;
const LOST: usize = 4;
const CHANGED_THEIR_MIND: usize = 5;

/// All of them: what the shops say went back was asked for before.
pub fn all(orders: &[Bought], end: i64) -> Vec<Made> {
    let mut all = Vec::new();
    for (order, it) in orders.iter().enumerate() {
        let agent = (it.number % 3 + 1) as usize;
        let one = |minute, reason, kind, amount, note, then| Made {
            minute,
            order,
            reason,
            kind,
            amount,
            agent,
            note,
            then,
        };
        if let (Fate::Refunded { amount, .. }, Some((at, _))) = (it.fate, it.refunded()) {
            let minute = at - DAY - 200;
            let (kind, amount) = match amount >= it.goods() {
                true => (Kind::PartialRefund, Some(it.goods())),
                false => (Kind::PartialRefund, Some(amount)),
            };
            let reason = [DAMAGED, NOT_AS_DESCRIBED, DAMAGED, CHANGED_THEIR_MIND, 1][order % 5];
            if minute < end {
                all.push(one(minute, reason, kind, amount, "", Then::Done(DAY)));
            }
        } else if order % 21 == 8 && it.fate == Fate::Good && it.delivered() + 3 * DAY < end {
            let (reason, kind, amount, note) = match order / 21 % 5 {
                0 => (LATE, Kind::Discount, Some(1_500), "For the wait."),
                1 => (7, Kind::GoodwillNote, None, "Answered after three days. Said sorry."),
                2 => (DAMAGED, Kind::Reship, None, "The housing was cracked."),
                3 => (LATE, Kind::StoreCredit, Some(1_000), ""),
                _ => (7, Kind::GiftCard, Some(2_500), ""),
            };
            let then = Then::Done(5 * 60);
            all.push(one(it.delivered() + 2 * DAY, reason, kind, amount, note, then));
        }
    }
    all.extend(of_late(orders, end));
    all
}

/// What is on its way now.
fn of_late(orders: &[Bought], end: i64) -> Vec<Made> {
    let mut all = Vec::new();
    let mut one =
        |buyer, before, agent, (reason, kind, amount): (usize, Kind, Option<i64>), note, then| {
            let minute = end - before;
            // The newest that was known by then, and of which so much can go back: told from another
            // day, that is another order.
            let least = amount.filter(|_| kind.is_refund()).unwrap_or(0);
            let fits = |it: &Bought| {
                let known = it.told(end).first().is_some_and(|it| it.0 < minute - DAY);
                it.buyer == buyer && it.fate == Fate::Good && it.goods() >= least && known
            };
            if let Some(order) = orders.iter().rposition(fits) {
                all.push(Made { minute, order, reason, kind, amount, agent, note, then });
            }
        };
    let whole = (CHANGED_THEIR_MIND, Kind::FullRefund, None);
    one(11, 130, 1, whole, "The probe comes back unopened, with the label of Monday.", Then::Waits);
    let some = (DAMAGED, Kind::PartialRefund, Some(7_500));
    one(0, 55, 2, some, "Two of six probes read four degrees too warm.", Then::Waits);
    let again = (LOST, Kind::Reship, None);
    one(3, 260, 2, again, "The carrier lost the pallet in Leipzig.", Then::Owed);
    let some = (NOT_AS_DESCRIBED, Kind::PartialRefund, Some(2_000));
    one(6, 3 * DAY, 1, some, "The bracket does not fit the bench.", Then::Owed);
    let much = (LATE, Kind::GiftCard, Some(12_000));
    one(7, 6 * DAY, 2, much, "They wrote three times.", Then::Declined);
    let back = (DAMAGED, Kind::PartialRefund, Some(1_990));
    one(4, 8 * DAY, 1, back, "", Then::Failed);
    all
}

/// Somebody asks for it, and somebody else decides where that has to be.
pub fn ask(tx: &mut Tx, world: &World, n: usize) -> Result<Next> {
    let it = &world.remedies[n];
    let Some(order) = orders::known(tx, world, it.order)? else { return Ok(Next::new()) };
    let (me, other) = (world.me(tx, it.agent)?, world.me(tx, if it.agent == 3 { 0 } else { 3 })?);
    let Some(reason) = reasons::all(tx)?.get(it.reason).map(|it| it.id) else {
        return Ok(Next::new());
    };
    let new = NewRemedy {
        order,
        conversation: None,
        reason,
        kind: it.kind,
        amount: it.amount,
        note: it.note.to_owned(),
        key: Some(format!("demo-{n}")),
    };
    let id = remedies::request(tx, &me, &new)?;
    let pending = remedies::find(tx, &me, id)?.state == State::Pending;
    match it.then {
        Then::Waits => Ok(Next::new()),
        Then::Declined if pending => {
            let why = "They have a credit of 150 € from March that is not used yet.";
            decide::decline(tx, &other, id, why).map(|()| Next::new())
        }
        then => {
            if pending {
                decide::approve(tx, &other, id, "")?;
            }
            Ok(match then {
                Then::Done(wait) => vec![(wait, Act::Settled(n, id))],
                Then::Failed => vec![(DAY, Act::Settled(n, id))],
                _ => Next::new(),
            })
        }
    }
}

/// A person carried it out at the shop, or could not.
pub fn settle(tx: &mut Tx, world: &World, n: usize, id: RemedyId) -> Result<Next> {
    let it = &world.remedies[n];
    let me = world.me(tx, it.agent)?;
    if !remedies::find(tx, &me, id)?.state.is_open() {
        return Ok(Next::new());
    }
    match it.then {
        Then::Failed => hand::not_done(tx, &me, id, "The card is closed; the bank sent it back.")?,
        _ => hand::done(tx, &me, id, &format!("R-{}", 4_100 + n))?,
    }
    Ok(Next::new())
}
