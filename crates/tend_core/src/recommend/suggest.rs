//! What is suggested to one customer, by the rules of the house, each with its reason.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use tend_stats::recommend::{
    ByVectors, Event, Learner, Past, Rated, Weight, past, rate_by_popularity, rate_by_weights,
};
use tend_store::{Tx, Value, row};

use super::{Arm, Offer, Standing, Version, current, lesson, offers, parts};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
    contacts::{self, ContactId},
    error::not_found,
    money::{ProductId, products},
    orders::OrderId,
    outreach::pauses,
};

/// Of a customer's past so many of the newest products have a say.
const PAST: usize = 50;
/// The rules of the house look at so many of the best.
const LOOKED_AT: usize = 200;
/// A margin of 100 % adds so much to a score, and smaller ones less in proportion.
const BOOST: f32 = 0.1;

/// Why a product is suggested: "Bought with …, 41 customers".
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What the customer bought.
    pub product: ProductId,
    pub name: String,
    /// How many customers bought both.
    pub customers: i64,
}

/// One product for a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub offer: Offer,
    /// None if it is on the list because most buy it.
    pub reason: Option<Reason>,
    /// Whether an opportunity with it is open for the account.
    pub is_open: bool,
}

/// What is suggested to a customer.
#[derive(Clone, Debug)]
pub struct Suggested {
    pub version: Version,
    pub arm: Arm,
    /// The best first.
    pub items: Vec<Suggestion>,
    /// Why nothing is suggested now: a whole sentence.
    pub withheld: Option<String>,
}

impl Suggested {
    fn nothing(version: Version, arm: Arm, why: impl Into<String>) -> Self {
        Self { version, arm, items: Vec::new(), withheld: Some(why.into()) }
    }
}

/// What one contact is likely to want next; nothing if nothing was ever learned, or for who may
/// not see orders.
///
/// # Errors
/// NotFound for a contact that one may not see.
pub fn of_contact(tx: &mut Tx, me: &Me, id: ContactId, most: usize) -> Result<Option<Suggested>> {
    beside_order(tx, me, id, None, most)
}

/// The same beside an order, without what stands in it.
pub fn beside_order(
    tx: &mut Tx,
    me: &Me,
    id: ContactId,
    order: Option<OrderId>,
    most: usize,
) -> Result<Option<Suggested>> {
    let contact = contacts::find_visible(tx, me, id)?;
    if !me.may(Permission::OrdersRead) {
        return Ok(None);
    }
    suggest(tx, contact.account_id, &[contact.id], contact.id, order, most)
}

/// The same for an account, by what all of its people bought.
pub fn of_account(
    tx: &mut Tx,
    me: &Me,
    id: AccountId,
    most: usize,
) -> Result<Option<(ContactId, Suggested)>> {
    let account = accounts::find_visible(tx, me, id)?;
    if !me.may(Permission::OrdersRead) {
        return Ok(None);
    }
    let people: Vec<ContactId> = tx.column(
        "SELECT id FROM contacts WHERE account_id = $1 AND merged_into IS NULL
         AND id IN (SELECT contact_id FROM orders) ORDER BY id LIMIT 50",
        &[account.id.into()],
    )?;
    // Who bought last decides on the arm, and is who it is shown for.
    let Some(first) = people.first().copied() else { return Ok(None) };
    let suggested = suggest(tx, account.id, &people, first, None, most)?;
    Ok(suggested.map(|it| (first, it)))
}

/// The same for a message that Tend writes by itself; nothing where there is nothing.
pub(crate) fn for_message(
    tx: &mut Tx,
    account: AccountId,
    id: ContactId,
    most: usize,
) -> Result<Option<Suggested>> {
    Ok(suggest(tx, account, &[id], id, None, most)?.filter(|it| !it.items.is_empty()))
}

