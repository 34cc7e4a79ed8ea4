//! Reasons, plans and limits of remedies.

use std::collections::HashMap;

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{Me, Permission, RoleId, roles},
    error::{invalid, not_found},
    money::{Currency, rates},
    remedies::{
        Kind, PlanId, ReasonId,
        limits::{self, Setting, Word},
        plans::{self, MOST_OFFERS, Much, Offer, When},
        reasons::{self, Used},
    },
    tags,
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    settings::{self, PlanForm, RemedyRules},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    api::Id,
    app::App,
    asked::{Form, Query},
    pages::Answer,
    who::{May, may},
};

type Manager = May<may::RemediesManage>;
type Said = HashMap<String, String>;

fn text<'a>(said: &'a Said, name: &str) -> &'a str {
    said.get(name).map_or("", |it| it.trim())
}

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    page(&who, &app, (StatusCode::OK, Problems::default())).await
}

async fn page(who: &Manager, app: &App, (status, problems): (StatusCode, Problems)) -> Answer {
    show_section(app, who, "remedies", status, move |tx, at| {
        Ok(settings::remedy_rules(at, &rules(tx)?, &problems))
    })
    .await
}

fn rules(tx: &mut Tx) -> Result<RemedyRules> {
    let (limits, roles) = (limits::all(tx)?, giving(tx)?);
    let mut alone = Vec::new();
    for role in &roles {
        alone.push((role.id, limits::alone(tx, &limits, role.id)?));
    }
    let (reasons, plans, home) = (reasons::all(tx)?, plans::all(tx)?, rates::home(tx)?);
    Ok(RemedyRules { reasons, plans, limits, alone, roles, home })
}

/// Roles for which limits matter.
fn giving(tx: &mut Tx) -> Result<Vec<roles::Role>> {
    let mut all = roles::all(tx)?;
    let some = [Permission::RemediesGive, Permission::RemediesApprove];
    all.retain(|it| some.iter().any(|one| it.permissions.contains(*one)));
    Ok(all)
}

async fn shown(who: &Manager, app: &App, result: Result<(), crate::WebError>) -> Answer {
    match done(result, &urls::settings_section("remedies"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(who, app, (status, wrong)).await,
    }
}

fn money(home: Currency, text: &str) -> Result<Option<i64>> {
    let why = "Write an amount, such as 50.00, or nothing.";
    match text {
        "" => Ok(None),
        text => match home.read(text).filter(|it| *it >= 0) {
            Some(it) => Ok(Some(it)),
            None => Err(invalid("", why)),
        },
    }
}

/// Hundredths of a percent.
fn share(text: &str) -> Result<i64> {
    let text = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{part:0<2}");
    let plain = part.len() <= 2 && digits.bytes().all(|it| it.is_ascii_digit());
    let read = digits.parse().ok().filter(|it| plain && (1..=100_000).contains(it));
    read.ok_or_else(|| invalid("", "Write a share, such as 20%."))
}

/// Every limit that the form has; what is empty is no limit.
fn wanted(tx: &mut Tx, said: &Said) -> Result<Vec<Setting>> {
    let home = rates::home(tx)?;
    let mut all = Vec::new();
    for word in Word::ALL.iter().copied().filter(|it| !it.is_of_role()) {
        let amount = match (word, text(said, word.word())) {
            (Word::OrderShare, text) => Some(share(text)?),
            (_, text) => money(home, text)?,
        };
        all.push((word, 0, String::new(), amount));
    }
    for kind in Kind::ALL {
        let amount = money(home, text(said, &format!("{}.{kind}", Word::Remedy)))?;
        all.push((Word::Remedy, 0, kind.to_string(), amount));
    }
    for role in giving(tx)? {
        for word in Word::ALL.iter().copied().filter(|it| it.is_of_role()) {
            let amount = money(home, text(said, &format!("{word}.{}", role.id)))?;
            // Without a word about it a role gives nothing alone.
            let amount = if word == Word::Alone { amount.or(Some(0)) } else { amount };
            all.push((word, RoleId::raw(role.id), String::new(), amount));
        }
    }
    Ok(all)
}

pub(crate) async fn set_limits(
    who: Manager,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let set = app.write(move |tx| {
        let wanted = wanted(tx, &said)?;
        limits::set(tx, &me, &wanted)
    });
    shown(&who, &app, set.await).await
}

pub(crate) async fn add_reason(
    who: Manager,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let added = app.write(move |tx| reasons::add(tx, &me, text(&said, "name")).map(drop));
    shown(&who, &app, added.await).await
}

pub(crate) async fn rename_reason(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ReasonId>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let renamed = app.write(move |tx| reasons::rename(tx, &me, id, text(&said, "name")));
    shown(&who, &app, renamed.await).await
}

pub(crate) async fn archive_reason(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ReasonId>,
) -> Answer {
    used(&who, &app, id, Used::NoMore).await
}

pub(crate) async fn restore_reason(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ReasonId>,
) -> Answer {
    used(&who, &app, id, Used::Again).await
}

async fn used(who: &Manager, app: &App, id: ReasonId, used: Used) -> Answer {
    let me = who.me.clone();
    let changed = app.write(move |tx| reasons::archive(tx, &me, id, used)).await;
    shown(who, app, changed).await
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct For {
    reason: String,
}

pub(crate) async fn new_plan(
    who: Manager,
    State(app): State<App>,
    Query(asked): Query<For>,
) -> Answer {
    show_section(&app, &who, "remedies", StatusCode::OK, move |tx, at| {
        // Without a reason it is the first one.
        let first = reasons::all(tx)?.into_iter().next().map(|it| it.id);
        let id = asked.reason.parse().ok().or(first).ok_or(not_found("reason"))?;
        let it = blank(tx, None, id, When::default(), Vec::new())?;
        Ok(settings::remedy_plan(at, &it, &Problems::default()))
    })
    .await
}

fn blank(
    tx: &mut Tx,
    id: Option<PlanId>,
    reason: ReasonId,
    when: When,
    offers: Vec<Offer>,
) -> Result<PlanForm> {
    let (reason, tags, home) = (reasons::find(tx, reason)?, tags::all(tx)?, rates::home(tx)?);
    Ok(PlanForm { id, reason, when, offers, tags, home })
}

pub(crate) async fn plan(who: Manager, State(app): State<App>, Id(id): Id<PlanId>) -> Answer {
    plan_page(&who, &app, id, (StatusCode::OK, Problems::default())).await
}

async fn plan_page(
    who: &Manager,
    app: &App,
    id: PlanId,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    show_section(app, who, "remedies", status, move |tx, at| {
        let it = plans::find(tx, id)?;
        let it = blank(tx, Some(id), it.reason, it.when, it.offers)?;
        Ok(settings::remedy_plan(at, &it, &problems))
    })
    .await
}

fn number(said: &Said, name: &str) -> Result<Option<i64>> {
    match text(said, name) {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| invalid("", "A condition is a number, or nothing."))
        }
    }
}

