//! Whether somebody comes into a campaign once more.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

use super::{CampaignId, Plan, facts::after};
use crate::{Result, contacts::ContactId};

row! {
    struct Before {
        about: String,
        ended_at: Option<Timestamp>,
    }
}

/// Under which name somebody comes in now: what it is about, with a number if they were in it
/// before. Nothing for who is in it, or was and does not come in again yet.
pub(super) fn about(
    tx: &mut Tx,
    campaign: CampaignId,
    plan: &Plan,
    contact: ContactId,
    about: &str,
) -> Result<Option<String>> {
    let before: Vec<Before> = tx.rows(
        "SELECT about, ended_at FROM enrolments
         WHERE contact_id = $1 AND campaign_id = $2 ORDER BY id",
        &[contact.into(), campaign.into()],
    )?;
    let same = |it: &&Before| {
        it.about == about
            || it
                .about
                .rsplit_once('#')
                .is_some_and(|(of, n)| of == about && n.parse::<u32>().is_ok())
    };
    let before: Vec<&Before> = before.iter().filter(same).collect();
    let Some(last) = before.last() else { return Ok(Some(about.to_owned())) };
    let pause = SignedDuration::from_hours(24 * plan.again_days);
    let over = last.ended_at.is_some_and(|at| tx.now() >= after(at, pause));
    Ok((plan.again_days > 0 && over).then(|| format!("{about}#{}", before.len() + 1)))
}
