//! Composing a quiz.

use tend_store::Tx;

use super::{Document, Doubt, Question, Quiz, QuizChoice, QuizId, Rule, SELECT, Stored};
use crate::{
    Error, Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{FieldError, invalid, not_found},
    fold,
    journal::{self, Change, QuizSaved, Subject},
};

/// A quiz as its form has it.
#[derive(Clone, Debug, Default)]
pub struct NewQuiz {
    pub title: String,
    pub slug: String,
    pub intro: String,
    /// Each with its choices, each of these with its rules as they are written; what is empty is
    /// left out.
    pub questions: Vec<(String, Vec<(String, String)>)>,
    pub sites: String,
    pub is_open: bool,
}

/// There are at most so many questions, and choices of each.
const MOST: usize = 12;

/// All of them, the newest first.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Quiz>> {
    me.require(Permission::RevenueEdit)?;
    let all: Vec<Stored> = tx.rows(&format!("{SELECT} ORDER BY id DESC LIMIT 200"), &[])?;
    Ok(all.into_iter().map(Quiz::from).collect())
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: QuizId) -> Result<Quiz> {
    me.require(Permission::RevenueEdit)?;
    let found: Option<Stored> = tx.maybe(&format!("{SELECT} WHERE id = $1"), &[id.into()])?;
    Ok(found.ok_or(not_found("quiz"))?.into())
}

/// Begins one, closed and empty.
pub fn create(tx: &mut Tx, me: &Me, title: &str) -> Result<QuizId> {
    me.require(Permission::RevenueEdit)?;
    let title = fields::name(title).map_err(|_| invalid("title", "A title is needed."))?;
    let (id, now) = (QuizId::new(tx), tx.now());
    let mut slug = slug_of(&title);
    if slug.is_empty() || taken(tx, &slug)?.is_some() {
        slug = format!("{slug}-{id}").trim_start_matches('-').replace('_', "-").to_lowercase();
    }
    let document = text(&Document::default());
    tx.execute(
        "INSERT INTO quizzes (id, slug, title, document, is_open, created_at, changed_at)
         VALUES ($1, $2, $3, $4, FALSE, $5, $5)",
        &[id.into(), slug.into(), title.as_str().into(), document.into(), now.into()],
    )?;
    record(tx, me, id, title)?;
    Ok(id)
}

fn text(document: &Document) -> String {
    serde_json::to_string(document).expect("a document is plain data")
}

fn slug_of(text: &str) -> String {
    let plain: String = fold::fold(text)
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|it| !it.is_empty()).collect();
    words.join("-").chars().take(60).collect()
}

fn taken(tx: &mut Tx, slug: &str) -> Result<Option<QuizId>> {
    Ok(tx.maybe_scalar("SELECT id FROM quizzes WHERE slug = $1", &[slug.into()])?)
}

/// Makes it what the form says.
pub fn save(tx: &mut Tx, me: &Me, id: QuizId, new: &NewQuiz) -> Result<()> {
    let before = find(tx, me, id)?;
    let title = fields::name(&new.title).map_err(|_| invalid("title", "A title is needed."))?;
    let slug = slug_of(&new.slug);
    if slug.is_empty() {
        return Err(invalid("slug", "Write the end of its address: letters, digits and hyphens."));
    }
    if taken(tx, &slug)?.is_some_and(|it| it != id) {
        return Err(invalid("slug", "There is a quiz at this address already."));
    }
    let document = read(new)?;
    sure(tx, me, &before.document, new)?;
    if new.is_open && document.questions.is_empty() {
        return Err(invalid("is_open", "A quiz without questions can’t be opened."));
    }
    let (sites, now) = (sites(&new.sites)?, tx.now());
    tx.execute(
        "UPDATE quizzes SET slug = $2, title = $3, document = $4, sites = $5, is_open = $6,
             changed_at = $7 WHERE id = $1",
        &[
            id.into(),
            slug.into(),
            title.as_str().into(),
            text(&document).into(),
            sites.into(),
            new.is_open.into(),
            now.into(),
        ],
    )?;
    record(tx, me, id, title)
}

