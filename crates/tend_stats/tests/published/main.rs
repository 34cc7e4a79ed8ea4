//! Published results, met to the digits that were printed. The data are fetched by
//! `crates/tend_stats/data.sh DIR`; none of them is part of this repository.

mod churn;
mod data;
mod logistic;
mod survival;
