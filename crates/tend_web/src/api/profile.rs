//! What the agent whom the token speaks for says about themselves.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::{
        self, Me,
        profile::{self as verbs, Occasion, Profile, Ways, WorkingHours},
    },
    error::{invalid, refused},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, If};
use crate::{App, who::SignedIn};

/// From when to when, in minutes since midnight.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    pub from: u16,
    pub to: u16,
}

/// By which ways one is told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaysOfTelling {
    pub app: bool,
    /// In browsers that the agent named.
    pub push: bool,
    pub mail: bool,
}

/// One's own profile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileOut {
    pub name: String,
    pub signature_html: String,
    /// IANA name.
    pub time_zone: String,
    /// From Monday to Sunday.
    pub working_hours: Vec<Vec<Span>>,
    pub away: bool,
    /// For `assigned`, `mentioned`, `replied`, `followed`, `woken`, `failed`.
    pub notify: BTreeMap<String, WaysOfTelling>,
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileIn {
    pub name: Option<String>,
    pub signature_html: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// Seven days, from Monday to Sunday.
    pub working_hours: Option<Vec<Vec<Span>>>,
    pub away: Option<bool>,
    /// Those occasions that change.
    pub notify: Option<BTreeMap<String, WaysOfTelling>>,
}

fn load(tx: &mut Tx, me: &Me) -> Result<ProfileOut> {
    let it = agents::find(tx, me.id)?;
    let (hours, notify) = verbs::choices(tx, me.id)?;
    let span = |it: &(u16, u16)| Span { from: it.0, to: it.1 };
    let told = |it: Occasion| {
        let Ways { app, push, mail } = notify.ways(it);
        (it.word().to_owned(), WaysOfTelling { app, push, mail })
    };
    Ok(ProfileOut {
        name: it.name,
        signature_html: it.signature_html,
        time_zone: it.time_zone,
        working_hours: hours.days.iter().map(|day| day.iter().map(span).collect()).collect(),
        away: it.away,
        notify: Occasion::ALL.into_iter().map(told).collect(),
    })
}

/// Who one is to others
///
/// The profile of the agent whom the token speaks for.
#[utoipa::path(get, path = "/api/v1/me/profile", tag = "agents", params(If), responses((status = 200, body = ProfileOut)))]
pub(crate) async fn show(who: SignedIn, State(app): State<App>, seen: If) -> Answer {
    seen.show(&app, &who, load).await
}

/// Change one's profile
///
/// With a token that may all that its agent may: one with scopes has its own narrow work.
#[utoipa::path(patch, path = "/api/v1/me/profile", tag = "agents", params(If), request_body = ProfileIn, responses((status = 200, body = ProfileOut)))]
pub(crate) async fn change(
    who: SignedIn,
    State(app): State<App>,
    seen: If,
    Body(it): Body<ProfileIn>,
) -> Answer {
    seen.change(&app, &who, load, move |tx, me| it.apply(tx, me)).await
}

impl ProfileIn {
    fn apply(&self, tx: &mut Tx, me: &Me) -> Result<()> {
        if !me.permissions.cover(agents::me(tx, me.id)?.permissions) {
            return Err(refused("A token with scopes does not change its agent's profile."));
        }
        let old = agents::find(tx, me.id)?;
        let (hours, mut notify) = verbs::choices(tx, me.id)?;
        let new = Profile {
            name: self.name.clone().unwrap_or(old.name),
            signature_html: self.signature_html.clone().unwrap_or(old.signature_html),
            time_zone: self.time_zone.clone().unwrap_or(old.time_zone),
            working_hours: self.hours()?.unwrap_or(hours),
            away: self.away.unwrap_or(old.away),
        };
        verbs::change(tx, me, &new)?;
        let Some(chosen) = &self.notify else { return Ok(()) };
        for (word, it) in chosen {
            let occasion = Occasion::of(word)
                .ok_or_else(|| invalid("notify", format!("{word:?} is no occasion.")))?;
            notify.0.insert(occasion, Ways { app: it.app, push: it.push, mail: it.mail });
        }
        verbs::notify_by(tx, me, &notify)
    }

    fn hours(&self) -> Result<Option<WorkingHours>> {
        let Some(days) = &self.working_hours else { return Ok(None) };
        let days = days.iter().map(|day| day.iter().map(|it| (it.from, it.to)).collect());
        let days: Vec<Vec<(u16, u16)>> = days.collect();
        let seven = || invalid("working_hours", "Give seven days, from Monday to Sunday.");
        Ok(Some(WorkingHours { days: days.try_into().map_err(|_| seven())? }))
    }
}
