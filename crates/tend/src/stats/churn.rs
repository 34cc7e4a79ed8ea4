//! `tend stats churn`: who will leave, learnt from one table and tried on another.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use tend_stats::churn::{Model, Note, Options, Overlap, Report, Table, learn, overlap};
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
    let (train, test) = (read(&it.train)?, read(&it.test)?);
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
    let mut test_notes: Vec<String> = notes.into_iter().map(|Note { text, .. }| text).collect();
    let judged = judge(&model, &test, &probabilities, &mut test_notes).with_context(of_test)?;
    let overlap = overlap(&train, &test)?;
    test_notes.extend(overlap.warning.clone());
    if it.plot.is_some() {
        let shown = judged.as_ref().unwrap_or(&model.report().out_of_fold);
        output::plot(it.plot.as_deref(), || pictures::reliability(shown, judged.is_some()))?;
    }
    let report = model.report();
    output::print(&Answer {
        learner: &report.chosen,
        why: &report.why,
        test: judged,
        test_rows: test.rows(),
        test_notes,
        overlap,
        training: report,
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

fn read(path: &Path) -> Result<Table> {
    let of_file = || path.display().to_string();
    let mut reader = rows::reader(path)?;
    let header = reader.byte_headers().with_context(of_file)?;
    let names: Vec<String> =
        header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut table = Table::new(&names).with_context(of_file)?;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).with_context(of_file)? {
        let cells: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
        table.push(cells.iter().map(|cell| &**cell)).with_context(of_file)?;
    }
    if table.rows() == 0 {
        anyhow::bail!("{} has no rows after its header.", path.display());
    }
    Ok(table)
}
