//! Alerts, and how often there may be any.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    agents::{Me, Permission},
    book::{self, Whose},
    error::{Error, invalid},
    health::{
        self, AlertId, Options,
        alerts::{self as verbs, MakesTasks, Shown},
    },
    money::days,
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    proof::{AlertsPage, alerts_page},
    urls,
};

use super::scoreboard::number;
use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted, go, problems, revenue::files::Sheet},
    who::{
        May, Who,
        may::{CustomersRead, StagesManage, TasksEdit},
    },
};

/// So many at once.
const ROWS: usize = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    whose: String,
    shown: String,
    cursor: String,
}

pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&who, &app, asked, None, StatusCode::OK, Problems::default()).await
}

async fn page(
    who: &Who,
    app: &App,
    asked: Asked,
    tried: Option<Options>,
    status: StatusCode,
    wrong: Problems,
) -> Answer {
    let wanted = Wanted::by(who, urls::alerts());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let today = health::today(tx);
        let whose: Whose = asked.whose.parse().unwrap_or_default();
        let shown: Shown = asked.shown.parse().unwrap_or_default();
        let found = verbs::page(tx, me, whose, shown, asked.cursor.parse().ok(), ROWS)?;
        let it = AlertsPage {
            whose,
            shown,
            lines: found.items,
            next: found.next,
            options: match tried {
                Some(it) => it,
                None => health::options(tx)?,
            },
            makes_tasks: verbs::makes_tasks(tx)?,
            of_week: verbs::standing(tx, me.id, today)?.of_week,
            currency: book::currency(tx)?,
            today,
            may_task: me.may(Permission::TasksEdit),
            may_set: me.may(Permission::StagesManage),
            sees_money: me.may(Permission::RevenueRead),
            problems: wrong.clone(),
        };
        Ok(alerts_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

/// So many alerts are written, and no more.
const MOST: usize = 20_000;

/// The list as a table, with what came of each as far as it is known.
pub(crate) async fn file(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let whose: Whose = asked.whose.parse().unwrap_or_default();
            let shown: Shown = asked.shown.parse().unwrap_or_default();
            let (mut all, mut from) = (Vec::new(), None);
            loop {
                let page = verbs::page(tx, &me, whose, shown, from, 200)?;
                all.extend(page.items);
                match page.next.filter(|_| all.len() < MOST) {
                    Some(next) => from = Some(next),
                    None => return Ok(all),
                }
            }
        })
        .await?;
    let mut file = Sheet::new([
        "alert",
        "account",
        "account_name",
        "owner",
        "day",
        "leaves_then",
        "rule_score_then",
        "leaves",
        "override",
        "counts",
        "state",
        "outcome",
        "outcome_on",
        "why",
    ]);
    for it in all {
        let alert = it.alert;
        file.row(&[
            alert.id.to_string(),
            alert.account_id.to_string(),
            it.account,
            it.owner.map_or(String::new(), |it| it.1),
            days::text(alert.day),
            number(alert.p),
            number(alert.rule_score),
            number(it.now.foretold),
            number(it.now.judged),
            number(it.now.counts()),
            alert.state.word().to_owned(),
            alert.outcome.unwrap_or_default(),
            alert.outcome_on.map_or(String::new(), days::text),
            alert.why,
        ]);
    }
    Ok(file.file("alerts.csv"))
}

/// What the form of how often sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    alerts_a_week: String,
    hysteresis_percent: String,
    tasks: String,
}

fn whole(field: &'static str, text: &str) -> Result<i64, Error> {
    text.trim().parse().map_err(|_| invalid(field, "Write a whole number."))
}

pub(crate) async fn options(
    who: May<StagesManage>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let to = Options {
            alerts_a_week: whole("alerts_a_week", &sent.alerts_a_week)?,
            hysteresis_percent: whole("hysteresis_percent", &sent.hysteresis_percent)?,
            ..health::options(tx)?
        };
        health::set_options(tx, &me, &to)?;
        let tasks = if sent.tasks == "yes" { MakesTasks::Yes } else { MakesTasks::No };
        verbs::set_makes_tasks(tx, &me, tasks)
    });
    match done.await {
        Ok(()) => Ok(go(&urls::alerts())),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(&who, &app, Asked::default(), None, status, wrong).await
        }
    }
}

/// Does something to one, and goes back to the list.
async fn act(
    who: &Who,
    app: &App,
    id: AlertId,
    verb: impl Fn(&mut Tx, &Me, AlertId) -> tend_core::Result<()> + Send + 'static,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verb(tx, &me, id)).await?;
    Ok(go(&urls::alerts()))
}

pub(crate) async fn see(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<AlertId>,
) -> Answer {
    act(&who, &app, id, verbs::see).await
}

pub(crate) async fn clear(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<AlertId>,
) -> Answer {
    act(&who, &app, id, verbs::clear).await
}

/// Makes a task of it, and shows the task.
pub(crate) async fn task(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<AlertId>,
) -> Answer {
    let me = who.me.clone();
    let task = app.write(move |tx| verbs::task(tx, &me, id)).await?;
    Ok(go(&urls::task(task)))
}
