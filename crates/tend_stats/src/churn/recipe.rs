//! How fields become columns of numbers.

mod learn;

use super::field::{UNSEEN, Values};
use crate::matrix::Matrix;
pub(super) use learn::learn;

/// For whom the columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A line: numbers of like size, blanks told apart.
    Line,
    /// A line with bends: the same, and its slope may change at quantiles.
    Bent,
    /// Trees: numbers as they are.
    Trees,
}

/// How one field becomes columns.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    /// A number as it is, blanks NaN.
    Plain,
    /// A number, or its logarithm, less its mean and by its spread; 1 for a blank; and how far
    /// it is above each bend.
    Scaled { log: bool, mean: f64, spread: f64, blank: bool, bends: Vec<f64> },
    /// 1 in the column of its text: by code. None is the last column, "another".
    Levels { place: Vec<Option<usize>>, width: usize },
    /// The log-odds of its text, drawn towards the base rate; for trees also how many there
    /// are. By code.
    Rates { rates: Vec<f64>, counts: Option<Vec<f64>> },
}

/// All fields, and which of the columns are used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recipe {
    parts: Vec<Part>,
    /// The used columns, by their place among all.
    used: Vec<usize>,
    /// The field of each used column.
    pub(super) sources: Vec<usize>,
}

impl Part {
    fn width(&self) -> usize {
        match self {
            Self::Plain => 1,
            Self::Scaled { blank, bends, .. } => 1 + usize::from(*blank) + bends.len(),
            Self::Levels { width, .. } => *width,
            Self::Rates { counts, .. } => 1 + usize::from(counts.is_some()),
        }
    }

    /// Writes the columns of one value.
    fn write(&self, values: &Values, row: usize, out: &mut [f64]) {
        match (self, values) {
            (Self::Plain, Values::Numbers(v)) => out[0] = v[row],
            (Self::Scaled { log, mean, spread, blank, bends }, Values::Numbers(v)) => {
                let value = v[row];
                let known = !value.is_nan();
                let scaled = if known { (turned(value, *log) - mean) / spread } else { 0.0 };
                // What lies far outside of what was learnt from is not trusted to go on.
                let scaled = scaled.clamp(-8.0, 8.0);
                out[0] = scaled;
                if *blank {
                    out[1] = f64::from(u8::from(!known));
                }
                for (cell, bend) in out[1 + usize::from(*blank)..].iter_mut().zip(bends) {
                    *cell = if known { (scaled - bend).max(0.0) } else { 0.0 };
                }
            }
            (Self::Levels { place, width }, Values::Codes(v)) => {
                out.fill(0.0);
                let at = place.get(v[row] as usize).copied().flatten().unwrap_or(width - 1);
                out[at] = 1.0;
            }
            (Self::Rates { rates, counts }, Values::Codes(v)) => {
                let code = v[row] as usize;
                out[0] = rates.get(code).copied().unwrap_or(0.0);
                if let Some(counts) = counts {
                    out[1] = counts.get(code).copied().unwrap_or(0.0);
                }
            }
            // A field is read by its own kind, so this does not come up; blank is harmless.
            _ => out.fill(f64::NAN),
        }
    }
}

impl Recipe {
    /// The columns of these rows.
    pub(super) fn apply(
        &self,
        values: &[Values],
        rows: impl ExactSizeIterator<Item = usize>,
    ) -> Matrix {
        let mut matrix = Matrix::zeros(rows.len(), self.used.len());
        let mut all = vec![0.0; self.width()];
        for (at, row) in rows.enumerate() {
            self.fill(values, row, &mut all);
            for (cell, &used) in matrix.row_mut(at).iter_mut().zip(&self.used) {
                *cell = all[used];
            }
        }
        matrix
    }

    fn width(&self) -> usize {
        self.parts.iter().map(Part::width).sum()
    }

    fn fill(&self, values: &[Values], row: usize, all: &mut [f64]) {
        let mut start = 0;
        for (part, values) in self.parts.iter().zip(values) {
            let width = part.width();
            part.write(values, row, &mut all[start..start + width]);
            start += width;
        }
    }
}

/// A number on the scale that it is used on.
fn turned(value: f64, log: bool) -> f64 {
    if log { value.max(-0.5).ln_1p() } else { value }
}

/// Whether a code stands for a text that was not seen.
fn seen(code: u32) -> bool {
    code != UNSEEN
}
