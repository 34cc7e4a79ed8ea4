//! `tend stats` as one calls it: files in, JSON out, and errors that name the row and the column.

use std::{fmt::Write as _, fs, path::PathBuf};

use serde_json::Value;
use tend_stats::random::Random;

use crate::program::Installation;

/// Fader and Hardie 2007, the High End subscribers: of a thousand, those left after each year.
const HIGH_END: &str = "year,customers\n0,1000\n1,869\n2,743\n3,653\n4,593\n5,551\n6,517\n7,491\n";

fn published(file: &str) -> String {
    let folder = std::env::var_os("TEND_STATS_DATA").map(PathBuf::from).unwrap_or_else(|| {
        panic!("run `crates/tend_stats/data.sh DIR` and set TEND_STATS_DATA=DIR: this test reads {file}")
    });
    folder.join(file).display().to_string()
}

fn stats(it: &Installation, args: &[&str], input: &str) -> Value {
    let said = it.well(&[&["stats"], args].concat(), input);
    serde_json::from_str(&said).expect("it says JSON")
}

fn near(value: &Value, wanted: f64, by: f64) {
    let got = value.as_f64().expect("a number");
    assert!((got - wanted).abs() <= by, "{got} is not {wanted}");
}

#[test]
fn published_results_come_out_of_the_program() {
    let it = Installation::on_sqlite();
    let bg = stats(&it, &["bg-nbd", &published("cdnow_customers_summary.csv")], "");
    near(&bg["log_likelihood"], -9582.4256, 1e-3);
    near(&bg["r"], 0.243, 1e-3);
    let sbg = stats(&it, &["sbg", "-"], HIGH_END);
    near(&sbg["alpha"], 0.668, 5e-4);
    near(&sbg["beta"], 3.806, 5e-4);
    let cox =
        stats(&it, &["cox", &published("rossi.csv"), "--time", "week", "--event", "arrest"], "");
    near(&cox["columns"][0]["coefficient"], -0.37942, 1e-5);
}

#[test]
fn an_error_names_the_row_and_the_column() {
    let it = Installation::on_sqlite();
    let refused = |command: &str, input: &str| it.refused(&["stats", command, "-"], input);
    let wrong =
        refused("transactions-to-rfm", "customer,date,value\na,2024-01-01,10\na,2024-02-01,x\n");
    assert_eq!(wrong, "tend: -: row 2, column value: “x” is not a number.\n");
    let blank = refused("bg-nbd", "frequency,recency,T\n1,2,3\n2,,4\n");
    assert_eq!(blank, "tend: -: row 2, column recency: the empty cell is not a number.\n");
    let negative = refused("km", "week,left\n3,1\n-2,0\n");
    assert!(negative.contains("row 2, column week"), "{negative}");
    let few = refused("bg-nbd", "frequency,recency,T\n1,2,30\n");
    assert!(few.contains("not enough customers"), "{few}");
    let strange = refused("sbg", "year,people\n0,10\n");
    assert!(strange.contains("Its columns are: year, people."), "{strange}");
    assert!(refused("km", "").starts_with("tend: "), "an empty file has an answer");
}

/// Whoever signs in seldom leaves; the plan says nothing, and is blank now and then.
fn customers(n: usize, seed: u64) -> String {
    let mut random = Random::of_seed(seed);
    let mut text = "plan,sign_ins,left\n".to_owned();
    for at in 0..n {
        let (often, plan) = (random.unit(), ["Gold", "Silver", ""][at % 3]);
        let left = if random.unit() < 0.8 * (1.0 - often) { "yes" } else { "no" };
        writeln!(text, "{plan},{often:.3},{left}").expect("writes");
    }
    text
}

#[test]
fn churn_is_foretold_in_the_order_of_the_rows() {
    let it = Installation::on_sqlite();
    let file = |name: &str| it.folder.path().join(name).display().to_string();
    let (train, test, out) = (file("a.csv"), file("b.csv"), file("p.csv"));
    fs::write(&train, customers(500, 1)).expect("writes");
    fs::write(&test, customers(200, 2)).expect("writes");
    let ask = ["churn", "--train", &train, "--test", &test, "--target", "left"];
    let told = stats(&it, &[&ask[..], &["--predictions", &out]].concat(), "");
    assert!(told["test"]["auc"]["value"].as_f64() > Some(0.7), "{}", told["test"]["auc"]);
    let written = fs::read_to_string(&out).expect("is there");
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!((lines.len(), lines[0]), (201, "row,probability"));
    for (at, line) in lines[1..].iter().enumerate() {
        let (row, p) = line.split_once(',').expect("two columns");
        assert_eq!(row, (at + 1).to_string());
        assert!((0.0..=1.0).contains(&p.parse::<f64>().expect("a number")));
    }
    let wrong =
        it.refused(&["stats", "churn", "--train", &train, "--test", &test, "--target", "lef"], "");
    assert!(wrong.contains("There is no column lef. The columns are: plan, sign_ins, left."));
}

#[test]
fn a_picture_is_written_where_it_is_asked_for() {
    let it = Installation::on_sqlite();
    let file = it.folder.path().join("left.svg").display().to_string();
    stats(&it, &["sbg", "-", "--plot", &file], HIGH_END);
    let picture = fs::read_to_string(&file).expect("is there");
    assert!(picture.contains("<svg") && picture.contains("<desc>"), "{picture}");
}
