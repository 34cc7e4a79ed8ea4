//! Mail that was taken in: the bytes first, acknowledged when they are on disk; a job reads them.
//!
//! Each mail is in exactly one state, so that the books balance:
//! received = imported + duplicates + quarantined + those still waiting.

mod books;
mod checks;
mod forget;
mod quarantine;
mod settle;
mod turns;

pub use books::{BookLine, InboxBooks, books, books_by_inbox};
pub use checks::{Check, Checks, Sender, Verdict};
pub(crate) use forget::{forget_bytes, forget_files};
pub use quarantine::{discard, quarantined, quarantined_one, retry};
pub use settle::{MOST_TRIES, Settled, claim_key, settle, stumble};
pub use turns::{hold, release, tell_held, turn};

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, id, row};

use crate::{
    Result,
    error::not_found,
    inboxes::InboxId,
    jobs::{self, Job},
};

id!(MailId, "mai");
id!(FileId, "fil");

row! {
    /// A mail as it came.
    pub struct Mail {
        pub id: MailId,
        pub inbox_id: Option<InboxId>,
        /// `smtp`, `imap`, `import`.
        pub source: String,
        pub envelope_from: String,
        /// JSON list.
        pub envelope_to: String,
        pub remote: String,
        /// None when its bytes were deleted with its conversation.
        pub file_id: Option<FileId>,
        pub sha256: String,
        pub size: i64,
        pub message_key: String,
        /// `received`, `imported`, `duplicate`, `quarantined`, `discarded`.
        pub state: String,
        pub reason: String,
        pub attempts: i64,
        /// It had to wait for its sender's turn, which comes then. Once it had to, it need not again.
        pub held_until: Option<Timestamp>,
        pub received_at: Timestamp,
        pub settled_at: Option<Timestamp>,
    }
}

/// A file that is on disk already, to be known to the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Made by us.
    pub place: String,
    /// Hex.
    pub sha256: String,
    pub size: i64,
    pub media_type: String,
}

/// Makes a file known; one that is known already keeps its id.
pub fn file(tx: &mut Tx, it: &StoredFile) -> Result<FileId> {
    let (id, now) = (FileId::new(tx), tx.now());
    Ok(tx.scalar(
        "INSERT INTO files (id, sha256, size, media_type, place, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (place) DO UPDATE SET place = excluded.place
         RETURNING id",
        &[
            id.into(),
            it.sha256.as_str().into(),
            it.size.into(),
            it.media_type.as_str().into(),
            it.place.as_str().into(),
            now.into(),
        ],
    )?)
}

/// What a mail comes with.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub inbox: Option<InboxId>,
    /// `smtp`, `imap`, `import`.
    pub source: &'static str,
    pub envelope_from: String,
    pub envelope_to: Vec<String>,
    /// The address and the name that the client gave.
    pub remote: String,
    pub bytes: StoredFile,
}

/// Keeps a mail whose bytes are on disk, and owes its reading. When this is committed the
/// sender may be told that we have it.
pub fn take_in(tx: &mut Tx, it: &Arrived) -> Result<MailId> {
    let id = keep(tx, it)?;
    jobs::now(tx, &Job::TakeInMail { mail: id.to_string() })?;
    Ok(id)
}

/// How long one who imports has for a mail, before the worker takes it in.
const IMPORT_TIME: SignedDuration = SignedDuration::from_mins(15);

/// As [`take_in`], for one who reads the mail at once by themselves and says so with
/// [`imported`]; if they never come to it, the worker does.
pub fn take_in_beside(tx: &mut Tx, it: &Arrived) -> Result<MailId> {
    let (id, later) = (keep(tx, it)?, tx.now().checked_add(IMPORT_TIME).unwrap_or(Timestamp::MAX));
    jobs::once(tx, later, &import_key(id), &Job::TakeInMail { mail: id.to_string() })?;
    Ok(id)
}

/// The worker need not take these in any more.
pub fn imported(tx: &mut Tx, ids: &[MailId]) -> Result<()> {
    ids.iter().try_for_each(|id| jobs::cancel(tx, &import_key(*id)))
}

fn import_key(id: MailId) -> String {
    format!("import {id}")
}

/// The mail with exactly these bytes that came to this inbox before, if there was one.
pub fn with_content(tx: &mut Tx, inbox: InboxId, sha256: &str) -> Result<Option<Mail>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mails WHERE inbox_id = $1 AND sha256 = $2 ORDER BY id LIMIT 1"
    );
    Ok(tx.maybe(&sql, &[inbox.into(), sha256.into()])?)
}

fn keep(tx: &mut Tx, it: &Arrived) -> Result<MailId> {
    let file = file(tx, &it.bytes)?;
    let (id, now) = (MailId::new(tx), tx.now());
    let to = serde_json::to_string(&it.envelope_to).expect("texts are plain data");
    tx.execute(
        "INSERT INTO mails (id, inbox_id, source, envelope_from, envelope_to, remote, file_id,
             sha256, size, state, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'received', $10)",
        &[
            id.into(),
            it.inbox.into(),
            it.source.into(),
            it.envelope_from.as_str().into(),
            to.into(),
            it.remote.as_str().into(),
            file.into(),
            it.bytes.sha256.as_str().into(),
            it.bytes.size.into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

const COLUMNS: &str = "id, inbox_id, source, envelope_from, envelope_to, remote, file_id, sha256, \
     size, message_key, state, reason, attempts, held_until, received_at, settled_at";

/// A mail, whoever asks.
pub fn find(tx: &mut Tx, id: MailId) -> Result<Mail> {
    let sql = format!("SELECT {COLUMNS} FROM mails WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("mail"))
}

row! {
    /// A file that the database knows.
    pub struct File {
        pub id: FileId,
        pub sha256: String,
        pub size: i64,
        /// By content, not by claim.
        pub media_type: String,
        /// Its key in the folder or the bucket, made by us.
        pub place: String,
    }
}

/// A file, whoever asks.
pub fn find_file(tx: &mut Tx, id: FileId) -> Result<File> {
    let sql = "SELECT id, sha256, size, media_type, place FROM files WHERE id = $1";
    tx.maybe(sql, &[id.into()])?.ok_or(not_found("file"))
}
