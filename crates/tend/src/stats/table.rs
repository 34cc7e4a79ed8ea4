//! A CSV file with a header, read so that what is wrong is said with row and column.

use std::{io::Read, path::Path};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;

use super::rows;

/// A CSV file. Rows are counted from 1 after the header, as people count them.
pub struct Table {
    file: String,
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
    /// Cells are not apart by commas, so a number may have one for its decimals.
    decimal_comma: bool,
}

/// One of its columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Column(usize);

impl Table {
    /// Reads a file; `-` is the standard input.
    pub fn read(path: &Path) -> Result<Table> {
        let file = path.display().to_string();
        let source = rows::source(path)?;
        Table::from(file, source)
    }

    fn from(file: String, source: impl Read) -> Result<Table> {
        let (delimiter, source) = rows::sniffed(source)?;
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).delimiter(delimiter).from_reader(source);
        let header = reader.headers().with_context(|| format!("{file} has no header"))?;
        let header: Vec<String> =
            header.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        let mut rows = Vec::new();
        for row in reader.records() {
            rows.push(row.map_err(|e| anyhow::anyhow!("{file}: {}", reason(&e, &header)))?);
        }
        if rows.is_empty() {
            bail!("{file} has no rows after its header.");
        }
        Ok(Table { file, header, rows, decimal_comma: delimiter != b',' })
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.header
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The column that was asked for, or else the first of these names that is there. Names are
    /// compared without regard to case.
    pub fn column(&self, asked: Option<&str>, names: &[&str]) -> Result<Column> {
        if let Some(column) = self.find(asked, names) {
            let name = &self.header[column.0];
            let same = self.header.iter().filter(|own| own.eq_ignore_ascii_case(name)).count();
            if same > 1 {
                bail!("{}: {same} columns are called {name}; which is meant?", self.file);
            }
            return Ok(column);
        }
        let wanted = asked.map_or_else(|| names.join(" or "), str::to_owned);
        let there = self.header.join(", ");
        bail!("{} has no column {wanted}. Its columns are: {there}.", self.file)
    }

    /// The same, if it is there.
    pub fn find(&self, asked: Option<&str>, names: &[&str]) -> Option<Column> {
        let place = |name: &str| self.header.iter().position(|own| own.eq_ignore_ascii_case(name));
        match asked {
            Some(name) => place(name).map(Column),
            None => names.iter().find_map(|name| place(name)).map(Column),
        }
    }

    /// A cell as it stands.
    pub fn text(&self, row: usize, column: Column) -> &str {
        self.rows[row].get(column.0).unwrap_or_default()
    }

    /// A column of numbers.
    pub fn numbers(&self, column: Column) -> Result<Vec<f64>> {
        (0..self.len()).map(|row| self.number(row, column)).collect()
    }

    /// A cell that has to be a number.
    pub fn number(&self, row: usize, column: Column) -> Result<f64> {
        self.parsed(self.text(row, column))
            .ok_or_else(|| self.wrong(row, column, "is not a number"))
    }

    /// A number as this file writes them, if the text is one.
    pub fn parsed(&self, text: &str) -> Option<f64> {
        let number = text.parse::<f64>().ok().or_else(|| {
            let comma = self.decimal_comma && text.matches(',').count() == 1;
            (comma && !text.contains('.')).then(|| text.replace(',', ".").parse().ok())?
        });
        number.filter(|number| number.is_finite())
    }

    /// A column of counts: whole numbers of 0 or more.
    pub fn counts(&self, column: Column) -> Result<Vec<u64>> {
        let count = |row: usize| {
            let number = self.number(row, column)?;
            if number < 0.0 || number.fract() != 0.0 || number > 9e15 {
                return Err(self.wrong(row, column, "is not a whole number of 0 or more"));
            }
            Ok(number as u64)
        };
        (0..self.len()).map(count).collect()
    }

    /// A column of days, counted from 1970.
    pub fn days(&self, column: Column) -> Result<Vec<i64>> {
        let one = |row: usize| {
            let why = "is not a date like 2026-01-31";
            day(self.text(row, column)).ok_or_else(|| self.wrong(row, column, why))
        };
        (0..self.len()).map(one).collect()
    }

