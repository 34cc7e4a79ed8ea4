//! The mail of a survey, as far as it is known here: to whom, from which address, with which
//! words. It is written when it leaves.

use tend_store::Tx;

use super::{
    About, Question, Request, RequestId, Survey,
    wording::{self, Texts, Values},
};
use crate::{
    Result, agents, contacts,
    contacts::IdentityKind,
    conversations::{self, ConversationId},
    error::{not_found, refused},
    fold,
    inboxes::{self, Inbox},
    jobs::{self, Job},
    mail_accounts::{self, Kind as Server},
    outbox::OutboxId,
    secrets::Keys,
    settings,
};

/// Where a survey's words come from, all filled in, for the mail and for the page.
#[derive(Clone, Debug)]
pub struct Said {
    pub request: Request,
    pub company: String,
    pub texts: Texts,
    pub questions: Vec<Question>,
    /// Who is rated.
    pub agent: Option<String>,
}

/// A mail that is about to be written.
#[derive(Clone, Debug)]
pub struct SurveyMail {
    pub said: Said,
    pub from: String,
    pub to: String,
    pub to_name: String,
    /// `https://desk.example.com`.
    pub base: String,
    pub token: String,
    pub is_reminder: bool,
}

/// All words of a request, filled in.
pub fn said(tx: &mut Tx, request: Request) -> Result<Said> {
    let survey = super::save::any(tx, request.survey_id)?;
    let values = values(tx, &request)?;
    let all = survey.wording();
    let language = wording::language(&all, &request.language).unwrap_or_default();
    let mut texts = all.get(language).cloned().unwrap_or_default();
    for text in [
        &mut texts.subject,
        &mut texts.intro,
        &mut texts.question,
        &mut texts.low,
        &mut texts.high,
        &mut texts.comment,
        &mut texts.thanks,
    ] {
        *text = wording::put_in(text, &values);
    }
    Ok(Said {
        company: values.company,
        agent: request.agent.clone(),
        questions: survey.questions(),
        request,
        texts,
    })
}

fn values(tx: &mut Tx, it: &Request) -> Result<Values> {
    let contact = contacts::find(tx, it.contact_id)?;
    // One who never said a name is called by their address, and nobody is greeted by that.
    let first = match contact.name.contains('@') {
        true => "",
        false => contact.name.split_whitespace().next().unwrap_or_default(),
    };
    let agent = match it.agent_id {
        Some(id) => agents::find(tx, id)?.name,
        None => String::new(),
    };
    let mut out = Values {
        company: settings::get_or(tx, settings::COMPANY, "Tend")?,
        first_name: first.to_owned(),
        agent,
        ..Values::default()
    };
    match it.about {
        About::Conversation => {
            let number = conversations::find(tx, ConversationId::from_raw(it.subject_id))?.number;
            out.conversation = format!("#{number}");
        }
        About::Order => {
            let number: Option<String> = tx
                .maybe_scalar("SELECT number FROM orders WHERE id = $1", &[it.subject_id.into()])?;
            out.order = number.unwrap_or_default();
        }
        About::None => {}
    }
    Ok(out)
}

/// The address that mail reaches, the preferred one first.
fn address(tx: &mut Tx, it: &Request) -> Result<Option<String>> {
    let all = contacts::identities(tx, it.contact_id)?;
    let fine =
        |it: &contacts::Identity| it.kind == IdentityKind::Email && it.undeliverable_at.is_none();
    Ok(all.into_iter().find(fine).map(|it| it.value))
}

/// The inbox of the conversation, if it can send; else the first that can.
fn inbox(tx: &mut Tx, it: &Request) -> Result<Option<Inbox>> {
    let servers = mail_accounts::in_use(tx, Server::Smtp)?;
    let own = match it.about {
        About::Conversation => {
            Some(conversations::find(tx, ConversationId::from_raw(it.subject_id))?.inbox_id)
        }
        _ => None,
    };
    let chosen = servers.iter().find(|it| Some(it.inbox_id) == own).or(servers.first());
    match chosen {
        Some(it) => Ok(Some(inboxes::find(tx, it.inbox_id)?)),
        None => Ok(None),
    }
}

/// Queues the mail, sent at most once: asking twice is worse than not asking. Without a mail
/// server nothing is queued, and the request can still be answered by its link.
pub(super) fn queue(tx: &mut Tx, keys: &Keys, it: &Request, is_reminder: bool) -> Result<()> {
    let Some(to) = address(tx, it)?.and_then(|it| fold::email(&it)) else { return Ok(()) };
    let Some(inbox) = inbox(tx, it)? else { return Ok(()) };
    let (id, now) = (OutboxId::new(tx), tx.now());
    // What the link ends in is worked out when the mail is written, and kept nowhere.
    let payload = keys.seal(PURPOSE, &format!("{} {is_reminder}", it.id));
    tx.execute(
        "INSERT INTO outbox (id, inbox_id, class, kind, mail_message_id, envelope_from, payload,
             state, due_at, created_at)
         VALUES ($1, $2, 'at_most_once', 'survey', '', $3, $4, 'queued', $5, $5)",
        &[id.into(), inbox.id.into(), inbox.address.as_str().into(), payload.into(), now.into()],
    )?;
    tx.execute(
        "INSERT INTO deliveries (outbox_id, address, state) VALUES ($1, $2, 'queued')",
        &[id.into(), to.into()],
    )?;
    tx.execute(
        "UPDATE survey_requests SET outbox_id = $2 WHERE id = $1",
        &[it.id.into(), id.into()],
    )?;
    jobs::once(tx, now, &format!("send {id}"), &Job::Send { outbox: id.to_string() })?;
    Ok(())
}

const PURPOSE: &str = "survey mail";

/// What a mail is written from, now that it leaves.
///
/// # Errors
/// Refused, when the base address of links is not set, or the request cannot be read.
pub fn of_outbox(tx: &mut Tx, keys: &Keys, item: OutboxId) -> Result<SurveyMail> {
    let it = crate::outbox::find(tx, item)?;
    let text = keys.open(PURPOSE, &it.payload)?;
    let (id, reminder) = text.split_once(' ').ok_or(not_found("request"))?;
    let id: RequestId = id.parse().map_err(|_| not_found("request"))?;
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    if base.is_empty() {
        return Err(refused("The address that links in mails start with is not set."));
    }
    let request = super::known::any(tx, id)?;
    let contact = contacts::find(tx, request.contact_id)?;
    let to = crate::outbox::deliveries(tx, item)?.into_iter().next();
    let inbox = match it.inbox_id {
        Some(id) => inboxes::find(tx, id)?,
        None => return Err(not_found("inbox")),
    };
    Ok(SurveyMail {
        from: inbox.address,
        to: to.map(|it| it.address).unwrap_or_default(),
        to_name: if contact.name.contains('@') { String::new() } else { contact.name },
        base,
        token: super::ask::token(keys, id),
        is_reminder: reminder == "true",
        said: said(tx, request)?,
    })
}

/// The survey behind a request.
pub fn survey_of(tx: &mut Tx, it: &Request) -> Result<Survey> {
    super::save::any(tx, it.survey_id)
}
