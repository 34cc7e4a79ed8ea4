//! A CSV file with a header, read so that what is wrong is said with row and column.

use std::path::Path;

use anyhow::{Result, bail};
use csv::StringRecord;

use super::{
    dates::{NO_DATE, Order, Orders, Written},
    rows::Rows,
};

/// A CSV file. Rows are counted from 1 after the header, as people count them.
pub struct Table {
    file: String,
    header: Vec<String>,
    rows: Vec<StringRecord>,
    decimal_comma: bool,
    /// What a reader has to know of how the file was read.
    pub notes: Vec<String>,
}

/// One of its columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Column(usize);

impl Table {
    /// Reads a file; `-` is the standard input.
    pub fn read(path: &Path) -> Result<Table> {
        Table::from(Rows::open(path)?)
    }

    fn from(mut source: Rows) -> Result<Table> {
        let mut rows = Vec::new();
        let mut record = StringRecord::new();
        while source.read(&mut record)? {
            source.check(rows.len() + 1, &record)?;
            rows.push(std::mem::take(&mut record));
        }
        let (notes, decimal_comma) = (source.notes(), source.decimal_comma);
        let Rows { file, header, .. } = source;
        if rows.is_empty() {
            bail!("{file} has no rows after its header.");
        }
        Ok(Table { file, header, rows, decimal_comma, notes })
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

    /// A number as this file writes them, if the text is one; 63.1 % is 63.1.
    pub fn parsed(&self, text: &str) -> Option<f64> {
        let text = text.strip_suffix('%').map_or(text, str::trim_end);
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

    /// The days of a column, counted from 1970, in these rows. In which order they are written is
    /// told from all of them, unless it is known.
    pub fn days(
        &self,
        column: Column,
        rows: &[usize],
        order: Option<Order>,
    ) -> Result<(Vec<i64>, Order)> {
        let mut orders = Orders::new(order);
        let mut dates = Vec::with_capacity(rows.len());
        for &row in rows {
            let text = self.text(row, column);
            let seen = Written::of(text).ok_or(NO_DATE).and_then(|date| {
                orders.see(text, &date)?;
                Ok(date)
            });
            dates.push(seen.map_err(|why| self.wrong(row, column, why))?);
        }
        let order = orders.settle(&self.file, &self.header[column.0])?;
        let days = dates
            .iter()
            .zip(rows)
            .map(|(date, &row)| order.day(date).ok_or_else(|| self.wrong(row, column, NO_DATE)));
        Ok((days.collect::<Result<_>>()?, order))
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

/// A day as text.
pub fn date(day: i64) -> String {
    let start = jiff::civil::date(1970, 1, 1);
    start.saturating_add(jiff::Span::new().days(day)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<Table> {
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        Table::from(Rows::of("shop.csv".to_owned(), Box::new(bytes))?)
    }

    #[test]
    fn what_is_wrong_is_said_with_row_and_column() {
        let read = table("\u{feff}ID, X ,when\n1,2,2026-01-31\n2,oops,\n").expect("a table");
        let x = read.column(None, &["frequency", "x"]).expect("there");
        let error = read.numbers(x).expect_err("no number").to_string();
        assert_eq!(error, "shop.csv: row 2, column X: “oops” is not a number.");
        let when = read.column(Some("when"), &[]).expect("there");
        let error = read.days(when, &[0, 1], None).expect_err("no date").to_string();
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
        let shares = table("a,b\n63.1%,5 %\n").expect("a table");
        assert_eq!((shares.parsed("63.1%"), shares.parsed("5 %")), (Some(63.1), Some(5.0)));
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        let day = |text: &str| {
            let read = table(&format!("when\n{text}\n"))?;
            let when = read.column(Some("when"), &[])?;
            Ok::<i64, anyhow::Error>(read.days(when, &[0], None)?.0[0])
        };
        for text in ["1970-01-02", "19700102", "1970-01-02 23:59:59", "1970-01-02T23:59:59Z"] {
            assert_eq!(day(text).expect("a day"), 1, "{text}");
        }
        let open = day("2/1/1970").expect_err("two ways").to_string();
        assert!(open.starts_with("shop.csv: column when: “2/1/1970” may have"), "{open}");
        assert!(day("1970-02-30").is_err());
        assert_eq!(date(1), "1970-01-02");
    }
}
