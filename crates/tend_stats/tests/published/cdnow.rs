//! CDNOW: success.md 5.2; Fader, Hardie and Lee (2005).

use tend_stats::{
    Buying, History, bg_nbd, bg_nbd::Stops, gamma_gamma, gamma_gamma::Spend, nbd, pareto_nbd,
};

use crate::data::{Table, close};

/// The tenth of the customers that the papers use, in weeks.
fn tenth() -> Vec<History> {
    let table = Table::of("cdnow_customers_summary.csv");
    let (x, last, age) = (table.numbers("frequency"), table.numbers("recency"), table.numbers("T"));
    (0..x.len()).map(|i| History::new(x[i] as u64, last[i], age[i])).collect()
}

#[test]
fn bg_nbd_is_the_papers() {
    let fit = bg_nbd::fit(&tenth(), Stops::AfterRepeats).expect("a fit");
    let m = fit.model;
    close(m.r, 0.242593, 1e-6);
    close(m.alpha, 4.413532, 1e-5);
    close(m.a, 0.792886, 1e-5);
    close(m.b, 2.425753, 1e-5);
    close(fit.log_likelihood, -9582.4256, 1e-4);
    let one = History::new(2, 30.43, 38.86);
    close(m.expected(&one, 39.0), 1.225910, 1e-5);
    close(m.alive(&one), 0.726609, 1e-5);
    close(m.expected_new(39.0), 1.195016, 1e-5);
    close(m.expected_new(78.0), 1.857972, 1e-5);
}

#[test]
fn mbg_nbd_is_what_lifetimes_finds() {
    let fit = bg_nbd::fit(&tenth(), Stops::AfterEach).expect("a fit");
    close(fit.model.r, 0.52484, 1e-4);
    close(fit.model.alpha, 6.18299, 1e-3);
    close(fit.model.a, 0.89136, 1e-3);
    close(fit.model.b, 1.61400, 1e-3);
}

#[test]
fn pareto_nbd_is_the_papers() {
    let fit = pareto_nbd::fit(&tenth()).expect("a fit");
    let m = fit.model;
    close(m.r, 0.55328, 1e-5);
    close(m.alpha, 10.57761, 2e-4);
    close(m.s, 0.60621, 2e-5);
    close(m.beta, 11.66791, 6e-4);
    close(fit.log_likelihood, -9594.974, 1e-3);
    let one = History::new(2, 30.43, 38.86);
    close(m.expected(&one, 39.0), 1.45512, 1e-5);
    close(m.alive(&one), 0.869119, 1e-5);
}

#[test]
fn nbd_is_the_papers() {
    let fit = nbd::fit(&tenth()).expect("a fit");
    close(fit.model.r, 0.3848, 5e-5);
    close(fit.model.alpha, 12.0721, 5e-4);
    close(fit.log_likelihood, -9763.66, 0.005);
}

#[test]
fn gamma_gamma_is_the_papers() {
    let table = Table::of("cdnow_customers_summary_with_transactions.csv");
    let rows = table.numbers("x").into_iter().zip(table.numbers("zbar"));
    let spends: Vec<Spend> = rows.map(|(x, mean)| Spend { purchases: x as u64, mean }).collect();
    let fit = gamma_gamma::fit(&spends).expect("a fit");
    let m = fit.model;
    assert_eq!(fit.customers, 946);
    close(m.p, 6.2488, 1e-4);
    close(m.q, 3.7446, 1e-4);
    close(m.v, 15.4477, 1e-3);
    close(fit.log_likelihood, -4055.923, 1e-3);
    close(m.correlation, 0.114, 5e-4);
    close(m.mean().expect("finite"), 35.1710, 1e-3);
    for (spend, want) in spends.iter().zip([24.6586, 18.9115, 35.1710, 35.1710, 35.1710]) {
        close(m.expected(spend).expect("finite"), want, 1e-3);
    }
}
