use tend_stats::logistic::logistic;

use crate::data::{Table, beside, close, ones};

/// Computed with statsmodels 0.14 on all 7,043 customers.
#[test]
fn telco_without_shrinkage() {
    let table = Table::of("churn.csv");
    let y = table.is("Churn", "Yes");
    let x = beside(&[
        table.numbers("tenure"),
        table.numbers("MonthlyCharges"),
        ones(&table.is("Contract", "One year")),
        ones(&table.is("Contract", "Two year")),
        ones(&table.is("InternetService", "Fiber optic")),
        ones(&table.is("InternetService", "No")),
        ones(&table.is("PaymentMethod", "Electronic check")),
    ]);
    let names: Vec<String> =
        ["tenure", "monthly", "one_year", "two_year", "fiber", "no_internet", "echeck"]
            .map(String::from)
            .to_vec();
    let fit = logistic(&x, &y, &names).expect("a fit");
    let printed = [
        (-0.701621, 0.157968),
        (-0.031155, 0.002073),
        (0.003787, 0.003006),
        (-0.802623, 0.103670),
        (-1.614185, 0.170228),
        (0.962263, 0.127664),
        (-0.809175, 0.150634),
        (0.491206, 0.067201),
    ];
    for (got, (value, error)) in fit.coefficients.iter().zip(printed) {
        close(got.value, value, 1e-6);
        close(got.standard_error, error, 1e-6);
    }
    close(fit.log_likelihood, -3005.4599, 1e-4);
}
