//! Sends one item of the outbox.
//!
//! `sending` is on disk before the first byte leaves, and the bytes are the same on each try.

mod build;
mod verdict;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tend_core::{
    Error, Result,
    conversations::SendState,
    jobs::Outcome,
    mail_accounts::{self, Kind, MailAccount},
    outbox::{self, Delivery, Item, OutboxId},
};
use tend_store::Tx;

use super::outcome;
use crate::{
    servers,
    smtp_out::{self, Letter, Login, Manner, Protocol, Sent, Times, Trouble},
    works::Works,
};

/// What is not delivered by then is given up.
const LIFE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long a mail waits for a server to be set up before it asks again.
const NO_SERVER: SignedDuration = SignedDuration::from_mins(5);

pub(super) async fn run(works: &Works, item: &str) -> Outcome {
    let Ok(id) = item.parse::<OutboxId>() else {
        return Outcome::Hopeless("It names nothing in the outbox.".to_owned());
    };
    match send(works, id).await {
        Ok(outcome) => outcome,
        Err(error) => outcome(Err(error)),
    }
}

struct Ready {
    item: Item,
    to: Vec<String>,
    account: Option<MailAccount>,
}

async fn send(works: &Works, id: OutboxId) -> Result<Outcome> {
    let ready = works.read(move |tx| ready(tx, id)).await?;
    let Some(ready) = ready else {
        return Ok(Outcome::Done);
    };
    if works.read(outbox::is_held).await? {
        return works.write(move |tx| outbox::begin(tx, id, None)).await.map(|_| Outcome::Done);
    }
    if let Some(pause) = works.read(move |tx| outbox::waits_for_another(tx, id)).await? {
        return Ok(Outcome::Later(pause));
    }
    let Some(account) = ready.account.clone() else {
        return no_server(works, &ready).await;
    };
    let going = match works.lanes.enter(account.id) {
        Ok(going) => going,
        Err(wait) => {
            return Ok(Outcome::Later(SignedDuration::try_from(wait).unwrap_or(NO_SERVER)));
        }
    };
    let built = match ready.item.file_id {
        Some(_) => None,
        None => match build::build(works, &ready.item).await {
            Ok(built) => Some(built),
            Err(build::Trouble::Hopeless(why)) => return give_up(works, id, &why).await,
            Err(build::Trouble::Later(why)) => return Ok(Outcome::Failed(why)),
        },
    };
    let begun = works.write(move |tx| {
        let built = built.as_ref().map(|it| it.keep(tx)).transpose()?;
        outbox::begin(tx, id, built.as_ref())
    });
    let Some(item) = begun.await? else {
        return Ok(Outcome::Done);
    };
    let sent = deliver(works, &account, &item, &ready.to).await?;
    drop(going);
    note_account(works, &account, sent.trouble.as_ref()).await;
    settle(works, item, sent).await;
    Ok(Outcome::Done)
}

/// None: it is settled, held or cancelled.
fn ready(tx: &mut Tx, id: OutboxId) -> Result<Option<Ready>> {
    let item = outbox::find(tx, id)?;
    if !matches!(item.state, SendState::Queued | SendState::Deferred | SendState::Sending) {
        return Ok(None);
    }
    let open = |it: &Delivery| matches!(it.state, SendState::Queued | SendState::Deferred);
    let to = outbox::deliveries(tx, id)?.into_iter().filter(open).map(|it| it.address).collect();
    let account = match item.inbox_id {
        Some(inbox) => mail_accounts::of_inbox(tx, inbox, Kind::Smtp)?.filter(|it| !it.paused),
        None => mail_accounts::in_use(tx, Kind::Smtp)?.into_iter().next(),
    };
    Ok(Some(Ready { item, to, account }))
}

async fn no_server(works: &Works, ready: &Ready) -> Result<Outcome> {
    let (id, born) = (ready.item.id, ready.item.created_at);
    works
        .write(move |tx| {
            let why = "No mail server is set up for sending from this inbox, or it is paused.";
            let again = later(tx.now(), born, NO_SERVER);
            let state = if again.is_some() { SendState::Deferred } else { SendState::Failed };
            outbox::settle(tx, id, state, why, &[], again)
        })
        .await?;
    Ok(Outcome::Done)
}

async fn give_up(works: &Works, id: OutboxId, why: &str) -> Result<Outcome> {
    let why = why.to_owned();
    works.write(move |tx| outbox::settle(tx, id, SendState::Failed, &why, &[], None)).await?;
    Ok(Outcome::Done)
}

/// The next try; none when the mail's life is over.
fn later(now: Timestamp, born: Timestamp, pause: SignedDuration) -> Option<Timestamp> {
    let at = now.checked_add(pause).ok()?;
    (at.duration_since(born) < LIFE).then_some(at)
}

async fn deliver(works: &Works, account: &MailAccount, item: &Item, to: &[String]) -> Result<Sent> {
    let server = match servers::server(works, account).await {
        Ok(server) => server,
        Err(why) => return Ok(refused(to, Trouble::Login(why))),
    };
    let file = item.file_id;
    let place = works
        .read(move |tx| match file {
            Some(file) => Ok(tend_core::mails::find_file(tx, file)?.place),
            None => Err(Error::NotFound("file")),
        })
        .await?;
    let bytes = match works.files.get(&place).await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(refused(to, Trouble::Outside(error))),
    };
    let protocol = if account.lmtp { Protocol::Lmtp } else { Protocol::Smtp };
    let times = Times { verdict: Duration::from_secs(600), ..Times::default() };
    let manner = Manner { protocol, name: works.setup.host.clone(), times };
    let letter = Letter { from: &item.envelope_from, to, bytes: &bytes };
    let sent = smtp_out::send(&works.outside, &server, &manner, letter).await;
    if matches!((&sent.trouble, &server.login), (Some(Trouble::Login(_)), Login::Bearer { .. })) {
        servers::forget_token(works, account);
    }
    Ok(sent)
}

fn refused(to: &[String], trouble: Trouble) -> Sent {
    let one = |address: &String| smtp_out::Delivery {
        address: address.clone(),
        fate: smtp_out::Fate::Temporary,
        answer: trouble.to_string(),
    };
    Sent { deliveries: to.iter().map(one).collect(), trouble: Some(trouble.clone()) }
}

async fn note_account(works: &Works, account: &MailAccount, trouble: Option<&Trouble>) {
    let id = account.id;
    let noted = match trouble {
        Some(trouble) => {
            works.lanes.trouble(id);
            let why = trouble.to_string();
            works.write(move |tx| mail_accounts::failed(tx, id, &why)).await
        }
        None => {
            works.lanes.worked(id);
            works.write(move |tx| mail_accounts::worked(tx, id)).await
        }
    };
    if let Err(error) = noted {
        tracing::warn!(%error, "send: the state of a server could not be noted");
    }
}

/// Writes down what the server said, and does not let go of it: what is forgotten here is
/// sent twice.
async fn settle(works: &Works, item: Item, sent: Sent) {
    let mut pause = Duration::from_millis(100);
    loop {
        let (item, sent) = (item.clone(), sent.clone());
        let settled = works.write(move |tx| verdict::settle(tx, &item, &sent)).await;
        let Err(error) = settled else { return };
        tracing::warn!(%error, "send: how it went could not be noted yet");
        if pause > Duration::from_secs(60) {
            return;
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}
