//! What a profile would say, before it is kept.

use tend_store::{Tx, Value};

use super::{
    Document, ProfileId,
    life::{Life, lives},
    model::wanted,
    profile::checked,
    profiles, read,
    score::{Rule, fitting, rule},
    today,
};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
};

/// So many accounts are looked at, evenly drawn.
pub const MOST_TRIED: i64 = 1000;
/// Accounts that are read at once.
const CHUNK: usize = 250;

/// One account, as it is and as it would be.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedOne {
    pub account: AccountId,
    pub name: String,
    /// Whether the profile would be the one for it.
    pub fits: bool,
    /// 0 to 100 by what holds now, and by what was tried.
    pub now: Option<f64>,
    pub then: Option<f64>,
    pub stale_share: f64,
}

/// What a profile would say.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Accounts that were looked at, of so many.
    pub looked_at: usize,
    pub of: i64,
    /// To so many of those it would apply.
    pub fits: usize,
    /// How their rule scores lie in tens, 0 to 10 first: by what holds now, and by what was tried.
    pub now: [usize; 10],
    pub then: [usize; 10],
    /// The share of them of whom a measure is not known, in the order of the measures.
    pub blank: Vec<(String, f64)>,
    pub one: Option<TriedOne>,
}

/// Tries a profile on accounts as they are today, and keeps nothing.
///
/// # Errors
/// Invalid, by field, as when it is kept.
pub fn try_out(
    tx: &mut Tx,
    me: &Me,
    id: Option<ProfileId>,
    draft: &Document,
    account: Option<AccountId>,
) -> Result<Tried> {
    me.require(Permission::StagesManage)?;
    let all = profiles(tx)?;
    let is_default = all.iter().any(|it| Some(it.id) == id && it.is_default);
    let draft = checked(tx, id, is_default, draft)?;
    let account = match account {
        Some(id) => Some(accounts::find_visible(tx, me, id)?),
        None => None,
    };
    let of: i64 = tx.scalar("SELECT count(*) FROM account_figures", &[])?;
    let part: Value = (of / MOST_TRIED + 1).into();
    let mut ids: Vec<AccountId> = tx.column(
        "SELECT account_id FROM account_figures WHERE (account_id % 1000003) % $1 = 0
         ORDER BY account_id LIMIT 1000",
        &[part],
    )?;
    let drawn = ids.len();
    ids.extend(account.iter().map(|it| it.id));
    let mut trial = Trial { id, draft: &draft, tried: Tried::of(drawn, of, &draft) };
    for (n, some) in ids.chunks(CHUNK).enumerate() {
        let left = drawn.saturating_sub(n * CHUNK);
        let lives = lives(tx, Some(some))?;
        let of_them = trial.scores(tx, some, &lives, &all)?;
        for (at, (id, scored)) in some.iter().zip(of_them).enumerate() {
            let Some(scored) = scored else { continue };
            match account.as_ref().filter(|it| at >= left && it.id == *id) {
                Some(it) => trial.tried.one = Some(scored.named(it.id, it.name.clone())),
                None => trial.tried.count(&scored),
            }
        }
    }
    trial.tried.finish();
    Ok(trial.tried)
}

struct Trial<'a> {
    id: Option<ProfileId>,
    draft: &'a Document,
    tried: Tried,
}

struct Both {
    fits: bool,
    now: Option<Rule>,
    then: Rule,
    blank: Vec<bool>,
}

impl Both {
    fn named(self, account: AccountId, name: String) -> TriedOne {
        TriedOne {
            account,
            name,
            fits: self.fits,
            now: self.now.and_then(|it| it.score),
            then: self.then.score,
            stale_share: self.then.stale_share,
        }
    }
}

impl Trial<'_> {
    /// What is said of each of some accounts, now and by the draft.
    fn scores(
        &self,
        tx: &mut Tx,
        ids: &[AccountId],
        lives: &std::collections::HashMap<AccountId, Life>,
        all: &[super::Profile],
    ) -> Result<Vec<Option<Both>>> {
        let day = today(tx);
        let mut documents: Vec<&Document> = all.iter().map(|it| &it.document).collect();
        documents.push(self.draft);
        let wanted = wanted(&documents, &[]);
        let sheet = read::read(tx, ids, day, &wanted, lives)?;
        // Who is asked before the draft, and whom each profile fits.
        let mut fits = Vec::new();
        for it in all {
            fits.push(fitting(tx, &it.document, ids, day, lives)?);
        }
        let drafted = fitting(tx, self.draft, ids, day, lives)?;
        let at = all.iter().position(|it| Some(it.id) == self.id);
        let at = at.or_else(|| all.iter().position(|it| it.is_default)).unwrap_or(all.len());
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            if !lives.get(id).is_some_and(|it| it.at_stake(day, day)) {
                out.push(None);
                continue;
            }
            let inputs = sheet.inputs(*id, &wanted);
            let first = fits.iter().position(|it| it.contains(id));
            let now = first.and_then(|at| all.get(at)).map(|it| rule(&it.document, &inputs));
            let earlier = fits.iter().take(at).any(|it| it.contains(id));
            let blank = self.draft.measures.iter();
            let found = |of| inputs.iter().find(|it| it.measure == of);
            out.push(Some(Both {
                fits: !earlier && drafted.contains(id),
                now,
                then: rule(self.draft, &inputs),
                blank: blank.map(|it| it.scaled(found(it.measure.clone())).stale).collect(),
            }));
        }
        Ok(out)
    }
}

impl Tried {
    fn of(looked_at: usize, of: i64, draft: &Document) -> Self {
        let blank = draft.measures.iter().map(|it| (it.measure.label(), 0.0)).collect();
        Self { looked_at, of, fits: 0, now: [0; 10], then: [0; 10], blank, one: None }
    }

    fn count(&mut self, it: &Both) {
        if !it.fits {
            return;
        }
        self.fits += 1;
        let place = |score: f64| ((score / 10.0) as usize).min(9);
        if let Some(score) = it.now.as_ref().and_then(|it| it.score) {
            self.now[place(score)] += 1;
        }
        if let Some(score) = it.then.score {
            self.then[place(score)] += 1;
        }
        for (sum, is_blank) in self.blank.iter_mut().zip(&it.blank) {
            sum.1 += if *is_blank { 1.0 } else { 0.0 };
        }
    }

    fn finish(&mut self) {
        let all = self.fits.max(1) as f64;
        self.blank.iter_mut().for_each(|it| it.1 /= all);
    }
}
