use maud::{Markup, html};
use tend_core::{
    agents::Agent,
    surveys::{Ask, Kind, NewSurvey, Question, SurveyId, When, mail::SurveyMail, wording::Texts},
};

use super::preview::as_read;
use crate::{
    layout::{Frame, page},
    parts::{
        Element, Problems, area, button, check, csrf_field, field, form_problems, panel, select,
        submit,
    },
    urls,
};

/// A survey while it is made or changed.
#[derive(Clone, Debug)]
pub struct SurveyForm {
    /// Nothing for a new one.
    pub id: Option<SurveyId>,
    pub survey: NewSurvey,
    /// As it was typed.
    pub questions: String,
    pub agents: Vec<Agent>,
    pub problems: Problems,
    /// As it would be read, in each language.
    pub shown: Vec<SurveyMail>,
    /// What became of a test.
    pub said: Option<String>,
}

/// The form: `name`, `kind`, `asks_when`, `delay_hours`, `every_days`, `step`, `sample_every`,
/// `owner`, `reminds`, `asks_promoters`, `review_url`, `questions`, `add_language`, `try` (`preview` or `test`: nothing is kept), and of each language
/// `wording.en.subject` and so on.
pub fn form_page(frame: &Frame, it: &SurveyForm) -> Markup {
    let title = if it.id.is_some() { "Change the survey" } else { "New survey" };
    let to = it.id.map_or_else(urls::surveys, urls::survey_edit);
    page(frame, title).shows(html! {
        @if !it.shown.is_empty() || it.said.is_some() { div.shell-page.survey-shown {
            @if let Some(said) = &it.said { p role="status" { (said) } }
            @for one in &it.shown { (as_read(one)) }
        } }
        form.shell-page.settings-form method="post" action=(to) {
            (csrf_field(&frame.csrf))
            (form_problems(&it.problems))
            (basics(it))
            @for (language, texts) in &it.survey.wording { (texts_of(language, texts, &it.problems)) }
            (field("add_language", "Add a language").placeholder("fr").autocomplete("off").hint("Its short code. It begins as a copy of the first one.").problems(&it.problems))
            (area("questions", "Further questions, one a line", &it.questions).rows(6).problems(&it.problems)
                .hint("Key; kind; text of each language. Kinds: scale, text, yes_no, choice, and scale driver for the experience drivers. Such as: speed; choice; en: How fast were we? [Fast, As expected, Slow]; de: Wie schnell waren wir? [Schnell, Wie erwartet, Langsam]"))
            div.survey-acts {
                (submit("Keep it"))
                (button("Preview").submits().attr("name", "try").attr("value", "preview"))
                (button("Send a test to me").submits().attr("name", "try").attr("value", "test"))
            }
        }
    })
}

