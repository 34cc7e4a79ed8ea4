//! One SQL text serves both databases.

use anyhow::Result;

use super::{File, Files, Finding, Rule};
use crate::rust::Source;

pub const RULES: &[Rule] = &[
    Rule { name: "sql-quotes", look: quotes },
    Rule { name: "sql-place", look: place },
    Rule { name: "sql-types", look: types },
];

const VERBS: [&str; 7] =
    ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH ", "CREATE ", "ALTER "];

fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    VERBS.iter().any(|it| text.starts_with(it))
}

/// `"word"` is a name in PostgreSQL and, if there is no such name, a text in SQLite.
fn quotes(files: &Files) -> Result<Vec<Finding>> {
    let what = "double quotes in SQL: a text stands in single ones";
    let mut found = Vec::new();
    // The store's own statements are each for one database, and quote names as it does.
    let portable = files.rust().filter(|(it, _)| !it.path.starts_with("crates/tend_store/src/"));
    for (file, source) in portable {
        for it in source.strings.iter().filter(|it| is_sql(&it.text)) {
            if it.text.replace("COLLATE \"C\"", "").contains('"') {
                found.push(Finding::at(file, it.line, what));
            }
        }
    }
    for (file, n, code) in schema(files) {
        if code.contains('"') {
            found.push(Finding::at(file, n, what));
        }
    }
    Ok(found)
}

/// Pages and views ask functions, not the database.
fn place(files: &Files) -> Result<Vec<Finding>> {
    let above = ["crates/tend_web/src/", "crates/tend_views/src/"];
    let mut found = Vec::new();
    for (file, Source { strings, .. }) in files.rust() {
        if above.iter().any(|it| file.path.starts_with(it)) {
            for it in strings.iter().filter(|it| is_sql(&it.text) && it.text.contains(" FROM ")) {
                found.push(Finding::at(file, it.line, "SQL belongs into tend_core"));
            }
        }
    }
    Ok(found)
}

/// Five types of columns mean the same to both databases.
fn types(files: &Files) -> Result<Vec<Finding>> {
    let others =
        ["INTEGER", "INT", "SERIAL", "VARCHAR", "TIMESTAMP", "JSON", "JSONB", "NUMERIC", "REAL"];
    let mut found = Vec::new();
    for (file, n, code) in schema(files) {
        let words = code.split(|it: char| !it.is_alphanumeric());
        for word in words.filter(|it| others.contains(it)) {
            let what = format!("{word}: use TEXT, BIGINT, BOOLEAN, DOUBLE PRECISION or BYTEA");
            found.push(Finding::at(file, n, what));
        }
    }
    Ok(found)
}

/// The lines of the migrations that serve both, without comments.
fn schema(files: &Files) -> impl Iterator<Item = (&File, usize, &str)> {
    let migrations = files.all.iter().filter(|it| it.path.starts_with("migrations/"));
    let shared = migrations
        .filter(|it| !it.path.ends_with(".sqlite.sql") && !it.path.ends_with(".postgres.sql"));
    shared.flat_map(|file| {
        let lines = file.text.lines().enumerate();
        lines.map(move |(n, line)| (file, n + 1, line.split("--").next().unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_is_told_from_prose() {
        assert!(is_sql("\n  SELECT name FROM agents"));
        assert!(!is_sql("Select a name"));
        assert!(!is_sql("UPDATED"));
    }
}
