//! The keys with which an inbox's mail is signed, and what the DNS says of its domain.

use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    dkim_keys::{self as verbs, DkimKey, DkimKeyId},
    dns::{Mark, Record},
    error::{invalid, refused},
    inboxes::InboxId,
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Id, Ids, If, Keyed, List, Paging, Post, Query, post::Nothing};
use crate::{
    App, domains,
    who::{May, may::InboxesManage},
};

type Manager = May<InboxesManage>;

/// A key that signs the mail of a domain. The private half is never told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DkimKeyOut {
    pub id: String,
    pub domain: String,
    pub selector: String,
    /// The name at which its record has to stand.
    pub place: String,
    /// The whole text of the record.
    pub record: String,
    /// `waits`: it does not sign yet, or not any more. `signs`. `retired`: another took its
    /// place; leave its record for some days more.
    pub state: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Since when it is in this state.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl From<DkimKey> for DkimKeyOut {
    fn from(it: DkimKey) -> Self {
        Self {
            place: it.place(),
            id: it.id.to_string(),
            domain: it.domain,
            selector: it.selector,
            record: it.record,
            state: it.state.word().to_owned(),
            created_at: it.created_at,
            changed_at: it.changed_at,
        }
    }
}

impl Keyed for DkimKeyOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// What stands in the DNS, or should.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DnsRecordOut {
    /// `MX`, `SPF`, `DKIM`, `DMARC`, `Reverse name`.
    pub kind: String,
    /// The name at which it stands.
    pub place: String,
    /// What was found there; empty when nothing was.
    pub found: String,
    /// `well`; `think`: it works, and somebody should look at it; `wrong`; `unknown`: no name
    /// server could be asked.
    pub mark: String,
    /// Whole sentences.
    pub says: String,
    /// What would be good to stand there, where that can be said.
    pub good: Option<String>,
}

impl From<Record> for DnsRecordOut {
    fn from(it: Record) -> Self {
        let mark = match it.mark {
            Mark::Well => "well",
            Mark::Think => "think",
            Mark::Wrong => "wrong",
            Mark::Unknown => "unknown",
        };
        Self {
            kind: it.kind.label().to_owned(),
            place: it.place,
            found: it.found,
            mark: mark.to_owned(),
            says: it.says,
            good: it.good,
        }
    }
}

impl Keyed for DnsRecordOut {
    fn key(&self) -> String {
        format!("{} {}", self.kind, self.place)
    }
}

/// A key to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DkimKeyIn {
    /// `rsa`, which everybody can verify, or `ed25519`.
    pub algorithm: String,
    /// Letters, digits and dashes; left out, the next that is free.
    #[serde(default)]
    pub selector: String,
}

/// How to begin to sign.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SignIn {
    /// Without asking the DNS whether the record stands where it should.
    pub anyway: bool,
}

/// Which one, as the path says it.
type Key = Ids<InboxId, DkimKeyId>;

fn load(
    Ids(inbox, id): Key,
) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<DkimKeyOut> + Send + 'static {
    move |tx, me| domains::own_key(tx, me, inbox, id).map(DkimKeyOut::from)
}

/// List DKIM keys
///
/// Those of the domain of this inbox's address, which other inboxes may share: the one that
/// signs, those that wait, those that retired.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/dkim-keys", tag = "inboxes", params(("id" = String, Path), Paging), responses((status = 200, body = List<DkimKeyOut>)))]
pub(crate) async fn list(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| {
        let (_, domain) = domains::of_inbox(tx, id)?;
        verbs::of_domain(tx, &me, &domain)
    });
    List::cut(all.await?.into_iter().map(DkimKeyOut::from).collect(), &paging)
}

