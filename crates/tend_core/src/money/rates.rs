//! The company's own currency, and what others are worth in it on which day.

use tend_store::{Tx, row};

use super::{Currency, HOME, days};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, refused},
    journal::{self, Change, Subject},
    settings,
};

/// One, as rates are kept: billionths of a home unit.
pub const ONE: i64 = 1_000_000_000;

row! {
    /// What one unit of a currency was worth from a day on.
    #[derive(PartialEq)]
    pub struct Rate {
        pub currency: Currency,
        pub day: i64,
        /// Billionths of a unit of the home currency.
        pub rate: i64,
    }
}

/// The company's own currency; the euro until somebody says otherwise.
pub fn home(tx: &mut Tx) -> Result<Currency> {
    let text = settings::get_or(tx, HOME, "EUR")?;
    text.parse().map_err(|_| refused("The home currency in the settings is none."))
}

/// Says which it is. Once something was recorded in it, it stays: what was converted to it cannot
/// be converted again.
pub fn set_home(tx: &mut Tx, me: &Me, currency: &str) -> Result<()> {
    me.require(Permission::SettingsManage)?;
    let to: Currency = currency.parse().map_err(|why: &str| invalid("home_currency", why))?;
    if to == home(tx)? {
        return Ok(());
    }
    for table in ["subscriptions", "invoices", "opportunities", "acquisition_costs", "remedies"] {
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1) AS counted");
        if tx.scalar::<i64>(&sql, &[])? > 0 {
            return Err(refused(
                "Money was recorded in the home currency already, so it stays as it is.",
            ));
        }
    }
    tx.execute("DELETE FROM exchange_rates", &[])?;
    settings::set(tx, Actor::Agent(me.id), HOME, to.word())
}

/// All rates, the newest first of each currency.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Rate>> {
    me.require(Permission::RevenueRead)?;
    Ok(tx.rows(
        "SELECT currency, day, rate FROM exchange_rates ORDER BY currency, day DESC LIMIT 1000",
        &[],
    )?)
}

/// Says what one unit is worth from a day on, as `0.92`. What began before keeps the rate it had.
pub fn set(tx: &mut Tx, me: &Me, currency: &str, day: i64, rate: &str) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    let currency: Currency = currency.parse().map_err(|why: &str| invalid("currency", why))?;
    if currency == home(tx)? {
        return Err(invalid("currency", "This is the home currency: it is always worth one."));
    }
    let rate = read(rate).ok_or_else(|| {
        invalid("rate", "Write what one unit is worth in the home currency, such as 0.92.")
    })?;
    tx.execute(
        "INSERT INTO exchange_rates (currency, day, rate) VALUES ($1, $2, $3)
         ON CONFLICT (currency, day) DO UPDATE SET rate = excluded.rate",
        &[currency.into(), day.into(), rate.into()],
    )?;
    let change = Change::RateSet { currency: currency.to_string(), day: days::text(day) };
    journal::record(tx, Actor::Agent(me.id), Subject::company(), &change)
}

/// What one unit was worth on a day: the newest rate of that day or before; where there is none,
/// the first one after it.
///
/// # Errors
/// Refused when there is no rate of the currency at all.
pub fn on(tx: &mut Tx, currency: Currency, day: i64) -> Result<i64> {
    if currency == home(tx)? {
        return Ok(ONE);
    }
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT rate FROM exchange_rates WHERE currency = $1
         ORDER BY CASE WHEN day <= $2 THEN 0 ELSE 1 END,
                  CASE WHEN day <= $2 THEN -day ELSE day END LIMIT 1",
        &[currency.into(), day.into()],
    )?;
    found.ok_or_else(|| {
        refused(format!("There is no exchange rate for {currency}. Enter one, then try again."))
    })
}

/// An amount × `times` ÷ `over` in the home currency, rounded once, a half away from nothing.
pub(crate) fn convert(
    amount: i64,
    from: Currency,
    home: Currency,
    rate: i64,
    (times, over): (i64, i64),
) -> Result<i64> {
    let up = i128::from(amount) * i128::from(rate) * i128::from(times) * i128::from(home.unit());
    let down = i128::from(ONE) * i128::from(over.max(1)) * i128::from(from.unit());
    let half = if up < 0 { -(down / 2) } else { down / 2 };
    i64::try_from((up + half) / down).map_err(|_| refused("This amount is too large."))
}

fn read(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let plain = |it: &str| it.chars().all(|c| c.is_ascii_digit());
    if !plain(whole) || !plain(part) || part.len() > 9 || whole.len() > 7 {
        return None;
    }
    let digits = format!("{whole}{part:0<9}");
    digits.parse().ok().filter(|it| *it > 0)
}

/// `0.92`.
pub fn text(rate: i64) -> String {
    let text = format!("{}.{:09}", rate / ONE, rate % ONE);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_converted_and_rounded_once() {
        let of = |word: &str| word.parse::<Currency>().expect("a currency");
        let (euro, yen) = (of("EUR"), of("JPY"));
        assert_eq!(convert(1000, euro, euro, ONE, (1, 12)), Ok(83));
        assert_eq!(convert(1000, euro, euro, ONE, (1, 1)), Ok(1000));
        let rate = read("0.0061").expect("a rate");
        assert_eq!(convert(18_600_000, yen, euro, rate, (1, 1)), Ok(11_346_000));
        assert_eq!(convert(-5, euro, euro, ONE, (1, 2)), Ok(-3));
        assert_eq!((text(rate), read("0"), read("1e3")), ("0.0061".into(), None, None));
    }
}