fn basics(it: &SurveyForm) -> Markup {
    let (survey, problems) = (&it.survey, &it.problems);
    let kinds = Kind::ALL.iter().map(|it| (it.word(), it.label()));
    let whens = When::ALL.iter().map(|it| (it.word(), it.label()));
    let none = std::iter::once((String::new(), "The account’s owner".to_owned()));
    let agents = none.chain(it.agents.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let owner = survey.owner.map(|it| it.to_string()).unwrap_or_default();
    let number = |name: &str, label: &str, value: i64| {
        field(name, label).kind("number").attr("min", 0).value(value).problems(problems)
    };
    html! {
        (field("name", "Name").value(&survey.name).required().hint("For your team. Customers don’t see it.").any_direction().problems(problems))
        (select("kind", "What is asked", kinds, survey.kind.word()).problems(problems))
        (select("asks_when", "When", whens, survey.asks_when.word()).problems(problems))
        (number("delay_hours", "Wait after the occasion", survey.delay_hours).suffix("hours").hint("After the conversation, the order or the step."))
        (number("every_days", "Every, or after", survey.every_days).suffix("days").hint("Of a rhythm, and of days after we first saw them."))
        (field("step", "Step of onboarding").value(&survey.step).autocomplete("off").any_direction().hint("Its title, as it stands in the plan; empty: once the whole list is done. One person of the account is asked, a key person first.").problems(problems))
        (number("sample_every", "Ask one customer in", survey.sample_every).hint("1 asks all whom the limits in the settings allow."))
        (select("owner", "Who follows low scores up", agents, owner).hint("Never the agent who was rated.").problems(problems))
        (check("reminds", "Remind once, after three days").on(survey.reminds))
        (check("asks_promoters", "Ask who is glad, once, for a review, a sentence to show, or an introduction").on(survey.asks_promoters))
        (field("review_url", "Where reviews are written").kind("url").value(&survey.review_url).placeholder("https://").autocomplete("off").problems(problems))
    }
}

fn texts_of(language: &str, it: &Texts, problems: &Problems) -> Markup {
    let one = |name: &str, label: &str, value: &str| {
        let name = format!("wording.{language}.{name}");
        field(&name, label).value(value).any_direction().problems(problems)
    };
    panel(format!("Wording: {language}"))
        .lead(html! { "In braces: {company}, {first_name|there}, {agent|our team}, {conversation}, {order}. Behind | stands what is said where it is missing." })
        .holds(html! {
            div.survey-more {
                (one("subject", "Subject of the mail", &it.subject))
                (one("intro", "Before the question", &it.intro))
                (one("question", "Question", &it.question))
                (one("low", "At the low end", &it.low))
                (one("high", "At the high end", &it.high))
                (one("comment", "Above the comment", &it.comment))
                (one("thanks", "Thanks", &it.thanks))
            }
        })
}

/// Further questions as lines that can be typed.
pub fn questions_text(them: &[Question]) -> String {
    let line = |it: &Question| {
        let kind = if it.is_driver { "scale driver" } else { it.ask.word() };
        let mut out = format!("{}; {kind}", it.key);
        for (language, text) in &it.text {
            out.push_str(&format!("; {language}: {text}"));
            if let Some(choices) = it.choices.get(language) {
                out.push_str(&format!(" [{}]", choices.join(", ")));
            }
        }
        out
    };
    them.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads what [`questions_text`] wrote.
///
/// # Errors
/// A sentence with the number of the line.
pub fn read_questions(text: &str) -> Result<Vec<Question>, String> {
    let filled = text.lines().enumerate().filter(|it| !it.1.trim().is_empty());
    filled
        .map(|(n, line)| read_question(line).map_err(|why| format!("Line {}: {why}", n + 1)))
        .collect()
}

fn read_question(line: &str) -> Result<Question, String> {
    let mut pieces = line.split(';').map(str::trim);
    let key = pieces.next().unwrap_or_default().to_owned();
    let kind = pieces.next().unwrap_or_default();
    let (word, is_driver) = match kind.split_once(' ') {
        Some((word, "driver")) => (word, true),
        _ => (kind, false),
    };
    let ask: Ask = word.parse().map_err(|it: &str| it.to_owned())?;
    if is_driver && ask != Ask::Scale {
        return Err("A driver is a scale.".to_owned());
    }
    let (mut texts, mut choices) =
        (std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
    for piece in pieces.filter(|it| !it.is_empty()) {
        let (language, text) = piece
            .split_once(':')
            .ok_or("Write the language before the text, such as en: How was it?")?;
        let (language, text) = (language.trim().to_owned(), text.trim());
        let (text, list) = match text.strip_suffix(']').and_then(|it| it.split_once('[')) {
            Some((text, list)) => {
                (text.trim(), list.split(',').map(|it| it.trim().to_owned()).collect())
            }
            None => (text, Vec::new()),
        };
        if !list.is_empty() {
            choices.insert(language.clone(), list);
        }
        texts.insert(language, text.to_owned());
    }
    Ok(Question { key, ask, text: texts, choices, is_driver })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_are_typed_come_back_as_they_were() {
        let text = "quality; scale driver; de: Wie gut?; en: How good?\n\
                    speed; choice; en: How fast? [Fast, Slow]\n\
                    more; text; en: What else?";
        let read = read_questions(text).expect("can be read");
        assert_eq!(questions_text(&read), text);
        assert!(read[0].is_driver && read[1].choices["en"] == ["Fast", "Slow"]);
        for odd in ["quality", "a; essay; en: x", "a; text; How?", "a; text driver; en: x"] {
            assert!(read_questions(odd).is_err_and(|it| it.starts_with("Line 1")), "{odd}");
        }
        let drivers = tend_core::surveys::drivers::template().questions;
        assert_eq!(read_questions(&questions_text(&drivers)), Ok(drivers));
    }
}