/// Make a DKIM key
///
/// It signs nothing yet: publish its record, then ask it to sign.
#[utoipa::path(post, path = "/api/v1/inboxes/{id}/dkim-keys", tag = "inboxes", params(("id" = String, Path)), request_body = DkimKeyIn, responses((status = 201, body = DkimKeyOut)))]
pub(crate) async fn make(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    post: Post<DkimKeyIn>,
) -> Answer {
    if let Some(before) = post.once.before(&app, &who).await? {
        return Ok(before);
    }
    let Post { input, once } = post;
    let of = input.algorithm.parse().map_err(|why| invalid("algorithm", why))?;
    let new = domains::new_key(&app, id, of, input.selector).await?;
    let keys = app.keys.clone();
    let work = move |tx: &mut Tx, me: &Me| {
        let key = verbs::make(tx, me, &keys, &new)?;
        verbs::find(tx, me, key).map(DkimKeyOut::from)
    };
    once.answer(&app, &who, StatusCode::CREATED, work).await
}

/// One DKIM key
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/dkim-keys/{key}", tag = "inboxes", params(("id" = String, Path), ("key" = String, Path), If), responses((status = 200, body = DkimKeyOut)))]
pub(crate) async fn find(who: Manager, State(app): State<App>, at: Key, seen: If) -> Answer {
    seen.show(&app, &who, load(at)).await
}

/// Sign with a DKIM key
///
/// From now on, in the place of the one that signed. When its record does not stand in the DNS
/// as it should, that is refused with what was found, unless `anyway` is asked for.
#[utoipa::path(post, path = "/api/v1/inboxes/{id}/dkim-keys/{key}/sign", tag = "inboxes", params(("id" = String, Path), ("key" = String, Path)), request_body = SignIn, responses((status = 200, body = DkimKeyOut)))]
pub(crate) async fn sign(
    who: Manager,
    State(app): State<App>,
    Ids(inbox, id): Key,
    post: Post<SignIn>,
) -> Answer {
    if let Some(before) = post.once.before(&app, &who).await? {
        return Ok(before);
    }
    let me = who.me.clone();
    let known = app.read(move |tx| domains::own_key(tx, &me, inbox, id)).await?;
    if !post.input.anyway
        && let Some(says) = domains::trouble(&app, known).await?
    {
        return Err(refused(says).into());
    }
    let work = move |tx: &mut Tx, me: &Me| {
        domains::own_key(tx, me, inbox, id)?;
        verbs::sign_with(tx, me, id)?;
        verbs::find(tx, me, id).map(DkimKeyOut::from)
    };
    post.once.answer(&app, &who, StatusCode::OK, work).await
}

/// Stop signing with a DKIM key
///
/// Mail of this domain then leaves unsigned, until another key signs.
#[utoipa::path(post, path = "/api/v1/inboxes/{id}/dkim-keys/{key}/stop", tag = "inboxes", params(("id" = String, Path), ("key" = String, Path)), request_body = Nothing, responses((status = 200, body = DkimKeyOut)))]
pub(crate) async fn stop(
    who: Manager,
    State(app): State<App>,
    Ids(inbox, id): Key,
    post: Post<Nothing>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        domains::own_key(tx, me, inbox, id)?;
        verbs::stop(tx, me, id)?;
        verbs::find(tx, me, id).map(DkimKeyOut::from)
    };
    post.once.answer(&app, &who, StatusCode::OK, work).await
}

/// Remove a DKIM key
///
/// The one that signs has to stop before.
#[utoipa::path(delete, path = "/api/v1/inboxes/{id}/dkim-keys/{key}", tag = "inboxes", params(("id" = String, Path), ("key" = String, Path), If), responses((status = 204)))]
pub(crate) async fn remove(who: Manager, State(app): State<App>, at: Key, seen: If) -> Answer {
    let id = at.1;
    seen.remove(&app, &who, load(at), move |tx, me| verbs::remove(tx, me, id)).await
}

/// What the DNS says
///
/// About the domain of this inbox's address: where its mail goes, who may send for it, its keys.
#[utoipa::path(get, path = "/api/v1/inboxes/{id}/dns-records", tag = "inboxes", params(("id" = String, Path), Paging), responses((status = 200, body = List<DnsRecordOut>)))]
pub(crate) async fn records(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<InboxId>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let question = app.read(move |tx| domains::question(tx, &me, id)).await?;
    let all = domains::servers(&app)?.records(question).await;
    List::cut(all.into_iter().map(DnsRecordOut::from).collect(), &paging)
}
