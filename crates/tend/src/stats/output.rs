//! What comes out: JSON on the standard output, CSV and pictures in files.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::{Context, Result};
use serde::Serialize;
use tend_views::charts::Lines;

/// Prints an answer.
pub fn print(answer: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(answer)? + "\n";
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Who reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Writes a table.
pub fn csv(path: &Path, header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<()> {
    let told = || format!("{} cannot be written", path.display());
    let mut writer = csv::Writer::from_path(path).with_context(told)?;
    writer.write_record(header).with_context(told)?;
    for row in rows {
        writer.write_record(row).with_context(told)?;
    }
    writer.flush().with_context(told)
}

/// Writes a picture, if one was asked for.
pub fn plot(path: Option<&Path>, picture: impl FnOnce() -> Lines) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let told = || format!("{} cannot be written", path.display());
    fs::write(path, picture().file()).with_context(told)
}
