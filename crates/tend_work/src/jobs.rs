//! One module a kind of job.

mod bulk;
mod first_values;
mod import;
mod money;
mod push;
mod remedies;
mod send;
mod send_link;
mod shops;
mod surveys;
mod sweep;
mod take_in;

use tend_core::{
    Actor, Error,
    agents::{self, AgentId},
    conversations::{self, ConversationId, MessageId},
    jobs::{Job, Leased, Outcome},
    mails::{self, MailId},
    notifications::{self, NotificationId},
};
use tend_store::StoreError;

use crate::works::Works;

/// Does one job.
pub async fn run(works: &Works, leased: &Leased) -> Outcome {
    match &leased.job {
        Job::TakeInMail { mail } => take_in::run(works, mail).await,
        Job::ReleaseMail { mail } => release(works, mail).await,
        Job::Send { outbox } => send::run(works, outbox).await,
        Job::Wake { conversation } => wake(works, conversation).await,
        Job::Import { import } => import::run(works, import).await,
        Job::AutoReply { conversation, message } => auto_reply(works, conversation, message).await,
        Job::Notify { notification } => notify(works, notification).await,
        Job::Push { notification, device } => {
            push::run(works, notification, device, leased.attempts).await
        }
        Job::SendLink { agent, purpose, sealed_token } => {
            send_link::run(works, agent, purpose, sealed_token).await
        }
        Job::SendOrders { contact, email, sealed_token } => {
            send_link::orders(works, contact, email, sealed_token).await
        }
        Job::Bulk { bulk } => bulk::run(works, bulk).await,
        Job::DeleteConversation { conversation, agent } => delete(works, conversation, agent).await,
        Job::CatchUpMoney {} => money::run(works).await,
        Job::LearnHealth { agent } => learn_health(works, agent).await,
        Job::ReadShopEvent { event } => shops::read(works, event).await,
        Job::AskShop { shop } => shops::ask(works, shop).await,
        Job::CarryOutRemedy { remedy } => remedies::run(works, remedy).await,
        Job::ExpireRemedy { remedy } => remedies::expire(works, remedy).await,
        Job::AskSurvey { plan } => surveys::ask(works, plan).await,
        Job::RemindSurvey { request } => surveys::remind(works, request).await,
        Job::ReaskSurvey { settled } => surveys::ask_again(works, settled).await,
        Job::EscalateSurvey { low } => surveys::escalate(works, low).await,
        Job::WalkSurveys {} => surveys::walk(works).await,
        Job::FirstValues {} => first_values::run(works).await,
        Job::Sweep {} => sweep::run(works).await,
    }
}

/// Reads a mail that is kept already, for one who imports and does not wait for its job.
pub async fn take_in_mail(works: &Works, mail: MailId) -> Outcome {
    take_in::run(works, &mail.to_string()).await
}

async fn release(works: &Works, mail: &str) -> Outcome {
    let Ok(id) = mail.parse::<MailId>() else {
        return Outcome::Hopeless("It names no mail.".to_owned());
    };
    outcome(works.write(move |tx| mails::release(tx, id)).await)
}

async fn learn_health(works: &Works, agent: &str) -> Outcome {
    let Ok(agent) = agent.parse::<AgentId>() else {
        return Outcome::Hopeless("It names no agent.".to_owned());
    };
    outcome(crate::health::learn(works, Actor::Agent(agent)).await)
}

async fn wake(works: &Works, conversation: &str) -> Outcome {
    let Ok(id) = conversation.parse::<ConversationId>() else {
        return Outcome::Hopeless("It names no conversation.".to_owned());
    };
    outcome(works.write(move |tx| conversations::wake(tx, id)).await)
}

async fn delete(works: &Works, conversation: &str, agent: &str) -> Outcome {
    let (Ok(id), Ok(agent)) = (conversation.parse::<ConversationId>(), agent.parse::<AgentId>())
    else {
        return Outcome::Hopeless("It names no conversation.".to_owned());
    };
    outcome(
        works
            .write(move |tx| {
                let me = agents::me(tx, agent)?;
                conversations::delete(tx, &me, id).map(drop)
            })
            .await,
    )
}

async fn auto_reply(works: &Works, conversation: &str, message: &str) -> Outcome {
    let (Ok(id), Ok(to)) = (conversation.parse::<ConversationId>(), message.parse::<MessageId>())
    else {
        return Outcome::Hopeless("It names no message.".to_owned());
    };
    outcome(works.write(move |tx| conversations::auto_reply(tx, id, to).map(drop)).await)
}

async fn notify(works: &Works, notification: &str) -> Outcome {
    let Ok(id) = notification.parse::<NotificationId>() else {
        return Outcome::Hopeless("It names no notification.".to_owned());
    };
    let keys = works.keys.clone();
    outcome(works.write(move |tx| notifications::pass_on(tx, &keys, id)).await)
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
