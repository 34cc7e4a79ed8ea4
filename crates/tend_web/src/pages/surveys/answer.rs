//! What a customer is shown, and what they send. Nobody is signed in here, and no cookie is set:
//! the link says who answers, and the page carries a proof that we made it.

use std::net::IpAddr;

use axum::{
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use maud::Markup;
use serde::Deserialize;
use tend_core::{
    Error, Result,
    outreach::consents::How,
    secrets::{Keys, hex, same},
    settings,
    surveys::{
        Answered, Request, Sign,
        answer::{self, Confirmed, Given, Opened},
        known,
        mail::{self, Said},
        promoters::{self, Offer},
        trial,
    },
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    survey::{self as views, AnswerPage, Note},
};

use crate::{
    App, WebError,
    asked::{Form, Query},
    assets,
    client::Client,
    edge::Nonce,
    pages::Answer,
};

/// Where pages of surveys may be shown within others: origins with spaces between them.
pub(crate) const FRAMES: &str = "survey_frames";

/// What a link brings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Brought {
    v: Option<String>,
}

/// Where somebody is, roughly, so that it can be compared and not read: there are few networks, and
/// without our key one could try them all.
fn network(app: &App, client: &Client) -> String {
    let text = match client.address {
        IpAddr::V4(it) => format!("{:?}", &it.octets()[..3]),
        IpAddr::V6(it) => format!("{:?}", &it.octets()[..6]),
    };
    hex(&app.keys.mac("survey network", text.as_bytes())[..12])
}

/// A proof that a page was made by us, and when: `1763728000000000.9f3a…`.
fn shown(keys: &Keys, token: &str, at: Timestamp) -> String {
    let at = at.as_microsecond();
    let mac = keys.mac("survey page", format!("{token} {at}").as_bytes());
    format!("{at}.{}", hex(&mac[..12]))
}

fn shown_at(keys: &Keys, token: &str, proof: &str) -> Option<Timestamp> {
    let (at, _) = proof.split_once('.')?;
    let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
    same(&shown(keys, token, at), proof).then_some(at)
}

/// A program that looks ahead says so.
fn only_looks_ahead(method: &Method, headers: &HeaderMap) -> bool {
    let says = |name: &str| {
        headers.get(name).and_then(|it| it.to_str().ok()).is_some_and(|it| it.contains("prefetch"))
    };
    method != Method::GET || says("sec-purpose") || says("purpose") || says("x-moz")
}

/// Tells those who get by without our words what became of it.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    accept.contains("application/json") && !accept.contains("text/html")
}

fn note(tx: &mut Tx, language: &str, is_embedded: bool) -> Result<Note> {
    Ok(Note {
        assets: assets::base().to_owned(),
        language: language.to_owned(),
        company: settings::get_or(tx, settings::COMPANY, "Tend")?,
        is_embedded,
    })
}

