use std::time::Duration;

use async_imap::extensions::idle::IdleResponse;
use tokio_util::sync::CancellationToken;

use super::{Account, Mailbox, Trouble, in_time, trouble};

/// What a server may say while nothing happens.
const CHATTER: u64 = 1024 * 1024;

/// Until the server tells that something changed, the time for a look of our own
/// has come, or `stop`.
pub async fn for_news(
    mut session: Mailbox,
    account: &Account,
    idles: bool,
    stop: &CancellationToken,
) -> Result<Mailbox, Trouble> {
    session.as_mut().allow(CHATTER);
    if !idles {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(account.poll.min(Duration::from_secs(60))) => {}
        }
        in_time(account.time, "asking for news", session.noop()).await?;
        return Ok(session);
    }
    let mut idle = session.idle();
    in_time(account.time, "beginning to wait", idle.init()).await?;
    {
        // Its keep-alives put the library's own time off, so the poll is timed here.
        let (news, _interrupt) = idle.wait_with_timeout(account.poll);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(account.poll) => {}
            said = news => match said {
                Ok(IdleResponse::NewData(_) | IdleResponse::Timeout) => {}
                Ok(IdleResponse::ManualInterrupt) => return Err(Trouble::Lost("waiting for news")),
                Err(error) => return Err(trouble(&error, "waiting for news")),
            },
        }
    }
    in_time(account.time, "ending to wait", idle.done()).await
}
