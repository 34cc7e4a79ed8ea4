//! Fetches mail from an IMAP mailbox.
//!
//! What was taken is a number, not a flag and not a date: all UIDs below
//! [`Point::uid_next`] of one UIDVALIDITY. The point moves in the transaction
//! that keeps the mail, so a crash at any moment neither loses a mail nor skips
//! one. When the server starts its numbers anew, everything is fetched again,
//! and who takes the mails knows which of them are old.

mod fetch;
mod log_in;
mod metered;
mod oversize;
mod wait;

use std::{future::Future, time::Duration};

use async_imap::Session;
use jiff::Timestamp;
use tend_outside::Outside;
use tokio_util::sync::CancellationToken;

pub use crate::account::{Login, Security, Server, Trouble};
use metered::Metered;

/// A mailbox to be watched.
#[derive(Clone, Debug)]
pub struct Account {
    pub server: Server,
    pub folder: String,
    /// Of larger mails only the header is fetched. Bytes.
    pub largest: u64,
    /// Mark mails as seen once they are kept. Otherwise nothing on the server changes.
    pub mark_seen: bool,
    /// What came to the server earlier stays there; by its own clock.
    pub since: Option<Timestamp>,
    /// How often to look when the server says nothing by itself.
    pub poll: Duration,
    /// How long one answer may take.
    pub time: Duration,
}

/// How far a mailbox was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub uid_validity: u32,
    /// All UIDs below this were taken.
    pub uid_next: u32,
}

/// A mail as the server has it.
#[derive(Clone, Debug)]
pub struct Fetched {
    pub uid: u32,
    /// On the server, in bytes.
    pub size: u64,
    /// The whole mail; of a mail that is too large its header, with a text that says so.
    pub bytes: Vec<u8>,
    pub is_whole: bool,
}

/// Who takes the mails.
pub trait Taker: Send + Sync {
    /// Keeps a mail and the point in one transaction. An error ends the watch,
    /// and the mail is fetched again next time.
    fn take(&self, mail: Fetched, point: Point) -> impl Future<Output = Result<(), String>> + Send;

    /// Everything that the mailbox holds was taken; called after each look.
    fn caught_up(&self, point: Point) -> impl Future<Output = Result<(), String>> + Send;
}

/// What a mailbox looks like.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub point: Point,
    pub mails: u32,
    /// Tells about new mail by itself.
    pub idles: bool,
}

type Mailbox = Session<Metered>;

/// Logs in and looks, and takes nothing: for a first check, and for those who
/// want to begin with the mail that is still to come.
pub async fn look(outside: &Outside, account: &Account) -> Result<Look, Trouble> {
    let (mut session, idles) = log_in::open(outside, account).await?;
    let (point, mails) = select(&mut session, account).await?;
    let _ = in_time(account.time, "leaving", session.logout()).await;
    Ok(Look { point, mails, idles })
}

/// Takes all that is there from `from` on, and then whatever comes, until `stop`.
/// A missing point, or one of other numbers, means from the beginning.
///
/// # Errors
/// Whatever ended the watch. What was taken until then stays taken.
pub async fn watch(
    outside: &Outside,
    account: &Account,
    from: Option<Point>,
    taker: &impl Taker,
    stop: &CancellationToken,
) -> Result<(), Trouble> {
    let (mut session, idles) = log_in::open(outside, account).await?;
    let (mailbox, _) = select(&mut session, account).await?;
    let mut point = match from {
        Some(from) if from.uid_validity == mailbox.uid_validity => from,
        _ => Point { uid_next: 1, ..mailbox },
    };
    loop {
        point = fetch::all(&mut session, account, point, taker, stop).await?;
        if stop.is_cancelled() {
            let _ = in_time(account.time, "leaving", session.logout()).await;
            return Ok(());
        }
        taker.caught_up(point).await.map_err(Trouble::Said)?;
        session = wait::for_news(session, account, idles, stop).await?;
    }
}

async fn select(session: &mut Mailbox, account: &Account) -> Result<(Point, u32), Trouble> {
    // EXAMINE is SELECT that changes nothing.
    let mailbox = if account.mark_seen {
        in_time(account.time, "opening the folder", session.select(&account.folder)).await?
    } else {
        in_time(account.time, "opening the folder", session.examine(&account.folder)).await?
    };
    let Some(uid_validity) = mailbox.uid_validity else {
        return Err(Trouble::Said(
            "it does not number its mails, so none can be kept apart".into(),
        ));
    };
    let point = Point { uid_validity, uid_next: mailbox.uid_next.unwrap_or(1) };
    Ok((point, mailbox.exists))
}

async fn in_time<T>(
    time: Duration,
    phase: &'static str,
    work: impl Future<Output = async_imap::error::Result<T>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(time, work).await {
        Ok(Ok(it)) => Ok(it),
        Ok(Err(error)) => Err(trouble(&error, phase)),
        Err(_) => Err(tend_outside::Error::TimedOut(phase).into()),
    }
}

fn trouble(error: &async_imap::error::Error, phase: &'static str) -> Trouble {
    use async_imap::error::Error;
    match error {
        Error::No(text) | Error::Bad(text) => Trouble::Said(words(text)),
        Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Trouble::Said(error.to_string())
        }
        Error::Io(_) | Error::ConnectionLost => Trouble::Lost(phase),
        other => Trouble::Said(format!(
            "something that we don't understand ({})",
            words(&other.to_string())
        )),
    }
}

/// The server's words out of the library's: `code: None, info: Some("…")`.
fn words(text: &str) -> String {
    let said = text.split_once("info: Some(\"").and_then(|(_, it)| it.rsplit_once("\")"));
    let said = said.map_or(text, |(it, _)| it);
    said.chars().filter(|it| !it.is_control()).take(300).collect()
}
