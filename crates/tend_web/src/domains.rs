//! The domain of an inbox and the keys of its signature, for the pages and the API.

use std::sync::Arc;

use tend_core::{
    Result,
    agents::Me,
    dkim_keys::{self, Algorithm, DkimKey, DkimKeyId, NewKey, State},
    dns::{Mark, Question},
    error::{not_found, refused},
    inboxes::{self, Channel, Inbox, InboxId},
    mail_accounts::{self, Kind},
};
use tend_store::Tx;

use crate::{MailServers, WebError, app::App};

/// Who speaks to mail servers and name servers.
pub(crate) fn servers(app: &App) -> Result<&Arc<dyn MailServers>, WebError> {
    let nobody = || refused("This Tend has nobody who speaks to mail servers.");
    app.mail_servers().ok_or_else(|| nobody().into())
}

/// The inbox, and its domain as the DNS knows it.
pub(crate) fn of_inbox(tx: &mut Tx, id: InboxId) -> Result<(Inbox, String)> {
    let inbox = inboxes::find(tx, id)?;
    if inbox.channel != Channel::Email {
        return Err(not_found("domain"));
    }
    let domain = inbox.address.rsplit('@').next().unwrap_or_default();
    let domain = dkim_keys::in_dns(domain)?;
    Ok((inbox, domain))
}

/// A key of this inbox's domain.
pub(crate) fn own_key(tx: &mut Tx, me: &Me, id: InboxId, key: DkimKeyId) -> Result<DkimKey> {
    let (_, domain) = of_inbox(tx, id)?;
    let known = dkim_keys::find(tx, me, key)?;
    if known.domain == domain { Ok(known) } else { Err(not_found("key")) }
}

/// What is asked of the DNS about this inbox's domain.
pub(crate) fn question(tx: &mut Tx, me: &Me, id: InboxId) -> Result<Question> {
    let (_, domain) = of_inbox(tx, id)?;
    let keys = dkim_keys::of_domain(tx, me, &domain)?;
    let keys = keys.into_iter().filter(|it| it.state != State::Retired);
    let server = mail_accounts::of_inbox(tx, id, Kind::Smtp)?;
    Ok(Question {
        keys: keys.map(|it| (it.selector, it.record)).collect(),
        sends_through: server.map(|it| it.host),
        domain,
    })
}

/// Makes a key for this inbox's domain, which is not kept yet.
pub(crate) async fn new_key(
    app: &App,
    id: InboxId,
    of: Algorithm,
    selector: String,
) -> Result<NewKey, WebError> {
    let (_, domain) = app.read(move |tx| of_inbox(tx, id)).await?;
    let key = servers(app)?.signing_key(of).await.map_err(refused)?;
    Ok(NewKey { domain, selector, private: key.private, record: key.record })
}

/// What is wrong with the record of a key, in whole sentences; nothing when it stands where it
/// should.
pub(crate) async fn trouble(app: &App, key: DkimKey) -> Result<Option<String>, WebError> {
    let found = servers(app)?.record_of_key(key.domain, key.selector, key.record).await;
    Ok((found.mark != Mark::Well).then_some(found.says))
}
