//! A reader who knows the class knows the file.

use anyhow::Result;

use super::{Files, Finding, Rule};

pub const RULES: &[Rule] =
    &[Rule { name: "css-class", look: class }, Rule { name: "css-important", look: important }];

/// In parts and pages, each rule begins with a class that begins with the file's name.
fn class(files: &Files) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for file in files.ours(&[".css"]) {
        if !file.path.contains("/parts/") && !file.path.contains("/pages/") {
            continue;
        }
        for (line, selector) in selectors(&file.text) {
            let Some(class) = first_class(&selector) else {
                continue;
            };
            let rest = class.strip_prefix(file.stem());
            if !rest.is_some_and(|it| it.is_empty() || it.starts_with(['-', '_'])) {
                let what = format!("class {class} does not begin with {}", file.stem());
                found.push(Finding::at(file, line, what));
            }
        }
    }
    Ok(found)
}

fn important(files: &Files) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for file in files.ours(&[".css"]).filter(|it| !it.path.ends_with("reset.css")) {
        for (n, line) in without_comments(&file.text).lines().enumerate() {
            if line.contains("!important") {
                found.push(Finding::at(file, n + 1, "!important: the layers decide"));
            }
        }
    }
    Ok(found)
}

/// The selectors of rules that are not nested in others, each with its line.
fn selectors(css: &str) -> Vec<(usize, String)> {
    let (mut found, mut line, mut prelude) = (Vec::new(), 1, String::new());
    // What the open braces belong to: a rule, or a layer, a media query and such.
    let mut inside: Vec<bool> = Vec::new();
    for it in without_comments(css).chars() {
        line += usize::from(it == '\n');
        match it {
            '{' => {
                let is_rule = !prelude.trim_start().starts_with('@');
                if is_rule && !inside.contains(&true) {
                    found.extend(each_selector(&prelude).into_iter().map(|it| (line, it)));
                }
                inside.push(is_rule || prelude.contains("@keyframes"));
                prelude.clear();
            }
            '}' => {
                inside.pop();
                prelude.clear();
            }
            ';' => prelude.clear(),
            it => prelude.push(it),
        }
    }
    found
}

/// Parted at commas, but not at those within `:is(…)`.
fn each_selector(prelude: &str) -> Vec<String> {
    let (mut found, mut depth) = (vec![String::new()], 0);
    for it in prelude.chars() {
        depth += i32::from(it == '(') - i32::from(it == ')');
        match (it, found.last_mut()) {
            (',', _) if depth == 0 => found.push(String::new()),
            (it, Some(last)) => last.push(it),
            (_, None) => {}
        }
    }
    found.iter().map(|it| it.trim().to_owned()).collect()
}

fn first_class(selector: &str) -> Option<&str> {
    let (_, rest) = selector.split_once('.')?;
    let end = rest.find(|it: char| !it.is_alphanumeric() && !"-_".contains(it));
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// Comments become blanks, so that lines keep their numbers.
fn without_comments(css: &str) -> String {
    let (mut out, mut rest) = (String::new(), css);
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        out.push_str(before);
        out.extend(comment.chars().filter(|it| *it == '\n'));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_found_in_layers_and_not_in_rules() {
        let css = "/* .no { */\n@layer parts {\n.button:is(.a, .b), a.link:hover {\n & .x { color: red } }\n@media print { .badge-late { color: red; } } }";
        let found: Vec<_> = selectors(css).into_iter().map(|(_, it)| it).collect();
        assert_eq!(found, [".button:is(.a, .b)", "a.link:hover", ".badge-late"]);
        assert_eq!(first_class("a.link:hover"), Some("link"));
        assert_eq!(first_class("main > p"), None);
    }
}
