use jiff::Timestamp;
use tend_store::{Dialect, Tx};

use super::{Category, Conversation, ConversationId, Priority, find, status::default_status};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, TeamId},
    contacts::Contact,
    fold,
    inboxes::Inbox,
    journal::{self, Change},
};

/// What a conversation starts with.
#[derive(Clone, Debug)]
pub struct NewConversation<'a> {
    pub inbox: &'a Inbox,
    pub contact: &'a Contact,
    pub subject: &'a str,
    /// `New` if the customer wrote first, `WaitingCustomer` if we did, `Spam` if they are blocked.
    pub category: Category,
    pub assignee: Option<AgentId>,
    pub team: Option<TeamId>,
    pub opened_at: Timestamp,
    /// The closed conversation that this one goes on from.
    pub follows: Option<ConversationId>,
    /// An unproved token in the subject pointed there.
    pub may_belong_to: Option<ConversationId>,
}

/// Opens a conversation, yet without a message.
pub fn open(tx: &mut Tx, by: Actor, new: &NewConversation) -> Result<Conversation> {
    let id = ConversationId::new(tx);
    let status = default_status(tx, new.category)?;
    let subject = fold::one_line(new.subject, 500);
    let subject = if subject.is_empty() { "(no subject)".to_owned() } else { subject };
    // The number of one that was deleted is not given again; a sequence never does.
    let number = match tx.dialect() {
        Dialect::Sqlite => {
            "(SELECT COALESCE(MAX(number), 1000) + 1
              FROM (SELECT MAX(number) AS number FROM conversations UNION ALL
                    SELECT MAX(number) FROM deleted_conversations) AS used)"
        }
        Dialect::Postgres => tx.dialect().next_conversation_number(),
    };
    let now = tx.now();
    let sql = format!(
        "INSERT INTO conversations (id, number, inbox_id, contact_id, account_id, subject,
             subject_folded, status_id, category, is_active, priority, assignee_id, team_id, opened_at, changed_at,
             last_message_at, follows_id, may_belong_to)
         VALUES ($1, {number}, $2, $3, $4, $5, $16, $6, $7, $8, $9, $10, $11, $12, $13, $12, $14,
             $15)"
    );
    tx.execute(
        &sql,
        &[
            id.into(),
            new.inbox.id.into(),
            new.contact.id.into(),
            new.contact.account_id.into(),
            subject.as_str().into(),
            status.into(),
            new.category.into(),
            new.category.is_active().into(),
            Priority::Normal.into(),
            new.assignee.into(),
            new.team.into(),
            new.opened_at.into(),
            now.into(),
            new.follows.into(),
            new.may_belong_to.into(),
            fold::fold(&subject).into(),
        ],
    )?;
    let opened = find(tx, id)?;
    let change = Change::ConversationOpened {
        inbox: new.inbox.id.to_string(),
        channel: new.inbox.channel.word().to_owned(),
    };
    journal::record_at(tx, new.opened_at, by, opened.subject_of_journal(), &change)?;
    Ok(opened)
}
