//! A snapshot that no test compares with is a lie that ages.

use anyhow::Result;

use super::{File, Files, Finding, Rule};

pub const RULES: &[Rule] = &[Rule { name: "snapshot", look: snapshot }];

fn snapshot(files: &Files) -> Result<Vec<Finding>> {
    let snapshots = files.all.iter().filter(|it| it.path.ends_with(".snap"));
    let mut found = Vec::new();
    for it in snapshots {
        if let Some(what) = orphaned(files, it) {
            found.push(Finding::of(&it.path, what));
        }
    }
    for it in files.all.iter().filter(|it| it.path.ends_with(".snap.new")) {
        found.push(Finding::of(&it.path, "nobody has looked at this snapshot yet"));
    }
    Ok(found)
}

/// Why no test compares with it. Its head names its source; its name ends with
/// that of the test, or with a text in the test.
fn orphaned(files: &Files, it: &File) -> Option<String> {
    let Some(source) = it.text.lines().find_map(|line| line.strip_prefix("source: ")) else {
        return Some("names no source".to_owned());
    };
    let Some(test) = files.named(source.trim().trim_matches('"')) else {
        return Some(format!("its source {source} is gone"));
    };
    let name = it.stem().rsplit("__").next().unwrap_or_default();
    // The second snapshot of one test ends with -2.
    let name = name.trim_end_matches(|it: char| it.is_ascii_digit()).trim_end_matches('-');
    (!test.text.contains(name)).then(|| format!("{source} has no test named {name}"))
}
