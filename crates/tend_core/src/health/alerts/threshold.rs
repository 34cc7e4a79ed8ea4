//! From which risk on somebody is called: so that it happens as often as was asked for.

use crate::accounts::AccountId;

/// How the risk of one account went.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    pub account: AccountId,
    /// From this day on, this risk; the oldest first.
    pub points: Vec<(i64, f64)>,
}

impl Course {
    /// What holds now.
    pub fn now(&self) -> Option<f64> {
        self.points.last().map(|it| it.1)
    }

    /// How often it would have called after the day `from`. What was high by then had called
    /// already.
    fn calls(&self, from: i64, threshold: f64, fall: f64) -> usize {
        let (mut on, mut calls) = (false, 0);
        for (day, risk) in &self.points {
            if on && *risk < threshold * (1.0 - fall) {
                on = false;
            } else if !on && *risk >= threshold {
                on = true;
                calls += usize::from(*day > from);
            }
        }
        calls
    }
}

/// Where a threshold comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// From how often accounts crossed it in the weeks before.
    Past,
    /// There are too few weeks to count: the riskiest, as many as a week may have.
    Rank,
    /// What does not stand out from the others does not call, even if there were room.
    Floor,
}

/// A threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    pub at: f64,
    pub ground: Ground,
    /// How many calls a week it would have made.
    pub a_week: f64,
}

/// So many days make a past to count in.
const ENOUGH: i64 = 28;
/// So many thresholds are tried.
const TRIED: usize = 120;

/// The lowest threshold that would have called no more than `budget` times a week from `from` to
/// `today`. `fall` is the share by which a risk falls before it can call again; below
/// `floor` nobody is called. None without risks.
pub fn draw(
    courses: &[Course],
    (from, today): (i64, i64),
    budget: f64,
    fall: f64,
    floor: f64,
) -> Option<Drawn> {
    let mut now: Vec<f64> = courses.iter().filter_map(Course::now).collect();
    now.sort_by(|a, b| b.total_cmp(a));
    let highest = *now.first()?;
    let weeks = (today - from) as f64 / 7.0;
    let a_week = |at: f64| -> f64 {
        courses.iter().map(|it| it.calls(from, at, fall)).sum::<usize>() as f64 / weeks.max(1.0)
    };
    let known = courses.iter().flat_map(|it| it.points.first()).map(|it| it.0).min();
    let (at, ground) = match known.is_some_and(|first| today - first >= ENOUGH) {
        true => (by_past(courses, floor, budget, a_week).unwrap_or(highest), Ground::Past),
        false => {
            let place = (budget.round() as usize).clamp(1, now.len()) - 1;
            (now[place], Ground::Rank)
        }
    };
    Some(match at > floor {
        true => Drawn { at, ground, a_week: a_week(at) },
        // Whoever stands out from nothing does not call.
        false => Drawn { at: floor, ground: Ground::Floor, a_week: a_week(floor) },
    })
}

/// Goes down from the highest risk that there was, as long as the budget holds.
fn by_past(
    courses: &[Course],
    floor: f64,
    budget: f64,
    a_week: impl Fn(f64) -> f64,
) -> Option<f64> {
    let points = courses.iter().flat_map(|it| it.points.iter().map(|it| it.1));
    let mut levels: Vec<f64> = points.filter(|it| *it >= floor).collect();
    levels.sort_by(|a, b| b.total_cmp(a));
    levels.dedup();
    let step = (levels.len() / TRIED).max(1);
    let tried = levels.iter().step_by(step).chain(levels.last());
    tried.copied().take_while(|at| a_week(*at) <= budget).last()
}

#[cfg(test)]
mod tests {
    use tend_stats::random::Random;

    use super::*;

    fn course(account: i64, points: &[(i64, f64)]) -> Course {
        Course { account: AccountId::from_raw(account), points: points.to_vec() }
    }

    #[test]
    fn one_that_sways_calls_once_until_it_has_fallen_well_below() {
        let sways = course(1, &[(0, 0.2), (10, 0.5), (12, 0.45), (14, 0.52), (20, 0.3), (30, 0.5)]);
        assert_eq!(sways.calls(0, 0.5, 0.25), 2);
        assert_eq!(sways.calls(0, 0.5, 0.0), 3);
        assert_eq!(sways.calls(0, 0.5, 0.5), 1);
        assert_eq!(sways.calls(15, 0.5, 0.25), 1, "what called before has called");
    }

    /// Accounts whose risk wanders from week to week.
    fn book(seed: u64) -> Vec<Course> {
        let mut random = Random::of_seed(seed);
        (0..80)
            .map(|n| {
                let mut odds = -2.0 + 0.8 * random.normal();
                let points = (0..12).map(|week| {
                    odds += 0.35 * random.normal();
                    (week * 7, 1.0 / (1.0 + (-odds).exp()))
                });
                course(n, &points.collect::<Vec<_>>())
            })
            .collect()
    }

    #[test]
    fn the_threshold_would_have_called_as_often_as_was_asked_for() {
        for seed in 0..5 {
            for budget in [0.5, 1.0, 3.0] {
                let it = draw(&book(seed), (0, 77), budget, 0.25, 0.12).expect("risks");
                assert!(it.a_week <= budget, "{it:?}");
                assert!(it.ground == Ground::Floor || it.a_week > budget / 3.0, "{it:?}");
            }
        }
        let of = |budget| draw(&book(1), (0, 77), budget, 0.25, 0.12).expect("risks").at;
        assert!(of(0.5) > of(3.0), "who wants fewer calls gets a higher threshold");
    }

    #[test]
    fn without_a_past_the_riskiest_call_and_nobody_below_the_floor() {
        let now: Vec<Course> = (0..9).map(|n| course(n, &[(100, n as f64 / 10.0)])).collect();
        let it = draw(&now, (44, 100), 2.0, 0.25, 0.1).expect("risks");
        assert_eq!((it.at, it.ground), (0.7, Ground::Rank));
        let calm: Vec<Course> = (0..9).map(|n| course(n, &[(100, 0.05)])).collect();
        let it = draw(&calm, (44, 100), 2.0, 0.25, 0.1).expect("risks");
        assert_eq!((it.at, it.ground), (0.1, Ground::Floor));
        assert_eq!(draw(&[], (44, 100), 2.0, 0.25, 0.1), None);
    }
}
