//! Who may know whom: the directions of the crates.

use anyhow::Result;

use super::{Files, Finding, Rule};
use crate::metadata;

pub const RULES: &[Rule] = &[Rule { name: "direction", look: direction }];

/// A crate of ours, those of ours that it may use, and what it must never hear of.
struct Layer {
    name: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
}

const NETWORK: [&str; 6] = ["axum", "hyper", "lettre", "reqwest", "tokio", "tower"];

const LAYERS: &[Layer] = &[
    Layer {
        name: "tend_store",
        may: &[],
        never: &["axum", "maud", "reqwest", "serde_json", "tokio"],
    },
    Layer {
        name: "tend_stats",
        may: &[],
        never: &["axum", "maud", "postgres", "reqwest", "rusqlite", "tokio"],
    },
    Layer {
        name: "tend_mail",
        may: &[],
        never: &["axum", "maud", "postgres", "reqwest", "rusqlite", "tokio"],
    },
    Layer { name: "tend_outside", may: &[], never: &["axum", "maud", "postgres", "rusqlite"] },
    Layer {
        name: "tend_core",
        may: &["tend_stats", "tend_store"],
        never: &["axum", "hyper", "lettre", "maud", "postgres", "reqwest", "rusqlite", "tokio"],
    },
    Layer {
        name: "tend_views",
        may: &["tend_core"],
        never: &["axum", "hyper", "postgres", "reqwest", "rusqlite", "tokio"],
    },
    Layer {
        name: "tend_web",
        may: &["tend_core", "tend_outside", "tend_store", "tend_views"],
        never: &["postgres", "rusqlite"],
    },
    Layer {
        name: "tend_work",
        may: &["tend_core", "tend_mail", "tend_outside", "tend_store", "tend_views"],
        never: &["axum", "postgres", "rusqlite"],
    },
    Layer {
        name: "tend",
        may: &[
            "tend_core",
            "tend_mail",
            "tend_outside",
            "tend_stats",
            "tend_store",
            "tend_views",
            "tend_web",
            "tend_work",
        ],
        never: &["postgres", "rusqlite"],
    },
    Layer {
        name: "tend_testkit",
        may: &[
            "tend_core",
            "tend_mail",
            "tend_outside",
            "tend_store",
            "tend_views",
            "tend_web",
            "tend_work",
        ],
        never: &[],
    },
    // Drives the program from outside.
    Layer { name: "bench", may: &[], never: &["axum", "hyper", "reqwest"] },
    Layer { name: "xtask", may: &[], never: &NETWORK },
];

fn direction(_: &Files) -> Result<Vec<Finding>> {
    let packages = metadata::read()?.packages;
    let mut found = Vec::new();
    for it in packages.iter().filter(|it| it.is_ours()) {
        let Some(layer) = LAYERS.iter().find(|layer| layer.name == it.name) else {
            found.push(Finding::of(&it.name, "stands in no layer: give it a place in crates.rs"));
            continue;
        };
        // Tests may use the test kit and look where the code may not.
        for uses in it.dependencies.iter().filter(|it| it.kind.as_deref() != Some("dev")) {
            let ours = LAYERS.iter().any(|other| other.name == uses.name);
            let wrong_way = ours && !layer.may.contains(&uses.name.as_str());
            if wrong_way || layer.never.contains(&uses.name.as_str()) {
                found.push(Finding::of(&it.name, format!("must not know {}", uses.name)));
            }
        }
    }
    Ok(found)
}
