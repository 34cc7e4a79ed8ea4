//! Plans: what is offered for a reason, the default first. The first plan of a reason that fits
//! the order and the customer counts.

use tend_store::{Tx, row};

use super::{Kind, PlanId, ReasonId, reasons};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found, refused},
    journal::{self, Change, RemedyRulesSaved, Subject},
    tags::{self, TagId},
};

/// An offer of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub kind: Kind,
    pub much: Much,
}

/// How much is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Much {
    /// Of the order's total, in hundredths of a percent.
    Share(i64),
    /// Minor units of the home currency.
    Fixed(i64),
    /// The agent says it, or it follows from the order.
    Open,
}

/// When a plan counts; what is `None` does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// The order was placed so many days ago at most.
    pub most_days: Option<i64>,
    /// The order's total is so much at least, minor units of the home currency.
    pub least_value: Option<i64>,
    /// And so much at most.
    pub most_value: Option<i64>,
    /// The contact or their account carries this tag.
    pub tag: Option<TagId>,
    /// They had so many remedies in 12 months at most.
    pub most_prior: Option<i64>,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub id: PlanId,
    pub reason: ReasonId,
    pub when: When,
    /// The default first.
    pub offers: Vec<Offer>,
}

/// A plan has at most so many offers.
pub const MOST_OFFERS: usize = 5;
/// A reason has at most so many plans.
const MOST: usize = 20;

row! {
    struct Stored {
        id: PlanId,
        reason_id: ReasonId,
        most_days: Option<i64>,
        least_value: Option<i64>,
        most_value: Option<i64>,
        tag_id: Option<TagId>,
        most_prior: Option<i64>,
    }
}

row! {
    struct StoredOffer {
        plan_id: PlanId,
        kind: Kind,
        share: Option<i64>,
        amount: Option<i64>,
    }
}

/// All of them, by reason, in the order in which they are tried.
pub fn all(tx: &mut Tx) -> Result<Vec<Plan>> {
    let plans: Vec<Stored> = tx.rows(
        "SELECT id, reason_id, most_days, least_value, most_value, tag_id, most_prior
         FROM remedy_plans ORDER BY reason_id, place, id",
        &[],
    )?;
    let offers: Vec<StoredOffer> = tx.rows(
        "SELECT plan_id, kind, share, amount FROM remedy_offers ORDER BY plan_id, place, id",
        &[],
    )?;
    let whole = |it: Stored| Plan {
        id: it.id,
        reason: it.reason_id,
        when: When {
            most_days: it.most_days,
            least_value: it.least_value,
            most_value: it.most_value,
            tag: it.tag_id,
            most_prior: it.most_prior,
        },
        offers: offers.iter().filter(|one| one.plan_id == it.id).map(offer).collect(),
    };
    Ok(plans.into_iter().map(whole).collect())
}

fn offer(it: &StoredOffer) -> Offer {
    let much = match (it.share, it.amount) {
        (Some(share), _) => Much::Share(share),
        (_, Some(amount)) => Much::Fixed(amount),
        _ => Much::Open,
    };
    Offer { kind: it.kind, much }
}

/// One.
///
/// # Errors
/// NotFound.
pub fn find(tx: &mut Tx, id: PlanId) -> Result<Plan> {
    all(tx)?.into_iter().find(|it| it.id == id).ok_or(not_found("plan"))
}

/// Adds a plan before the others of its reason: the new one is the more special one.
pub fn add(
    tx: &mut Tx,
    me: &Me,
    reason: ReasonId,
    when: &When,
    offers: &[Offer],
) -> Result<PlanId> {
    me.require(Permission::RemediesManage)?;
    let known = all(tx)?.into_iter().filter(|it| it.reason == reason).count();
    if known >= MOST {
        return Err(refused(format!("A reason has at most {MOST} plans.")));
    }
    let name = reasons::find(tx, reason)?.name;
    let first: i64 = tx.scalar(
        "SELECT COALESCE(MIN(place), 1) AS n FROM remedy_plans WHERE reason_id = $1",
        &[reason.into()],
    )?;
    let id = PlanId::new(tx);
    tx.execute(
        "INSERT INTO remedy_plans (id, reason_id, place) VALUES ($1, $2, $3)",
        &[id.into(), reason.into(), (first - 1).into()],
    )?;
    put(tx, id, when, offers)?;
    record(tx, me, id, name)?;
    Ok(id)
}

