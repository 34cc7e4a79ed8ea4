//! What one does to the code: check it, keep it tidy.

mod bench;
mod ci;
mod count;
mod licences;
mod metadata;
mod rust;
mod spdx;
mod tidy;

/// The private PostgreSQL of the tests, started once for all of them.
#[path = "../../crates/tend_testkit/src/server.rs"]
#[expect(dead_code, reason = "the tests use more of it than we do")]
mod server;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Entry points for whoever works on Tend.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Runs every check, each a named step with its time, or only the steps named.
    Ci {
        /// Which steps to run; all of them if none is named.
        steps: Vec<ci::Step>,
    },
    /// Looks for what no compiler refuses: sizes, directions, words, leftovers.
    Tidy,
    /// Measures the bars of one node on the release build, each beside a baseline.
    #[command(disable_help_flag = true)]
    Bench {
        /// What the bench takes; --help says it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Fills a database with a large made-up history, as `tend seed` of the release build does.
    #[command(disable_help_flag = true)]
    Seed {
        /// What `tend seed` takes; --help says it.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Compares the licences and names of all dependencies with deny.toml.
    Licences,
}

fn main() -> ExitCode {
    let it = Xtask::parse();
    let done = match it.what {
        What::Ci { steps } => ci::run(&steps),
        What::Tidy => tidy::run(),
        What::Licences => licences::run(),
        What::Bench { args } => bench::bench(&args),
        What::Seed { args } => bench::seed(&args),
    };
    match done {
        Ok(count) if count.failed == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace, whatever the current one is.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Into::into).unwrap_or(here)
}
