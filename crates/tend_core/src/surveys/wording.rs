//! What a survey says, by language, with the few things that it may put in.
//!
//! A placeholder stands in braces: `{company}`. What may be missing when a customer is asked has
//! to say what stands there then: `{agent|our team}`. So no mail ever greets a gap.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Kind, When};
use crate::{Result, error::invalid, fold};

/// The texts of each language, by its short code.
pub type Wording = BTreeMap<String, Texts>;

/// What a survey says in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    /// Of the mail.
    pub subject: String,
    /// Before the question; may be empty.
    pub intro: String,
    pub question: String,
    /// At the low end of the scale.
    pub low: String,
    /// At the high end.
    pub high: String,
    /// What the comment is asked for with.
    pub comment: String,
    /// Once it is answered.
    pub thanks: String,
}

impl Texts {
    /// With the values put in.
    pub(super) fn filled(&self, values: &Values) -> Self {
        let mut out = self.clone();
        for (_, text) in out.each() {
            *text = put_in(text, values);
        }
        out
    }

    fn each(&mut self) -> [(&'static str, &mut String); 7] {
        [
            ("subject", &mut self.subject),
            ("intro", &mut self.intro),
            ("question", &mut self.question),
            ("low", &mut self.low),
            ("high", &mut self.high),
            ("comment", &mut self.comment),
            ("thanks", &mut self.thanks),
        ]
    }
}

/// What may be put in.
const NAMES: [&str; 5] = ["company", "first_name", "agent", "conversation", "order"];

/// What is put in for one customer; what is empty is missing.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub company: String,
    pub first_name: String,
    pub agent: String,
    /// `#1042`.
    pub conversation: String,
    /// As the customer knows it.
    pub order: String,
}

impl Values {
    fn of(&self, name: &str) -> &str {
        match name {
            "company" => &self.company,
            "first_name" => &self.first_name,
            "agent" => &self.agent,
            "conversation" => &self.conversation,
            "order" => &self.order,
            _ => "",
        }
    }
}

/// A piece of a text: words, or a placeholder with what stands there if it is missing.
enum Piece<'a> {
    Words(&'a str),
    Put(&'a str, Option<&'a str>),
}

fn pieces(text: &str) -> std::result::Result<Vec<Piece<'_>>, String> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        if rest[at..].starts_with('}') {
            return Err("A brace is closed that was not opened.".to_owned());
        }
        out.push(Piece::Words(&rest[..at]));
        let inside = &rest[at + 1..];
        let end = inside.find('}').ok_or("A brace is not closed.")?;
        let (name, other) = match inside[..end].split_once('|') {
            Some((name, other)) => (name.trim(), Some(other.trim())),
            None => (inside[..end].trim(), None),
        };
        if !NAMES.contains(&name) {
            return Err(format!(
                "There is no placeholder {{{name}}}. There are company, first_name, agent, \
                 conversation and order."
            ));
        }
        if other.is_some_and(|it| it.is_empty() || it.contains('{')) {
            return Err(format!("Write what stands in place of {{{name}}} if it is missing."));
        }
        out.push(Piece::Put(name, other));
        rest = &inside[end + 1..];
    }
    out.push(Piece::Words(rest));
    Ok(out)
}

/// Puts the values in. Kept texts are checked, so nothing is missing in them.
pub fn put_in(text: &str, values: &Values) -> String {
    let Ok(pieces) = pieces(text) else { return text.to_owned() };
    let one = |it: &Piece<'_>| match it {
        Piece::Words(words) => (*words).to_owned(),
        Piece::Put(name, other) => match values.of(name) {
            "" => other.unwrap_or_default().to_owned(),
            value => value.to_owned(),
        },
    };
    pieces.iter().map(one).collect()
}

/// Whether a placeholder has a value for everybody who is asked on this occasion.
fn is_certain(name: &str, when: When) -> bool {
    match name {
        "company" => true,
        "conversation" => when == When::Resolved,
        "order" => matches!(when, When::Sent | When::Delivered | When::Returned),
        _ => false,
    }
}