fn suggest(
    tx: &mut Tx,
    account: AccountId,
    people: &[ContactId],
    whose: ContactId,
    beside: Option<OrderId>,
    most: usize,
) -> Result<Option<Suggested>> {
    let Some(version) = current(tx)? else { return Ok(None) };
    let arm = Arm::of(whose);
    if version.standing == Standing::TooFew {
        let why = version.why.clone();
        return Ok(Some(Suggested::nothing(version, arm, why)));
    }
    for it in people {
        if let Some(pause) = pauses::open(tx, *it)?.first() {
            let why = format!("Nothing is suggested now: {}.", lower(pause.why.label()));
            return Ok(Some(Suggested::nothing(version, arm, why)));
        }
    }
    let history = History::of(tx, people, beside)?;
    if history.past.is_empty() {
        let why = "Nothing is suggested before the first paid order.";
        return Ok(Some(Suggested::nothing(version, arm, why)));
    }
    let shelf = Shelf::of(tx, &version)?;
    let own = shelf.past(&history);
    let rated = match arm {
        Arm::Control => rate_by_popularity(&shelf.popularity),
        Arm::Personal => shelf.rate(tx, &own)?,
    };
    let mut items = by_the_house(tx, &shelf, &history, rated)?;
    items.truncate(most);
    let items = explained(tx, account, &shelf, &own, arm, items)?;
    Ok(Some(Suggested { version, arm, items, withheld: None }))
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

row! {
    struct Line {
        product_id: ProductId,
        placed_at: Timestamp,
        is_kept: bool,
    }
}

/// What somebody bought, and what came back.
struct History {
    /// Newest first.
    past: Vec<(ProductId, i64)>,
    back: HashSet<ProductId>,
    /// What is on its way to them, or stands in the order that is looked at.
    ordered: HashSet<ProductId>,
}

/// An order that is older than this is under way no more, whatever the shop says.
const UNDER_WAY: SignedDuration = SignedDuration::from_hours(24 * 90);

impl History {
    fn of(tx: &mut Tx, people: &[ContactId], beside: Option<OrderId>) -> Result<Self> {
        let sql = format!(
            "SELECT order_lines.product_id, orders.placed_at,
                    CASE WHEN {} THEN TRUE ELSE FALSE END AS is_kept
             FROM orders JOIN order_lines ON order_lines.order_id = orders.id
             WHERE orders.contact_id IN ({}) AND order_lines.product_id IS NOT NULL
               AND orders.payment IN ('paid', 'partially_refunded', 'refunded')
             ORDER BY orders.placed_at DESC, orders.id, order_lines.id LIMIT 1000",
            lesson::KEPT,
            tend_store::placeholders(1, people.len())
        );
        let args: Vec<Value> = people.iter().map(|it| (*it).into()).collect();
        let lines: Vec<Line> = tx.rows(&sql, &args)?;
        let (kept, back): (Vec<_>, Vec<_>) = lines.into_iter().partition(|it| it.is_kept);
        Ok(Self {
            past: kept.iter().map(|it| (it.product_id, it.placed_at.as_microsecond())).collect(),
            back: back.iter().map(|it| it.product_id).collect(),
            ordered: Self::ordered(tx, people, beside)?,
        })
    }

    /// What stands in orders that are not paid or not sent yet, and in one order whatever its state.
    fn ordered(
        tx: &mut Tx,
        people: &[ContactId],
        beside: Option<OrderId>,
    ) -> Result<HashSet<ProductId>> {
        let sql = format!(
            "SELECT DISTINCT order_lines.product_id
             FROM orders JOIN order_lines ON order_lines.order_id = orders.id
             WHERE order_lines.product_id IS NOT NULL AND orders.contact_id IN ({})
               AND (orders.id = $1 OR orders.placed_at > $2
                    AND orders.cancelled_at IS NULL AND orders.gone_at IS NULL
                    AND orders.payment NOT IN ('refunded', 'voided', 'failed')
                    AND (orders.payment IN ('pending', 'authorized', 'partially_paid')
                         OR orders.fulfilment IN ('unfulfilled', 'partial')))",
            tend_store::placeholders(3, people.len())
        );
        let since = tx.now() - UNDER_WAY;
        let mut args: Vec<Value> = vec![beside.map_or(0, OrderId::raw).into(), since.into()];
        args.extend(people.iter().map(|it| Value::from(*it)));
        Ok(tx.column::<ProductId>(&sql, &args)?.into_iter().collect())
    }

    fn owns(&self, id: ProductId) -> bool {
        self.past.iter().any(|it| it.0 == id)
    }
}

/// What a version knows of all products.
struct Shelf {
    version: Version,
    ids: Vec<i64>,
    popularity: Vec<f32>,
}

impl Shelf {
    fn of(tx: &mut Tx, version: &Version) -> Result<Self> {
        let ids = parts::ids(&parts::one(tx, version.id, parts::PRODUCTS)?);
        let mut popularity = parts::floats(&parts::one(tx, version.id, parts::POPULARITY)?);
        popularity.resize(ids.len(), 0.0);
        Ok(Self { version: version.clone(), ids, popularity })
    }

    fn numbers(&self) -> HashMap<i64, u32> {
        self.ids.iter().copied().zip(0..).collect()
    }

    fn id(&self, number: u32) -> Option<ProductId> {
        self.ids.get(number as usize).map(|it| ProductId::from_raw(*it))
    }

    /// What is known of a past; what came after the learning says nothing.
    fn past(&self, history: &History) -> Vec<Past> {
        let numbers = self.numbers();
        let event = |(id, time): &(ProductId, i64)| {
            let product = *numbers.get(&id.raw())?;
            Some(Event { product, time: *time, weight: 1.0 })
        };
        let events: Vec<Event> = history.past.iter().filter_map(event).collect();
        let mut own = past(&events);
        own.truncate(PAST);
        own
    }

    fn rate(&self, tx: &mut Tx, own: &[Past]) -> Result<Vec<Rated>> {
        let recipe = self.version.recipe;
        if let Some(vectors) = self.vectors(tx)? {
            return Ok(vectors.rate(&self.popularity, own));
        }
        if recipe.learner == Learner::Popularity {
            return Ok(rate_by_popularity(&self.popularity));
        }
        let numbers: Vec<i64> = own.iter().map(|it| i64::from(it.product)).collect();
        let mut weights: HashMap<i64, Vec<Weight>> =
            parts::some(tx, self.version.id, parts::WEIGHTS, &numbers)?
                .into_iter()
                .map(|(number, data)| (number, parts::weights(&data)))
                .collect();
        let kept: Vec<(Past, Vec<Weight>)> = own
            .iter()
            .map(|it| (*it, weights.remove(&i64::from(it.product)).unwrap_or_default()))
            .collect();
        Ok(rate_by_weights(&recipe, &self.popularity, &kept))
    }

    fn vectors(&self, tx: &mut Tx) -> Result<Option<ByVectors>> {
        if !matches!(self.version.recipe.learner, Learner::Als { .. }) {
            return Ok(None);
        }
        let id = self.version.id;
        let frame = parts::floats(&parts::one(tx, id, parts::FRAME)?);
        let some = parts::all(tx, id, parts::VECTORS)?;
        let vectors = some.iter().flat_map(|it| parts::floats(it)).collect();
        Ok(ByVectors::new(self.version.recipe, vectors, frame))
    }

    /// How many customers bought this product and each other one, for the best neighbours.
    fn pairs(&self, tx: &mut Tx, number: u32) -> Result<Vec<Weight>> {
        let found = parts::some(tx, self.version.id, parts::PAIRS, &[i64::from(number)])?;
        Ok(found.first().map(|it| parts::weights(&it.1)).unwrap_or_default())
    }
}

/// Leaves out what may not be suggested, and lifts what earns more, by a tenth at most.
fn by_the_house(
    tx: &mut Tx,
    shelf: &Shelf,
    history: &History,
    rated: Vec<Rated>,
) -> Result<Vec<(Rated, Offer)>> {
    let may = |it: &Rated| {
        let id = shelf.id(it.product);
        id.is_some_and(|id| !history.back.contains(&id) && !history.ordered.contains(&id))
    };
    let best: Vec<Rated> = rated.into_iter().filter(may).take(LOOKED_AT).collect();
    let ids: Vec<ProductId> = best.iter().filter_map(|it| shelf.id(it.product)).collect();
    let mut known: HashMap<i64, Offer> =
        offers::some(tx, &ids)?.into_iter().map(|it| (it.id.raw(), it)).collect();
    let mut all: Vec<(Rated, Offer)> = Vec::new();
    for mut it in best {
        let offer = shelf.id(it.product).and_then(|id| known.remove(&id.raw()));
        let Some(offer) = offer.filter(|it| it.why_not().is_none()) else { continue };
        if offer.is_durable && history.owns(offer.id) {
            continue;
        }
        let margin = offer.margin_percent.unwrap_or(0) as f32 / 100.0;
        if it.score > 0.0 {
            it.score *= 1.0 + BOOST * margin;
        }
        all.push((it, offer));
    }
    all.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
    Ok(all)
}

fn explained(
    tx: &mut Tx,
    account: AccountId,
    shelf: &Shelf,
    own: &[Past],
    arm: Arm,
    items: Vec<(Rated, Offer)>,
) -> Result<Vec<Suggestion>> {
    let open: Vec<ProductId> = tx.column(
        "SELECT product_id FROM opportunities
         WHERE account_id = $1 AND product_id IS NOT NULL AND stage NOT IN ('won', 'lost')",
        &[account.into()],
    )?;
    let vectors = match arm {
        Arm::Personal => shelf.vectors(tx)?,
        Arm::Control => None,
    };
    let mut all = Vec::with_capacity(items.len());
    for (rated, offer) in items {
        let because = match &vectors {
            Some(vectors) => {
                counted(tx, shelf, rated.product, &vectors.reasons(own, rated.product))?
            }
            None => rated.because,
        };
        let reason = match because.and_then(|it| Some((shelf.id(it.0)?, it.1))) {
            Some((id, customers)) => {
                let name = offers::some(tx, &[id])?.pop().map(|it| it.name).unwrap_or_default();
                Some(Reason { product: id, name, customers: i64::from(customers) })
            }
            None => None,
        };
        let is_open = open.contains(&offer.id);
        all.push(Suggestion { offer, reason, is_open });
    }
    Ok(all)
}

/// The first reason of which it is known how many customers bought both.
fn counted(
    tx: &mut Tx,
    shelf: &Shelf,
    product: u32,
    reasons: &[u32],
) -> Result<Option<(u32, u32)>> {
    let near = shelf.pairs(tx, product)?;
    let of = |from: &u32| near.iter().find(|it| it.product == *from && it.customers > 0);
    Ok(reasons.iter().find_map(|from| of(from).map(|it| (*from, it.customers))))
}

/// A product beside another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    pub offer: Offer,
    /// How well they go together, 0 to 1.
    pub similarity: f32,
    /// How many customers bought both.
    pub customers: i64,
    /// How many bought the product that was asked for.
    pub of: i64,
}

