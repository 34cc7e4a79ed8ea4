//! `tend stats` over files as others write them: columns that say nothing, other dates, other
//! letters, other numbers.

use std::{fmt::Write as _, fs};

use tend_stats::random::Random;

use crate::{
    figures::{near, stats},
    program::Installation,
};

/// Customers of three plans; one column follows from the plan, one is the same everywhere, and of
/// the trial nobody left.
fn lives() -> String {
    let mut random = Random::of_seed(11);
    let mut text = "time,event,visits,plan,is_gold,country,trial\n".to_owned();
    for at in 0..300 {
        let (visits, plan) = (random.below(20), ["gold", "silver", "tin"][at % 3]);
        let time = 1 + random.below(10 + visits);
        let trial = at.is_multiple_of(11);
        let event = u8::from(!trial && random.unit() < 0.6);
        let gold = u8::from(plan == "gold");
        let trial = u8::from(trial);
        writeln!(text, "{time},{event},{visits},{plan},{gold},NL,{trial}").expect("writes");
    }
    text
}

#[test]
fn a_column_that_says_nothing_is_null_and_the_others_are_fitted() {
    let it = Installation::on_sqlite();
    let told = stats(&it, &["cox", "-"], &lives());
    let column = |name: &str| {
        let all = told["columns"].as_array().expect("a list");
        all.iter().find(|it| it["name"] == name).expect("is there").clone()
    };
    for (name, why) in [("is_gold", "aliased"), ("country", "constant"), ("trial", "unbounded")] {
        let it = column(name);
        assert!(it["coefficient"].is_null() && it["hazard_ratio"].is_null(), "{it}");
        assert_eq!(it["no_effect"], why);
        let warned = told["warnings"].as_array().expect("a list");
        let named = |text: &&serde_json::Value| {
            text.as_str().is_some_and(|it| it.starts_with(&format!("Column {name} ")))
        };
        assert_eq!(warned.iter().filter(named).count(), 1, "{warned:?}");
    }
    let plain = ["cox", "-", "--drop", "is_gold", "--drop", "country"];
    let plain = stats(&it, &plain, &lives());
    let visits = &column("visits")["coefficient"];
    assert!(visits.as_f64().is_some_and(|it| it < -0.01), "{visits}");
    assert_eq!(visits, &plain["columns"][0]["coefficient"]);
    assert!(column("plan=silver")["standard_error"].as_f64() > Some(0.0));
}

#[test]
fn a_file_of_far_more_columns_than_events_is_refused_at_once() {
    let it = Installation::on_sqlite();
    let mut random = Random::of_seed(12);
    let mut text = "time,event".to_owned();
    (0..3000).for_each(|n| write!(text, ",x{n}").expect("writes"));
    for at in 0..60 {
        write!(text, "\n{at},{}", at % 2).expect("writes");
        (0..3000).for_each(|_| write!(text, ",{:.3}", random.normal()).expect("writes"));
    }
    let wrong = it.refused(&["stats", "cox", "-"], &text);
    assert!(wrong.contains("There are 3000 columns and only 30 events"), "{wrong}");
}

#[test]
fn dates_of_shops_are_read_and_rows_without_a_customer_are_left_out() {
    let it = Installation::on_sqlite();
    let shop = "InvoiceNo,InvoiceDate,StockCode,CustomerID\n1,12/1/2010 8:26,A,17850\n\
                2,12/1/2010 8:28,B,\n3,12/13/2010 9:01,A,17850\n4,1/5/2011 9:01,B,13047\n";
    let told = stats(&it, &["transactions-to-rfm", "-", "--unit-days", "1"], shop);
    assert_eq!(told["customers"], 2);
    let first = &told["rows"].as_array().expect("a list")[1];
    assert_eq!(
        (&first["customer"], &first["first_purchase"]),
        (&"17850".into(), &"2010-12-01".into())
    );
    near(&first["recency"], 12.0, 1e-9);
    assert_eq!(told["notes"][0], "1 row names no customer and is left out.");
    assert_eq!(told["notes"][1], "Dates have the month first: 12/1/2010 8:26 is 2010-12-01.");
    let told = stats(&it, &["recommend", "-", "--method", "popularity"], shop);
    assert_eq!((&told["interactions"], &told["left_out_rows"]), (&3.into(), &1.into()));
    assert_eq!(told["notes"][0], "1 row names no customer and is left out.");

    let german = "kunde;datum\na;31.12.2024\na;02.01.2025\n";
    let ask = ["transactions-to-rfm", "-", "--customer", "kunde", "--date", "Datum"];
    let told = stats(&it, &[&ask[..], &["--unit-days", "1"]].concat(), german);
    assert_eq!(told["rows"][0]["first_purchase"], "2024-12-31");
    near(&told["rows"][0]["recency"], 2.0, 1e-9);

    let open = "customer,date\na,3/4/2024\na,5/6/2024\n";
    let wrong = it.refused(&["stats", "transactions-to-rfm", "-"], open);
    assert!(
        wrong.contains("column date: “5/6/2024” may have the day or the month first"),
        "{wrong}"
    );
    let first = |format: &str| {
        let ask = ["transactions-to-rfm", "-", "--date-format", format];
        stats(&it, &ask, open)["rows"][0]["first_purchase"].clone()
    };
    assert_eq!((first("dmy"), first("MM/DD/YYYY")), ("2024-04-03".into(), "2024-03-04".into()));
}