fn read(tx: &mut Tx, said: &Said) -> Result<(When, Vec<Offer>)> {
    let home = rates::home(tx)?;
    let when = When {
        most_days: number(said, "most_days")?,
        least_value: money(home, text(said, "least_value"))?,
        most_value: money(home, text(said, "most_value"))?,
        tag: text(said, "tag").parse().ok(),
        most_prior: number(said, "most_prior")?,
    };
    let mut offers = Vec::new();
    for n in 0..MOST_OFFERS {
        let kind = text(said, &format!("kind_{n}"));
        if kind.is_empty() {
            continue;
        }
        let kind: Kind = kind.parse().map_err(|why: &str| invalid("", why))?;
        let much = match text(said, &format!("much_{n}")) {
            "" => Much::Open,
            text if text.ends_with('%') => Much::Share(share(text)?),
            text => match money(home, text)? {
                Some(amount) => Much::Fixed(amount),
                None => Much::Open,
            },
        };
        offers.push(Offer { kind, much });
    }
    Ok((when, offers))
}

pub(crate) async fn add_plan(
    who: Manager,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let add = move |tx: &mut Tx| add(tx, &me, &said);
    let added = app.write(add).await;
    shown(&who, &app, added).await
}

fn add(tx: &mut Tx, me: &Me, said: &Said) -> Result<()> {
    let reason = text(said, "reason").parse().map_err(|_| not_found("reason"))?;
    let (when, offers) = read(tx, said)?;
    plans::add(tx, me, reason, &when, &offers).map(drop)
}

pub(crate) async fn change_plan(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let changed = app.write(move |tx| {
        let (when, offers) = read(tx, &said)?;
        plans::change(tx, &me, id, &when, &offers)
    });
    match done(changed.await, &urls::settings_section("remedies"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => plan_page(&who, &app, id, (status, wrong)).await,
    }
}

pub(crate) async fn remove_plan(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<PlanId>,
) -> Answer {
    let me = who.me.clone();
    let removed = app.write(move |tx| plans::remove(tx, &me, id)).await;
    shown(&who, &app, removed).await
}
