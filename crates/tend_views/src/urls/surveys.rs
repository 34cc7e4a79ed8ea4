use std::fmt::Display;

/// All surveys; POST: a new one.
pub fn surveys() -> String {
    "/surveys".into()
}
/// What low scores are about; POST: what was done about one of these.
pub fn survey_themes() -> String {
    "/surveys/themes".into()
}
/// The form of a new survey; `kind`.
pub fn new_survey() -> String {
    "/surveys/new".into()
}
/// One survey and what it says; `days`.
pub fn survey(id: impl Display) -> String {
    format!("/surveys/{id}")
}
/// What a survey asks, whom and when: GET the form, POST.
pub fn survey_edit(id: impl Display) -> String {
    format!("/surveys/{id}/edit")
}
/// POST: `active` or `paused`.
pub fn survey_state(id: impl Display) -> String {
    format!("/surveys/{id}/state")
}
/// POST: asks one customer by hand.
pub fn survey_ask(id: impl Display) -> String {
    format!("/surveys/{id}/ask")
}
/// The answers as a table.
pub fn survey_file(id: impl Display) -> String {
    format!("/surveys/{id}/answers.csv")
}
/// POST: where pages of surveys may be shown within others.
pub fn survey_frames() -> String {
    "/surveys/frames".into()
}
/// One customer asked once.
pub fn survey_request(id: impl Display) -> String {
    format!("/surveys/requests/{id}")
}
/// POST: what is done about a low score goes a step further.
pub fn survey_loop(id: impl Display) -> String {
    format!("/surveys/follow-ups/{id}")
}
/// Where a customer answers; `v` is a score.
pub fn survey_link(token: impl Display) -> String {
    format!("/s/{token}")
}
/// The link of one score.
pub fn survey_score(token: impl Display, score: i64) -> String {
    format!("/s/{token}?v={score}")
}
/// The same, to be shown within another page.
pub fn survey_embed(token: impl Display) -> String {
    format!("/s/{token}/embed")
}
/// POST: what who is glad offers.
pub fn survey_more(token: impl Display) -> String {
    format!("/s/{token}/more")
}
/// A link that only programs follow.
pub fn survey_trap(token: impl Display) -> String {
    format!("/s/{token}/terms")
}
/// No more surveys: GET asks, POST acts.
pub fn survey_stop(token: impl Display) -> String {
    format!("/s/{token}/stop")
}
