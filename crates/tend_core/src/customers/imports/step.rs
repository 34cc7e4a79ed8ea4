use tend_store::{Tx, Value};

use super::{
    COLUMNS, Column, Import, ImportId, Mode, Outcome, RowProblem, State, Target, account_row,
    cells::{Cells, TagPlan},
    contact_row,
    flow::end,
};
use crate::{
    Result,
    actor::Actor,
    agents::{self, Me, Permission},
    attributes::{self, About, Definition},
    error::not_found,
    fold,
    journal::{self, Change, Subject},
    tags::{self, Tag},
};

/// Rows that one transaction takes.
pub const MOST_AT_ONCE: usize = 100;
/// Problems beyond these are counted and not kept.
const MOST_PROBLEMS: i64 = 1000;

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    More,
    Over,
}

/// What all rows of an import have in common.
pub(super) struct Context {
    pub by: Actor,
    pub me: Me,
    pub mode: Mode,
    pub definitions: Vec<Definition>,
    all_tags: Vec<Tag>,
}

impl Context {
    fn of(tx: &mut Tx, it: &Import, me: Me) -> Result<Self> {
        Ok(Self {
            by: Actor::Agent(me.id),
            me,
            mode: it.mode,
            definitions: attributes::definitions(tx, it.subject_kind)?,
            all_tags: tags::all(tx)?,
        })
    }

    /// The tags that a row names. Who may not make tags can only use those that there are.
    pub fn tags(&self, tx: &mut Tx, cells: &mut Cells) -> Result<Vec<TagPlan>> {
        let mut all = Vec::new();
        for (header, name) in cells.list(&Target::Tags) {
            let name = fold::one_line(&name, 60);
            let folded = fold::fold(&name);
            let known =
                self.all_tags.iter().find(|it| fold::fold(&it.name) == folded).map(|it| it.id);
            let known = match known {
                Some(it) => Some(it),
                None => tags::known(tx, &name)?,
            };
            match known {
                Some(it) => all.push(TagPlan::Known(it)),
                None if self.me.may(Permission::TagsManage) => all.push(TagPlan::New(name)),
                None => cells
                    .problem(header, format!("There is no tag {name}, and you may not make tags.")),
            }
        }
        Ok(all)
    }
}

/// Tries or takes in the next rows, at most `most`, and writes down how far it came, in one
/// transaction. An import that is not under way is over.
pub fn step(tx: &mut Tx, id: ImportId, most: usize) -> Result<Progress> {
    let it = under_way(tx, id)?;
    let Some(it) = it else { return Ok(Progress::Over) };
    let me = match agents::me(tx, it.agent_id) {
        Ok(me) if me.may(Permission::CustomersImport) => me,
        Ok(_) | Err(crate::Error::NotFound(_)) => return stop(tx, &it),
        Err(other) => return Err(other),
    };
    let rows = next_rows(tx, &it, most)?;
    if rows.is_empty() {
        return finish(tx, &it);
    }
    let (context, columns) = (Context::of(tx, &it, me)?, it.columns());
    let mut tally = Tally::default();
    for (number, row) in &rows {
        let cells = Cells::of(it.subject_kind, &columns, row);
        match one(tx, &it, &context, cells, &mut tally)? {
            Ok(Outcome::Created) => tally.created += 1,
            Ok(Outcome::Changed) => tally.changed += 1,
            Ok(Outcome::Same) => tally.same += 1,
            Err(problems) => {
                tally.refused += 1;
                keep(tx, &it, *number, &problems)?;
            }
        }
    }
    tally.add_to(tx, &it, rows.len())?;
    Ok(Progress::More)
}

fn under_way(tx: &mut Tx, id: ImportId) -> Result<Option<Import>> {
    let sql = format!("SELECT {COLUMNS} FROM imports WHERE id = $1");
    let it: Import = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("import"))?;
    Ok(matches!(it.state, State::Checking | State::Running).then_some(it))
}

/// Who brought it has left, or may not import any more.
fn stop(tx: &mut Tx, it: &Import) -> Result<Progress> {
    keep(tx, it, 0, &[(String::new(), "The agent may not import any more.".to_owned())])?;
    tx.execute("UPDATE imports SET state = 'cancelled' WHERE id = $1", &[it.id.into()])?;
    end(tx, it)?;
    Ok(Progress::Over)
}

/// The rows that come next, with their numbers in the file.
fn next_rows(tx: &mut Tx, it: &Import, most: usize) -> Result<Vec<(i64, Vec<String>)>> {
    tend_store::row! {
        struct Chunk {
            first_row: i64,
            rows: String,
        }
    }
    let chunk: Option<Chunk> = tx.maybe(
        "SELECT first_row, rows FROM import_chunks WHERE import_id = $1 AND first_row <= $2
         ORDER BY first_row DESC LIMIT 1",
        &[it.id.into(), it.at_row.into()],
    )?;
    let Some(chunk) = chunk else { return Ok(Vec::new()) };
    let rows: Vec<(i64, Vec<String>)> = serde_json::from_str(&chunk.rows).unwrap_or_default();
    let behind = usize::try_from(it.at_row - chunk.first_row).unwrap_or(usize::MAX);
    Ok(rows.into_iter().skip(behind).take(most).collect())
}

