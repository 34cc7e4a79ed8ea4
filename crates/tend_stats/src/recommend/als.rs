//! Implicit ALS: customers and products as vectors whose product says how much one likes the
//! other (Hu, Koren & Volinsky, 2008, "Collaborative filtering for implicit feedback datasets",
//! ICDM '08).
//!
//! Least is Σ c (p − xᵀy)² + λ (Σ‖x‖² + Σ‖y‖²) over all customers and products, with p = 1
//! where there was a purchase, of confidence c = 1 + α · strength, and p = 0, c = 1 where there
//! was none. Customers and products take turns; each row takes a few steps of conjugate
//! gradients from where it was (Takács, Pilászy & Tikk, 2011, "Applications of the conjugate
//! gradient method for implicit feedback collaborative filtering", RecSys '11).

use super::bought::Bought;
use super::parallel::in_parallel;
use crate::random::Random;

/// How it is learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub factors: usize,
    pub ridge: f32,
    pub confidence: f32,
    pub sweeps: usize,
}

/// Steps of conjugate gradients of a row within a sweep.
const STEPS: usize = 3;
/// Steps for a customer who was not there at the learning.
const STEPS_ALONE: usize = 20;

/// Rows of vectors, all of one length.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vectors {
    width: usize,
    cells: Vec<f32>,
}

impl Vectors {
    fn random(n: usize, width: usize, seed: u64) -> Self {
        let mut random = Random::of_seed(seed);
        let spread = 0.1 / (width as f64).sqrt();
        let cells = (0..n * width).map(|_| (spread * random.normal()) as f32).collect();
        Self { width, cells }
    }

    pub fn row(&self, row: usize) -> &[f32] {
        &self.cells[row * self.width..(row + 1) * self.width]
    }

    fn rows(&self) -> usize {
        self.cells.len() / self.width
    }

    /// YᵀY, plus the ridge on its diagonal.
    fn gram(&self, ridge: f32) -> Vec<f32> {
        let width = self.width;
        let mut sums = vec![0.0_f64; width * width];
        // In pieces of single precision, added up in double.
        for piece in self.cells.chunks(256 * width) {
            let mut part = vec![0.0_f32; width * width];
            for row in piece.chunks_exact(width) {
                for (line, &a) in part.chunks_exact_mut(width).zip(row) {
                    line.iter_mut().zip(row).for_each(|(cell, b)| *cell += a * b);
                }
            }
            sums.iter_mut().zip(part).for_each(|(sum, cell)| *sum += f64::from(cell));
        }
        let mut gram: Vec<f32> = sums.into_iter().map(|sum| sum as f32).collect();
        gram.iter_mut().step_by(width + 1).for_each(|cell| *cell += ridge);
        gram
    }
}

/// The vectors of the products, and what it takes to find a customer's.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Als {
    shape: Shape,
    products: Vectors,
    gram: Vec<f32>,
}

impl Als {
    pub fn fit(bought: &Bought, buyers: &Bought, shape: Shape) -> Self {
        Self::fit_watched(bought, buyers, shape, |_, _| {})
    }

    /// `watch` sees the vectors of customers and products after each sweep.
    fn fit_watched(
        bought: &Bought,
        buyers: &Bought,
        shape: Shape,
        mut watch: impl FnMut(&Vectors, &Vectors),
    ) -> Self {
        let width = shape.factors;
        let mut customers = Vectors { width, cells: vec![0.0; bought.rows() * width] };
        let mut products = Vectors::random(buyers.rows(), width, 1);
        for _ in 0..shape.sweeps {
            customers = turn(&customers, &products, bought, shape);
            products = turn(&products, &customers, buyers, shape);
            watch(&customers, &products);
        }
        let gram = products.gram(shape.ridge);
        Self { shape, products, gram }
    }

    /// From what was learned before and kept: the vectors of all products one behind the other,
    /// and what [`frame`](Self::frame) said. None if they do not fit each other.
    pub fn kept(shape: Shape, vectors: Vec<f32>, frame: Vec<f32>) -> Option<Self> {
        let width = shape.factors;
        let fits = width > 0 && vectors.len().is_multiple_of(width) && frame.len() == width * width;
        let products = Vectors { width, cells: vectors };
        fits.then_some(Self { shape, products, gram: frame })
    }

    /// What all products together say: YᵀY with the ridge.
    pub fn frame(&self) -> &[f32] {
        &self.gram
    }

    pub fn products(&self) -> usize {
        self.products.rows()
    }

    /// The vector of a customer who bought these products, so strongly.
    pub fn customer(&self, bought: &[(u32, f32)]) -> Vec<f32> {
        let system = self.system(bought);
        let mut x = vec![0.0; self.shape.factors];
        system.solve(&system.wanted(), &mut x, STEPS_ALONE);
        x
    }

    /// How much each product that was bought adds to the score of this one (Hu et al., §5): the
    /// parts add up to it.
    pub fn parts(&self, bought: &[(u32, f32)], product: usize) -> Vec<f32> {
        let mut through = vec![0.0; self.shape.factors];
        let system = self.system(bought);
        system.solve(self.products.row(product), &mut through, STEPS_ALONE);
        let part = |&(it, strength): &(u32, f32)| {
            (1.0 + self.shape.confidence * strength) * dot(&through, self.products.row(it as usize))
        };
        bought.iter().map(part).collect()
    }

    pub fn vector(&self, product: usize) -> &[f32] {
        self.products.row(product)
    }

    fn system<'a>(&'a self, bought: &'a [(u32, f32)]) -> System<'a> {
        let confidence = self.shape.confidence;
        System { gram: &self.gram, others: &self.products, bought, confidence }
    }
}

