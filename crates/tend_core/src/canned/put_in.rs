use tend_store::{Tx, row};

use super::{CannedId, find};
use crate::{
    Result,
    agents::Me,
    conversations::{ConversationId, NewAttachment},
    html::Html,
    templates::{self, Form},
};

/// A canned response, ready for a composer.
#[derive(Clone, Debug)]
pub struct PutIn {
    /// With the values of this conversation. Where one is missing, its variable still stands.
    pub html: Html,
    /// The variables without a value.
    pub missing: Vec<String>,
    /// The files that go with it.
    pub files: Vec<NewAttachment>,
}

/// Fills a canned response in for a conversation (with none, for one that is to begin) and
/// counts that it was used.
pub fn put_in(
    tx: &mut Tx,
    me: &Me,
    id: CannedId,
    conversation: Option<ConversationId>,
) -> Result<PutIn> {
    let it = find(tx, me, id)?;
    let scope = templates::scope_for(tx, me, conversation)?;
    let filled = templates::fill(&it.html_text, Form::Html, &scope)?;
    tx.execute(
        "UPDATE canned_responses SET used_count = used_count + 1 WHERE id = $1",
        &[id.into()],
    )?;
    Ok(PutIn { html: Html::sanitise(&filled.text), missing: filled.missing, files: files(tx, id)? })
}

/// The files of a canned response.
pub fn files(tx: &mut Tx, id: CannedId) -> Result<Vec<NewAttachment>> {
    row! {
        struct File {
            file_id: i64,
            name: String,
            media_type: String,
            size: i64,
        }
    }
    let found: Vec<File> = tx.rows(
        "SELECT files.id AS file_id, canned_attachments.name, files.media_type, files.size
         FROM canned_attachments JOIN files ON files.id = canned_attachments.file_id
         WHERE canned_attachments.canned_id = $1 ORDER BY files.id",
        &[id.into()],
    )?;
    let made = |it: File| NewAttachment {
        file_id: it.file_id,
        name: it.name,
        media_type: it.media_type,
        size: it.size,
        content_id: String::new(),
        is_inline: false,
    };
    Ok(found.into_iter().map(made).collect())
}
