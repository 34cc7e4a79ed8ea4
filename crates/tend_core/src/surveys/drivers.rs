//! What the overall judgement rests on: importance against performance.

use std::collections::BTreeMap;

pub use tend_stats::drivers::Driver;
use tend_stats::{
    drivers::{drivers, least},
    intervals::Bootstrap,
};
use tend_store::{Tx, row};

use super::{Answered, Ask, Kind, NewSurvey, Question, SurveyId, When, report::Span, save};
use crate::{
    Result,
    agents::{Me, Permission},
};

/// The template: what a customer's experience is made of, each from 1 to 7, and the whole.
pub fn template() -> NewSurvey {
    let of = [
        (
            "quality",
            "How good is the quality of what you got from us?",
            "Wie gut ist die Qualität dessen, was Sie von uns bekommen haben?",
        ),
        (
            "social_proof",
            "How well do people speak of us whom you trust?",
            "Wie gut sprechen Menschen über uns, denen Sie vertrauen?",
        ),
        (
            "relationship",
            "How well do we know you and treat you?",
            "Wie gut kennen wir Sie, und wie gehen wir mit Ihnen um?",
        ),
        ("brand", "How well does our brand fit you?", "Wie gut passt unsere Marke zu Ihnen?"),
        (
            "relative_price",
            "How good is our price, compared with what others offer?",
            "Wie gut ist unser Preis, verglichen mit dem, was andere bieten?",
        ),
    ];
    let question = |(key, en, de): (&str, &str, &str)| Question {
        key: key.to_owned(),
        ask: Ask::Scale,
        text: [("en".to_owned(), en.to_owned()), ("de".to_owned(), de.to_owned())].into(),
        choices: BTreeMap::new(),
        is_driver: true,
    };
    NewSurvey {
        questions: of.map(question).into(),
        ..NewSurvey::usual("Experience drivers", Kind::Own, When::Rhythm)
    }
}

/// What there is to say of the drivers.
#[derive(Clone, Debug)]
pub enum Drivers {
    /// This survey asks for none.
    NotAsked,
    /// So many answered all of them, and so many would be enough.
    TooFew(usize, usize),
    /// The answers do not tell them apart.
    NoAnswer(String),
    Known {
        n: usize,
        all: Vec<(Question, Driver)>,
    },
}

/// As many answers as are looked at, the newest.
const MOST: i64 = 5000;

/// Importance against performance, of the newest answers of a time in which all drivers were
/// judged.
pub fn of_survey(tx: &mut Tx, me: &Me, id: SurveyId, span: Span) -> Result<Drivers> {
    row! {
        struct Row {
            score: i64,
            answers: String,
        }
    }
    me.require(Permission::SurveysRead)?;
    let survey = save::find(tx, me, id)?;
    let asked: Vec<_> = survey.questions().into_iter().filter(|it| it.is_driver).collect();
    if asked.len() < 2 {
        return Ok(Drivers::NotAsked);
    }
    let rows: Vec<Row> = tx.rows(
        "SELECT score, answers FROM survey_requests
         WHERE survey_id = $1 AND answered_at >= $2 AND answered_at < $3 AND reask_of IS NULL
         ORDER BY answered_at DESC, id DESC LIMIT $4",
        &[id.into(), span.from.into(), span.to.into(), MOST.into()],
    )?;
    let (mut columns, mut overall) = (vec![Vec::new(); asked.len()], Vec::new());
    for it in rows {
        let given: Vec<Answered> = serde_json::from_str(&it.answers).unwrap_or_default();
        let of = |question: &Question| {
            given.iter().find(|it| it.key == question.key)?.value.parse::<f64>().ok()
        };
        if let Some(all) = asked.iter().map(of).collect::<Option<Vec<f64>>>() {
            overall.push(it.score as f64);
            for (column, value) in columns.iter_mut().zip(all) {
                column.push(value);
            }
        }
    }
    let (n, enough) = (overall.len(), least(asked.len()));
    if n < enough {
        return Ok(Drivers::TooFew(n, enough));
    }
    // A page waits for it: 300 draws tell an interval well enough.
    let settings = Bootstrap { draws: 300, ..Bootstrap::default() };
    Ok(match drivers(&columns, &overall, settings) {
        Ok(all) => Drivers::Known { n, all: asked.into_iter().zip(all).collect() },
        Err(why) => Drivers::NoAnswer(why.to_string()),
    })
}
