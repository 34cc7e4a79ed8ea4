//! Writes to an agent about their own access: an invitation, a reset, a changed password.

use tend_core::{
    Error, Result,
    agents::{self, AgentId, LINK_PURPOSE},
    contacts::{self, ContactId},
    jobs::Outcome,
    outbox,
    secrets::Keys,
    settings,
};
use tend_store::Tx;
use tend_views::urls;

use super::outcome;
use crate::works::Works;

pub(super) async fn run(works: &Works, agent: &str, purpose: &str, sealed: &str) -> Outcome {
    let Ok(id) = agent.parse::<AgentId>() else {
        return Outcome::Hopeless("It names no agent.".to_owned());
    };
    let (keys, purpose, sealed) = (works.keys.clone(), purpose.to_owned(), sealed.to_owned());
    outcome(works.write(move |tx| queue(tx, &keys, id, &purpose, &sealed)).await)
}

fn queue(tx: &mut Tx, keys: &Keys, id: AgentId, purpose: &str, sealed: &str) -> Result<()> {
    let agent = agents::find(tx, id)?;
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    let company = settings::get_or(tx, settings::COMPANY, "Tend")?;
    let token = if sealed.is_empty() { String::new() } else { keys.open(LINK_PURPOSE, sealed)? };
    let (subject, text) = match purpose {
        "invitation" => (
            format!("Join {company} on Tend"),
            format!(
                "You were invited to answer customers of {company}. Choose a password here:\n\n\
                 {base}{}\n\nThe link works for seven days, and once.\n",
                urls::invitation(&token)
            ),
        ),
        "reset" => (
            "Choose a new password".to_owned(),
            format!(
                "Somebody, hopefully you, asked for a new password. Choose it here:\n\n{base}{}\n\n\
                 The link works for half an hour, and once. If it was not you, do nothing.\n",
                urls::reset(&token)
            ),
        ),
        "password_changed" => (
            "Your password was changed".to_owned(),
            format!(
                "The password of your account at {company} was changed. If it was not you, ask \
                 an admin at once to let you in anew.\n\n{base}/\n"
            ),
        ),
        _ => return Err(Error::NotFound("kind of mail")),
    };
    if outbox::queue_notice(tx, keys, &agent.name, &agent.email, &subject, &text)?.is_none() {
        tracing::warn!("no mail server is set up, so an agent was not written to");
    }
    Ok(())
}

/// Sends a customer the link to their orders, to the address that asked for it.
pub(super) async fn orders(works: &Works, contact: &str, email: &str, sealed: &str) -> Outcome {
    let Ok(id) = contact.parse::<ContactId>() else {
        return Outcome::Hopeless("It names no contact.".to_owned());
    };
    let (keys, email, sealed) = (works.keys.clone(), email.to_owned(), sealed.to_owned());
    outcome(works.write(move |tx| queue_orders(tx, &keys, id, &email, &sealed)).await)
}

fn queue_orders(tx: &mut Tx, keys: &Keys, id: ContactId, email: &str, sealed: &str) -> Result<()> {
    let name = contacts::find(tx, id)?.name;
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    let company = settings::get_or(tx, settings::COMPANY, "Tend")?;
    let link = urls::my_orders_behind(keys.open(LINK_PURPOSE, sealed)?);
    let text = format!(
        "Somebody, hopefully you, asked for your orders at {company}. Here they are:\n\n\
         {base}{link}\n\nThe link works for thirty days, and for whoever has it. If it was not \
         you, do nothing.\n"
    );
    let subject = format!("Your orders at {company}");
    if outbox::queue_notice(tx, keys, &name, email, &subject, &text)?.is_none() {
        tracing::warn!("no mail server is set up, so a customer was not written to");
    }
    Ok(())
}
