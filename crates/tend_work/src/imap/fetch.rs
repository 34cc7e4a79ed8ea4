use futures_util::{StreamExt, TryStreamExt};
use tokio_util::sync::CancellationToken;

use super::{Account, Fetched, Mailbox, Point, Taker, Trouble, in_time, oversize, trouble};

/// Mails that are fetched by one command: so many, or so many bytes.
const MOST: usize = 50;
const BYTES: u64 = 4 * 1024 * 1024;
/// A list of a million mails has about 60 MB.
const LIST: u64 = 256 * 1024 * 1024;
/// What stands around the mails.
const SLACK: u64 = 4 * 1024 * 1024;

#[derive(Clone, Copy, Debug)]
struct Listed {
    uid: u32,
    size: u64,
    /// When the server got it, in seconds since 1970.
    came_at: Option<i64>,
}

/// Takes everything from the point on, in the order of the numbers; where it ended.
pub async fn all(
    session: &mut Mailbox,
    account: &Account,
    from: Point,
    taker: &impl Taker,
    stop: &CancellationToken,
) -> Result<Point, Trouble> {
    let mut point = from;
    let listed = list(session, account, point.uid_next).await?;
    let mut rest = listed.as_slice();
    while !rest.is_empty() && !stop.is_cancelled() {
        let (batch, later) = rest.split_at(batch_size(rest, account.largest));
        rest = later;
        for mail in fetch(session, account, batch).await? {
            let uid = mail.uid;
            point.uid_next = uid.saturating_add(1);
            taker.take(mail, point).await.map_err(Trouble::Said)?;
            if account.mark_seen {
                mark_seen(session, account, uid).await?;
            }
            if stop.is_cancelled() {
                return Ok(point);
            }
        }
        // Those that were deleted meanwhile are behind us as well.
        if let Some(last) = batch.last() {
            point.uid_next = last.uid.saturating_add(1);
        }
    }
    Ok(point)
}

fn batch_size(rest: &[Listed], largest: u64) -> usize {
    let mut bytes = 0;
    let fits = |it: &&Listed| {
        bytes += it.size;
        bytes <= BYTES && it.size <= largest
    };
    rest.iter().take(MOST).take_while(fits).count().max(1)
}

async fn list(session: &mut Mailbox, account: &Account, from: u32) -> Result<Vec<Listed>, Trouble> {
    session.as_mut().allow(LIST);
    let work = async {
        let found =
            session.uid_fetch(format!("{from}:*"), "(UID RFC822.SIZE INTERNALDATE)").await?;
        let found = found.try_filter_map(async |it| {
            let size = it.size.map_or(0, u64::from);
            let came_at = it.internal_date().map(|it| it.timestamp());
            Ok(it.uid.map(|uid| Listed { uid, size, came_at }))
        });
        found.try_collect::<Vec<_>>().await
    };
    // A long list is read for as long as it comes.
    let mut listed = in_time(account.time * 10, "listing the mails", work).await?;
    // "From:*" always holds the last one, even when it is older.
    listed.retain(|it| it.uid >= from);
    listed.sort_by_key(|it| it.uid);
    listed.dedup_by_key(|it| it.uid);
    if let Some(since) = account.since {
        // One that has no date is taken: better once too often than never.
        listed.retain(|it| it.came_at.is_none_or(|at| at >= since.as_second()));
    }
    Ok(listed)
}

async fn fetch(
    session: &mut Mailbox,
    account: &Account,
    batch: &[Listed],
) -> Result<Vec<Fetched>, Trouble> {
    if let [one] = batch
        && one.size > account.largest
    {
        return Ok(header(session, account, *one).await?.into_iter().collect());
    }
    let mut mails = bodies(session, account, batch).await?;
    for it in batch {
        if !mails.iter().any(|mail| mail.uid == it.uid) {
            // Deleted, or the server can't hand it out; then its header is better than nothing.
            mails.extend(header(session, account, *it).await?);
        }
    }
    mails.sort_by_key(|it| it.uid);
    Ok(mails)
}

async fn bodies(
    session: &mut Mailbox,
    account: &Account,
    batch: &[Listed],
) -> Result<Vec<Fetched>, Trouble> {
    let bytes: u64 = batch.iter().map(|it| it.size).sum();
    session.as_mut().allow(bytes * 2 + SLACK);
    let uids: Vec<_> = batch.iter().map(|it| it.uid.to_string()).collect();
    let work = async {
        let mut found = session.uid_fetch(uids.join(","), "(UID BODY.PEEK[])").await?;
        let mut mails = Vec::new();
        while let Some(it) = found.next().await {
            let it = it?;
            let listed = batch.iter().find(|listed| Some(listed.uid) == it.uid);
            if let (Some(listed), Some(body)) = (listed, it.body()) {
                let (uid, size) = (listed.uid, listed.size);
                mails.push(Fetched { uid, size, bytes: body.to_vec(), is_whole: true });
            }
        }
        Ok(mails)
    };
    in_time(account.time * 5, "fetching mails", work).await
}

async fn header(
    session: &mut Mailbox,
    account: &Account,
    it: Listed,
) -> Result<Option<Fetched>, Trouble> {
    session.as_mut().allow(SLACK);
    let work = async {
        let query = "(UID BODY.PEEK[HEADER])";
        let mut found = session.uid_fetch(it.uid.to_string(), query).await?;
        let mut header = None;
        while let Some(fetch) = found.next().await {
            let fetch = fetch?;
            if fetch.uid == Some(it.uid) {
                header = fetch.header().map(<[u8]>::to_vec).or(header);
            }
        }
        Ok(header)
    };
    let header = in_time(account.time, "fetching a header", work).await?;
    let bytes = header.map(|it2| oversize::stand_in(&it2, it.size, account.largest));
    Ok(bytes.map(|bytes| Fetched { uid: it.uid, size: it.size, bytes, is_whole: false }))
}

async fn mark_seen(session: &mut Mailbox, account: &Account, uid: u32) -> Result<(), Trouble> {
    session.as_mut().allow(SLACK);
    let phase = "marking a mail as seen";
    let work = async {
        let mut said = session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?;
        while said.next().await.transpose()?.is_some() {}
        Ok(())
    };
    match tokio::time::timeout(account.time, work).await {
        // A mail that is deleted meanwhile, or a folder that is for reading only: no matter.
        Ok(Ok(()) | Err(async_imap::error::Error::No(_) | async_imap::error::Error::Bad(_))) => {
            Ok(())
        }
        Ok(Err(error)) => Err(trouble(&error, phase)),
        Err(_) => Err(tend_outside::Error::TimedOut(phase).into()),
    }
}
