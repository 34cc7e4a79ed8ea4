//! How much a remedy is, and what is left of an order to give back.

use tend_store::Tx;

use super::{Kind, RemedyId};
use crate::{
    Result,
    error::{invalid, refused},
    money::{Currency, rates},
    orders::Order,
};

/// Of an order's total, hundredths of a percent, rounded down.
pub fn amount_of(order: &Order, share: i64) -> i64 {
    let part = i128::from(order.total) * i128::from(share) / 10_000;
    i64::try_from(part).unwrap_or(i64::MAX)
}

/// What a remedy of this kind is worth: what was asked for, or what follows from the order.
///
/// # Errors
/// Invalid under `amount`; Refused, when there is nothing of the kind to give.
pub(super) fn worth(tx: &mut Tx, order: &Order, kind: Kind, asked: Option<i64>) -> Result<i64> {
    let positive = |it: Option<i64>| match it {
        Some(it) if it > 0 => Ok(it),
        _ => Err(invalid("amount", "Write how much.")),
    };
    match kind {
        Kind::GoodwillNote => Ok(0),
        Kind::FullRefund => match refundable(tx, order, None)? {
            it if it > 0 => Ok(it),
            _ => Err(refused("Nothing of this order is left to refund.")),
        },
        Kind::WaiveShipping if order.shipping <= 0 => {
            Err(refused("Nothing was paid for the shipping of this order."))
        }
        Kind::WaiveShipping => Ok(order.shipping),
        Kind::Reship => positive(asked.or(Some(order.total)).filter(|it| *it > 0)),
        Kind::PartialRefund | Kind::Discount | Kind::StoreCredit | Kind::GiftCard => {
            positive(asked)
        }
    }
}

/// How much of an order can still be given back: what was paid, without what went back and what is
/// on its way back. What was carried out counts until the shop told of the order again.
pub(super) fn refundable(tx: &mut Tx, order: &Order, but: Option<RemedyId>) -> Result<i64> {
    if !order.payment.is_paid() {
        return Ok(0);
    }
    let on_its_way: i64 = tx.scalar(
        "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM remedies
         WHERE order_id = $1 AND counts AND id <> $2
             AND kind IN ('partial_refund', 'full_refund', 'waive_shipping')
             AND (settled_at IS NULL OR settled_at > $3)",
        &[order.id.into(), but.map_or(0, RemedyId::raw).into(), order.changed_at.into()],
    )?;
    Ok((order.total - order.refunded - on_its_way).max(0))
}

/// An amount in the home currency by the rate of a day, rounded up, so that no sum of roundings
/// passes a limit.
pub(super) fn at_home(tx: &mut Tx, amount: i64, from: Currency, day: i64) -> Result<i64> {
    let home = rates::home(tx)?;
    if from == home {
        return Ok(amount);
    }
    let rate = rates::on(tx, from, day)?;
    let up = i128::from(amount) * i128::from(rate) * i128::from(home.unit());
    let down = i128::from(rates::ONE) * i128::from(from.unit());
    i64::try_from((up + down - 1).div_euclid(down)).map_err(|_| refused("This is too much money."))
}

/// An amount of the home currency in another, rounded down.
pub(super) fn abroad(tx: &mut Tx, amount: i64, to: Currency, day: i64) -> Result<i64> {
    let home = rates::home(tx)?;
    if to == home {
        return Ok(amount);
    }
    let rate = rates::on(tx, to, day)?;
    let up = i128::from(amount) * i128::from(rates::ONE) * i128::from(to.unit());
    let down = i128::from(rate.max(1)) * i128::from(home.unit());
    i64::try_from(up / down).map_err(|_| refused("This is too much money."))
}
