//! `tend stats cox`: what makes customers leave sooner.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tend_stats::matrix::Matrix;
use tend_stats::survival::{Cox, Lives, cox};

use super::lives::{Input, Seen};
use super::output;
use super::table::Column;

/// Texts of more kinds than this are no groups.
const MOST_KINDS: usize = 30;

/// Squares of larger numbers leave what a number can hold.
const MOST: f64 = 1e100;

/// What makes customers leave sooner (Cox, with Efron's ties). Texts become one column for
/// each value but the first. A column that follows from those before it, is the same everywhere, or
/// tells without exception who left first has no ratio: it is null, and a warning says why.
#[derive(Args)]
pub struct CoxOf {
    #[command(flatten)]
    pub input: Input,
    /// The columns to look at; by default all others.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Leave this column out. May be given several times.
    #[arg(long, value_name = "COLUMN", num_args = 1..)]
    pub drop: Vec<String>,
    /// The level of the intervals.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    pub level: f64,
    /// Write the ratios and their intervals as CSV.
    #[arg(long, value_name = "FILE")]
    pub ratios: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer {
    model: &'static str,
    #[serde(flatten)]
    fit: Cox,
    /// How many rows were left out because a cell was blank.
    blank_rows: usize,
}

/// `tend stats cox`.
pub fn run(it: &CoxOf) -> Result<()> {
    let seen = Seen::read(&it.input)?;
    let wanted = wanted(it, &seen)?;
    let rows: Vec<usize> = (0..seen.table.len())
        .filter(|&row| wanted.iter().all(|(_, column)| !seen.table.text(row, *column).is_empty()))
        .collect();
    if rows.is_empty() {
        bail!("Each row has a blank cell; leave out the column that is blank: --drop COLUMN.");
    }
    let mut names = Vec::new();
    let mut columns = Vec::new();
    for (name, column) in &wanted {
        for (name, values) in numbers(&seen, name, *column, &rows)? {
            names.push(name);
            columns.push(values);
        }
    }
    let cells: Vec<f64> =
        (0..rows.len()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    let x = Matrix::from_cells(columns.len(), cells)?;
    let times: Vec<f64> = rows.iter().map(|&row| seen.times[row]).collect();
    let left: Vec<bool> = rows.iter().map(|&row| seen.left[row]).collect();
    let mut fit = Lives::new(&times, &left)
        .and_then(|lives| cox(&lives, &x, &names, it.level))
        .map_err(|error| seen.table.explain(&error))?;
    fit.warnings.extend(seen.table.notes.iter().cloned());
    if let Some(path) = &it.ratios {
        let lines = fit.columns.iter().map(|column| {
            let numbers = match &column.effect {
                Some(it) => [it.hazard_ratio, it.lower, it.upper, it.p].map(|it| it.to_string()),
                None => Default::default(),
            };
            std::iter::once(column.name.clone()).chain(numbers).collect()
        });
        output::csv(path, &["column", "hazard_ratio", "lower", "upper", "p"], lines)?;
    }
    let blank_rows = seen.table.len() - rows.len();
    output::print(&Answer { model: "Cox, Efron's ties", fit, blank_rows })
}

fn wanted(it: &CoxOf, seen: &Seen) -> Result<Vec<(String, Column)>> {
    for name in &it.drop {
        seen.table.column(Some(name), &[])?;
    }
    let dropped = |name: &str| it.drop.iter().any(|drop| drop.eq_ignore_ascii_case(name));
    let names: Vec<String> = match it.columns.is_empty() {
        true => seen.table.names().iter().filter(|name| !dropped(name)).cloned().collect(),
        false => it.columns.clone(),
    };
    let mut wanted = Vec::new();
    for name in names {
        let column = seen.table.column(Some(&name), &[])?;
        if column != seen.time && column != seen.event {
            wanted.push((name, column));
        }
    }
    match wanted.is_empty() {
        true => bail!("There is no column besides those of time and event."),
        false => Ok(wanted),
    }
}

/// A column of numbers as it is, one of texts as a column of 0 and 1 for each but the first; one
/// that says the same everywhere as a constant.
fn numbers(
    seen: &Seen,
    name: &str,
    column: Column,
    rows: &[usize],
) -> Result<Vec<(String, Vec<f64>)>> {
    let texts: Vec<&str> = rows.iter().map(|&row| seen.table.text(row, column)).collect();
    let read: Option<Vec<f64>> = texts.iter().map(|text| seen.table.parsed(text)).collect();
    if let Some(read) = read {
        if let Some(at) = read.iter().position(|number| number.abs() > MOST) {
            return Err(seen.table.wrong(rows[at], column, "is too large to reckon with"));
        }
        return Ok(vec![(name.to_owned(), read)]);
    }
    let mut kinds = texts.clone();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() == 1 {
        return Ok(vec![(name.to_owned(), vec![0.0; texts.len()])]);
    }
    if kinds.len() > MOST_KINDS {
        bail!(
            "Column {name} has {} different texts, which are no groups; leave it out: --drop.",
            kinds.len()
        );
    }
    let ones = |kind: &str| texts.iter().map(|text| f64::from(u8::from(*text == kind))).collect();
    Ok(kinds.iter().skip(1).map(|kind| (format!("{name}={kind}"), ones(kind))).collect())
}
