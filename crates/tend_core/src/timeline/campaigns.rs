//! What reached a customer and how their onboarding went, as sentences: what was done, and how it
//! ends.

use crate::journal::Change;

pub(super) fn of(change: &Change) -> Option<(String, String)> {
    Some(match change {
        Change::MessageSent(it) => (format!("sent “{}” to", it.name), it.purpose.clone()),
        Change::MeetingHeld(it) => {
            (format!("wrote down the meeting “{}” with", it.title), String::new())
        }
        Change::ConsentSaid(it) if it.given => {
            ("changed what reaches".to_owned(), format!("with “{}”", it.topic))
        }
        Change::ConsentSaid(it) => {
            ("changed what reaches".to_owned(), format!("without “{}”", it.topic))
        }
        Change::OnboardingMoved(it) => {
            let plan = &it.plan;
            let step = || format!("of “{plan}” for");
            match it.how.as_str() {
                "started" => (format!("began the onboarding “{plan}” of"), String::new()),
                "step_done" => (format!("ticked “{}” {}", it.step, step()), String::new()),
                "step_theirs" => {
                    (format!("saw the customer tick “{}” {}", it.step, step()), String::new())
                }
                "step_open" => {
                    (format!("took the tick from “{}” {}", it.step, step()), String::new())
                }
                "stuck" => {
                    let open = format!("at “{}”", it.step);
                    (format!("noticed that the onboarding “{plan}” does not move of"), open)
                }
                "done" => (format!("saw the end of the onboarding “{plan}” of"), String::new()),
                _ => (format!("gave up the onboarding “{plan}” of"), String::new()),
            }
        }
        _ => return None,
    })
}
