//! Asking one customer once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use tend_store::Tx;

use super::{
    About, Request, RequestId, Standing, Survey,
    known::{any, subject_of_journal},
    throttle::{self, No, Occasion},
    wording,
};
use crate::{
    Result,
    actor::Actor,
    agents::AgentId,
    contacts::{self, ContactId},
    conversations::{self, ConversationId},
    jobs::{self, Job},
    journal::{self, Change, SurveyMoved},
    money::ProductId,
    outreach::{Channel, touches},
    secrets::{Keys, fingerprint},
};

/// Days in which one may answer.
pub const DAYS: i64 = 28;
/// After so many days one is reminded.
pub const REMINDED_AFTER: i64 = 3;

/// Whom to ask, about what, and by which way.
#[derive(Clone, Debug)]
pub struct Asking {
    pub contact: ContactId,
    pub about: About,
    /// The raw id of the conversation or of the order.
    pub subject: i64,
    pub channel: Channel,
    pub event: Option<String>,
    pub reask_of: Option<RequestId>,
    pub is_by_hand: bool,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Asked(RequestId),
    Refused(No),
}

/// What the link of a request ends in: nobody guesses it, and it need not be kept.
pub fn token(keys: &Keys, id: RequestId) -> String {
    let mac = keys.mac("survey link", &id.raw().to_be_bytes());
    URL_SAFE_NO_PAD.encode(&mac[..21])
}

/// Asks, or writes down why not. The decision and the entry in the ledger are one transaction.
pub fn ask(tx: &mut Tx, keys: &Keys, by: Actor, survey: &Survey, it: &Asking) -> Result<Outcome> {
    let contact = contacts::find(tx, it.contact)?;
    let occasion = Occasion {
        channel: it.channel,
        event: it.event.as_deref(),
        is_reask: it.reask_of.is_some(),
        is_by_hand: it.is_by_hand,
    };
    if let Some(no) = throttle::refusal(tx, survey, &contact, occasion)? {
        throttle::write(tx, survey, &contact, &no)?;
        return Ok(Outcome::Refused(no));
    }
    touches::record(tx, throttle::what(survey, &contact), it.channel)?;
    let (id, now) = (RequestId::new(tx), tx.now());
    let texts = survey.wording();
    let language = wording::language(&texts, &contact.language).unwrap_or("en").to_owned();
    let (agent, product) = about(tx, it)?;
    tx.execute(
        "INSERT INTO survey_requests (id, survey_id, contact_id, token_print, event, subject_kind,
             subject_id, agent_id, product_id, channel, language, state, sent_at, expires_at,
             reask_of)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            id.into(),
            survey.id.into(),
            contact.id.into(),
            fingerprint(&token(keys, id)).into(),
            it.event.clone().into(),
            it.about.into(),
            it.subject.into(),
            agent.into(),
            product.into(),
            it.channel.into(),
            language.into(),
            Standing::Sent.into(),
            now.into(),
            throttle::days_from(now, DAYS).into(),
            it.reask_of.into(),
        ],
    )?;
    let request = any(tx, id)?;
    record(tx, by, &request, "asked")?;
    if it.channel == Channel::Mail {
        super::mail::queue(tx, keys, &request, false)?;
        if survey.reminds {
            let due = throttle::days_from(now, REMINDED_AFTER);
            jobs::once(tx, due, &key(id), &Job::RemindSurvey { request: id.to_string() })?;
        }
    }
    Ok(Outcome::Asked(id))
}

fn key(id: RequestId) -> String {
    format!("remind {id}")
}

/// Who is rated, and what was bought.
fn about(tx: &mut Tx, it: &Asking) -> Result<(Option<AgentId>, Option<ProductId>)> {
    match it.about {
        About::Conversation => {
            let id = ConversationId::from_raw(it.subject);
            Ok((conversations::find(tx, id)?.assignee_id, None))
        }
        About::Order => {
            let product = tx.maybe_scalar(
                "SELECT product_id FROM order_lines
                 WHERE order_id = $1 AND product_id IS NOT NULL ORDER BY id LIMIT 1",
                &[it.subject.into()],
            )?;
            Ok((None, product))
        }
        About::None => Ok((None, None)),
    }
}

pub(super) fn record(tx: &mut Tx, by: Actor, it: &Request, step: &str) -> Result<()> {
    let change = Change::SurveyMoved(SurveyMoved {
        request: it.id.to_string(),
        survey: it.survey.clone(),
        of: it.kind.word().to_owned(),
        step: step.to_owned(),
        score: it.score.filter(|_| step == "answered"),
    });
    let subject = subject_of_journal(tx, it)?;
    journal::record(tx, by, subject, &change)
}

/// Reminds somebody who has not answered, once. Who opened the link is reminded too: it may have
/// been a program.
pub fn remind(tx: &mut Tx, keys: &Keys, id: RequestId) -> Result<()> {
    let it = any(tx, id)?;
    let survey = super::save::any(tx, it.survey_id)?;
    let now = tx.now();
    let declined =
        crate::outreach::consents::given(tx, it.contact_id, crate::outreach::consents::SURVEY)?
            == Some(false);
    let is_owed = it.answered_at.is_none() && it.reminded_at.is_none() && !it.is_over(now);
    if !is_owed || declined || survey.state != super::State::Active {
        return Ok(());
    }
    tx.execute(
        "UPDATE survey_requests SET reminded_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    super::mail::queue(tx, keys, &it, true)?;
    record(tx, Actor::System, &it, "reminded")
}

/// Nobody is reminded of what was answered.
pub(super) fn forget_reminder(tx: &mut Tx, id: RequestId) -> Result<()> {
    jobs::cancel(tx, &key(id))
}

/// How long after a moment.
pub(super) fn hours_from(at: jiff::Timestamp, hours: i64) -> jiff::Timestamp {
    at.checked_add(SignedDuration::from_hours(hours)).unwrap_or(at)
}
