//! How good lists are, against what customers then bought.

use serde::{Deserialize, Serialize};

use super::interactions::{Past, past};
use super::model::Model;
use super::parallel::in_parallel;
use super::split::Split;
use crate::Result;
use crate::intervals::{Bootstrap, Interval, clustered_bootstrap};

/// How long the lists are that are judged.
pub const LIST: usize = 10;

/// One customer's list, judged.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    pub customer: u32,
    pub ndcg: f64,
    pub hit: f64,
    pub reciprocal: f64,
    pub list: Vec<u32>,
}

/// How good lists of ten are. The intervals are over customers (percentile bootstrap, 95 %).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Normalised discounted cumulative gain: Σ 1/log₂(place + 1) of what was bought, in shares
    /// of the best possible list (Järvelin & Kekäläinen 2002).
    pub ndcg_at_10: Interval,
    /// The share of customers who bought something on their list.
    pub hit_rate_at_10: Interval,
    /// The mean of 1/place of the first product on the whole list that was bought.
    pub mean_reciprocal_rank: Interval,
    /// The share of all products that are on anyone's list.
    pub coverage_at_10: f64,
}

/// One way against another one for the same customers, with 95 % intervals over customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Of the nDCG@10.
    pub ndcg_at_10: Interval,
    /// Of the hit rate.
    pub hit_rate_at_10: Interval,
}

impl Difference {
    /// Whether the first way has surely the better lists: the interval of the difference of
    /// nDCG@10 lies above 0.
    pub fn wins(&self) -> bool {
        self.ndcg_at_10.lower > 0.0
    }
}

/// Judges the lists of a model with several shares of popularity in them.
pub(super) fn judge(model: &Model, split: &Split, priors: &[f32]) -> Vec<Vec<Judged>> {
    let judged = in_parallel(split.targets.len(), |range| {
        let mut answers = Vec::with_capacity(range.len());
        for target in &split.targets[range] {
            let past = past(split.train.of(target.customer as usize));
            let likes = model.likes(&past);
            let one = |prior: &f32| {
                let mut scores = likes.clone();
                model.add_popularity(&mut scores, *prior);
                judge_list(target.customer, &mut scores, &past, &target.products)
            };
            answers.push(priors.iter().map(one).collect::<Vec<_>>());
        }
        answers
    });
    let mut by_prior: Vec<Vec<Judged>> = priors.iter().map(|_| Vec::new()).collect();
    for customer in judged {
        by_prior.iter_mut().zip(customer).for_each(|(all, one)| all.push(one));
    }
    by_prior
}

/// Ranks all products but those of the past; nothing is sampled.
fn judge_list(customer: u32, scores: &mut [f32], past: &[Past], targets: &[u32]) -> Judged {
    for it in past {
        scores[it.product as usize] = f32::NEG_INFINITY;
    }
    let list = best(scores, LIST);
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let found: Vec<usize> =
        (0..list.len()).filter(|&at| targets.binary_search(&list[at]).is_ok()).collect();
    let most: f64 = (0..targets.len().min(LIST)).map(gain).sum();
    let first = targets.iter().copied().min_by(|a, b| before(scores, *a, *b));
    let reciprocal = first.map_or(0.0, |first| {
        let mut place = 1;
        for it in 0..scores.len() as u32 {
            place += usize::from(before(scores, it, first).is_lt());
        }
        1.0 / place as f64
    });
    Judged {
        customer,
        ndcg: found.iter().map(|&at| gain(at)).sum::<f64>() / most,
        hit: f64::from(u8::from(!found.is_empty())),
        reciprocal,
        list,
    }
}

/// The order of a list: the higher score first, and of equals the lower number.
fn before(scores: &[f32], a: u32, b: u32) -> std::cmp::Ordering {
    scores[b as usize].total_cmp(&scores[a as usize]).then(a.cmp(&b))
}