/// The request that a link leads to; none is no error here.
fn behind(tx: &mut Tx, token: &str) -> Result<Option<Request>> {
    match known::by_token(tx, token) {
        Ok(it) => Ok(Some(it)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What stands behind a link that leads to no question: that of a test, or one that is none of ours.
fn nowhere(tx: &mut Tx, token: &str, is_embedded: bool) -> Result<(StatusCode, Markup)> {
    let note = note(tx, "en", is_embedded)?;
    Ok(match token == trial::TOKEN {
        true => (StatusCode::OK, views::trial_page(&note)),
        false => (StatusCode::NOT_FOUND, views::unknown_page(&note)),
    })
}

/// A page of ours that may stand within another, where an admin said so.
pub(crate) struct Framed {
    is_embedded: bool,
    nonce: Nonce,
}

/// The address says which of the two pages it is.
impl FromRequestParts<App> for Framed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let is_embedded = parts.uri.path().ends_with("/embed");
        Ok(Self { is_embedded, nonce: Nonce::from_request_parts(parts, app).await? })
    }
}

impl Framed {
    async fn answer(self, app: &App, status: StatusCode, page: Markup) -> Answer {
        let mut response = (status, page).into_response();
        if self.is_embedded {
            let by = app.read(|tx| settings::get_or(tx, FRAMES, "")).await?;
            let policy = self.nonce.policy_within(&by);
            if let Ok(policy) = HeaderValue::from_str(&policy) {
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            }
        }
        // The address holds who answers: it is told to nobody.
        let referrer = HeaderValue::from_static("no-referrer");
        response.headers_mut().insert(header::REFERRER_POLICY, referrer);
        Ok(response)
    }
}

/// Shows the question, by itself or within another page.
pub(crate) async fn show(
    State(app): State<App>,
    client: Client,
    framed: Framed,
    Path(token): Path<String>,
    Query(brought): Query<Brought>,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    open(&app, &client, token, brought, only_looks_ahead(&method, &headers), framed).await
}

async fn open(
    app: &App,
    client: &Client,
    token: String,
    brought: Brought,
    ahead: bool,
    framed: Framed,
) -> Answer {
    let score: Option<i64> = brought.v.and_then(|it| it.trim().parse().ok());
    if let Some(score) = score.filter(|_| !ahead) {
        let (token, opened) = (token.clone(), Opened { score, network: network(app, client) });
        let marked = move |tx: &mut Tx| match behind(tx, &token)? {
            Some(it) => answer::mark(tx, it.id, &opened),
            None => Ok(()),
        };
        app.write(marked).await?;
    }
    question(app, token, score, Problems::default(), StatusCode::OK, framed).await
}

/// The question as it stands, or what to say when there is none.
async fn question(
    app: &App,
    token: String,
    brought: Option<i64>,
    problems: Problems,
    status: StatusCode,
    framed: Framed,
) -> Answer {
    let (keys, now, is_embedded) = (app.keys.clone(), app.now(), framed.is_embedded);
    let read = move |tx: &mut Tx| {
        let Some(request) = behind(tx, &token)? else {
            return nowhere(tx, &token, is_embedded);
        };
        if request.is_over(now) {
            let it = note(tx, &request.language, is_embedded)?;
            return Ok((StatusCode::GONE, views::over_page(&it)));
        }
        let (low, high) = request.kind.scale();
        let brought = brought.filter(|it| (low..=high).contains(it));
        let chosen = brought.or(request.score);
        let page = AnswerPage {
            assets: assets::base().to_owned(),
            is_kept: chosen.is_some() && chosen == request.score,
            chosen,
            shown: shown(&keys, &token, now),
            said: mail::said(tx, request)?,
            token: token.clone(),
            is_embedded,
            problems: problems.clone(),
        };
        Ok((status, views::answer_page(&page)))
    };
    let (status, page) = app.read(read).await?;
    framed.answer(app, status, page).await
}

/// What the form sends: names and values, for further questions have names of their own.
type Sent = Vec<(String, String)>;

fn one<'a>(sent: &'a Sent, name: &str) -> &'a str {
    sent.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str())
}

/// Takes what the form sends, from either page.
pub(crate) async fn send(
    State(app): State<App>,
    client: Client,
    framed: Framed,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Answer {
    take(&app, &client, token, &headers, &sent, framed).await
}

/// What became of what was sent.
enum Took {
    Unknown,
    /// Filled in what no person sees.
    Trapped,
    Went(Confirmed, Box<Said>, Option<String>),
}

async fn take(
    app: &App,
    client: &Client,
    token: String,
    headers: &HeaderMap,
    sent: &Sent,
    framed: Framed,
) -> Answer {
    let json = wants_json(headers);
    let score: Option<i64> = one(sent, "score").trim().parse().ok();
    let at = shown_at(&app.keys, &token, one(sent, "shown"));
    let (Some(score), Some(shown_at)) = (score, at) else {
        let problems = problem(app, &token, at.is_some()).await?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return question(app, token, score, problems, status, framed).await;
    };
    let prefixed = |it: &(String, String)| {
        let key = it.0.strip_prefix("q_")?.to_owned();
        Some(Answered { key, value: it.1.clone() })
    };
    let given = Given {
        score,
        comment: one(sent, "comment").to_owned(),
        answers: sent.iter().filter_map(prefixed).collect(),
        // Only a page of ours names another sign, and only one that a page can see.
        sign: match one(sent, "sign").parse() {
            Ok(Sign::Api) | Err(_) => Sign::Form,
            Ok(sign) => sign,
        },
        shown_at,
        network: network(app, client),
    };
    let is_trapped = !one(sent, "website").is_empty();
    let (token_in, sign) = (token.clone(), given.sign);
    let took = app.write(move |tx| confirm(tx, &token_in, &given, is_trapped)).await?;
    match took {
        Took::Unknown | Took::Trapped if json => Ok(counted(false, score)),
        Took::Unknown | Took::Trapped => {
            question(app, token, None, Problems::default(), StatusCode::OK, framed).await
        }
        Took::Went(how, ..) if json => Ok(counted(how == Confirmed::Counted, score)),
        Took::Went(Confirmed::Counted, said, more) if sign == Sign::Form => {
            thanks(app, token, *said, more, framed).await
        }
        Took::Went(..) => {
            question(app, token, Some(score), Problems::default(), StatusCode::OK, framed).await
        }
    }
}

/// What is wrong, in the customer's language.
async fn problem(app: &App, token: &str, is_ours: bool) -> std::result::Result<Problems, WebError> {
    let token = token.to_owned();
    let language = app.read(move |tx| Ok(behind(tx, &token)?.map(|it| it.language))).await?;
    let words = views::words(&language.unwrap_or_default());
    let text = if is_ours { words.choose } else { words.again };
    Ok([("", text)].into_iter().collect())
}

fn counted(counted: bool, score: i64) -> Response {
    axum::Json(serde_json::json!({ "counted": counted, "score": score })).into_response()
}

fn confirm(tx: &mut Tx, token: &str, given: &Given, is_trapped: bool) -> Result<Took> {
    let Some(request) = behind(tx, token)? else { return Ok(Took::Unknown) };
    if is_trapped {
        answer::trapped(tx, request.id, &given.network)?;
        return Ok(Took::Trapped);
    }
    let how = answer::confirm(tx, request.id, given)?;
    let asks = how == Confirmed::Counted
        && given.sign == Sign::Form
        && promoters::ask_once(tx, request.id)?;
    let after = known::by_token(tx, token)?;
    let survey = known::survey(tx, &after)?;
    let more = asks.then_some(survey.review_url);
    Ok(Took::Went(how, Box::new(mail::said(tx, after)?), more))
}

async fn thanks(
    app: &App,
    token: String,
    said: Said,
    more: Option<String>,
    framed: Framed,
) -> Answer {
    let is_embedded = framed.is_embedded;
    let read = move |tx: &mut Tx| {
        let it = note(tx, &said.request.language, is_embedded)?;
        Ok(views::thanks_page(&it, &said, &token, more.as_deref()))
    };
    let page = app.read(read).await?;
    framed.answer(app, StatusCode::OK, page).await
}

/// A link that no person sees.
pub(crate) async fn trap(
    State(app): State<App>,
    client: Client,
    nonce: Nonce,
    Path(token): Path<String>,
    method: Method,
) -> Answer {
    let (inside, network) = (token.clone(), network(&app, &client));
    if method == Method::GET {
        let trapped = move |tx: &mut Tx| match behind(tx, &inside)? {
            Some(it) => answer::trapped(tx, it.id, &network),
            None => Ok(()),
        };
        app.write(trapped).await?;
    }
    let framed = Framed { is_embedded: false, nonce };
    question(&app, token, None, Problems::default(), StatusCode::OK, framed).await
}

/// What who is glad offers.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct More {
    testimonial: String,
    agrees: String,
    referral: String,
}

