//! What cargo knows about the workspace and its dependencies.

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::ci::cargo;

#[derive(Deserialize)]
pub struct Metadata {
    pub packages: Vec<Package>,
}

#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    /// Absent for our own crates.
    pub source: Option<String>,
    pub dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    /// `dev`, `build`, or absent for what the crate itself needs.
    pub kind: Option<String>,
}

impl Package {
    pub fn is_ours(&self) -> bool {
        self.source.is_none()
    }
}

pub fn read() -> Result<Metadata> {
    let mut command = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        "x86_64-unknown-linux-gnu",
    ]);
    let output = command.output().context("cargo metadata does not start")?;
    anyhow::ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).context("cargo metadata in an unknown shape")
}
