use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tend_core::agents::{
    Permission, Permissions, Reach, RoleId,
    roles::{self, RoleSpec},
};
use tend_views::{
    parts::Problems,
    settings::{self, RoleForm},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    app::App,
    asked::Form,
    forms::Parsed,
    pages::Answer,
    who::{May, may},
};

type Manager = May<may::RolesManage>;

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default()).await
}

async fn page(who: &Manager, app: &App, status: StatusCode, problems: Problems) -> Answer {
    show_section(app, who, "roles", status, move |tx, at| {
        Ok(settings::roles(at, &roles::all(tx)?, &problems))
    })
    .await
}

#[derive(Clone, Deserialize)]
pub(crate) struct Said {
    name: String,
    reach: Parsed<Reach>,
    #[serde(default)]
    permission: Vec<Parsed<Permission>>,
}

impl Said {
    fn spec(&self) -> RoleSpec {
        let permissions: Permissions = self.permission.iter().map(|it| it.0).collect();
        RoleSpec { name: self.name.clone(), permissions, reach: self.reach.0 }
    }
}

pub(crate) async fn new(who: Manager, State(app): State<App>) -> Answer {
    let spec =
        RoleSpec { name: String::new(), permissions: Permissions::default(), reach: Reach::All };
    form(&who, &app, None, spec, StatusCode::OK, Problems::default()).await
}

pub(crate) async fn create(who: Manager, State(app): State<App>, Form(said): Form<Said>) -> Answer {
    let (me, spec) = (who.me.clone(), said.spec());
    let made = app.write(move |tx| roles::make(tx, &me, &spec)).await;
    match done(made, &urls::settings_section("roles"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => form(&who, &app, None, said.spec(), status, wrong).await,
    }
}

pub(crate) async fn one(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<RoleId>>,
) -> Answer {
    let it = app.read(move |tx| roles::find(tx, id)).await?;
    let spec = RoleSpec { name: it.name, permissions: it.permissions, reach: it.reach };
    form(&who, &app, Some(id), spec, StatusCode::OK, Problems::default()).await
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<RoleId>>,
    Form(said): Form<Said>,
) -> Answer {
    let (me, spec) = (who.me.clone(), said.spec());
    let changed = app.write(move |tx| roles::change(tx, &me, id, &spec)).await;
    match done(changed, &urls::settings_section("roles"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => form(&who, &app, Some(id), said.spec(), status, wrong).await,
    }
}

pub(crate) async fn remove(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<RoleId>>,
) -> Answer {
    let me = who.me.clone();
    let removed = app.write(move |tx| roles::remove(tx, &me, id)).await;
    match done(removed, &urls::settings_section("roles"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(&who, &app, status, wrong).await,
    }
}

async fn form(
    who: &Manager,
    app: &App,
    id: Option<RoleId>,
    spec: RoleSpec,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let offered = who.me.permissions;
    show_section(app, who, "roles", status, move |_, at| {
        let RoleSpec { name, permissions: chosen, reach } = spec;
        Ok(settings::role(at, &RoleForm { id, name, reach, chosen, offered, problems }))
    })
    .await
}
