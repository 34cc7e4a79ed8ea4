//! Published results, met to the digits that were printed. The data are fetched by
//! `crates/tend_stats/data.sh DIR`; none of them is part of this repository.

mod cdnow;
mod cdnow_log;
mod churn;
mod data;
mod donations;
mod logistic;
mod recommend;
mod renewals;
mod survival;
