//! Canned responses.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{Me, Permission},
    canned::{self as verbs, Audience, CannedFile, CannedId, NewCanned},
    html::Html,
    templates,
};
use tend_store::Tx;
use tend_views::{
    canned::{CannedEditor, canned_editor, canned_page},
    parts::Problems,
    urls,
};

use super::{Answer, frame::Wanted, go, inbox::offered, problems};
use crate::{
    App,
    api::Id,
    asked::Form,
    pages::inbox::Htmx,
    who::{May, may::ConversationsRead},
};

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    name: String,
    shortcut: String,
    html: Option<String>,
    text: Option<String>,
    audience: String,
}

impl Written {
    fn html(&self) -> Html {
        match &self.html {
            Some(html) => Html::sanitise(html),
            None => Html::from_text(self.text.as_deref().unwrap_or_default()),
        }
    }

    fn to_canned(&self, me: &Me, files: Vec<CannedFile>) -> NewCanned {
        let audience = match self.audience.as_str() {
            "everyone" => Audience::Everyone,
            team => team.parse().map_or(Audience::Personal(me.id), Audience::Team),
        };
        let (shortcut, name) = (self.shortcut.clone(), self.name.clone());
        NewCanned { shortcut, name, html: self.html(), audience, files }
    }
}

/// All that the agent may use.
pub(crate) async fn list(who: May<ConversationsRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::canned());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let (all, offered) = (verbs::all(tx, me)?, offered(tx, me)?);
            Ok(canned_page(&frame, &all, &offered, me.may(Permission::CannedShare)))
        })
        .await?;
    Ok(page.into_response())
}

/// The form of a new one.
pub(crate) async fn new(who: May<ConversationsRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::canned());
    let empty = Written { audience: "personal".to_owned(), ..Written::default() };
    form(&app, wanted, None, empty, Problems::default(), StatusCode::OK).await
}

/// The form of one that there is.
pub(crate) async fn edit(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<CannedId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| verbs::find(tx, &me, id)).await?;
    let audience = match it.audience() {
        Audience::Personal(_) => "personal".to_owned(),
        Audience::Everyone => "everyone".to_owned(),
        Audience::Team(team) => team.to_string(),
    };
    let written = Written {
        html: Some(it.html_text),
        text: None,
        name: it.name,
        shortcut: it.shortcut,
        audience,
    };
    let wanted = Wanted::by(&who, urls::canned());
    form(&app, wanted, Some(id), written, Problems::default(), StatusCode::OK).await
}

async fn form(
    app: &App,
    wanted: Wanted,
    id: Option<CannedId>,
    written: Written,
    problems: Problems,
    status: StatusCode,
) -> Answer {
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let offered = offered(tx, me)?;
            let it = CannedEditor {
                id,
                html: written.html(),
                name: written.name,
                shortcut: written.shortcut,
                audience: written.audience,
                may_share: me.may(Permission::CannedShare),
                variables: templates::vocabulary(tx)?,
                problems,
            };
            Ok(canned_editor(&frame, &it, &offered))
        })
        .await?;
    Ok((status, page).into_response())
}

/// Makes one.
pub(crate) async fn create(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Form(written): Form<Written>,
) -> Answer {
    keep(&app, Wanted::by(&who, urls::canned()), None, written).await
}

/// Changes one.
pub(crate) async fn change(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<CannedId>,
    Form(written): Form<Written>,
) -> Answer {
    keep(&app, Wanted::by(&who, urls::canned()), Some(id), written).await
}

async fn keep(app: &App, wanted: Wanted, id: Option<CannedId>, written: Written) -> Answer {
    let (me, new) = (wanted.me.clone(), written.clone());
    let kept = app
        .write(move |tx| {
            let files = files(tx, id)?;
            verbs::save(tx, &me, id, &new.to_canned(&me, files))
        })
        .await;
    match kept {
        Ok(_) => Ok(go(&urls::canned())),
        Err(error) => {
            let (status, problems) = problems(error)?;
            form(app, wanted, id, written, problems, status).await
        }
    }
}

/// The files that it has stay.
fn files(tx: &mut Tx, id: Option<CannedId>) -> Result<Vec<CannedFile>> {
    let Some(id) = id else { return Ok(Vec::new()) };
    let all = verbs::files(tx, id)?;
    Ok(all.into_iter().map(|it| CannedFile { file_id: it.file_id, name: it.name }).collect())
}

/// Puts one away.
pub(crate) async fn archive(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<CannedId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::archive(tx, &me, id)).await?;
    Ok(super::lead(&urls::canned(), is_htmx))
}
