//! Words that do not belong into the project.

use anyhow::Result;

use super::{File, Files, Finding, Rule};

pub const RULES: &[Rule] = &[
    Rule { name: "leftover", look: leftover },
    Rule { name: "place", look: place },
    Rule { name: "lock-address", look: lock_address },
];

const TEXT: [&str; 12] =
    [".rs", ".css", ".js", ".mjs", ".sql", ".md", ".toml", ".sh", ".yml", ".json", ".txt", "/test"];

/// Work that was put off has a number under which it is remembered.
fn leftover(files: &Files) -> Result<Vec<Finding>> {
    // Spelled so that this line is none.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let mut found = Vec::new();
    for file in files.ours(&[".rs", ".css", ".js", ".mjs", ".sql", ".sh"]) {
        for (n, line) in file.text.lines().enumerate() {
            let begins = marks.iter().find_map(|it| Some(&line[word(line, it)? + it.len()..]));
            if begins.is_some_and(|rest| !rest.starts_with("(#")) {
                found.push(Finding::at(
                    file,
                    n + 1,
                    "give it a number, as in TO-DO(#12), or do it",
                ));
            }
        }
    }
    Ok(found)
}

/// Where a word stands by itself.
fn word(line: &str, word: &str) -> Option<usize> {
    let is_letter = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
    line.match_indices(word).map(|(at, _)| at).find(|at| {
        !is_letter(line[..*at].chars().next_back())
            && !is_letter(line[at + word.len()..].chars().next())
    })
}

/// Paths of the machine that something was written on, and hosts of registries.
fn place(files: &Files) -> Result<Vec<Finding>> {
    let hosts = [
        concat!("crates", ".io"),
        concat!("pypi", ".org"),
        concat!("npmjs", ".org"),
        concat!("npmjs", ".com"),
        concat!("deb.debian", ".org"),
    ];
    let folders = [concat!("/t", "mp/"), concat!("/wo", "rk/"), concat!("/ro", "ot/")];
    let mut found = Vec::new();
    for file in files.ours(&TEXT).filter(|it| !it.path.ends_with("Cargo.lock")) {
        for (n, line) in file.text.lines().enumerate() {
            let host = hosts.iter().find(|it| line.contains(**it));
            let folder = folders.iter().find(|it| has_path(line, it));
            if let Some(it) = host.or(folder) {
                found.push(Finding::at(file, n + 1, format!("{it} is of one machine only")));
            }
        }
    }
    Ok(found)
}

/// At the beginning of a path, not within one.
fn has_path(line: &str, folder: &str) -> bool {
    let within = |it: char| it.is_ascii_lowercase() || it == '.' || it == '}' || it == ')';
    line.match_indices(folder).any(|(at, _)| !line[..at].chars().next_back().is_some_and(within))
}

/// A lock file says what was taken, not from where.
fn lock_address(files: &Files) -> Result<Vec<Finding>> {
    let locks = files.all.iter().filter(|it| it.path.ends_with("package-lock.json"));
    let with_address = locks.filter(|it: &&File| it.text.contains("\"resolved\": \"http"));
    let what = "npm config set omit-lockfile-registry-resolved true, then make it anew";
    Ok(with_address.map(|it| Finding::of(&it.path, what)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_within_a_path_is_none_of_this_machine() {
        assert!(has_path(concat!("see /t", "mp/x"), concat!("/t", "mp/")));
        assert!(!has_path(concat!("see var/t", "mp/x"), concat!("/t", "mp/")));
        assert_eq!(word("no AXXXB, but XX", "XX"), Some(14));
    }
}
