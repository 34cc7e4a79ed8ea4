//! What one does to the code: check it, keep it tidy.

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
    /// Compares the licences and names of all dependencies with deny.toml.
    Licences,
}

fn main() -> ExitCode {
    let it = Xtask::parse();
    let done = match it.what {
        What::Ci { steps } => ci::run(&steps),
        What::Tidy => tidy::run(),
        What::Licences => licences::run(),
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
