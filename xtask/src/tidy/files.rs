use std::{collections::BTreeMap, process::Command};

use anyhow::{Context, Result};

use crate::{root, rust::Source};

/// A text file of ours that git knows, or would know with the next commit.
pub struct File {
    pub path: String,
    pub text: String,
}

pub struct Files {
    pub all: Vec<File>,
    /// Each Rust file, read once for all rules.
    sources: BTreeMap<String, Source>,
}

impl Files {
    pub fn read() -> Result<Self> {
        let mut git = Command::new("git");
        git.current_dir(root());
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let output = git.output().context("git does not start")?;
        anyhow::ensure!(output.status.success(), "git ls-files failed");
        let listed = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
        let paths = listed.split('\0').filter(|it| !it.is_empty());
        let mut all: Vec<File> = paths.filter_map(read).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all.dedup_by(|a, b| a.path == b.path);
        let rust = all.iter().filter(|it| it.path.ends_with(".rs"));
        let sources = rust.map(|it| (it.path.clone(), Source::read(&it.text))).collect();
        Ok(Self { all, sources })
    }

    /// Those with one of these endings that we wrote ourselves.
    pub fn ours<'a>(&'a self, endings: &'a [&str]) -> impl Iterator<Item = &'a File> {
        let ours = self.all.iter().filter(|it| !it.is_vendored());
        ours.filter(|it| endings.iter().any(|ending| it.path.ends_with(ending)))
    }

    pub fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.all.iter().filter_map(|it| Some((it, self.sources.get(&it.path)?)))
    }

    pub fn named(&self, path: &str) -> Option<&File> {
        self.all.iter().find(|it| it.path == path)
    }
}

impl File {
    pub fn is_vendored(&self) -> bool {
        self.path.split('/').any(|it| it == "vendor" || it == "vendored")
    }

    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// The last part of the path without its ending.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default()
    }
}

/// Not what is gone, and not what is no text.
fn read(path: &str) -> Option<File> {
    let text = std::fs::read_to_string(root().join(path)).ok()?;
    Some(File { path: path.to_owned(), text })
}
