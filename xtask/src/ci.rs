//! The steps of CI. What is not in here is not checked.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{count::Count, licences, root, server::Server, tidy};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// The code is formatted.
    Fmt,
    /// What is forbidden, how big things may be, who may know whom.
    Tidy,
    /// What the dependencies may be.
    Licences,
    /// Clippy has nothing to say.
    Clippy,
    /// All tests, on SQLite and on PostgreSQL.
    Tests,
    /// Journeys through the screens in a browser.
    E2e,
}

struct Outcome {
    step: Step,
    took: Duration,
    count: Count,
}

/// Runs the steps in order, all of them even if one fails, and closes with the sum.
pub fn run(only: &[Step]) -> Result<Count> {
    let mut outcomes = Vec::new();
    for step in Step::value_variants() {
        if !only.is_empty() && !only.contains(step) {
            continue;
        }
        println!("\n── {} ──", name(*step));
        let began = Instant::now();
        let count = step.run().unwrap_or_else(|error| {
            println!("error: {error:#}");
            Count::ONE_FAILED
        });
        outcomes.push(Outcome { step: *step, took: began.elapsed(), count });
    }
    Ok(close(&outcomes))
}

fn close(outcomes: &[Outcome]) -> Count {
    let mut sum = Count::default();
    println!();
    for Outcome { step, took, count } in outcomes {
        let result = match *count {
            Count { passed: 0, failed: 0, .. } => "well".to_owned(),
            count => count.to_string(),
        };
        println!("{:<10}{:>8.1} s   {result}", name(*step), took.as_secs_f64());
        sum += *count;
    }
    println!("\n{sum}");
    sum
}

fn name(step: Step) -> String {
    step.to_possible_value().map(|it| it.get_name().to_owned()).unwrap_or_default()
}

impl Step {
    fn run(self) -> Result<Count> {
        match self {
            Self::Fmt => quiet(cargo(&["fmt", "--all", "--check"])),
            Self::Tidy => tidy::run(),
            Self::Licences => licences::run(),
            Self::Clippy => quiet(cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--quiet",
                "--",
                "--deny",
                "warnings",
            ])),
            Self::Tests => tests(),
            Self::E2e => e2e(),
        }
    }
}

/// The suite runs each test on both databases; one PostgreSQL serves them all.
fn tests() -> Result<Count> {
    let given = std::env::var("TEND_TEST_POSTGRES").ok();
    let server = given.is_none().then(|| Server::start(false));
    let url = server.as_ref().map(|it| it.url().to_owned()).or(given).unwrap_or_default();
    let mut command = match has_nextest() {
        true => cargo(&["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]),
        false => cargo(&["test", "--workspace", "--locked", "--no-fail-fast", "--all-targets"]),
    };
    command.env("TEND_TEST_POSTGRES", url);
    if std::env::var_os("TEND_STATS_DATA").is_none() {
        command.env("TEND_STATS_DATA", published_data()?);
    }
    counted(&mut command)
}

/// The published data that the mathematics is measured by, fetched once for all clones.
fn published_data() -> Result<PathBuf> {
    let cache = std::env::var_os("HOME").map(|it| PathBuf::from(it).join(".cache"));
    let folder = cache.unwrap_or_else(|| root().join("target")).join("tend-test-data");
    let fetch = root().join("crates/tend_stats/data.sh");
    let status = Command::new("bash").arg(fetch).arg(&folder).status()?;
    match status.success() {
        true => Ok(folder),
        false => bail!("the published data of tend_stats could not be fetched from PyPI"),
    }
}

/// The journeys start the program that they go through, so it is built first.
fn e2e() -> Result<Count> {
    // Built as the tests build it: on its own its dependencies have other features, and all of
    // them would be compiled once more.
    let built = quiet(cargo(&["test", "--workspace", "--locked", "--quiet", "--no-run"]))?;
    if built.failed > 0 {
        return Ok(built);
    }
    let folder = root().join("e2e");
    let mut install = Command::new("npm");
    install.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    let installed = quiet(install)?;
    if installed.failed > 0 {
        return Ok(installed);
    }
    let mut journeys = Command::new("node");
    counted(journeys.current_dir(&folder).arg("run.mjs"))
}

pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.args(args).current_dir(root());
    // Cargo sets these for us, not for what we start.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

fn has_nextest() -> bool {
    cargo(&["nextest", "--version"]).output().is_ok_and(|it| it.status.success())
}

/// For a command that has no count of its own: it counts only if it fails.
fn quiet(mut command: Command) -> Result<Count> {
    let status = command.status().with_context(|| format!("{command:?} does not start"))?;
    Ok(if status.success() { Count::default() } else { Count::ONE_FAILED })
}

/// Passes on what the command prints and adds up its closing lines.
fn counted(command: &mut Command) -> Result<Count> {
    let (reader, writer) = std::io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let started = command.spawn();
    let mut child = started.with_context(|| format!("{command:?} does not start"))?;
    // The command holds our ends of the pipe: let go, or it never ends.
    *command = Command::new("true");
    let mut count = Count::default();
    for line in BufReader::new(reader).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        if let Some(more) = Count::of_line(&line) {
            count += more;
        }
    }
    if !child.wait()?.success() && count.failed == 0 {
        count += Count::ONE_FAILED;
    }
    Ok(count)
}