/// Changes when it counts, and what it offers.
pub fn change(tx: &mut Tx, me: &Me, id: PlanId, when: &When, offers: &[Offer]) -> Result<()> {
    me.require(Permission::RemediesManage)?;
    let before = find(tx, id)?;
    if before.when == *when && before.offers == offers {
        return Ok(());
    }
    put(tx, id, when, offers)?;
    let name = reasons::find(tx, before.reason)?.name;
    record(tx, me, id, name)
}

/// Takes a plan away; what was given by it stays.
pub fn remove(tx: &mut Tx, me: &Me, id: PlanId) -> Result<()> {
    me.require(Permission::RemediesManage)?;
    let it = find(tx, id)?;
    tx.execute("DELETE FROM remedy_offers WHERE plan_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM remedy_plans WHERE id = $1", &[id.into()])?;
    let name = reasons::find(tx, it.reason)?.name;
    record(tx, me, id, name)
}

fn put(tx: &mut Tx, id: PlanId, when: &When, offers: &[Offer]) -> Result<()> {
    check(tx, when, offers)?;
    tx.execute(
        "UPDATE remedy_plans SET most_days = $2, least_value = $3, most_value = $4, tag_id = $5,
             most_prior = $6 WHERE id = $1",
        &[
            id.into(),
            when.most_days.into(),
            when.least_value.into(),
            when.most_value.into(),
            when.tag.into(),
            when.most_prior.into(),
        ],
    )?;
    tx.execute("DELETE FROM remedy_offers WHERE plan_id = $1", &[id.into()])?;
    for (offer, place) in offers.iter().zip(1_i64..) {
        let (row, (share, amount)) = (
            tx.next_id(),
            match offer.much {
                Much::Share(it) => (Some(it), None),
                Much::Fixed(it) => (None, Some(it)),
                Much::Open => (None, None),
            },
        );
        tx.execute(
            "INSERT INTO remedy_offers (id, plan_id, place, kind, share, amount)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[row.into(), id.into(), place.into(), offer.kind.into(), share.into(), amount.into()],
        )?;
    }
    Ok(())
}

fn check(tx: &mut Tx, when: &When, offers: &[Offer]) -> Result<()> {
    if offers.is_empty() || offers.len() > MOST_OFFERS {
        let why = format!("A plan offers 1 to {MOST_OFFERS} remedies.");
        return Err(invalid("offers", why));
    }
    let odd = |it: &Offer| match it.much {
        Much::Share(it) => !(1..=100_000).contains(&it),
        Much::Fixed(it) => it <= 0,
        Much::Open => false,
    };
    if offers.iter().any(odd) {
        let why = "Write how much as a share of the order, such as 20%, or as an amount.";
        return Err(invalid("offers", why));
    }
    let numbers = [when.most_days, when.least_value, when.most_value, when.most_prior];
    if numbers.iter().flatten().any(|it| *it < 0) {
        return Err(invalid("when", "A condition is a number from 0 up."));
    }
    if let Some(tag) = when.tag {
        tags::find(tx, tag)?;
    }
    Ok(())
}

fn record(tx: &mut Tx, me: &Me, id: PlanId, name: String) -> Result<()> {
    let change = Change::RemedyRulesSaved(RemedyRulesSaved { what: "plan".to_owned(), name });
    journal::record(tx, Actor::Agent(me.id), Subject::plain("remedy_plan", id.raw()), &change)
}
