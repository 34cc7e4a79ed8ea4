//! The portfolio: lists of accounts, what they come to, and several at once.

use axum::{extract::State, response::IntoResponse};
use maud::html;
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::AccountId,
    agents::{self, Me, Permission},
    book::{self, Ask, BulkChange, Column, Condition, PortfolioView, PortfolioViewId, Whose},
    conversations::UndoId,
    error::{invalid, refused},
    page::Cursor,
    tags,
    tasks::day_in,
};
use tend_store::Tx;
use tend_views::{
    book::{Portfolio, ViewTab, portfolio_list, portfolio_page, portfolio_rows, portfolio_top},
    parts::{counted, toast},
    urls,
};

use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    pages::{
        Answer,
        frame::{Wanted, now},
        go,
        inbox::{Htmx, fragment},
        table_file,
    },
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// So many rows at first.
const ROWS: usize = 50;
/// So far the tabs count.
const MOST: i64 = 10_000;

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    view: String,
    q: String,
    segment: String,
    stage: String,
    tag: String,
    sort: String,
    cursor: String,
}

/// Which view an address means.
pub(super) struct Listed {
    key: String,
    saved: Option<PortfolioView>,
    ask: Ask,
}

impl Asked {
    pub(super) fn read(&self, tx: &mut Tx, me: &Me) -> Result<Listed> {
        let saved = match self.view.parse::<PortfolioViewId>() {
            Ok(id) => Some(book::find_view(tx, me, id)?),
            Err(_) => None,
        };
        let (whose, order) = match &saved {
            Some(it) => (it.whose, it.order),
            None => (self.view.parse().unwrap_or(Whose::Mine), book::first_order(tx)?),
        };
        let mut all = Vec::new();
        if let Some(it) = &saved {
            all.push(it.condition.clone());
        }
        for (field, id) in [("segment", &self.segment), ("stage", &self.stage), ("tag", &self.tag)]
        {
            if id.is_empty() {
                continue;
            }
            let test = serde_json::json!({ "field": field, "op": "any_of", "value": [id] });
            all.push(book::read_condition(&test)?);
        }
        let key = match &saved {
            Some(it) => it.id.to_string(),
            None => whose.word(),
        };
        let order = self.sort.parse().unwrap_or(order);
        let ask = Ask { whose, text: self.q.clone(), condition: Condition::All(all), order };
        Ok(Listed { key, saved, ask })
    }
}

/// The page; for htmx the list, or its next rows.
pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::portfolio());
    let page = app
        .read(move |tx| {
            let listed = asked.read(tx, &wanted.me)?;
            let it = read(tx, &wanted.me, &asked, &listed)?;
            let now = now(tx, &wanted.me);
            Ok(match (is_htmx, asked.cursor.is_empty()) {
                (true, false) => portfolio_rows(&now, &it),
                (true, true) => portfolio_list(&now, &it),
                _ => portfolio_page(&wanted.read(tx)?, &it),
            })
        })
        .await?;
    Ok(page.into_response())
}

fn read(tx: &mut Tx, me: &Me, asked: &Asked, listed: &Listed) -> Result<Portfolio> {
    let from: Option<Cursor> = asked.cursor.parse().ok();
    let page = book::page(tx, me, &listed.ask, from, ROWS)?;
    let mut it = around(tx, me, asked, listed)?;
    (it.lines, it.next) = (page.items, page.next);
    Ok(it)
}

/// All but the rows.
fn around(tx: &mut Tx, me: &Me, asked: &Asked, listed: &Listed) -> Result<Portfolio> {
    let segments = book::segments(tx, me)?;
    Ok(Portfolio {
        view: listed.key.clone(),
        tabs: tabs(tx, me, None)?,
        sums: None,
        says: match &listed.saved {
            Some(it) if it.condition != Condition::All(Vec::new()) => {
                book::sentence(tx, &it.condition)?
            }
            _ => String::new(),
        },
        may_change: listed.saved.as_ref().is_some_and(|it| may_change(me, it)),
        may_edit: me.may(Permission::CustomersEdit),
        may_export: me.may(Permission::CustomersExport),
        lines: Vec::new(),
        next: None,
        order: listed.ask.order,
        columns: book::columns(tx, me, &listed.key)?,
        q: asked.q.clone(),
        segment: asked.segment.clone(),
        stage: asked.stage.clone(),
        tag: asked.tag.clone(),
        segments: segments.into_iter().map(|it| (it.id.to_string(), it.name)).collect(),
        stages: book::stages(tx)?,
        tags: tags::all(tx)?,
        agents: agents::present(tx)?,
        currency: book::currency(tx)?,
        today: day_in(tx.now(), &me.time_zone),
        has_team: !me.teams.is_empty(),
    })
}

pub(super) fn may_change(me: &Me, it: &PortfolioView) -> bool {
    it.audience.may_change(me, it.owner)
}

