use tend_store::Tx;

use super::{FileId, MailId};
use crate::Result;

/// Where a file may be in use.
const USES: [(&str, &str); 6] = [
    ("attachments", "file_id"),
    ("mails", "file_id"),
    ("outbox", "file_id"),
    ("canned_attachments", "file_id"),
    ("agents", "picture_file_id"),
    ("contacts", "picture_file_id"),
];

/// Lets go of a mail's bytes and of its envelope. Its row stays in the books, and its key stays,
/// so that it is not taken in again. The answer is the file that it was.
pub(crate) fn forget_bytes(tx: &mut Tx, id: MailId) -> Result<Option<FileId>> {
    let file: Option<Option<FileId>> =
        tx.maybe_scalar("SELECT file_id FROM mails WHERE id = $1", &[id.into()])?;
    tx.execute(
        "UPDATE mails SET file_id = NULL, envelope_from = '', envelope_to = '', remote = ''
         WHERE id = $1",
        &[id.into()],
    )?;
    Ok(file.flatten())
}

/// Forgets those of the files that nothing has any more; how many. Their bytes go with the next
/// daily sweep, for no row knows them.
pub(crate) fn forget_files(tx: &mut Tx, files: &[FileId]) -> Result<u64> {
    let mut gone = 0;
    for file in files {
        let mut used = false;
        for (table, column) in USES {
            let sql = format!("SELECT 1 AS n FROM {table} WHERE {column} = $1 LIMIT 1");
            used = used || tx.maybe_scalar::<i64>(&sql, &[(*file).into()])?.is_some();
        }
        if !used {
            gone += tx.execute("DELETE FROM files WHERE id = $1", &[(*file).into()])?;
        }
    }
    Ok(gone)
}