fn record(tx: &mut Tx, me: &Me, id: QuizId, title: String) -> Result<()> {
    let change = Change::QuizSaved(QuizSaved { title });
    journal::record(tx, Actor::Agent(me.id), Subject::plain("quiz", id.raw()), &change)
}

fn read(new: &NewQuiz) -> Result<Document> {
    let mut questions = Vec::new();
    for (n, (text, all)) in new.questions.iter().enumerate() {
        let text = fold::one_line(text, 300);
        let mut choices = Vec::new();
        for (at, (choice, rules)) in all.iter().enumerate() {
            let choice = fold::one_line(choice, 200);
            if choice.is_empty() {
                continue;
            }
            choices.push(QuizChoice { rules: self::rules((n, at), &choice, rules)?, text: choice });
        }
        match (text.is_empty(), choices.len()) {
            (true, 0) => {}
            (true, _) => return Err(invalid("questions", "A question has no text.")),
            (false, 0 | 1) => {
                let why = format!("“{text}” needs two choices at least.");
                return Err(invalid("questions", why));
            }
            (false, _) => questions.push(Question { text, choices }),
        }
    }
    if questions.len() > MOST || questions.iter().any(|it| it.choices.len() > MOST) {
        return Err(invalid("questions", "A quiz has at most 12 questions of 12 choices."));
    }
    Ok(Document { intro: fold::one_line(&new.intro, 600), questions })
}

/// The field of a choice's rules: `questions.0.choices.1.rules`.
fn field((question, choice): (usize, usize)) -> String {
    format!("questions.{question}.choices.{choice}.rules")
}

/// Refuses a rule of an attribute that no product has, as a slip of the pen: it would leave out
/// everything. One that stood there before stays, for products change.
fn sure(tx: &mut Tx, me: &Me, before: &Document, new: &NewQuiz) -> Result<()> {
    let known = super::known_traits(tx, me)?;
    let stood: Vec<String> = before
        .questions
        .iter()
        .flat_map(|it| &it.choices)
        .flat_map(|it| &it.rules)
        .map(|it| fold::fold(&it.name))
        .collect();
    let mut wrong = Vec::new();
    for (n, (_, choices)) in new.questions.iter().enumerate() {
        for (at, (_, rules)) in choices.iter().enumerate() {
            let all = rules.split(',').filter_map(Rule::read);
            let is_new = |it: &Rule| !stood.contains(&fold::fold(&it.name));
            let doubts = all.filter(is_new).filter_map(|it| super::doubt(&it, &known));
            if let Some(Doubt::Name(problem)) =
                doubts.into_iter().find(|it| matches!(it, Doubt::Name(_)))
            {
                wrong.push(FieldError { field: field((n, at)).into(), problem: problem.into() });
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

fn rules(place: (usize, usize), choice: &str, text: &str) -> Result<Vec<Rule>> {
    let mut all = Vec::new();
    for it in text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let rule = Rule::read(it).ok_or_else(|| {
            let why = format!(
                "“{it}” at “{choice}” can’t be read. Write colour: blue, or colour: blue x3 for \
                 what counts more, or must colour: blue for what is needed."
            );
            invalid(field(place), why)
        })?;
        all.push(rule);
    }
    Ok(all)
}

/// Origins, one a line: `https://shop.example`.
fn sites(text: &str) -> Result<String> {
    let mut all: Vec<String> = Vec::new();
    for line in text.split_whitespace() {
        let site = line.trim_end_matches('/').to_ascii_lowercase();
        let host = site.strip_prefix("https://").unwrap_or_default();
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        if host.is_empty() || !host.chars().all(letters) {
            let why = "Write each site as https://shop.example, without a path.";
            return Err(invalid("sites", why));
        }
        all.push(site);
    }
    if all.len() > 20 {
        return Err(invalid("sites", "It may be embedded on 20 sites at most."));
    }
    Ok(all.join("\n"))
}