/// New vectors for one side, with the other one held.
fn turn(own: &Vectors, others: &Vectors, bought: &Bought, shape: Shape) -> Vectors {
    let gram = others.gram(shape.ridge);
    let width = shape.factors;
    let cells = in_parallel(own.rows(), |range| {
        let mut cells = Vec::with_capacity(range.len() * width);
        for row in range {
            let with: Vec<(u32, f32)> = bought.row(row).collect();
            let system =
                System { gram: &gram, others, bought: &with, confidence: shape.confidence };
            let mut x = own.row(row).to_vec();
            match with.is_empty() {
                true => x.fill(0.0),
                false => system.solve(&system.wanted(), &mut x, STEPS),
            }
            cells.extend(x);
        }
        cells
    });
    Vectors { width, cells }
}

/// The normal equations of one row: (YᵀY + λI + Yᵀ(C − I)Y) x = YᵀC p.
struct System<'a> {
    gram: &'a [f32],
    others: &'a Vectors,
    bought: &'a [(u32, f32)],
    confidence: f32,
}

impl System<'_> {
    fn wanted(&self) -> Vec<f32> {
        let mut wanted = vec![0.0; self.others.width];
        for &(other, strength) in self.bought {
            add(&mut wanted, 1.0 + self.confidence * strength, self.others.row(other as usize));
        }
        wanted
    }

    fn times(&self, x: &[f32]) -> Vec<f32> {
        let mut product: Vec<f32> =
            self.gram.chunks_exact(x.len()).map(|line| dot(line, x)).collect();
        for &(other, strength) in self.bought {
            let y = self.others.row(other as usize);
            add(&mut product, self.confidence * strength * dot(y, x), y);
        }
        product
    }

    /// Conjugate gradients from x on.
    fn solve(&self, wanted: &[f32], x: &mut [f32], steps: usize) {
        let mut rest: Vec<f32> = wanted.to_vec();
        if x.iter().any(|cell| *cell != 0.0) {
            add(&mut rest, -1.0, &self.times(x));
        }
        let mut way = rest.clone();
        let mut size = dot(&rest, &rest);
        let enough = 1e-12 * dot(wanted, wanted);
        for _ in 0..steps {
            if size <= enough {
                break;
            }
            let there = self.times(&way);
            let far = size / dot(&way, &there);
            add(x, far, &way);
            add(&mut rest, -far, &there);
            let next = dot(&rest, &rest);
            let part = next / size;
            way.iter_mut().zip(&rest).for_each(|(way, rest)| *way = rest + part * *way);
            size = next;
        }
    }
}

fn add(to: &mut [f32], factor: f32, what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(cell, it)| *cell += factor * it);
}

/// The sum of products, in eight sums side by side.
#[inline]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((left, left_rest), (right, right_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0_f32; 8];
    for (a, b) in left.iter().zip(right) {
        // By number: so the compiler sees that the sums can stay in registers.
        for at in 0..8 {
            sums[at] += a[at] * b[at];
        }
    }
    let rest: f32 = left_rest.iter().zip(right_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::super::interactions::{Interaction, Interactions, Window};
    use super::*;

    /// Σ c (p − xᵀy)² + λ (Σ‖x‖² + Σ‖y‖²), over all pairs.
    fn objective(customers: &Vectors, products: &Vectors, bought: &Bought, shape: Shape) -> f64 {
        let mut sum = 0.0;
        for customer in 0..customers.rows() {
            let mut weights = vec![(0.0, 1.0); products.rows()];
            for (product, strength) in bought.row(customer) {
                weights[product as usize] = (1.0, 1.0 + shape.confidence * strength);
            }
            for (product, (p, c)) in weights.into_iter().enumerate() {
                sum += f64::from(
                    c * (p - dot(customers.row(customer), products.row(product))).powi(2),
                );
            }
        }
        let squares = customers.cells.iter().chain(&products.cells).map(|x| f64::from(x * x));
        sum + f64::from(shape.ridge) * squares.sum::<f64>()
    }

    fn bought() -> Bought {
        let mut random = Random::of_seed(4);
        let rows: Vec<Interaction> = (0..400)
            .map(|at| Interaction {
                customer: at % 50,
                product: (random.below(10) as u32 * 3 + at % 3) % 30,
                time: 0,
                weight: 1.0,
            })
            .collect();
        Bought::by_customer(&Interactions::new(50, 30, &rows, Window::default()).expect("rows"))
    }

    #[test]
    fn the_objective_falls_with_each_sweep() {
        let bought = bought();
        let shape = Shape { factors: 6, ridge: 0.5, confidence: 4.0, sweeps: 12 };
        let mut last = f64::INFINITY;
        let mut first = None;
        Als::fit_watched(&bought, &bought.transposed(30), shape, |customers, products| {
            let now = objective(customers, products, &bought, shape);
            assert!(now <= last * (1.0 + 1e-6), "{now} after {last}");
            first.get_or_insert(now);
            last = now;
        });
        assert!(last < 0.9 * first.expect("a sweep"), "{last} {first:?}");
    }

    #[test]
    fn the_parts_of_a_score_add_up_to_it() {
        let bought = bought();
        let shape = Shape { factors: 6, ridge: 0.5, confidence: 4.0, sweeps: 5 };
        let als = Als::fit(&bought, &bought.transposed(30), shape);
        let past = [(3, 1.0), (7, 0.5), (11, 0.25)];
        let customer = als.customer(&past);
        for product in 0..30 {
            let score = dot(&customer, als.vector(product));
            let sum: f32 = als.parts(&past, product).iter().sum();
            assert!((score - sum).abs() < 1e-4, "{score} {sum}");
        }
    }
}
