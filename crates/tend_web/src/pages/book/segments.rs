//! Segments, and lists of the portfolio that somebody describes.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};
use tend_core::{
    Result,
    agents::{self, Me, Permission, teams},
    attributes::{self, About},
    book::{self, Ask, By, Condition, NewPortfolioView, Order, PortfolioViewId, SegmentId, Whose},
    tags,
    views::Audience,
};
use tend_store::Tx;
use tend_views::{
    book::{
        OfferedAccounts, SegmentEditor, SegmentLine, account_conditions, segment_page,
        segments_page,
    },
    parts::Problems,
    saved::read_form_of,
    urls,
};

use super::portfolio::may_change;
use crate::{
    App,
    api::Id,
    asked::Form,
    pages::{Answer, frame::Wanted, go, inbox::Htmx, lead, problems},
    who::{
        May,
        may::{CustomersRead, StagesManage},
    },
};

type Pairs = Vec<(String, String)>;

/// A new test asks about this first.
const FIRST: &str = "stage";
/// So far members are counted.
const MOST: i64 = 10_000;
/// So many members are shown.
const SHOWN: usize = 10;

fn offered(tx: &mut Tx, me: &Me) -> Result<OfferedAccounts> {
    let segments = book::segments(tx, me)?;
    Ok(OfferedAccounts {
        agents: agents::present(tx)?,
        teams: teams::all(tx)?,
        stages: book::stages(tx)?,
        tags: tags::all(tx)?,
        segments: segments.into_iter().map(|it| (it.id.to_string(), it.name)).collect(),
        definitions: attributes::definitions(tx, About::Account)?,
        currency: book::currency(tx)?,
    })
}

/// All of them, each with how many are in it now.
pub(crate) async fn all(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::segments());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let mut lines = Vec::new();
            for it in book::segments(tx, me)? {
                lines.push(SegmentLine {
                    says: book::sentence(tx, &it.condition)?,
                    count: book::count_segment(tx, me, &it.condition, MOST)?,
                    id: it.id.to_string(),
                    name: it.name,
                });
            }
            let may = me.may(Permission::StagesManage);
            Ok(segments_page(&wanted.read(tx)?, &lines, may))
        })
        .await?;
    Ok(page.into_response())
}

/// What somebody describes just now: a segment, or a list of the portfolio.
#[derive(Clone, Debug)]
struct Draft {
    id: Option<String>,
    name: String,
    condition: Value,
    /// Whose, order, audience.
    view: Option<(String, String, String)>,
    may: bool,
}

impl Draft {
    fn new(view: Option<(String, String, String)>) -> Self {
        let condition = json!({ "all": [] });
        Self { id: None, name: String::new(), condition, view, may: true }
    }

    fn read(id: Option<String>, pairs: &Pairs, is_view: bool) -> Self {
        let of = |name: &str| {
            pairs.iter().find(|it| it.0 == name).map(|it| it.1.clone()).unwrap_or_default()
        };
        let view = is_view.then(|| (of("whose"), of("sort"), of("audience")));
        Self { id, name: of("name"), condition: read_form_of(pairs, FIRST), view, may: true }
    }

    fn to_view(&self) -> Result<NewPortfolioView> {
        let (whose, sort, audience) = self.view.clone().unwrap_or_default();
        Ok(NewPortfolioView {
            name: self.name.clone(),
            audience: audience.parse().unwrap_or(Audience::Personal),
            whose: whose.parse().unwrap_or(Whose::Mine),
            condition: book::read_condition(&self.condition)?,
            order: sort.parse().unwrap_or_default(),
        })
    }
}

/// How many fit now; nothing while it is not yet a condition.
fn found(tx: &mut Tx, me: &Me, condition: &Value) -> Option<i64> {
    let condition = book::read_condition(condition).ok()?;
    book::count_segment(tx, me, &condition, MOST).ok()
}

fn members(tx: &mut Tx, me: &Me, condition: &Value) -> Result<Vec<book::Line>> {
    let Ok(condition) = book::read_condition(condition) else { return Ok(Vec::new()) };
    if condition == Condition::All(Vec::new()) {
        return Ok(Vec::new());
    }
    let order = Order { by: By::Arr, reversed: false };
    let ask = Ask { condition, order, ..Ask::of(Whose::All) };
    Ok(book::page(tx, me, &ask, None, SHOWN)?.items)
}

async fn form(
    app: &App,
    wanted: Wanted,
    draft: Draft,
    problems: Problems,
    status: StatusCode,
) -> Answer {
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let it = SegmentEditor {
                found: found(tx, me, &draft.condition),
                members: members(tx, me, &draft.condition)?,
                id: draft.id,
                name: draft.name,
                condition: draft.condition,
                may: draft.may,
                problems,
                view: draft.view,
                may_share: me.may(Permission::ViewsShare),
            };
            let offered = offered(tx, me)?;
            Ok(segment_page(&wanted.read(tx)?, &it, &offered))
        })
        .await?;
    Ok((status, page).into_response())
}

