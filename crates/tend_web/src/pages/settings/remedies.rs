//! Reasons, plans and limits of remedies.

use std::collections::HashMap;

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{
    Error, Result,
    agents::{Me, RoleId},
    error::{FieldError, invalid, not_found},
    money::{Currency, rates},
    remedies::{
        Kind, PlanId, ReasonId,
        above::{self, Above},
        in_force,
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

async fn page(who: &Manager, app: &App, wrong: (StatusCode, Problems)) -> Answer {
    page_with(who, app, None, wrong).await
}

/// With what the form of the limits said, where it could not be taken.
async fn page_with(
    who: &Manager,
    app: &App,
    said: Option<Said>,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    show_section(app, who, "remedies", status, move |tx, at| {
        let it = RemedyRules { said, ..rules(tx)? };
        Ok(settings::remedy_rules(at, &it, &problems))
    })
    .await
}

fn rules(tx: &mut Tx) -> Result<RemedyRules> {
    let (limits, roles) = (limits::all(tx)?, in_force::giving(tx)?);
    let (mut alone, mut ready_alone) = (Vec::new(), Vec::new());
    for role in &roles {
        alone.push((role.id, limits::alone(tx, &limits, role.id)?));
        ready_alone.push((role.id, in_force::ready_alone(tx, role.id)?));
    }
    Ok(RemedyRules {
        reasons: reasons::all(tx)?,
        plans: plans::all(tx)?,
        limits,
        above: above::policy(tx)?,
        alone,
        ready_alone,
        ready_share: in_force::ready_order_share(),
        roles,
        home: rates::home(tx)?,
        said: None,
    })
}

async fn shown(who: &Manager, app: &App, result: Result<(), crate::WebError>) -> Answer {
    match done(result, &urls::settings_section("remedies"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(who, app, (status, wrong)).await,
    }
}

/// Reads fields, and keeps what is wrong with each of them.
struct Reading<'a> {
    said: &'a Said,
    home: Currency,
    wrong: Vec<FieldError>,
}

impl<'a> Reading<'a> {
    fn new(tx: &mut Tx, said: &'a Said) -> Result<Self> {
        Ok(Self { said, home: rates::home(tx)?, wrong: Vec::new() })
    }

    fn says(&mut self, name: &str, problem: &'static str) {
        self.wrong.push(FieldError { field: name.to_owned().into(), problem: problem.into() });
    }

    fn take<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Currency, &str) -> Option<T>,
        why: &'static str,
    ) -> Option<T> {
        let text = text(self.said, name);
        if text.is_empty() {
            return None;
        }
        let it = read(self.home, text);
        if it.is_none() {
            self.says(name, why);
        }
        it
    }

    fn money(&mut self, name: &str) -> Option<i64> {
        let why = "Write an amount, such as 50.00, or nothing.";
        self.take(name, |home, text| home.read(text).filter(|it| *it >= 0), why)
    }

    fn number(&mut self, name: &str) -> Option<i64> {
        let why = "Write a number from 0 up, or nothing.";
        self.take(name, |_, text| text.parse().ok().filter(|it| *it >= 0), why)
    }

    fn much(&mut self, name: &str) -> Much {
        let why = "Write a share of the order, such as 20%, an amount, such as 15.00, or nothing.";
        let read = |home: Currency, text: &str| match text.ends_with('%') {
            true => share(text).map(Much::Share),
            false => home.read(text).filter(|it| *it > 0).map(Much::Fixed),
        };
        self.take(name, read, why).unwrap_or(Much::Open)
    }

    fn done<T>(self, it: T) -> Result<T> {
        if self.wrong.is_empty() { Ok(it) } else { Err(Error::Invalid(self.wrong)) }
    }
}

/// Hundredths of a percent.
fn share(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{part:0<2}");
    let plain = part.len() <= 2 && digits.bytes().all(|it| it.is_ascii_digit());
    digits.parse().ok().filter(|it| plain && (1..=100_000).contains(it))
}

