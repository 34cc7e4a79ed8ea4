//! Tend: the program. It reads what it is told, puts the parts together and runs them.

mod cli;
mod commands;
mod config;
mod demo;
mod folder;
mod key;
mod log;
mod open;
mod serve;
mod stats;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use cli::{Cli, Command};

/// A page is thousands of small texts, and the system's own allocator took a fifth of the time
/// of making one; this one takes a tenth, and gives back what a burst has left.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tend: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    // One library of cryptography for all that speaks TLS; a second call changes nothing.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let Cli { common, serve, command } = cli;
    match command {
        None => serve::run(&common, serve),
        Some(Command::Serve(it)) => serve::run(&common, it),
        Some(Command::Agent(it)) => commands::agent::run(&common, it),
        Some(Command::Token(it)) => commands::token::run(&common, it),
        Some(Command::Import(it)) => commands::import::run(&common, it),
        Some(Command::Backup(it)) => commands::backup::take(&common, it),
        Some(Command::Restore(it)) => commands::backup::restore(&common, it),
        Some(Command::Move(it)) => commands::moving::run(&common, &it),
        Some(Command::Check(it)) => match commands::check::run(&common, &it)? {
            true => Ok(()),
            false => anyhow::bail!("something is wrong"),
        },
        Some(Command::Seed(it)) => commands::seed::run(&common, &it),
        Some(Command::Stats(it)) => stats::run(*it),
        Some(Command::Hold) => commands::hold::hold(&common),
        Some(Command::Release) => commands::hold::release(&common),
        Some(Command::Config) => {
            print!("{}", config::MANUAL);
            Ok(())
        }
    }
}
