//! Calling somebody: an account's owner is told when its risk is high, as often as the company
//! wants them to be told and no more, and what came of each call is written down.
//!
//! A threshold is drawn for each owner so that their accounts cross it about as often as the
//! budget allows ([`threshold`]). An alert ends when the risk has fallen by a good part of what
//! called, so that an account that sways calls once. Whether it was right is known when the
//! horizon is over.

mod act;
mod list;
mod raise;
mod settle;
mod threshold;
mod walk;

pub use act::{clear, see, task};
pub use list::{AlertLine, Shown, Standing, find, page, standing};
pub use raise::{Raised, raise};
pub use settle::{Settled, settle, settled};
pub use threshold::{Course, Drawn, Ground, draw};
pub use walk::{Called, has_to_call, walk};

use tend_store::Tx;

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    settings,
};

/// The setting that says whether each alert makes a task.
const MAKE_TASKS: &str = "health_alert_tasks";

/// Whether each alert makes a task for the owner.
pub fn makes_tasks(tx: &mut Tx) -> Result<bool> {
    Ok(settings::get_or(tx, MAKE_TASKS, "no")? == "yes")
}

/// Says whether each alert makes a task.
pub fn set_makes_tasks(tx: &mut Tx, by: &Me, yes: MakesTasks) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let word = if yes == MakesTasks::Yes { "yes" } else { "no" };
    settings::set(tx, Actor::Agent(by.id), MAKE_TASKS, word)
}

/// Whether each alert makes a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MakesTasks {
    Yes,
    No,
}

/// How much an account is at risk, 0 to 1, as far as it is known: its probability, or how far its
/// hand score is from the best, which orders accounts and is no probability.
pub(super) fn risk(p: Option<f64>, rule: Option<f64>) -> Option<f64> {
    p.or(rule.map(|it| 1.0 - it / 100.0))
}
