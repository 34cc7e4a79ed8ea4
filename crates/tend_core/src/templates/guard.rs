//! Looks at what stands between `{{ }}` and `{% %}` before the engine does: statements that
//! could grow without limit are refused, and what an HTML editor made of quotes is put right.

use super::{Form, MOST_SOURCE};
use crate::{Result, error::invalid};

const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];

/// The source as the engine may read it.
pub(super) fn prepare(source: &str, form: Form) -> Result<String> {
    if source.len() > MOST_SOURCE {
        return Err(invalid("template", "This template is too long."));
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = opening(rest) {
        out.push_str(&rest[..at]);
        let kind = &rest[at..at + 2];
        let end = closing(&rest[at + 2..], kind)
            .ok_or_else(|| invalid("template", format!("A {kind} is not closed.")))?;
        let inside = &rest[at + 2..at + 2 + end];
        let inside = if form == Form::Html { plain(inside) } else { inside.to_owned() };
        if kind != "{#" {
            check(kind, &inside)?;
            out.push_str(kind);
            out.push_str(&inside);
            out.push_str(if kind == "{{" { "}}" } else { "%}" });
        }
        rest = &rest[at + 2 + end + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

fn opening(text: &str) -> Option<usize> {
    ["{{", "{%", "{#"].iter().filter_map(|it| text.find(it)).min()
}

/// Where `}}`, `%}` or `#}` begins, but for those in a string.
fn closing(text: &str, kind: &str) -> Option<usize> {
    let end = match kind {
        "{{" => "}}",
        "{%" => "%}",
        _ => return text.find("#}"),
    };
    let mut quote = None;
    for (at, it) in text.char_indices() {
        match quote {
            Some(open) if it == open => quote = None,
            Some(_) => {}
            None if it == '"' || it == '\'' => quote = Some(it),
            None if text[at..].starts_with(end) => return Some(at),
            None => {}
        }
    }
    // A stray apostrophe.
    text.find(end)
}

fn check(kind: &str, inside: &str) -> Result<()> {
    let bare = inside.trim_matches(|it: char| it == '-' || it == '+' || it.is_whitespace());
    if kind == "{%" {
        let word = bare.split(|it: char| !it.is_alphanumeric()).next().unwrap_or_default();
        if !STATEMENTS.contains(&word) {
            let text = format!("Templates know if, elif, else and endif, and not {word}.");
            return Err(invalid("template", text));
        }
    }
    if bare.contains('<') && bare.contains('>') {
        return Err(invalid(
            "template",
            format!("There is formatting inside of {{{{ {bare} }}}}."),
        ));
    }
    match outside_of_strings(bare).contains('*') {
        true => Err(invalid("template", "Templates don't multiply.")),
        false => Ok(()),
    }
}

fn outside_of_strings(text: &str) -> String {
    let mut quote = None;
    text.chars()
        .filter(|it| match quote {
            Some(open) => {
                if *it == open {
                    quote = None;
                }
                false
            }
            None => {
                if *it == '"' || *it == '\'' {
                    quote = Some(*it);
                }
                quote.is_none()
            }
        })
        .collect()
}

/// What a person typed, before an editor wrote it as HTML.
fn plain(inside: &str) -> String {
    inside
        .replace("&nbsp;", " ")
        .replace('\u{a0}', " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .replace(['“', '”', '„'], "\"")
        .replace(['‘', '’'], "'")
}

/// `{{ contact.phone }}` and its like in finished HTML; in `<code>` and `<pre>` they may stand.
pub(super) fn left_over(html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find("{{") {
        if in_code(&html[..html.len() - rest.len() + at]) {
            rest = &rest[at + 2..];
            continue;
        }
        let inside = rest[at + 2..].split("}}").next().unwrap_or_default();
        let name = plain(inside).split('|').next().unwrap_or_default().trim().to_owned();
        let noun = name.split('.').next().unwrap_or_default();
        if name.contains('.') && super::vocabulary::NOUNS.contains(&noun) && !found.contains(&name)
        {
            found.push(name);
        }
        rest = &rest[at + 2..];
    }
    found
}

fn in_code(before: &str) -> bool {
    ["code", "pre"].iter().any(|tag| {
        let opened = before.matches(&format!("<{tag}>")).count()
            + before.matches(&format!("<{tag} ")).count();
        opened > before.matches(&format!("</{tag}>")).count()
    })
}
