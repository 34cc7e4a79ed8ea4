//! Tables as text: CSV as spreadsheets write and read it.

mod cells;
mod read;
mod write;

pub use cells::{bare, guarded, list, listed};
pub use read::{
    Encoding, LONGEST_CELL, Line, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table, read, windows_1252,
};
pub use write::{BOM, line};