/// The tabs, with how many are in each if that is asked for.
fn tabs(tx: &mut Tx, me: &Me, counts: Option<()>) -> Result<Vec<ViewTab>> {
    let mut all = Vec::new();
    for (key, label, whose) in
        [("mine", "Mine", Whose::Mine), ("team", "Team", Whose::Team), ("all", "All", Whose::All)]
    {
        let count = match counts {
            Some(()) => Some(book::counted(tx, me, &Ask::of(whose), MOST)?),
            None => None,
        };
        all.push(ViewTab { key: key.to_owned(), label: label.to_owned(), count });
    }
    for it in book::views(tx, me)? {
        let ask = Ask { condition: it.condition, ..Ask::of(it.whose) };
        let count = match counts {
            Some(()) => Some(book::counted(tx, me, &ask, 1000)?),
            None => None,
        };
        all.push(ViewTab { key: it.id.to_string(), label: it.name, count });
    }
    Ok(all)
}

/// Tabs with their counts, and the sums of the list: what may take longer than the page.
pub(crate) async fn sums(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let listed = asked.read(tx, &me)?;
            let mut it = around(tx, &me, &asked, &listed)?;
            it.tabs = tabs(tx, &me, Some(()))?;
            it.sums = Some(book::sums(tx, &me, &listed.ask)?);
            Ok(portfolio_top(&it))
        })
        .await?;
    Ok(fragment(page))
}

/// Which, and what to do: `owner` with `owner` and `note`, `stage:ID`, `stage:none`, `tag:ID`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    id: Vec<String>,
    #[serde(rename = "do")]
    what: String,
    owner: String,
    note: String,
    view: String,
    q: String,
    segment: String,
    stage: String,
    tag: String,
    sort: String,
}

impl Chosen {
    fn asked(&self) -> Asked {
        Asked {
            view: self.view.clone(),
            q: self.q.clone(),
            segment: self.segment.clone(),
            stage: self.stage.clone(),
            tag: self.tag.clone(),
            sort: self.sort.clone(),
            cursor: String::new(),
        }
    }

    fn change(&self) -> Result<BulkChange> {
        let unknown = || invalid("do", "There is no such thing to do.");
        Ok(match self.what.split_once(':') {
            None if self.what == "owner" => {
                let to = super::account::chosen(&self.owner, "owner", "There is no such agent.")?;
                BulkChange::Owner(to, self.note.clone())
            }
            Some(("stage", "none")) => BulkChange::Stage(None),
            Some(("stage", id)) => BulkChange::Stage(Some(id.parse().map_err(|_| unknown())?)),
            Some(("tag", id)) => BulkChange::Tag(id.parse().map_err(|_| unknown())?),
            Some(("untag", id)) => BulkChange::Untag(id.parse().map_err(|_| unknown())?),
            _ => return Err(unknown()),
        })
    }
}

/// Does it to each; what is refused for one does not hinder the others.
pub(crate) async fn bulk(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(chosen): Form<Chosen>,
) -> Answer {
    let (me, back) = (who.me.clone(), urls::portfolio_view(&chosen.view));
    let page = app
        .write(move |tx| {
            let mut ids: Vec<AccountId> = Vec::with_capacity(chosen.id.len());
            for id in &chosen.id {
                let wrong = |_| refused("One of these accounts is not there any more.");
                ids.push(id.parse().map_err(wrong)?);
            }
            let out = book::bulk(tx, &me, &ids, &chosen.change()?)?;
            let mut said =
                format!("{} changed.", counted(out.changed as i64, "account", "accounts"));
            if let Some((n, why)) = &out.refused {
                said += &format!(" {n} could not be: {why}");
            }
            let asked = chosen.asked();
            let listed = asked.read(tx, &me)?;
            let it = read(tx, &me, &asked, &listed)?;
            let undo = out.undo.map(urls::portfolio_undo);
            Ok(html! { (portfolio_list(&now(tx, &me), &it)) (toast(said, undo.as_deref())) })
        })
        .await?;
    Ok(if is_htmx { fragment(page) } else { go(&back) })
}

/// Takes back what was done to several.
pub(crate) async fn undo(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<UndoId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    let n = app.write(move |tx| book::undo(tx, &me, id)).await?;
    let said = format!("{} as before.", counted(n as i64, "account is", "accounts are"));
    Ok(if is_htmx { fragment(toast(said, None)) } else { go(&urls::portfolio()) })
}

/// What the form of the columns sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Columns {
    view: String,
    column: Vec<String>,
}

/// Keeps which columns one wants to see.
pub(crate) async fn columns(
    who: May<CustomersRead>,
    State(app): State<App>,
    Form(sent): Form<Columns>,
) -> Answer {
    let (me, back) = (who.me.clone(), urls::portfolio_view(&sent.view));
    let wanted: Vec<Column> = sent.column.iter().filter_map(|it| it.parse().ok()).collect();
    app.write(move |tx| book::keep_columns(tx, &me, &sent.view, &wanted)).await?;
    Ok(go(&back))
}

/// The list that the same fields show, as a table.
pub(crate) async fn export(
    who: May<crate::who::may::CustomersExport>,
    State(app): State<App>,
    Form(asked): Form<Asked>,
) -> Answer {
    let me = who.me.clone();
    let text = app
        .write(move |tx| {
            let listed = asked.read(tx, &me)?;
            book::sheet(tx, &me, &listed.ask)
        })
        .await?;
    Ok(table_file("portfolio.csv", text))
}
