//! How much may reach customers, and when: quiet hours, limits and topics.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    campaigns::limits::{self, Limits},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::super::{Answer, Body, If};
use crate::{
    App,
    who::{May, may::CampaignsManage},
};

/// What holds over all campaigns together, surveys with them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageRulesOut {
    /// Nothing but what is transactional from this hour, 0 to 23, to `quiet_to`, where the
    /// customer is. The same twice: no quiet hours.
    pub quiet_from: i64,
    pub quiet_to: i64,
    /// No marketing on Sundays.
    pub quiet_sundays: bool,
    /// Marketing and surveys in 24 hours, and in seven days.
    pub marketing_day: i64,
    pub marketing_week: i64,
    /// Service messages in 24 hours.
    pub service_day: i64,
    /// Hours between any two.
    pub gap_hours: i64,
    /// Marketing goes only to those who agreed to it; else to all who did not decline it.
    pub needs_consent: bool,
    /// Per cent who get no marketing at all.
    pub holdout: i64,
    /// What customers may decline by itself, beside marketing as a whole.
    pub topics: Vec<String>,
}

impl From<Limits> for MessageRulesOut {
    fn from(it: Limits) -> Self {
        Self {
            quiet_from: it.quiet_from,
            quiet_to: it.quiet_to,
            quiet_sundays: it.quiet_sundays,
            marketing_day: it.marketing_day,
            marketing_week: it.marketing_week,
            service_day: it.service_day,
            gap_hours: it.gap_hours,
            needs_consent: it.needs_consent,
            holdout: it.holdout,
            topics: it.topics,
        }
    }
}

/// What shall hold; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MessageRulesIn {
    pub quiet_from: Option<i64>,
    pub quiet_to: Option<i64>,
    pub quiet_sundays: Option<bool>,
    pub marketing_day: Option<i64>,
    pub marketing_week: Option<i64>,
    pub service_day: Option<i64>,
    pub gap_hours: Option<i64>,
    pub needs_consent: Option<bool>,
    pub holdout: Option<i64>,
    /// All of them.
    pub topics: Option<Vec<String>>,
}

impl MessageRulesIn {
    fn over(&self, it: Limits) -> Limits {
        Limits {
            quiet_from: self.quiet_from.unwrap_or(it.quiet_from),
            quiet_to: self.quiet_to.unwrap_or(it.quiet_to),
            quiet_sundays: self.quiet_sundays.unwrap_or(it.quiet_sundays),
            marketing_day: self.marketing_day.unwrap_or(it.marketing_day),
            marketing_week: self.marketing_week.unwrap_or(it.marketing_week),
            service_day: self.service_day.unwrap_or(it.service_day),
            gap_hours: self.gap_hours.unwrap_or(it.gap_hours),
            needs_consent: self.needs_consent.unwrap_or(it.needs_consent),
            holdout: self.holdout.unwrap_or(it.holdout),
            topics: self.topics.clone().unwrap_or(it.topics),
        }
    }
}

fn load(tx: &mut Tx, _: &Me) -> tend_core::Result<MessageRulesOut> {
    limits::limits(tx).map(MessageRulesOut::from)
}

/// How much may reach customers, and when
#[utoipa::path(get, path = "/api/v1/message-rules", tag = "campaigns", params(If), responses((status = 200, body = MessageRulesOut)))]
pub(crate) async fn show(who: May<CampaignsManage>, State(app): State<App>, seen: If) -> Answer {
    seen.show(&app, &who, load).await
}

/// Say how much may reach customers, and when
///
/// It holds from the next message on.
#[utoipa::path(patch, path = "/api/v1/message-rules", tag = "campaigns", params(If), request_body = MessageRulesIn, responses((status = 200, body = MessageRulesOut)))]
pub(crate) async fn change(
    who: May<CampaignsManage>,
    State(app): State<App>,
    seen: If,
    Body(it): Body<MessageRulesIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let now = limits::limits(tx)?;
        limits::set(tx, me, &it.over(now))
    };
    seen.change(&app, &who, load, work).await
}
