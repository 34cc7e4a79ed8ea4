//! Signs in to a mail server to see whether that works, and changes nothing there.

use tend_core::mail_accounts::MailAccount;

use crate::{doctor, servers, works::Works};

/// Signs in; with IMAP also opens the folder.
///
/// # Errors
/// A sentence for the one who set the server up.
pub async fn look(works: &Works, it: &MailAccount) -> Result<(), String> {
    let looked = doctor::sign_in(works, it).await.map(drop);
    // A token that was refused is not asked for again otherwise.
    if looked.is_err() {
        servers::forget_token(works, it);
    }
    looked
}
