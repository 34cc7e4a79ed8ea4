//! One module a kind of job.

mod import;
mod send;
mod take_in;

use tend_core::{
    Error,
    conversations::{self, ConversationId},
    jobs::{Job, Leased, Outcome},
    mails::MailId,
};
use tend_store::StoreError;

use crate::works::Works;

/// Does one job.
pub async fn run(works: &Works, leased: &Leased) -> Outcome {
    match &leased.job {
        Job::TakeInMail { mail } => take_in::run(works, mail).await,
        Job::Send { outbox } => send::run(works, outbox).await,
        Job::Wake { conversation } => wake(works, conversation).await,
        Job::Import { import } => import::run(works, import).await,
        other => Outcome::Failed(format!("Nobody does {} yet.", other.kind())),
    }
}

/// Reads a mail that is kept already, for one who imports and does not wait for its job.
pub async fn take_in_mail(works: &Works, mail: MailId) -> Outcome {
    take_in::run(works, &mail.to_string()).await
}

async fn wake(works: &Works, conversation: &str) -> Outcome {
    let Ok(id) = conversation.parse::<ConversationId>() else {
        return Outcome::Hopeless("It names no conversation.".to_owned());
    };
    outcome(works.write(move |tx| conversations::wake(tx, id)).await)
}

/// A refusal stays one; what the store says may pass.
pub(crate) fn outcome(result: tend_core::Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(Error::Store(StoreError::Shape(why))) => Outcome::Hopeless(why),
        Err(Error::Store(error)) => Outcome::Failed(error.to_string()),
        // It is gone: nothing is owed any more.
        Err(Error::NotFound(_)) => Outcome::Done,
        Err(error) => Outcome::Hopeless(error.to_string()),
    }
}