#[test]
fn percentages_other_letters_and_folders_are_read_or_named() {
    let it = Installation::on_sqlite();
    let regular =
        "year,alive\n0,100%\n1,63.1%\n2,46.8%\n3,38.2%\n4,32.6%\n5,28.9%\n6,26.2%\n7,24.1%\n";
    near(&stats(&it, &["sbg", "-"], regular)["alpha"], 0.704, 2e-3);
    let file = |name: &str| it.folder.path().join(name).display().to_string();
    let sixteen: Vec<u8> =
        format!("\u{feff}{regular}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(file("a.csv"), sixteen).expect("writes");
    let told = stats(&it, &["sbg", &file("a.csv")], "");
    near(&told["alpha"], 0.704, 2e-3);
    assert!(told["warnings"].to_string().contains("UTF-16"), "{}", told["warnings"]);
    fs::write(file("b.csv"), b"time,event,by\n1,1,Zo\xeb\n2,0,b\n3,1,Zo\xeb\n4,1,b\n")
        .expect("writes");
    let told = stats(&it, &["logrank", &file("b.csv")], "");
    assert_eq!(told["groups"][0]["group"], "Zoë");
    assert!(told["warnings"].to_string().contains("Windows-1252"), "{}", told["warnings"]);
    let folder = it.folder.path().display().to_string();
    let wrong = it.refused(&["stats", "sbg", &folder], "");
    assert_eq!(wrong, format!("tend: {folder} is a folder, and it takes a file.\n"));
}

/// What decides is a number with a decimal comma, different in each row.
fn paying(n: usize, seed: u64) -> Vec<u8> {
    let mut random = Random::of_seed(seed);
    let mut bytes = b"town;paid;Churn\n".to_vec();
    for at in 0..n {
        let paid = random.unit();
        let left = if random.unit() < 0.9 * (1.0 - paid) { "Yes" } else { "No" };
        let paid = format!("{paid:.6}").replace('.', ",");
        bytes.extend_from_slice([&b"K\xf6ln;"[..], b"Zoetermeer;"][at % 2]);
        bytes.extend_from_slice(format!("{paid};{left}\n").as_bytes());
    }
    bytes
}

#[test]
fn churn_reads_decimal_commas_other_letters_and_names_in_any_letters() {
    let it = Installation::on_sqlite();
    let file = |name: &str| it.folder.path().join(name).display().to_string();
    let (train, test) = (file("train.csv"), file("test.csv"));
    fs::write(&train, paying(400, 1)).expect("writes");
    fs::write(&test, paying(300, 2)).expect("writes");
    let ask = ["churn", "--train", &train, "--test", &test, "--target", "churn", "--drop", "TOWN"];
    let told = stats(&it, &ask, "");
    assert_eq!(told["training"]["columns"], serde_json::json!(["paid"]));
    assert!(told["test"]["auc"]["value"].as_f64() > Some(0.7), "{}", told["test"]["auc"]);
    for notes in [&told["training"]["notes"], &told["test_notes"]] {
        assert!(notes.to_string().contains("Windows-1252"), "{notes}");
    }
}
