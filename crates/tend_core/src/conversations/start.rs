use jiff::Timestamp;
use tend_store::Tx;

use super::{
    Category, ConversationId, MessageId, NewAttachment, NewConversation, NewReply, Recipients,
    open, reply,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission, TeamId, teams},
    contacts::{self, ContactId, Stranger},
    error::{invalid, refused},
    fold,
    html::Html,
    inboxes::{self, Channel, InboxId},
};

/// With whom a conversation begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    Contact(ContactId),
    /// Someone by their address; one who was never seen gets a record.
    Address {
        name: String,
        email: String,
    },
}

/// A conversation that we begin.
#[derive(Clone, Debug)]
pub struct NewStart {
    pub inbox: InboxId,
    pub whom: Whom,
    pub subject: String,
    pub html: Html,
    /// Who else gets it; `to` may be empty.
    pub recipients: Recipients,
    pub attachments: Vec<NewAttachment>,
    pub team: Option<TeamId>,
    /// What the conversation becomes; `None` leaves it waiting on the customer.
    pub then: Option<Category>,
    pub send_at: Option<Timestamp>,
    /// `page` or `api`.
    pub source: &'static str,
}

/// Writes to a customer first. The conversation is the writer's.
pub fn start(tx: &mut Tx, by: &Me, new: &NewStart) -> Result<(ConversationId, MessageId)> {
    by.require(Permission::ConversationsReply)?;
    let inbox = inboxes::find_visible(tx, by, new.inbox)?;
    if inbox.archived_at.is_some() {
        return Err(refused("This inbox was archived."));
    }
    if fold::one_line(&new.subject, 500).is_empty() {
        return Err(invalid("subject", "Say what it is about."));
    }
    if let Some(team) = new.team {
        teams::find(tx, team)?;
    }
    let (contact, address) = match &new.whom {
        Whom::Contact(id) => (contacts::find(tx, *id)?, None),
        Whom::Address { name, email } => {
            let Some(address) = fold::email(email) else {
                return Err(invalid("to", format!("{email} is not an email address.")));
            };
            if inboxes::by_address(tx, &address)?.is_some() {
                return Err(invalid("to", "That is an address of ours."));
            }
            let who = Stranger::by_email(name, &address);
            (contacts::meet(tx, Actor::Agent(by.id), &who)?, Some(address))
        }
    };
    let opened = open(
        tx,
        Actor::Agent(by.id),
        &NewConversation {
            inbox: &inbox,
            contact: &contact,
            subject: &new.subject,
            category: Category::WaitingCustomer,
            assignee: Some(by.id),
            team: new.team,
            opened_at: tx.now(),
            follows: None,
            may_belong_to: None,
        },
    )?;
    let mut recipients = new.recipients.clone();
    if recipients.to.is_empty() && inbox.channel == Channel::Email {
        recipients.to.extend(address);
    }
    let message = reply(
        tx,
        by,
        opened.id,
        &NewReply {
            html: new.html.clone(),
            recipients,
            subject: new.subject.clone(),
            attachments: new.attachments.clone(),
            then: new.then,
            seen: None,
            send_at: new.send_at,
            source: new.source,
        },
    )?;
    Ok((opened.id, message))
}
