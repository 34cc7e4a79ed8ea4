//! What the SMTP listener asks: whose addresses are ours, and to keep a mail.

use tend_core::{
    Error,
    inboxes::{self, Channel, InboxId},
    mails::{self, Arrived, StoredFile},
};
use tend_outside::files::Stored;
use tend_store::StoreError;

use crate::{
    smtp_in::{Accept, Envelope, Intake, Recipient},
    works::Works,
};

/// Takes in what the listener receives.
pub struct Receiver(pub Works);

impl Intake for Receiver {
    async fn recipient(&self, address: &str) -> Recipient {
        match self.inbox(address).await {
            Ok(Some(_)) => Recipient::Known,
            Ok(None) => Recipient::Unknown,
            Err(error) => {
                tracing::warn!(%error, "smtp: a recipient could not be looked up");
                Recipient::Later
            }
        }
    }

    /// One mail for each inbox among the recipients.
    async fn accept(&self, envelope: Envelope, mail: Stored) -> Accept {
        let mut inboxes: Vec<(InboxId, Vec<String>)> = Vec::new();
        for address in &envelope.to {
            match self.inbox(address).await {
                Ok(Some(id)) => match inboxes.iter_mut().find(|it| it.0 == id) {
                    Some(it) => it.1.push(address.clone()),
                    None => inboxes.push((id, vec![address.clone()])),
                },
                Ok(None) => {}
                Err(error) => return refusal(&error),
            }
        }
        if inboxes.is_empty() {
            return Accept::Refused("No such mailbox here".to_owned());
        }
        let bytes = StoredFile {
            place: mail.place,
            sha256: mail.sha256,
            size: i64::try_from(mail.size).unwrap_or(i64::MAX),
            media_type: "message/rfc822".to_owned(),
        };
        let remote = format!("{} {}", envelope.remote, envelope.helo);
        let kept = self.0.write(move |tx| {
            for (inbox, to) in &inboxes {
                let arrived = Arrived {
                    inbox: Some(*inbox),
                    source: "smtp",
                    envelope_from: envelope.from.clone(),
                    envelope_to: to.clone(),
                    remote: remote.clone(),
                    bytes: bytes.clone(),
                };
                mails::take_in(tx, &arrived)?;
            }
            Ok(())
        });
        match kept.await {
            Ok(()) => Accept::Taken,
            Err(error) => refusal(&error),
        }
    }
}

impl Receiver {
    async fn inbox(&self, address: &str) -> tend_core::Result<Option<InboxId>> {
        if address.contains(char::is_control) {
            return Ok(None);
        }
        let address = address.to_lowercase();
        self.0
            .read(move |tx| {
                let found = inboxes::route(tx, &address)?.map(|it| it.inbox);
                let usable =
                    found.filter(|it| it.channel == Channel::Email && it.archived_at.is_none());
                Ok(usable.map(|it| it.id))
            })
            .await
    }
}

/// The sender keeps the mail and comes again.
fn refusal(error: &Error) -> Accept {
    tracing::warn!(%error, "smtp: a mail could not be taken in");
    match error {
        Error::Store(StoreError::Full(_)) => Accept::Full,
        _ => Accept::Later,
    }
}