fn check(text: &str, when: When) -> std::result::Result<(), String> {
    for it in pieces(text)? {
        if let Piece::Put(name, None) = it
            && !is_certain(name, when)
        {
            return Err(format!(
                "Not everybody has {{{name}}}. Say what stands there then, such as \
                 {{{name}|our team}}."
            ));
        }
    }
    Ok(())
}

/// The wording as it may be kept.
///
/// # Errors
/// Invalid under `wording.en.question` and so on: a placeholder that does not exist, or may be
/// missing without saying what stands there then; a question that is empty; no language.
pub fn checked(wording: &Wording, when: When) -> Result<Wording> {
    let mut out = Wording::new();
    for (language, texts) in wording {
        let code = crate::contacts::fields::language(language)?;
        if code.is_empty() {
            return Err(invalid("wording", "Name the language of each wording."));
        }
        let mut texts = texts.clone();
        for (name, text) in texts.each() {
            let most = if matches!(name, "intro" | "thanks") { 1000 } else { 300 };
            *text = fold::shorten(text.trim(), most);
            let field = format!("wording.{code}.{name}");
            if text.is_empty() && !matches!(name, "intro") {
                return Err(invalid(field, "Write a text for it."));
            }
            check(text, when).map_err(|why| invalid(field, why))?;
        }
        out.insert(code, texts);
    }
    match out.is_empty() || out.len() > 20 {
        true => Err(invalid("wording", "Write it in at least one language, and at most twenty.")),
        false => Ok(out),
    }
}

/// The language that is closest to a customer's: itself, its kin, English, or the first.
pub fn language<'a, T>(all: &'a BTreeMap<String, T>, of: &str) -> Option<&'a str> {
    let short = |it: &str| it.split('-').next().unwrap_or_default().to_lowercase();
    let same = all.keys().find(|it| it.eq_ignore_ascii_case(of));
    let kin = || all.keys().find(|it| !of.is_empty() && short(it) == short(of));
    let english = || all.keys().find(|it| short(it) == "en");
    same.or_else(kin).or_else(english).or_else(|| all.keys().next()).map(String::as_str)
}

/// The wording of the field for this kind and occasion, in English and German.
pub fn usual(kind: Kind, when: When) -> Wording {
    [("en".to_owned(), english(kind, when)), ("de".to_owned(), german(kind, when))].into()
}

fn texts(them: [&str; 7]) -> Texts {
    let [subject, intro, question, low, high, comment, thanks] = them.map(str::to_owned);
    Texts { subject, intro, question, low, high, comment, thanks }
}

fn english(kind: Kind, when: When) -> Texts {
    let thanks = "Thank you. A person at {company} reads what you wrote.";
    match kind {
        Kind::Csat => texts([
            "How did we do?",
            "Hello {first_name|there}, one click is enough.",
            match when {
                When::Resolved => {
                    "How satisfied were you with the help you got from {agent|our team}?"
                }
                When::Sent | When::Delivered => {
                    "How satisfied were you with the delivery of order {order}?"
                }
                When::Returned => "How satisfied were you with the return of order {order}?",
                When::Onboarding => "How satisfied were you with your first steps with {company}?",
                _ => "How satisfied were you with {company}?",
            },
            "Very unsatisfied",
            "Very satisfied",
            "What is the main reason for your score?",
            thanks,
        ]),
        Kind::Ces => texts([
            "Was it easy?",
            "Hello {first_name|there}, one click is enough.",
            match when {
                When::Returned => "{company} made it easy for me to return order {order}.",
                When::Onboarding => "{company} made it easy for me to get started.",
                _ => "{company} made it easy for me to handle my issue.",
            },
            "Strongly disagree",
            "Strongly agree",
            "What made it easy or hard?",
            thanks,
        ]),
        Kind::Nps => texts([
            "Would you recommend {company}?",
            "Hello {first_name|there}, one click is enough.",
            "How likely are you to recommend {company} to a friend or colleague?",
            "Not at all likely",
            "Extremely likely",
            "What is the main reason for your score?",
            thanks,
        ]),
        Kind::Own => texts([
            "Your experience with {company}",
            "Hello {first_name|there}, these questions take a minute.",
            "All in all, how good is your experience with {company}?",
            "Very poor",
            "Excellent",
            "What should we do better?",
            thanks,
        ]),
    }
}

