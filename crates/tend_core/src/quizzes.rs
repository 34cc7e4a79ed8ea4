//! The matching quiz: a few questions on the company's own site, and the products that fit the
//! answers, each with what speaks for it.
//!
//! The company composes it ([`Document`]): each choice of a question speaks for products with some
//! attribute ([`Rule`]), or leaves out all others. Nothing is learned and nothing is hidden: the
//! same answers give the same list ([`matching`]).

mod answer;
mod doubts;
mod edit;
mod matching;

pub use answer::{Report, click, finish, leave_address, open, report, start};
pub use doubts::{Doubt, doubt, doubts};
pub use edit::{NewQuiz, all, create, find, save};
pub use matching::{Document, Match, Question, QuizChoice, Rule, matching};

use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{
    Result,
    agents::{Me, Permission},
    fold,
    recommend::offers::{self, Offer, Trait},
};

id!(QuizId, "quz");

row! {
    struct Stored {
        id: QuizId,
        slug: String,
        title: String,
        document: String,
        sites: String,
        is_open: bool,
        created_at: Timestamp,
    }
}

/// A quiz.
#[derive(Clone, Debug, PartialEq)]
pub struct Quiz {
    pub id: QuizId,
    /// Its address is `/q/{slug}`.
    pub slug: String,
    pub title: String,
    pub document: Document,
    /// Where it may be embedded: origins, one a line.
    pub sites: String,
    /// Whether anybody may answer it.
    pub is_open: bool,
    pub created_at: Timestamp,
}

impl From<Stored> for Quiz {
    fn from(it: Stored) -> Self {
        Self {
            id: it.id,
            slug: it.slug,
            title: it.title,
            document: serde_json::from_str(&it.document).unwrap_or_default(),
            sites: it.sites,
            is_open: it.is_open,
            created_at: it.created_at,
        }
    }
}

const SELECT: &str = "SELECT id, slug, title, document, sites, is_open, created_at FROM quizzes";

/// The products that a quiz chooses from, with what is known of them.
pub fn shelf(tx: &mut Tx) -> Result<(Vec<Offer>, Vec<Trait>)> {
    Ok((offers::all(tx)?, offers::all_traits(tx)?))
}

/// The attributes that products have: each name with its values.
pub fn known_traits(tx: &mut Tx, me: &Me) -> Result<Vec<(String, Vec<String>)>> {
    me.require(Permission::RevenueEdit)?;
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for it in offers::all_traits(tx)? {
        match all.last_mut() {
            Some(last) if fold::fold(&last.0) == fold::fold(&it.name) => {
                if last.1.last().is_none_or(|own| fold::fold(own) != fold::fold(&it.value)) {
                    last.1.push(it.value);
                }
            }
            _ => all.push((it.name, vec![it.value])),
        }
    }
    Ok(all)
}
