//! From a table to a model.

use serde::Serialize;

use super::blend::{Choice, choose};
use super::candidates::{Candidate, Learnt, try_all};
use super::explain::{Explanation, explain};
use super::field::{Field, UNSEEN, Values};
use super::folds::{side_by_side, some};
use super::outcome::Outcomes;
use super::screen::{Note, NoteKind, Screened, pick, screen};
use super::table::Table;
use crate::metrics::{Evaluation, evaluate};
use crate::special::logistic;
use crate::{Error, Result};

/// With fewer events, or fewer others, nothing is learnt.
const LEAST: usize = 5;

/// Trees compete from so many events on.
const FOR_TREES: usize = 100;

/// More cells than this (rows × columns) are sampled to choose by …
const CHOOSE_BY: usize = 600_000;

/// … and to learn from.
const LEARN_FROM: usize = 4_000_000;

/// What to learn.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The column of the outcome.
    pub target: String,
    /// The value that is the event. If absent: the one whose name says so (yes, true, 1 …),
    /// else the rarer.
    pub positive: Option<String>,
    /// Columns to leave out.
    pub drop: Vec<String>,
    /// Columns to keep although they look like identifiers or leaks.
    pub keep: Vec<String>,
}

/// What was learnt, and how.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The column of the outcome.
    pub target: String,
    /// The value that is the event.
    pub positive: String,
    /// How many rows were learnt from.
    pub rows: usize,
    /// How many of them are events.
    pub events: usize,
    /// The columns that were learnt from.
    pub columns: Vec<String>,
    /// The learner.
    pub chosen: String,
    /// Why it and not another.
    pub why: String,
    /// All learners, from simple to complicated.
    pub candidates: Vec<Candidate>,
    /// How the calibration stretched the log-odds.
    pub calibration_slope: f64,
    /// What is to be expected of rows like these: all figures, out of fold.
    pub out_of_fold: Evaluation,
    /// What should be known.
    pub notes: Vec<Note>,
}

/// Something that foretells.
#[derive(Debug, Clone)]
pub struct Model {
    fields: Vec<Field>,
    names: Vec<String>,
    learnt: Vec<Learnt>,
    choice: Choice,
    outcomes: Outcomes,
    report: Report,
}

/// Learns from a table.
///
/// # Errors
/// No such column, a target without two values, fewer than five events or five others, no
/// column that could help.
pub fn learn(train: &Table, options: &Options) -> Result<Model> {
    let target = train.own_name(&options.target)?;
    let own = |names: &[String]| -> Result<Vec<String>> {
        names.iter().map(|name| train.own_name(name)).collect()
    };
    let (drop, keep) = (own(&options.drop)?, own(&options.keep)?);
    let outcomes = Outcomes::of(train, &target, options.positive.as_deref())?;
    let all = outcomes.read(train)?;
    let rows: Vec<usize> = (0..train.rows()).filter(|&row| all[row].is_some()).collect();
    let y: Vec<bool> = rows.iter().filter_map(|&row| all[row]).collect();
    enough(&y, &outcomes)?;
    let Screened { fields, values, mut notes } = screen(train, &rows, &y, &target, &drop, &keep)?;
    if fields.is_empty() {
        return Err(Error::NoAnswer("No column is left that could help.".into()));
    }
    about_rows(&mut notes, &outcomes, train.rows() - rows.len());
    let (choice, learnt) = compete(&values, &y, &mut notes)?;
    let odds: Vec<f64> = choice.odds.iter().map(|l| logistic(*l)).collect();
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    let report = Report {
        target: outcomes.target.clone(),
        positive: outcomes.positive.clone(),
        rows: y.len(),
        events: y.iter().filter(|y| **y).count(),
        columns: names.clone(),
        chosen: choice.chosen.clone(),
        why: choice.why.clone(),
        candidates: choice.candidates.clone(),
        calibration_slope: choice.calibration.weights.iter().sum(),
        out_of_fold: evaluate(&odds, &some_outcomes(&y, odds.len(), &values))?,
        notes,
    };
    Ok(Model { fields, names, learnt, choice, outcomes, report })
}

fn enough(y: &[bool], outcomes: &Outcomes) -> Result<()> {
    let events = y.iter().filter(|y| **y).count();
    let (value, has) = if events < LEAST {
        (outcomes.positive.clone(), events)
    } else if y.len() - events < LEAST {
        (outcomes.others.join(" or "), y.len() - events)
    } else {
        return Ok(());
    };
    Err(Error::NoAnswer(format!(
        "Not enough outcomes to know: {has} rows have {value} in column {}, and it takes {LEAST}.",
        outcomes.target
    )))
}

fn about_rows(notes: &mut Vec<Note>, outcomes: &Outcomes, blank: usize) {
    if outcomes.guessed {
        let text = format!(
            "{} counts as the event because it is the rarer value of {}; name another if it is not.",
            outcomes.positive, outcomes.target
        );
        notes.push(Note::of(NoteKind::Target, &outcomes.target, text));
    }
    if blank > 0 {
        let text = format!("{blank} rows have no {} and are left out.", outcomes.target);
        notes.push(Note::general(NoteKind::Rows, text));
    }
}

