//! Scores of surveys with their intervals, and whether two periods differ.

use statrs::function::beta::beta_reg;

use crate::{
    distribution::z_of_level,
    intervals::{Interval, nps, wilson},
};

/// The t with P(−t ≤ T ≤ t) = `level` of Student's distribution (Student 1908), found by halving.
/// Infinite without degrees of freedom.
pub fn t_of_level(level: f64, degrees: f64) -> f64 {
    if degrees <= 0.0 {
        return f64::INFINITY;
    }
    // P(|T| > t) = I_x(ν/2, ½) with x = ν/(ν + t²).
    let outside = |t: f64| beta_reg(degrees / 2.0, 0.5, degrees / (degrees + t * t));
    let (mut low, mut high) = (0.0, 1.0);
    while outside(high) > 1.0 - level && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        match outside(middle) > 1.0 - level {
            true => low = middle,
            false => high = middle,
        }
    }
    0.5 * (low + high)
}

/// How often each score was given: `(score, answers)`.
pub type Counts = [(i64, u64)];

/// Of what a score is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The share of answers from this score on, in per cent: the top boxes.
    TopBox(i64),
    /// The mean.
    Mean,
    /// The Net Promoter Score of 0–10.
    Net,
}

fn n(counts: &Counts) -> u64 {
    counts.iter().map(|it| it.1).sum()
}

fn from(counts: &Counts, score: i64) -> u64 {
    counts.iter().filter(|it| it.0 >= score).map(|it| it.1).sum()
}

/// Mean, variance of the answers (divided by n − 1), and how many they are.
fn moments(counts: &Counts) -> Option<(f64, f64, f64)> {
    let n = n(counts) as f64;
    if n == 0.0 {
        return None;
    }
    let sum: f64 = counts.iter().map(|it| it.0 as f64 * it.1 as f64).sum();
    let mean = sum / n;
    let squares: f64 = counts.iter().map(|it| it.1 as f64 * (it.0 as f64 - mean).powi(2)).sum();
    Some((mean, if n > 1.0 { squares / (n - 1.0) } else { f64::NAN }, n))
}

/// A score and its interval: Wilson's for a share, Student's for a mean, the adjusted Wald for
/// the Net Promoter Score (Rocks 2016), whose value stays the plain one. None without answers; a
/// mean of one answer, or of answers that are all the same, has no interval, and both its ends are
/// not numbers.
pub fn score(counts: &Counts, rule: Rule, level: f64) -> Option<Interval> {
    match rule {
        Rule::TopBox(from_here) => {
            let it = wilson(from(counts, from_here), n(counts), level)?;
            Some(Interval {
                value: 100.0 * it.value,
                lower: 100.0 * it.lower,
                upper: 100.0 * it.upper,
            })
        }
        Rule::Mean => {
            let (mean, variance, n) = moments(counts)?;
            // Three who say the same do not make it certain that the fourth would.
            let spread = if variance > 0.0 { variance } else { f64::NAN };
            let half = t_of_level(level, n - 1.0) * (spread / n).sqrt();
            Some(Interval { value: mean, lower: mean - half, upper: mean + half })
        }
        Rule::Net => {
            let (promoters, detractors) = net(counts);
            let all = n(counts);
            let it = nps(promoters, all - promoters - detractors, detractors, level)?;
            Some(Interval {
                value: it.wald.value,
                lower: it.adjusted.lower.max(-100.0),
                upper: it.adjusted.upper.min(100.0),
            })
        }
    }
}

fn net(counts: &Counts) -> (u64, u64) {
    let promoters = from(counts, 9);
    (promoters, n(counts) - from(counts, 7))
}

