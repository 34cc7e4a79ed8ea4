//! `tend stats km` and `logrank`: how long customers stay.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use tend_stats::survival::{Curve, GroupTally, Lives, LogRank, Median, kaplan_meier, log_rank};

use super::table::{Column, Table};
use super::{output, pictures};

/// A CSV of customers: how long each was seen, and whether it left then.
#[derive(Args)]
pub struct Input {
    /// A CSV file with a header; - reads the standard input.
    pub file: PathBuf,
    /// The column of times; by default time, duration, tenure, T, week, weeks, month or months.
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// The column that says who left; by default event, E, churn, churned, left, status, arrest.
    #[arg(long, value_name = "COLUMN")]
    pub event: Option<String>,
    /// The value that means "left"; by default 1, yes, true.
    #[arg(long, value_name = "VALUE")]
    pub positive: Option<String>,
}

/// The share that is still there after each time (Kaplan–Meier), with log-log intervals.
#[derive(Args)]
pub struct Km {
    #[command(flatten)]
    pub input: Input,
    /// One curve for each value of this column, and the log-rank test between them.
    #[arg(long, value_name = "COLUMN")]
    pub by: Option<String>,
    /// The level of the intervals.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    pub level: f64,
    /// Tell the share at these times, as in --at 12,24.
    #[arg(long, value_name = "TIMES", value_delimiter = ',')]
    pub at: Vec<f64>,
    /// Draw the curves into this SVG.
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// Whether groups of customers stay equally long (log-rank).
#[derive(Args)]
pub struct LogRankOf {
    #[command(flatten)]
    pub input: Input,
    /// The column of the groups; by default group or by.
    #[arg(long, visible_alias = "group", value_name = "COLUMN")]
    pub by: Option<String>,
}

/// Times and ends of a file.
pub struct Seen {
    pub table: Table,
    pub time: Column,
    pub event: Column,
    pub times: Vec<f64>,
    pub left: Vec<bool>,
}

impl Seen {
    pub fn read(input: &Input) -> Result<Seen> {
        let table = Table::read(&input.file)?;
        let times = ["time", "duration", "tenure", "T", "week", "weeks", "month", "months"];
        let time = table.column(input.time.as_deref(), &times)?;
        let events = ["event", "E", "churn", "churned", "left", "status", "arrest"];
        let event = table.column(input.event.as_deref(), &events)?;
        let times = (0..table.len()).map(|row| match table.number(row, time)? {
            t if t >= 0.0 => Ok(t),
            _ => Err(table.wrong(row, time, "is not a time of 0 or more")),
        });
        let times = times.collect::<Result<_>>()?;
        let left = (0..table.len())
            .map(|row| left(&table, row, event, input.positive.as_deref()))
            .collect::<Result<_>>()?;
        Ok(Seen { time, event, times, left, table })
    }

