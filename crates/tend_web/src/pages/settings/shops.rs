//! Shops, how each is, and what it sent.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::orders::{
    ShopId, ShopKind,
    events::{self, EventId},
    privacy::{self, RequestId},
    shops::{self, ACCESS, NewShop, SECRET, ShopChange},
};
use tend_views::{
    parts::Problems,
    settings::{self, ShopForm, ShopPage},
    urls,
};

use super::{Done, done, show as show_section, sources::Host};
use crate::{
    api::Id,
    app::App,
    asked::{Form, Query},
    forms::Parsed,
    pages::{Answer, go, problems},
    who::{May, may},
};

type Manager = May<may::ShopsManage>;

const ROWS: usize = 50;

/// What these forms send; each uses its own.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    name: String,
    kind: String,
    address: String,
    secret: String,
    access_key: String,
}

impl Said {
    fn kind(&self) -> ShopKind {
        self.kind.parse().unwrap_or(ShopKind::Shopify)
    }

    fn form(&self) -> ShopForm {
        ShopForm { name: self.name.clone(), kind: self.kind(), address: self.address.clone() }
    }
}

/// The secret as it was entered, or one that is made, which is shown once.
pub(crate) fn secret_for(kind: ShopKind, entered: &str) -> (String, Option<String>) {
    let entered = entered.trim();
    match kind {
        ShopKind::Webhook | ShopKind::WooCommerce if entered.is_empty() => {
            let fresh = fresh_secret(kind);
            (fresh.clone(), Some(fresh))
        }
        _ => (entered.to_owned(), None),
    }
}

/// WordPress changes some signs of a secret; hexadecimal ones have none of them.
fn fresh_secret(kind: ShopKind) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let bytes = tend_core::secrets::random::<32>();
    match kind {
        ShopKind::Webhook => format!("whsec_{}", STANDARD.encode(bytes)),
        _ => tend_core::secrets::hex(&bytes),
    }
}

/// Sealed, unless it is empty.
pub(crate) fn sealed(app: &App, purpose: &str, secret: &str) -> String {
    match secret.trim() {
        "" => String::new(),
        it => app.keys.seal(purpose, it),
    }
}

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    show_section(&app, &who, "shops", StatusCode::OK, move |tx, at| {
        let all = shops::all(tx, &me)?;
        let all: tend_core::Result<Vec<_>> =
            all.into_iter().map(|it| events::health(tx, &me, it.id)).collect();
        Ok(settings::shops(at, &all?))
    })
    .await
}

pub(crate) async fn new(who: Manager, State(app): State<App>) -> Answer {
    form(&who, &app, Said::default().form(), StatusCode::OK, Problems::default()).await
}

async fn form(
    who: &Manager,
    app: &App,
    it: ShopForm,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    show_section(app, who, "shops", status, move |_, at| Ok(settings::new_shop(at, &it, &problems)))
        .await
}

/// A secret that was made is in this answer and nowhere else.
pub(crate) async fn create(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Form(said): Form<Said>,
) -> Answer {
    let (secret, made) = secret_for(said.kind(), &said.secret);
    let new = NewShop {
        name: said.name.clone(),
        kind: said.kind(),
        address: said.address.clone(),
        secret: sealed(&app, SECRET, &secret),
        access_key: sealed(&app, ACCESS, &said.access_key),
    };
    let me = who.me.clone();
    match app.write(move |tx| shops::create(tx, &me, &new)).await {
        Ok(id) => after(&who, &app, host, id, made).await,
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(&who, &app, said.form(), status, wrong).await
        }
    }
}

/// Shows the secret that was made, or goes to the shop.
async fn after(who: &Manager, app: &App, host: Host, id: ShopId, made: Option<String>) -> Answer {
    let Some(secret) = made else { return Ok(go(&urls::settings_item("shops", id))) };
    let (me, host) = (who.me.clone(), host.into_text());
    show_section(app, who, "shops", StatusCode::OK, move |tx, at| {
        Ok(settings::shop_made(at, &host, &shops::find(tx, &me, id)?, &secret))
    })
    .await
}

