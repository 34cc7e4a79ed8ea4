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
        get(format!("{}.csv", urls::usage_rows()), see, rows_file),
        get(format!("{}.csv", urls::first_value()), see, first_values_file),
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

/// So many rows are written, and no more.
const MOST_WRITTEN: usize = 100_000;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Rows {
    event: String,
    from: String,
    to: String,
}

impl Rows {
    /// Without days, those of the report's window.
    fn asked(&self, today: i64) -> counts::Asked {
        counts::Asked {
            event: Some(self.event.clone()).filter(|it| !it.is_empty()),
            from: Some(day(&self.from).unwrap_or(today - WINDOW + 1)),
            to: Some(day(&self.to).unwrap_or(today)),
            only_use: true,
            ..counts::Asked::default()
        }
    }

    /// The same as a file.
    fn file(&self) -> String {
        let all = [("event", self.event.as_str()), ("from", &self.from), ("to", &self.to)];
        let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
        urls::with_query(&format!("{}.csv", urls::usage_rows()), &some)
    }
}

/// The accounts behind a figure of usage, as a table.
pub(crate) async fn rows_file(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<Rows>,
) -> Answer {
    let (me, today) = (who.me.clone(), day_of(app.now()));
    let all = app.read(move |tx| counts::counts(tx, &me, &it.asked(today), By::Account)).await?;
    let mut file = Sheet::new(["account", "name", "times", "people"]);
    for it in all {
        let (id, name) = match it.of {
            Of::Account(Some(id), name) => (id.to_string(), name),
            _ => Default::default(),
        };
        file.row(&[id, name, it.count.to_string(), it.people.to_string()]);
    }
    Ok(file.file("usage-accounts.csv"))
}

/// Those that got to a key feature, and those that did not, as a table.
pub(crate) async fn first_values_file(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let mut all = Vec::new();
            for reached in [true, false] {
                let mut from = None;
                loop {
                    let page = first_value::lines(tx, &me, reached, from, 200)?;
                    all.extend(page.items);
                    match page.next.filter(|_| all.len() < MOST_WRITTEN) {
                        Some(next) => from = Some(next),
                        None => break,
                    }
                }
            }
            Ok(all)
        })
        .await?;
    let mut file = Sheet::new(["account", "name", "started_on", "reached_on", "days"]);
    for it in all {
        let days = it.reached_on.map(|reached| (reached - it.started_on).max(0).to_string());
        file.row(&[
            it.account_id.to_string(),
            it.name,
            counts::day_name(it.started_on),
            it.reached_on.map_or(String::new(), counts::day_name),
            days.unwrap_or_default(),
        ]);
    }
    Ok(file.file("first-values.csv"))
}

pub(crate) async fn rows(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<Rows>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::usage());
    let today = day_of(app.now());
    let page = app.read(move |tx| {
        let all = counts::counts(tx, &wanted.me, &it.asked(today), By::Account)?;
        let rows: Vec<UsageRow> = all.into_iter().map(row).collect();
        let what = match (it.event.as_str(), it.from.as_str()) {
            ("", from) => format!("Usage on {}", day(from).map_or(from.to_owned(), day_name)),
            (event, _) => event.to_owned(),
        };
        Ok(usage_rows_page(&wanted.read(tx)?, &what, &it.file(), &rows))
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
