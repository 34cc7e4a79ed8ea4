//! The words that were ever seen, by how many messages have them: what a prefix may become.

use std::collections::HashMap;

use tend_store::Tx;

use crate::Result;

/// A prefix becomes at most so many words, the commonest.
const MOST: i64 = 40;

pub(super) fn count(tx: &mut Tx, seen: &HashMap<String, i64>) -> Result<()> {
    // In one order, so that two who count never wait for each other.
    let mut terms: Vec<_> = seen.iter().collect();
    terms.sort();
    for (term, n) in terms {
        tx.execute(
            "INSERT INTO search_terms (term, messages) VALUES ($1, $2)
             ON CONFLICT (term) DO UPDATE SET messages = search_terms.messages + excluded.messages",
            &[term.into(), (*n).into()],
        )?;
    }
    Ok(())
}

/// All that begin so, in order; for marks, of which there are few.
pub(super) fn all_beginning(tx: &mut Tx, prefix: &str) -> Result<Vec<String>> {
    Ok(tx.column(
        "SELECT term FROM search_terms WHERE term >= $1 AND term < $2 ORDER BY term",
        &[prefix.into(), format!("{prefix}\u{10ffff}").into()],
    )?)
}

/// The commonest words that begin so.
pub(super) fn beginning(tx: &mut Tx, prefix: &str) -> Result<Vec<String>> {
    Ok(tx.column(
        "SELECT term FROM search_terms WHERE term >= $1 AND term < $2
         ORDER BY messages DESC, term LIMIT $3",
        &[prefix.into(), format!("{prefix}\u{10ffff}").into(), MOST.into()],
    )?)
}
