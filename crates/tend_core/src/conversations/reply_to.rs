use tend_store::{Tx, row};

use super::{
    Conversation, ConversationId, Direction, MessageId, MessageKind, Recipients, address_in,
    find_visible,
};
use crate::{
    Result,
    agents::{self, Me},
    contacts, fold,
    html::Html,
    inboxes::{self, Inbox},
};

/// What a composer starts with.
#[derive(Clone, Debug)]
pub struct ReplyDefaults {
    /// For an answer to the one who wrote last.
    pub reply: Recipients,
    /// For an answer to everyone on the last message.
    pub reply_all: Recipients,
    pub subject: String,
    /// The inbox that it leaves from.
    pub inbox: Inbox,
    /// What stands under it.
    pub signature: Html,
    /// The last message, by which a send that crossed with another is noticed.
    pub seen: Option<MessageId>,
}

impl ReplyDefaults {
    /// Whether an answer to everyone reaches someone whom one to the writer does not.
    pub fn has_others(&self) -> bool {
        let one: Vec<_> = self.reply.to.iter().filter_map(|it| folded(it)).collect();
        let all = self.reply_all.to.iter().chain(&self.reply_all.cc);
        all.filter_map(|it| folded(it)).any(|it| !one.contains(&it))
    }
}

row! {
    struct Last {
        direction: Direction,
        kind: MessageKind,
        sender_name: String,
        sender_address: String,
        recipients: String,
    }
}

/// To whom an answer goes, if nobody says otherwise. Our own addresses are never among them,
/// and a sender's `Reply-To` is honoured.
pub fn reply_to(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<ReplyDefaults> {
    let it = find_visible(tx, me, id)?;
    let reply = to_the_writer(tx, &it)?;
    let reply_all = to_everyone(tx, &it, &reply)?;
    Ok(ReplyDefaults {
        reply,
        reply_all,
        inbox: inboxes::find(tx, it.inbox_id)?,
        signature: Html::stored(agents::find(tx, me.id)?.signature_html),
        seen: it.last_message_id,
        subject: it.subject,
    })
}

/// The last mail of a person on their side, else of a machine, else ours.
fn to_the_writer(tx: &mut Tx, it: &Conversation) -> Result<Recipients> {
    let mut to = Vec::new();
    if let Some(last) = last(tx, it.id, "direction = 'inbound' AND kind IN ('human', 'bulk')")? {
        let wanted = Recipients::decode(&last.recipients).reply_to;
        to = strangers(tx, &wanted)?;
        if to.is_empty() {
            to = strangers(tx, &[named(&last.sender_name, &last.sender_address)])?;
        }
    }
    if to.is_empty()
        && let Some(last) = last(tx, it.id, OURS)?
    {
        to = strangers(tx, &Recipients::decode(&last.recipients).to)?;
    }
    if to.is_empty() {
        to.extend(contacts::primary_email(tx, it.contact_id)?);
    }
    Ok(Recipients { to, ..Recipients::default() })
}

const OURS: &str = "direction = 'outbound' AND state <> 'cancelled' AND source <> 'forward'";

fn to_everyone(tx: &mut Tx, it: &Conversation, reply: &Recipients) -> Result<Recipients> {
    let condition = format!("(direction = 'inbound' AND kind = 'human') OR ({OURS})");
    let Some(last) = last(tx, it.id, &condition)? else {
        return Ok(reply.clone());
    };
    let on_it = Recipients::decode(&last.recipients);
    let (mut to, cc) = match (last.direction, last.kind) {
        (Direction::Outbound, _) => (on_it.to, on_it.cc),
        // Those who were written to beside us are written to as well.
        _ => (reply.to.iter().cloned().chain(on_it.to).collect(), on_it.cc),
    };
    to = strangers(tx, &to)?;
    if to.is_empty() {
        to.clone_from(&reply.to);
    }
    let known: Vec<_> = to.iter().filter_map(|it| folded(it)).collect();
    let mut cc = strangers(tx, &cc)?;
    cc.retain(|it| folded(it).is_some_and(|it| !known.contains(&it)));
    cc.truncate(MOST_PARTICIPANTS.saturating_sub(to.len()));
    Ok(Recipients { to, cc, ..Recipients::default() })
}

fn last(tx: &mut Tx, id: ConversationId, condition: &str) -> Result<Option<Last>> {
    let sql = format!(
        "SELECT direction, kind, sender_name, sender_address, recipients FROM messages
         WHERE conversation_id = $1 AND ({condition}) ORDER BY created_at DESC, id DESC LIMIT 1"
    );
    Ok(tx.maybe(&sql, &[id.into()])?)
}

/// So many of those on a mail are offered for an answer to everyone: who writes to thousands has
/// not asked for an answer to all of them.
pub const MOST_PARTICIPANTS: usize = 50;

/// Those of the addresses that are not ours, each once, the first of them.
fn strangers(tx: &mut Tx, all: &[String]) -> Result<Vec<String>> {
    let mut kept: Vec<String> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for it in all {
        if kept.len() == MOST_PARTICIPANTS {
            break;
        }
        let Some(address) = folded(it) else {
            continue;
        };
        if !seen.contains(&address) && !is_ours(tx, &address)? {
            kept.push(it.clone());
            seen.push(address);
        }
    }
    Ok(kept)
}

fn is_ours(tx: &mut Tx, address: &str) -> Result<bool> {
    if inboxes::by_address(tx, address)?.is_some() {
        return Ok(true);
    }
    let base = address.split_once('@').and_then(|(local, domain)| {
        let (base, _) = local.split_once('+')?;
        Some(format!("{base}@{domain}"))
    });
    match base {
        Some(base) => Ok(inboxes::by_address(tx, &base)?.is_some()),
        None => Ok(false),
    }
}

fn folded(text: &str) -> Option<String> {
    fold::email(address_in(text))
}

fn named(name: &str, address: &str) -> String {
    let name: String = name.chars().filter(|it| !"<>\"\r\n".contains(*it)).collect();
    match name.trim() {
        "" => address.to_owned(),
        name if name == address => address.to_owned(),
        name if name.contains([',', '@', ';', '(', ')', '.']) => format!("\"{name}\" <{address}>"),
        name => format!("{name} <{address}>"),
    }
}
