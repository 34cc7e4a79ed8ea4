//! Why there is no answer.

use std::fmt;

/// What a function of this crate answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no answer. The sentences are for people.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// There is too little to learn from: fewer than `needs` of `what`.
    NotEnough { what: &'static str, has: usize, needs: usize },
    /// One value of the input cannot be: row `row` (the first is 0), quantity `what`.
    BadValue { row: usize, what: &'static str, why: &'static str },
    /// One cell of a table cannot be: row `row` (the first is 0) of the column of this name.
    BadCell { row: usize, column: String, why: String },
    /// The question itself cannot be asked like this: a parameter, a length, a name.
    BadQuestion(String),
    /// The input is sound, but the model has no answer for it, and why.
    NoAnswer(String),
}

impl Error {
    /// Fewer of something than it takes.
    pub(crate) fn too_few(what: &'static str, has: usize, needs: usize) -> Self {
        Error::NotEnough { what, has, needs }
    }

    /// A cell that cannot be, its row counted from 0; `why` has no full stop.
    pub(crate) fn cell(row: usize, column: &str, why: impl Into<String>) -> Self {
        Error::BadCell { row, column: column.to_owned(), why: why.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotEnough { what, has, needs } => {
                write!(f, "There are not enough {what}: there are {has}, and it takes {needs}.")
            }
            Error::BadValue { row, what, why } => {
                write!(f, "Row {} has an impossible {what}: {why}.", row + 1)
            }
            Error::BadCell { row, column, why } => {
                write!(f, "Row {}, column {column}: {why}.", row + 1)
            }
            Error::BadQuestion(why) | Error::NoAnswer(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}
