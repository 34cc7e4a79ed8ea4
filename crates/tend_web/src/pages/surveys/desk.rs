//! Surveys as agents see them: the list, what each says, and what is done about it.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Actor, Result,
    agents::{self, Me, Permission},
    contacts::{self, IdentityKind},
    customers::sheet,
    error::invalid,
    outreach::Channel,
    settings,
    surveys::{
        self, About, Kind, NewSurvey, Request, RequestId, SurveyId, When, answer, ask,
        ask::{Asking, Outcome},
        drivers, known, loops,
        report::{self, Span},
    },
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    survey::{
        ReportPage, RequestPage, SurveyForm, SurveyList, form_page, questions_text, read_questions,
        report_page, request_page, surveys_page,
    },
    urls,
};

use super::{
    answer::FRAMES,
    templates::Template,
    trial::{self, Try},
};
use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted, go, problems, table_file},
    who::{
        May,
        may::{SurveysManage, SurveysRead, TasksEdit},
    },
};

const ROWS: usize = 50;

pub(crate) async fn list(who: May<SurveysRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::surveys());
    let page = app.read(move |tx| {
        let (me, span) = (&wanted.me, Span::days(tx.now(), 90));
        let mut all = Vec::new();
        for it in surveys::all(tx, me)? {
            let scored = report::short(tx, &it, span)?;
            all.push((it, scored));
        }
        let frames = settings::get_or(tx, FRAMES, "")?;
        let may = me.may(Permission::SurveysManage);
        Ok(surveys_page(&wanted.read(tx)?, &SurveyList { surveys: all, frames, may }))
    });
    Ok(page.await?.into_response())
}

/// What a page of answers is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    days: String,
    cursor: String,
}

impl Asked {
    fn days(&self) -> i64 {
        self.days.parse().ok().filter(|it| [30, 90, 365].contains(it)).unwrap_or(90)
    }
}

pub(crate) async fn one(
    who: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&who, &app, id, asked, None).await
}

