//! The published data that data.sh fetches.

use std::{env, fs, path::Path};

use tend_stats::History;

/// One of the files, whole.
pub fn text(name: &str) -> String {
    let folder = env::var("TEND_STATS_DATA").unwrap_or_else(|_| {
        panic!(
            "The golden tests read published data. Fetch it with crates/tend_stats/data.sh DIR, \
             then set TEND_STATS_DATA=DIR."
        )
    });
    let path = Path::new(&folder).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{} cannot be read ({error}). Run crates/tend_stats/data.sh {folder}.",
            path.display()
        )
    })
}

/// The rows of a CSV without quotes, without its header.
pub fn rows(name: &str) -> Vec<Vec<f64>> {
    let number = |field: &str| field.trim().parse().expect("a number");
    text(name).lines().skip(1).map(|line| line.split(',').map(number).collect()).collect()
}

/// The tenth of CDNOW's customers that the papers use, in weeks.
pub fn cdnow() -> Vec<History> {
    let history = |row: Vec<f64>| History::new(row[1] as u64, row[2], row[3]);
    rows("cdnow_customers_summary.csv").into_iter().map(history).collect()
}
