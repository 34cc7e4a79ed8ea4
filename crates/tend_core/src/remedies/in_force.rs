//! The limits that hold now: those that were set, and where nobody said anything, those that are
//! ready.

use tend_store::Tx;

use super::limits::{self, Limit, Limits, Word};
use crate::{
    Result,
    agents::{Permission, RoleId, roles},
};

/// A limit that holds.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    pub limit: Limit,
    /// Nobody set it: it is as Tend comes.
    pub is_ready: bool,
}

/// Roles for which limits matter: their agents may give or approve.
pub fn giving(tx: &mut Tx) -> Result<Vec<roles::Role>> {
    let mut all = roles::all(tx)?;
    let some = [Permission::RemediesGive, Permission::RemediesApprove];
    all.retain(|it| some.iter().any(|one| it.permissions.contains(*one)));
    Ok(all)
}

/// What one of a role gives alone as long as nobody sets it, minor units of the home currency.
pub fn ready_alone(tx: &mut Tx, role: RoleId) -> Result<i64> {
    limits::alone(tx, &Limits::default(), role)
}

/// What an order gets at most as long as nobody sets it, in hundredths of a percent.
pub fn ready_order_share() -> i64 {
    Limits::default().order_share()
}

/// All of them.
pub fn all(tx: &mut Tx) -> Result<Vec<InForce>> {
    let set = limits::all(tx)?;
    let mut ready = Vec::new();
    if set.of(Word::OrderShare, None).is_none() {
        ready.push((Word::OrderShare, 0, set.order_share()));
    }
    for role in giving(tx)? {
        if set.of_role(Word::Alone, role.id).is_none() {
            ready.push((Word::Alone, role.id.raw(), limits::alone(tx, &set, role.id)?));
        }
    }
    let ready = ready.into_iter().map(|(word, role_id, amount)| InForce {
        limit: Limit { word, role_id, kind: String::new(), amount },
        is_ready: true,
    });
    let set = set.0.into_iter().map(|limit| InForce { limit, is_ready: false });
    let mut all: Vec<InForce> = set.chain(ready).collect();
    let key = |it: &InForce| (it.limit.word.word(), it.limit.role_id, it.limit.kind.clone());
    all.sort_by_key(key);
    Ok(all)
}
