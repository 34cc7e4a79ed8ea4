use tend_store::{Tx, row};

use super::NotificationId;
use crate::{
    Result,
    agents::{
        self, AgentId,
        profile::{self, Occasion},
    },
    conversations::{self, ConversationId},
    outbox,
    secrets::Keys,
    settings,
};

row! {
    struct Told {
        agent_id: AgentId,
        kind: String,
        conversation_id: Option<ConversationId>,
        actor: String,
    }
}

/// Queues the mail by which an agent is told, if they want mail for this, have not read it
/// meanwhile, and may still see what it is about.
pub fn by_mail(tx: &mut Tx, keys: &Keys, id: NotificationId) -> Result<()> {
    let found: Option<Told> = tx.maybe(
        "SELECT agent_id, kind, conversation_id, actor FROM notifications
         WHERE id = $1 AND read_at IS NULL",
        &[id.into()],
    )?;
    let Some(Told { agent_id, kind, conversation_id: Some(about), actor }) = found else {
        return Ok(());
    };
    let occasion = Occasion::ALL.into_iter().find(|it| it.word() == kind);
    let wants = profile::choices(tx, agent_id)?.1;
    if !occasion.is_some_and(|it| wants.ways(it).mail) {
        return Ok(());
    }
    let Ok(me) = agents::me(tx, agent_id) else { return Ok(()) };
    let Ok(it) = conversations::find_visible(tx, &me, about) else { return Ok(()) };
    let who = if actor.is_empty() { "Somebody" } else { &actor };
    let what = match kind.as_str() {
        "assigned" => format!("{who} gave you a conversation."),
        "mentioned" => format!("{who} mentioned you in a note."),
        "replied" => format!("{who} answered in a conversation of yours."),
        "failed" => "A message of yours could not be delivered.".to_owned(),
        _ => "Something happened in a conversation that you follow.".to_owned(),
    };
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    let subject = format!("#{} {}", it.number, it.subject);
    let text = format!("{what}\n\n#{} {}\n{base}/conversations/{}\n", it.number, it.subject, it.id);
    let email = agents::find(tx, agent_id)?.email;
    outbox::queue_notice(tx, keys, &me.name, &email, &subject, &text)?;
    Ok(())
}
