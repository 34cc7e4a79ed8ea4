//! The customer's own page: behind a link that nobody can guess and that names nobody.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tend_store::Tx;

use super::{OnAccount, OnboardingId, Owner, StepId, find::whole};
use crate::{
    Result, accounts,
    agents::{self, AgentId},
    error::not_found,
    mails::FileId,
    secrets::Keys,
};

const PURPOSE: &str = "onboarding link";
/// Bytes of the proof: nobody guesses one of 2^128.
const PROOF: usize = 16;

/// The text of the link.
pub fn token(keys: &Keys, id: OnboardingId) -> String {
    let mut bytes = id.raw().to_be_bytes().to_vec();
    let proof = keys.mac(PURPOSE, &bytes);
    bytes.extend_from_slice(&proof[..PROOF]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Which onboarding is behind a link; NotFound for one that we did not make.
pub fn behind(keys: &Keys, token: &str) -> Result<OnboardingId> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let read = bytes.and_then(|bytes| {
        let (id, proof) = bytes.split_first_chunk::<8>()?;
        verify_slices_are_equal(&keys.mac(PURPOSE, id)[..PROOF], proof).ok()?;
        Some(OnboardingId::from_raw(i64::from_be_bytes(*id)))
    });
    read.ok_or(not_found("list"))
}

/// Who of us does a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helper {
    pub step: StepId,
    pub name: String,
    /// The file of their picture, if they have one.
    pub picture: Option<FileId>,
}

/// Who does our steps: whose task it is, or else who looks after the account. One that is nobody's
/// has no helper.
pub fn helpers(tx: &mut Tx, it: &OnAccount) -> Result<Vec<Helper>> {
    let owner = accounts::find(tx, it.onboarding.account_id)?.owner_id;
    let mut all = Vec::new();
    for item in it.items.iter().filter(|it| it.owner == Owner::Agent) {
        let of_task: Option<AgentId> = match item.task_id {
            Some(task) => tx.maybe_scalar(
                "SELECT owner_id FROM tasks WHERE id = $1 AND owner_id IS NOT NULL",
                &[task.into()],
            )?,
            None => None,
        };
        let Some(who) = of_task.or(owner) else { continue };
        let agent = agents::find(tx, who)?;
        if agent.left_at.is_none() {
            let picture = agent.picture_file_id.map(FileId::from_raw);
            all.push(Helper { step: item.step_id, name: agent.name, picture });
        }
    }
    Ok(all)
}

/// The picture of who does a step of this list. Whoever has the link sees nobody else's.
///
/// # Errors
/// NotFound, for what is no step of ours on this list and for who has no picture.
pub fn picture(tx: &mut Tx, id: OnboardingId, step: StepId) -> Result<FileId> {
    let list = whole(tx, id)?;
    let of_step = helpers(tx, &list)?.into_iter().find(|it| it.step == step);
    of_step.and_then(|it| it.picture).ok_or(not_found("picture"))
}

/// What the customer sees: the list, and the name of their company.
pub fn seen(tx: &mut Tx, id: OnboardingId) -> Result<(OnAccount, String)> {
    let it = whole(tx, id)?;
    let account = accounts::find(tx, it.onboarding.account_id)?;
    Ok((it, account.name))
}
