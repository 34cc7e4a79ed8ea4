//! The data sets that `data.sh` fetches.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tend_stats::matrix::Matrix;

/// A table as it stands in its file.
pub struct Table {
    names: BTreeMap<String, usize>,
    rows: Vec<Vec<String>>,
}

/// Where a file is, or how to get it.
fn path(file: &str) -> PathBuf {
    let folder = std::env::var_os("TEND_STATS_DATA").map(PathBuf::from).unwrap_or_else(|| {
        panic!("run `crates/tend_stats/data.sh DIR` and set TEND_STATS_DATA=DIR: this test reads {file}")
    });
    folder.join(file)
}

/// A file that is no table, whole.
pub fn text(file: &str) -> String {
    let path = path(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}. `crates/tend_stats/data.sh DIR` fetches it", path.display())
    })
}

impl Table {
    pub fn of(file: &str) -> Self {
        let path = path(file);
        let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| {
            panic!("{}: {error}. `crates/tend_stats/data.sh DIR` fetches it", path.display())
        });
        let header = reader.headers().expect("a header").clone();
        let names = header.iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect();
        let rows = reader
            .records()
            .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
            .collect();
        Self { names, rows }
    }

    pub fn text(&self, column: &str) -> Vec<&str> {
        let at = self.names[column];
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column).iter().map(|text| text.parse().expect("a number")).collect()
    }

    /// Whether each cell of a column is this.
    pub fn is(&self, column: &str, value: &str) -> Vec<bool> {
        self.text(column).iter().map(|text| *text == value).collect()
    }

    pub fn keep(mut self, wanted: impl Fn(&[String]) -> bool) -> Self {
        self.rows.retain(|row| wanted(row));
        self
    }
}

/// Columns side by side.
pub fn beside(columns: &[Vec<f64>]) -> Matrix {
    let rows: Vec<Vec<f64>> = (0..columns[0].len())
        .map(|row| columns.iter().map(|column| column[row]).collect())
        .collect();
    Matrix::from_rows(&rows).expect("columns are of one length")
}

/// 1 for true.
pub fn ones(flags: &[bool]) -> Vec<f64> {
    flags.iter().map(|flag| f64::from(u8::from(*flag))).collect()
}

/// Within this distance.
pub fn close(got: f64, want: f64, by: f64) {
    assert!((got - want).abs() <= by, "{got} is not {want} within {by}");
}
