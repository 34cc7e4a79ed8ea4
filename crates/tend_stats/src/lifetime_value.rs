//! What a customer is worth, the simple way: for a first look, and for what it leaves out.
//!
//! The ways that hold: `contractual::Staying::del` for subscribers, and expected purchases ×
//! expected spend (`Buying`, `gamma_gamma`) for those who buy when they like.

use crate::{Error, Result, distribution::z_of_level, intervals::Interval};

/// Average revenue of an account in a period × gross margin ÷ churn in that period.
///
/// It takes it that all accounts leave at one rate for ever. They do not: those who stay are
/// those who stay longer, and for them this is too little, by a factor of 2.6 for a subscriber
/// of seven years in Fader and Hardie (2010). It grows without end as churn goes to 0, does not
/// discount, and two of its inputs are usually the same few accounts. Skok, SaaS Metrics 2.0.
///
/// `margin` and `churn` are shares; errors if they are none, and if churn is 0, where there is no
/// answer.
pub fn simple(revenue: f64, margin: f64, churn: f64) -> Result<f64> {
    if !revenue.is_finite() || revenue < 0.0 {
        return Err(Error::BadQuestion("Revenue has to be a number of 0 or more.".to_owned()));
    }
    if !(0.0..=1.0).contains(&margin) || !(0.0..=1.0).contains(&churn) {
        return Err(Error::BadQuestion("Margin and churn are shares from 0 to 1.".to_owned()));
    }
    if churn == 0.0 {
        return Err(Error::NoAnswer(
            "Nobody has left: by this formula a customer would be worth infinitely much."
                .to_owned(),
        ));
    }
    Ok(revenue * margin / churn)
}

/// How sure [`simple`] is, when `lost` of `at_risk` left: the delta method on the logarithm, as if
/// revenue and churn were learned apart. None where [`simple`] has no answer.
pub fn simple_interval(
    revenue: &Interval,
    margin: f64,
    (lost, at_risk): (u64, u64),
    level: f64,
) -> Option<Interval> {
    let churn = (at_risk > 0).then(|| lost as f64 / at_risk as f64)?;
    let value = simple(revenue.value, margin, churn).ok().filter(|it| *it > 0.0)?;
    let z = z_of_level(level);
    let of_revenue = (revenue.upper - revenue.value) / revenue.value;
    let of_churn = z * ((1.0 - churn) / lost as f64).sqrt();
    let half = of_revenue.hypot(of_churn);
    Some(Interval { value, lower: value * (-half).exp(), upper: value * half.exp() })
        .filter(|it| it.upper.is_finite())
}

/// Months until the cost of winning an account is earned back: cost ÷ (revenue a month × margin).
/// No answer if nothing is earned.
pub fn payback(cost: f64, revenue: f64, margin: f64) -> Result<f64> {
    let earned = revenue * margin;
    if !(cost.is_finite() && cost >= 0.0 && earned.is_finite()) {
        return Err(Error::BadQuestion("Cost and revenue have to be numbers.".to_owned()));
    }
    if earned <= 0.0 {
        return Err(Error::NoAnswer("Nothing is earned: the cost does not come back.".to_owned()));
    }
    Ok(cost / earned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simple_formulas_know_where_they_end() {
        assert_eq!(simple(100.0, 0.8, 0.02).expect("a value"), 4000.0);
        assert!(matches!(simple(100.0, 0.8, 0.0), Err(Error::NoAnswer(_))));
        assert!(simple(100.0, 80.0, 0.02).is_err());
        assert_eq!(payback(960.0, 100.0, 0.8).expect("months"), 12.0);
        assert!(payback(960.0, 100.0, 0.0).is_err());
    }

    #[test]
    fn the_simple_formula_is_as_sure_as_its_churn() {
        let sure = |value: f64| Interval { value, lower: value, upper: value };
        let it = simple_interval(&sure(100.0), 0.8, (100, 5000), 0.95).expect("an interval");
        // ln: 1.96 × √(0.98 / 100)
        assert_eq!(it.value, 4000.0);
        assert!(((it.upper / 4000.0).ln() - 0.194_026).abs() < 1e-4, "{it:?}");
        assert!((it.upper / 4000.0 * it.lower / 4000.0 - 1.0).abs() < 1e-12);
        assert_eq!(simple_interval(&sure(100.0), 0.8, (0, 50), 0.95), None);
    }
}
