use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    contacts::{self, ContactId},
    error::{invalid, refused},
    outreach::Channel,
    secrets::Keys,
    settings,
    surveys::{
        Answered, Request, RequestId, SurveyId, answer,
        ask::{self, Outcome},
        known,
    },
};
use tend_store::Tx;
use tend_views::urls;
use utoipa::{IntoParams, ToSchema};

use super::super::{Answer, Id, If, List, Paging, Post, Query};
use super::word;
use crate::{
    App, WebError,
    pages::surveys::by_hand,
    who::{
        May,
        may::{SurveysManage, SurveysRead},
    },
};

/// An answer to a further question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyAnswer {
    pub key: String,
    /// The text; of a scale 1 to 7; `yes` or `no`; of a choice its place from 1 on.
    pub value: String,
}

/// One customer asked once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyRequestOut {
    pub id: String,
    pub survey_id: String,
    pub contact_id: String,
    /// `conversation`, `order` or `none`.
    pub about: String,
    pub conversation_id: Option<String>,
    pub order_id: Option<String>,
    /// Who is rated.
    pub agent_id: Option<String>,
    /// `mail`, `link`, `api` or `page`.
    pub channel: String,
    pub language: String,
    /// `sent`, `provisional` (opened, and counted for nothing) or `answered`.
    pub state: String,
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// The last that was confirmed.
    pub score: Option<i64>,
    pub comment: String,
    pub answers: Vec<SurveyAnswer>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
}

impl From<Request> for SurveyRequestOut {
    fn from(it: Request) -> Self {
        use tend_core::{conversations::ConversationId, orders::OrderId, surveys::About};
        let of = |about: About| (it.about == about).then_some(it.subject_id);
        let conversation = of(About::Conversation).map(ConversationId::from_raw);
        let answers = it.answered().into_iter();
        Self {
            conversation_id: conversation.map(|it| it.to_string()),
            order_id: of(About::Order).map(|it| OrderId::from_raw(it).to_string()),
            answers: answers.map(|it| SurveyAnswer { key: it.key, value: it.value }).collect(),
            id: it.id.to_string(),
            survey_id: it.survey_id.to_string(),
            contact_id: it.contact_id.to_string(),
            about: it.about.to_string(),
            agent_id: it.agent_id.map(|it| it.to_string()),
            channel: it.channel.to_string(),
            language: it.language,
            state: it.state.to_string(),
            sent_at: it.sent_at,
            expires_at: it.expires_at,
            score: it.score,
            comment: it.comment,
            answered_at: it.answered_at,
        }
    }
}

/// Which requests.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct SurveyRequestFilter {
    pub survey_id: Option<String>,
    pub contact_id: Option<String>,
    pub account_id: Option<String>,
    pub conversation_id: Option<String>,
    /// Only those that were answered.
    pub answered: Option<bool>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

fn id<T: std::str::FromStr>(
    text: Option<&str>,
    field: &'static str,
) -> Result<Option<T>, WebError> {
    let wrong = || WebError::from(invalid(field, "This is no id of that kind."));
    text.map(|it| it.parse().map_err(|_| wrong())).transpose()
}

/// List who was asked
///
/// The newest first; with `answered`, by when they answered.
#[utoipa::path(get, path = "/api/v1/survey-requests", tag = "surveys", params(SurveyRequestFilter), responses((status = 200, body = List<SurveyRequestOut>)))]
pub(crate) async fn requests(
    who: May<SurveysRead>,
    State(app): State<App>,
    Query(it): Query<SurveyRequestFilter>,
) -> Answer {
    let which = known::Which {
        survey: id(it.survey_id.as_deref(), "survey_id")?,
        contact: id(it.contact_id.as_deref(), "contact_id")?,
        account: id(it.account_id.as_deref(), "account_id")?,
        conversation: id(it.conversation_id.as_deref(), "conversation_id")?,
        answered: it.answered.unwrap_or(false),
        ..known::Which::default()
    };
    let paging = Paging { limit: it.limit, cursor: it.cursor };
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| known::page(tx, &me, &which, from, limit)).await?;
    Ok(axum::response::IntoResponse::into_response(List::of(page, SurveyRequestOut::from)))
}

