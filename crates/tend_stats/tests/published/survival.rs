//! Computed with lifelines 0.30.3.

use tend_stats::survival::{Lives, cox, kaplan_meier, log_rank, weibull};

use crate::data::{Table, beside, close};

fn groups(flags: &[bool]) -> Vec<usize> {
    flags.iter().map(|flag| usize::from(*flag)).collect()
}

fn rossi() -> (Table, Lives) {
    let table = Table::of("rossi.csv");
    let lives = Lives::new(&table.numbers("week"), &table.is("arrest", "1")).expect("432");
    (table, lives)
}

#[test]
fn rossi_stays_and_aid_helps_a_little() {
    let (table, lives) = rossi();
    let curve = kaplan_meier(&lives, 0.95).expect("a curve");
    close(curve.at(10.0).value, 0.965278, 5e-7);
    close(curve.at(26.0).value, 0.875000, 5e-7);
    let year = curve.at(52.0);
    close(year.value, 0.736111, 5e-7);
    close(year.lower, 0.691860, 5e-7);
    close(year.upper, 0.775063, 5e-7);
    let test = log_rank(&lives, &groups(&table.is("fin", "1"))).expect("two groups");
    close(test.statistic, 3.837570, 5e-7);
    close(test.p, 0.050116, 5e-7);
}

#[test]
fn rossi_by_cox() {
    let (table, lives) = rossi();
    let names = ["fin", "age", "race", "wexp", "mar", "paro", "prio"].map(String::from);
    let x = beside(&names.each_ref().map(|name| table.numbers(name)));
    let fit = cox(&lives, &x, &names, 0.95).expect("a fit");
    let printed = [-0.379422, -0.057438, 0.313900, -0.149796, -0.433704, -0.084871, 0.091497];
    let of = |at: usize| fit.columns[at].effect.as_ref().expect("an effect");
    for (at, value) in printed.into_iter().enumerate() {
        close(of(at).coefficient, value, 5e-7);
    }
    for (at, error) in [(0, 0.191379), (1, 0.021999), (6, 0.028649)] {
        close(of(at).standard_error, error, 5e-7);
    }
    close(fit.log_likelihood, -658.747659, 5e-7);
    close(fit.concordance.expect("pairs"), 0.640329, 5e-7);
    close(fit.likelihood_ratio, 33.265946, 1e-6);
    close(fit.aic, 1331.495318, 1e-6);
    close(of(1).proportionality.statistic, 11.4535, 5e-5);
    close(of(1).proportionality.p, 0.0007, 5e-5);
    close(of(3).proportionality.statistic, 7.3149, 5e-5);
    close(of(3).proportionality.p, 0.0068, 5e-5);
    let said = |name: &str| fit.warnings.iter().any(|text| text.contains(name));
    assert!(said("age") && said("wexp") && !said("fin") && !said("prio"), "{:?}", fit.warnings);
}

#[test]
fn waltons_flies() {
    let table = Table::of("waltons_dataset.csv");
    let lives = Lives::new(&table.numbers("T"), &table.is("E", "1")).expect("163");
    assert_eq!(kaplan_meier(&lives, 0.95).expect("a curve").median.value, Some(56.0));
    let test = log_rank(&lives, &groups(&table.is("group", "control"))).expect("two groups");
    close(test.statistic, 122.249126, 5e-7);
    let fit = weibull(&lives).expect("a fit");
    // The printed optimum stopped a little early: this one is not less likely.
    close(fit.scale, 55.733097, 3e-5);
    close(fit.shape, 3.450504, 3e-5);
    close(fit.log_likelihood, -672.062187, 5e-7);
    assert!(fit.log_likelihood > -672.0621875);
}

fn telco() -> Table {
    Table::of("churn.csv").keep(|row| row[5] != "0")
}

#[test]
fn telco_stays_as_long_as_its_contract() {
    let table = telco();
    let (times, ended) = (table.numbers("tenure"), table.is("Churn", "Yes"));
    let lives = Lives::new(&times, &ended).expect("7,032");
    assert_eq!(lives.len(), 7032);
    let curve = kaplan_meier(&lives, 0.95).expect("a curve");
    for (month, share) in [(12.0, 0.843200), (24.0, 0.788736), (72.0, 0.592790)] {
        close(curve.at(month).value, share, 5e-7);
    }
    let contract = table.text("Contract");
    let kinds = ["Month-to-month", "One year", "Two year"];
    let printed = [(Some(35.0), 0.7031, 0.2972), (None, 0.9908, 0.8318), (None, 1.0, 0.9862)];
    for (kind, (median, year, five)) in kinds.iter().zip(printed) {
        let of: Vec<usize> = (0..times.len()).filter(|&row| contract[row] == *kind).collect();
        let part = Lives::new(
            &of.iter().map(|&row| times[row]).collect::<Vec<_>>(),
            &of.iter().map(|&row| ended[row]).collect::<Vec<_>>(),
        )
        .expect("customers");
        let curve = kaplan_meier(&part, 0.95).expect("a curve");
        assert_eq!(curve.median.value, median);
        close(curve.at(12.0).value, year, 5e-5);
        close(curve.at(60.0).value, five, 5e-5);
    }
    let group: Vec<usize> = contract
        .iter()
        .map(|kind| kinds.iter().position(|k| k == kind).expect("three kinds"))
        .collect();
    let test = log_rank(&lives, &group).expect("three groups");
    close(test.statistic, 2352.873, 5e-4);
    assert_eq!(test.degrees, 2);
}
