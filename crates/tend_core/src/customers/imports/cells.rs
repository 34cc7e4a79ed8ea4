//! The cells of one row by what they mean.

use super::{Column, RowProblem, Target};
use crate::{
    Error, Result,
    attributes::{About, Definition, Value},
    customers::sheet::{bare, listed},
    tags::TagId,
};

/// One row, and what is wrong with it so far.
pub(super) struct Cells<'a> {
    cells: Vec<(Target, &'a str, &'a str)>,
    pub problems: Vec<RowProblem>,
}

impl<'a> Cells<'a> {
    pub fn of(about: About, columns: &'a [Column], row: &'a [String]) -> Self {
        let cells = columns
            .iter()
            .zip(row)
            .filter_map(|(column, cell)| {
                let target = Target::read(about, &column.target)?;
                let text = bare(cell.trim());
                (!text.trim().is_empty()).then_some((target, column.header.as_str(), text))
            })
            .collect();
        Self { cells, problems: Vec::new() }
    }

    /// The text of the first column that means this and holds anything.
    pub fn text(&self, target: &Target) -> Option<&'a str> {
        self.cells.iter().find(|it| it.0 == *target).map(|it| it.2)
    }

    /// All texts of the columns that mean this, each with its header.
    pub fn list(&self, target: &Target) -> Vec<(&'a str, String)> {
        let cells = self.cells.iter().filter(|it| it.0 == *target);
        cells.flat_map(|it| listed(it.2).into_iter().map(|text| (it.1, text))).collect()
    }

    /// Attributes: name, header, text.
    pub fn attributes(&self) -> Vec<(String, &'a str, &'a str)> {
        let named = self.cells.iter().filter_map(|it| match &it.0 {
            Target::Attribute(name) => Some((name.clone(), it.1, it.2)),
            _ => None,
        });
        named.collect()
    }

    /// The header of the column that means this; empty without one.
    pub fn header(&self, target: &Target) -> &'a str {
        self.cells.iter().find(|it| it.0 == *target).map_or("", |it| it.1)
    }

    pub fn problem(&mut self, header: &str, sentence: impl Into<String>) {
        self.problems.push((header.to_owned(), sentence.into()));
    }

    /// What a check of the domain says about a cell becomes a problem of its column.
    pub fn checked<T>(&mut self, header: &str, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(it) => Ok(Some(it)),
            Err(Error::Store(it)) => Err(Error::Store(it)),
            Err(Error::Invalid(fields)) => {
                for it in fields {
                    self.problem(header, it.problem);
                }
                Ok(None)
            }
            Err(other) => {
                self.problem(header, other.to_string());
                Ok(None)
            }
        }
    }

    /// The values of attributes that are defined, as they would be written.
    pub fn values(&mut self, definitions: &[Definition]) -> Result<Vec<(Definition, Value)>> {
        let mut values = Vec::new();
        for (name, header, text) in self.attributes() {
            let Some(definition) = definitions.iter().find(|it| it.name == name) else {
                self.problem(header, "There is no such attribute any more.");
                continue;
            };
            if let Some(Some(value)) = self.checked(header, Value::parse(definition, text))? {
                values.push((definition.clone(), value));
            }
        }
        Ok(values)
    }
}

/// A tag that a row names.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TagPlan {
    Known(TagId),
    /// Made when the row is taken in.
    New(String),
}
