//! `tend stats`: the mathematics behind Tend's own figures, for anyone's CSV. JSON comes out;
//! what is wrong with a file is said with its row and its column.

mod buying;
mod churn;
mod cox;
mod dates;
mod level;
mod lives;
mod money;
mod output;
mod pictures;
mod purchases;
mod recommend;
mod rfm;
mod rows;
mod staying;
mod table;

use anyhow::Result;
use clap::Subcommand;

/// Models of customers, fitted to a CSV file.
#[derive(Subcommand)]
pub enum Stats {
    /// A list of purchases to frequency, recency, age and value of each customer.
    TransactionsToRfm(rfm::ToRfm),
    /// Who buys again, how often: BG/NBD, or MBG/NBD with --modified.
    BgNbd(buying::BgNbd),
    /// Who buys again, how often: Pareto/NBD.
    ParetoNbd(buying::ParetoNbd),
    /// How much a customer spends at a time: Gamma-Gamma.
    GammaGamma(money::GammaGamma),
    /// How long subscribers stay: sBG.
    Sbg(staying::Sbg),
    /// How long subscribers stay, if their loyalty grows or fades with time: BdW.
    Bdw(staying::Bdw),
    /// How many customers are still there after each time: Kaplan–Meier.
    Km(lives::Km),
    /// Whether groups of customers stay equally long: log-rank.
    Logrank(lives::LogRankOf),
    /// What makes customers leave sooner: Cox.
    Cox(cox::CoxOf),
    /// Who will leave: learnt from one table, foretold for another.
    Churn(churn::Churn),
    /// What each customer is likely to want next: EASE, ALS, cosine or popularity.
    Recommend(recommend::Recommend),
}

pub fn run(stats: Stats) -> Result<()> {
    match stats {
        Stats::TransactionsToRfm(it) => rfm::run(&it),
        Stats::BgNbd(it) => buying::bg_nbd(&it),
        Stats::ParetoNbd(it) => buying::pareto_nbd(&it),
        Stats::GammaGamma(it) => money::run(&it),
        Stats::Sbg(it) => staying::sbg(&it),
        Stats::Bdw(it) => staying::bdw(&it),
        Stats::Km(it) => lives::km(&it),
        Stats::Logrank(it) => lives::logrank(&it),
        Stats::Cox(it) => cox::run(&it),
        Stats::Churn(it) => churn::run(&it),
        Stats::Recommend(it) => recommend::run(&it),
    }
}
