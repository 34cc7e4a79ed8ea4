//! Signs in to a mail server to see whether that works, and changes nothing there.

use std::time::Duration;

use tend_core::mail_accounts::{Kind, MailAccount};

use crate::{
    account::Trouble,
    imap, servers,
    smtp_out::{self, Manner, Protocol, Times},
    works::Works,
};

/// An admin waits for the answer.
const LONGEST: Duration = Duration::from_secs(8);

/// Signs in; with IMAP also opens the folder.
///
/// # Errors
/// A sentence for the one who set the server up.
pub async fn look(works: &Works, it: &MailAccount) -> Result<(), String> {
    let server = servers::server(works, it).await?;
    let looked = match it.kind {
        Kind::Imap => {
            let account = imap::Account {
                server,
                folder: it.folder.clone(),
                largest: works.setup.largest,
                mark_seen: false,
                poll: LONGEST,
                time: LONGEST,
            };
            imap::look(&works.outside, &account).await.map(drop)
        }
        Kind::Smtp => {
            let times =
                Times { connect: LONGEST, greeting: LONGEST, command: LONGEST, ..Times::default() };
            let protocol = if it.lmtp { Protocol::Lmtp } else { Protocol::Smtp };
            let manner = Manner { protocol, name: works.setup.host.clone(), times };
            smtp_out::check(&works.outside, &server, &manner).await
        }
    };
    looked.map_err(|trouble| {
        if matches!(trouble, Trouble::Login(_)) {
            servers::forget_token(works, it);
        }
        trouble.to_string()
    })
}
