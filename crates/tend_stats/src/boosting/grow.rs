//! Growing one tree: the leaf whose split gains most is split first.

use super::Settings;
use super::bins::Bins;
use super::tree::{Node, Split, Tree};

/// A leaf's rows must weigh at least this much together (Σ p(1−p)).
const LEAST_WEIGHT: f64 = 1e-3;

/// Slope, curvature and number of the rows of a bin.
type Cell = [f64; 3];

pub(super) struct Grower<'a> {
    bins: &'a Bins,
    settings: Settings,
    /// The first derivative of the loss at each row.
    pub(super) slope: Vec<f64>,
    /// The second one.
    pub(super) curve: Vec<f64>,
    /// Where the bins of a column start within a histogram.
    starts: Vec<usize>,
    size: usize,
}

/// A leaf that may be split yet.
struct Leaf {
    node: usize,
    rows: Vec<u32>,
    histogram: Vec<Cell>,
    best: Option<Best>,
}

#[derive(Clone, Copy)]
struct Best {
    gain: f64,
    column: usize,
    bin: usize,
    blank_left: bool,
}

impl<'a> Grower<'a> {
    pub(super) fn new(bins: &'a Bins, settings: Settings) -> Self {
        let mut starts = Vec::new();
        let mut size = 0;
        for column in 0..bins.codes.len() {
            starts.push(size);
            size += bins.count(column);
        }
        let rows = bins.rows;
        Self { bins, settings, slope: vec![0.0; rows], curve: vec![0.0; rows], starts, size }
    }

    pub(super) fn grow(&self, rows: Vec<u32>, columns: &[u32]) -> Tree {
        let histogram = self.histogram(&rows, columns);
        let mut tree = Tree { nodes: vec![self.node(&rows)] };
        let best = self.best(&histogram, &rows, columns);
        let mut leaves = vec![Leaf { node: 0, rows, histogram, best }];
        while leaves.len() < self.settings.leaves {
            let Some((at, best)) = foremost(&leaves) else { break };
            let leaf = leaves.swap_remove(at);
            let [left, right] = self.split(leaf, best, columns, &mut tree);
            leaves.push(left);
            leaves.push(right);
        }
        tree
    }

    fn node(&self, rows: &[u32]) -> Node {
        let [slope, curve, cover] = self.sums(rows);
        let value = -slope / (curve + self.settings.ridge) * self.settings.learning_rate;
        Node { split: None, value: if value.is_finite() { value } else { 0.0 }, cover }
    }

    fn sums(&self, rows: &[u32]) -> Cell {
        rows.iter().fold([0.0; 3], |[slope, curve, n], &row| {
            [slope + self.slope[row as usize], curve + self.curve[row as usize], n + 1.0]
        })
    }

    fn histogram(&self, rows: &[u32], columns: &[u32]) -> Vec<Cell> {
        let mut histogram = vec![[0.0; 3]; self.size];
        let here: Vec<(f64, f64)> =
            rows.iter().map(|&row| (self.slope[row as usize], self.curve[row as usize])).collect();
        for &column in columns {
            let column = column as usize;
            let codes = &self.bins.codes[column];
            let start = self.starts[column];
            let part = &mut histogram[start..start + self.bins.count(column)];
            for (&row, &(slope, curve)) in rows.iter().zip(&here) {
                let cell = &mut part[usize::from(codes[row as usize])];
                cell[0] += slope;
                cell[1] += curve;
                cell[2] += 1.0;
            }
        }
        histogram
    }

    /// The split that gains most; the first one of equals.
    fn best(&self, histogram: &[Cell], rows: &[u32], columns: &[u32]) -> Option<Best> {
        let least = self.settings.least_rows.max(1) as f64;
        let all = self.sums(rows);
        if all[2] < 2.0 * least {
            return None;
        }
        let worth = |[slope, curve, _]: Cell| slope * slope / (curve + self.settings.ridge);
        let before = worth(all);
        let mut best: Option<Best> = None;
        for &column in columns {
            let column = column as usize;
            let start = self.starts[column];
            let cells = &histogram[start..start + self.bins.count(column)];
            let blank = cells[0];
            let sides: &[bool] = if blank[2] > 0.0 { &[false, true] } else { &[false] };
            for &blank_left in sides {
                let mut left = if blank_left { blank } else { [0.0; 3] };
                // The last bin may only be split from the blanks.
                let last = cells.len() - usize::from(blank[2] == 0.0 || blank_left);
                for (bin, cell) in cells.iter().enumerate().take(last).skip(1) {
                    left = [left[0] + cell[0], left[1] + cell[1], left[2] + cell[2]];
                    let right = [all[0] - left[0], all[1] - left[1], all[2] - left[2]];
                    if right[2] < least || right[1] < LEAST_WEIGHT {
                        break;
                    }
                    if left[2] < least || left[1] < LEAST_WEIGHT {
                        continue;
                    }
                    let gain = worth(left) + worth(right) - before;
                    if gain > best.map_or(1e-9, |best| best.gain) {
                        best = Some(Best { gain, column, bin, blank_left });
                    }
                }
            }
        }
        best
    }

