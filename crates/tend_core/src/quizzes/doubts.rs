//! Rules that say nothing of any product: no product has what they name.

use super::Rule;
use crate::fold::fold;

/// Why a rule does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// No product has an attribute of this name; holds the sentence.
    Name(String),
    /// Products have it, and none with this value; holds the sentence.
    Value(String),
}

impl Doubt {
    /// The sentence.
    pub fn text(&self) -> &str {
        let (Self::Name(it) | Self::Value(it)) = self;
        it
    }
}

/// What is doubtful about a rule, beside what products have: each name with its values.
pub fn doubt(rule: &Rule, known: &[(String, Vec<String>)]) -> Option<Doubt> {
    let found = known.iter().find(|it| fold(&it.0) == fold(&rule.name));
    let Some((name, values)) = found else {
        let names: Vec<&str> = known.iter().map(|it| it.0.as_str()).collect();
        let them = match names.is_empty() {
            true => "they know nothing yet".to_owned(),
            false => format!("they know {}", names.join(", ")),
        };
        return Some(Doubt::Name(format!("No product knows “{}”: {them}.", rule.name)));
    };
    match values.iter().any(|it| fold(it) == fold(&rule.value)) {
        true => None,
        false => Some(Doubt::Value(format!(
            "No product has {name}: {}. They have {}.",
            rule.value,
            values.join(", ")
        ))),
    }
}

/// The same of rules as they are written; what can't be read is left out.
pub fn doubts(rules: &str, known: &[(String, Vec<String>)]) -> Vec<Doubt> {
    rules.split(',').filter_map(Rule::read).filter_map(|it| doubt(&it, known)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_product_has_is_told_with_what_they_have() {
        let known = [("Place".to_owned(), vec!["refrigerator".to_owned(), "van".to_owned()])];
        let all = doubts("plaze: refrigerator x3, must place: VAN, place: moon", &known);
        let said: Vec<&str> = all.iter().map(Doubt::text).collect();
        assert_eq!(
            said,
            [
                "No product knows “plaze”: they know Place.",
                "No product has Place: moon. They have refrigerator, van."
            ]
        );
        assert!(matches!(all[0], Doubt::Name(_)) && matches!(all[1], Doubt::Value(_)));
        assert_eq!(
            doubts("size: s", &[])[0].text(),
            "No product knows “size”: they know nothing yet."
        );
    }
}
