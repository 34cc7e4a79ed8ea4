//! Sizes over the limit that are known and have a reason. They may only shrink.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Finding;
use crate::root;

#[derive(Default, Deserialize)]
pub struct Ratchet {
    #[serde(default)]
    allowed: Vec<Allowed>,
}

#[derive(Deserialize)]
struct Allowed {
    rule: String,
    place: String,
    limit: usize,
    reason: String,
    /// A list with one line a thing: it grows with them, up to the limit.
    #[serde(default)]
    grows: bool,
    /// What the rule found there, once it has.
    #[serde(skip)]
    found: Option<usize>,
}

impl Ratchet {
    pub fn read() -> Result<Self> {
        let text = std::fs::read_to_string(root().join("xtask/ratchet.toml"));
        toml::from_str(&text.context("ratchet.toml")?).context("ratchet.toml")
    }

    pub fn allows(&mut self, rule: &str, it: &Finding) -> bool {
        let Some(amount) = it.amount else {
            return false;
        };
        let entry = self.allowed.iter_mut().find(|e| e.rule == rule && e.place == it.place);
        let Some(entry) = entry else {
            return false;
        };
        entry.found = Some(amount);
        amount <= entry.limit
    }

    /// Entries that allow more than is there, or give no reason.
    pub fn slack(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for it in &self.allowed {
            let place = &it.place;
            match it.found {
                None => lines.push(format!("{place} needs its entry no more: remove it")),
                Some(found) if found < it.limit && !it.grows => {
                    lines.push(format!("{place} has shrunk: lower its limit to {found}"));
                }
                Some(_) => {}
            }
            if it.reason.trim().is_empty() {
                lines.push(format!("{place} has no reason"));
            }
        }
        lines
    }
}
