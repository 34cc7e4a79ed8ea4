//! What the dependencies may be: `cargo deny` if it is installed, and always a
//! check of our own over `cargo tree`. Both read deny.toml.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{ci::cargo, count::Count, root, spdx};

/// A crate of others that is compiled for us.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
    bans: Bans,
    advisories: Advisories,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
    #[serde(default)]
    clarify: Vec<Clarified>,
}

/// A licence that one crate may have, and others may not.
#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

/// A crate that names its licence by a file alone.
#[derive(Deserialize)]
struct Clarified {
    #[serde(rename = "crate")]
    name: String,
    expression: String,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
struct Advisories {
    ignore: Vec<Ignored>,
}

#[derive(Deserialize)]
struct Ignored {
    id: String,
    reason: String,
}

pub fn run() -> Result<Count> {
    let text = std::fs::read_to_string(root().join("deny.toml")).context("deny.toml")?;
    let deny: Deny = toml::from_str(&text).context("deny.toml")?;
    let foreign = packages()?;
    let mut wrong = Vec::new();
    wrong.extend(foreign.iter().filter_map(|it| licence(&deny.licenses, it)));
    wrong.extend(foreign.iter().filter_map(|it| banned(&deny.bans, it)));
    wrong.extend(unused(&deny.licenses, &foreign));
    for it in deny.advisories.ignore.iter().filter(|it| it.reason.trim().is_empty()) {
        wrong.push(format!("{}: an advisory is ignored for a reason, which is missing", it.id));
    }
    for it in &wrong {
        println!("{it}");
    }
    let doubled = duplicates(&foreign);
    println!("{} dependencies, {} of them in more than one version:", foreign.len(), doubled.len());
    for (name, versions) in &doubled {
        println!("  {name} {}", versions.join(", "));
    }
    if cargo(&["deny", "--version"]).output().is_ok_and(|it| it.status.success()) {
        // Advisories come from the network, which a check must not depend on.
        let status = cargo(&["deny", "check", "licenses", "bans", "sources"]).status()?;
        if !status.success() {
            wrong.push("cargo deny says no".to_owned());
        }
    }
    let failed = wrong.len() as u64;
    Ok(Count { failed, ..Count::default() })
}

/// What cargo really builds. `cargo metadata` also names what no feature asks for.
fn packages() -> Result<BTreeSet<Package>> {
    let line = ["--prefix", "none", "--format", "{p}|{l}"];
    let mut tree = cargo(&["tree", "--workspace", "--edges", "normal,build,dev", "--locked"]);
    let output = tree.args(line).output().context("cargo tree does not start")?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(package).collect())
}

/// From `name v1.2.3 (proc-macro)|MIT (*)`; none for ours, which have a path there.
fn package(line: &str) -> Option<Package> {
    let (package, license) = line.split_once('|')?;
    let mut words = package.split_whitespace();
    let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
    if words.any(|it| it.contains('/')) {
        return None;
    }
    let license = license.trim_end_matches("(*)").trim();
    let license = (!license.is_empty()).then(|| license.to_owned());
    Some(Package { name: name.to_owned(), version: version.to_owned(), license })
}

fn licence(licences: &Licences, package: &Package) -> Option<String> {
    let clarified = licences.clarify.iter().find(|it| it.name == package.name);
    let stated = clarified.map(|it| it.expression.as_str()).or(package.license.as_deref());
    let Some(expression) = stated else {
        return Some(format!("{} {}: states no licence", package.name, package.version));
    };
    let excepted = licences.exceptions.iter().find(|it| it.name == package.name);
    let allowed = |name: &str| {
        let own = excepted.is_some_and(|it| it.allow.iter().any(|it| it == name));
        own || licences.allow.iter().any(|it| it == name)
    };
    let met = spdx::is_met(expression, allowed);
    (!met).then(|| {
        format!("{} {}: {expression} is not allowed by deny.toml", package.name, package.version)
    })
}

fn banned(bans: &Bans, package: &Package) -> Option<String> {
    let ban = bans.deny.iter().find(|it| it.name == package.name)?;
    Some(format!("{} {} is banned: {}", package.name, package.version, ban.reason))
}

/// An exception that nothing needs any more.
fn unused(licences: &Licences, packages: &BTreeSet<Package>) -> Vec<String> {
    let names = licences.exceptions.iter().map(|it| &it.name);
    let names = names.chain(licences.clarify.iter().map(|it| &it.name));
    let gone = names.filter(|name| !packages.iter().any(|it| it.name == **name));
    gone.map(|it| format!("deny.toml speaks of {it}, which is no dependency")).collect()
}

fn duplicates(packages: &BTreeSet<Package>) -> BTreeMap<String, Vec<String>> {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for it in packages {
        versions.entry(it.name.clone()).or_default().insert(it.version.clone());
    }
    let several = versions.into_iter().filter(|(_, it)| it.len() > 1);
    several.map(|(name, it)| (name, it.into_iter().collect())).collect()
}
