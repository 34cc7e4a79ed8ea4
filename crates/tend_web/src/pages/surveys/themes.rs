//! What low scores are about.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    agents::{self, Permission},
    error::invalid,
    surveys::themes as verbs,
};
use tend_views::{
    survey::{ThemesPage, themes_page},
    urls,
};

use crate::{
    App,
    asked::Form,
    pages::{Answer, frame::Wanted, go},
    who::{
        May,
        may::{SurveysManage, SurveysRead},
    },
};

pub(crate) async fn show(who: May<SurveysRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::surveys());
    let page = app.read(move |tx| {
        let it = ThemesPage {
            themes: verbs::table(tx, &wanted.me)?,
            agents: agents::present(tx)?,
            may: wanted.me.may(Permission::SurveysManage),
        };
        Ok(themes_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    name: String,
    owner: String,
    done: String,
}

pub(crate) async fn say(
    who: May<SurveysManage>,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let owner = match said.owner.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| invalid("owner", "There is no such agent."))?),
        };
        verbs::say(tx, &me, &said.name, owner, &said.done)
    })
    .await?;
    Ok(go(&urls::survey_themes()))
}
