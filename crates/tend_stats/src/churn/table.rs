//! A table of text.

use crate::{Error, Result};

/// Rows of cells as they stand in a file, kept in one piece of text.
#[derive(Debug, Clone)]
pub struct Table {
    names: Vec<String>,
    text: String,
    ends: Vec<usize>,
}

impl Table {
    /// An empty table with these columns. White space and a byte order mark around names don't
    /// count.
    ///
    /// # Errors
    /// No columns, or two of one name.
    pub fn new<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        let names: Vec<String> = names
            .iter()
            .map(|name| name.as_ref().trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        if names.is_empty() {
            return Err(Error::too_few("columns", 0, 1));
        }
        let mut seen = std::collections::HashSet::new();
        match names.iter().find(|name| !seen.insert(name.as_str())) {
            Some(name) => Err(Error::BadQuestion(format!("There are two columns {name}."))),
            None => Ok(Self { names, text: String::new(), ends: Vec::new() }),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// More or fewer cells than columns; the sentence names the row.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let (before, text) = (self.ends.len(), self.text.len());
        for cell in cells {
            self.text.push_str(cell.trim());
            self.ends.push(self.text.len());
        }
        let got = self.ends.len() - before;
        if got == self.names.len() {
            return Ok(());
        }
        self.ends.truncate(before);
        self.text.truncate(text);
        Err(Error::BadQuestion(format!(
            "Row {} has {got} cells, and the header has {}.",
            self.rows() + 1,
            self.names.len()
        )))
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.ends.len() / self.names.len()
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of a column: of this name, or else of one that differs by large and small
    /// letters alone.
    pub fn position(&self, name: &str) -> Option<usize> {
        let exact = self.names.iter().position(|it| it == name);
        exact.or_else(|| self.names.iter().position(|it| it.eq_ignore_ascii_case(name)))
    }

    /// A name as this table has it.
    pub(super) fn own_name(&self, name: &str) -> Result<String> {
        let exact = self.names.iter().any(|it| it == name);
        let same = self.names.iter().filter(|it| it.eq_ignore_ascii_case(name)).count();
        if !exact && same > 1 {
            return Err(Error::BadQuestion(format!(
                "There are {same} columns {name} in other letters: which is meant?"
            )));
        }
        Ok(self.names[self.require(name)?].clone())
    }

    /// The place of a column that has to be there.
    pub(super) fn require(&self, name: &str) -> Result<usize> {
        self.position(name).ok_or_else(|| {
            Error::BadQuestion(format!(
                "There is no column {name}. The columns are: {}.",
                shown(&self.names)
            ))
        })
    }

    /// A cell, both places from 0, without white space around it.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.names.len() + column;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }
}

fn shown(names: &[String]) -> String {
    let mut text = names.iter().take(30).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > 30 {
        text.push_str(" and others");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_and_short_rows_are_named() {
        let mut table = Table::new(&["\u{feff}a", " b "]).expect("two columns");
        table.push(["1", " x "]).expect("two cells");
        assert!(table.push(["1"]).expect_err("one cell").to_string().contains("Row 2"));
        table.push(["", "y"]).expect("two cells");
        assert_eq!(table.rows(), 2);
        assert_eq!((table.cell(0, 1), table.cell(1, 0), table.cell(1, 1)), ("x", "", "y"));
        assert_eq!(table.position("b"), Some(1));
        assert!(Table::new(&["a", "a"]).is_err());
        assert_eq!(table.position("B"), Some(1));
        let both = Table::new(&["Ab", "aB"]).expect("two columns");
        assert_eq!(
            (both.position("aB"), both.own_name("aB").expect("one")),
            (Some(1), "aB".into())
        );
        assert!(both.own_name("ab").expect_err("two").to_string().contains("which is meant"));
        assert!(table.require("c").expect_err("none").to_string().contains("a, b"));
    }
}
