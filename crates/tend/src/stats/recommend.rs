//! `tend stats recommend`: what each customer is likely to want next.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;
use tend_stats::Error;
use tend_stats::recommend::{
    self, Choice, Evaluation, Model, Owned, Pairs, Protocol, choose, evaluate, past,
};

use super::output;
use super::purchases::{self, Purchases};

/// What each customer is likely to want next, learned from who bought what and when. The CSV
/// has a row for each purchase: customer, product, time and, if you like, weight.
///
/// By default the program finds out by itself how to recommend: it holds back each customer's
/// last new product, tries several methods on the rest, and takes the one that foretells best.
/// Where none surely beats the list of what most buy, that list is given. The answer is the
/// same on every run.
#[derive(Args)]
#[command(after_long_help = HELP)]
pub struct Recommend {
    /// A CSV file with a header; - reads the standard input.
    pub file: PathBuf,
    /// How to recommend.
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    pub method: Method,
    /// Say how well it foretells a past that it has not seen, and whether it beats popularity.
    #[arg(long)]
    pub evaluate: bool,
    /// How many products each customer's list has.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,
    /// Write the lists into this CSV: customer, product, rank, score.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write what goes with what into this CSV: product, other, similarity, customers.
    #[arg(long, value_name = "FILE")]
    pub pairs: Option<PathBuf>,
    /// Recommend again what a customer has: for what is used up.
    #[arg(long)]
    pub again: bool,
    /// Nothing before this time is learned from: written as in the file.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only so many of each customer's newest rows are learned from.
    #[arg(long, value_name = "ROWS")]
    pub newest: Option<usize>,
    #[command(flatten)]
    pub columns: purchases::Columns,
}

const HELP: &str = "\
Methods:
  ease        Each product foretold from the others by ridge regression in closed form (Steck
              2019). Up to 5,000 products.
  als         Vectors of customers and products (Hu, Koren, Volinsky 2008). Any number of
              products, and the better one where most customers have bought three or fewer.
  cosine      Products that the same customers bought; few customers count less.
  popularity  What most buy: the list that every method has to beat.
  auto        The best of these on a part of the past that is held back.

In all of them what was bought lately counts more, as far as that helps.

--evaluate prints four ways to hold out, each with the figures of the method (\"chosen\"), those
of popularity, and the difference, with 95 % intervals over customers. Every product that the
customer has not bought is ranked; none are sampled. What is chosen, is chosen anew for each
without a look at what is to be foretold.
  random_quarter    A random quarter of each customer's products; compare nDCG@10 with published
                    tables.
  last_out          Each customer's last new product; of several at one time the one whose
                    product comes first in the file latest.
  last_out_of_four  The same with the last four rows of each customer alone: three to learn
                    from, one to foretell, as in a shop where most buy a few times.
  rolling           The newest fifth of the rows in three spans, each foretold from all before:
                    as if it had been used.

Example: the lists of a shop, and whether they are worth anything
  tend stats recommend orders.csv --top 5 --output lists.csv
  tend stats recommend orders.csv --evaluate";

/// How to recommend.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    Auto,
    Ease,
    Als,
    Cosine,
    Popularity,
}

impl Method {
    fn meant(self) -> recommend::Method {
        match self {
            Method::Auto => recommend::Method::Auto,
            Method::Ease => recommend::Method::Ease,
            Method::Als => recommend::Method::Als,
            Method::Cosine => recommend::Method::Cosine,
            Method::Popularity => recommend::Method::Popularity,
        }
    }
}

#[derive(Serialize)]
struct Answer {
    customers: usize,
    products: usize,
    interactions: usize,
    /// Rows that say nothing or lie outside of what was asked for.
    left_out_rows: usize,
    /// What a reader has to know of how the file was read.
    notes: Vec<String>,
    /// What the lists are made by; none if there was nothing but an evaluation to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation: Option<Evaluations>,
}

#[derive(Serialize)]
struct Evaluations {
    random_quarter: Told,
    last_out: Told,
    last_out_of_four: Told,
    rolling: Told,
}

/// Figures, or why there are none.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    Figures(Box<Evaluation>),
    Problem { problem: String },
}

pub fn run(it: &Recommend) -> Result<()> {
    if !(1..=1000).contains(&it.top) {
        bail!("A list has 1 to 1000 products.");
    }
    if it.newest == Some(0) {
        bail!("From 0 rows of each customer nothing can be learned.");
    }
    let asked = purchases::Asked { since: it.since.as_deref(), newest: it.newest };
    let read = purchases::read(&it.file, &it.columns, asked)?;
    let explain = |error: Error| anyhow::anyhow!("{}: {error}", it.file.display());
    if let Some(path) = &it.pairs {
        write_pairs(path, &read).map_err(explain)??;
    }
    let lists = !it.evaluate || it.output.is_some();
    let choice = lists.then(|| choose(&read.events, it.method.meant())).transpose();
    let choice = choice.map_err(explain)?;
    if let (Some(path), Some(choice)) = (&it.output, &choice) {
        let model = choice.learn(&read.events).map_err(explain)?;
        write_lists(path, &read, &model, it)?;
    }
    let evaluation = it.evaluate.then(|| evaluations(&read, it.method)).transpose();
    output::print(&Answer {
        customers: read.customers.len(),
        products: read.products.len(),
        interactions: read.events.len(),
        left_out_rows: read.rows - read.events.len(),
        notes: read.notes.clone(),
        choice,
        evaluation: evaluation.map_err(explain)?,
    })
}

fn evaluations(read: &Purchases, method: Method) -> tend_stats::Result<Evaluations> {
    let told = |protocol| match evaluate(&read.events, method.meant(), protocol) {
        Ok(figures) => Ok(Told::Figures(Box::new(figures))),
        // Too little to hold out is an answer, for each way by itself.
        Err(error @ (Error::NotEnough { .. } | Error::NoAnswer(_))) => {
            Ok(Told::Problem { problem: error.to_string() })
        }
        Err(error) => Err(error),
    };
    Ok(Evaluations {
        random_quarter: told(Protocol::RandomQuarter)?,
        last_out: told(Protocol::LastOut)?,
        last_out_of_four: told(Protocol::LastOutOfFour)?,
        rolling: told(Protocol::Rolling)?,
    })
}

fn write_lists(path: &Path, read: &Purchases, model: &Model, it: &Recommend) -> Result<()> {
    let owned = if it.again { Owned::Allowed } else { Owned::LeftOut };
    let lists =
        model.lists(read.customers.len(), |customer| past(read.events.of(customer)), it.top, owned);
    let rows = lists.into_iter().enumerate().flat_map(|(customer, list)| {
        list.into_iter().enumerate().map(move |(place, suggestion)| {
            vec![
                read.customers[customer].clone(),
                read.products[suggestion.product as usize].clone(),
                (place + 1).to_string(),
                suggestion.score.to_string(),
            ]
        })
    });
    output::csv(path, &["customer", "product", "rank", "score"], rows)
}

/// A pair that ten customers bought is believed by half; ten others for each product.
fn write_pairs(path: &Path, read: &Purchases) -> tend_stats::Result<Result<()>> {
    let pairs = Pairs::fit(&read.events, 10.0, 10)?;
    let rows = (0..read.products.len() as u32).flat_map(|product| {
        pairs.of(product).iter().map(move |near| {
            vec![
                read.products[product as usize].clone(),
                read.products[near.product as usize].clone(),
                near.similarity.to_string(),
                near.customers.to_string(),
            ]
        })
    });
    Ok(output::csv(path, &["product", "other", "similarity", "customers"], rows))
}
