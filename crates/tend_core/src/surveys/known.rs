//! Requests as they are found: by their link, and as agents may see them.

use tend_store::{Tx, Value};

use super::{About, REQUEST, Request, RequestId, Survey, SurveyId};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission, Reach},
    contacts::{self, ContactId},
    conversations::{self, ConversationId, list::Where},
    error::not_found,
    journal::Subject,
    page::{Cursor, Page},
    secrets::fingerprint,
};

pub(super) fn any(tx: &mut Tx, id: RequestId) -> Result<Request> {
    tx.maybe(&format!("{REQUEST} WHERE survey_requests.id = $1"), &[id.into()])?
        .ok_or(not_found("survey request"))
}

/// The request that a link leads to.
pub fn by_token(tx: &mut Tx, token: &str) -> Result<Request> {
    tx.maybe(&format!("{REQUEST} WHERE token_print = $1"), &[fingerprint(token).into()])?
        .ok_or(not_found("survey"))
}

/// Where the story of a request is told.
pub(super) fn subject_of_journal(tx: &mut Tx, it: &Request) -> Result<Subject> {
    let contact = contacts::find(tx, it.contact_id)?;
    let conversation = (it.about == About::Conversation).then_some(it.subject_id);
    Ok(Subject {
        kind: "survey_request",
        id: it.id.raw(),
        conversation,
        contact: Some(contact.id.raw()),
        account: Some(contact.account_id.raw()),
    })
}

/// Whether an agent may see it: who does not see the conversation does not see what was said
/// of it.
fn sees(tx: &mut Tx, me: &Me, it: &Request) -> bool {
    match it.about {
        About::Conversation if me.reach != Reach::All || !me.may(Permission::ConversationsRead) => {
            conversations::find_visible(tx, me, ConversationId::from_raw(it.subject_id)).is_ok()
        }
        _ => true,
    }
}

/// A request that the agent may see.
pub fn find(tx: &mut Tx, me: &Me, id: RequestId) -> Result<Request> {
    if !me.may(Permission::SurveysRead) {
        return Err(not_found("survey request"));
    }
    let it = any(tx, id)?;
    match sees(tx, me, &it) {
        true => Ok(it),
        false => Err(not_found("survey request")),
    }
}

/// Which requests are asked for; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Which {
    pub survey: Option<SurveyId>,
    pub contact: Option<ContactId>,
    pub account: Option<AccountId>,
    pub conversation: Option<ConversationId>,
    /// Only what was answered, by the time of the answer; else all, by when they were sent.
    pub answered: bool,
    pub agent: Option<i64>,
    /// Answered from this moment on, in microseconds since 1970.
    pub since: Option<i64>,
    pub until: Option<i64>,
    pub lowest: Option<i64>,
    pub highest: Option<i64>,
}

/// Requests, the newest first. What the agent may not see is left out, so a page may be short and
/// still have a next one.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: &Which,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Request>> {
    me.require(Permission::SurveysRead)?;
    let limit = limit.clamp(1, 200);
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    let by = if which.answered { "answered_at" } else { "sent_at" };
    if which.answered {
        all.and("answered_at IS NOT NULL", []);
    }
    let narrow: [(&str, Option<Value>); 8] = [
        ("survey_id = ?", which.survey.map(Into::into)),
        ("contact_id = ?", which.contact.map(Into::into)),
        (
            "contact_id IN (SELECT id FROM contacts WHERE account_id = ?)",
            which.account.map(Into::into),
        ),
        ("subject_id = ?", which.conversation.map(|it| it.raw().into())),
        ("agent_id = ?", which.agent.map(Into::into)),
        ("answered_at >= ?", which.since.map(Into::into)),
        ("answered_at < ?", which.until.map(Into::into)),
        ("score >= ?", which.lowest.map(Into::into)),
    ];
    for (sql, value) in narrow {
        if let Some(value) = value {
            all.and(sql, [value]);
        }
    }
    if let Some(it) = which.highest {
        all.and("score <= ?", [it.into()]);
    }
    if let Some(at) = from {
        all.and(&format!("({by}, survey_requests.id) < (?, ?)"), [at.key.into(), at.id.into()]);
    }
    all.args.push((limit + 1).into());
    let sql = format!(
        "{REQUEST} WHERE {} ORDER BY {by} DESC, survey_requests.id DESC LIMIT ${}",
        all.sql,
        all.args.len()
    );
    let found: Vec<Request> = tx.rows(&sql, &all.args)?;
    let key = |it: &Request| {
        let at = it.answered_at.filter(|_| which.answered).unwrap_or(it.sent_at);
        Cursor { key: at.as_microsecond(), id: it.id.raw() }
    };
    let page = Page::of(found, limit, key);
    let mut seen = Vec::with_capacity(page.items.len());
    for it in page.items {
        if sees(tx, me, &it) {
            seen.push(it);
        }
    }
    Ok(Page { items: seen, next: page.next })
}

/// None for who may not see surveys.
fn newest(tx: &mut Tx, me: &Me, which: &Which, limit: usize) -> Result<Vec<Request>> {
    match me.may(Permission::SurveysRead) {
        true => Ok(page(tx, me, which, None, limit)?.items),
        false => Ok(Vec::new()),
    }
}

/// The newest of a contact.
pub fn of_contact(tx: &mut Tx, me: &Me, id: ContactId, limit: usize) -> Result<Vec<Request>> {
    newest(tx, me, &Which { contact: Some(id), ..Which::default() }, limit)
}

/// The newest of an account's people.
pub fn of_account(tx: &mut Tx, me: &Me, id: AccountId, limit: usize) -> Result<Vec<Request>> {
    newest(tx, me, &Which { account: Some(id), ..Which::default() }, limit)
}

/// The survey of a request, for its page.
pub fn survey(tx: &mut Tx, it: &Request) -> Result<Survey> {
    super::save::any(tx, it.survey_id)
}
