//! Surveys, who was asked, what they answered, and what that tells.

mod asked;
mod limits;
mod low_scores;
mod reports;
mod themes;

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::{Me, Permission},
    error::invalid,
    surveys::{
        self, NewSurvey, Question, Survey, SurveyId,
        wording::{Texts, Wording},
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

pub(crate) use asked::*;
pub(crate) use limits::*;
pub(crate) use low_scores::*;
pub(crate) use reports::*;
pub(crate) use themes::*;

use super::{Answer, Body, Id, If, List, Paging, Post, Query};
use crate::{
    App,
    router::{Access::Token, Route, get, patch, post, put},
    who::{
        May,
        may::{SurveysManage, SurveysRead},
    },
};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{SurveysManage as Manage, SurveysRead as See, TasksEdit as Work};
    vec![
        get("/api/v1/surveys", Token(See), list),
        post("/api/v1/surveys", Token(Manage), create),
        get("/api/v1/surveys/{id}", Token(See), find),
        patch("/api/v1/surveys/{id}", Token(Manage), change),
        get("/api/v1/survey-limits", Token(See), limits),
        put("/api/v1/survey-limits", Token(Manage), set_limits),
        get("/api/v1/survey-themes", Token(See), themes),
        put("/api/v1/survey-themes", Token(Manage), say_theme),
        get("/api/v1/surveys/{id}/report", Token(See), report),
        post("/api/v1/surveys/{id}/requests", Token(Manage), request),
        get("/api/v1/survey-loops", Token(See), loops),
        get("/api/v1/survey-loops/{id}", Token(See), one_loop),
        patch("/api/v1/survey-loops/{id}", Token(Work), move_loop),
        post("/api/v1/survey-loops/{id}/take", Token(Work), take_loop),
        get("/api/v1/survey-requests", Token(See), requests),
        get("/api/v1/survey-requests/{id}", Token(See), one_request),
        post("/api/v1/survey-requests/{id}/response", Token(Manage), respond),
    ]
}

/// What a survey says in one language. In braces stand `{company}`, `{first_name|there}`,
/// `{agent|our team}`, `{conversation}` and `{order}`; behind `|` what is said where it is missing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyTexts {
    pub language: String,
    pub subject: String,
    #[serde(default)]
    pub intro: String,
    pub question: String,
    pub low: String,
    pub high: String,
    pub comment: String,
    pub thanks: String,
}

/// A further question in one language.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyQuestionTexts {
    pub language: String,
    pub text: String,
    /// Of a choice.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// A further question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyQuestion {
    /// Small letters, digits and `_`.
    pub key: String,
    /// `choice`, `text`, `scale` or `yes_no`.
    pub ask: String,
    pub texts: Vec<SurveyQuestionTexts>,
    /// Of a scale: it is a driver of the overall judgement.
    #[serde(default)]
    pub is_driver: bool,
}

/// A survey.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SurveyOut {
    pub id: String,
    pub name: String,
    /// `csat`, `ces`, `nps` or `own`.
    pub kind: String,
    /// `active` or `paused`.
    pub state: String,
    /// `resolved`, `sent`, `delivered`, `returned`, `onboarding`, `rhythm`, `first_seen` or `hand`.
    pub asks_when: String,
    pub delay_hours: i64,
    pub every_days: i64,
    /// Of `onboarding`: the title of the step; empty for the whole list.
    pub step: String,
    pub sample_every: i64,
    pub reminds: bool,
    pub asks_promoters: bool,
    pub review_url: String,
    pub owner_id: Option<String>,
    pub wording: Vec<SurveyTexts>,
    pub questions: Vec<SurveyQuestion>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl super::Keyed for SurveyOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

fn texts_out((language, it): (String, Texts)) -> SurveyTexts {
    let Texts { subject, intro, question, low, high, comment, thanks } = it;
    SurveyTexts { language, subject, intro, question, low, high, comment, thanks }
}

fn texts_in(it: SurveyTexts) -> (String, Texts) {
    let SurveyTexts { language, subject, intro, question, low, high, comment, thanks } = it;
    (language, Texts { subject, intro, question, low, high, comment, thanks })
}

fn question_out(it: Question) -> SurveyQuestion {
    let mut choices = it.choices;
    let texts = it.text.into_iter().map(|(language, text)| SurveyQuestionTexts {
        choices: choices.remove(&language).unwrap_or_default(),
        language,
        text,
    });
    SurveyQuestion {
        texts: texts.collect(),
        key: it.key,
        ask: it.ask.word().to_owned(),
        is_driver: it.is_driver,
    }
}

fn question_in(it: SurveyQuestion) -> tend_core::Result<Question> {
    let ask = it.ask.parse().map_err(|why: &str| invalid("questions", why.to_owned()))?;
    let (mut text, mut choices) = (Wordless::new(), std::collections::BTreeMap::new());
    for one in it.texts {
        if !one.choices.is_empty() {
            choices.insert(one.language.clone(), one.choices);
        }
        text.insert(one.language, one.text);
    }
    Ok(Question { key: it.key, ask, text, choices, is_driver: it.is_driver })
}

type Wordless = std::collections::BTreeMap<String, String>;

impl From<Survey> for SurveyOut {
    fn from(it: Survey) -> Self {
        Self {
            wording: it.wording().into_iter().map(texts_out).collect(),
            questions: it.questions().into_iter().map(question_out).collect(),
            id: it.id.to_string(),
            name: it.name,
            kind: it.kind.to_string(),
            state: it.state.to_string(),
            asks_when: it.asks_when.to_string(),
            delay_hours: it.delay_hours,
            every_days: it.every_days,
            step: it.step,
            sample_every: it.sample_every,
            reminds: it.reminds,
            asks_promoters: it.asks_promoters,
            review_url: it.review_url,
            owner_id: it.owner_id.map(|it| it.to_string()),
            created_at: it.created_at,
            updated_at: it.changed_at,
        }
    }
}

