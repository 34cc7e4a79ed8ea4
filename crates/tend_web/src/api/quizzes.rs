//! The matching quiz: composed by programs as on its page.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::{Me, Permission},
    quizzes::{self as verbs, NewQuiz, Quiz, QuizId, Report},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, Keyed, List, Paging, Post, Query};
use crate::{
    App,
    router::{Access::Token, Route, get, patch, post},
    who::{May, may::RevenueEdit},
};

type Editor = May<RevenueEdit>;

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::RevenueEdit as Edit;
    vec![
        get("/api/v1/quizzes", Token(Edit), list),
        post("/api/v1/quizzes", Token(Edit), create),
        get("/api/v1/quizzes/{id}", Token(Edit), find),
        patch("/api/v1/quizzes/{id}", Token(Edit), change),
    ]
}

/// An answer that can be chosen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuizChoice {
    pub text: String,
    /// For which products it speaks, as on the page: `size: large, noise: low x3`, or
    /// `must size: large`, which leaves out all others.
    #[serde(default)]
    pub rules: String,
}

/// A question, of which one answer is chosen.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuizQuestion {
    pub text: String,
    pub choices: Vec<QuizChoice>,
}

/// What became of a quiz, in numbers of visitors.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuizCounts {
    /// They answered a question.
    pub started: i64,
    /// They answered all.
    pub finished: i64,
    /// They were told that nothing fits.
    pub none_fits: i64,
    /// They followed a link to a product.
    pub clicked: i64,
    pub left_address: i64,
}

/// A quiz.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuizOut {
    pub id: String,
    pub title: String,
    /// Visitors find it at `/q/` and this.
    pub slug: String,
    pub intro: String,
    pub questions: Vec<QuizQuestion>,
    /// Where it may be embedded: `https://shop.example`.
    pub sites: Vec<String>,
    /// Whether anybody may answer it.
    pub is_open: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl Keyed for QuizOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

impl From<Quiz> for QuizOut {
    fn from(it: Quiz) -> Self {
        let choice =
            |it: &verbs::QuizChoice| QuizChoice { text: it.text.clone(), rules: it.rules_text() };
        let question = |it: &verbs::Question| QuizQuestion {
            text: it.text.clone(),
            choices: it.choices.iter().map(choice).collect(),
        };
        Self {
            id: it.id.to_string(),
            title: it.title,
            slug: it.slug,
            intro: it.document.intro,
            questions: it.document.questions.iter().map(question).collect(),
            sites: it.sites.lines().map(str::to_owned).collect(),
            is_open: it.is_open,
            created_at: it.created_at,
        }
    }
}

/// A quiz with what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuizWithCounts {
    #[serde(flatten)]
    pub quiz: QuizOut,
    pub counts: QuizCounts,
}

impl From<Report> for QuizCounts {
    fn from(it: Report) -> Self {
        Self {
            started: it.started,
            finished: it.finished,
            none_fits: it.none_fits,
            clicked: it.clicked,
            left_address: it.left_address,
        }
    }
}

/// What a quiz shall be; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct QuizIn {
    /// A new one needs it.
    pub title: Option<String>,
    pub slug: Option<String>,
    pub intro: Option<String>,
    /// All of them, at most 12 of 12 choices. A rule of an attribute that no product has is
    /// refused.
    pub questions: Option<Vec<QuizQuestion>>,
    pub sites: Option<Vec<String>>,
    /// A new one is closed.
    pub is_open: Option<bool>,
}

impl QuizIn {
    fn over(&self, it: QuizOut) -> NewQuiz {
        let questions = self.questions.clone().unwrap_or(it.questions).into_iter();
        let choices = |all: Vec<QuizChoice>| all.into_iter().map(|it| (it.text, it.rules));
        NewQuiz {
            title: self.title.clone().unwrap_or(it.title),
            slug: self.slug.clone().unwrap_or(it.slug),
            intro: self.intro.clone().unwrap_or(it.intro),
            questions: questions.map(|it| (it.text, choices(it.choices).collect())).collect(),
            sites: self.sites.clone().unwrap_or(it.sites).join("\n"),
            is_open: self.is_open.unwrap_or(it.is_open),
        }
    }

    fn keep(&self, tx: &mut Tx, me: &Me, id: QuizId) -> tend_core::Result<()> {
        let before = QuizOut::from(verbs::find(tx, me, id)?);
        verbs::save(tx, me, id, &self.over(before))
    }
}

fn load(id: QuizId) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<QuizOut> + Send + 'static {
    move |tx, me| verbs::find(tx, me, id).map(QuizOut::from)
}

/// List quizzes
///
/// The newest first, each with what became of it.
#[utoipa::path(get, path = "/api/v1/quizzes", tag = "recommendations", params(Paging), responses((status = 200, body = List<QuizWithCounts>)))]
pub(crate) async fn list(
    who: Editor,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| {
        let all = verbs::all(tx, &me)?.into_iter();
        let one = |it: Quiz| {
            let counts = verbs::report(tx, &me, it.id)?.into();
            Ok(QuizWithCounts { quiz: it.into(), counts })
        };
        all.map(one).collect::<tend_core::Result<Vec<_>>>()
    });
    List::cut(all.await?, &paging)
}

impl Keyed for QuizWithCounts {
    fn key(&self) -> String {
        self.quiz.id.clone()
    }
}

/// Make a quiz
#[utoipa::path(post, path = "/api/v1/quizzes", tag = "recommendations", request_body = QuizIn, responses((status = 201, body = QuizOut)))]
pub(crate) async fn create(who: Editor, State(app): State<App>, post: Post<QuizIn>) -> Answer {
    post.create(&app, &who, |tx, me, it: &QuizIn| {
        let id = verbs::create(tx, me, it.title.as_deref().unwrap_or_default())?;
        it.keep(tx, me, id)?;
        load(id)(tx, me)
    })
    .await
}

/// One quiz
#[utoipa::path(get, path = "/api/v1/quizzes/{id}", tag = "recommendations", params(("id" = String, Path), If), responses((status = 200, body = QuizOut)))]
pub(crate) async fn find(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<QuizId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Change a quiz
#[utoipa::path(patch, path = "/api/v1/quizzes/{id}", tag = "recommendations", params(("id" = String, Path), If), request_body = QuizIn, responses((status = 200, body = QuizOut)))]
pub(crate) async fn change(
    who: Editor,
    State(app): State<App>,
    Id(id): Id<QuizId>,
    seen: If,
    Body(it): Body<QuizIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| it.keep(tx, me, id);
    seen.change(&app, &who, load(id), work).await
}
