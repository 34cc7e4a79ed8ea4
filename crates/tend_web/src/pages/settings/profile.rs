use std::collections::HashMap;

use axum::{
    extract::{Multipart, Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tend_core::{
    agents::{
        self, SessionId, passwords as own,
        profile::{self, NotifyBy, Occasion, Profile, Ways, WorkingHours},
        sessions,
    },
    error::invalid,
    html::Html,
    mails::{self, StoredFile},
    notifications::{self, Shows, devices},
    secrets::passwords,
};
use tend_outside::push::Sender;
use tend_views::{
    parts::Problems,
    settings::{self, NotifyChoice, ProfileForm, PushPage},
    urls,
};

use super::show as show_section;
use crate::{
    WebError,
    app::App,
    asked::Form,
    forms::Parsed,
    pages::{Answer, go, problems},
    who::SignedIn,
};

pub(crate) async fn show(who: SignedIn, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default(), Problems::default()).await
}

pub(crate) async fn change(
    who: SignedIn,
    State(app): State<App>,
    Form(form): Form<HashMap<String, String>>,
) -> Answer {
    let get = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (me, hours) = (who.me.clone(), hours(&form));
    let new = Profile {
        name: get("name"),
        signature_html: match form.get("html") {
            Some(html) => Html::sanitise(html).into_string(),
            None => Html::from_text(&get("text")).into_string(),
        },
        time_zone: get("time_zone"),
        working_hours: hours,
        away: form.contains_key("away"),
    };
    match app.write(move |tx| profile::change(tx, &me, &new)).await {
        Ok(()) => Ok(go(&urls::settings_section("profile"))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(&who, &app, status, wrong, Problems::default()).await
        }
    }
}

fn hours(form: &HashMap<String, String>) -> WorkingHours {
    let minutes = |name: String| {
        let (hour, minute) = form.get(&name)?.split_once(':')?;
        Some(hour.parse::<u16>().ok()? * 60 + minute.get(..2)?.parse::<u16>().ok()?)
    };
    let mut hours = WorkingHours::default();
    for (day, spans) in hours.days.iter_mut().enumerate() {
        let span = minutes(format!("from-{day}")).zip(minutes(format!("to-{day}")));
        spans.extend(span);
    }
    hours
}

#[derive(Deserialize)]
pub(crate) struct NewPassword {
    old: String,
    password: String,
}

/// V50: the old one is asked for. Other sessions end.
pub(crate) async fn password(
    who: SignedIn,
    State(app): State<App>,
    Form(form): Form<NewPassword>,
) -> Answer {
    match set_password(&who, &app, form).await {
        Ok(()) => Ok(go(&urls::settings_section("profile"))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            page(&who, &app, status, Problems::default(), wrong).await
        }
    }
}

async fn set_password(who: &SignedIn, app: &App, form: NewPassword) -> Result<(), WebError> {
    passwords::check(&form.password, &who.me.email)?;
    if let Err(seconds) = app.attempts.take(&who.me.email, [127, 0, 0, 1].into(), app.now()) {
        return Err(WebError::too_often(seconds));
    }
    let (me, this) = (who.me.clone(), who.session());
    let asker = me.clone();
    let kept = app.read(move |tx| own::own_hash(tx, &asker)).await?;
    let hash = kept.clone();
    let new = app
        .hash(move || {
            let right = passwords::verify(&form.old, Some(&hash));
            right.then(|| passwords::hash(&form.password))
        })
        .await?;
    let new = new.ok_or_else(|| invalid("old", "This is not your password."))?;
    app.attempts.succeeded(&who.me.email, [127, 0, 0, 1].into());
    app.write(move |tx| own::change(tx, &me, &kept, &new, this)).await
}

/// A picture is decoded and made anew: what is kept is an image and nothing else.
pub(crate) async fn picture(who: SignedIn, State(app): State<App>, form: Multipart) -> Answer {
    let bytes = picture_of(form).await?;
    let png = app.compute(move || crate::pictures::square(&bytes)).await??;
    let stored = app.files.put(png).await?;
    let me = who.me.clone();
    app.write(move |tx| {
        let file = StoredFile {
            place: stored.place.clone(),
            sha256: stored.sha256.clone(),
            size: stored.size.cast_signed(),
            media_type: "image/png".to_owned(),
        };
        let id = mails::file(tx, &file)?;
        profile::picture(tx, &me, Some(id.raw()))
    })
    .await?;
    Ok(go(&urls::settings_section("profile")))
}

async fn picture_of(mut form: Multipart) -> Result<Vec<u8>, WebError> {
    let broken = |_| WebError::bad("The picture did not arrive whole.");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            return Ok(field.bytes().await.map_err(broken)?.to_vec());
        }
    }
    Err(WebError::bad("There is no picture in this form."))
}

