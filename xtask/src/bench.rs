//! What needs the release build.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{ci::cargo, count::Count, root};

pub fn bench(args: &[String]) -> Result<Count> {
    build(&["--package", "tend", "--package", "bench"])?;
    let mut command = Command::new(built("bench"));
    command.arg("--tend").arg(built("tend")).arg("--keep").arg(target().join("bench"));
    run(command.args(args))
}

pub fn seed(args: &[String]) -> Result<Count> {
    build(&["--package", "tend"])?;
    run(Command::new(built("tend")).arg("seed").args(args))
}

fn build(what: &[&str]) -> Result<()> {
    let status = cargo(&["build", "--release", "--locked", "--quiet"]).args(what).status()?;
    match status.success() {
        true => Ok(()),
        false => bail!("the release build failed"),
    }
}

fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

fn built(name: &str) -> std::path::PathBuf {
    target().join("release").join(name)
}

fn run(command: &mut Command) -> Result<Count> {
    let status = command.status().with_context(|| format!("{command:?} does not start"))?;
    Ok(if status.success() { Count::default() } else { Count::ONE_FAILED })
}