    /// Says what is wrong with a cell.
    pub fn wrong(&self, row: usize, column: Column, why: &str) -> anyhow::Error {
        let text = self.text(row, column);
        let name = &self.header[column.0];
        let cell =
            if text.is_empty() { "the empty cell".to_owned() } else { format!("“{text}”") };
        anyhow::anyhow!("{}: row {}, column {name}: {cell} {why}.", self.file, row + 1)
    }

    /// Says of what file the mathematics speak.
    pub fn explain(&self, error: &tend_stats::Error) -> anyhow::Error {
        anyhow::anyhow!("{}: {error}", self.file)
    }
}

/// A date as people and programs write it; the time of day, if there is one, is left out.
pub fn day(text: &str) -> Option<i64> {
    let date = text.split(['T', ' ']).next()?;
    let date: Date = match date.len() {
        8 if date.bytes().all(|b| b.is_ascii_digit()) => {
            Date::new(date[..4].parse().ok()?, date[4..6].parse().ok()?, date[6..].parse().ok()?)
                .ok()?
        }
        _ => date.parse().ok()?,
    };
    let since = date.since(Date::new(1970, 1, 1).ok()?).ok()?;
    Some(i64::from(since.get_days()))
}

/// A day as text.
pub fn date(day: i64) -> String {
    let start = jiff::civil::date(1970, 1, 1);
    start.saturating_add(jiff::Span::new().days(day)).to_string()
}

fn reason(error: &csv::Error, header: &[String]) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { pos, err } => {
            let row = pos.as_ref().map_or(0, |pos| pos.record());
            let column = header.get(err.field()).map_or("?", String::as_str);
            format!("row {row}, column {column}: the text is not UTF-8.")
        }
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let row = pos.as_ref().map_or(0, |pos| pos.record());
            format!("row {row} has {len} cells and the header {expected_len}.")
        }
        _ => format!("{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<Table> {
        Table::from("shop.csv".to_owned(), text.as_bytes())
    }

    #[test]
    fn what_is_wrong_is_said_with_row_and_column() {
        let read = table("\u{feff}ID, X ,when\n1,2,2026-01-31\n2,oops,\n").expect("a table");
        let x = read.column(None, &["frequency", "x"]).expect("there");
        let error = read.numbers(x).expect_err("no number").to_string();
        assert_eq!(error, "shop.csv: row 2, column X: “oops” is not a number.");
        let when = read.column(Some("when"), &[]).expect("there");
        let error = read.days(when).expect_err("no date").to_string();
        assert!(error.contains("row 2, column when: the empty cell is not a date"), "{error}");
        let error = read.column(None, &["recency", "t_x"]).err().expect("not there").to_string();
        assert!(error.contains("no column recency or t_x. Its columns are: ID, X, when."));
        assert!(table("a,b\n1\n").err().expect("short").to_string().contains("row 1 has 1 cells"));
        assert!(table("a,b\n").is_err());
    }

    #[test]
    fn semicolons_and_decimal_commas_are_read_and_two_columns_of_one_name_are_not() {
        let read = table("id;x;x2\n1;2,5;1.5\n2;1.234,5;3\n").expect("a table");
        let x = read.column(Some("x"), &[]).expect("there");
        assert_eq!(read.number(0, x).expect("a number"), 2.5);
        let error = read.numbers(x).expect_err("no number").to_string();
        assert!(error.contains("row 2, column x: “1.234,5” is not a number"), "{error}");
        let twice = table("id,x,X\n1,2,3\n").expect("a table");
        let error = twice.column(None, &["x"]).err().expect("two").to_string();
        assert!(error.contains("2 columns are called x"), "{error}");
        let bytes: &[u8] = b"id,name\n1,a\n2,\xff\n";
        let error = Table::from("f".to_owned(), bytes).err().expect("no text").to_string();
        assert_eq!(error, "f: row 2, column name: the text is not UTF-8.");
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        assert_eq!(day("1970-01-02"), Some(1));
        assert_eq!(day("19700102"), Some(1));
        assert_eq!(day("1970-01-02 23:59:59"), Some(1));
        assert_eq!(day("1970-01-02T23:59:59Z"), Some(1));
        assert_eq!(day("2/1/1970"), None);
        assert_eq!(day("1970-02-30"), None);
        assert_eq!(date(1), "1970-01-02");
    }
}
