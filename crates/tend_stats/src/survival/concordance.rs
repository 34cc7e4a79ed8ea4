//! How often of two customers the one with the higher risk left first (Harrell et al. 1982).

use super::Lives;

/// The share of comparable pairs in which the one that ended first had the higher risk; ties
/// of risk count one half. A pair is comparable if one ended while the other was seen longer,
/// or was seen as long and had not ended. `risk[i]` belongs to customer i as given. None
/// without a comparable pair.
pub fn concordance(lives: &Lives, risk: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = risk.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let rank = |place: usize| sorted.partition_point(|r| *r < risk[lives.order[place]]);
    let mut longer = Counts { tree: vec![0; sorted.len() + 1], all: 0 };
    let (mut pairs, mut right) = (0.0, 0.0);
    for moment in lives.moments().rev() {
        let (ended, kept): (Vec<usize>, Vec<usize>) = moment.partition(|&place| lives.ended[place]);
        kept.into_iter().for_each(|place| longer.add(rank(place)));
        for &place in &ended {
            let here = rank(place);
            let (below, up_to) = (longer.below(here), longer.below(here + 1));
            pairs += longer.all as f64;
            right += below as f64 + 0.5 * (up_to - below) as f64;
        }
        ended.into_iter().for_each(|place| longer.add(rank(place)));
    }
    (pairs > 0.0).then(|| right / pairs)
}

/// How many of each rank there are, and how many below one (Fenwick 1994).
struct Counts {
    tree: Vec<u64>,
    all: u64,
}

impl Counts {
    fn add(&mut self, rank: usize) {
        self.all += 1;
        let mut at = rank + 1;
        while at < self.tree.len() {
            self.tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    fn below(&self, rank: usize) -> u64 {
        let (mut at, mut sum) = (rank, 0);
        while at > 0 {
            sum += self.tree[at];
            at &= at - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_what_all_pairs_say() {
        let mut random = crate::random::Random::of_seed(3);
        let n = 60;
        let times: Vec<f64> = (0..n).map(|_| random.below(20) as f64).collect();
        let ended: Vec<bool> = (0..n).map(|_| random.unit() < 0.6).collect();
        let risk: Vec<f64> = (0..n).map(|_| random.below(15) as f64).collect();
        let (mut pairs, mut right) = (0.0, 0.0);
        for i in 0..n {
            for j in 0..n {
                let later = times[i] < times[j] || (times[i] == times[j] && !ended[j]);
                if i != j && ended[i] && later {
                    pairs += 1.0;
                    right += match risk[i].total_cmp(&risk[j]) {
                        std::cmp::Ordering::Greater => 1.0,
                        std::cmp::Ordering::Equal => 0.5,
                        std::cmp::Ordering::Less => 0.0,
                    };
                }
            }
        }
        let lives = Lives::new(&times, &ended).expect("60");
        let got = concordance(&lives, &risk).expect("there are pairs");
        assert!((got - right / pairs).abs() < 1e-12);
    }

    #[test]
    fn without_pairs_there_is_none() {
        let lives = Lives::new(&[1.0, 2.0], &[false, false]).expect("two");
        assert_eq!(concordance(&lives, &[1.0, 2.0]), None);
    }
}