/// Every limit that the form has; what is empty is not set: no limit, or the one that is ready.
fn wanted(tx: &mut Tx, said: &Said) -> Result<Vec<Setting>> {
    let mut form = Reading::new(tx, said)?;
    let mut all = Vec::new();
    for word in Word::ALL.iter().copied().filter(|it| !it.is_of_role()) {
        let amount = match word {
            Word::OrderShare => {
                form.take(word.word(), |_, text| share(text), "Write a share, such as 150%.")
            }
            _ => form.money(word.word()),
        };
        all.push((word, 0, String::new(), amount));
    }
    for kind in Kind::ALL {
        let amount = form.money(&format!("{}.{kind}", Word::Remedy));
        all.push((Word::Remedy, 0, kind.to_string(), amount));
    }
    for role in in_force::giving(tx)? {
        for word in Word::ALL.iter().copied().filter(|it| it.is_of_role()) {
            let amount = form.money(&format!("{word}.{}", role.id));
            all.push((word, RoleId::raw(role.id), String::new(), amount));
        }
    }
    form.done(all)
}

pub(crate) async fn set_limits(
    who: Manager,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let own = said.clone();
    let set = app.write(move |tx| {
        let wanted = wanted(tx, &own)?;
        limits::set(tx, &me, &wanted)?;
        match text(&own, "above") {
            "" => Ok(()),
            word => {
                let chosen: Above = word.parse().map_err(|why: &str| invalid("above", why))?;
                above::choose(tx, &me, chosen)
            }
        }
    });
    match done(set.await, &urls::settings_section("remedies"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page_with(&who, &app, Some(said), (status, wrong)).await,
    }
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
    new_plan_page(&who, &app, asked.reason, None, (StatusCode::OK, Problems::default())).await
}

async fn new_plan_page(
    who: &Manager,
    app: &App,
    reason: String,
    said: Option<Said>,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    show_section(app, who, "remedies", status, move |tx, at| {
        // Without a reason it is the first one.
        let first = reasons::all(tx)?.into_iter().next().map(|it| it.id);
        let id = reason.parse().ok().or(first).ok_or(not_found("reason"))?;
        let it = PlanForm { said, ..blank(tx, None, id, When::default(), Vec::new())? };
        Ok(settings::remedy_plan(at, &it, &problems))
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
    Ok(PlanForm { id, reason, when, offers, tags, home, said: None })
}

pub(crate) async fn plan(who: Manager, State(app): State<App>, Id(id): Id<PlanId>) -> Answer {
    plan_page(&who, &app, id, None, (StatusCode::OK, Problems::default())).await
}

async fn plan_page(
    who: &Manager,
    app: &App,
    id: PlanId,
    said: Option<Said>,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    show_section(app, who, "remedies", status, move |tx, at| {
        let it = plans::find(tx, id)?;
        let it = PlanForm { said, ..blank(tx, Some(id), it.reason, it.when, it.offers)? };
        Ok(settings::remedy_plan(at, &it, &problems))
    })
    .await
}

fn read(tx: &mut Tx, said: &Said) -> Result<(When, Vec<Offer>)> {
    let mut form = Reading::new(tx, said)?;
    let when = When {
        most_days: form.number("most_days"),
        least_value: form.money("least_value"),
        most_value: form.money("most_value"),
        tag: text(said, "tag").parse().ok(),
        most_prior: form.number("most_prior"),
    };
    let mut offers = Vec::new();
    for n in 0..MOST_OFFERS {
        let kind: Option<Kind> =
            form.take(&format!("kind_{n}"), |_, text| text.parse().ok(), "Choose one of these.");
        if let Some(kind) = kind {
            offers.push(Offer { kind, much: form.much(&format!("much_{n}")) });
        }
    }
    form.done((when, offers))
}

/// What belongs to no field stands above the form.
fn of_plan(wrong: Problems) -> Problems {
    let whole = ["offers", "when", "reason"];
    let at = |field: String| if whole.contains(&field.as_str()) { String::new() } else { field };
    wrong.0.into_iter().map(|(field, text)| (at(field), text)).collect()
}

pub(crate) async fn add_plan(
    who: Manager,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let own = said.clone();
    let added = app.write(move |tx| add(tx, &me, &own)).await;
    match done(added, &urls::settings_section("remedies"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            let reason = text(&said, "reason").to_owned();
            new_plan_page(&who, &app, reason, Some(said), (status, of_plan(wrong))).await
        }
    }
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
    let own = said.clone();
    let changed = app.write(move |tx| {
        let (when, offers) = read(tx, &own)?;
        plans::change(tx, &me, id, &when, &offers)
    });
    match done(changed.await, &urls::settings_section("remedies"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            plan_page(&who, &app, id, Some(said), (status, of_plan(wrong))).await
        }
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