pub(crate) async fn no_picture(who: SignedIn, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| profile::picture(tx, &me, None)).await?;
    Ok(go(&urls::settings_section("profile")))
}

pub(crate) async fn notifications(who: SignedIn, State(app): State<App>) -> Answer {
    let (me, keys) = (who.me.clone(), app.keys.clone());
    show_section(&app, &who, "notifications", StatusCode::OK, move |tx, at| {
        let (_, by) = profile::choices(tx, me.id)?;
        let choice = |it| NotifyChoice { occasion: it, ways: by.ways(it) };
        let key = notifications::push_key(tx, &keys)?;
        let page = PushPage {
            choices: Occasion::ALL.into_iter().map(choice).collect(),
            key: key.and_then(|it| public_key(&it)).unwrap_or_default(),
            devices: devices::mine(tx, &me)?,
            shows: Shows::chosen(tx)?.means(),
        };
        Ok(settings::notifications(at, &page))
    })
    .await
}

/// What browsers subscribe with.
fn public_key(kept: &[u8]) -> Option<String> {
    Some(Sender::new(kept, "").ok()?.public_key())
}

pub(crate) async fn notify_by(
    who: SignedIn,
    State(app): State<App>,
    Form(form): Form<HashMap<String, String>>,
) -> Answer {
    let has = |way: &str, it: Occasion| form.contains_key(&format!("{way}-{}", it.word()));
    let ways =
        |it| (it, Ways { app: has("app", it), push: has("push", it), mail: has("mail", it) });
    let new = NotifyBy(Occasion::ALL.into_iter().map(ways).collect());
    let me = who.me.clone();
    app.write(move |tx| profile::notify_by(tx, &me, &new)).await?;
    Ok(go(&urls::settings_section("notifications")))
}

pub(crate) async fn own_sessions(who: SignedIn, State(app): State<App>) -> Answer {
    let (me, this) = (who.me.clone(), who.session());
    show_section(&app, &who, "sessions", StatusCode::OK, move |tx, at| {
        Ok(settings::sessions(at, &sessions::mine(tx, &me)?, this))
    })
    .await
}

pub(crate) async fn end_session(
    who: SignedIn,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<SessionId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| sessions::end(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("sessions")))
}

pub(crate) async fn end_others(who: SignedIn, State(app): State<App>) -> Answer {
    let (id, this) = (who.me.id, who.session());
    app.write(move |tx| sessions::end_all(tx, id, this)).await?;
    Ok(go(&urls::settings_section("sessions")))
}

async fn page(
    who: &SignedIn,
    app: &App,
    status: StatusCode,
    wrong: Problems,
    password_problems: Problems,
) -> Answer {
    let id = who.me.id;
    show_section(app, who, "profile", status, move |tx, at| {
        let (agent, (hours, _)) = (agents::find(tx, id)?, profile::choices(tx, id)?);
        let view = ProfileForm {
            signature: Html::sanitise(&agent.signature_html),
            picture: agent.picture_file_id.map(urls::picture),
            name: agent.name,
            time_zone: agent.time_zone,
            away: agent.away,
            hours,
            problems: wrong,
            password_problems,
        };
        Ok(settings::profile(at, &view))
    })
    .await
}
