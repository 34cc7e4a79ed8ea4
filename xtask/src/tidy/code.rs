//! Habits in Rust code.

use anyhow::Result;

use super::{File, Files, Finding, Rule};
use crate::rust::Source;

pub const RULES: &[Rule] = &[
    Rule { name: "now", look: now },
    Rule { name: "ignore", look: ignore },
    Rule { name: "allow", look: allow },
    Rule { name: "inline-style", look: inline_style },
    Rule { name: "doc-example", look: doc_example },
];

/// Time is an argument; it comes from one place.
fn now(files: &Files) -> Result<Vec<Finding>> {
    let clock = |it: &File| it.path == "crates/tend_store/src/clock.rs";
    let what = "time is an argument: tx.now() or the clock";
    let mut found = code_with(files, &["Timestamp::now(", "Zoned::now("], what, |it| !clock(it));
    // A test may compare with what the file system says.
    let test = |it: &File| it.path.contains("/tests/");
    found.extend(code_with(files, &["SystemTime::now("], what, |it| !clock(it) && !test(it)));
    Ok(found)
}

/// A test that is not run says why not.
fn ignore(files: &Files) -> Result<Vec<Finding>> {
    Ok(code_with(files, &["#[ignore]"], "has no reason: #[ignore = \"why\"]", |_| true))
}

/// `expect` says when the lint is silent again, and why it had to be.
fn allow(files: &Files) -> Result<Vec<Finding>> {
    let what = "use #[expect(…, reason = \"…\")]";
    Ok(code_with(files, &["#[allow(", "#![allow("], what, |_| true))
}

/// Looks are in style sheets. Mail has none: its programs read nothing else.
fn inline_style(files: &Files) -> Result<Vec<Finding>> {
    let spelled = [" style=\"", " style=(", " style={"];
    let page = |it: &File| {
        it.path.contains("/src/") && !it.path.contains("/mail/") && !it.path.starts_with("xtask/")
    };
    Ok(code_with(files, &spelled, "write a class, and its rule in a style sheet", page))
}

/// The test runner does not compile examples in comments: one would rot unseen.
fn doc_example(files: &Files) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for (file, source) in files.rust() {
        let mut open = false;
        for it in &source.comments {
            let doc = it.text.strip_prefix("///").or_else(|| it.text.strip_prefix("//!"));
            let Some(kind) = doc.and_then(|it| it.trim_start().strip_prefix("```")) else {
                continue;
            };
            if !open && (kind.is_empty() || kind.starts_with("rust")) {
                let what = "an example that nothing runs: mark it ```text, or make it a test";
                found.push(Finding::at(file, it.line, what));
            }
            open = !open;
        }
    }
    Ok(found)
}

fn code_with(
    files: &Files,
    spelled: &[&str],
    what: &str,
    counts: impl Fn(&File) -> bool,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, Source { code, .. }) in files.rust().filter(|(file, _)| counts(file)) {
        for (n, line) in code.lines().enumerate() {
            if spelled.iter().any(|it| line.contains(it)) {
                found.push(Finding::at(file, n + 1, what));
            }
        }
    }
    found
}
