use tend_store::Tx;

use super::{ConversationId, find_visible};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    fold,
    journal::{self, Change},
};

/// Gives the conversation another subject; replies go out under it.
pub fn set_subject(tx: &mut Tx, by: &Me, id: ConversationId, to: &str) -> Result<()> {
    by.require(Permission::ConversationsUpdate)?;
    let it = find_visible(tx, by, id)?;
    let to = fold::one_line(to, 500);
    if to.is_empty() {
        return Err(invalid("subject", "A conversation needs a subject."));
    }
    if it.subject == to {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE conversations SET subject = $2, subject_folded = $4, changed_at = $3 WHERE id = $1",
        &[id.into(), to.as_str().into(), now.into(), fold::fold(&to).into()],
    )?;
    let change = Change::SubjectChanged { from: it.subject.clone(), to };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)
}
