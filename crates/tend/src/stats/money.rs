//! `tend stats gamma-gamma`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tend_stats::{
    Fit,
    gamma_gamma::{self, Spend},
};

use super::{output, table::Table};

/// A CSV of how often customers bought and what they spent on the mean.
#[derive(Args)]
pub struct GammaGamma {
    /// A CSV file with a header; - reads the standard input.
    pub file: PathBuf,
    /// The column of repeat purchases; by default frequency or x.
    #[arg(long, value_name = "COLUMN")]
    pub frequency: Option<String>,
    /// The column of mean values; by default monetary_value, zbar or mean.
    #[arg(long, value_name = "COLUMN")]
    pub value: Option<String>,
    /// Write each customer's expected value into this CSV, in the order of the rows.
    #[arg(long, value_name = "FILE")]
    pub predictions: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer {
    model: &'static str,
    #[serde(flatten)]
    fit: Fit<gamma_gamma::GammaGamma>,
    /// What a customer of whom nothing is known spends at a time; none if that is infinite.
    expected_mean: Option<f64>,
}

pub fn run(it: &GammaGamma) -> Result<()> {
    let table = Table::read(&it.file)?;
    let x = table.counts(table.column(it.frequency.as_deref(), &["frequency", "x"])?)?;
    let value = table.column(it.value.as_deref(), &["monetary_value", "zbar", "mean"])?;
    let spend = |row: usize| {
        // Without repeat purchases there is no mean of them.
        let mean = if x[row] == 0 { 0.0 } else { table.number(row, value)? };
        Ok(Spend { purchases: x[row], mean })
    };
    let spends = (0..table.len()).map(spend).collect::<Result<Vec<Spend>>>()?;
    let mut fit = gamma_gamma::fit(&spends).map_err(|error| table.explain(&error))?;
    fit.warnings.extend(table.notes.iter().cloned());
    if let Some(path) = &it.predictions {
        let row = |(row, spend): (usize, &Spend)| {
            let expected = fit.model.expected(spend).map(|v| v.to_string()).unwrap_or_default();
            vec![(row + 1).to_string(), spend.purchases.to_string(), expected]
        };
        let header = ["row", "frequency", "expected_value"];
        output::csv(path, &header, spends.iter().enumerate().map(row))?;
    }
    output::print(&Answer { model: "Gamma-Gamma", expected_mean: fit.model.mean(), fit })
}