pub(crate) async fn new(who: May<StagesManage>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::segments());
    form(&app, wanted, Draft::new(None), Problems::default(), StatusCode::OK).await
}

pub(crate) async fn edit(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<SegmentId>,
) -> Answer {
    let (me, wanted) = (who.me.clone(), Wanted::by(&who, urls::segments()));
    let it = app.read(move |tx| book::find_segment(tx, &me, id)).await?;
    let draft = Draft {
        id: Some(id.to_string()),
        name: it.name,
        condition: it.condition.to_json(),
        view: None,
        may: who.me.may(Permission::StagesManage),
    };
    form(&app, wanted, draft, Problems::default(), StatusCode::OK).await
}

/// The conditions as they are after a button of theirs was pressed.
pub(crate) async fn described(
    who: May<CustomersRead>,
    State(app): State<App>,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let condition = read_form_of(&pairs, FIRST);
            let found = found(tx, &me, &condition);
            Ok(account_conditions(&condition, found, &offered(tx, &me)?))
        })
        .await?;
    Ok(page.into_response())
}

pub(crate) async fn create(
    who: May<StagesManage>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(pairs): Form<Pairs>,
) -> Answer {
    keep(&app, Wanted::by(&who, urls::segments()), None, Draft::read(None, &pairs, false), is_htmx)
        .await
}

pub(crate) async fn change(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<SegmentId>,
    Htmx(is_htmx): Htmx,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let draft = Draft::read(Some(id.to_string()), &pairs, false);
    keep(&app, Wanted::by(&who, urls::segments()), Some(id), draft, is_htmx).await
}

async fn keep(
    app: &App,
    wanted: Wanted,
    id: Option<SegmentId>,
    draft: Draft,
    is_htmx: bool,
) -> Answer {
    let (me, it) = (wanted.me.clone(), draft.clone());
    let kept = app.write(move |tx| {
        let condition = book::read_condition(&it.condition)?;
        book::save_segment(tx, &me, id, &it.name, &condition)
    });
    match kept.await {
        Ok(_) => Ok(lead(&urls::segments(), is_htmx)),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(app, wanted, draft, wrong, status).await
        }
    }
}

pub(crate) async fn archive(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<SegmentId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::archive_segment(tx, &me, id)).await?;
    Ok(if is_htmx { lead(&urls::segments(), true) } else { go(&urls::segments()) })
}

pub(crate) async fn new_view(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let view = ("mine".to_owned(), "arr".to_owned(), "personal".to_owned());
    let wanted = Wanted::by(&who, urls::portfolio());
    form(&app, wanted, Draft::new(Some(view)), Problems::default(), StatusCode::OK).await
}

pub(crate) async fn edit_view(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PortfolioViewId>,
) -> Answer {
    let (me, wanted) = (who.me.clone(), Wanted::by(&who, urls::portfolio()));
    let it = app.read(move |tx| book::find_view(tx, &me, id)).await?;
    let audience = it.audience.to_string();
    let draft = Draft {
        id: Some(id.to_string()),
        condition: it.condition.to_json(),
        view: Some((it.whose.word(), it.order.to_string(), audience)),
        may: may_change(&who.me, &it),
        name: it.name,
    };
    form(&app, wanted, draft, Problems::default(), StatusCode::OK).await
}

pub(crate) async fn create_view(
    who: May<CustomersRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let draft = Draft::read(None, &pairs, true);
    keep_view(&app, Wanted::by(&who, urls::portfolio()), None, draft, is_htmx).await
}

pub(crate) async fn change_view(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PortfolioViewId>,
    Htmx(is_htmx): Htmx,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let draft = Draft::read(Some(id.to_string()), &pairs, true);
    keep_view(&app, Wanted::by(&who, urls::portfolio()), Some(id), draft, is_htmx).await
}

async fn keep_view(
    app: &App,
    wanted: Wanted,
    id: Option<PortfolioViewId>,
    draft: Draft,
    is_htmx: bool,
) -> Answer {
    let (me, it) = (wanted.me.clone(), draft.clone());
    let kept = app.write(move |tx| book::save_view(tx, &me, id, &it.to_view()?)).await;
    match kept {
        Ok(id) => Ok(lead(&urls::portfolio_view(id), is_htmx)),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(app, wanted, draft, wrong, status).await
        }
    }
}

pub(crate) async fn archive_view(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PortfolioViewId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| book::archive_view(tx, &me, id)).await?;
    Ok(if is_htmx { lead(&urls::portfolio(), true) } else { go(&urls::portfolio()) })
}
