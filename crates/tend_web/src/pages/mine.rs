//! Customers' own pages: their orders, behind a link.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::tz::TimeZone;
use serde::Deserialize;
use tend_core::{orders::mine, secrets::fingerprint, settings};
use tend_views::{
    orders::mine::{
        Shown, my_orders_ask, my_orders_gone, my_orders_none, my_orders_page, my_orders_sent,
    },
    parts::{Now, Problems},
    urls,
};

use super::{Answer, bare, forgotten::new_link, to_guest};
use crate::{
    App, WebError,
    asked::Form,
    router::{Access::Public, Route, get, post},
    who::Guest,
};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get(urls::my_orders(), Public, show),
        post(urls::my_orders(), Public, ask),
        get(urls::my_orders_behind("{token}"), Public, behind),
    ]
}

/// What the pages say of the company, or the page that there is nothing to ask for, where no shop is
/// connected.
async fn shown(app: &App, guest: &Guest) -> Result<Result<Shown, Response>, WebError> {
    let (company, some) = app
        .read(|tx| {
            let company = settings::get_or(tx, settings::COMPANY, "")?;
            Ok((company, mine::are_kept(tx)?))
        })
        .await?;
    let shown = Shown { bare: bare(guest), company };
    Ok(match some {
        true => Ok(shown),
        false => Err(to_guest(guest, StatusCode::NOT_FOUND, my_orders_none(&shown))),
    })
}

async fn show(guest: Guest, State(app): State<App>) -> Answer {
    Ok(match shown(&app, &guest).await? {
        Ok(it) => to_guest(&guest, StatusCode::OK, my_orders_ask(&it, "", &Problems::default())),
        Err(none) => none,
    })
}

#[derive(Deserialize)]
struct Asked {
    email: String,
}

/// Answers the same whether the address is known or not.
async fn ask(guest: Guest, State(app): State<App>, Form(form): Form<Asked>) -> Answer {
    let shown = match shown(&app, &guest).await? {
        Ok(it) => it,
        Err(none) => return Ok(none),
    };
    if let Err(seconds) = app.attempts.take_from(guest.client.address, app.now()) {
        return Err(WebError::too_often(seconds));
    }
    let (email, link) = (form.email.clone(), new_link(&app));
    app.write(move |tx| mine::ask(tx, &email, &link)).await?;
    Ok(to_guest(&guest, StatusCode::OK, my_orders_sent(&shown, form.email.trim())))
}

async fn behind(guest: Guest, State(app): State<App>, Path(token): Path<String>) -> Answer {
    let shown = match shown(&app, &guest).await? {
        Ok(it) => it,
        Err(none) => return Ok(none),
    };
    let print = fingerprint(&token);
    let found = app.read(move |tx| Ok((mine::behind(tx, &print)?, tx.now()))).await;
    let (mine, at) = match found {
        Ok(it) => it,
        Err(error) if error.status == StatusCode::NOT_FOUND => {
            return Ok(to_guest(&guest, StatusCode::GONE, my_orders_gone(&shown)));
        }
        Err(error) => return Err(error),
    };
    let zone = TimeZone::get(&mine.time_zone).unwrap_or(TimeZone::UTC);
    Ok(secret(my_orders_page(&shown, &Now::new(at, zone), &mine).into_response()))
}

/// Nobody keeps it, and the link goes nowhere with it.
fn secret(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}
