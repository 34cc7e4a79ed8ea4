//! Answering a quiz, as anybody may.

use tend_store::{Tx, row};

use super::{Match, Quiz, QuizId, SELECT, Stored, matching, shelf};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::{self, ContactId, Stranger},
    error::{invalid, not_found},
    fold,
    journal::{self, Change, QuizAnswered},
    money::ProductId,
    recommend::offers,
};

/// A quiz that anybody may answer.
pub fn open(tx: &mut Tx, slug: &str) -> Result<Quiz> {
    let sql = format!("{SELECT} WHERE slug = $1 AND is_open = TRUE");
    let found: Option<Stored> = tx.maybe(&sql, &[slug.into()])?;
    Ok(found.ok_or(not_found("quiz"))?.into())
}

/// Somebody answered the first question; `fingerprint` is of the secret that their form carries.
pub fn start(tx: &mut Tx, quiz: QuizId, fingerprint: &str) -> Result<()> {
    let (id, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO quiz_runs (id, quiz_id, fingerprint, started_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (fingerprint) DO NOTHING",
        &[id.into(), quiz.into(), fingerprint.into(), now.into()],
    )?;
    Ok(())
}

/// All is answered: keeps the choices and says what fits. Answering again gives the newest
/// choices.
pub fn finish(
    tx: &mut Tx,
    quiz: &Quiz,
    fingerprint: &str,
    choices: &[usize],
) -> Result<Vec<Match>> {
    let (products, traits) = shelf(tx)?;
    let found = matching(&quiz.document, choices, &products, &traits);
    let ids: Vec<String> = found.iter().map(|it| it.offer.id.to_string()).collect();
    let now = tx.now();
    let json = |it: serde_json::Result<String>| it.expect("numbers and ids are plain data");
    tx.execute(
        "UPDATE quiz_runs SET finished_at = $3, choices = $4, products = $5
         WHERE fingerprint = $1 AND quiz_id = $2",
        &[
            fingerprint.into(),
            quiz.id.into(),
            now.into(),
            json(serde_json::to_string(choices)).into(),
            json(serde_json::to_string(&ids)).into(),
        ],
    )?;
    Ok(found)
}

row! {
    struct Run {
        id: i64,
        choices: String,
        products: String,
        contact_id: Option<ContactId>,
    }
}

fn finished(tx: &mut Tx, quiz: &Quiz, fingerprint: &str) -> Result<Run> {
    let run: Option<Run> = tx.maybe(
        "SELECT id, choices, products, contact_id FROM quiz_runs
         WHERE fingerprint = $1 AND quiz_id = $2 AND finished_at IS NOT NULL",
        &[fingerprint.into(), quiz.id.into()],
    )?;
    run.ok_or(not_found("answer"))
}

/// Somebody follows the link of a product that was shown to them: where it leads. The first one
/// is kept.
pub fn click(tx: &mut Tx, quiz: &Quiz, fingerprint: &str, product: ProductId) -> Result<String> {
    let run = finished(tx, quiz, fingerprint)?;
    let shown: Vec<String> = serde_json::from_str(&run.products).unwrap_or_default();
    if !shown.contains(&product.to_string()) {
        return Err(not_found("product"));
    }
    let offer = offers::some(tx, &[product])?.pop().ok_or(not_found("product"))?;
    let now = tx.now();
    tx.execute(
        "UPDATE quiz_runs SET clicked_id = $2, clicked_at = $3
         WHERE id = $1 AND clicked_id IS NULL",
        &[run.id.into(), product.into(), now.into()],
    )?;
    Ok(offer.url)
}

/// Somebody leaves their address: their answers are told on the timeline of whom it belongs to.
/// The answer is the same whether or not anybody was known by it.
pub fn leave_address(tx: &mut Tx, quiz: &Quiz, fingerprint: &str, email: &str) -> Result<()> {
    let run = finished(tx, quiz, fingerprint)?;
    if fold::email(email).is_none() {
        return Err(invalid("email", "This is not an address. Write it as anna@example.com."));
    }
    if run.contact_id.is_some() {
        return Ok(());
    }
    let contact = contacts::meet(tx, Actor::System, &Stranger::by_email("", email))?;
    tx.execute(
        "UPDATE quiz_runs SET contact_id = $2 WHERE id = $1",
        &[run.id.into(), contact.id.into()],
    )?;
    let choices: Vec<usize> = serde_json::from_str(&run.choices).unwrap_or_default();
    let said = quiz.document.questions.iter().zip(choices).filter_map(|(question, at)| {
        Some(format!("{} {}", question.text, question.choices.get(at)?.text))
    });
    let change = Change::QuizAnswered(QuizAnswered {
        quiz: quiz.id.to_string(),
        title: quiz.title.clone(),
        said: said.collect::<Vec<_>>().join(" · "),
    });
    journal::record(tx, Actor::System, contact.subject_of_journal(), &change)
}

/// What became of a quiz.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many answered a question.
    pub started: i64,
    /// How many answered all of them.
    pub finished: i64,
    /// Of these, how many were told that nothing fits.
    pub none_fits: i64,
    /// How many followed a link to a product.
    pub clicked: i64,
    /// How many left their address.
    pub left_address: i64,
}

/// What became of a quiz.
pub fn report(tx: &mut Tx, me: &Me, id: QuizId) -> Result<Report> {
    me.require(Permission::RevenueEdit)?;
    let mut count = |condition: &'static str| -> Result<i64> {
        let sql = format!("SELECT count(*) FROM quiz_runs WHERE quiz_id = $1 AND {condition}");
        Ok(tx.scalar(&sql, &[id.into()])?)
    };
    Ok(Report {
        started: count("started_at IS NOT NULL")?,
        finished: count("finished_at IS NOT NULL")?,
        none_fits: count("finished_at IS NOT NULL AND products = '[]'")?,
        clicked: count("clicked_id IS NOT NULL")?,
        left_address: count("contact_id IS NOT NULL")?,
    })
}
