//! What a coupon takes off a subscription, and for how long.
//!
//! By Stripe's documents (docs.stripe.com/billing/subscriptions/coupons): a share or an amount is
//! taken off each invoice before tax, one discount after the other, never below nothing. `forever`
//! holds as long as the subscription; `repeating` until the discount's end; `once` is off the first
//! invoice alone, so that it is no part of what recurs.

use serde_json::Value;

use super::object::{day, id_of, minor, number, text};
use crate::money::{Currency, days};

/// What is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Off {
    /// Millionths of the whole.
    Share(i64),
    /// Minor units of the subscription's currency, off each invoice.
    Amount(i64),
}

/// A discount that recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Discount {
    pub off: Off,
    /// The first day on which it holds; the subscription's first if it is not said.
    pub from: Option<i64>,
    /// The first day on which it holds no more.
    pub until: Option<i64>,
    /// The products that it is for; all without any.
    pub products: Vec<String>,
}

type Read<T> = Result<T, String>;

/// A share as it is said: `12.5` of a hundred.
pub(super) fn share(percent: f64) -> Read<Off> {
    match (0.0..=100.0).contains(&percent) {
        true => Ok(Off::Share((percent * 10_000.0).round() as i64)),
        false => Err(format!("A discount of {percent} per cent is none.")),
    }
}

/// Until when it holds, and whether it recurs at all.
pub(super) fn lasts(
    duration: &str,
    from: Option<i64>,
    until: Option<i64>,
    months: Option<i64>,
) -> Read<Option<Option<i64>>> {
    match duration {
        "forever" => Ok(Some(until)),
        "once" => Ok(None),
        "repeating" => {
            let counted = from.zip(months).map(|(from, n)| days::after_months(from, n));
            let until = until.or(counted);
            until.map(|it| Some(Some(it))).ok_or_else(|| {
                "It has a discount for some months, and it is not said when that ends.".to_owned()
            })
        }
        "" => Err("It has a discount, and it is not said for how long.".to_owned()),
        other => Err(format!("“{other}” is no duration of a discount.")),
    }
}

/// Those of a subscription or of one of its items that recur. The former `discount` is the last of
/// `discounts`: it is looked at where there are none.
pub(super) fn of(json: &Value, currency: Currency) -> Read<Vec<Discount>> {
    let listed = json.get("discounts").and_then(Value::as_array).filter(|it| !it.is_empty());
    let former = json.get("discount").filter(|it| it.is_object());
    let whole = listed.is_some_and(|all| all.iter().all(Value::is_object));
    let all: Vec<&Value> = match (listed, former) {
        (Some(all), _) if whole || all.len() > 1 => all.iter().collect(),
        (_, Some(it)) => vec![it],
        (Some(all), None) => all.iter().collect(),
        (None, None) => Vec::new(),
    };
    let found: Read<Vec<Option<Discount>>> = all.into_iter().map(|it| one(it, currency)).collect();
    Ok(found?.into_iter().flatten().collect())
}

fn one(it: &Value, currency: Currency) -> Read<Option<Discount>> {
    let coupon = it.get("coupon").or(it.pointer("/source/coupon")).filter(|it| it.is_object());
    let Some(coupon) = coupon else {
        let named = it.as_str().map_or_else(|| text(it, "/id"), str::to_owned);
        return Err(format!(
            "It has the discount {named}, and it is not said what that takes off. Ask Stripe with expand[]=discounts.source.coupon (or expand[]=discounts), and send what it answers."
        ));
    };
    let (from, until) = (day(it, "/start"), day(it, "/end"));
    let months = number(coupon, "/duration_in_months");
    let Some(until) = lasts(&text(coupon, "/duration"), from, until, months)? else {
        return Ok(None);
    };
    let off = match coupon.get("percent_off").and_then(Value::as_f64) {
        Some(percent) => share(percent)?,
        None => Off::Amount(minor(amount_off(coupon, currency)?, currency)),
    };
    let products = coupon.pointer("/applies_to/products").and_then(Value::as_array);
    let products = products.into_iter().flatten().filter_map(Value::as_str);
    Ok(Some(Discount { off, from, until, products: products.map(str::to_owned).collect() }))
}

fn amount_off(coupon: &Value, currency: Currency) -> Read<i64> {
    let word = currency.word().to_lowercase();
    let own = number(coupon, &format!("/currency_options/{word}/amount_off"));
    if let Some(it) = own {
        return Ok(it);
    }
    let it = number(coupon, "/amount_off");
    let it = it.ok_or("It has a discount, and it is not said what that takes off.")?;
    match text(coupon, "/currency").to_lowercase() {
        said if said == word => Ok(it),
        said => Err(format!("It pays in {currency}, and its discount takes off “{said}”.")),
    }
}

/// The id of the product that a price is of.
pub(super) fn product_of(price: &Value) -> String {
    id_of(price, "/product")
}

/// What an invoice says of one line, before discounts.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub product: String,
    /// Minor units, for one interval.
    pub amount: i64,
    /// Its own discounts.
    pub own: Vec<Discount>,
}

