//! A thing that does not fit on a few screens is seldom one thing.

use anyhow::Result;

use super::{File, Files, Finding, Rule};

pub const RULES: &[Rule] = &[
    Rule { name: "file", look: file },
    Rule { name: "function", look: function },
    Rule { name: "template", look: template },
    Rule { name: "island", look: island },
];

const FILE: usize = 500;
const FUNCTION: usize = 70;
const TEMPLATE: usize = 40;
const ISLAND: usize = 150;

fn file(files: &Files) -> Result<Vec<Finding>> {
    let ours = files.ours(&[".rs", ".css", ".mjs", ".sh"]);
    Ok(ours.filter_map(|it| over(it.path.clone(), it.lines(), FILE)).collect())
}

fn function(files: &Files) -> Result<Vec<Finding>> {
    functions(files, FUNCTION, |_, _| true)
}

/// A function that makes a piece of a page.
fn template(files: &Files) -> Result<Vec<Finding>> {
    let makes_markup = |file: &File, signature: &str| {
        file.path.starts_with("crates/tend_views/src/") && signature.contains("-> Markup")
    };
    functions(files, TEMPLATE, makes_markup)
}

/// A module of ours that a browser loads.
fn island(files: &Files) -> Result<Vec<Finding>> {
    let islands = files.ours(&[".js"]);
    Ok(islands.filter_map(|it| over(it.path.clone(), it.lines(), ISLAND)).collect())
}

fn functions(
    files: &Files,
    limit: usize,
    counts: impl Fn(&File, &str) -> bool,
) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (file, source) in files.rust() {
        for it in source.functions() {
            if counts(file, &it.signature) {
                found.extend(over(format!("{}::{}", file.path, it.name), it.lines, limit));
            }
        }
    }
    Ok(found)
}

fn over(place: String, amount: usize, limit: usize) -> Option<Finding> {
    let what = format!("{amount} lines, at most {limit}");
    (amount > limit).then_some(Finding { place, what, amount: Some(amount) })
}
