//! What a column holds, decided by the training rows, and reading it.

use std::collections::HashMap;

use super::cell::{DayOrder, is_blank, number};
use super::table::Table;

/// The code of a text that the training rows don't have.
pub(super) const UNSEEN: u32 = u32::MAX;

/// More kinds of text than this are told apart no further.
const MOST_LEVELS: usize = 5000;

/// A column whose cells are numbers or days in at least this share is one of numbers or days.
const MOSTLY: f64 = 0.95;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number,
    Day(DayOrder),
    /// Texts, each with its code: the more frequent, the lower. A blank is a text too.
    Text(HashMap<String, u32>),
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The cells of a column, read.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// Blanks are NaN.
    Numbers(Vec<f64>),
    /// Codes of texts.
    Codes(Vec<u32>),
}

/// A cell of a column of numbers that is none.
#[derive(Debug, Clone)]
pub(super) struct Odd {
    pub(super) row: usize,
    pub(super) text: String,
    pub(super) count: usize,
}

impl Field {
    /// Decides what a column holds by these rows.
    pub(super) fn of(table: &Table, column: usize, rows: &[usize]) -> Self {
        let name = table.names()[column].clone();
        let filled: Vec<&str> = rows
            .iter()
            .map(|&row| table.cell(row, column))
            .filter(|text| !is_blank(text))
            .collect();
        let enough = (MOSTLY * filled.len() as f64).ceil() as usize;
        let mostly = |reads: &dyn Fn(&str) -> bool| {
            // A look at the first few saves most of the work.
            let few = filled.len().min(200);
            let first = filled[..few].iter().filter(|text| reads(text)).count();
            !filled.is_empty()
                && first * 2 >= few
                && filled.iter().filter(|text| reads(text)).count() >= enough
        };
        if mostly(&|text| number(text).is_some()) {
            return Self { name, kind: Kind::Number };
        }
        for order in DayOrder::ALL {
            if mostly(&|text| order.day(text).is_some()) {
                return Self { name, kind: Kind::Day(order) };
            }
        }
        Self { name, kind: Kind::Text(levels(table, column, rows)) }
    }

    /// Reads every row of a column, and says which cell is not what it should be.
    pub(super) fn read(&self, table: &Table, column: usize) -> (Values, Option<Odd>) {
        let rows = 0..table.rows();
        let read = match &self.kind {
            Kind::Text(levels) => {
                let code = |row| levels.get(level(table.cell(row, column))).copied();
                return (
                    Values::Codes(rows.map(|row| code(row).unwrap_or(UNSEEN)).collect()),
                    None,
                );
            }
            Kind::Number => number,
            Kind::Day(DayOrder::Year) => |text: &str| DayOrder::Year.day(text),
            Kind::Day(DayOrder::Month) => |text: &str| DayOrder::Month.day(text),
            Kind::Day(DayOrder::Day) => |text: &str| DayOrder::Day.day(text),
        };
        let mut odd: Option<Odd> = None;
        let values = rows
            .map(|row| {
                let text = table.cell(row, column);
                read(text).unwrap_or_else(|| {
                    if !is_blank(text) {
                        odd.get_or_insert_with(|| Odd { row, text: text.to_owned(), count: 0 })
                            .count += 1;
                    }
                    f64::NAN
                })
            })
            .collect();
        (Values::Numbers(values), odd)
    }
}

/// The text that a cell counts as.
fn level(text: &str) -> &str {
    if is_blank(text) { "" } else { text }
}

fn levels(table: &Table, column: usize, rows: &[usize]) -> HashMap<String, u32> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for &row in rows {
        *counts.entry(level(table.cell(row, column))).or_default() += 1;
    }
    let mut sorted: Vec<(&str, usize)> = counts.into_iter().collect();
    sorted.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    sorted.truncate(MOST_LEVELS);
    let codes = 0..u32::try_from(MOST_LEVELS).unwrap_or(UNSEEN);
    sorted.into_iter().map(|(text, _)| text.to_owned()).zip(codes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[&str]) -> Table {
        let mut table = Table::new(&["a"]).expect("one column");
        cells.iter().for_each(|cell| table.push([*cell]).expect("one cell"));
        table
    }

    fn field(cells: &[&str]) -> (Field, Table) {
        let table = table(cells);
        (Field::of(&table, 0, &(0..cells.len()).collect::<Vec<_>>()), table)
    }

    #[test]
    fn a_column_is_what_nearly_all_of_its_cells_are() {
        assert_eq!(field(&["1", "", "2.5", "NA"]).0.kind, Kind::Number);
        assert_eq!(field(&["2020-01-01", "2021-12-31"]).0.kind, Kind::Day(DayOrder::Year));
        assert_eq!(field(&["13/12/2020", "1/2/2020"]).0.kind, Kind::Day(DayOrder::Day));
        assert!(matches!(field(&["1", "b", "2"]).0.kind, Kind::Text(_)));
        assert!(matches!(field(&["", ""]).0.kind, Kind::Text(_)));
    }

    #[test]
    fn a_slip_in_a_column_of_numbers_is_blank_and_named() {
        let mut cells = vec!["5"; 40];
        cells[17] = "five";
        let (field, table) = field(&cells);
        assert_eq!(field.kind, Kind::Number);
        let (Values::Numbers(values), Some(odd)) = field.read(&table, 0) else {
            panic!("numbers and a slip");
        };
        assert!(values[17].is_nan() && values[18] == 5.0);
        assert_eq!((odd.row, odd.text.as_str(), odd.count), (17, "five", 1));
    }

    #[test]
    fn texts_that_were_not_seen_have_no_code() {
        let (field, _) = field(&["x", "y", "x", "NA"]);
        let (Values::Codes(codes), None) = field.read(&table(&["y", "z", "", "x"]), 0) else {
            panic!("codes");
        };
        assert_eq!((codes[1], codes[3]), (UNSEEN, 0));
        assert_ne!(codes[0], codes[2]);
    }
}