fn one(
    tx: &mut Tx,
    it: &Import,
    context: &Context,
    cells: Cells,
    tally: &mut Tally,
) -> Result<std::result::Result<Outcome, Vec<RowProblem>>> {
    let tries = it.state == State::Checking;
    macro_rules! settle {
        ($plan:expr) => {
            match $plan {
                Err(problems) => Err(problems),
                Ok(plan) if tries => {
                    let outcome = plan.outcome(tx)?;
                    Ok(foreseen(tx, it, outcome, &plan.keys, tally)?)
                }
                Ok(plan) => Ok(plan.apply(tx, context)?),
            }
        };
    }
    Ok(match it.subject_kind {
        About::Account => settle!(account_row::plan(tx, context, cells)?),
        _ => settle!(contact_row::plan(tx, context, cells)?),
    })
}

/// Who would have been made by a row above is not made again by this one.
fn foreseen(
    tx: &mut Tx,
    it: &Import,
    outcome: Outcome,
    keys: &[String],
    tally: &mut Tally,
) -> Result<Outcome> {
    let mut new = true;
    for key in keys {
        let added = tx.execute(
            "INSERT INTO import_keys (import_id, key) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            &[it.id.into(), key.into()],
        )?;
        new &= added == 1;
    }
    if new {
        return Ok(outcome);
    }
    tally.repeated += 1;
    Ok(match outcome {
        Outcome::Created if it.mode == Mode::OnlyNew => Outcome::Same,
        Outcome::Created => Outcome::Changed,
        other => other,
    })
}

#[derive(Default)]
struct Tally {
    created: i64,
    changed: i64,
    same: i64,
    refused: i64,
    repeated: i64,
}

impl Tally {
    fn add_to(&self, tx: &mut Tx, it: &Import, rows: usize) -> Result<()> {
        let now = tx.now();
        tx.execute(
            "UPDATE imports SET at_row = at_row + $2, created_count = created_count + $3,
                 changed_count = changed_count + $4, same_count = same_count + $5,
                 refused_count = refused_count + $6,
                 repeated_count = repeated_count + $7, changed_at = $8
             WHERE id = $1",
            &[
                it.id.into(),
                Value::from(rows),
                self.created.into(),
                self.changed.into(),
                self.same.into(),
                self.refused.into(),
                self.repeated.into(),
                now.into(),
            ],
        )?;
        Ok(())
    }
}

fn keep(tx: &mut Tx, it: &Import, number: i64, problems: &[RowProblem]) -> Result<()> {
    let kept: i64 =
        tx.scalar("SELECT count(*) FROM import_problems WHERE import_id = $1", &[it.id.into()])?;
    if kept >= MOST_PROBLEMS {
        return Ok(());
    }
    for (column, problem) in problems {
        tx.execute(
            "INSERT INTO import_problems (import_id, row_number, column_name, problem)
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            &[it.id.into(), number.into(), column.into(), problem.into()],
        )?;
    }
    Ok(())
}

fn finish(tx: &mut Tx, it: &Import) -> Result<Progress> {
    let now = tx.now();
    if it.state == State::Checking {
        tx.execute(
            "UPDATE imports SET state = 'checked', changed_at = $2 WHERE id = $1",
            &[it.id.into(), now.into()],
        )?;
        tx.execute("DELETE FROM import_keys WHERE import_id = $1", &[it.id.into()])?;
        return Ok(Progress::Over);
    }
    tx.execute(
        "UPDATE imports SET state = 'done', changed_at = $2 WHERE id = $1",
        &[it.id.into(), now.into()],
    )?;
    end(tx, it)?;
    let change = Change::Imported {
        created: it.created_count,
        changed: it.changed_count,
        refused: it.refused_count,
    };
    let subject = Subject::plain("import", it.id.raw());
    journal::record(tx, Actor::Agent(it.agent_id), subject, &change)?;
    Ok(Progress::Over)
}

/// Puts the next row aside with a reason, for one whose row can't be taken in for whatever
/// reason: one row never holds up the rest.
pub fn refuse_next(tx: &mut Tx, id: ImportId, why: &str) -> Result<()> {
    let Some(it) = under_way(tx, id)? else { return Ok(()) };
    if let Some((number, _)) = next_rows(tx, &it, 1)?.first() {
        keep(tx, &it, *number, &[(String::new(), fold::one_line(why, 500))])?;
        Tally { refused: 1, ..Tally::default() }.add_to(tx, &it, 1)?;
    }
    Ok(())
}

/// For who looks at what the columns mean.
impl Column {
    /// Whether it is left out.
    pub fn is_left_out(&self) -> bool {
        self.target.is_empty()
    }
}
