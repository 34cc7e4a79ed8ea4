//! A survey before it asks anybody: as it would be read, from what stands in its form.

use jiff::SignedDuration;
use tend_store::Tx;

use super::{
    About, NewSurvey, Request, RequestId, Standing, SurveyId, When,
    mail::{Said, SurveyMail},
    wording::{self, Values},
};
use crate::{
    Result,
    agents::{self, Me, Permission},
    campaigns::{Letter, queue_alone},
    contacts::ContactId,
    error::refused,
    inboxes,
    mail_accounts::{self, Kind as Server},
    outreach::Channel,
    secrets::Keys,
    settings,
};

/// What the links of a test end in. They lead to a page that says so.
pub const TOKEN: &str = "test";

/// The mail of a survey in each of its languages, with made-up values: the agent who tries it is
/// both the customer and who is rated.
pub fn as_read(tx: &mut Tx, me: &Me, it: &NewSurvey) -> Result<Vec<SurveyMail>> {
    me.require(Permission::SurveysManage)?;
    let (own, now) = (agents::find(tx, me.id)?, tx.now());
    let about = match it.asks_when {
        When::Resolved => About::Conversation,
        When::Sent | When::Delivered | When::Returned => About::Order,
        _ => About::None,
    };
    let example = |of: About, text: &str| if about == of { text.to_owned() } else { String::new() };
    let values = Values {
        company: settings::get_or(tx, settings::COMPANY, "Tend")?,
        first_name: own.name.split_whitespace().next().unwrap_or_default().to_owned(),
        agent: own.name.clone(),
        conversation: example(About::Conversation, "#1042"),
        order: example(About::Order, "#1001"),
    };
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    let request = Request {
        id: RequestId::from_raw(0),
        survey_id: SurveyId::from_raw(0),
        survey: it.name.clone(),
        kind: it.kind,
        contact_id: ContactId::from_raw(0),
        contact: own.name.clone(),
        about,
        subject_id: 0,
        agent_id: Some(me.id),
        agent: Some(own.name.clone()),
        product_id: None,
        channel: Channel::Mail,
        language: String::new(),
        state: Standing::Sent,
        sent_at: now,
        outbox_id: None,
        reminded_at: None,
        expires_at: now + SignedDuration::from_hours(24 * 28),
        score: None,
        answers: String::new(),
        comment: String::new(),
        answered_at: None,
        reask_of: None,
        promoter_asked_at: None,
    };
    let of_language = |(language, texts): (&String, &wording::Texts)| SurveyMail {
        said: Said {
            request: Request { language: language.clone(), ..request.clone() },
            company: values.company.clone(),
            texts: texts.filled(&values),
            questions: it.questions.clone(),
            agent: Some(own.name.clone()),
        },
        from: String::new(),
        to: own.email.clone(),
        to_name: own.name.clone(),
        base: base.clone(),
        token: TOKEN.to_owned(),
        is_reminder: false,
    };
    Ok(it.wording.iter().map(of_language).collect())
}

/// Sends such mails to oneself: `written` makes text and HTML of each. Nobody is asked by it, and
/// nothing is counted.
///
/// # Errors
/// Refused while no inbox can send, or the address of Tend is not known.
pub fn send_to_me(
    tx: &mut Tx,
    me: &Me,
    keys: &Keys,
    it: &NewSurvey,
    written: fn(&SurveyMail) -> (String, String, String),
) -> Result<()> {
    let all = as_read(tx, me, it)?;
    let server = mail_accounts::in_use(tx, Server::Smtp)?.into_iter().next();
    let server = server.ok_or_else(|| refused("No inbox can send mail yet."))?;
    let inbox = inboxes::find(tx, server.inbox_id)?;
    for one in &all {
        if one.base.is_empty() {
            return Err(refused("The address that links in mails start with is not set."));
        }
        let (text, html, stop) = written(one);
        let letter = Letter {
            from: inbox.address.clone(),
            from_name: one.said.company.clone(),
            to: one.to.clone(),
            to_name: one.to_name.clone(),
            subject: format!("[Test] {}", one.said.texts.subject),
            text,
            html,
            unsubscribe: stop,
            unsubscribe_subject: String::new(),
        };
        queue_alone(tx, keys, &inbox, &letter)?;
    }
    Ok(())
}