fn german(kind: Kind, when: When) -> Texts {
    let thanks = "Vielen Dank. Bei {company} liest ein Mensch, was Sie geschrieben haben.";
    match kind {
        Kind::Csat => texts([
            "Wie war es?",
            "Guten Tag {first_name|und danke}, ein Klick genügt.",
            match when {
                When::Resolved => "Wie zufrieden sind Sie mit der Hilfe durch {agent|unser Team}?",
                When::Sent | When::Delivered => {
                    "Wie zufrieden sind Sie mit der Lieferung der Bestellung {order}?"
                }
                When::Returned => "Wie zufrieden sind Sie mit der Rückgabe der Bestellung {order}?",
                When::Onboarding => "Wie zufrieden sind Sie mit Ihrem Einstieg bei {company}?",
                _ => "Wie zufrieden sind Sie mit {company}?",
            },
            "Sehr unzufrieden",
            "Sehr zufrieden",
            "Was ist der Hauptgrund für Ihre Bewertung?",
            thanks,
        ]),
        Kind::Ces => texts([
            "War es einfach?",
            "Guten Tag {first_name|und danke}, ein Klick genügt.",
            match when {
                When::Returned => {
                    "{company} hat es mir leicht gemacht, die Bestellung {order} zurückzugeben."
                }
                When::Onboarding => "{company} hat mir den Einstieg leicht gemacht.",
                _ => "{company} hat es mir leicht gemacht, mein Anliegen zu klären.",
            },
            "Stimme gar nicht zu",
            "Stimme voll zu",
            "Was war einfach, was schwierig?",
            thanks,
        ]),
        Kind::Nps => texts([
            "Würden Sie {company} empfehlen?",
            "Guten Tag {first_name|und danke}, ein Klick genügt.",
            "Wie wahrscheinlich ist es, dass Sie {company} Freunden oder Kollegen empfehlen?",
            "Äußerst unwahrscheinlich",
            "Äußerst wahrscheinlich",
            "Was ist der Hauptgrund für Ihre Bewertung?",
            thanks,
        ]),
        Kind::Own => texts([
            "Ihre Erfahrung mit {company}",
            "Guten Tag {first_name|und danke}, diese Fragen dauern eine Minute.",
            "Alles in allem: Wie gut ist Ihre Erfahrung mit {company}?",
            "Sehr schlecht",
            "Ausgezeichnet",
            "Was sollten wir besser machen?",
            thanks,
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_missing_says_what_stands_there_then() {
        let with = |question: &str| {
            let mut it = usual(Kind::Csat, When::Resolved);
            it.retain(|language, _| language == "en");
            it.get_mut("en").expect("is there").question = question.to_owned();
            it
        };
        for (question, is_fine) in [
            ("How was {company}?", true),
            ("How was {agent|our team}?", true),
            ("How was {agent}?", false),
            ("How was {order}?", false),
            ("How was {conversation}?", true),
            ("How was {the weather}?", false),
            ("How was {agent|}?", false),
            ("How was {company?", false),
            ("How was company}?", false),
            ("", false),
        ] {
            assert_eq!(checked(&with(question), When::Resolved).is_ok(), is_fine, "{question}");
        }
        let values = Values { company: "Kestrel".into(), ..Values::default() };
        assert_eq!(put_in("{company}: {agent|our team}", &values), "Kestrel: our team");
    }

    #[test]
    fn the_usual_wordings_may_be_kept_on_every_occasion() {
        for kind in Kind::ALL {
            for when in When::ALL {
                checked(&usual(*kind, *when), *when).expect("may be kept");
            }
        }
    }

    #[test]
    fn a_customer_is_asked_in_the_closest_language() {
        let all: BTreeMap<String, ()> =
            ["de", "en-GB", "pt-BR"].map(|it| (it.to_owned(), ())).into();
        for (of, found) in
            [("de-AT", "de"), ("pt-BR", "pt-BR"), ("pt", "pt-BR"), ("fr", "en-GB"), ("", "en-GB")]
        {
            assert_eq!(language(&all, of), Some(found), "{of}");
        }
    }
}