pub(crate) async fn more(
    State(app): State<App>,
    nonce: Nonce,
    Path(token): Path<String>,
    Form(said): Form<More>,
) -> Answer {
    let offer = Offer {
        testimonial: said.testimonial,
        agrees: !said.agrees.is_empty(),
        referral: said.referral,
    };
    let write = move |tx: &mut Tx| {
        let Some(request) = behind(tx, &token)? else {
            return Ok(views::unknown_page(&note(tx, "en", false)?));
        };
        promoters::offered(tx, &request, &offer)?;
        Ok(views::offered_page(&note(tx, &request.language, false)?))
    };
    let page = app.write(write).await?;
    Framed { is_embedded: false, nonce }.answer(&app, StatusCode::OK, page).await
}

/// Asks, and does nothing: programs follow this link too.
pub(crate) async fn stop(
    State(app): State<App>,
    nonce: Nonce,
    Path(token): Path<String>,
) -> Answer {
    let read = move |tx: &mut Tx| {
        Ok(match behind(tx, &token)? {
            Some(it) => {
                let wanted = answer::is_wanted(tx, &it)?;
                (StatusCode::OK, views::stop_page(&note(tx, &it.language, false)?, &token, wanted))
            }
            None => nowhere(tx, &token, false)?,
        })
    };
    let (status, page) = app.read(read).await?;
    Framed { is_embedded: false, nonce }.answer(&app, status, page).await
}

/// The button of the page, or that of the mail program (RFC 8058): no cookie, no redirect.
pub(crate) async fn stopped(
    State(app): State<App>,
    nonce: Nonce,
    Path(token): Path<String>,
    Form(sent): Form<Sent>,
) -> Answer {
    let is_one_click = one(&sent, "List-Unsubscribe") == "One-Click";
    let how = if is_one_click { How::OneClick } else { How::Page };
    let wanted = !is_one_click && one(&sent, "wanted") == "yes";
    let write = move |tx: &mut Tx| {
        let Some(it) = behind(tx, &token)? else {
            return nowhere(tx, &token, false);
        };
        answer::want(tx, it.id, wanted, how)?;
        let note = note(tx, &it.language, false)?;
        let page = match wanted {
            true => views::started_page(&note),
            false => views::stop_page(&note, &token, false),
        };
        Ok((StatusCode::OK, page))
    };
    let (status, page) = app.write(write).await?;
    Framed { is_embedded: false, nonce }.answer(&app, status, page).await
}