    fn split(&self, leaf: Leaf, best: Best, columns: &[u32], tree: &mut Tree) -> [Leaf; 2] {
        let codes = &self.bins.codes[best.column];
        let (left, right): (Vec<u32>, Vec<u32>) =
            leaf.rows.iter().partition(|&&row| match usize::from(codes[row as usize]) {
                0 => best.blank_left,
                bin => bin <= best.bin,
            });
        // The smaller side is counted; the other is what remains.
        let counted =
            self.histogram(if left.len() <= right.len() { &left } else { &right }, columns);
        let mut rest = leaf.histogram;
        for (cell, gone) in rest.iter_mut().zip(&counted) {
            cell.iter_mut().zip(gone).for_each(|(sum, part)| *sum -= part);
        }
        let (of_left, of_right) =
            if left.len() <= right.len() { (counted, rest) } else { (rest, counted) };
        let at = tree.nodes.len();
        let edges = &self.bins.edges[best.column];
        // Behind the last edge only blanks are on the other side.
        let threshold = edges.get(best.bin - 1).copied().unwrap_or(f64::INFINITY);
        tree.nodes[leaf.node].value = 0.0;
        tree.nodes[leaf.node].split =
            Some(Split { column: best.column, threshold, blank_left: best.blank_left, left: at });
        let mut place = at;
        [(left, of_left), (right, of_right)].map(|(rows, histogram)| {
            tree.nodes.push(self.node(&rows));
            place += 1;
            let best = self.best(&histogram, &rows, columns);
            Leaf { node: place - 1, rows, histogram, best }
        })
    }
}

/// The leaf whose split gains most; the first one of equals.
fn foremost(leaves: &[Leaf]) -> Option<(usize, Best)> {
    let mut found: Option<(usize, Best)> = None;
    for (at, leaf) in leaves.iter().enumerate() {
        if let Some(best) = leaf.best
            && found.is_none_or(|(_, so_far)| best.gain > so_far.gain)
        {
            found = Some((at, best));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;

    #[test]
    fn a_step_is_found_where_it_is() {
        let x = Matrix::from_cells(1, (0..100).map(f64::from).collect()).expect("one column");
        let bins = Bins::of(&x);
        let settings =
            Settings { leaves: 2, learning_rate: 1.0, ridge: 0.0, ..Settings::default() };
        let mut grower = Grower::new(&bins, settings);
        for row in 0..100 {
            grower.slope[row] = if row < 30 { -0.5 } else { 0.5 };
            grower.curve[row] = 0.25;
        }
        let tree = grower.grow((0..100).collect(), &[0]);
        let split = tree.nodes[0].split.expect("a split");
        assert_eq!(split.threshold, 29.5);
        assert!(
            (tree.value(&[3.0]) - 2.0).abs() < 1e-9 && (tree.value(&[77.0]) + 2.0).abs() < 1e-9
        );
        assert_eq!((tree.nodes[1].cover, tree.nodes[2].cover), (30.0, 70.0));
    }

    #[test]
    fn blanks_can_stand_alone() {
        let cells = (0..100).map(|row| if row < 40 { f64::NAN } else { 7.0 }).collect();
        let bins = Bins::of(&Matrix::from_cells(1, cells).expect("one column"));
        let mut grower = Grower::new(&bins, Settings::default());
        for row in 0..100 {
            grower.slope[row] = if row < 40 { -0.5 } else { 0.5 };
            grower.curve[row] = 0.25;
        }
        let tree = grower.grow((0..100).collect(), &[0]);
        assert!(tree.value(&[f64::NAN]) > 0.0 && tree.value(&[7.0]) < 0.0);
    }
}
