use jiff::SignedDuration;
use tend_store::Tx;

use super::{
    Column, Import, ImportId, Mode, State, Target,
    arrive::{own, set_state},
};
use crate::{
    Result,
    agents::Me,
    error::invalid,
    jobs::{self, Job},
};

/// Says what the columns mean, a word for each in the order of the file (empty: left out), and
/// has all rows tried. Nothing is changed yet.
///
/// # Errors
/// Invalid under `column N` or `columns`; Conflict when the rows are being taken in.
pub fn check(tx: &mut Tx, by: &Me, id: ImportId, targets: &[String], mode: Mode) -> Result<()> {
    let it = own(tx, by, id)?;
    let columns = mapped(&it, targets)?;
    let from = [State::Mapping, State::Checking, State::Checked];
    set_state(tx, &it, &from, State::Checking)?;
    tx.execute(
        "UPDATE imports SET columns = $2, mode = $3 WHERE id = $1",
        &[
            id.into(),
            serde_json::to_string(&columns).expect("columns are plain data").into(),
            mode.into(),
        ],
    )?;
    start(tx, id)
}

fn mapped(it: &Import, targets: &[String]) -> Result<Vec<Column>> {
    let mut columns = it.columns();
    let mut seen: Vec<Target> = Vec::new();
    for (at, column) in columns.iter_mut().enumerate() {
        let word = targets.get(at).map_or("", |it| it.trim());
        column.target = word.to_owned();
        if word.is_empty() {
            continue;
        }
        let field = format!("column {}", at + 1);
        let Some(target) = Target::read(it.subject_kind, word) else {
            return Err(invalid(field, "There is no such meaning."));
        };
        let several =
            [Target::Email, Target::Phone, Target::Tags, Target::External, Target::Handle];
        if seen.contains(&target) && !several.contains(&target) {
            return Err(invalid(field, "Another column means this already."));
        }
        seen.push(target);
    }
    let known =
        [Target::Name, Target::Email, Target::Phone, Target::External, Target::Domains, Target::Id];
    match seen.iter().any(|it| known.contains(it)) {
        true => Ok(columns),
        false => {
            Err(invalid("columns", "Say at least which column holds the name or the address."))
        }
    }
}

/// Takes the rows in, those that the check refused left out.
pub fn run(tx: &mut Tx, by: &Me, id: ImportId) -> Result<()> {
    let it = own(tx, by, id)?;
    set_state(tx, &it, &[State::Checked], State::Running)?;
    start(tx, id)
}

fn start(tx: &mut Tx, id: ImportId) -> Result<()> {
    tx.execute(
        "UPDATE imports SET at_row = 0, created_count = 0, changed_count = 0, same_count = 0,
             refused_count = 0,
             repeated_count = CASE WHEN state = 'checking' THEN 0 ELSE repeated_count END
         WHERE id = $1",
        &[id.into()],
    )?;
    tx.execute("DELETE FROM import_problems WHERE import_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM import_keys WHERE import_id = $1", &[id.into()])?;
    let (now, job) = (tx.now(), Job::Import { import: id.to_string() });
    jobs::once(tx, now, &id.to_string(), &job)?;
    Ok(())
}

/// Back to what the columns mean, before anything was taken in.
pub fn again(tx: &mut Tx, by: &Me, id: ImportId) -> Result<()> {
    let it = own(tx, by, id)?;
    set_state(tx, &it, &[State::Mapping, State::Checking, State::Checked], State::Mapping)
}

/// Ends it. What was taken in by then stays. Doing it twice is doing it once.
pub fn cancel(tx: &mut Tx, by: &Me, id: ImportId) -> Result<()> {
    let it = own(tx, by, id)?;
    if it.state == State::Cancelled {
        return Ok(());
    }
    let from = [State::Arriving, State::Mapping, State::Checking, State::Checked, State::Running];
    set_state(tx, &it, &from, State::Cancelled)?;
    end(tx, &it)
}

/// Its rows are not needed any more.
pub(super) fn end(tx: &mut Tx, it: &Import) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE imports SET ended_at = $2 WHERE id = $1", &[it.id.into(), now.into()])?;
    tx.execute("DELETE FROM import_chunks WHERE import_id = $1", &[it.id.into()])?;
    tx.execute("DELETE FROM import_keys WHERE import_id = $1", &[it.id.into()])?;
    Ok(())
}

/// Cancels what nobody came back to for a week. Returns how many that were.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    let before = tx.now() - SignedDuration::from_hours(7 * 24);
    let sql = format!(
        "SELECT {} FROM imports WHERE state IN ('arriving', 'mapping', 'checked')
         AND changed_at < $1 ORDER BY id LIMIT 20",
        super::COLUMNS
    );
    let left: Vec<Import> = tx.rows(&sql, &[before.into()])?;
    for it in &left {
        set_state(tx, it, &[it.state], State::Cancelled)?;
        end(tx, it)?;
    }
    Ok(left.len())
}