/// Which of its messages are asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    cursor: String,
}

pub(crate) async fn one(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Path(Parsed(id)): Path<Parsed<ShopId>>,
    Query(asked): Query<Asked>,
) -> Answer {
    page(&who, &app, host, id, asked, None, (StatusCode::OK, Problems::default())).await
}

async fn page(
    who: &Manager,
    app: &App,
    host: Host,
    id: ShopId,
    asked: Asked,
    said: Option<ShopForm>,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    let (me, host) = (who.me.clone(), host.into_text());
    show_section(app, who, "shops", status, move |tx, at| {
        let health = events::health(tx, &me, id)?;
        let state = Some(asked.state.as_str()).filter(|it| !it.is_empty());
        let from = asked.cursor.parse().ok();
        let shop = &health.shop;
        let own =
            ShopForm { name: shop.name.clone(), kind: shop.kind, address: shop.address.clone() };
        let it = ShopPage {
            events: events::list(tx, &me, id, state, from, ROWS)?,
            state: asked.state.clone(),
            is_further: from.is_some(),
            requests: privacy::requests(tx, &me, id)?,
            form: said.unwrap_or(own),
            health,
        };
        Ok(settings::shop(at, &host, &it, &problems))
    })
    .await
}

/// A key that is left empty stays as it is.
pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Path(Parsed(id)): Path<Parsed<ShopId>>,
    Form(said): Form<Said>,
) -> Answer {
    let key = sealed(&app, ACCESS, &said.access_key);
    let to = ShopChange {
        name: Some(said.name.clone()),
        address: Some(said.address.clone()),
        access_key: Some(key).filter(|it| !it.is_empty()),
    };
    let me = who.me.clone();
    let changed = app.write(move |tx| shops::change(tx, &me, id, &to)).await;
    match done(changed, &urls::settings_item("shops", id))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            page(&who, &app, host, id, Asked::default(), Some(said.form()), (status, wrong)).await
        }
    }
}

pub(crate) async fn rotate(
    who: Manager,
    State(app): State<App>,
    host: Host,
    Path(Parsed(id)): Path<Parsed<ShopId>>,
    Form(said): Form<Said>,
) -> Answer {
    let entered = said.secret.trim().to_owned();
    // A secret that was made is for both kinds that do not bring their own.
    let me = who.me.clone();
    let kind = app.read(move |tx| shops::find(tx, &me, id)).await?.kind;
    let (secret, made) = secret_for(kind, &entered);
    if secret.is_empty() {
        let why = "Enter the new secret: this shop makes its own.";
        return Err(crate::WebError::bad(why));
    }
    let (me, sealed) = (who.me.clone(), sealed(&app, SECRET, &secret));
    app.write(move |tx| shops::rotate(tx, &me, id, &sealed)).await?;
    after(&who, &app, host, id, made).await
}

pub(crate) async fn disable(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<ShopId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| shops::disable(tx, &me, id)).await?;
    Ok(go(&urls::settings_item("shops", id)))
}

pub(crate) async fn enable(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<ShopId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| shops::enable(tx, &me, id)).await?;
    Ok(go(&urls::settings_item("shops", id)))
}

pub(crate) async fn replay(who: Manager, State(app): State<App>, Id(id): Id<EventId>) -> Answer {
    let me = who.me.clone();
    let shop = app.write(move |tx| events::replay(tx, &me, id)).await?;
    Ok(go(&urls::settings_item("shops", shop)).into_response())
}

pub(crate) async fn request_done(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<RequestId>,
) -> Answer {
    let me = who.me.clone();
    let shop = app.write(move |tx| privacy::done(tx, &me, id)).await?;
    Ok(go(&urls::settings_item("shops", shop)).into_response())
}
