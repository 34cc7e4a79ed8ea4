use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

use super::{
    OrderId, ShopId,
    parts::{self, Kept, Piece, State, Told},
    shops, write,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{not_found, refused},
};

row! {
    struct Stored {
        part: String,
        at: Timestamp,
        tie: i64,
        data: String,
    }
}

/// Takes in what a shop told of one order, and says whether any of it was news. Told twice, late or
/// in another order it comes to the same.
pub fn take_in(tx: &mut Tx, shop: ShopId, told: &[Told]) -> Result<bool> {
    take_in_by(tx, Actor::System, shop, told)
}

fn take_in_by(tx: &mut Tx, by: Actor, shop: ShopId, told: &[Told]) -> Result<bool> {
    let Some(first) = told.first() else { return Ok(false) };
    let key = &first.order;
    let mut known = stored(tx, shop, key)?;
    let redacted = write::is_redacted(tx, shop, key)?;
    let mut news = false;
    for it in told.iter().filter(|it| it.order == *key) {
        let mut piece = it.piece.clone();
        if redacted {
            piece.scrub();
        }
        let data = text_of(&piece);
        let before = known.iter().find(|known| known.part == it.part);
        if before.is_some_and(|was| (was.at, was.tie, &was.data) >= (it.at, it.tie, &data)) {
            continue;
        }
        put(tx, shop, key, it, &data)?;
        // What was asked for is newer than what was told, and mostly says the same.
        news |= before.is_none_or(|was| was.data != data);
        known.retain(|known| known.part != it.part);
        known.push(Stored { part: it.part.clone(), at: it.at, tie: it.tie, data });
    }
    if !news {
        return Ok(false);
    }
    match parts::fold(&read(known)) {
        Some(folded) => write::write(tx, by, shop, key, &folded).map(|_| true),
        None => Ok(true),
    }
}

/// Records an order that comes from no shop, or what became of it: all of it, as it is now. The
/// `external_id` is what the caller knows it by; the same again changes the order.
pub fn record(
    tx: &mut Tx,
    me: &Me,
    shop: Option<ShopId>,
    external_id: &str,
    at: Option<Timestamp>,
    state: State,
) -> Result<OrderId> {
    me.require(Permission::OrdersEdit)?;
    let shop = match shop {
        Some(it) => shops::fetch(tx, it)?,
        None => shops::of_api(tx, me)?,
    };
    if shop.kind != super::ShopKind::Api {
        return Err(refused("Orders of this shop come from the shop itself. Change them there."));
    }
    let key = super::plain::key(external_id)?;
    let at = match at {
        Some(at) => at,
        None => newer(tx, shop.id, &key)?,
    };
    let told =
        super::plain::told(&key, at, state).map_err(|why| crate::error::invalid("order", why))?;
    take_in_by(tx, Actor::Agent(me.id), shop.id, &[told])?;
    write::by_key(tx, shop.id, &key)?.ok_or(not_found("order"))
}

/// Whether what is told of a whole order is known already; nothing for an order that is new.
pub(super) fn compared(tx: &mut Tx, shop: ShopId, it: &Told) -> Result<Option<bool>> {
    let known = stored(tx, shop, &it.order)?;
    let before = known.iter().find(|known| known.part == it.part);
    Ok(before.map(|was| was.data == text_of(&it.piece)))
}

/// Now, or a little after what is known, if that is later: who says nothing of the time says what
/// is newest.
fn newer(tx: &mut Tx, shop: ShopId, key: &str) -> Result<Timestamp> {
    let known = stored(tx, shop, key)?.into_iter().map(|it| it.at).max();
    let after = known.and_then(|it| it.checked_add(SignedDuration::from_micros(1)).ok());
    Ok(after.map_or(tx.now(), |it| it.max(tx.now())))
}

/// What was recorded of an order: its place, the caller's own id, and all of it.
///
/// # Errors
/// NotFound; Refused, when it is an order of a shop.
pub fn state(tx: &mut Tx, me: &Me, id: OrderId) -> Result<(ShopId, String, State)> {
    me.require(Permission::OrdersEdit)?;
    row! {
        struct Place {
            shop_id: ShopId,
            external_id: String,
        }
    }
    let found: Option<Place> =
        tx.maybe("SELECT shop_id, external_id FROM orders WHERE id = $1", &[id.into()])?;
    let it = found.ok_or(not_found("order"))?;
    let parts = read(stored(tx, it.shop_id, &it.external_id)?);
    let whole = parts.into_iter().find_map(|it| match it.piece {
        Piece::Order(state) if it.part == parts::ORDER => Some(*state),
        _ => None,
    });
    let why = "Orders of this shop come from the shop itself. Change them there.";
    whole.map(|state| (it.shop_id, it.external_id, state)).ok_or_else(|| refused(why))
}

fn put(tx: &mut Tx, shop: ShopId, key: &str, it: &Told, data: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO order_parts (shop_id, order_key, part, at, tie, data)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (shop_id, order_key, part) DO UPDATE
         SET at = excluded.at, tie = excluded.tie, data = excluded.data",
        &[
            shop.into(),
            key.into(),
            it.part.as_str().into(),
            it.at.into(),
            it.tie.into(),
            data.into(),
        ],
    )?;
    Ok(())
}

fn stored(tx: &mut Tx, shop: ShopId, key: &str) -> Result<Vec<Stored>> {
    Ok(tx.rows(
        "SELECT part, at, tie, data FROM order_parts WHERE shop_id = $1 AND order_key = $2
         ORDER BY part",
        &[shop.into(), key.into()],
    )?)
}

fn read(them: Vec<Stored>) -> Vec<Kept> {
    let one = |it: Stored| {
        let piece: Piece = serde_json::from_str(&it.data).ok()?;
        Some(Kept { part: it.part, at: it.at, tie: it.tie, piece })
    };
    let mut all: Vec<Kept> = them.into_iter().filter_map(one).collect();
    all.sort_by(|a, b| a.part.cmp(&b.part));
    all
}

fn text_of(it: &Piece) -> String {
    serde_json::to_string(it).expect("a piece is plain data")
}

/// Takes out of all parts of an order who it was.
pub(super) fn scrub(tx: &mut Tx, shop: ShopId, key: &str) -> Result<()> {
    for it in stored(tx, shop, key)? {
        let Ok(mut piece) = serde_json::from_str::<Piece>(&it.data) else { continue };
        piece.scrub();
        tx.execute(
            "UPDATE order_parts SET data = $4
             WHERE shop_id = $1 AND order_key = $2 AND part = $3",
            &[shop.into(), key.into(), it.part.into(), text_of(&piece).into()],
        )?;
    }
    Ok(())
}
