//! A campaign as one customer would read it.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    campaigns::{self as verbs, CampaignId},
    contacts::ContactId,
};
use utoipa::{IntoParams, ToSchema};

use super::super::{Answer, Id, Query};
use crate::{
    App,
    who::{May, may::CampaignsManage},
};

/// As whom it is read.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PreviewAsked {
    /// The contact who reads it.
    pub contact_id: String,
}

/// A message as somebody would read it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CampaignMessageOut {
    /// The number of the step, from 1.
    pub step: usize,
    pub subject: String,
    pub text: String,
    /// Why it would not leave: a value is missing. Empty if it would.
    pub problem: String,
}

/// What a customer would read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CampaignPreviewOut {
    pub messages: Vec<CampaignMessageOut>,
    /// By which rule they would not get it now; null if they would.
    pub rule: Option<String>,
    /// The same as a sentence.
    pub why: Option<String>,
    /// They would get it later.
    pub waits: bool,
}

/// Read a campaign as a customer
///
/// All its messages, and whether this customer would get it now. Nothing leaves.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/preview", tag = "campaigns", params(("id" = String, Path), PreviewAsked), responses((status = 200, body = CampaignPreviewOut)))]
pub(crate) async fn preview(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    Query(asked): Query<PreviewAsked>,
) -> Answer {
    let wrong = || tend_core::error::invalid("contact_id", "This is no contact’s id.");
    let contact: ContactId = asked.contact_id.parse().map_err(|_| wrong())?;
    let (me, keys) = (who.me.clone(), app.keys.clone());
    let read = app.read(move |tx| {
        let messages = verbs::preview(tx, &me, &keys, id, contact)?;
        Ok((messages, verbs::held_back(tx, &me, &keys, id, contact)?))
    });
    let (messages, held) = read.await?;
    let messages = messages.into_iter().map(|it| CampaignMessageOut {
        step: it.step,
        subject: it.subject,
        text: it.text,
        problem: it.problem,
    });
    let out = CampaignPreviewOut {
        messages: messages.collect(),
        rule: held.as_ref().map(|it| it.rule.to_owned()),
        why: held.as_ref().map(|it| it.why.clone()),
        waits: held.is_some_and(|it| it.waits),
    };
    Ok(Json(out).into_response())
}
