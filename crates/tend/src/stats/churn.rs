//! `tend stats churn`: who will leave, learnt from one table and tried on another.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tend_stats::churn::{Model, Note, NoteKind, Options, Overlap, Report, Table, learn, overlap};
use tend_stats::metrics::{Evaluation, evaluate};

use super::{output, pictures, rows};

/// Learn who leaves from one CSV file and foretell it for another. The learner is chosen by
/// what it foretells of training rows that it has not seen; the test rows only judge it.
#[derive(Args)]
pub struct Churn {
    /// A CSV file of customers whose outcome is known.
    #[arg(long, value_name = "FILE")]
    pub train: PathBuf,
    /// A CSV file of customers to foretell. With the target column it judges; without, not.
    #[arg(long, value_name = "FILE")]
    pub test: PathBuf,
    /// The column of the outcome.
    #[arg(long, value_name = "COLUMN")]
    pub target: String,
    /// The value that means "left"; by default yes, true, 1 and the like, else the rarer one.
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
    /// Leave this column out. May be given several times.
    #[arg(long, value_name = "COLUMN", num_args = 1..)]
    pub drop: Vec<String>,
    /// Keep this column although it looks like an identifier or a leak.
    #[arg(long, value_name = "COLUMN", num_args = 1..)]
    pub keep: Vec<String>,
    /// Write a CSV of row and probability, in the order of the test rows.
    #[arg(long, value_name = "FILE")]
    pub predictions: Option<PathBuf>,
    /// Draw the reliability diagram into this SVG.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer<'a> {
    learner: &'a str,
    why: &'a str,
    /// How good the probabilities are on the test rows; null if these have no outcomes, or all
    /// the same.
    test: Option<Evaluation>,
    test_rows: usize,
    /// Sentences about the test file.
    test_notes: Vec<String>,
    overlap: Overlap,
    training: &'a Report,
}

/// Learns, foretells, judges.
pub fn run(it: &Churn) -> Result<()> {
    let ((train, train_notes), (test, read_notes)) = (read(&it.train)?, read(&it.test)?);
    let options = Options {
        target: it.target.clone(),
        positive: it.positive.clone(),
        drop: it.drop.clone(),
        keep: it.keep.clone(),
    };
    let model = learn(&train, &options).with_context(|| it.train.display().to_string())?;
    let of_test = || it.test.display().to_string();
    let (probabilities, notes) = model.predict(&test).with_context(of_test)?;
    if let Some(path) = &it.predictions {
        let lines = probabilities.iter().enumerate();
        let lines = lines.map(|(row, p)| vec![(row + 1).to_string(), p.to_string()]);
        output::csv(path, &["row", "probability"], lines)?;
    }
    let notes = notes.into_iter().map(|Note { text, .. }| text);
    let mut test_notes: Vec<String> = read_notes.into_iter().chain(notes).collect();
    let judged = judge(&model, &test, &probabilities, &mut test_notes).with_context(of_test)?;
    let overlap = overlap(&train, &test)?;
    test_notes.extend(overlap.warning.clone());
    if it.plot.is_some() {
        let shown = judged.as_ref().unwrap_or(&model.report().out_of_fold);
        output::plot(it.plot.as_deref(), || pictures::reliability(shown, judged.is_some()))?;
    }
    let mut report = model.report().clone();
    let of_file = |text| Note { kind: NoteKind::Rows, column: None, text };
    report.notes.extend(train_notes.into_iter().map(of_file));
    output::print(&Answer {
        learner: &report.chosen,
        why: &report.why,
        test: judged,
        test_rows: test.rows(),
        test_notes,
        overlap,
        training: &report,
    })
}

/// The figures over the test rows whose outcome is known.
fn judge(
    model: &Model,
    test: &Table,
    probabilities: &[f64],
    notes: &mut Vec<String>,
) -> Result<Option<Evaluation>> {
    let Some(outcomes) = model.outcomes(test)? else {
        let target = &model.report().target;
        notes.push(format!("The test rows have no column {target}, so nothing can be judged."));
        return Ok(None);
    };
    let known = probabilities.iter().zip(outcomes).filter_map(|(p, y)| Some((*p, y?)));
    let (probabilities, outcomes): (Vec<f64>, Vec<bool>) = known.unzip();
    if outcomes.len() < test.rows() {
        let blank = test.rows() - outcomes.len();
        notes.push(format!("{blank} test rows have no outcome and are not judged by."));
    }
    match evaluate(&probabilities, &outcomes) {
        Ok(figures) => Ok(Some(figures)),
        Err(error) => {
            notes.push(error.to_string());
            Ok(None)
        }
    }
}

/// The cells of a file, and what a reader has to know of how it was read.
fn read(path: &Path) -> Result<(Table, Vec<String>)> {
    let mut rows = rows::Rows::open(path)?;
    let file = rows.file.clone();
    let mut table = Table::new(&rows.header).with_context(|| file.clone())?;
    let mut record = csv::StringRecord::new();
    while rows.read(&mut record)? {
        let comma = rows.decimal_comma;
        let cells: Vec<Cow<'_, str>> =
            record.iter().map(|it| if comma { with_point(it) } else { it.into() }).collect();
        table.push(cells.iter().map(|cell| &**cell)).with_context(|| file.clone())?;
    }
    if table.rows() == 0 {
        anyhow::bail!("{file} has no rows after its header.");
    }
    Ok((table, rows.notes()))
}

/// A number with a decimal comma, with a point; anything else as it is.
fn with_point(cell: &str) -> Cow<'_, str> {
    let of_number = |c: char| c.is_ascii_digit() || " ,+-%$€£".contains(c);
    let around = |(before, after): (&str, &str)| {
        before.ends_with(|c: char| c.is_ascii_digit())
            && after.starts_with(|c: char| c.is_ascii_digit())
    };
    let is = cell.matches(',').count() == 1
        && cell.split_once(',').is_some_and(around)
        && cell.chars().all(of_number);
    if is { cell.replace(',', ".").into() } else { cell.into() }
}
