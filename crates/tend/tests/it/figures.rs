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

pub fn stats(it: &Installation, args: &[&str], input: &str) -> Value {
    let said = it.well(&[&["stats"], args].concat(), input);
    serde_json::from_str(&said).expect("it says JSON")
}

pub fn near(value: &Value, wanted: f64, by: f64) {
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

/// Fader and Hardie's High End: as shares, with its years, in any order.
#[test]
fn renewals_are_read_in_the_order_of_their_periods_and_shares_are_no_counts() {
    let it = Installation::on_sqlite();
    let shares = "year;alive\n7;49,1\n0;100\n1;86,9\n2;74,3\n3;65,3\n4;59,3\n5;55,1\n6;51,7\n";
    let told = stats(&it, &["sbg", "-"], shares);
    near(&told["alpha"], 0.668, 2e-3);
    near(&told["beta"], 3.806, 1e-2);
    let warned = told["warnings"][0].as_str().expect("a warning");
    assert!(warned.contains("--cohort-size"), "{warned}");
    let gap = it.refused(&["stats", "sbg", "-"], "year,alive\n0,100\n1,80\n3,60\n");
    assert!(gap.contains("row 3, column year: “3” does not follow"), "{gap}");
}

#[test]
fn groups_are_called_by_their_names_and_huge_numbers_refused() {
    let it = Installation::on_sqlite();
    let told = stats(&it, &["logrank", "-"], "time,event,by\n1,1,a\n2,0,b\n3,1,a\n4,1,b\n");
    assert_eq!(told["groups"][1]["group"], "b");
    let blank = it.refused(&["stats", "logrank", "-"], "time,event,by\n1,1,a\n2,1,\n3,0,b\n");
    assert!(blank.contains("row 2, column by: the empty cell names no group"), "{blank}");
    let huge = it.refused(&["stats", "cox", "-"], "time,event,x\n1,1,5\n2,0,-1e308\n3,1,2\n");
    assert!(huge.contains("row 2, column x: “-1e308” is too large"), "{huge}");
}

/// success.md 5.2, “to beat”: without looking at what came, the level is taken from the model
/// that foretold earlier weeks best, and what remains of the bias of 12 % is less than 5 %.
#[test]
fn recalibration_takes_off_the_bias_of_either_model() {
    let it = Installation::on_sqlite();
    let raw = fs::read_to_string(published("CDNOW_sample.txt")).expect("reads");
    let log: String = raw
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [customer, _, date, _, value] = fields[..] else { return None };
            Some(format!("{customer},{date},{value}\n"))
        })
        .collect();
    let log = format!("customer,date,value\n{log}");
    for model in ["bg-nbd", "pareto-nbd"] {
        let ask = [model, "-", "--recalibrate", "--calibration-end", "1997-09-30"];
        let told = stats(&it, &ask, &log);
        let bias = told["hold_out"]["bias"].as_f64().expect("a bias");
        assert!(bias.abs() < 0.05, "{model}: {bias}");
        assert!(told["hold_out"]["correlation"].as_f64() >= Some(0.62));
        assert_eq!(told["recalibration"]["level_of"], "Pareto/NBD");
        let warned = told["warnings"].as_array().expect("a list").len();
        assert_eq!(warned, usize::from(model == "bg-nbd"));
    }
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

/// Two tastes: whoever buys of one buys more of it.
fn purchases(customers: usize) -> String {
    let mut random = Random::of_seed(3);
    let mut text = "customer,product,time\n".to_owned();
    for customer in 0..customers {
        for day in 1..=6 {
            let product = 2 * random.below(10) + customer % 2;
            writeln!(text, "c{customer},p{product},2026-03-0{day}").expect("writes");
        }
    }
    text
}

#[test]
fn each_customer_gets_a_list_that_is_the_same_on_every_run() {
    let it = Installation::on_sqlite();
    let file = |name: &str| it.folder.path().join(name).display().to_string();
    let (out, pairs) = (file("lists.csv"), file("pairs.csv"));
    let shop = purchases(200);
    let ask = ["recommend", "-", "--top", "3", "--output", &out, "--pairs", &pairs];
    let told = stats(&it, &ask, &shop);
    assert_ne!(told["choice"]["recipe"]["method"], "popularity", "{told}");
    let lists = fs::read_to_string(&out).expect("is there");
    let lines: Vec<&str> = lines_of(&lists);
    assert_eq!((lines.len(), lines[0]), (601, "customer,product,rank,score"));
    let mut fit = 0;
    for (at, line) in lines[1..].iter().enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells[0], cells[2]), (&*format!("c{}", at / 3), &*(at % 3 + 1).to_string()));
        assert!(!shop.contains(&format!("{},{},", cells[0], cells[1])), "{line} is not new");
        let product: usize = cells[1][1..].parse().expect("a number");
        fit += usize::from(product % 2 == at / 3 % 2);
    }
    assert!(fit > 550, "{fit} of 600 are to the customer's taste");
    let together = fs::read_to_string(&pairs).expect("is there");
    assert_eq!(lines_of(&together)[0], "product,other,similarity,customers");
    stats(&it, &ask, &shop);
    assert_eq!(fs::read_to_string(&out).expect("is there"), lists);
    let popular = stats(&it, &["recommend", "-", "--method", "popularity"], &shop);
    assert_eq!(popular["choice"]["recipe"]["method"], "popularity");
}

fn lines_of(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn a_recommender_says_whether_it_beats_popularity() {
    let it = Installation::on_sqlite();
    let told = stats(&it, &["recommend", "-", "--evaluate", "--method", "cosine"], &purchases(200));
    for way in ["random_quarter", "last_out", "last_out_of_four", "rolling"] {
        let figures = &told["evaluation"][way];
        assert_eq!(figures["beats_popularity"], true, "{way}: {figures}");
        assert!(figures["difference"]["ndcg_at_10"]["lower"].as_f64() > Some(0.0));
        assert!(figures["popularity"]["hit_rate_at_10"]["upper"].as_f64() < Some(1.0));
    }
    let one = stats(&it, &["recommend", "-", "--evaluate"], "customer,product,time\na,b,1\n");
    let problem = one["evaluation"]["last_out"]["problem"].as_str().expect("a sentence");
    assert!(problem.starts_with("There are not enough customers"), "{problem}");
    let refused = |input: &str| it.refused(&["stats", "recommend", "-"], input);
    let wrong = refused("customer,product,time,weight\na,b,1,1\na,b,2,inf\n");
    assert_eq!(wrong, "tend: -: row 2, column weight: “inf” is not a number of 0 or more.\n");
    let wrong = refused("user,item,date\na,b,soon\n");
    assert!(wrong.contains("row 1, column date: “soon” is neither a date"), "{wrong}");
    let wrong = refused("customer,product,time,weight\na,b,1,0\n");
    assert!(wrong.contains("not enough interactions"), "{wrong}");
    assert!(refused("a,b\n1,2\n").contains("has no column customer or customer_id"));
}
