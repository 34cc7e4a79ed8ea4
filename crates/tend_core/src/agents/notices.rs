//! Mail that Tend writes to an agent about their own access.

use tend_store::Tx;

use super::{AgentId, invitations::NewLink};
use crate::{
    Result,
    jobs::{self, Job},
};

/// What the token of a link is sealed for while it waits to be mailed, see
/// [`Keys::seal`](crate::secrets::Keys::seal).
pub const LINK_PURPOSE: &str = "link";

/// The word in the job says which it is: `invitation`, `reset`, `password_changed`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Notice<'a> {
    Invitation(&'a NewLink),
    Reset(&'a NewLink),
    /// Without a link: if it was not they who did it, they should know.
    PasswordChanged,
}

pub(super) fn send(tx: &mut Tx, to: AgentId, it: &Notice) -> Result<()> {
    let (purpose, link) = match it {
        Notice::Invitation(link) => ("invitation", Some(link)),
        Notice::Reset(link) => ("reset", Some(link)),
        Notice::PasswordChanged => ("password_changed", None),
    };
    let job = Job::SendLink {
        agent: to.to_string(),
        purpose: purpose.to_owned(),
        sealed_token: link.map_or(String::new(), |it| it.sealed.clone()),
    };
    jobs::now(tx, &job)?;
    Ok(())
}