/// The products of the highest scores, the best first, without those of −∞.
pub(super) fn best(scores: &[f32], most: usize) -> Vec<u32> {
    // A list that is as long as wanted is only looked into where a score beats its last one.
    let mut list: Vec<u32> = Vec::with_capacity(most + 1);
    for (product, score) in scores.iter().enumerate() {
        let full = list.len() == most;
        if *score == f32::NEG_INFINITY || most == 0 {
            continue;
        }
        if full && scores[list[most - 1] as usize] >= *score {
            continue;
        }
        let place = list.partition_point(|it| scores[*it as usize] >= *score);
        list.insert(place, product as u32);
        list.truncate(most);
    }
    list
}

/// The mean nDCG.
pub(super) fn mean_ndcg(judged: &[Judged]) -> f64 {
    judged.iter().map(|it| it.ndcg).sum::<f64>() / judged.len() as f64
}

/// The figures of lists of so many products.
pub(super) fn figures(judged: &[Judged], products: usize) -> Result<Figures> {
    let mut shown: Vec<u32> = judged.iter().flat_map(|it| it.list.iter().copied()).collect();
    shown.sort_unstable();
    shown.dedup();
    Ok(Figures {
        ndcg_at_10: mean(judged, |at| judged[at].ndcg)?,
        hit_rate_at_10: mean(judged, |at| judged[at].hit)?,
        mean_reciprocal_rank: mean(judged, |at| judged[at].reciprocal)?,
        coverage_at_10: shown.len() as f64 / products as f64,
    })
}

/// One way minus another one, customer by customer; both have judged the same customers.
pub(super) fn difference(one: &[Judged], other: &[Judged]) -> Result<Difference> {
    Ok(Difference {
        ndcg_at_10: mean(one, |at| one[at].ndcg - other[at].ndcg)?,
        hit_rate_at_10: mean(one, |at| one[at].hit - other[at].hit)?,
    })
}

fn mean(judged: &[Judged], value: impl Fn(usize) -> f64) -> Result<Interval> {
    let customers: Vec<u64> = judged.iter().map(|it| u64::from(it.customer)).collect();
    let values: Vec<f64> = (0..judged.len()).map(value).collect();
    clustered_bootstrap(&customers, Bootstrap::default(), |rows| {
        Some(rows.iter().map(|&row| values[row]).sum::<f64>() / rows.len() as f64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(targets: &[u32]) -> Judged {
        // Twelve products; the best are 0, 1, 2, …; 3 has been bought.
        let mut scores: Vec<f32> = (0..13).map(|it| -(it as f32)).collect();
        let past = [Past { product: 3, strength: 1.0, age: 0 }];
        judge_list(0, &mut scores, &past, targets)
    }

    #[test]
    fn the_figures_are_those_of_the_definition() {
        let first = judged(&[0]);
        assert_eq!((first.ndcg, first.hit, first.reciprocal), (1.0, 1.0, 1.0));
        // What was bought before has no place on the list: 4 is the fourth.
        let fourth = judged(&[4]);
        assert!((fourth.ndcg - 1.0 / 5.0_f64.log2()).abs() < 1e-12);
        assert_eq!((fourth.hit, fourth.reciprocal), (1.0, 0.25));
        let two = judged(&[1, 2]);
        let best = 1.0 + 1.0 / 3.0_f64.log2();
        assert!((two.ndcg - (1.0 / 3.0_f64.log2() + 0.5) / best).abs() < 1e-12);
        assert_eq!(two.reciprocal, 0.5);
        let missed = judged(&[12]);
        assert_eq!((missed.ndcg, missed.hit), (0.0, 0.0));
        assert!((missed.reciprocal - 1.0 / 12.0).abs() < 1e-12);
        assert_eq!(first.list, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn of_equals_the_lower_number_comes_first() {
        assert_eq!(best(&[1.0, 2.0, 2.0, 1.0, f32::NEG_INFINITY], 3), [1, 2, 0]);
        assert_eq!(best(&[1.0, f32::NEG_INFINITY], 3), [0]);
        assert_eq!(best(&[1.0], 0), [0; 0]);
    }
}