async fn page(
    who: &May<SurveysRead>,
    app: &App,
    id: SurveyId,
    asked: Asked,
    said: Option<String>,
) -> Answer {
    let wanted = Wanted::by(who, urls::surveys());
    let page = app.read(move |tx| {
        let (me, days) = (&wanted.me, asked.days());
        let span = Span::days(tx.now(), days);
        let which = known::Which {
            survey: Some(id),
            answered: true,
            since: Some(span.from.as_microsecond()),
            ..known::Which::default()
        };
        let answers = known::page(tx, me, &which, asked.cursor.parse().ok(), ROWS)?;
        let further = |it: tend_core::page::Cursor| {
            let pairs = [("days", days.to_string()), ("cursor", it.to_string())];
            let pairs: Vec<_> = pairs.iter().map(|it| (it.0, it.1.as_str())).collect();
            urls::with_query(&urls::survey(id), &pairs)
        };
        let it = ReportPage {
            report: report::report(tx, me, id, span)?,
            days,
            next: answers.next.map(further),
            answers,
            loops: loops::of_survey(tx, me, id)?,
            drivers: drivers::of_survey(tx, me, id, span)?,
            may: me.may(Permission::SurveysManage),
            said: said.clone(),
        };
        Ok(report_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// All answers as a table, with what was asked besides.
pub(crate) async fn file(
    who: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
) -> Answer {
    let me = who.me.clone();
    let body = app
        .read(move |tx| {
            let survey = surveys::find(tx, &me, id)?;
            let keys: Vec<String> = survey.questions().into_iter().map(|it| it.key).collect();
            let head =
                ["request", "contact", "score", "comment", "answered_at", "agent", "channel"];
            let head = head.iter().copied().chain(keys.iter().map(String::as_str));
            let mut text = sheet::line(head);
            let which =
                known::Which { survey: Some(id), answered: true, ..known::Which::default() };
            let mut from = None;
            // A file of more than a hundred thousand is asked for by API.
            for _ in 0..500 {
                let page = known::page(tx, &me, &which, from, 200)?;
                for it in &page.items {
                    text.push_str(&sheet::line(line(it, &keys).iter().map(String::as_str)));
                }
                from = page.next;
                if from.is_none() {
                    break;
                }
            }
            Ok(text)
        })
        .await?;
    Ok(table_file("answers.csv", body))
}

fn line(it: &Request, keys: &[String]) -> Vec<String> {
    let given = it.answered();
    let mut out = vec![
        it.id.to_string(),
        it.contact.clone(),
        it.score.map(|it| it.to_string()).unwrap_or_default(),
        it.comment.clone(),
        it.answered_at.map(|it| it.to_string()).unwrap_or_default(),
        it.agent.clone().unwrap_or_default(),
        it.channel.word().to_owned(),
    ];
    out.extend(keys.iter().map(|key| {
        given.iter().find(|it| it.key == *key).map(|it| it.value.clone()).unwrap_or_default()
    }));
    out
}

pub(crate) async fn new(
    who: May<SurveysManage>,
    State(app): State<App>,
    Query(asked): Query<Template>,
) -> Answer {
    form(&who, &app, None, Some((asked.survey(), None)), StatusCode::OK, Problems::default()).await
}

pub(crate) async fn edit(
    who: May<SurveysManage>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
) -> Answer {
    form(&who, &app, Some(id), None, StatusCode::OK, Problems::default()).await
}

/// What was typed: the survey, and its questions as lines.
type Typed = (NewSurvey, Option<String>);

async fn form(
    who: &May<SurveysManage>,
    app: &App,
    id: Option<SurveyId>,
    typed: Option<Typed>,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let wanted = Wanted::by(who, urls::surveys());
    let page = app.read(move |tx| {
        let (survey, lines) = match (&typed, id) {
            (Some(it), _) => it.clone(),
            (None, Some(id)) => ((&surveys::find(tx, &wanted.me, id)?).into(), None),
            (None, None) => (Template::default().survey(), None),
        };
        let it = SurveyForm {
            id,
            questions: lines.unwrap_or_else(|| questions_text(&survey.questions)),
            survey,
            agents: agents::present(tx)?,
            problems: problems.clone(),
            shown: Vec::new(),
            said: None,
        };
        Ok(form_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

/// What the form sends: names and values, for each language has names of its own.
type Sent = Vec<(String, String)>;

fn one_of<'a>(sent: &'a Sent, name: &str) -> &'a str {
    sent.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str())
}

/// The survey as it was typed, with what could not be read.
fn typed(sent: &Sent) -> (NewSurvey, String, Problems) {
    let mut wrong: Vec<(String, String)> = Vec::new();
    let of = |name: &str| one_of(sent, name).trim();
    let kind: Kind = of("kind").parse().unwrap_or(Kind::Csat);
    let when: When = of("asks_when").parse().unwrap_or(When::Hand);
    let mut number = |name: &str| match of(name) {
        "" => 0,
        text => text.parse().unwrap_or_else(|_| {
            wrong.push((name.to_owned(), "Write a whole number.".to_owned()));
            0
        }),
    };
    let (delay_hours, every_days) = (number("delay_hours"), number("every_days"));
    let sample_every = number("sample_every").max(1);
    let mut wording = surveys::wording::Wording::new();
    for (name, value) in sent {
        let mut pieces = name.split('.');
        let (Some("wording"), Some(language), Some(what)) =
            (pieces.next(), pieces.next(), pieces.next())
        else {
            continue;
        };
        let texts = wording.entry(language.to_owned()).or_default();
        let place = match what {
            "subject" => &mut texts.subject,
            "intro" => &mut texts.intro,
            "question" => &mut texts.question,
            "low" => &mut texts.low,
            "high" => &mut texts.high,
            "comment" => &mut texts.comment,
            "thanks" => &mut texts.thanks,
            _ => continue,
        };
        place.clone_from(value);
    }
    if wording.is_empty() {
        wording = surveys::wording::usual(kind, when);
    }
    let added = of("add_language");
    if !added.is_empty() && !wording.contains_key(added) {
        let first = wording.get("en").or(wording.values().next()).cloned().unwrap_or_default();
        wording.insert(added.to_owned(), first);
    }
    let lines = one_of(sent, "questions").to_owned();
    let questions = read_questions(&lines).unwrap_or_else(|why| {
        wrong.push(("questions".to_owned(), why));
        Vec::new()
    });
    let owner = match of("owner") {
        "" => None,
        text => text.parse().ok(),
    };
    let survey = NewSurvey {
        name: of("name").to_owned(),
        kind,
        asks_when: when,
        delay_hours,
        every_days,
        step: of("step").to_owned(),
        sample_every,
        wording,
        questions,
        reminds: !of("reminds").is_empty(),
        asks_promoters: !of("asks_promoters").is_empty(),
        review_url: of("review_url").to_owned(),
        owner,
    };
    (survey, lines, wrong.into_iter().collect())
}

pub(crate) async fn create(
    who: May<SurveysManage>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    keep(&who, &app, None, &sent).await
}

pub(crate) async fn change(
    who: May<SurveysManage>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    Form(sent): Form<Sent>,
) -> Answer {
    keep(&who, &app, Some(id), &sent).await
}

async fn keep(who: &May<SurveysManage>, app: &App, id: Option<SurveyId>, sent: &Sent) -> Answer {
    let (survey, lines, wrong) = typed(sent);
    let tries = one_of(sent, "try");
    if !tries.is_empty() && wrong.is_empty() {
        let what = if tries == "test" { Try::Send } else { Try::Look };
        return trial::show(who, app, id, (survey, lines), what).await;
    }
    let typed = Some((survey.clone(), Some(lines)));
    if !wrong.is_empty() {
        return form(who, app, id, typed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    }
    let me = who.me.clone();
    let kept = app.write(move |tx| match id {
        Some(id) => surveys::change(tx, &me, id, &survey).map(|()| id),
        None => surveys::create(tx, &me, &survey),
    });
    match kept.await {
        Ok(id) => Ok(go(&urls::survey(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(who, app, id, typed, status, wrong).await
        }
    }
}

/// What small forms send; each uses its own.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    to: String,
    reason: String,
    email: String,
    channel: String,
    origins: String,
}

pub(crate) async fn set_state(
    who: May<SurveysManage>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    Form(said): Form<Said>,
) -> Answer {
    let to: surveys::State = said.to.parse().map_err(WebError::bad)?;
    let me = who.me.clone();
    app.write(move |tx| surveys::set_state(tx, &me, id, to)).await?;
    Ok(go(&urls::survey(id)))
}

/// Asks by hand; whoever manages surveys is not whom they rate.
pub(crate) async fn ask(
    who: May<SurveysManage>,
    reader: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<SurveyId>,
    Form(said): Form<Said>,
) -> Answer {
    let (me, keys) = (who.me.clone(), app.keys.clone());
    let channel = if said.channel == "link" { Channel::Link } else { Channel::Mail };
    let asked = app.write(move |tx| {
        let known = contacts::by_identity(tx, IdentityKind::Email, &said.email)?;
        let contact =
            known.ok_or_else(|| invalid("email", "There is no contact with this address."))?;
        contacts::find_visible(tx, &me, contact)?;
        let outcome = by_hand(tx, &keys, &me, id, contact, channel)?;
        let base = settings::get_or(tx, settings::BASE_URL, "")?;
        Ok((outcome, base))
    });
    let said = match asked.await {
        Ok((Outcome::Asked(request), base)) if channel == Channel::Link => {
            let link = urls::survey_link(ask::token(&app.keys, request));
            format!("Their link, for them alone: {base}{link}")
        }
        Ok((Outcome::Asked(_), _)) => "They are asked by mail.".to_owned(),
        Ok((Outcome::Refused(no), _)) => format!("They are not asked. {}", no.detail),
        Err(error) if !error.fields.is_empty() => error.fields[0].problem.to_string(),
        Err(error) => return Err(error),
    };
    page(&reader, &app, id, Asked::default(), Some(said)).await
}

/// Asks one customer because somebody wants to.
pub(crate) fn by_hand(
    tx: &mut Tx,
    keys: &tend_core::secrets::Keys,
    me: &Me,
    id: SurveyId,
    contact: contacts::ContactId,
    channel: Channel,
) -> Result<Outcome> {
    me.require(Permission::SurveysManage)?;
    let survey = surveys::find(tx, me, id)?;
    let asking = Asking {
        contact,
        about: About::None,
        subject: 0,
        channel,
        event: None,
        reask_of: None,
        is_by_hand: true,
    };
    ask::ask(tx, keys, Actor::Agent(me.id), &survey, &asking)
}

pub(crate) async fn frames(
    who: May<SurveysManage>,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let mut origins = Vec::new();
    for it in said.origins.split_whitespace() {
        let plain = |it: char| it.is_ascii_alphanumeric() || "-.:*".contains(it);
        let host = it.strip_prefix("https://").unwrap_or_default();
        if host.is_empty() || !host.chars().all(plain) {
            return Err(WebError::bad(
                "Write origins as https://shop.example, with spaces between them.",
            ));
        }
        origins.push(it.to_owned());
    }
    let (by, text) = (Actor::Agent(who.me.id), origins.join(" "));
    app.write(move |tx| settings::set(tx, by, FRAMES, &text)).await?;
    Ok(go(&urls::surveys()))
}

pub(crate) async fn request(
    who: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<RequestId>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::surveys());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let request = known::find(tx, me, id)?;
        let it = RequestPage {
            questions: known::survey(tx, &request)?.questions(),
            past: answer::history(tx, id)?,
            after: loops::of_request(tx, id)?,
            may: me.may(Permission::TasksEdit),
            problems: Problems::default(),
            request,
        };
        Ok(request_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn follow_up(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<RequestId>,
    Form(said): Form<Said>,
) -> Answer {
    let to: loops::Step = said.to.parse().map_err(WebError::bad)?;
    let me = who.me.clone();
    app.write(move |tx| {
        known::find(tx, &me, id)?;
        let it = loops::of_request(tx, id)?.ok_or(tend_core::Error::NotFound("follow-up"))?;
        loops::move_to(tx, &me, it.id, to, &said.reason)
    })
    .await?;
    Ok(go(&urls::survey_request(id)))
}
