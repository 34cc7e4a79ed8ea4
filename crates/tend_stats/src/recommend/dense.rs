//! Large dense symmetric matrices in single precision: what the learning of weights between
//! thousands of products comes down to.
//!
//! Plain loops over small fixed blocks, which the compiler turns into vector instructions that
//! every machine of the architecture has; so the same input gives the same bits everywhere.

use crate::matrix::{Cholesky, Matrix};
use crate::{Error, Result};

/// How many columns one step of the inversion takes.
const BLOCK: usize = 96;
/// The block of the innermost loop: so many rows and columns stay in registers.
const ROWS: usize = 4;
const COLUMNS: usize = 8;

/// How many threads share the work.
pub(super) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get()).min(8)
}

/// A symmetric matrix, of which the lower triangle is kept in whole rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Symmetric {
    n: usize,
    cells: Vec<f32>,
}

impl Symmetric {
    pub fn zeros(n: usize) -> Self {
        Self { n, cells: vec![0.0; n * n] }
    }

    /// How many rows and columns.
    pub fn n(&self) -> usize {
        self.n
    }

    pub fn at(&self, row: usize, column: usize) -> f32 {
        let (row, column) = (row.max(column), row.min(column));
        self.cells[row * self.n + column]
    }

    /// Adds to the diagonal.
    pub fn add_to_diagonal(&mut self, value: impl Fn(usize, f32) -> f32) {
        for i in 0..self.n {
            let cell = &mut self.cells[i * self.n + i];
            *cell += value(i, *cell);
        }
    }

    /// The rows that each of several threads works on, interleaved, so that short and long
    /// rows of the triangle are shared out evenly: (number of the first row, rows).
    pub fn strips(&mut self, height: usize, threads: usize) -> Vec<Vec<(usize, &mut [f32])>> {
        let mut shares: Vec<Vec<(usize, &mut [f32])>> = (0..threads).map(|_| Vec::new()).collect();
        for (at, strip) in self.cells.chunks_mut((height * self.n).max(1)).enumerate() {
            shares[at % threads].push((at * height, strip));
        }
        shares
    }

    /// The whole matrix, row after row, from its lower triangle.
    pub fn into_full(mut self) -> Vec<f32> {
        let n = self.n;
        // In squares, because a column read alone touches a line of the cache for each cell.
        for top in (0..n).step_by(BLOCK) {
            for left in (0..=top).step_by(BLOCK) {
                for i in top..(top + BLOCK).min(n) {
                    for j in left..(left + BLOCK).min(i) {
                        self.cells[j * n + i] = self.cells[i * n + j];
                    }
                }
            }
        }
        self.cells
    }

    /// The inverse of a positive definite matrix, in its own place, by sweeping blocks of
    /// columns (Goodnight, 1979, "A tutorial on the SWEEP operator", The American Statistician
    /// 33(3)): n³/2 multiplications, of which nearly all are one product of blocks.
    ///
    /// # Errors
    /// A matrix that is not positive definite.
    pub fn invert(mut self) -> Result<Self> {
        let n = self.n;
        for start in (0..n).step_by(BLOCK) {
            self.sweep(start, (start + BLOCK).min(n))?;
        }
        self.cells.iter_mut().for_each(|cell| *cell = -*cell);
        Ok(self)
    }

    /// Sweeps the columns from `start` to `end`: with K these and R the others, D = A[K,K]⁻¹,
    /// A[R,R] −= A[R,K] D A[K,R]; A[R,K] = A[R,K] D; A[K,K] = −D.
    fn sweep(&mut self, start: usize, end: usize) -> Result<()> {
        let (n, width) = (self.n, end - start);
        let pivot = self.inverse_of_block(start, end)?;
        // A[all, K], a row for each row of the matrix; zero in K itself, which is set last.
        let mut column = vec![0.0_f32; n * width];
        for row in (0..n).filter(|row| !(start..end).contains(row)) {
            for k in 0..width {
                column[row * width + k] = self.at(row, start + k);
            }
        }
        let mut swept = vec![0.0_f32; n * width];
        for (new, old) in swept.chunks_mut(width).zip(column.chunks(width)) {
            for (k, &factor) in old.iter().enumerate() {
                let pivots = &pivot[k * width..(k + 1) * width];
                new.iter_mut().zip(pivots).for_each(|(cell, p)| *cell += factor * p);
            }
        }
        let packed = pack::<COLUMNS>(&column, n, width);
        let shares = self.strips(ROWS, threads());
        std::thread::scope(|scope| {
            for share in shares {
                let (swept, packed) = (&swept, &packed);
                scope.spawn(move || {
                    for (first, strip) in share {
                        take_product(strip, first, n, width, swept, packed);
                    }
                });
            }
        });
        for row in (0..n).filter(|row| !(start..end).contains(row)) {
            for k in 0..width {
                let (i, j) = (row.max(start + k), row.min(start + k));
                self.cells[i * n + j] = swept[row * width + k];
            }
        }
        for i in 0..width {
            for j in 0..=i {
                self.cells[(start + i) * n + start + j] = -pivot[i * width + j];
            }
        }
        Ok(())
    }

