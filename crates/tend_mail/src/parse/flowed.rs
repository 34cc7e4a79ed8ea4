//! `format=flowed` (RFC 3676).

/// Joins the soft line breaks of a flowed text. Quote depth is kept as `>`
/// marks in front of each paragraph.
pub(crate) fn unflow(text: &str, is_delsp: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut flowing: Option<usize> = None;
    for line in text.split('\n') {
        let (depth, rest) = quote(line);
        let body = rest.strip_prefix(' ').unwrap_or(rest);
        let is_signature = body == "-- ";
        let is_soft = body.ends_with(' ') && !is_signature;
        let kept = if is_soft && is_delsp { &body[..body.len() - 1] } else { body };
        match lines.last_mut() {
            Some(last) if flowing == Some(depth) && !is_signature => last.push_str(kept),
            _ => {
                let gap = if depth > 0 && !body.is_empty() { " " } else { "" };
                lines.push(format!("{}{gap}{kept}", ">".repeat(depth)));
            }
        }
        flowing = is_soft.then_some(depth);
    }
    lines.join("\n")
}

fn quote(line: &str) -> (usize, &str) {
    let rest = line.trim_start_matches('>');
    (line.len() - rest.len(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_breaks_join() {
        assert_eq!(unflow("one \ntwo\nthree", false), "one two\nthree");
        assert_eq!(unflow("one \ntwo\n", true), "onetwo\n");
        assert_eq!(unflow("> a \n> b\n>> c\nd", false), "> a b\n>> c\nd");
        assert_eq!(unflow("x\n-- \nJo", false), "x\n-- \nJo");
        assert_eq!(unflow(" From me", false), "From me");
        assert_eq!(unflow("a\n\nb", false), "a\n\nb");
    }
}
