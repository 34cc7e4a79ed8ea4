//! What a customer agreed to or declined. Each word is kept; the newest holds.

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{Result, contacts::ContactId, words::words};

id!(ConsentId, "cst");

/// Everything that is promoted, whatever its topic.
pub const MARKETING: &str = "marketing";
/// Every survey.
pub const SURVEY: &str = "survey";

words! {
    /// How we know.
    How, "A consent comes by page, one_click, mail, agent, import or api." {
        /// On the page of preferences.
        Page = "page" "On the page of preferences",
        /// By the button that a mail program shows (RFC 8058).
        OneClick = "one_click" "By the mail program’s button",
        /// By a mail that a mail program wrote (RFC 2369).
        Mail = "mail" "By a mail",
        Agent = "agent" "Told to an agent",
        Import = "import" "By an import",
        Api = "api" "By API",
    }
}

row! {
    /// One word of a customer.
    #[derive(PartialEq)]
    pub struct Consent {
        pub id: ConsentId,
        pub contact_id: ContactId,
        /// [`MARKETING`], [`SURVEY`], or a topic of the company's own.
        pub topic: String,
        pub is_given: bool,
        pub how: How,
        pub happened_at: Timestamp,
    }
}

/// What somebody last said of a topic; `None` is never asked.
pub fn given(tx: &mut Tx, contact: ContactId, topic: &str) -> Result<Option<bool>> {
    Ok(tx.maybe_scalar(
        "SELECT is_given FROM consents WHERE contact_id = $1 AND topic = $2
         ORDER BY id DESC LIMIT 1",
        &[contact.into(), topic.into()],
    )?)
}

/// Writes down what somebody said. Saying the same again writes nothing.
///
/// # Returns
/// Whether that is new.
pub fn set(tx: &mut Tx, contact: ContactId, topic: &str, is_given: bool, how: How) -> Result<bool> {
    if given(tx, contact, topic)? == Some(is_given) {
        return Ok(false);
    }
    let (id, now) = (ConsentId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO consents (id, contact_id, topic, is_given, how, happened_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[id.into(), contact.into(), topic.into(), is_given.into(), how.into(), now.into()],
    )?;
    Ok(true)
}

/// All that somebody said, the newest first, at most a hundred.
pub fn of_contact(tx: &mut Tx, contact: ContactId) -> Result<Vec<Consent>> {
    Ok(tx.rows(
        "SELECT id, contact_id, topic, is_given, how, happened_at FROM consents
         WHERE contact_id = $1 ORDER BY id DESC LIMIT 100",
        &[contact.into()],
    )?)
}
