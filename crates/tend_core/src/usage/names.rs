//! What is counted: each event that was ever tracked, by a number.

use std::collections::HashMap;

use tend_store::{Tx, row};

use super::{first_value, wire::Call};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::not_found,
    journal::{self, Change, Subject},
};

/// So many different names; whoever sends more puts values into them.
pub const MOST: usize = 5_000;

row! {
    /// A name.
    #[derive(PartialEq)]
    pub struct Name {
        pub id: i64,
        /// The word of a [`Call`].
        pub kind: String,
        pub name: String,
        /// A key feature.
        pub is_key: bool,
    }
}

impl Name {
    /// Whether it is use of the product.
    pub fn is_use(&self) -> bool {
        Call::named(&self.kind).is_some_and(Call::is_use)
    }

    /// What people call it.
    pub fn label(&self) -> String {
        match (self.kind.as_str(), self.name.as_str()) {
            ("track", name) => name.to_owned(),
            ("page", "") => "Page viewed".to_owned(),
            ("page", name) => format!("Page: {name}"),
            ("screen", "") => "Screen viewed".to_owned(),
            ("screen", name) => format!("Screen: {name}"),
            (kind, _) => kind.to_owned(),
        }
    }
}

/// All of them, by their numbers.
pub fn all(tx: &mut Tx) -> Result<HashMap<i64, Name>> {
    let found: Vec<Name> = tx.rows("SELECT id, kind, name, is_key FROM usage_names", &[])?;
    Ok(found.into_iter().map(|it| (it.id, it)).collect())
}

/// A number for what has none yet.
pub(super) fn make(tx: &mut Tx, kind: &str, name: &str) -> Result<i64> {
    let now = tx.now();
    Ok(tx.scalar(
        "INSERT INTO usage_names (kind, name, first_at) VALUES ($1, $2, $3)
         ON CONFLICT (kind, name) DO UPDATE SET kind = excluded.kind RETURNING id",
        &[kind.into(), name.into(), now.into()],
    )?)
}

/// Says whether it is one of the features by which breadth is measured.
/// Doing it twice is doing it once.
pub fn choose_key(tx: &mut Tx, by: &Me, id: i64, is_key: bool) -> Result<()> {
    by.require(Permission::SourcesManage)?;
    let sql = "SELECT id, kind, name, is_key FROM usage_names WHERE id = $1";
    let it: Name = tx.maybe(sql, &[id.into()])?.ok_or(not_found("event"))?;
    if it.is_key == is_key {
        return Ok(());
    }
    tx.execute("UPDATE usage_names SET is_key = $2 WHERE id = $1", &[id.into(), is_key.into()])?;
    first_value::forget(tx)?;
    let change = Change::KeyFeatureChosen { name: it.label(), is_key };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}
