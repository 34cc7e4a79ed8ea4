//! How often a customer may be asked is the company's own setting, on a page and by the API.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use tend_core::surveys::{Kind, NewSurvey, When, limits};
use tend_testkit::Tend;

use crate::{
    api::Program,
    surveys::{ask, survey},
};

#[test]
fn the_limits_of_surveys_are_set_on_a_page_and_by_the_api_and_hold_at_once() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let (api, browser) = (Program::of(&t, &lead), t.browser(lead.id));
        let usual = json!({ "between_any": 7, "between_same": 30, "between_nps": 90, "a_year": 6 });
        assert_eq!(api.get("/survey-limits").ok(), usual);
        let id = survey(&t, &lead, NewSurvey::usual("Help", Kind::Csat, When::Hand));
        ask(&t, &lead, id, 0, 1);
        let form = |any: &'static str| {
            vec![
                ("between_any", any),
                ("between_same", "2"),
                ("between_nps", "90"),
                ("a_year", "6"),
            ]
        };
        let wrong = browser.post("/settings/surveys", &form("often"));
        assert!(wrong.body.contains("Write a number from 1 to 365."), "{}", wrong.shown());
        let kept = browser.post("/settings/surveys", &form("1"));
        assert_eq!(kept.status, StatusCode::SEE_OTHER);
        assert!(browser.get("/settings/surveys").body.contains(r#"value="2""#));
        t.pass(SignedDuration::from_hours(49));
        // Refused under the usual limits; this panics unless they are asked.
        ask(&t, &lead, id, 0, 1);
        let mut to = usual;
        to["a_year"] = json!(99);
        assert_eq!(api.put("/survey-limits", to.clone()).wrong(), ["a_year"]);
        to["a_year"] = json!(12);
        api.put("/survey-limits", to).ok();
        assert_eq!(t.read(limits::limits).a_year, 12);
        let ann = t.agent_as("Ann", "agent");
        assert_eq!(t.browser(ann.id).get("/settings/surveys").status, StatusCode::FORBIDDEN);
    });
}
