use std::fmt::Display;

/// All campaigns; POST makes one.
pub fn campaigns() -> String {
    "/campaigns".into()
}
/// The choice of what to make; with `kind` and `on` the form.
pub fn new_campaign() -> String {
    "/campaigns/new".into()
}
/// One campaign: with `as` as a customer would read it, with `try` a dry run, with `rule` those of
/// one rule. PUT changes a draft.
pub fn campaign(id: impl Display) -> String {
    format!("/campaigns/{id}")
}
/// The effect of a campaign as a table.
pub fn campaign_effect_file(id: impl Display) -> String {
    format!("/campaigns/{id}/effect/file")
}
/// POST: `start`, `pause`, `resume`, `cancel`, `copy`, or `test` to oneself.
pub fn campaign_act(id: impl Display, act: &str) -> String {
    format!("/campaigns/{id}/{act}")
}
/// Where a customer says what they want to hear of: GET shows, POST declines at once.
pub fn choices(token: impl Display) -> String {
    format!("/u/{token}")
}
/// POST: what the customer chose on that page.
pub fn choices_kept(token: impl Display) -> String {
    format!("/u/{token}/choices")
}
/// The plans; POST makes one.
pub fn onboarding_plans() -> String {
    "/onboarding".into()
}
/// The form of a new plan.
pub fn new_onboarding_plan() -> String {
    "/onboarding/new".into()
}
/// One plan with its report; PUT changes it, DELETE offers it no more.
pub fn onboarding_plan(id: impl Display) -> String {
    format!("/onboarding/{id}")
}
/// How customers get through a plan as a table.
pub fn onboarding_plan_file(id: impl Display) -> String {
    format!("/onboarding/{id}/report/file")
}
/// POST `plan`: starts it for an account.
pub fn account_onboardings(id: impl Display) -> String {
    format!("/accounts/{id}/onboardings")
}
/// POST: a meeting that took place.
pub fn account_meetings(id: impl Display) -> String {
    format!("/accounts/{id}/meetings")
}
/// POST: gives an onboarding up.
pub fn onboarding_end(id: impl Display) -> String {
    format!("/onboardings/{id}/end")
}
/// PUT ticks a step, DELETE takes the tick back.
pub fn onboarding_step(id: impl Display, step: impl Display) -> String {
    format!("/onboardings/{id}/steps/{step}")
}
/// What is shown to a customer on the company's own pages: GET a frame; POST `message` to one of
/// its acts, `seen`, `clicked` or `dismissed`.
pub fn slot(token: impl Display) -> String {
    format!("/w/{token}")
}
/// The same as data.
pub fn slot_message(token: impl Display) -> String {
    format!("/w/{token}/message")
}
/// POST `message`: what became of it.
pub fn slot_act(token: impl Display, act: &str) -> String {
    format!("/w/{token}/{act}")
}
/// The customer's own page of an onboarding.
pub fn first_steps(token: impl Display) -> String {
    format!("/o/{token}")
}
/// The picture of who of us does a step.
pub fn first_step_picture(token: impl Display, step: impl Display) -> String {
    format!("/o/{token}/{step}/picture")
}

/// POST `done`: the customer ticks a step there, or takes it back.
pub fn first_step(token: impl Display, step: impl Display) -> String {
    format!("/o/{token}/{step}")
}
