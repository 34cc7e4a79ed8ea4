//! What was shown to whom, and what became of it.

use jiff::SignedDuration;
use tend_store::Tx;

use super::{Suggested, VersionId};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    contacts::{self, ContactId},
    money::{
        ProductId,
        opportunities::{self, Kind, NewOpportunity, OpportunityId},
        products,
    },
    words::words,
};

words! {
    /// Where it was shown.
    Place, "A place is conversation, account or message." {
        Conversation = "conversation" "Beside a conversation",
        Account = "account" "On the account",
        Message = "message" "In a message",
    }
}

/// The same to the same customer within so long is shown once.
const ONCE: SignedDuration = SignedDuration::from_hours(24);

/// Somebody saw these suggestions for a contact.
pub fn saw(
    tx: &mut Tx,
    me: &Me,
    contact: ContactId,
    place: Place,
    version: VersionId,
    arm: super::Arm,
    products: &[ProductId],
) -> Result<()> {
    me.require(Permission::OrdersRead)?;
    keep(tx, contact, place, version, arm, products)
}

/// A message that reaches a contact holds these suggestions.
pub(crate) fn in_message(tx: &mut Tx, contact: ContactId, it: &Suggested) -> Result<()> {
    let products: Vec<ProductId> = it.items.iter().map(|it| it.offer.id).collect();
    keep(tx, contact, Place::Message, it.version.id, it.arm, &products)
}

fn keep(
    tx: &mut Tx,
    contact: ContactId,
    place: Place,
    version: VersionId,
    arm: super::Arm,
    products: &[ProductId],
) -> Result<()> {
    let (now, since) = (tx.now(), tx.now() - ONCE);
    for product in products {
        let before: Option<i64> = tx.maybe_scalar(
            "SELECT id FROM recommend_shown
             WHERE contact_id = $1 AND product_id = $2 AND shown_at > $3 LIMIT 1",
            &[contact.into(), (*product).into(), since.into()],
        )?;
        if before.is_some() {
            continue;
        }
        let id = tx.next_id();
        tx.execute(
            "INSERT INTO recommend_shown (id, contact_id, product_id, version_id, arm, place,
                 shown_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                id.into(),
                contact.into(),
                (*product).into(),
                version.into(),
                arm.into(),
                place.into(),
                now.into(),
            ],
        )?;
    }
    Ok(())
}

impl Suggested {
    /// What of it is not written down as shown yet.
    pub fn unseen(&self, tx: &mut Tx, contact: ContactId) -> Result<Vec<ProductId>> {
        let since = tx.now() - ONCE;
        let seen: Vec<ProductId> = tx.column(
            "SELECT product_id FROM recommend_shown WHERE contact_id = $1 AND shown_at > $2",
            &[contact.into(), since.into()],
        )?;
        let ids = self.items.iter().map(|it| it.offer.id);
        Ok(ids.filter(|it| !seen.contains(it)).collect())
    }
}

/// An agent put a suggestion into an answer. Doing it twice is doing it once.
pub fn click(tx: &mut Tx, me: &Me, contact: ContactId, product: ProductId) -> Result<()> {
    me.require(Permission::OrdersRead)?;
    contacts::find_visible(tx, me, contact)?;
    let now = tx.now();
    tx.execute(
        "UPDATE recommend_shown SET clicked_at = $3 WHERE clicked_at IS NULL AND id =
             (SELECT MAX(id) FROM recommend_shown WHERE contact_id = $1 AND product_id = $2)",
        &[contact.into(), product.into(), now.into()],
    )?;
    Ok(())
}

/// Makes an opportunity of a suggestion; one that is open for the account stays the only one.
pub fn opportunity(
    tx: &mut Tx,
    me: &Me,
    account: AccountId,
    contact: ContactId,
    product: ProductId,
) -> Result<OpportunityId> {
    me.require(Permission::RenewalsEdit)?;
    contacts::find_visible(tx, me, contact)?;
    let open: Option<OpportunityId> = tx.maybe_scalar(
        "SELECT id FROM opportunities WHERE account_id = $1 AND product_id = $2
         AND stage NOT IN ('won', 'lost') ORDER BY id LIMIT 1",
        &[account.into(), product.into()],
    )?;
    let id = match open {
        Some(it) => it,
        None => {
            let owned: Option<i64> = tx.maybe_scalar(
                "SELECT orders.id FROM orders JOIN order_lines ON order_lines.order_id = orders.id
                 JOIN contacts ON contacts.id = orders.contact_id
                 WHERE contacts.account_id = $1 AND order_lines.product_id = $2 LIMIT 1",
                &[account.into(), product.into()],
            )?;
            let new = NewOpportunity {
                account,
                kind: if owned.is_some() { Kind::Upsell } else { Kind::CrossSell },
                product: Some(product),
                name: products::find(tx, me, product)?.name,
                amount: 0,
                close_day: None,
            };
            opportunities::add(tx, me, &new)?
        }
    };
    tx.execute(
        "UPDATE recommend_shown SET opportunity_id = $3 WHERE opportunity_id IS NULL AND id =
             (SELECT MAX(id) FROM recommend_shown WHERE contact_id = $1 AND product_id = $2)",
        &[contact.into(), product.into(), id.into()],
    )?;
    Ok(id)
}
