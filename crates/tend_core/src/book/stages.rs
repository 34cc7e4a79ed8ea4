//! The stages of an account's life, as the company names them.

use tend_store::{Tx, id, row};

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found, refused},
    fold,
    journal::{self, Change, Subject},
    words::words,
};

id!(StageId, "stg");

/// So many stages can be told apart.
const MOST: usize = 20;

words! {
    /// What a stage means to sums and reports, whatever it is called.
    Meaning, "A stage means before, customer or churned." {
        /// Not yet a customer.
        Before = "before" "Not yet a customer",
        Customer = "customer" "A customer",
        /// A customer no more.
        Churned = "churned" "Churned",
    }
}

words! {
    /// The colour of a stage's badge.
    StageTone, "The colour is plain, accent, good, warn or bad." {
        Plain = "plain" "Grey",
        Accent = "accent" "Petrol",
        Good = "good" "Green",
        Warn = "warn" "Amber",
        Bad = "bad" "Red",
    }
}

row! {
    /// A stage.
    #[derive(PartialEq)]
    pub struct Stage {
        pub id: StageId,
        pub name: String,
        /// From the first to the last.
        pub position: i64,
        pub means: Meaning,
        pub tone: StageTone,
        /// An account that stands here longer than so many days asks for a look.
        pub stuck_days: Option<i64>,
        pub archived: bool,
    }
}

const COLUMNS: &str =
    "id, name, position, means, tone, stuck_days, archived_at IS NOT NULL AS archived";

/// What a stage is to be.
#[derive(Clone, Debug)]
pub struct NewStage {
    pub name: String,
    pub means: Meaning,
    pub tone: StageTone,
    /// 1 to 3650, or never.
    pub stuck_days: Option<i64>,
}

impl NewStage {
    fn checked(&self, tx: &mut Tx, but: Option<StageId>) -> Result<String> {
        let name = fold::one_line(&self.name, 40);
        if name.is_empty() {
            return Err(invalid("name", "A stage needs a name."));
        }
        let folded = fold::fold(&name);
        if stages(tx)?.iter().any(|it| Some(it.id) != but && fold::fold(&it.name) == folded) {
            return Err(invalid("name", format!("There is a stage {name} already.")));
        }
        if self.stuck_days.is_some_and(|it| !(1..=3650).contains(&it)) {
            return Err(invalid(
                "stuck_days",
                "Write a number of days from 1 to 3650, or nothing.",
            ));
        }
        Ok(name)
    }
}

/// Those that are offered, in their order.
pub fn stages(tx: &mut Tx) -> Result<Vec<Stage>> {
    let sql =
        format!("SELECT {COLUMNS} FROM stages WHERE archived_at IS NULL ORDER BY position, id");
    Ok(tx.rows(&sql, &[])?)
}

/// A stage, also an archived one.
pub fn find_stage(tx: &mut Tx, id: StageId) -> Result<Stage> {
    let sql = format!("SELECT {COLUMNS} FROM stages WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("stage"))
}

/// Defines a stage, after the others.
pub fn define_stage(tx: &mut Tx, by: &Me, new: &NewStage) -> Result<StageId> {
    by.require(Permission::StagesManage)?;
    if stages(tx)?.len() >= MOST {
        return Err(refused("There are as many stages as one can tell apart. Archive some."));
    }
    let name = new.checked(tx, None)?;
    let id = insert(tx, &name, new)?;
    record(tx, by, &Change::StageDefined { name })?;
    Ok(id)
}

fn insert(tx: &mut Tx, name: &str, new: &NewStage) -> Result<StageId> {
    let (id, now) = (StageId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO stages (id, name, position, means, tone, stuck_days, created_at)
         VALUES ($1, $2, (SELECT COALESCE(MAX(position), 0) + 1 FROM stages), $3, $4, $5, $6)",
        &[
            id.into(),
            name.into(),
            new.means.into(),
            new.tone.into(),
            new.stuck_days.into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

/// The stages that a company begins with, if it has none yet.
pub fn first_stages(tx: &mut Tx) -> Result<()> {
    let any: Option<StageId> = tx.maybe_scalar("SELECT id FROM stages LIMIT 1", &[])?;
    if any.is_some() {
        return Ok(());
    }
    let all = [
        ("Trial", Meaning::Before, StageTone::Plain, Some(45)),
        ("Onboarding", Meaning::Customer, StageTone::Accent, Some(60)),
        ("Adopting", Meaning::Customer, StageTone::Accent, Some(120)),
        ("Established", Meaning::Customer, StageTone::Good, None),
        ("Churned", Meaning::Churned, StageTone::Bad, None),
    ];
    for (name, means, tone, stuck_days) in all {
        insert(tx, name, &NewStage { name: name.to_owned(), means, tone, stuck_days })?;
    }
    Ok(())
}

/// Changes what a stage is. Doing it twice is doing it once.
pub fn change_stage(tx: &mut Tx, by: &Me, id: StageId, to: &NewStage) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let before = find_stage(tx, id)?;
    let name = to.checked(tx, Some(id))?;
    let same = (before.means, before.tone, before.stuck_days) == (to.means, to.tone, to.stuck_days);
    if same && before.name == name {
        return Ok(());
    }
    tx.execute(
        "UPDATE stages SET name = $2, means = $3, tone = $4, stuck_days = $5 WHERE id = $1",
        &[id.into(), name.as_str().into(), to.means.into(), to.tone.into(), to.stuck_days.into()],
    )?;
    record(tx, by, &Change::StageChanged { name })
}

/// Puts the stages in an order; each of those that are offered is named once.
pub fn arrange_stages(tx: &mut Tx, by: &Me, order: &[StageId]) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let known = stages(tx)?;
    let named = |it: &Stage| order.iter().filter(|id| **id == it.id).count() == 1;
    if known.len() != order.len() || !known.iter().all(named) {
        return Err(invalid("order", "Name each stage that is offered once."));
    }
    for (at, id) in order.iter().enumerate() {
        let place: tend_store::Value = (at as i64 + 1).into();
        tx.execute(
            "UPDATE stages SET position = $2 WHERE id = $1",
            &[(*id).into(), place.clone()],
        )?;
        tx.execute(
            "UPDATE account_figures SET stage_place = $2 WHERE stage_id = $1 AND stage_place <> $2",
            &[(*id).into(), place],
        )?;
    }
    record(tx, by, &Change::SettingChanged { name: "stages".to_owned() })
}

/// Offers a stage no more. Accounts that stand in it stay there.
pub fn archive_stage(tx: &mut Tx, by: &Me, id: StageId) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let it = find_stage(tx, id)?;
    if it.archived {
        return Ok(());
    }
    let now = tx.now();
    tx.execute("UPDATE stages SET archived_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    record(tx, by, &Change::StageArchived { name: it.name })
}

fn record(tx: &mut Tx, by: &Me, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(by.id), Subject::company(), change)
}
