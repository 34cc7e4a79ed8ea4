use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

use super::{Item, OutboxId};
use crate::{
    Result,
    agents::AgentId,
    conversations::{self, Conversation, ConversationId, MessageId, Recipients},
    error::not_found,
    html::Html,
    inboxes::{self, Inbox},
    settings,
    templates::{self, Form},
};

/// All that a mail is written from.
#[derive(Clone, Debug)]
pub struct Letter {
    pub message: MessageId,
    pub conversation: Conversation,
    pub inbox: Inbox,
    /// Who stands in From, beside the inbox's address.
    pub from_name: String,
    pub recipients: Recipients,
    pub subject: String,
    pub text: String,
    /// With what the inbox puts around it; empty when there is only text.
    pub html: String,
    /// No person wrote it.
    pub is_automatic: bool,
    pub written_at: Timestamp,
    /// The Message-IDs before it, oldest first; a forward has none.
    pub references: Vec<String>,
    pub files: Vec<LetterFile>,
}

row! {
    /// A file that goes along.
    pub struct LetterFile {
        pub name: String,
        pub media_type: String,
        pub size: i64,
        pub content_id: String,
        pub is_inline: bool,
        pub place: String,
    }
}

row! {
    struct Written {
        conversation_id: ConversationId,
        agent_id: Option<AgentId>,
        kind: String,
        source: String,
        recipients: String,
        subject: String,
        text: String,
        html: String,
        created_at: Timestamp,
    }
}

/// What an item's mail is written from. `None` for a notice, which is no message.
pub fn letter(tx: &mut Tx, item: &Item) -> Result<Option<Letter>> {
    let Some(id) = item.message_id else {
        return Ok(None);
    };
    let it: Written = tx
        .maybe(
            "SELECT conversation_id, agent_id, kind, source, recipients, subject, text, html,
                 created_at
             FROM messages WHERE id = $1",
            &[id.into()],
        )?
        .ok_or(not_found("message"))?;
    let conversation = conversations::find(tx, it.conversation_id)?;
    let inbox = match item.inbox_id {
        Some(inbox) => inboxes::find(tx, inbox)?,
        None => inboxes::find(tx, conversation.inbox_id)?,
    };
    let references = match it.source.as_str() {
        "forward" => Vec::new(),
        _ => before(tx, conversation.id, id)?,
    };
    let html = around(tx, &it, &conversation, &inbox)?;
    let text = if html.is_blank() { it.text.clone() } else { html.to_text() };
    Ok(Some(Letter {
        message: id,
        from_name: from_name(tx, &it, &conversation, &inbox)?,
        recipients: Recipients::decode(&it.recipients),
        subject: subject(&it.subject, !references.is_empty()),
        text,
        html: html.into_string(),
        is_automatic: it.kind != "human",
        written_at: it.created_at,
        references,
        files: files(tx, id)?,
        conversation,
        inbox,
    }))
}

/// Is an earlier mail of the conversation still on its way to one of the same people? Then
/// this one waits so long before it looks again, so that they read them in their order: a moment
/// for one that is about to leave, longer for one that could not.
pub fn waits_for_another(tx: &mut Tx, id: OutboxId) -> Result<Option<SignedDuration>> {
    let now = tx.now();
    let state: Option<String> = tx.maybe_scalar(
        "SELECT earlier.state FROM outbox mine
         JOIN messages my_message ON my_message.id = mine.message_id
         JOIN messages other ON other.conversation_id = my_message.conversation_id
         JOIN outbox earlier ON earlier.message_id = other.id
         JOIN deliveries to_whom ON to_whom.outbox_id = earlier.id
         JOIN deliveries my_own ON my_own.outbox_id = mine.id
             AND my_own.address = to_whom.address
         WHERE mine.id = $1 AND earlier.id < mine.id
             AND earlier.state IN ('queued', 'sending', 'deferred')
             AND (earlier.attempts > 0 OR earlier.due_at <= $2)
             AND to_whom.state IN ('queued', 'deferred')
             AND my_own.state IN ('queued', 'deferred')
         ORDER BY earlier.id LIMIT 1",
        &[id.into(), now.into()],
    )?;
    let pause = |it: String| if it == "deferred" { 5_000 } else { 250 };
    Ok(state.map(|it| SignedDuration::from_millis(pause(it))))
}

/// The newest that fit into a header.
fn before(tx: &mut Tx, of: ConversationId, id: MessageId) -> Result<Vec<String>> {
    let mut ids: Vec<String> = tx.column(
        "SELECT message_id FROM messages
         WHERE conversation_id = $1 AND id < $2 AND message_id <> '' AND direction <> 'note'
             AND state NOT IN ('cancelled', 'failed')
         ORDER BY id DESC LIMIT 20",
        &[of.into(), id.into()],
    )?;
    ids.reverse();
    Ok(ids)
}

fn subject(text: &str, is_answer: bool) -> String {
    let has_mark = text.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("re:"));
    if is_answer && !has_mark { format!("Re: {text}") } else { text.to_owned() }
}

fn from_name(tx: &mut Tx, it: &Written, about: &Conversation, inbox: &Inbox) -> Result<String> {
    let scope = templates::scope(tx, it.agent_id, about)?;
    if !inbox.sender_name.is_empty()
        && let Ok(name) = templates::render(&inbox.sender_name, Form::Text, &scope)
    {
        return Ok(name);
    }
    let company = settings::get_or(tx, settings::COMPANY, "")?;
    let agent = match it.agent_id {
        Some(id) => crate::agents::find(tx, id)?.name,
        None => String::new(),
    };
    Ok(match (agent.as_str(), company.as_str()) {
        ("", "") => inbox.name.clone(),
        ("", company) => company.to_owned(),
        (agent, "") => agent.to_owned(),
        (agent, company) => format!("{agent} ({company})"),
    })
}

/// The message with what the inbox puts around it; the standard is the writer's signature.
fn around(tx: &mut Tx, it: &Written, about: &Conversation, inbox: &Inbox) -> Result<Html> {
    let body = match it.html.as_str() {
        "" => Html::from_text(&it.text),
        html => Html::stored(html.to_owned()),
    };
    if it.kind != "human" {
        return Ok(body);
    }
    let mut scope = templates::scope(tx, it.agent_id, about)?;
    scope.put_html("message.body", &body);
    if !inbox.template_html.is_empty()
        && let Ok(whole) = templates::render_html(&inbox.template_html, &scope)
    {
        return Ok(whole);
    }
    let signature = match it.agent_id {
        Some(id) => Html::stored(crate::agents::find(tx, id)?.signature_html),
        None => Html::default(),
    };
    if signature.is_blank() {
        return Ok(body);
    }
    Ok(Html::sanitise(&format!("{}<p>-- </p>{}", body.as_str(), signature.as_str())))
}

fn files(tx: &mut Tx, of: MessageId) -> Result<Vec<LetterFile>> {
    Ok(tx.rows(
        "SELECT attachments.name, attachments.media_type, attachments.size,
             attachments.content_id, attachments.is_inline, files.place
         FROM attachments JOIN files ON files.id = attachments.file_id
         WHERE attachments.message_id = $1 ORDER BY attachments.id",
        &[of.into()],
    )?)
}
