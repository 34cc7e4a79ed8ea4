use tend_store::{Tx, row};

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