/// What is paid of each line from the first day on, and from each later day on which a discount
/// begins or ends.
pub(super) fn schedule(lines: &[Whole], of_all: &[Discount], start: i64) -> Vec<(i64, Vec<i64>)> {
    let all = lines.iter().flat_map(|it| &it.own).chain(of_all);
    let mut turns: Vec<i64> = all.flat_map(|it| [it.from, it.until]).flatten().collect();
    turns.push(start);
    turns.retain(|it| *it >= start);
    turns.sort_unstable();
    turns.dedup();
    turns.into_iter().map(|day| (day, paid_on(lines, of_all, day, start))).collect()
}

fn paid_on(lines: &[Whole], of_all: &[Discount], day: i64, start: i64) -> Vec<i64> {
    let holds = |it: &&Discount| {
        it.from.unwrap_or(start).max(start) <= day && it.until.is_none_or(|until| day < until)
    };
    let mut left: Vec<i64> = lines.iter().map(|it| it.amount).collect();
    for (n, it) in lines.iter().enumerate() {
        for one in it.own.iter().filter(holds) {
            take(one.off, &mut left, &[n]);
        }
    }
    for one in of_all.iter().filter(holds) {
        let is_for = |it: &Whole| one.products.is_empty() || one.products.contains(&it.product);
        let some: Vec<usize> = (0..lines.len()).filter(|n| is_for(&lines[*n])).collect();
        take(one.off, &mut left, &some);
    }
    left
}

/// Takes it off these lines: a share of each; an amount in proportion, to the minor unit.
fn take(off: Off, left: &mut [i64], some: &[usize]) {
    match off {
        Off::Share(share) => {
            for n in some {
                let rest = i128::from(left[*n]) * i128::from(1_000_000 - share);
                left[*n] = ((rest + 500_000) / 1_000_000) as i64;
            }
        }
        Off::Amount(amount) => {
            let mut whole: i128 = some.iter().map(|n| i128::from(left[*n].max(0))).sum();
            let mut amount = i128::from(amount.max(0)).min(whole);
            for n in some {
                let own = i128::from(left[*n].max(0));
                // What is left of the amount is shared by what is left of the lines.
                let part = if whole > 0 { (amount * own + whole / 2) / whole } else { 0 };
                let part = part.min(own);
                left[*n] -= part as i64;
                (amount, whole) = (amount - part, whole - own);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn euro() -> Currency {
        "EUR".parse().expect("a currency")
    }

    fn line(product: &str, amount: i64) -> Whole {
        Whole { product: product.to_owned(), amount, own: Vec::new() }
    }

    #[test]
    fn shares_and_amounts_are_taken_off_one_after_the_other() {
        let it = json!({ "discounts": [
            { "coupon": { "percent_off": 12.5, "duration": "forever" } },
            { "source": { "coupon": { "amount_off": 1000, "currency": "eur", "duration": "forever",
                "applies_to": { "products": ["prod_a"] } } } },
            { "coupon": { "percent_off": 90.0, "duration": "once" } },
        ] });
        let all = of(&it, euro()).expect("read");
        let lines = [line("prod_a", 9_999), line("prod_b", 4_000)];
        assert_eq!(schedule(&lines, &all, 10), [(10, vec![7_749, 3_500])]);
    }

    #[test]
    fn an_amount_is_shared_to_the_cent_and_never_below_nothing() {
        let off = |amount| {
            vec![Discount {
                off: Off::Amount(amount),
                from: None,
                until: None,
                products: Vec::new(),
            }]
        };
        let lines = [line("a", 100), line("b", 100), line("c", 100)];
        assert_eq!(schedule(&lines, &off(100), 0), [(0, vec![67, 66, 67])]);
        assert_eq!(schedule(&lines, &off(1_000), 0), [(0, vec![0, 0, 0])]);
    }

    #[test]
    fn what_repeats_ends_and_what_is_not_said_is_refused() {
        let coupon = json!({ "percent_off": 50, "duration": "repeating", "duration_in_months": 3 });
        let it = json!({ "discount": { "coupon": coupon, "start": 86_400 * 31, "end": null } });
        let all = of(&it, euro()).expect("read");
        let months = schedule(&[line("a", 200)], &all, 20);
        assert_eq!(months, [(20, vec![200]), (31, vec![100]), (120, vec![200])]);
        for (odd, why) in [
            (json!({ "discounts": ["di_1"] }), "di_1"),
            (json!({ "discounts": [{ "id": "di_2", "source": { "coupon": "SUMMER" } }] }), "di_2"),
            (
                json!({ "discount": { "coupon": { "percent_off": 150, "duration": "forever" } } }),
                "150",
            ),
            (
                json!({ "discount": { "coupon": { "amount_off": 5, "currency": "usd", "duration": "forever" } } }),
                "usd",
            ),
            (json!({ "discount": { "coupon": { "percent_off": 5 } } }), "how long"),
            (
                json!({ "discount": { "coupon": { "percent_off": 5, "duration": "repeating" } } }),
                "ends",
            ),
        ] {
            let refused = of(&odd, euro()).expect_err("not known");
            assert!(refused.contains(why), "{refused}");
        }
    }
}
