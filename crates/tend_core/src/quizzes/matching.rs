//! Which products fit some answers, and what speaks for each.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{
    fold::fold,
    recommend::offers::{Offer, Trait},
};

/// What a choice says of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The name of an attribute.
    pub name: String,
    pub value: String,
    /// How much it speaks for a product that has it: 1 to 9.
    pub weight: i64,
    /// Whether products without it are left out.
    pub must: bool,
}

/// One answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuizChoice {
    pub text: String,
    pub rules: Vec<Rule>,
}

/// A question, of which one answer is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    pub choices: Vec<QuizChoice>,
}

/// What a quiz asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What stands before the first question.
    pub intro: String,
    pub questions: Vec<Question>,
}

/// A product that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub offer: Offer,
    /// The sum of the weights of what speaks for it.
    pub score: i64,
    /// The texts of the choices that speak for it, in the order of the questions.
    pub because: Vec<String>,
}

/// So many products are shown.
const MOST: usize = 3;

/// The products that fit, the best first; of equals by name. What nothing speaks for is not among
/// them, nor what is sold out or not to be recommended: if none fits, the list is empty. A choice
/// is a number within its question; one that is not there says nothing.
pub fn matching(
    document: &Document,
    choices: &[usize],
    products: &[Offer],
    traits: &[Trait],
) -> Vec<Match> {
    let known: HashSet<(i64, String, String)> =
        traits.iter().map(|it| (it.product_id.raw(), fold(&it.name), fold(&it.value))).collect();
    let chosen: Vec<&QuizChoice> = document
        .questions
        .iter()
        .zip(choices)
        .filter_map(|(question, at)| question.choices.get(*at))
        .collect();
    let has = |offer: &Offer, rule: &Rule| {
        known.contains(&(offer.id.raw(), fold(&rule.name), fold(&rule.value)))
    };
    let one = |offer: &Offer| {
        if offer.why_not().is_some() {
            return None;
        }
        let mut found = Match { offer: offer.clone(), score: 0, because: Vec::new() };
        for choice in &chosen {
            // Of several musts with one name, one suffices: small or medium.
            for must in choice.rules.iter().filter(|it| it.must) {
                let same =
                    choice.rules.iter().filter(|it| it.must && fold(&it.name) == fold(&must.name));
                if !same.into_iter().any(|it| has(offer, it)) {
                    return None;
                }
            }
            let says: i64 =
                choice.rules.iter().filter(|it| has(offer, it)).map(|it| it.weight).sum();
            if says > 0 {
                found.score += says;
                found.because.push(choice.text.clone());
            }
        }
        (found.score > 0).then_some(found)
    };
    let mut all: Vec<Match> = products.iter().filter_map(one).collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.offer.name.cmp(&b.offer.name)));
    all.truncate(MOST);
    all
}

impl Rule {
    /// Reads what a person wrote: `colour: blue`, `colour: blue x3`, `must colour: blue`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (must, text) = match text.strip_prefix("must ") {
            Some(rest) => (true, rest.trim()),
            None => (false, text),
        };
        let (name, value) = text.split_once(':')?;
        let (name, mut value) = (name.trim(), value.trim());
        let mut weight = 1;
        if let Some((before, times)) = value.rsplit_once(" x")
            && let Ok(it) = times.parse::<i64>()
        {
            (value, weight) = (before.trim(), it);
        }
        let sound = !name.is_empty() && !value.is_empty() && (1..=9).contains(&weight);
        sound.then(|| Self { name: name.to_owned(), value: value.to_owned(), weight, must })
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let must = if self.must { "must " } else { "" };
        write!(f, "{must}{}: {}", self.name, self.value)?;
        if self.weight != 1 { write!(f, " x{}", self.weight) } else { Ok(()) }
    }
}

impl QuizChoice {
    /// Its rules as a person writes them, with commas between.
    pub fn rules_text(&self) -> String {
        self.rules.iter().map(Rule::to_string).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::ProductId;

    fn offer(id: i64, name: &str) -> Offer {
        Offer {
            id: ProductId::from_raw(id),
            name: name.to_owned(),
            url: String::new(),
            picture_url: String::new(),
            is_offered: true,
            is_durable: true,
            stock: None,
            margin_percent: None,
            archived_at: None,
        }
    }

    fn of(id: i64, name: &str, value: &str) -> Trait {
        Trait { product_id: ProductId::from_raw(id), name: name.into(), value: value.into() }
    }

    fn choice(text: &str, rules: &[&str]) -> QuizChoice {
        let rules = rules.iter().map(|it| Rule::read(it).expect("a rule")).collect();
        QuizChoice { text: text.to_owned(), rules }
    }

    #[test]
    fn what_fits_is_ranked_with_what_speaks_for_it() {
        let document = Document {
            intro: String::new(),
            questions: vec![
                Question {
                    text: "How large is the room?".into(),
                    choices: vec![
                        choice("Small", &["must size: s", "must size: m"]),
                        choice("Large", &["size: l x3"]),
                    ],
                },
                Question {
                    text: "Is it to be quiet?".into(),
                    choices: vec![choice("Yes", &["Noise: LOW x2"]), choice("No matter", &[])],
                },
            ],
        };
        let mut sold_out = offer(4, "Sold out");
        sold_out.stock = Some(0);
        let products = [offer(1, "Breeze"), offer(2, "Gale"), offer(3, "Calm"), sold_out];
        let traits = [
            of(1, "Size", "S"),
            of(2, "size", "l"),
            of(3, "size", "m"),
            of(3, "noise", "low"),
            of(4, "size", "s"),
        ];
        let names = |choices: &[usize]| {
            let found = matching(&document, choices, &products, &traits);
            found.into_iter().map(|it| (it.offer.name, it.score, it.because)).collect::<Vec<_>>()
        };
        let because = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            names(&[0, 0]),
            [
                ("Calm".to_owned(), 3, because(&["Small", "Yes"])),
                ("Breeze".to_owned(), 1, because(&["Small"]))
            ]
        );
        assert_eq!(
            names(&[1, 0]),
            [
                ("Gale".to_owned(), 3, because(&["Large"])),
                ("Calm".to_owned(), 2, because(&["Yes"]))
            ]
        );
        assert_eq!(names(&[7, 1]), [], "none fits, and none is said to");
    }

    #[test]
    fn rules_are_read_as_they_are_written() {
        for text in ["size: s", "must size: extra large x3", "noise: low x2"] {
            assert_eq!(Rule::read(text).expect("a rule").to_string(), text);
        }
        for wrong in ["size", ": s", "size:", "size: s x0", "size: s x10", ""] {
            assert_eq!(Rule::read(wrong), None, "{wrong}");
        }
    }
}