    pub fn lives(&self) -> Result<Lives> {
        Lives::new(&self.times, &self.left).map_err(|error| self.table.explain(&error))
    }
}

fn left(table: &Table, row: usize, event: Column, positive: Option<&str>) -> Result<bool> {
    let text = table.text(row, event);
    if let Some(positive) = positive {
        return Ok(text == positive);
    }
    match text.trim_end_matches('.').to_ascii_lowercase().as_str() {
        "1" | "1.0" | "yes" | "true" | "y" | "t" => Ok(true),
        "0" | "0.0" | "no" | "false" | "n" | "f" => Ok(false),
        _ => Err(table.wrong(row, event, "is neither 1 nor 0; name what means left: --positive")),
    }
}

#[derive(Serialize)]
struct Group {
    group: String,
    /// The shares that were asked for.
    at: Vec<At>,
    #[serde(flatten)]
    curve: Curve,
}

#[derive(Serialize)]
struct At {
    time: f64,
    survival: f64,
    lower: f64,
    upper: f64,
}

#[derive(Serialize)]
struct Compared {
    statistic: f64,
    degrees: usize,
    p: f64,
    groups: Vec<OneGroup>,
    /// What a reader has to know of how the file was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct OneGroup {
    /// The value of the column.
    group: String,
    n: usize,
    observed: f64,
    expected: f64,
    median: Median,
}

#[derive(Serialize)]
struct Curves {
    model: &'static str,
    level: f64,
    curves: Vec<Group>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_rank: Option<Compared>,
    /// What a reader has to know of how the file was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// The values of a column, in the order of their text, and the place of each row's.
fn groups(table: &Table, column: Column) -> Result<(Vec<String>, Vec<usize>)> {
    if let Some(row) = (0..table.len()).find(|row| table.text(*row, column).is_empty()) {
        return Err(table.wrong(row, column, "names no group"));
    }
    let texts: Vec<&str> = (0..table.len()).map(|row| table.text(row, column)).collect();
    let mut names = texts.clone();
    names.sort_unstable();
    names.dedup();
    if names.len() > 50 {
        bail!("There are {} groups, which are too many to compare; at most 50.", names.len());
    }
    let of = texts.iter().map(|text| names.partition_point(|name| name < text)).collect();
    Ok((names.into_iter().map(str::to_owned).collect(), of))
}

fn curves(seen: &Seen, names: &[String], of: &[usize], it: &Km) -> Result<Vec<Group>> {
    let one = |(group, name): (usize, &String)| {
        let rows: Vec<usize> = (0..of.len()).filter(|&row| of[row] == group).collect();
        let times: Vec<f64> = rows.iter().map(|&row| seen.times[row]).collect();
        let left: Vec<bool> = rows.iter().map(|&row| seen.left[row]).collect();
        let curve = kaplan_meier(&Lives::new(&times, &left)?, it.level)?;
        let at = it.at.iter().map(|&time| {
            let share = curve.at(time);
            At { time, survival: share.value, lower: share.lower, upper: share.upper }
        });
        Ok(Group { group: name.clone(), at: at.collect(), curve })
    };
    let curves: tend_stats::Result<Vec<Group>> = names.iter().enumerate().map(one).collect();
    curves.map_err(|error| seen.table.explain(&error))
}

fn compared(seen: &Seen, names: Vec<String>, of: &[usize]) -> Result<Compared> {
    let test = log_rank(&seen.lives()?, of).map_err(|error| seen.table.explain(&error))?;
    let medians = (0..names.len()).map(|group| {
        let rows: Vec<usize> = (0..of.len()).filter(|&row| of[row] == group).collect();
        let times: Vec<f64> = rows.iter().map(|&row| seen.times[row]).collect();
        let left: Vec<bool> = rows.iter().map(|&row| seen.left[row]).collect();
        Ok(kaplan_meier(&Lives::new(&times, &left)?, 0.95)?.median)
    });
    let medians: tend_stats::Result<Vec<Median>> = medians.collect();
    let medians = medians.context("the medians of the groups")?;
    let one = |((tally, group), median): ((GroupTally, String), Median)| {
        let GroupTally { n, observed, expected, .. } = tally;
        OneGroup { group, n, observed, expected, median }
    };
    let LogRank { statistic, degrees, p, groups } = test;
    let groups = groups.into_iter().zip(names).zip(medians).map(one).collect();
    Ok(Compared { statistic, degrees, p, groups, warnings: seen.table.notes.clone() })
}

/// `tend stats km`.
pub fn km(it: &Km) -> Result<()> {
    let seen = Seen::read(&it.input)?;
    let (names, of) = match &it.by {
        Some(by) => groups(&seen.table, seen.table.column(Some(by), &[])?)?,
        None => (vec!["all".to_owned()], vec![0; seen.table.len()]),
    };
    let curves = curves(&seen, &names, &of, it)?;
    let log_rank = match names.len() > 1 && seen.left.contains(&true) {
        true => Some(compared(&seen, names, &of)?),
        false => None,
    };
    output::plot(it.plot.as_deref(), || {
        pictures::survival(curves.iter().map(|it| (it.group.as_str(), &it.curve)))
    })?;
    let warnings = seen.table.notes.clone();
    output::print(&Curves { model: "Kaplan–Meier", level: it.level, curves, log_rank, warnings })
}

/// `tend stats logrank`.
pub fn logrank(it: &LogRankOf) -> Result<()> {
    let seen = Seen::read(&it.input)?;
    let by = seen.table.column(it.by.as_deref(), &["group", "by"])?;
    let (names, of) = groups(&seen.table, by)?;
    output::print(&compared(&seen, names, &of)?)
}
