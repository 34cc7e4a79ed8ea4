//! A tree of yes-or-no questions.

use serde::{Deserialize, Serialize};

/// One place of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// What is asked; None at a leaf.
    pub split: Option<Split>,
    /// What a row adds that ends here. 0 unless it is a leaf.
    pub value: f64,
    /// How many training rows came by.
    pub cover: f64,
}

/// A question: is the value of this column at most that?
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// The column, from 0.
    pub column: usize,
    /// Up to here a row goes left.
    pub threshold: f64,
    /// Whether a blank goes left.
    pub blank_left: bool,
    /// The node for yes; the next one is for no.
    pub left: usize,
}

/// Nodes, the root first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The nodes.
    pub nodes: Vec<Node>,
}

impl Split {
    /// The node that a row goes on to.
    pub(super) fn next(&self, row: &[f64]) -> usize {
        let value = row[self.column];
        let left = if value.is_nan() { self.blank_left } else { value <= self.threshold };
        if left { self.left } else { self.left + 1 }
    }
}

impl Tree {
    /// What this tree adds to the log-odds of a row.
    pub fn value(&self, row: &[f64]) -> f64 {
        let mut at = 0;
        while let Some(split) = self.nodes[at].split {
            at = split.next(row);
        }
        self.nodes[at].value
    }

    /// The mean value over the training rows.
    pub fn expected(&self) -> f64 {
        let leaves = self.nodes.iter().filter(|node| node.split.is_none());
        leaves.map(|node| node.value * node.cover).sum::<f64>() / self.nodes[0].cover
    }
}
