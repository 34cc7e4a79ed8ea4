use tend_store::Tx;

use super::{Auth, Kind, MailAccountId, OAuth, PURPOSE, Security, find, of_inbox};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    inboxes::{self, Channel, InboxId},
    journal::{self, Change, Subject},
    secrets::Keys,
};

/// A mail server as an admin enters it.
#[derive(Clone)]
pub struct NewMailAccount {
    pub inbox: InboxId,
    pub kind: Kind,
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: String,
    pub auth: Auth,
    /// The password or the refresh token; `None` keeps what was entered before.
    pub secret: Option<String>,
    pub oauth: Option<NewOAuth>,
    /// Of IMAP; empty means `INBOX`.
    pub folder: String,
    pub mark_seen: bool,
    /// Of IMAP: what lies in the folder already stays where it is.
    pub only_new: bool,
    pub lmtp: bool,
}

#[derive(Clone)]
pub struct NewOAuth {
    pub token_endpoint: String,
    pub client_id: String,
    /// `None` keeps what was entered before.
    pub client_secret: Option<String>,
    pub scope: String,
}

/// Sets the server of an inbox, in the place of the one it had.
///
/// Whether it may be spoken to at all, and whether it lets us in, is for the caller to find
/// out before: that takes time.
pub fn save(tx: &mut Tx, by: &Me, keys: &Keys, new: &NewMailAccount) -> Result<MailAccountId> {
    by.require(Permission::InboxesManage)?;
    save_as(tx, Actor::Agent(by.id), keys, new)
}

fn save_as(tx: &mut Tx, by: Actor, keys: &Keys, new: &NewMailAccount) -> Result<MailAccountId> {
    if inboxes::find(tx, new.inbox)?.channel != Channel::Email {
        return Err(invalid("inbox", "Only an inbox with an email address has mail servers."));
    }
    check(new)?;
    let old = of_inbox(tx, new.inbox, new.kind)?;
    let seal = |secret: &Option<String>, old: Option<String>| match secret.as_deref() {
        Some("") => String::new(),
        Some(secret) => keys.seal(PURPOSE, secret),
        None => old.unwrap_or_default(),
    };
    let old_oauth = old.as_ref().and_then(super::MailAccount::oauth);
    let secret = seal(&new.secret, old.as_ref().map(|it| it.secret_sealed.clone()));
    let oauth = new.oauth.as_ref().filter(|_| new.auth == Auth::OAuth2).map(|it| OAuth {
        token_endpoint: it.token_endpoint.trim().to_owned(),
        client_id: it.client_id.trim().to_owned(),
        client_secret_sealed: seal(&it.client_secret, old_oauth.map(|it| it.client_secret_sealed)),
        scope: it.scope.trim().to_owned(),
    });
    if new.auth != Auth::None && secret.is_empty() {
        return Err(invalid("secret", "A password is needed."));
    }
    let oauth = oauth.map(|it| serde_json::to_string(&it).expect("texts are plain data"));
    let (id, now) = (MailAccountId::new(tx), tx.now());
    let folder = if new.folder.trim().is_empty() { "INBOX" } else { new.folder.trim() };
    // Another mailbox has other numbers.
    let same = old.as_ref().is_some_and(|it| {
        it.host == new.host.trim() && it.username == new.username.trim() && it.folder == folder
    });
    tx.execute(
        "INSERT INTO mail_accounts (id, inbox_id, kind, host, port, security, username,
             secret_sealed, auth, oauth, folder, mark_seen, lmtp, changed_at, since)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16)
         ON CONFLICT (inbox_id, kind) DO UPDATE
         SET host = excluded.host, port = excluded.port, security = excluded.security,
             username = excluded.username, secret_sealed = excluded.secret_sealed,
             auth = excluded.auth, oauth = excluded.oauth, folder = excluded.folder,
             mark_seen = excluded.mark_seen, lmtp = excluded.lmtp,
             uid_validity = CASE WHEN $15 THEN mail_accounts.uid_validity END,
             uid_next = CASE WHEN $15 THEN mail_accounts.uid_next END,
             since = CASE WHEN $15 THEN mail_accounts.since ELSE excluded.since END,
             problem = '', paused = FALSE, changed_at = excluded.changed_at",
        &[
            id.into(),
            new.inbox.into(),
            new.kind.into(),
            new.host.trim().into(),
            i64::from(new.port).into(),
            new.security.into(),
            new.username.trim().into(),
            secret.into(),
            new.auth.into(),
            oauth.unwrap_or_default().into(),
            folder.into(),
            new.mark_seen.into(),
            new.lmtp.into(),
            now.into(),
            same.into(),
            (new.kind == Kind::Imap && new.only_new).then_some(now).into(),
        ],
    )?;
    let change = Change::MailAccountSaved { server: new.kind.word().to_owned() };
    journal::record(tx, by, Subject::plain("inbox", new.inbox.raw()), &change)?;
    Ok(old.map_or(id, |it| it.id))
}

fn check(new: &NewMailAccount) -> Result<()> {
    let host = new.host.trim();
    let fits = |it: char| it.is_ascii_alphanumeric() || "-._:[]".contains(it);
    if host.is_empty() || host.len() > 253 || !host.chars().all(fits) {
        return Err(invalid("host", "Name the server, such as imap.example.com."));
    }
    if new.port == 0 {
        return Err(invalid("port", "The port is a number from 1 to 65535."));
    }
    if new.auth != Auth::None && new.username.trim().is_empty() {
        return Err(invalid("username", "Say as whom to log in."));
    }
    if new.kind == Kind::Imap && new.auth == Auth::None {
        return Err(invalid("auth", "Fetching mail needs a login."));
    }
    let texts = [&new.username, &new.folder];
    if texts.iter().any(|it| it.len() > 500 || it.contains(char::is_control)) {
        return Err(invalid(
            "username",
            "This text is too long, or has characters that do not fit.",
        ));
    }
    match (&new.oauth, new.auth) {
        (None, Auth::OAuth2) => Err(invalid("auth", "Say where tokens come from.")),
        (Some(it), Auth::OAuth2) if !it.token_endpoint.trim().starts_with("https://") => {
            Err(invalid("token_endpoint", "The address must begin with https://."))
        }
        (Some(it), Auth::OAuth2) if it.client_id.trim().is_empty() => {
            Err(invalid("client_id", "The client id is needed."))
        }
        _ => Ok(()),
    }
}

/// Takes the server of an inbox away. What was fetched stays.
pub fn remove(tx: &mut Tx, by: &Me, inbox: InboxId, kind: Kind) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    let gone = tx.execute(
        "DELETE FROM mail_accounts WHERE inbox_id = $1 AND kind = $2",
        &[inbox.into(), kind.into()],
    )?;
    if gone == 0 {
        return Err(not_found("mail account"));
    }
    let change = Change::MailAccountRemoved { server: kind.word().to_owned() };
    journal::record(tx, Actor::Agent(by.id), Subject::plain("inbox", inbox.raw()), &change)
}

/// Stops fetching or sending for a while, or goes on.
pub fn set_paused(tx: &mut Tx, by: &Me, id: MailAccountId, paused: bool) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    let it = find(tx, id)?;
    if it.paused == paused {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE mail_accounts SET paused = $2, changed_at = $3 WHERE id = $1",
        &[id.into(), paused.into(), now.into()],
    )?;
    let change = Change::MailAccountPaused { server: it.kind.word().to_owned(), paused };
    let subject = Subject::plain("inbox", it.inbox_id.raw());
    journal::record(tx, Actor::Agent(by.id), subject, &change)
}