/// By how much the second is above the first: Newcombe's hybrid score interval for shares
/// (Newcombe 1998, method 10), Welch's for means (Welch 1947), and for the Net Promoter Score the
/// adjusted Wald of both (Rocks 2016). None where one has too few answers for it.
pub fn difference(before: &Counts, after: &Counts, rule: Rule, level: f64) -> Option<Interval> {
    match rule {
        Rule::TopBox(_) => {
            let (a, b) = (score(before, rule, level)?, score(after, rule, level)?);
            let d = b.value - a.value;
            let down = ((b.value - b.lower).powi(2) + (a.upper - a.value).powi(2)).sqrt();
            let up = ((b.upper - b.value).powi(2) + (a.value - a.lower).powi(2)).sqrt();
            Some(Interval { value: d, lower: d - down, upper: d + up })
        }
        Rule::Mean => {
            let ((m1, v1, n1), (m2, v2, n2)) = (moments(before)?, moments(after)?);
            if n1 < 2.0 || n2 < 2.0 {
                return None;
            }
            let (a, b) = (v1 / n1, v2 / n2);
            let degrees = match a + b {
                0.0 => n1 + n2 - 2.0,
                all => all * all / (a * a / (n1 - 1.0) + b * b / (n2 - 1.0)),
            };
            let half = t_of_level(level, degrees) * (a + b).sqrt();
            Some(Interval { value: m2 - m1, lower: m2 - m1 - half, upper: m2 - m1 + half })
        }
        Rule::Net => {
            let adjusted = |it: &Counts| {
                let ((p, d), all) = (net(it), n(it) as f64);
                let (p, d, all) = (p as f64 + 0.75, d as f64 + 0.75, all + 3.0);
                let (p, d) = (p / all, d / all);
                (n(it) > 0).then_some((p - d, (p + d - (p - d).powi(2)) / all))
            };
            let ((a, va), (b, vb)) = (adjusted(before)?, adjusted(after)?);
            let half = 100.0 * z_of_level(level) * (va + vb).sqrt();
            let d = 100.0 * (b - a);
            Some(Interval { value: d, lower: d - half, upper: d + half })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(it: f64, wanted: f64, by: f64) {
        assert!((it - wanted).abs() < by, "{it} is not {wanted}");
    }

    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        for (degrees, t) in [(1.0, 12.706), (4.0, 2.776), (10.0, 2.228), (30.0, 2.042)] {
            near(t_of_level(0.95, degrees), t, 5e-4);
        }
        near(t_of_level(0.99, 9.0), 3.250, 5e-4);
        assert!(t_of_level(0.95, 0.0).is_infinite());
    }

    #[test]
    fn those_who_dismissed_are_in_no_denominator() {
        // Of 200 asked 60 promote, 20 are passive, 20 detract, 100 dismissed: 40, and not 20.
        let it = score(&[(10, 60), (8, 20), (3, 20)], Rule::Net, 0.95).expect("there are answers");
        near(it.value, 40.0, 1e-9);
    }

    #[test]
    fn scores_have_the_published_intervals() {
        let top = |k, n: u64| score(&[(5, k), (1, n - k)], Rule::TopBox(4), 0.95).expect("some");
        for ((k, n), (lower, upper)) in [
            ((18, 20), (69.9, 97.2)),
            ((90, 100), (82.6, 94.5)),
            ((450, 500), (87.1, 92.3)),
            ((4, 4), (51.0, 100.0)),
        ] {
            near(top(k, n).lower, lower, 0.05);
            near(top(k, n).upper, upper, 0.05);
        }
        let net = |p, a, d| score(&[(9, p), (7, a), (6, d)], Rule::Net, 0.95).expect("some");
        near(net(50, 30, 20).value, 30.0, 1e-9);
        near(net(50, 30, 20).lower, 14.1, 0.06);
        near(net(50, 30, 20).upper, 44.2, 0.06);
        near(net(10, 6, 4).lower, -5.7, 0.06);
        near(net(10, 6, 4).upper, 57.9, 0.06);
        near(net(250, 150, 100).lower, 23.0, 0.06);
        near(net(250, 150, 100).upper, 36.6, 0.06);
        assert!(net(1, 0, 0).upper <= 100.0 && net(0, 0, 1).lower >= -100.0);
        // 1 to 5: s² = 2.5, and t of 4 degrees 2.776.
        let mean = score(&[(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)], Rule::Mean, 0.95).expect("5");
        near(mean.value, 3.0, 1e-12);
        near(mean.upper - 3.0, 2.776 * (2.5_f64 / 5.0).sqrt(), 1e-3);
        assert!(score(&[], Rule::Mean, 0.95).is_none());
    }

    #[test]
    fn a_difference_of_shares_is_newcombes() {
        // Newcombe 1998, table II, a: 56/70 and 48/80 differ by 0.2, from 0.0524 to 0.3339.
        let of = |k, n: u64| [(5, k), (1, n - k)];
        let it = difference(&of(48, 80), &of(56, 70), Rule::TopBox(4), 0.95).expect("both");
        near(it.value, 20.0, 1e-9);
        near(it.lower, 5.24, 0.005);
        near(it.upper, 33.39, 0.005);
    }

    #[test]
    fn a_difference_turns_round_with_its_sides() {
        let (a, b) = ([(10, 30), (8, 10), (2, 12)], [(10, 11), (7, 20), (0, 9)]);
        for rule in [Rule::TopBox(8), Rule::Mean, Rule::Net] {
            let one = difference(&a, &b, rule, 0.95).expect("both");
            let other = difference(&b, &a, rule, 0.95).expect("both");
            near(one.value, -other.value, 1e-9);
            near(one.lower, -other.upper, 1e-9);
        }
    }
}