/// What was bought by the same customers as a product, the best first; a pair counts from two
/// customers on.
pub fn bought_with(tx: &mut Tx, me: &Me, id: ProductId, most: usize) -> Result<Vec<Beside>> {
    if !me.may(Permission::OrdersRead) {
        return Err(not_found("product"));
    }
    products::find(tx, me, id)?;
    let Some(version) = current(tx)? else { return Ok(Vec::new()) };
    let shelf = Shelf::of(tx, &version)?;
    let Some(number) = shelf.numbers().get(&id.raw()).copied() else { return Ok(Vec::new()) };
    let buyers = parts::counts(&parts::one(tx, version.id, parts::BUYERS)?);
    let of = i64::from(buyers.get(number as usize).copied().unwrap_or_default());
    let near = shelf.pairs(tx, number)?;
    let ids: Vec<ProductId> = near.iter().filter_map(|it| shelf.id(it.product)).collect();
    let mut known: HashMap<i64, Offer> =
        offers::some(tx, &ids)?.into_iter().map(|it| (it.id.raw(), it)).collect();
    let beside = near.into_iter().filter(|it| it.customers >= 2).filter_map(|it| {
        let offer = known.remove(&shelf.id(it.product)?.raw())?;
        Some(Beside { offer, similarity: it.weight, customers: i64::from(it.customers), of })
    });
    Ok(beside.take(most).collect())
}
