//! Views that agents describe.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};
use tend_core::{
    Result,
    agents::{Me, Permission, teams},
    conversations::list::{self, Sort, Which},
    views::{self as verbs, Audience, NewView, View, ViewId},
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    saved::{ViewEditor, ViewLine, conditions, read_form, view_editor, views_page},
    urls,
};

use super::{
    Answer,
    frame::Wanted,
    go,
    inbox::{Htmx, offered},
    problems,
};
use crate::{
    App,
    api::Id,
    asked::Form,
    who::{May, may::ConversationsRead},
};

type Pairs = Vec<(String, String)>;

/// All that the agent has.
pub(crate) async fn all(who: May<ConversationsRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::views());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let mut lines = Vec::new();
            for it in verbs::all(tx, me)? {
                lines.push(ViewLine {
                    says: verbs::sentence(tx, &it.condition)?,
                    whose: whose(tx, &it)?,
                    may_change: may_change(me, &it),
                    id: it.id.to_string(),
                    name: it.name,
                });
            }
            Ok(views_page(&frame, &lines))
        })
        .await?;
    Ok(page.into_response())
}

fn whose(tx: &mut Tx, it: &View) -> Result<String> {
    Ok(match it.audience {
        Audience::Personal => "Only you".to_owned(),
        Audience::Everyone => "Everyone".to_owned(),
        Audience::Team(id) => teams::find(tx, id)?.name,
    })
}

pub(super) fn may_change(me: &Me, it: &View) -> bool {
    it.audience.may_change(me, it.owner)
}

/// The form of a new one.
pub(crate) async fn new(who: May<ConversationsRead>, State(app): State<App>) -> Answer {
    let draft = Draft {
        id: None,
        name: String::new(),
        condition: json!({ "all": [{ "field": "active", "op": "is", "value": true }] }),
        sort: "newest".to_owned(),
        audience: "personal".to_owned(),
    };
    form(&app, Wanted::by(&who, urls::views()), draft, Problems::default(), StatusCode::OK).await
}

/// The form of one that there is.
pub(crate) async fn edit(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ViewId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| verbs::find(tx, &me, id)).await?;
    let draft = Draft {
        id: Some(id),
        condition: it.condition.to_json(),
        sort: it.sort.word().to_owned(),
        audience: it.audience.to_string(),
        name: it.name,
    };
    form(&app, Wanted::by(&who, urls::views()), draft, Problems::default(), StatusCode::OK).await
}

/// A view while it is described.
#[derive(Clone, Debug)]
struct Draft {
    id: Option<ViewId>,
    name: String,
    condition: Value,
    sort: String,
    audience: String,
}

impl Draft {
    fn read(id: Option<ViewId>, pairs: &Pairs) -> Self {
        let of = |name: &str| {
            pairs.iter().find(|it| it.0 == name).map(|it| it.1.clone()).unwrap_or_default()
        };
        Self {
            id,
            name: of("name"),
            condition: read_form(pairs),
            sort: of("sort"),
            audience: of("audience"),
        }
    }

    fn to_view(&self) -> Result<NewView> {
        Ok(NewView {
            name: self.name.clone(),
            audience: self.audience.parse().unwrap_or(Audience::Personal),
            condition: verbs::read(&self.condition)?,
            sort: self.sort.parse().unwrap_or(Sort::Newest),
        })
    }
}

/// How many conversations it shows now; nothing while it is not yet a condition.
fn found(tx: &mut Tx, me: &Me, condition: &Value) -> Option<i64> {
    let condition = verbs::read(condition).ok()?;
    let count = list::count(tx, me, &Which::Matching(condition), 10_000).ok()?;
    i64::try_from(count.n).ok()
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
            let frame = wanted.read(tx)?;
            let offered = offered(tx, me)?;
            let found = found(tx, me, &draft.condition);
            let it = ViewEditor {
                id: draft.id.map(|it| it.to_string()),
                name: draft.name,
                condition: draft.condition,
                sort: draft.sort,
                audience: draft.audience,
                may_share: me.may(Permission::ViewsShare),
                found,
                problems,
            };
            Ok(view_editor(&frame, &it, &offered))
        })
        .await?;
    Ok((status, page).into_response())
}

/// The conditions as they are after a button of theirs was pressed.
pub(crate) async fn described(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let condition = read_form(&pairs);
            let found = found(tx, &me, &condition);
            Ok(conditions(&condition, found, &offered(tx, &me)?))
        })
        .await?;
    Ok(page.into_response())
}

/// Makes one.
pub(crate) async fn create(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(pairs): Form<Pairs>,
) -> Answer {
    keep(&app, Wanted::by(&who, urls::views()), Draft::read(None, &pairs), is_htmx).await
}

/// Changes one.
pub(crate) async fn change(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ViewId>,
    Htmx(is_htmx): Htmx,
    Form(pairs): Form<Pairs>,
) -> Answer {
    keep(&app, Wanted::by(&who, urls::views()), Draft::read(Some(id), &pairs), is_htmx).await
}

async fn keep(app: &App, wanted: Wanted, draft: Draft, is_htmx: bool) -> Answer {
    let (me, it) = (wanted.me.clone(), draft.clone());
    let kept = app.write(move |tx| verbs::save(tx, &me, it.id, &it.to_view()?)).await;
    match kept {
        Ok(id) => Ok(super::lead(&urls::view_list(id), is_htmx)),
        Err(error) => {
            let (status, problems) = problems(error)?;
            form(app, wanted, draft, problems, status).await
        }
    }
}

/// Puts one away.
pub(crate) async fn archive(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ViewId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::archive(tx, &me, id)).await?;
    Ok(if is_htmx { super::lead(&urls::views(), true) } else { go(&urls::views()) })
}
