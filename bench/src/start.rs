//! The first moments: size, start, memory before any work.

use std::path::Path;

use anyhow::Result;
use tokio::runtime::Runtime;

use crate::{
    bars::Bar,
    client::{Client, get},
    figures::median,
    program::{Database, Program},
};

const STARTS: usize = 7;

pub fn binary(tend: &Path) -> Result<Bar> {
    let size = std::fs::metadata(tend)?.len() as f64 / 1e6;
    Ok(Bar::at_most("binary, stripped", size, "MB", 45.0))
}

#[expect(clippy::disallowed_methods, reason = "a bench lets time pass")]
pub fn cold(tend: &Path, runtime: &Runtime) -> Result<Vec<Bar>> {
    let (mut times, mut memories, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let place = tempfile::tempdir()?;
        let program = Program::start(tend, place.path(), &Database::Sqlite)?;
        times.push(program.took.as_secs_f64() * 1e3);
        // A person looks once; then it has nothing to do.
        runtime.block_on(async {
            let mut client = Client::connect(&program.address).await?;
            client.send(&get(&program.address, "/start", "")).await
        })?;
        std::thread::sleep(std::time::Duration::from_millis(1500));
        memories.push(program.memory()?);
        drop(program);
        let program = Program::start(tend, place.path(), &Database::Sqlite)?;
        again.push(program.took.as_secs_f64() * 1e3);
    }
    let most = times.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Bar::at_most("cold start to the first 200, empty folder", median(times), "ms", 300.0)
            .beside(format!("median of {STARTS}, at most {most:.0}")),
        Bar::at_most("restart to the first 200", median(again), "ms", 2_000.0),
        Bar::at_most("memory, idle", median(memories), "MB", 60.0),
    ])
}
