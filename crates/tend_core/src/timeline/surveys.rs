//! What customers were asked and what they said, as sentences: what was done, and how it ends.

use crate::{journal::Change, surveys::loops::Step};

pub(super) fn of(change: &Change) -> Option<(String, String)> {
    Some(match change {
        Change::SurveyMoved(it) => {
            let name = &it.survey;
            match (it.step.as_str(), it.score) {
                ("answered", Some(score)) => {
                    (format!("answered “{name}” with {score}, about"), String::new())
                }
                ("asked", _) => (format!("asked “{name}” of"), String::new()),
                ("reminded", _) => (format!("reminded of “{name}”:"), String::new()),
                (step, _) => (format!("{step} on “{name}”, about"), String::new()),
            }
        }
        Change::LoopMoved(it) => {
            let step: Option<Step> = it.state.parse().ok();
            let word = step.map_or(it.state.clone(), |it| it.label().to_lowercase());
            (format!("followed the low score in “{}” up for", it.survey), word)
        }
        Change::SurveysWanted(it) => match it.wanted {
            true => ("takes part in surveys again, says".to_owned(), String::new()),
            false => ("takes part in surveys no more, says".to_owned(), String::new()),
        },
        _ => return None,
    })
}
