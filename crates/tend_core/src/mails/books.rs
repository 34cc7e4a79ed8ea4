use tend_store::{Tx, row};

use crate::inboxes::InboxId;

use crate::{
    Result,
    agents::{Me, Permission},
};

row! {
    /// How many mails of a source are in a state.
    pub struct BookLine {
        /// `smtp`, `imap`, `import`.
        pub source: String,
        /// `received` (not read yet), `imported`, `duplicate`, `quarantined`, `discarded`.
        pub state: String,
        pub mails: i64,
    }
}

/// The books of all mail that was acknowledged. Each mail is in one line, so what was received
/// is what was imported, was there before, waits in quarantine, was given up, or is not read yet.
pub fn books(tx: &mut Tx, me: &Me) -> Result<Vec<BookLine>> {
    me.require(Permission::MailQuarantine)?;
    Ok(tx.rows(
        "SELECT source, state, count(*) AS mails FROM mails
         GROUP BY source, state ORDER BY source, state",
        &[],
    )?)
}

/// The books of one inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxBooks {
    /// None for mail of which nobody knows yet where it belongs.
    pub inbox: Option<InboxId>,
    pub name: String,
    pub address: String,
    /// All that was acknowledged.
    pub received: i64,
    pub imported: i64,
    pub duplicates: i64,
    pub quarantined: i64,
    pub discarded: i64,
    /// Acknowledged and not read yet.
    pub waiting: i64,
}

impl InboxBooks {
    /// Whether each mail is accounted for.
    pub fn balance(&self) -> bool {
        self.received
            == self.imported + self.duplicates + self.quarantined + self.discarded + self.waiting
    }
}

/// The books inbox by inbox, those without an inbox last.
pub fn books_by_inbox(tx: &mut Tx, me: &Me) -> Result<Vec<InboxBooks>> {
    me.require(Permission::MailQuarantine)?;
    row! {
        struct Found {
            inbox_id: Option<InboxId>,
            name: Option<String>,
            address: Option<String>,
            state: String,
            mails: i64,
        }
    }
    let found: Vec<Found> = tx.rows(
        "SELECT counted.inbox_id, inboxes.name, inboxes.address, counted.state, counted.mails
         FROM (SELECT inbox_id, state, count(*) AS mails FROM mails GROUP BY inbox_id, state)
             AS counted
         LEFT JOIN inboxes ON inboxes.id = counted.inbox_id
         ORDER BY inboxes.name NULLS LAST, counted.inbox_id, counted.state",
        &[],
    )?;
    let mut all: Vec<InboxBooks> = Vec::new();
    for it in found {
        if all.last().is_none_or(|last| last.inbox != it.inbox_id) {
            let (name, address) = (it.name.unwrap_or_default(), it.address.unwrap_or_default());
            all.push(InboxBooks { inbox: it.inbox_id, name, address, ..InboxBooks::default() });
        }
        let Some(books) = all.last_mut() else { continue };
        books.received += it.mails;
        match it.state.as_str() {
            "imported" => books.imported += it.mails,
            "duplicate" => books.duplicates += it.mails,
            "quarantined" => books.quarantined += it.mails,
            "discarded" => books.discarded += it.mails,
            "received" => books.waiting += it.mails,
            _ => {}
        }
    }
    Ok(all)
}