    /// The inverse of a block on the diagonal, worked out in double precision.
    fn inverse_of_block(&self, start: usize, end: usize) -> Result<Vec<f32>> {
        let width = end - start;
        let mut block = Matrix::zeros(width, width);
        for i in 0..width {
            for j in 0..width {
                block.set(i, j, f64::from(self.at(start + i, start + j)));
            }
        }
        let cholesky = Cholesky::of(&block).map_err(|at| {
            Error::NoAnswer(format!(
                "The matrix of products has no inverse at its row {}; a larger ridge helps.",
                start + at + 1
            ))
        })?;
        let inverse = cholesky.inverse();
        Ok((0..width).flat_map(|row| inverse.row(row)).map(|cell| *cell as f32).collect())
    }
}

/// Rows in groups of G, of each group the first cells together, then the second ones, …; short
/// groups are filled up with zeros.
fn pack<const G: usize>(rows: &[f32], n: usize, width: usize) -> Vec<f32> {
    let mut packed = vec![0.0; n.div_ceil(G) * G * width];
    for row in 0..n {
        let group = &mut packed[row / G * G * width..];
        for k in 0..width {
            group[k * G + row % G] = rows[row * width + k];
        }
    }
    packed
}

/// Takes left · rightᵀ from some rows of the lower triangle.
fn take_product(
    strip: &mut [f32],
    first: usize,
    n: usize,
    width: usize,
    left: &[f32],
    right: &[f32],
) {
    let height = strip.len() / n;
    let last = first + height - 1;
    let mut rows = vec![0.0_f32; ROWS * width];
    for row in 0..height {
        for k in 0..width {
            rows[k * ROWS + row] = left[(first + row) * width + k];
        }
    }
    for (group, columns) in right.chunks_exact(COLUMNS * width).enumerate() {
        let from = group * COLUMNS;
        if from > last {
            break;
        }
        let product = product(&rows, columns);
        for (row, sums) in product.iter().enumerate().take(height) {
            let upto = (from + COLUMNS).min(n);
            let cells = &mut strip[row * n + from..row * n + upto];
            cells.iter_mut().zip(sums).for_each(|(cell, sum)| *cell -= sum);
        }
    }
}

/// The innermost product: 4 × 8 sums over the width of a step.
#[inline]
fn product(rows: &[f32], columns: &[f32]) -> [[f32; COLUMNS]; ROWS] {
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    let (rows, _) = rows.as_chunks::<ROWS>();
    let (columns, _) = columns.as_chunks::<COLUMNS>();
    for (a, b) in rows.iter().zip(columns) {
        // By number: so the compiler sees that the sums can stay in registers.
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                sums[row][column] += a[row] * b[column];
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Something positive definite.
    fn random(n: usize) -> Symmetric {
        let mut random = Random::of_seed(3);
        let mut matrix = Symmetric::zeros(n);
        for i in 0..n {
            for j in 0..i {
                matrix.cells[i * n + j] = (random.unit() - 0.5) as f32;
            }
            matrix.cells[i * n + i] = n as f32 / 2.0;
        }
        matrix
    }

    #[test]
    fn an_inverse_times_its_matrix_is_one() {
        for n in [1, 2, 7, BLOCK, BLOCK + 1, 2 * BLOCK + 5] {
            let matrix = random(n);
            let inverse = matrix.clone().invert().expect("positive definite").into_full();
            for i in 0..n {
                for j in 0..n {
                    let cell: f64 = (0..n)
                        .map(|k| f64::from(matrix.at(i, k)) * f64::from(inverse[k * n + j]))
                        .sum();
                    let wanted = if i == j { 1.0 } else { 0.0 };
                    assert!((cell - wanted).abs() < 1e-4, "{n}: {i} {j} {cell}");
                }
            }
        }
    }

    #[test]
    fn a_matrix_without_inverse_is_refused() {
        assert!(Symmetric::zeros(3).invert().is_err());
    }
}