/// What a survey is to be; what is left out is as the field does it, or stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SurveyIn {
    pub name: Option<String>,
    /// `csat`, `ces`, `nps` or `own`.
    pub kind: Option<String>,
    /// `resolved`, `sent`, `delivered`, `returned`, `onboarding`, `rhythm`, `first_seen` or `hand`.
    pub asks_when: Option<String>,
    /// `active` or `paused`; a new one is paused.
    pub state: Option<String>,
    pub delay_hours: Option<i64>,
    pub every_days: Option<i64>,
    /// Of `onboarding`: the title of the step; empty for the whole list.
    pub step: Option<String>,
    pub sample_every: Option<i64>,
    pub reminds: Option<bool>,
    pub asks_promoters: Option<bool>,
    pub review_url: Option<String>,
    /// Who follows low scores up.
    pub owner_id: Option<String>,
    pub wording: Option<Vec<SurveyTexts>>,
    pub questions: Option<Vec<SurveyQuestion>>,
}

fn word<T: std::str::FromStr<Err = &'static str>>(
    text: Option<&str>,
    field: &'static str,
) -> tend_core::Result<Option<T>> {
    text.map(|it| it.parse().map_err(|why: &str| invalid(field, why.to_owned()))).transpose()
}

impl SurveyIn {
    fn over(&self, it: NewSurvey) -> tend_core::Result<NewSurvey> {
        let questions = match self.questions.clone() {
            Some(some) => some.into_iter().map(question_in).collect::<tend_core::Result<_>>()?,
            None => it.questions,
        };
        let wording: Option<Wording> =
            self.wording.clone().map(|some| some.into_iter().map(texts_in).collect());
        let owner = match self.owner_id.as_deref() {
            Some(text) => {
                let id = text.parse().map_err(|_| invalid("owner_id", "This is no agent’s id."));
                Some(id?)
            }
            None => it.owner,
        };
        Ok(NewSurvey {
            name: self.name.clone().unwrap_or(it.name),
            kind: word(self.kind.as_deref(), "kind")?.unwrap_or(it.kind),
            asks_when: word(self.asks_when.as_deref(), "asks_when")?.unwrap_or(it.asks_when),
            delay_hours: self.delay_hours.unwrap_or(it.delay_hours),
            every_days: self.every_days.unwrap_or(it.every_days),
            step: self.step.clone().unwrap_or(it.step),
            sample_every: self.sample_every.unwrap_or(it.sample_every),
            wording: wording.unwrap_or(it.wording),
            questions,
            reminds: self.reminds.unwrap_or(it.reminds),
            asks_promoters: self.asks_promoters.unwrap_or(it.asks_promoters),
            review_url: self.review_url.clone().unwrap_or(it.review_url),
            owner,
        })
    }

    fn keep(&self, tx: &mut Tx, me: &Me, id: Option<SurveyId>) -> tend_core::Result<SurveyOut> {
        let id = match id {
            Some(id) => {
                let before = NewSurvey::from(&surveys::find(tx, me, id)?);
                surveys::change(tx, me, id, &self.over(before)?)?;
                id
            }
            None => {
                let kind = word(self.kind.as_deref(), "kind")?;
                let kind = kind.ok_or_else(|| invalid("kind", "Say what is asked."))?;
                let when = word(self.asks_when.as_deref(), "asks_when")?;
                let usual = NewSurvey::usual("", kind, when.unwrap_or(surveys::When::Hand));
                surveys::create(tx, me, &self.over(usual)?)?
            }
        };
        if let Some(state) = word(self.state.as_deref(), "state")? {
            surveys::set_state(tx, me, id, state)?;
        }
        surveys::find(tx, me, id).map(SurveyOut::from)
    }
}

fn load(id: SurveyId) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<SurveyOut> + Send + 'static {
    move |tx, me| surveys::find(tx, me, id).map(SurveyOut::from)
}

/// List surveys
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/surveys", tag = "surveys", params(Paging), responses((status = 200, body = List<SurveyOut>)))]
pub(crate) async fn list(
    who: May<SurveysRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| surveys::all(tx, &me)).await?;
    List::cut(all.into_iter().map(SurveyOut::from).collect(), &paging)
}

/// Make a survey
///
/// What is left out is as the field does it: wording in English and German, two hours after a
/// conversation, a day after a delivery, every 90 days.
#[utoipa::path(post, path = "/api/v1/surveys", tag = "surveys", request_body = SurveyIn, responses((status = 201, body = SurveyOut)))]
pub(crate) async fn create(
    who: May<SurveysManage>,
    State(app): State<App>,
    post: Post<SurveyIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| it.keep(tx, me, None)).await
}

/// One survey
#[utoipa::path(get, path = "/api/v1/surveys/{id}", tag = "surveys", params(("id" = String, Path), If), responses((status = 200, body = SurveyOut)))]
pub(crate) async fn find(
    who: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Change a survey
#[utoipa::path(patch, path = "/api/v1/surveys/{id}", tag = "surveys", params(("id" = String, Path), If), request_body = SurveyIn, responses((status = 200, body = SurveyOut)))]
pub(crate) async fn change(
    who: May<SurveysManage>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    seen: If,
    Body(it): Body<SurveyIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| it.keep(tx, me, Some(id)).map(drop);
    seen.change(&app, &who, load(id), work).await
}
