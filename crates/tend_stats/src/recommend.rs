//! What a customer is likely to want next, and what goes with what.
//!
//! - [`Interactions`] hold who bought what and when, for the span of time that is wanted.
//! - [`choose`] finds out on a part of the past that it holds back which way to recommend
//!   foretells best: EASE, implicit ALS, the shrunk cosine of products, or, where none of them
//!   surely wins, popularity. [`Model`] is what is learned then.
//! - [`Model::suggest`] makes the list of one customer, by the caller's own rules, and says
//!   because of what each product is on it. New purchases count at once: a model needs only a
//!   customer's past, whether or not that customer was there at the learning.
//! - [`Pairs`] say what goes with one product.
//! - [`evaluate`] says whether it is worth it, against popularity and with intervals; [`prove`]
//!   says it of every method, as it would have been shown.
//! - [`Piece`]s of a model can be kept apart, and rate a customer without the rest of it.
//!
//! All products are ranked, always: figures from lists of a hundred sampled products flatter
//! the simple methods and can't be compared with others (Krichene & Rendle, 2020, "On sampled
//! metrics for item recommendation", KDD '20). The same input gives the same answer on any
//! number of threads. The order of the rows makes no difference; of equal scores, and of
//! products bought at the same time, the lower number comes first.

mod als;
mod bought;
mod choose;
mod cosine;
mod dense;
mod ease;
mod evaluate;
mod figures;
mod interactions;
mod model;
mod parallel;
mod pieces;
mod popularity;
mod prove;
mod split;
mod suggest;

pub use choose::{Choice, Method, Tried, Validation, choose};
pub use cosine::Neighbour;
pub use evaluate::{Evaluation, Protocol, evaluate, judged};
pub use figures::{Difference, Figures, LIST};
pub use interactions::{Event, Interaction, Interactions, Past, Window, past};
pub use model::{Learner, MOST_FOR_EASE, Model, Pairs, Recipe};
pub use pieces::{ByVectors, Piece, Rated, Weight, rate_by_popularity, rate_by_weights};
pub use popularity::popularity;
pub use prove::{Proof, Proven, prove};
pub use split::{Split, Target, last_out, last_out_of_four, newest_spans, random_quarter, rolling};
pub use suggest::{Because, Owned, Suggestion};
