//! Shapley values of a tree (Lundberg, Erion & Lee 2018, algorithm 2).

use super::tree::Tree;

/// One column on the way to a leaf: which share of rows would come through if it were
/// unknown (`zero`) and whether this row does (`one`), and the weight of subsets of each size.
#[derive(Clone, Copy)]
struct Step {
    column: usize,
    zero: f64,
    one: f64,
    weight: f64,
}

/// No column: the start of the way.
const START: usize = usize::MAX;

/// Adds each column's value for this row.
pub(super) fn add(tree: &Tree, row: &[f64], columns: &mut [f64]) {
    let start = Step { column: START, zero: 1.0, one: 1.0, weight: 0.0 };
    walk(tree, 0, row, &[], start, columns);
}

fn walk(tree: &Tree, at: usize, row: &[f64], way: &[Step], step: Step, columns: &mut [f64]) {
    let mut way = way.to_vec();
    extend(&mut way, step);
    let node = tree.nodes[at];
    let Some(split) = node.split else {
        for place in 1..way.len() {
            let Step { column, zero, one, .. } = way[place];
            columns[column] += unwound(&way, place) * (one - zero) * node.value;
        }
        return;
    };
    let (mut zero, mut one) = (1.0, 1.0);
    if let Some(place) = way.iter().position(|step| step.column == split.column) {
        (zero, one) = (way[place].zero, way[place].one);
        unwind(&mut way, place);
    }
    let hot = split.next(row);
    for child in [split.left, split.left + 1] {
        let share = tree.nodes[child].cover / node.cover;
        let one = if child == hot { one } else { 0.0 };
        let step = Step { column: split.column, zero: zero * share, one, weight: 0.0 };
        walk(tree, child, row, &way, step, columns);
    }
}

fn extend(way: &mut Vec<Step>, step: Step) {
    let long = way.len();
    way.push(Step { weight: if long == 0 { 1.0 } else { 0.0 }, ..step });
    let all = (long + 1) as f64;
    for i in (0..long).rev() {
        way[i + 1].weight += step.one * way[i].weight * (i + 1) as f64 / all;
        way[i].weight = step.zero * way[i].weight * (long - i) as f64 / all;
    }
}

fn unwind(way: &mut Vec<Step>, place: usize) {
    let last = way.len() - 1;
    let Step { zero, one, .. } = way[place];
    let all = (last + 1) as f64;
    let mut next = way[last].weight;
    for i in (0..last).rev() {
        if one != 0.0 {
            let weight = way[i].weight;
            way[i].weight = next * all / ((i + 1) as f64 * one);
            next = weight - way[i].weight * zero * (last - i) as f64 / all;
        } else {
            way[i].weight = way[i].weight * all / (zero * (last - i) as f64);
        }
    }
    for i in place..last {
        let Step { column, zero, one, .. } = way[i + 1];
        way[i] = Step { column, zero, one, weight: way[i].weight };
    }
    way.pop();
}

/// The sum of the weights if this place were unwound.
fn unwound(way: &[Step], place: usize) -> f64 {
    let last = way.len() - 1;
    let Step { zero, one, .. } = way[place];
    let all = (last + 1) as f64;
    let (mut next, mut sum) = (way[last].weight, 0.0);
    for i in (0..last).rev() {
        if one != 0.0 {
            let weight = next * all / ((i + 1) as f64 * one);
            sum += weight;
            next = way[i].weight - weight * zero * (last - i) as f64 / all;
        } else {
            sum += way[i].weight * all / (zero * (last - i) as f64);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::{Boosting, Settings, tests::sample};
    use super::*;

    /// The definition: over all orders of the columns, what a column adds when it becomes
    /// known, the unknown ones being averaged by the rows that went either way.
    fn by_definition(tree: &Tree, row: &[f64]) -> [f64; 3] {
        fn mean(tree: &Tree, at: usize, row: &[f64], known: usize) -> f64 {
            let node = tree.nodes[at];
            let Some(split) = node.split else { return node.value };
            if known & (1 << split.column) != 0 {
                return mean(tree, split.next(row), row, known);
            }
            [split.left, split.left + 1]
                .map(|child| tree.nodes[child].cover / node.cover * mean(tree, child, row, known))
                .iter()
                .sum()
        }
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let mut values = [0.0; 3];
        for order in orders {
            let mut known = 0;
            for column in order {
                let with = known | (1 << column);
                values[column] += (mean(tree, 0, row, with) - mean(tree, 0, row, known)) / 6.0;
                known = with;
            }
        }
        values
    }

    #[test]
    fn the_values_are_those_of_the_definition() {
        let (x, y) = sample(1000);
        let settings = Settings { leaves: 12, rounds: 5, ..Settings::default() };
        let fit = Boosting::fit(&x, &y, settings).expect("a fit");
        for tree in &fit.trees {
            for row in (0..1000).step_by(97) {
                let mut got = vec![0.0; 3];
                add(tree, x.row(row), &mut got);
                for (got, want) in got.iter().zip(by_definition(tree, x.row(row))) {
                    assert!((got - want).abs() < 1e-12, "{got} {want}");
                }
            }
        }
    }
}
