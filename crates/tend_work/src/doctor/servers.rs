use std::time::Duration;

use tend_core::{
    Result, inboxes,
    mail_accounts::{self, Kind, MailAccount, Security},
};
use tend_store::Tx;

use super::{Finding, Mark};
use crate::{
    imap, servers,
    smtp_out::{self, Manner, Protocol, Times},
    works::Works,
};

/// How long each step of a sign-in may take.
const TIME: Duration = Duration::from_secs(10);

struct Entered {
    account: MailAccount,
    address: String,
}

/// Signs in to each server that an inbox in use has, and takes and sends nothing.
///
/// # Errors
/// What the store says.
pub async fn mail_servers(works: &Works) -> Result<Vec<Finding>> {
    let entered = works.read(entered).await?;
    if entered.is_empty() {
        return Ok(vec![Finding::new(Mark::Think, "No inbox has a mail server yet.")]);
    }
    let mut all = Vec::with_capacity(entered.len());
    for it in &entered {
        all.extend(one(works, it).await);
    }
    Ok(all)
}

fn entered(tx: &mut Tx) -> Result<Vec<Entered>> {
    let mut all = Vec::new();
    for inbox in inboxes::all(tx)? {
        for kind in [Kind::Imap, Kind::Smtp] {
            let found = mail_accounts::of_inbox(tx, inbox.id, kind)?;
            let address = inbox.address.clone();
            all.extend(found.map(|account| Entered { account, address }));
        }
    }
    Ok(all)
}

async fn one(works: &Works, it: &Entered) -> Vec<Finding> {
    let account = &it.account;
    let what = match account.kind {
        Kind::Imap => "fetching mail",
        Kind::Smtp => "sending mail",
    };
    let name = format!("{}, {what} through {}", it.address, account.host);
    if account.paused {
        return vec![Finding::new(Mark::Think, format!("{name}: it is paused."))];
    }
    let mut all = vec![match sign_in(works, account).await {
        Ok(how) => Finding::new(Mark::Well, format!("{name}: {how}")),
        Err(why) => Finding::new(Mark::Wrong, format!("{name}: {why}")),
    }];
    let local = ["localhost", "127.0.0.1", "::1"].contains(&account.host.as_str());
    if account.security == Security::None && !local {
        let text = format!("{name}: nothing is encrypted on the way there.");
        all.push(Finding::new(Mark::Think, text));
    }
    if !account.problem.is_empty() {
        let text = format!("{name}: the last time it did not work: {}", account.problem);
        all.push(Finding::new(Mark::Think, text));
    }
    all
}

/// Signs in to one server, and takes and sends nothing: how it went, in words.
pub(crate) async fn sign_in(works: &Works, it: &MailAccount) -> Result<String, String> {
    match it.kind {
        Kind::Imap => fetching(works, it).await,
        Kind::Smtp => sending(works, it).await,
    }
}

async fn fetching(works: &Works, it: &MailAccount) -> Result<String, String> {
    let account = imap::Account {
        server: servers::server(works, it).await?,
        folder: it.folder.clone(),
        largest: works.setup.largest,
        mark_seen: false,
        since: None,
        poll: TIME,
        time: TIME,
    };
    let look = imap::look(&works.outside, &account).await.map_err(|it| it.to_string())?;
    let behind = it.uid_next.map_or(0, |next| i64::from(look.point.uid_next) - next);
    let same = it.uid_validity == Some(i64::from(look.point.uid_validity));
    Ok(match (it.uid_next, same) {
        (Some(_), true) if behind > 0 => {
            format!("it lets us in; up to {behind} mails are still to be fetched.")
        }
        (Some(_), false) => {
            "it lets us in; it numbers its mails anew, so they are all looked at again.".to_owned()
        }
        _ => format!("it lets us in; {} mails lie there.", look.mails),
    })
}

async fn sending(works: &Works, it: &MailAccount) -> Result<String, String> {
    let server = servers::server(works, it).await?;
    let protocol = if it.lmtp { Protocol::Lmtp } else { Protocol::Smtp };
    let times = Times { connect: TIME, greeting: TIME, command: TIME, ..Times::default() };
    let manner = Manner { protocol, name: works.setup.host.clone(), times };
    let checked = smtp_out::check(&works.outside, &server, &manner).await;
    checked.map(|()| "it lets us in.".to_owned()).map_err(|it| it.to_string())
}
