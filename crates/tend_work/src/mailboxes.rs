//! Watches the IMAP mailboxes of all inboxes, each by one node.

use std::{collections::HashMap, time::Duration};

use jiff::SignedDuration;
use tend_core::{
    mail_accounts::{self, Kind, MailAccount, MailAccountId},
    mails::{self, Arrived, StoredFile},
};
use tend_store::Tx;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    account::Trouble,
    imap::{self, Account, Fetched, Point, Taker},
    servers,
    works::Works,
};

/// How often the list of accounts is looked at, and the lease of each renewed.
const LOOK: Duration = Duration::from_secs(10);
const LEASE: SignedDuration = SignedDuration::from_secs(45);
/// When a server numbers its mails anew and only new mail is wanted, its clock decides, and
/// clocks differ. What is here already is known again.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

struct Watched {
    account: MailAccount,
    fence: i64,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Until `stop`. An account that is added, changed or paused is noticed within seconds.
pub async fn watch_all(works: Works, stop: CancellationToken) {
    let mut watched: HashMap<MailAccountId, Watched> = HashMap::new();
    while !stop.is_cancelled() {
        match works.read(|tx| mail_accounts::in_use(tx, Kind::Imap)).await {
            Ok(accounts) => keep_up(&works, &mut watched, accounts, &stop).await,
            Err(error) => tracing::warn!(%error, "mailboxes: the accounts could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    for (_, it) in watched.drain() {
        it.end(&works).await;
    }
}

async fn keep_up(
    works: &Works,
    watched: &mut HashMap<MailAccountId, Watched>,
    accounts: Vec<MailAccount>,
    stop: &CancellationToken,
) {
    let gone: Vec<_> = watched
        .iter()
        .filter(|(id, it)| {
            let now = accounts.iter().find(|account| account.id == **id);
            now.is_none_or(|now| now.changed_at != it.account.changed_at) || it.task.is_finished()
        })
        .map(|(id, _)| *id)
        .collect();
    for id in gone {
        if let Some(it) = watched.remove(&id) {
            it.end(works).await;
        }
    }
    for account in accounts {
        if let Some(it) = watched.get(&account.id) {
            if !renew(works, account.id, it.fence).await
                && let Some(it) = watched.remove(&account.id)
            {
                it.end(works).await;
            }
        } else if let Some(fence) = take(works, account.id).await {
            let own = stop.child_token();
            let task = watch_one(works.clone(), account.id, fence, own.clone());
            let task = tokio::spawn(task);
            watched.insert(account.id, Watched { account, fence, stop: own, task });
        }
    }
}

impl Watched {
    async fn end(self, works: &Works) {
        self.stop.cancel();
        let mut task = self.task;
        // A mail that is being kept may be kept; then the lease is free.
        if tokio::time::timeout(Duration::from_secs(10), &mut task).await.is_err() {
            task.abort();
        }
        let (name, fence) = (lease(self.account.id), self.fence);
        let holder = works.db.holder().to_owned();
        let freed = works.write(move |tx| Ok(tx.release_lease(&name, &holder, fence)?)).await;
        if let Err(error) = freed {
            tracing::debug!(%error, "mailboxes: a lease ends by itself");
        }
    }
}

fn lease(id: MailAccountId) -> String {
    format!("mailbox {id}")
}

async fn take(works: &Works, id: MailAccountId) -> Option<i64> {
    let holder = works.db.holder().to_owned();
    works.write(move |tx| Ok(tx.take_lease(&lease(id), &holder, LEASE)?)).await.ok().flatten()
}

async fn renew(works: &Works, id: MailAccountId, fence: i64) -> bool {
    works.write(move |tx| Ok(tx.renew_lease(&lease(id), fence, LEASE)?)).await.unwrap_or(false)
}

/// Connects anew whenever the connection ends, after longer and longer pauses when it fails.
async fn watch_one(works: Works, id: MailAccountId, fence: i64, stop: CancellationToken) {
    let mut failures = 0_u32;
    while !stop.is_cancelled() {
        let before = std::time::Instant::now();
        let why = match once(&works, id, fence, &stop).await {
            Ok(()) => continue,
            Err(why) => why,
        };
        failures = if before.elapsed() > Duration::from_secs(120) { 0 } else { failures + 1 };
        let told = works.write(move |tx| mail_accounts::failed(tx, id, &why)).await;
        if let Err(error) = told {
            tracing::warn!(%error, "mailboxes: a problem could not be noted");
        }
        let pause = Duration::from_secs(2 << failures.min(7));
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn once(
    works: &Works,
    id: MailAccountId,
    fence: i64,
    stop: &CancellationToken,
) -> Result<(), String> {
    let it = works.read(move |tx| mail_accounts::find(tx, id)).await;
    let it = it.map_err(|error| error.to_string())?;
    let account = Account {
        server: servers::server(works, &it).await?,
        folder: it.folder.clone(),
        largest: works.setup.largest,
        mark_seen: it.mark_seen,
        since: it.since.map(|it| it - A_DAY),
        poll: Duration::from_secs(120),
        time: Duration::from_secs(60),
    };
    let number = |it: Option<i64>| it.and_then(|it| u32::try_from(it).ok());
    let mut from = number(it.uid_validity)
        .zip(number(it.uid_next))
        .map(|(uid_validity, uid_next)| Point { uid_validity, uid_next });
    if from.is_none() && it.since.is_some() {
        // What the folder holds now is old: its numbers say so better than any clock.
        let now = imap::look(&works.outside, &account).await.map_err(|it| it.to_string())?.point;
        begin_at(works, id, fence, now).await?;
        from = Some(now);
    }
    let keeper = Keeper { works, it: &it, fence };
    let watched = imap::watch(&works.outside, &account, from, &keeper, stop).await;
    watched.map_err(|trouble| {
        if matches!(trouble, Trouble::Login(_)) {
            servers::forget_token(works, &it);
        }
        trouble.to_string()
    })
}

async fn begin_at(works: &Works, id: MailAccountId, fence: i64, at: Point) -> Result<(), String> {
    let noted = works.write(move |tx| {
        still_ours(tx, id, fence)?;
        mail_accounts::reached(tx, id, at.uid_validity, at.uid_next)
    });
    noted.await.map_err(|it| it.to_string())
}

struct Keeper<'a> {
    works: &'a Works,
    it: &'a MailAccount,
    fence: i64,
}

impl Taker for Keeper<'_> {
    async fn take(&self, mail: Fetched, point: Point) -> Result<(), String> {
        let stored = self.works.files.put(mail.bytes).await.map_err(|it| it.to_string())?;
        let arrived = Arrived {
            inbox: Some(self.it.inbox_id),
            source: "imap",
            envelope_from: String::new(),
            envelope_to: Vec::new(),
            remote: String::new(),
            bytes: StoredFile {
                place: stored.place,
                sha256: stored.sha256,
                size: i64::try_from(stored.size).unwrap_or(i64::MAX),
                media_type: "message/rfc822".to_owned(),
            },
        };
        let (id, fence) = (self.it.id, self.fence);
        let kept = self
            .works
            .write(move |tx| {
                still_ours(tx, id, fence)?;
                mails::take_in(tx, &arrived)?;
                mail_accounts::reached(tx, id, point.uid_validity, point.uid_next)
            })
            .await;
        // When it failed, the file stays until the sweep: the commit may be in doubt.
        kept.map_err(|it| it.to_string())
    }

    async fn caught_up(&self, point: Point) -> Result<(), String> {
        let (id, fence) = (self.it.id, self.fence);
        let noted = self.works.write(move |tx| {
            still_ours(tx, id, fence)?;
            mail_accounts::reached(tx, id, point.uid_validity, point.uid_next)?;
            mail_accounts::worked(tx, id)
        });
        noted.await.map_err(|it| it.to_string())
    }
}

/// Another node may have taken the mailbox over while we slept.
fn still_ours(tx: &mut Tx, id: MailAccountId, fence: i64) -> tend_core::Result<()> {
    match tx.holds_lease(&lease(id), fence)? {
        true => Ok(()),
        false => Err(tend_core::Error::Refused("Another node watches this mailbox now.".into())),
    }
}
