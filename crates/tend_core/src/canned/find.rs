use tend_store::Tx;

use super::{Audience, COLUMNS, Canned, CannedId};
use crate::{
    Result,
    agents::{Me, Permission},
    error::not_found,
    fold,
};

/// One that the agent may use.
pub fn find(tx: &mut Tx, me: &Me, id: CannedId) -> Result<Canned> {
    let sql =
        format!("SELECT {COLUMNS} FROM canned_responses WHERE id = $1 AND archived_at IS NULL");
    let found: Option<Canned> = tx.maybe(&sql, &[id.into()])?;
    found.filter(|it| may_use(me, it)).ok_or(not_found("canned response"))
}

/// All that the agent may use, by shortcut. Who may share sees each team's.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Canned>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM canned_responses
         WHERE archived_at IS NULL AND (owner_id IS NULL OR owner_id = $1) ORDER BY shortcut, id"
    );
    let mut found: Vec<Canned> = tx.rows(&sql, &[me.id.into()])?;
    found.retain(|it| may_use(me, it));
    Ok(found)
}

/// Those that fit what was typed after `/`, the best first: by shortcut, then by name, then by
/// a word in the name; of equals the most used.
pub fn search(tx: &mut Tx, me: &Me, typed: &str, limit: usize) -> Result<Vec<Canned>> {
    let typed = fold::fold(typed.trim_start_matches('/'));
    let fit = |it: &Canned| {
        let name = fold::fold(&it.name);
        if it.shortcut.starts_with(&typed) {
            Some(0)
        } else if name.starts_with(&typed) {
            Some(1)
        } else if name.split(' ').any(|word| word.starts_with(&typed)) {
            Some(2)
        } else {
            name.contains(&typed).then_some(3)
        }
    };
    let mut found: Vec<(i32, Canned)> =
        all(tx, me)?.into_iter().filter_map(|it| Some((fit(&it)?, it))).collect();
    found.sort_by(|a, b| {
        (a.0, -a.1.used_count, &a.1.shortcut).cmp(&(b.0, -b.1.used_count, &b.1.shortcut))
    });
    Ok(found.into_iter().take(limit).map(|it| it.1).collect())
}

fn may_use(me: &Me, it: &Canned) -> bool {
    match it.audience() {
        Audience::Personal(owner) => owner == me.id,
        Audience::Team(team) => me.teams.contains(&team) || me.may(Permission::CannedShare),
        Audience::Everyone => true,
    }
}
