//! What goes with what: the cosine of two products over the customers who bought them, shrunk
//! where few did.
//!
//! s(i, j) = Σ w x_i x_j / √(Σ w x_i² · Σ w x_j²) · n / (n + shrinkage), n the customers who
//! bought both (Sarwar et al., 2001, "Item-based collaborative filtering", WWW '10; shrinkage
//! after Koren, 2010, "Factor in the neighbors", TKDD 4(1)). A customer of few products says
//! more of each: w = ln(1 + products / own products)² (Breese et al., 1998, "Empirical analysis
//! of predictive algorithms", UAI '98, inverse user frequency turned to customers).

use super::bought::Bought;
use super::parallel::in_parallel;

/// A product beside another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The other product.
    pub product: u32,
    /// How well it goes with this one, from 0 to 1.
    pub similarity: f32,
    /// How many customers bought both.
    pub customers: u32,
}

/// The best neighbours of each product.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Cosine {
    starts: Vec<usize>,
    neighbours: Vec<Neighbour>,
}

impl Cosine {
    /// Learns from rows by customer and their transpose; keeps `most` neighbours of each.
    pub fn fit(bought: &Bought, buyers: &Bought, shrinkage: f32, most: usize) -> Self {
        let products = buyers.rows();
        let says: Vec<f32> = (0..bought.rows())
            .map(|it| (products as f32 / bought.columns(it).len().max(1) as f32).ln_1p().powi(2))
            .collect();
        let lengths: Vec<f32> = (0..products)
            .map(|it| buyers.row(it).map(|(c, x)| says[c as usize] * x * x).sum::<f32>().sqrt())
            .collect();
        let lists = in_parallel(products, |range| {
            let mut sums = vec![0.0_f32; products];
            let mut counts = vec![0_u32; products];
            let mut lists = Vec::with_capacity(range.len());
            for own in range {
                let mut met: Vec<u32> = Vec::new();
                for (customer, x) in buyers.row(own) {
                    let weight = says[customer as usize] * x;
                    for (other, y) in bought.row(customer as usize) {
                        let other = other as usize;
                        if counts[other] == 0 {
                            met.push(other as u32);
                        }
                        counts[other] += 1;
                        sums[other] += weight * y;
                    }
                }
                let mut list = Vec::with_capacity(met.len());
                for product in met {
                    let at = product as usize;
                    let n = std::mem::take(&mut counts[at]);
                    let sum = std::mem::take(&mut sums[at]);
                    if at != own {
                        let shrunk = n as f32 / (n as f32 + shrinkage);
                        let similarity = sum / (lengths[own] * lengths[at]) * shrunk;
                        list.push(Neighbour { product, similarity, customers: n });
                    }
                }
                best(&mut list, most);
                lists.push(list);
            }
            lists
        });
        let mut starts = vec![0];
        let mut neighbours = Vec::new();
        for list in lists {
            neighbours.extend(list);
            starts.push(neighbours.len());
        }
        Self { starts, neighbours }
    }

    /// What goes with a product, the best first.
    pub fn of(&self, product: usize) -> &[Neighbour] {
        match self.starts.get(product + 1) {
            Some(&end) => &self.neighbours[self.starts[product]..end],
            None => &[],
        }
    }
}

fn best(list: &mut Vec<Neighbour>, most: usize) {
    let order = |a: &Neighbour, b: &Neighbour| {
        b.similarity.total_cmp(&a.similarity).then(a.product.cmp(&b.product))
    };
    if list.len() > most && most > 0 {
        list.select_nth_unstable_by(most - 1, order);
    }
    list.truncate(most);
    list.sort_unstable_by(order);
}
