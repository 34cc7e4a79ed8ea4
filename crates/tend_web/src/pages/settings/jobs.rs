//! Work that is owed.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{
    jobs::{self, JobId, Standing},
    page::Cursor,
};
use tend_views::{
    settings::{self, JobPage},
    urls,
};

use super::show as show_section;
use crate::{
    api::Id,
    app::App,
    asked::Query,
    pages::{Answer, go},
    who::{May, may},
};

type Keeper = May<may::JobsManage>;

/// How many a page shows.
const ROWS: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    which: String,
    cursor: Option<String>,
}

pub(crate) async fn show(
    who: Keeper,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let from: Option<Cursor> = asked.cursor.as_deref().and_then(|it| it.parse().ok());
    show_section(&app, &who, "jobs", StatusCode::OK, move |tx, at| {
        let count = jobs::counts(tx, &me)?;
        let which = match asked.which.as_str() {
            "" if count.dead == 0 => Standing::Waiting,
            word => Standing::of(word),
        };
        let page = jobs::list(tx, &me, which, from, ROWS)?;
        let it = JobPage {
            which,
            count,
            jobs: &page.items,
            next: page.next,
            is_further: from.is_some(),
        };
        Ok(settings::jobs(at, &it))
    })
    .await
}

pub(crate) async fn run(who: Keeper, State(app): State<App>, Id(id): Id<JobId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| jobs::run_again(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("jobs")))
}

pub(crate) async fn give_up(who: Keeper, State(app): State<App>, Id(id): Id<JobId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| jobs::give_up(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("jobs")))
}