/// One request
#[utoipa::path(get, path = "/api/v1/survey-requests/{id}", tag = "surveys", params(("id" = String, Path), If), responses((status = 200, body = SurveyRequestOut)))]
pub(crate) async fn one_request(
    who: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<RequestId>,
    seen: If,
) -> Answer {
    let load = move |tx: &mut Tx, me: &Me| known::find(tx, me, id).map(SurveyRequestOut::from);
    seen.show(&app, &who, load).await
}

/// Whom to ask.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyAsk {
    pub contact_id: String,
    /// `mail`; or `link`, `api` or `page`, and you bring the link to them.
    pub channel: String,
}

/// A request with the link that answers it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyAsked {
    pub request: SurveyRequestOut,
    /// For this customer alone; with `?v=` and a score behind it, that score is set; with `/embed`
    /// it may stand in an iframe where the settings allow it.
    pub url: String,
}

/// Ask a customer
///
/// Refused with the rule, if the limits do not allow it: one budget holds over all surveys.
#[utoipa::path(post, path = "/api/v1/surveys/{id}/requests", tag = "surveys", params(("id" = String, Path)), request_body = SurveyAsk, responses((status = 201, body = SurveyAsked)))]
pub(crate) async fn request(
    who: May<SurveysManage>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    post: Post<SurveyAsk>,
) -> Answer {
    let keys = app.keys.clone();
    post.create(&app, &who, move |tx, me, it| ask_one(tx, &keys, me, id, it)).await
}

fn ask_one(
    tx: &mut Tx,
    keys: &Keys,
    me: &Me,
    id: SurveyId,
    it: &SurveyAsk,
) -> tend_core::Result<SurveyAsked> {
    let contact: ContactId =
        it.contact_id.parse().map_err(|_| invalid("contact_id", "This is no contact’s id."))?;
    contacts::find_visible(tx, me, contact)?;
    let channel = word::<Channel>(Some(&it.channel), "channel")?.unwrap_or(Channel::Api);
    match by_hand(tx, keys, me, id, contact, channel)? {
        Outcome::Asked(request) => {
            let base = settings::get_or(tx, settings::BASE_URL, "")?;
            let url = format!("{base}{}", urls::survey_link(ask::token(keys, request)));
            Ok(SurveyAsked { request: known::find(tx, me, request)?.into(), url })
        }
        Outcome::Refused(no) => Err(refused(format!("{} ({})", no.detail, no.rule))),
    }
}

/// What somebody answered elsewhere: on the phone, in your own app.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyResponse {
    pub score: i64,
    #[serde(default)]
    pub comment: String,
    #[serde(default)]
    pub answers: Vec<SurveyAnswer>,
}

/// Record an answer
///
/// The last one holds, for 28 days after they were asked.
#[utoipa::path(post, path = "/api/v1/survey-requests/{id}/response", tag = "surveys", params(("id" = String, Path)), request_body = SurveyResponse, responses((status = 200, body = SurveyRequestOut)))]
pub(crate) async fn respond(
    who: May<SurveysManage>,
    State(app): State<App>,
    Id(id): Id<RequestId>,
    post: Post<SurveyResponse>,
) -> Answer {
    let it = post.input.clone();
    let answers: Vec<Answered> =
        it.answers.into_iter().map(|it| Answered { key: it.key, value: it.value }).collect();
    let work = move |tx: &mut Tx, me: &Me| {
        let done = answer::record(tx, me, id, it.score, &it.comment, &answers)?;
        Ok(SurveyRequestOut::from(done))
    };
    post.once.answer(&app, &who, StatusCode::OK, work).await
}
