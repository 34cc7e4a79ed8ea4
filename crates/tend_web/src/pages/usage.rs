//! Product adoption, and the rows behind its figures.

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use jiff::civil::Date;
use serde::Deserialize;
use tend_core::{
    agents::Permission,
    usage::{
        adoption::{WINDOW, adoption},
        counts::{self, By, Of},
        day_of, first_value, meanings, names,
    },
};
use tend_views::{
    revenue::day_name,
    urls,
    usage::{
        AdoptionPage, FirstValuePage, SPANS, UsageRow, adoption_page, first_value_page,
        usage_rows_page,
    },
};

use super::{Answer, frame::Wanted, go, revenue::files::Sheet};
use crate::{
    App,
    asked::{Form, Query},
    forms::{Parsed, Ticked},
    router::{Access::May as Needs, Route, get, post},
    who::{
        May,
        may::{CustomersRead, SourcesManage},
    },
};

/// Adoption, and where usage events come from.
pub(crate) fn routes() -> Vec<Route> {
    use super::settings::sources as s;
    use Permission::SourcesManage as Manage;
    let (see, all) = (Needs(Permission::CustomersRead), urls::settings_section("sources"));
    let one = urls::settings_item("sources", "{id}");
    vec![
        get(urls::usage(), see, show),
        get(urls::usage_file(), see, file),
        get(urls::usage_rows(), see, rows),
        get(urls::first_value(), see, first_values),
        post(urls::usage_key("{id}"), Needs(Manage), key),
        get(&all, Needs(Manage), s::show),
        post(&all, Needs(Manage), s::create),
        get(urls::settings_item("sources", "new"), Needs(Manage), s::new),
        get(urls::usage_arrivals(), Needs(Manage), s::arrivals),
        get(urls::usage_rejected(), Needs(Manage), s::rejected),
        post(urls::usage_retention(), Needs(Manage), s::keep),
        get(&one, Needs(Manage), s::one),
        post(&one, Needs(Manage), s::change),
        post(format!("{one}/rotate"), Needs(Manage), s::rotate),
        post(format!("{one}/disable"), Needs(Manage), s::disable),
        post(format!("{one}/enable"), Needs(Manage), s::enable),
    ]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    over: Option<i64>,
}

pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::usage());
    let over = asked.over.filter(|it| SPANS.contains(it)).unwrap_or(SPANS[1]);
    let page = app.read(move |tx| {
        let it = AdoptionPage {
            report: adoption(tx, &wanted.me, over)?,
            over,
            first_value: first_value::report(tx, &wanted.me)?,
            may_manage: wanted.me.may(Permission::SourcesManage),
        };
        Ok(adoption_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// The figures and the features as a table.
pub(crate) async fn file(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| adoption(tx, &me, SPANS[1])).await?;
    let mut file = Sheet::new([
        "row",
        "name",
        "value",
        "low",
        "high",
        "n",
        "people",
        "times",
        "definition",
        "version",
    ]);
    let number = |it: Option<f64>| it.map_or(String::new(), |it| format!("{it:.6}"));
    for one in it.figures() {
        let (low, high) = (one.sure.map(|it| it.0), one.sure.map(|it| it.1));
        let name = one.definition.name.to_owned();
        let cells = [
            "figure".to_owned(),
            name,
            number(one.value),
            number(low),
            number(high),
            one.n.to_string(),
            String::new(),
            String::new(),
        ];
        file.of(cells, one.definition);
    }
    for one in &it.features {
        let share = it.share(one);
        let cells = [
            "feature".to_owned(),
            one.event.clone(),
            number(share.map(|it| it.value)),
            number(share.map(|it| it.lower)),
            number(share.map(|it| it.upper)),
            it.active_accounts.to_string(),
            one.people.to_string(),
            one.count.to_string(),
        ];
        file.of(cells, &meanings::FEATURE);
    }
    Ok(file.file("adoption.csv"))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Rows {
    event: String,
    from: String,
    to: String,
}

/// Without days, those of the report's window.
pub(crate) async fn rows(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<Rows>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::usage());
    let today = day_of(app.now());
    let page = app.read(move |tx| {
        let asked = counts::Asked {
            event: Some(it.event.clone()).filter(|it| !it.is_empty()),
            from: Some(day(&it.from).unwrap_or(today - WINDOW + 1)),
            to: Some(day(&it.to).unwrap_or(today)),
            only_use: true,
            ..counts::Asked::default()
        };
        let rows: Vec<UsageRow> =
            counts::counts(tx, &wanted.me, &asked, By::Account)?.into_iter().map(row).collect();
        let what = match (it.event.as_str(), it.from.as_str()) {
            ("", from) => format!("Usage on {}", day(from).map_or(from.to_owned(), day_name)),
            (event, _) => event.to_owned(),
        };
        Ok(usage_rows_page(&wanted.read(tx)?, &what, &rows))
    });
    Ok(page.await?.into_response())
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WhichOnes {
    reached: String,
    cursor: String,
}

pub(crate) async fn first_values(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<WhichOnes>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::usage());
    let today = day_of(app.now());
    let page = app.read(move |tx| {
        let (reached, from) = (it.reached == "yes", it.cursor.parse().ok());
        let lines = first_value::lines(tx, &wanted.me, reached, from, 50)?;
        Ok(first_value_page(&wanted.read(tx)?, &FirstValuePage { reached, lines, today }))
    });
    Ok(page.await?.into_response())
}

fn row(it: counts::Line) -> UsageRow {
    let (url, name) = match it.of {
        Of::Account(Some(id), name) => (Some(urls::account(id)), name),
        _ => (None, String::new()),
    };
    UsageRow { url, name, count: it.count, people: it.people }
}

fn day(text: &str) -> Option<i64> {
    let date: Date = text.parse().ok()?;
    let start = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(day_of(start.timestamp()))
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Key {
    is_key: Ticked,
}

pub(crate) async fn key(
    who: May<SourcesManage>,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<i64>>,
    Form(it): Form<Key>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| names::choose_key(tx, &me, id, it.is_key.0)).await?;
    Ok(go(&urls::usage()))
}
