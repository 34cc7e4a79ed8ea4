//! Licence expressions: `MIT OR Apache-2.0`, `(A OR B) AND C WITH exception`.

/// Whether the allowed licences are enough to use what stands under `expression`.
pub fn is_met(expression: &str, allowed: impl Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    // An old spelling of OR.
    let spaced = spaced.replace('/', " OR ");
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    words.reverse();
    any(&mut words, &allowed) && words.is_empty()
}

fn any(words: &mut Vec<&str>, allowed: &impl Fn(&str) -> bool) -> bool {
    let mut met = all(words, allowed);
    while words.last() == Some(&"OR") {
        words.pop();
        met |= all(words, allowed);
    }
    met
}

fn all(words: &mut Vec<&str>, allowed: &impl Fn(&str) -> bool) -> bool {
    let mut met = one(words, allowed);
    while words.last() == Some(&"AND") {
        words.pop();
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Vec<&str>, allowed: &impl Fn(&str) -> bool) -> bool {
    match words.pop() {
        Some("(") => {
            let met = any(words, allowed);
            words.pop() == Some(")") && met
        }
        Some(name) => match words.last() {
            Some(&"WITH") => {
                words.pop();
                let exception = words.pop().unwrap_or_default();
                allowed(&format!("{name} WITH {exception}")) || allowed(name)
            }
            _ => allowed(name),
        },
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_is_enough_and_both_are_both() {
        let met = |it: &str| is_met(it, |name| ["MIT", "Zlib"].contains(&name));
        assert!(met("MIT"));
        assert!(met("MIT OR GPL-3.0"));
        assert!(met("GPL-3.0/MIT"));
        assert!(met("(GPL-3.0 OR MIT) AND Zlib"));
        assert!(!met("MIT AND GPL-3.0"));
        assert!(!met("(GPL-3.0 OR Zlib) AND Apache-2.0"));
        assert!(!met("(MIT"));
        assert!(!met(""));
    }
}
