//! Shares as people read them.

/// A share of one in per cent, `40%`, with so many decimals and a real minus.
pub fn percent(share: f64, decimals: usize) -> String {
    format!("{}%", hundredths(share, decimals))
}

/// Between two shares: `54 to 67%`.
pub fn percent_between((low, high): (f64, f64), decimals: usize) -> String {
    format!("{} to {}", hundredths(low, decimals), percent(high, decimals))
}

/// Without the sign of per cent: `40`.
pub fn hundredths(share: f64, decimals: usize) -> String {
    real_minus(&format!("{:.decimals$}", share * 100.0))
}

/// A share of one as points with their sign: `+2.1`, `−0.4`.
pub fn points(share: f64, decimals: usize) -> String {
    real_minus(&format!("{:+.decimals$}", share * 100.0))
}

/// With a minus as wide as a plus; nothing below zero is no zero.
fn real_minus(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.chars().all(|it| matches!(it, '0' | '.')) => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_without_a_space_and_with_a_real_minus() {
        assert_eq!((percent(0.4, 0), percent(-0.021, 1)), ("40%".into(), "−2.1%".into()));
        assert_eq!(percent_between((0.54, 0.667), 0), "54 to 67%");
        assert_eq!((points(0.021, 1), points(-0.004, 1)), ("+2.1".into(), "−0.4".into()));
        assert_eq!(percent(-0.0004, 0), "0%");
    }
}
