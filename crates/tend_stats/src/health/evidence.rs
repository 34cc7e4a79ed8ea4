//! What a book's outcomes are worth: accounts, not rows.

use std::collections::BTreeMap;

use super::Book;

/// How many accounts say anything of leaving and of staying.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// Accounts with a row that was followed by leaving.
    pub(super) left: usize,
    /// Accounts with a row that was not.
    pub(super) stayed: usize,
}

impl Evidence {
    /// What these rows of a book come to.
    pub(super) fn of(book: &Book, rows: impl Iterator<Item = usize>) -> Self {
        let mut all: BTreeMap<u64, (bool, bool)> = BTreeMap::new();
        for row in rows {
            let it = all.entry(book.accounts[row]).or_default();
            (it.0, it.1) = (it.0 || book.left[row], it.1 || !book.left[row]);
        }
        Self {
            left: all.values().filter(|it| it.0).count(),
            stayed: all.values().filter(|it| it.1).count(),
        }
    }

    /// How many there are of what there is less of.
    pub(super) fn least(self) -> usize {
        self.left.min(self.stayed)
    }
}
