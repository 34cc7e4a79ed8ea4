//! Surveys that are ready to be begun with.

use serde::Deserialize;
use tend_core::surveys::{Kind, NewSurvey, When, drivers};

/// With what a form begins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Template {
    template: String,
}

impl Template {
    pub fn survey(&self) -> NewSurvey {
        match self.template.as_str() {
            "delivery" => NewSurvey::usual("Delivery", Kind::Csat, When::Delivered),
            "effort" => NewSurvey::usual("Effort", Kind::Ces, When::Resolved),
            "return" => NewSurvey::usual("Returns", Kind::Ces, When::Returned),
            "onboarding" => NewSurvey::usual("First steps", Kind::Ces, When::Onboarding),
            "nps" => NewSurvey::usual("Recommendation", Kind::Nps, When::Rhythm),
            "drivers" => drivers::template(),
            "own" => NewSurvey::usual("Own question", Kind::Own, When::Hand),
            _ => NewSurvey::usual("Help", Kind::Csat, When::Resolved),
        }
    }
}
