//! A customer's own view of their orders, by a link that nobody can guess: an agent hands it over,
//! or the customer asks for it and proves by reading it that the address is theirs.

use jiff::SignedDuration;
use tend_store::{Tx, id, row};

use super::{Order, OrderId, Whole, find, known};
use crate::{
    Result,
    agents::{AgentId, Me, Permission, invitations::NewLink},
    contacts::{self, ContactId, IdentityKind},
    error::{not_found, refused},
    inboxes,
    jobs::{self, Job},
    journal::{self, Change, OrdersShown},
    settings,
};

id!(CustomerLinkId, "clk");

/// How long a link counts.
pub const LASTS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many links somebody is sent in [`WINDOW`].
const AT_MOST: i64 = 3;
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// So many orders are shown, the newest.
const SHOWN: usize = 50;

/// What stands behind a link.
#[derive(Clone, Debug)]
pub struct Mine {
    /// As the customer is called.
    pub name: String,
    /// IANA name; the company's, if the customer's is not known.
    pub time_zone: String,
    /// The newest first.
    pub orders: Vec<Whole>,
    /// How many there are in all.
    pub count: i64,
    /// Where they ask about an order; nothing while no inbox takes mail.
    pub ask_at: Option<String>,
}

/// Whether anybody's orders are known here: without a shop there is nothing to ask for.
pub fn are_kept(tx: &mut Tx) -> Result<bool> {
    let some: Option<i64> = tx.maybe_scalar("SELECT 1 AS n FROM shops LIMIT 1", &[])?;
    Ok(some.is_some())
}

/// A link for whose order this is, to be handed over by an agent.
///
/// # Errors
/// Refused for an order that is nobody's.
pub fn hand_over(tx: &mut Tx, me: &Me, order: OrderId, fingerprint: &str) -> Result<()> {
    me.require(Permission::ConversationsReply)?;
    let Order { contact_id, .. } = find(tx, me, order)?.order;
    let contact = contact_id.ok_or_else(|| {
        refused("It is not known whose order this is, so nobody can be shown it.")
    })?;
    make(tx, contact, Some(me.id), fingerprint)
}

/// Sends a link to an address, if a customer with orders has it and has not had too many. The
/// answer is the same in any case, so that nobody learns who buys here.
pub fn ask(tx: &mut Tx, email: &str, link: &NewLink) -> Result<()> {
    let Some(contact) = contacts::by_identity(tx, IdentityKind::Email, email)? else {
        return Ok(());
    };
    let it = contacts::find(tx, contact)?;
    let orders: i64 =
        tx.scalar("SELECT count(*) FROM orders WHERE contact_id = $1", &[contact.into()])?;
    if orders == 0 || it.blocked_at.is_some() {
        return Ok(());
    }
    let since = tx.now() - WINDOW;
    let had: i64 = tx.scalar(
        "SELECT count(*) FROM customer_links
         WHERE contact_id = $1 AND made_by IS NULL AND created_at > $2",
        &[contact.into(), since.into()],
    )?;
    if had >= AT_MOST {
        return Ok(());
    }
    make(tx, contact, None, &link.fingerprint)?;
    let job = Job::SendOrders {
        contact: contact.to_string(),
        email: email.trim().to_owned(),
        sealed_token: link.sealed.clone(),
    };
    jobs::now(tx, &job).map(drop)
}

fn make(tx: &mut Tx, contact: ContactId, by: Option<AgentId>, fingerprint: &str) -> Result<()> {
    let (id, now) = (CustomerLinkId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO customer_links (id, contact_id, token_hash, made_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            id.into(),
            contact.into(),
            fingerprint.into(),
            by.into(),
            now.into(),
            (now + LASTS).into(),
        ],
    )?;
    let it = contacts::find(tx, contact)?;
    let actor = match by {
        Some(agent) => crate::Actor::Agent(agent),
        None => crate::Actor::Contact(contact),
    };
    let how = if by.is_some() { "agent" } else { "mail" };
    let change = Change::OrdersShown(OrdersShown { how: how.to_owned() });
    journal::record(tx, actor, it.subject_of_journal(), &change)
}

row! {
    struct Behind {
        contact_id: ContactId,
    }
}

/// What a link shows.
///
/// # Errors
/// NotFound for a link that is too old, or never was.
pub fn behind(tx: &mut Tx, fingerprint: &str) -> Result<Mine> {
    let now = tx.now();
    let found: Option<Behind> = tx.maybe(
        "SELECT contact_id FROM customer_links WHERE token_hash = $1 AND expires_at > $2",
        &[fingerprint.into(), now.into()],
    )?;
    let id = found.ok_or(not_found("link"))?.contact_id;
    let it = contacts::find(tx, id)?;
    let newest = known::newest(tx, "contact_id = $1", id.into(), SHOWN)?;
    let time_zone = match it.time_zone.is_empty() {
        true => settings::get_or(tx, settings::TIME_ZONE, "UTC")?,
        false => it.time_zone,
    };
    Ok(Mine {
        name: it.name,
        time_zone,
        orders: newest.orders,
        count: newest.count,
        ask_at: inboxes::for_customers(tx)?,
    })
}
