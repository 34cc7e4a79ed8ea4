//! What no compiler refuses: sizes, directions, words, leftovers.
//!
//! A rule looks at the files that git knows and says what is wrong. A number that
//! is over its limit may stand in ratchet.toml for a reason; it may only shrink.

mod code;
mod crates;
mod css;
mod files;
mod ratchet;
mod sizes;
mod snapshots;
mod sql;
mod words;

use anyhow::Result;

use crate::count::Count;
pub use files::{File, Files};

/// What a rule found.
pub struct Finding {
    /// `path:line`, or `path::function`, or the name of a crate.
    pub place: String,
    pub what: String,
    /// For rules about sizes: how much it is. Such a finding may be in the ratchet.
    pub amount: Option<usize>,
}

impl Finding {
    pub fn at(file: &File, line: usize, what: impl Into<String>) -> Self {
        Self::of(format!("{}:{line}", file.path), what)
    }

    pub fn of(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), amount: None }
    }
}

pub struct Rule {
    pub name: &'static str,
    pub look: fn(&Files) -> Result<Vec<Finding>>,
}

pub fn run() -> Result<Count> {
    let files = Files::read()?;
    let rules = [crates::RULES, sizes::RULES, code::RULES, sql::RULES, css::RULES, words::RULES];
    let rules = rules.concat().into_iter().chain(snapshots::RULES.iter().copied());
    let mut ratchet = ratchet::Ratchet::read()?;
    let mut count = Count::default();
    for rule in rules {
        let mut findings = (rule.look)(&files)?;
        findings.retain(|it| !ratchet.allows(rule.name, it));
        for it in &findings {
            println!("{}: {}: {}", rule.name, it.place, it.what);
        }
        match findings.is_empty() {
            true => count.passed += 1,
            false => count.failed += 1,
        }
    }
    for line in ratchet.slack() {
        println!("ratchet: {line}");
        count.failed += 1;
    }
    println!("{} files: {count}", files.all.len());
    Ok(count)
}

impl Clone for Rule {
    fn clone(&self) -> Self {
        *self
    }
}

impl Copy for Rule {}
