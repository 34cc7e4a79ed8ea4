//! Notifications of a browser: on, off, and a trial.

use axum::extract::{Path, State};
use serde::Deserialize;
use tend_core::{
    error::{invalid, refused},
    notifications::{
        self, Parcel,
        devices::{self, DeviceId, NewDevice},
    },
};
use tend_outside::{
    http::Url,
    push::{Pushed, Sender, Subscription},
};
use tend_views::urls;

use crate::{
    WebError,
    app::App,
    asked::Form,
    forms::Parsed,
    pages::{Answer, go},
    who::SignedIn,
};

#[derive(Clone, Deserialize)]
pub(crate) struct Said {
    endpoint: String,
    p256dh: String,
    auth: String,
}

pub(crate) async fn add(who: SignedIn, State(app): State<App>, Form(it): Form<Said>) -> Answer {
    let new = NewDevice { endpoint: it.endpoint, p256dh: it.p256dh, auth: it.auth };
    let session = who.session().ok_or_else(WebError::not_found)?;
    // Nobody subscribes us to a machine of our own network.
    let url = Url::parse(&new.endpoint).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    if let Err(error) = app.outside.guard().check(host).await {
        return Err(invalid("endpoint", error.to_string()).into());
    }
    let me = who.me.clone();
    app.write(move |tx| devices::add(tx, &me, session, &new)).await?;
    Ok(go(&urls::settings_section("notifications")))
}

pub(crate) async fn remove(
    who: SignedIn,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<DeviceId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| devices::remove(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("notifications")))
}

/// Sends one now; how that went stands beside the device.
pub(crate) async fn trial(
    who: SignedIn,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<DeviceId>>,
) -> Answer {
    let (me, keys) = (who.me.clone(), app.keys.clone());
    let parcel = app.read(move |tx| notifications::trial(tx, &keys, &me, id)).await?;
    let why = match send(&app, &parcel).await {
        Ok(Pushed::Sent) => {
            app.write(move |tx| devices::reached(tx, id)).await?;
            return Ok(go(&urls::settings_section("notifications")));
        }
        Ok(Pushed::Gone) => {
            app.write(move |tx| devices::gone(tx, id)).await?;
            let why = "This browser is not known to its push service any more. Turn it on again.";
            return Err(refused(why).into());
        }
        Ok(Pushed::Later(None)) => "The push service of this browser did not answer.".to_owned(),
        Ok(Pushed::Later(Some(status)) | Pushed::Refused(status)) => {
            format!("The push service of this browser refused it ({status}).")
        }
        Err(error) => error.to_string(),
    };
    app.write(move |tx| devices::missed(tx, id, &why)).await?;
    Ok(go(&urls::settings_section("notifications")))
}

async fn send(app: &App, it: &Parcel) -> tend_outside::Result<Pushed> {
    let sender = Sender::new(&it.key, &it.contact)?;
    let to = Subscription {
        endpoint: it.device.endpoint.clone(),
        p256dh: it.device.p256dh.clone(),
        auth: it.device.auth.clone(),
    };
    sender.send(app.outside.http(), &to, it.text.as_bytes(), it.now).await
}
