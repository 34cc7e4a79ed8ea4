//! The little linear algebra that regression needs: symmetric positive definite systems.

use crate::{Error, Result};

/// A table of numbers, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// All zero.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, cells: vec![0.0; rows * columns] }
    }

    /// From cells row after row. An error if they don't fill the rows.
    pub fn from_cells(columns: usize, cells: Vec<f64>) -> Result<Self> {
        if columns == 0 || !cells.len().is_multiple_of(columns) {
            return Err(Error::BadQuestion(format!(
                "{} cells don't fill rows of {columns}.",
                cells.len()
            )));
        }
        Ok(Self { rows: cells.len() / columns, columns, cells })
    }

    /// From rows of equal length.
    pub fn from_rows<R: AsRef<[f64]>>(rows: &[R]) -> Result<Self> {
        let columns = rows.first().map_or(0, |row| row.as_ref().len());
        if let Some(at) = rows.iter().position(|row| row.as_ref().len() != columns) {
            return Err(Error::BadQuestion(format!(
                "row {} has {} cells and the first one {columns}.",
                at + 1,
                rows[at].as_ref().len()
            )));
        }
        let cells = rows.iter().flat_map(|row| row.as_ref().iter().copied()).collect();
        Ok(Self { rows: rows.len(), columns, cells })
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One row, from 0.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.columns..(row + 1) * self.columns]
    }

    /// One row to be changed, from 0.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.columns..(row + 1) * self.columns]
    }

    /// One cell, from 0.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.columns + column]
    }

    /// Changes one cell.
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.columns + column] = value;
    }

    /// Adds to one cell.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        self.cells[row * self.columns + column] += value;
    }

    /// These rows, in this order.
    pub fn pick(&self, rows: &[usize]) -> Self {
        let mut cells = Vec::with_capacity(rows.len() * self.columns);
        for &row in rows {
            cells.extend_from_slice(self.row(row));
        }
        Self { rows: rows.len(), columns: self.columns, cells }
    }

    /// These columns, in this order.
    pub fn pick_columns(&self, columns: &[usize]) -> Self {
        let row = |row: usize| columns.iter().map(move |&column| self.at(row, column));
        let cells = (0..self.rows).flat_map(row).collect();
        Self { rows: self.rows, columns: columns.len(), cells }
    }

    /// Multiplies each cell.
    pub fn scale(&mut self, by: f64) {
        self.cells.iter_mut().for_each(|cell| *cell *= by);
    }

    /// Of a symmetric matrix whose lower triangle is filled, such as sums of products of columns:
    /// those that follow from the ones before them as far as ten digits tell, or hold nothing
    /// beside the others.
    pub fn dependent_columns(&self) -> Vec<usize> {
        let most = (0..self.columns).map(|at| self.at(at, at)).fold(0.0, f64::max);
        lower(self, |at, rest| rest > (1e-10 * self.at(at, at)).max(1e-12 * most)).1
    }

    /// Adds `weight` × v vᵀ to the lower triangle (of a square matrix as wide as v).
    pub fn add_outer(&mut self, weight: f64, v: &[f64]) {
        for (i, &a) in v.iter().enumerate() {
            let scaled = weight * a;
            if scaled != 0.0 {
                let row = &mut self.cells[i * self.columns..i * self.columns + i + 1];
                for (cell, &b) in row.iter_mut().zip(v) {
                    *cell += scaled * b;
                }
            }
        }
    }

    /// The matrix times a vector.
    pub fn times(&self, v: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|row| dot(self.row(row), v)).collect()
    }
}

/// The sum of products.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// L of A = L Lᵀ, and the columns whose own rest is not enough; they are taken for nothing.
fn lower(matrix: &Matrix, enough: impl Fn(usize, f64) -> bool) -> (Matrix, Vec<usize>) {
    let n = matrix.columns;
    let (mut lower, mut dependent) = (Matrix::zeros(n, n), Vec::new());
    for i in 0..n {
        for j in 0..=i {
            let rest = matrix.at(i, j) - dot(&lower.row(i)[..j], &lower.row(j)[..j]);
            if i != j {
                let own = lower.at(j, j);
                lower.set(i, j, if own > 0.0 { rest / own } else { 0.0 });
            } else if rest.is_finite() && enough(i, rest) {
                lower.set(i, i, rest.sqrt());
            } else {
                dependent.push(i);
            }
        }
    }
    (lower, dependent)
}

/// A = L Lᵀ, of a symmetric positive definite matrix.
#[derive(Debug, Clone)]
pub struct Cholesky {
    lower: Matrix,
}

impl Cholesky {
    /// Takes apart a matrix whose lower triangle is filled. Where a column follows from those
    /// before it as far as eleven digits tell, `Err` names its number, from 0.
    pub fn of(matrix: &Matrix) -> std::result::Result<Self, usize> {
        Self::within(matrix, 1e-11)
    }

    /// The same with another share of a column that has to be its own.
    pub fn within(matrix: &Matrix, share: f64) -> std::result::Result<Self, usize> {
        let (lower, dependent) = lower(matrix, |at, rest| rest > share * matrix.at(at, at).abs());
        match dependent.first() {
            Some(first) => Err(*first),
            None => Ok(Self { lower }),
        }
    }

    /// x with A x = b.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.lower.columns;
        let mut x = b.to_vec();
        for i in 0..n {
            let sum = dot(&self.lower.row(i)[..i], &x[..i]);
            x[i] = (x[i] - sum) / self.lower.at(i, i);
        }
        for i in (0..n).rev() {
            x[i] /= self.lower.at(i, i);
            let solved = x[i];
            for (earlier, &factor) in x[..i].iter_mut().zip(self.lower.row(i)) {
                *earlier -= solved * factor;
            }
        }
        x
    }

    /// The inverse of A.
    pub fn inverse(&self) -> Matrix {
        let n = self.lower.columns;
        let mut inverse = Matrix::zeros(n, n);
        let mut unit = vec![0.0; n];
        for column in 0..n {
            unit[column] = 1.0;
            for (row, value) in self.solve(&unit).into_iter().enumerate() {
                inverse.set(row, column, value);
            }
            unit[column] = 0.0;
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_inverted() {
        let matrix = Matrix::from_cells(3, vec![4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0])
            .expect("three rows");
        let cholesky = Cholesky::of(&matrix).expect("positive definite");
        let back = matrix.times(&cholesky.solve(&[1.0, -2.0, 3.0]));
        for (a, b) in back.iter().zip([1.0, -2.0, 3.0]) {
            assert!((a - b).abs() < 1e-12);
        }
        let inverse = cholesky.inverse();
        for column in 0..3 {
            let unit: Vec<f64> = (0..3).map(|row| inverse.at(row, column)).collect();
            assert!((matrix.times(&unit)[column] - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_column_that_follows_from_others_is_named() {
        let mut matrix = Matrix::zeros(3, 3);
        for row in [[1.0, 2.0, 3.0], [2.0, 1.0, 3.0], [0.5, 0.1, 0.6]] {
            matrix.add_outer(1.0, &row);
        }
        assert_eq!(Cholesky::of(&matrix).expect_err("the third is the sum of the first two"), 2);
        assert_eq!(matrix.dependent_columns(), [2]);
        assert_eq!(matrix.pick_columns(&[2, 0]).row(1), [matrix.at(1, 2), matrix.at(1, 0)]);
    }

    #[test]
    fn rows_of_different_length_are_refused() {
        assert!(Matrix::from_rows(&[vec![1.0], vec![1.0, 2.0]]).is_err());
        assert!(Matrix::from_cells(2, vec![1.0; 3]).is_err());
    }
}
