//! The matching quiz, as visitors see it: a form a question, which needs no script, no cookie and
//! no account, on its own page or in a frame on the company's site.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::Markup;
use serde::Deserialize;
use tend_core::{
    Result,
    money::ProductId,
    quizzes::{self, Quiz},
    secrets::{fingerprint, random_text},
    settings,
};
use tend_views::quizzes::{QuizFound, QuizStep, quiz_found, quiz_question};

use super::{Answer, go, recommend::fetched};
use crate::{
    App, WebError,
    asked::{Form, Query},
    assets,
    attempts::network_key,
    client::Client,
    forms::Parsed,
};

/// So many answers are taken from one network in a minute: a class of thirty gets through four
/// questions, and a program does not fill the report.
const ANSWERS_A_MINUTE: u32 = 120;
/// And so many addresses.
const ADDRESSES_A_MINUTE: u32 = 10;

/// Somebody sends something, once more.
fn counted(
    app: &App,
    client: Client,
    what: &str,
    per_minute: u32,
) -> std::result::Result<(), WebError> {
    let who = format!("quiz {what} {}", network_key(client.address));
    match app.buckets.allows(who, app.now(), per_minute) {
        true => Ok(()),
        false => Err(WebError::too_often(60 / u64::from(per_minute).max(1) + 1)),
    }
}

/// A form as it came: a name may come several times.
type Pairs = Vec<(String, String)>;

/// What a visitor sends: one choice for each question so far, and the secret of their run.
#[derive(Clone, Debug, Default)]
struct Sent {
    run: String,
    choices: Vec<usize>,
    email: String,
}

impl Sent {
    fn read(form: Pairs) -> std::result::Result<Self, WebError> {
        let mut it = Self::default();
        for (name, value) in form {
            match name.as_str() {
                "run" => it.run = value.chars().take(100).collect(),
                "email" => it.email = value,
                "choice" => {
                    let wrong = |_| WebError::bad("This is not one of the answers.");
                    it.choices.push(value.parse().map_err(wrong)?);
                }
                _ => {}
            }
        }
        Ok(it)
    }
}

/// The page in a frame of the sites that the company named, and of nobody else.
fn framed(quiz: &Quiz, status: StatusCode, page: Markup) -> Response {
    let mut response = (status, page).into_response();
    let sites = quiz.sites.replace('\n', " ");
    let ancestors = if sites.is_empty() { "'none'".to_owned() } else { format!("'self' {sites}") };
    let policy = format!(
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A quiz, and whose it is.
async fn opened(app: &App, slug: String) -> Result<(Quiz, String), WebError> {
    let read = app.read(move |tx| {
        Ok((quizzes::open(tx, &slug)?, settings::get_or(tx, settings::COMPANY, "")?))
    });
    read.await
}

pub(super) async fn show(State(app): State<App>, Path(slug): Path<String>) -> Answer {
    let (quiz, company) = opened(&app, slug).await?;
    Ok(question((&quiz, company), String::new(), Vec::new(), false))
}

fn question(
    (quiz, company): (&Quiz, String),
    run: String,
    choices: Vec<usize>,
    unanswered: bool,
) -> Response {
    let step = QuizStep {
        assets: assets::base().to_owned(),
        company,
        quiz: quiz.clone(),
        run,
        choices,
        unanswered,
    };
    let status = if unanswered { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    framed(quiz, status, quiz_question(&step))
}

pub(super) async fn answer(
    State(app): State<App>,
    client: Client,
    Path(slug): Path<String>,
    Form(form): Form<Pairs>,
) -> Answer {
    counted(&app, client, "answers", ANSWERS_A_MINUTE)?;
    let mut sent = Sent::read(form)?;
    let (quiz, company) = opened(&app, slug).await?;
    let asked = quiz.document.questions.len();
    let known = quiz.document.questions.iter().zip(&sent.choices);
    if sent.choices.len() > asked || known.into_iter().any(|(it, at)| *at >= it.choices.len()) {
        return Err(WebError::bad("This is not one of the answers."));
    }
    if sent.choices.is_empty() {
        return Ok(question((&quiz, company), sent.run, Vec::new(), true));
    }
    if sent.run.is_empty() {
        sent.run = random_text();
        let (id, print) = (quiz.id, fingerprint(&sent.run));
        app.write(move |tx| quizzes::start(tx, id, &print)).await?;
    }
    if sent.choices.len() < asked {
        return Ok(question((&quiz, company), sent.run, sent.choices, false));
    }
    let (own, print, choices) = (quiz.clone(), fingerprint(&sent.run), sent.choices.clone());
    let found = app.write(move |tx| quizzes::finish(tx, &own, &print, &choices)).await?;
    let found = QuizFound {
        assets: assets::base().to_owned(),
        company,
        quiz: quiz.clone(),
        run: sent.run,
        found,
        kept: false,
        problem: None,
    };
    Ok(framed(&quiz, StatusCode::OK, quiz_found(&found)))
}

pub(super) async fn address(
    State(app): State<App>,
    client: Client,
    Path(slug): Path<String>,
    Form(form): Form<Pairs>,
) -> Answer {
    counted(&app, client, "addresses", ADDRESSES_A_MINUTE)?;
    let sent = Sent::read(form)?;
    let (quiz, company) = opened(&app, slug).await?;
    let (own, print, email) = (quiz.clone(), fingerprint(&sent.run), sent.email);
    let kept = app.write(move |tx| quizzes::leave_address(tx, &own, &print, &email)).await;
    let problem = match kept {
        Ok(()) => None,
        Err(error) => Some(super::problems(error)?.1.of("email").unwrap_or_default().to_owned()),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let found = QuizFound {
        assets: assets::base().to_owned(),
        company,
        quiz: quiz.clone(),
        run: sent.run,
        found: Vec::new(),
        kept: problem.is_none(),
        problem,
    };
    Ok(framed(&quiz, status, quiz_found(&found)))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Going {
    run: String,
}

pub(super) async fn go_to(
    State(app): State<App>,
    Path((slug, Parsed(product))): Path<(String, Parsed<ProductId>)>,
    Query(going): Query<Going>,
) -> Answer {
    let print = fingerprint(&going.run);
    let url = app
        .write(move |tx| {
            let quiz = quizzes::open(tx, &slug)?;
            quizzes::click(tx, &quiz, &print, product)
        })
        .await?;
    if url.is_empty() { Err(WebError::not_found()) } else { Ok(go(&url)) }
}

pub(super) async fn picture(
    State(app): State<App>,
    Path((slug, Parsed(product))): Path<(String, Parsed<ProductId>)>,
) -> Answer {
    let url = app.read(move |tx| picture_of(tx, &slug, product)).await?;
    fetched(&app, &url).await
}

/// Only of products that a quiz may show: we are nobody's proxy for anything else.
fn picture_of(tx: &mut tend_store::Tx, slug: &str, product: ProductId) -> Result<String> {
    quizzes::open(tx, slug)?;
    let (products, _) = quizzes::shelf(tx)?;
    let found = products.into_iter().find(|it| it.id == product && it.why_not().is_none());
    Ok(found.map(|it| it.picture_url).unwrap_or_default())
}
