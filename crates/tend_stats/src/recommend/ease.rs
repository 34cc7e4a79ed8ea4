//! EASE: each product foretold from the others by one ridge regression in closed form (Steck,
//! 2019, "Embarrassingly shallow autoencoders for sparse data", WWW '19).
//!
//! With X the customers × products and G = XᵀX: P = (G + Λ)⁻¹, B = I − P · diag(P)⁻¹, so that
//! no product foretells itself. Λ is a ridge λ and, after Steck (2020, "Autoencoders that don't
//! overfit towards the identity", NeurIPS 33), a share of G's diagonal: the penalty that
//! leaving out purchases at random amounts to.

use super::bought::Bought;
use super::dense::{Symmetric, threads};
use crate::Result;

/// The weights between products: row j says how much the purchase of j speaks for each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ease {
    n: usize,
    weights: Vec<f32>,
}

impl Ease {
    /// Learns from how often products were bought by the same customers.
    pub fn fit(together: Symmetric, ridge: f32, dropout: f32) -> Result<Self> {
        let n = together.n();
        let mut matrix = together;
        let share = dropout / (1.0 - dropout);
        matrix.add_to_diagonal(|_, cell| ridge + share * cell);
        let inverse = matrix.invert()?;
        let diagonal: Vec<f32> = (0..n).map(|i| inverse.at(i, i)).collect();
        let mut weights = inverse.into_full();
        for (j, row) in weights.chunks_mut(n.max(1)).enumerate() {
            for (cell, own) in row.iter_mut().zip(&diagonal) {
                *cell /= -own;
            }
            row[j] = 0.0;
        }
        Ok(Self { n, weights })
    }

    /// Forgets all but the `most` largest weights of each row, by size.
    pub fn cut(&mut self, most: usize) {
        if most >= self.n {
            return;
        }
        let mut sizes = Vec::with_capacity(self.n);
        for row in self.weights.chunks_mut(self.n) {
            sizes.clear();
            sizes.extend(row.iter().map(|it| it.abs()));
            let (_, least, _) = sizes.select_nth_unstable_by(most, |a, b| b.total_cmp(a));
            let least = *least;
            row.iter_mut().filter(|it| it.abs() <= least).for_each(|it| *it = 0.0);
        }
    }

    /// What the purchase of a product says of all.
    pub fn row(&self, product: usize) -> &[f32] {
        &self.weights[product * self.n..(product + 1) * self.n]
    }
}

/// XᵀX of the customers × products.
pub(super) fn together(bought: &Bought, products: usize) -> Symmetric {
    let mut sums = Symmetric::zeros(products);
    let threads = threads();
    let shares = sums.strips(1, threads);
    std::thread::scope(|scope| {
        for (own, mut rows) in shares.into_iter().enumerate() {
            scope.spawn(move || {
                for customer in 0..bought.rows() {
                    let columns = bought.columns(customer);
                    let strengths = bought.strengths(customer);
                    for (at, &i) in columns.iter().enumerate() {
                        if i as usize % threads != own {
                            continue;
                        }
                        let row = &mut *rows[i as usize / threads].1;
                        for (&j, strength) in columns[..=at].iter().zip(strengths) {
                            row[j as usize] += strengths[at] * strength;
                        }
                    }
                }
            });
        }
    });
    sums
}
