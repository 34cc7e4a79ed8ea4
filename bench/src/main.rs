//! The bars of one node on two cores, measured on the program as people run it, each beside a
//! baseline of the same run. `cargo xtask bench` builds both and starts this.

mod bars;
mod campaign;
mod client;
mod data;
mod figures;
mod health;
mod intake;
mod live;
mod pages;
mod portfolio;
mod program;
mod raw;
mod recommend;
mod start;
mod usage;

/// The private PostgreSQL of the tests.
#[path = "../../crates/tend_testkit/src/server.rs"]
#[expect(dead_code, reason = "the tests use more of it than we do")]
mod server;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;

use bars::Bars;
use program::{Database, Program};

/// Measures the bars.
#[derive(Parser)]
pub struct Wish {
    /// The program to measure.
    #[arg(long)]
    tend: PathBuf,
    /// Where seeded data is kept for the next run.
    #[arg(long)]
    keep: PathBuf,
    /// Exit with 1 when a bar is missed.
    #[arg(long)]
    strict: bool,
    /// Write the figures to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Messages in the large database, ten of them to a conversation.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    messages: usize,
    /// Messages in PostgreSQL's large database.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    postgres_messages: usize,
    /// Usage events whose room is measured.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    events: u64,
    /// Contacts whom a campaign reaches.
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    contacts: u64,
    /// Leave PostgreSQL out.
    #[arg(long)]
    no_postgres: bool,
    /// Seconds for each round of a load.
    #[arg(long, value_name = "N", default_value_t = 3)]
    seconds: u64,
    /// Only the parts whose names begin so: start, intake, pages, portfolio, health, live,
    /// usage, recommend, campaign.
    #[arg(long, value_name = "PART")]
    only: Vec<String>,
}

impl Wish {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|it| part.starts_with(it.as_str()))
    }
}

fn main() -> ExitCode {
    let wish = Wish::parse();
    match run(&wish) {
        Ok(bars) if wish.strict && bars.missed() > 0 => ExitCode::FAILURE,
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Part of the name of kept data: another when what is seeded changes.
const SCHEMA: &str = "4";

/// The small database, beside which the large one is compared.
const SMALL: usize = 10_000;

fn run(wish: &Wish) -> Result<Bars> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut bars = Bars::default();
    println!("{}\n", bars::machine());
    if wish.wants("start") {
        bars.add(start::binary(&wish.tend)?);
        bars.extend(start::cold(&wish.tend, &runtime)?);
    }
    sqlite(wish, &runtime, &mut bars)?;
    if !wish.no_postgres {
        postgres(wish, &runtime, &mut bars)?;
    }
    bars.print_sum();
    if let Some(file) = &wish.json {
        std::fs::write(file, bars.json()?).with_context(|| format!("{}", file.display()))?;
    }
    Ok(bars)
}

fn sqlite(wish: &Wish, runtime: &tokio::runtime::Runtime, bars: &mut Bars) -> Result<()> {
    if wish.wants("intake") {
        bars.extend(intake::sqlite(wish, runtime)?);
    }
    if wish.wants("usage") {
        bars.extend(usage::sqlite(wish, runtime)?);
    }
    if wish.wants("pages") {
        let small = data::seeded(&wish.tend, &wish.keep, SMALL)?;
        let large = data::seeded(&wish.tend, &wish.keep, wish.messages)?;
        let small = Program::start(&wish.tend, &small, &Database::Sqlite)?;
        let large = Program::start(&wish.tend, &large, &Database::Sqlite)?;
        bars.extend(pages::compare(runtime, &small, &large, wish.messages, bars::Side::Bar)?);
    }
    if wish.wants("portfolio") {
        let folder = data::accounts(&wish.tend, &wish.keep, portfolio::ACCOUNTS)?;
        let program = Program::start(&wish.tend, &folder, &Database::Sqlite)?;
        bars.extend(portfolio::measure(runtime, &program)?);
    }
    if wish.wants("health") {
        bars.extend(health::measure(&wish.tend, &wish.keep)?);
    }
    if wish.wants("recommend") {
        bars.extend(recommend::measure(&wish.tend)?);
    }
    if wish.wants("campaign") {
        bars.extend(campaign::measure(wish, runtime)?);
    }
    if wish.wants("live") {
        let small = data::copy(&data::seeded(&wish.tend, &wish.keep, SMALL)?)?;
        let program = Program::start(&wish.tend, small.path(), &Database::Sqlite)?;
        bars.extend(live::measure(runtime, &program, bars::Side::Bar)?);
    }
    Ok(())
}

fn postgres(wish: &Wish, runtime: &tokio::runtime::Runtime, bars: &mut Bars) -> Result<()> {
    if !["intake", "pages", "live", "usage"].iter().any(|it| wish.wants(it)) {
        return Ok(());
    }
    println!("\nPostgreSQL, on the same two cores");
    let server = server::Server::start(true);
    let (small, large) =
        (data::Seeded::postgres(&server, "small")?, data::Seeded::postgres(&server, "large")?);
    small.fill(&wish.tend, SMALL)?;
    let small = small.start(&wish.tend)?;
    if wish.wants("intake") {
        bars.extend(intake::postgres(wish, &small, runtime)?);
    }
    if wish.wants("usage") {
        bars.extend(usage::postgres(wish, &small, runtime)?);
    }
    if wish.wants("pages") {
        large.fill(&wish.tend, wish.postgres_messages)?;
        let large = large.start(&wish.tend)?;
        let side = bars::Side::Beside;
        bars.extend(pages::compare(runtime, &small, &large, wish.postgres_messages, side)?);
    }
    if wish.wants("live") {
        bars.extend(live::measure(runtime, &small, bars::Side::Beside)?);
    }
    Ok(())
}
