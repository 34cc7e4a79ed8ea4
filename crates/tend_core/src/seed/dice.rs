/// Numbers that look thrown and are the same each time: SplitMix64, after Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators" (2014).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of one thing among many.
    pub fn new(seed: u64, of: u64) -> Self {
        let mut dice = Self(seed ^ of.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// At least 0, below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Below `n`, which is at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Below `n`, the k-th about 1/k as often as the first: Zipf's law.
    pub fn zipf(&mut self, n: usize) -> usize {
        let rank = (self.share() * ((n + 1) as f64).ln()).exp();
        (rank as usize).saturating_sub(1).min(n - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_fall_the_same_and_within_bounds() {
        let (mut a, mut b) = (Dice::new(1, 7), Dice::new(1, 7));
        assert!((0..100).all(|_| a.next() == b.next()));
        let mut counts = [0; 1000];
        for _ in 0..100_000 {
            counts[a.zipf(1000)] += 1;
        }
        let expected = counts[0] as f64 / 10.0;
        assert!((counts[9] as f64 / expected - 1.0).abs() < 0.6, "{:?}", &counts[..20]);
        assert!(counts[999] < counts[0] / 100);
    }
}