/// Lets the learners compete on (a sample of) the rows, and learns the winner from all.
fn compete(values: &[Values], y: &[bool], notes: &mut Vec<Note>) -> Result<(Choice, Vec<Learnt>)> {
    let sample = chosen_rows(values, y.len(), CHOOSE_BY);
    let (sampled, of) = taken(values, y, &sample);
    let events = of.iter().filter(|y| **y).count();
    let (least, others) = (events.min(of.len() - events), of.len());
    if least < LEAST {
        return Err(Error::NoAnswer(format!(
            "Not enough outcomes to know: a sample of {others} rows has {least} of the rarer one."
        )));
    }
    let tried = try_all(&sampled, &of, least >= FOR_TREES, others <= 20_000)?;
    let choice = choose(&tried, 2, &of)?;
    let all = chosen_rows(values, y.len(), LEARN_FROM);
    let (part, part_y) = taken(values, y, &all);
    if all.len() < y.len() || sample.len() < y.len() {
        let text = format!(
            "Of {} rows, {} were drawn to choose by and {} to learn from.",
            y.len(),
            sample.len(),
            all.len()
        );
        notes.push(Note::general(NoteKind::Rows, text));
    }
    let learnt =
        side_by_side(choice.ways.len(), |at| tried[choice.ways[at]].way.learn(&part, &part_y));
    Ok((choice, learnt.into_iter().collect::<Result<_>>()?))
}

fn chosen_rows(values: &[Values], rows: usize, cells: usize) -> Vec<usize> {
    some(rows, (cells / values.len().max(5)).max(2000), 5)
}

fn taken(values: &[Values], y: &[bool], rows: &[usize]) -> (Vec<Values>, Vec<bool>) {
    (values.iter().map(|v| pick(v, rows)).collect(), rows.iter().map(|&row| y[row]).collect())
}

/// The outcomes of the rows that were chosen by.
fn some_outcomes(y: &[bool], wanted: usize, values: &[Values]) -> Vec<bool> {
    match wanted == y.len() {
        true => y.to_vec(),
        false => chosen_rows(values, y.len(), CHOOSE_BY).into_iter().map(|row| y[row]).collect(),
    }
}

impl Model {
    /// What was learnt, and how.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The probability of each row, and notes about cells that could not be read or texts that
    /// were not seen.
    ///
    /// # Errors
    /// A column is missing.
    pub fn predict(&self, table: &Table) -> Result<(Vec<f64>, Vec<Note>)> {
        let (values, notes) = self.read(table)?;
        let mut odds = vec![self.choice.calibration.intercept; table.rows()];
        // In pieces, so that a million rows are never wide all at once.
        for start in (0..table.rows()).step_by(10_000) {
            let rows = start..(start + 10_000).min(table.rows());
            for (learnt, weight) in self.learnt.iter().zip(&self.choice.calibration.weights) {
                let columns = learnt.columns(&values, rows.clone());
                for row in rows.clone() {
                    odds[row] += weight * learnt.log_odds(columns.row(row - start));
                }
            }
        }
        Ok((odds.into_iter().map(logistic).collect(), notes))
    }

    /// The outcome of each row, if the table has the target; blank ones are None.
    ///
    /// # Errors
    /// A value that the training rows don't have; the sentence names the row.
    pub fn outcomes(&self, table: &Table) -> Result<Option<Vec<Option<bool>>>> {
        match table.position(&self.outcomes.target) {
            Some(_) => self.outcomes.read(table).map(Some),
            None => Ok(None),
        }
    }

    /// Why each of these rows has its probability.
    ///
    /// # Errors
    /// A column is missing, or there is no such row.
    pub fn explain(&self, table: &Table, rows: &[usize]) -> Result<Vec<Explanation>> {
        let (values, _) = self.read(table)?;
        if let Some(row) = rows.iter().find(|row| **row >= table.rows()) {
            return Err(Error::BadQuestion(format!("There is no row {}.", row + 1)));
        }
        let one = |&row| explain(&self.learnt, &self.choice, &self.names, &values, row);
        Ok(rows.iter().map(one).collect())
    }

    fn read(&self, table: &Table) -> Result<(Vec<Values>, Vec<Note>)> {
        let mut notes = Vec::new();
        let mut all = Vec::new();
        for field in &self.fields {
            let (values, odd) = field.read(table, table.require(&field.name)?);
            notes.extend(odd.map(|odd| Note::odd(&field.name, &odd)));
            if let Values::Codes(codes) = &values {
                let unseen = codes.iter().filter(|code| **code == UNSEEN).count();
                if unseen > 0 {
                    let text = format!(
                        "Column {}: {unseen} rows have a text that the training rows don't have.",
                        field.name
                    );
                    notes.push(Note::of(NoteKind::Unreadable, &field.name, text));
                }
            }
            all.push(values);
        }
        Ok((all, notes))
    }
}
