//! Which measures count for whom.

use axum::{Json, extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    error::invalid,
    health::{self, Document, Kind, Measure, Missing, Profile, ProfileId, Weighed},
};
use utoipa::ToSchema;

use crate::{
    App,
    api::{Answer, Body, Id, Keyed, List, Paging, Post, Query, nothing},
    who::{
        May,
        may::{CustomersRead, StagesManage},
    },
};

/// A measure in a profile.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeighedIo {
    /// `active_change`, `breadth`, `licence`, `last_use`, `open`, `load`, `resolved`,
    /// `first_reply`, `waiting`, `attribute`, `touch`, `people`, `people_lost`, `late`, `renewal`,
    /// `arr_change`, `tenure`, `goals_met`, `goals_late`.
    pub kind: String,
    /// The attribute's name, of that kind alone.
    #[serde(default)]
    pub attribute: String,
    /// Days that it looks back, where there is such a thing.
    pub window_days: Option<i64>,
    /// The usual one, if it is left out.
    pub group: Option<String>,
    /// 0 or more, against the others.
    pub weight: f64,
    /// What counts as 0.
    pub worst: f64,
    /// What counts as 1; smaller than the worst where less is better.
    pub best: f64,
    /// Older than so many days it counts as missing.
    pub max_age_days: Option<i64>,
    /// `left_out` (if it is left out), `neutral`, `bad`.
    pub missing: Option<String>,
}

impl WeighedIo {
    fn read(&self) -> Result<Weighed> {
        let wrong = |why: &'static str| invalid("measures", why);
        let kind: Kind = self.kind.parse().map_err(wrong)?;
        let window = self.window_days.or(kind.window()).unwrap_or(0);
        Ok(Weighed {
            measure: Measure { kind, window, attribute: self.attribute.clone() },
            group: match &self.group {
                Some(it) => it.parse().map_err(wrong)?,
                None => kind.group(),
            },
            weight: self.weight,
            worst: self.worst,
            best: self.best,
            max_age: self.max_age_days,
            missing: match &self.missing {
                Some(it) => it.parse().map_err(wrong)?,
                None => Missing::LeftOut,
            },
        })
    }
}

impl From<Weighed> for WeighedIo {
    fn from(it: Weighed) -> Self {
        Self {
            kind: it.measure.kind.to_string(),
            attribute: it.measure.attribute,
            window_days: Some(it.measure.window).filter(|it| *it > 0),
            group: Some(it.group.to_string()),
            weight: it.weight,
            worst: it.worst,
            best: it.best,
            max_age_days: it.max_age,
            missing: Some(it.missing.to_string()),
        }
    }
}

/// What a profile is to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HealthProfileIn {
    pub name: String,
    /// Only accounts in this segment.
    #[serde(default)]
    pub segment: Option<String>,
    /// Only accounts in one of these stages.
    #[serde(default)]
    pub stages: Vec<String>,
    pub measures: Vec<WeighedIo>,
}

impl HealthProfileIn {
    fn read(&self) -> Result<Document> {
        let segment = match &self.segment {
            Some(it) => {
                Some(it.parse().map_err(|_| invalid("segment", "There is no such segment."))?)
            }
            None => None,
        };
        let wrong = |_| invalid("stages", "There is no such stage.");
        let stages = self.stages.iter().map(|it| it.parse().map_err(wrong));
        Ok(Document {
            name: self.name.clone(),
            segment,
            stages: stages.collect::<Result<_>>()?,
            measures: self.measures.iter().map(WeighedIo::read).collect::<Result<_>>()?,
        })
    }
}

/// A profile as it holds now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthProfileOut {
    pub id: String,
    pub name: String,
    /// Each change makes the next one; snapshots keep theirs.
    pub version: i64,
    /// It fits everybody and is asked last.
    pub is_default: bool,
    pub segment: Option<String>,
    pub stages: Vec<String>,
    pub measures: Vec<WeighedIo>,
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
}

impl Keyed for HealthProfileOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

impl From<Profile> for HealthProfileOut {
    fn from(it: Profile) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.document.name,
            version: it.version,
            is_default: it.is_default,
            segment: it.document.segment.map(|it| it.to_string()),
            stages: it.document.stages.iter().map(ToString::to_string).collect(),
            measures: it.document.measures.into_iter().map(WeighedIo::from).collect(),
            made_at: it.made_at,
        }
    }
}

/// List profiles
///
/// In the order in which they are asked: the first that fits an account is its own.
#[utoipa::path(get, path = "/api/v1/health/profiles", tag = "health", params(Paging), responses((status = 200, body = List<HealthProfileOut>)))]
pub(crate) async fn list(
    _who: May<CustomersRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(health::profiles).await?;
    List::cut(all.into_iter().map(HealthProfileOut::from).collect(), &paging)
}

/// One profile
#[utoipa::path(get, path = "/api/v1/health/profiles/{id}", tag = "health", params(("id" = String, Path)), responses((status = 200, body = HealthProfileOut)))]
pub(crate) async fn find(
    _who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ProfileId>,
) -> Answer {
    let it = app.read(move |tx| health::find_profile(tx, id)).await?;
    Ok(Json(HealthProfileOut::from(it)).into_response())
}

/// Make a profile
///
/// It is asked after those that there are, and before the one for everybody.
#[utoipa::path(post, path = "/api/v1/health/profiles", tag = "health", request_body = HealthProfileIn, responses((status = 201, body = HealthProfileOut)))]
pub(crate) async fn create(
    who: May<StagesManage>,
    State(app): State<App>,
    post: Post<HealthProfileIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let id = health::save_profile(tx, me, None, &it.read()?)?;
        health::find_profile(tx, id).map(HealthProfileOut::from)
    })
    .await
}

/// Change a profile
///
/// It is said anew as a whole, which makes the next version. What was written down by the
/// versions before stays as it was.
#[utoipa::path(put, path = "/api/v1/health/profiles/{id}", tag = "health", params(("id" = String, Path)), request_body = HealthProfileIn, responses((status = 200, body = HealthProfileOut)))]
pub(crate) async fn change(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<ProfileId>,
    Body(it): Body<HealthProfileIn>,
) -> Answer {
    let me = who.me.clone();
    let shown = app
        .write(move |tx| {
            health::save_profile(tx, &me, Some(id), &it.read()?)?;
            health::find_profile(tx, id)
        })
        .await?;
    Ok(Json(HealthProfileOut::from(shown)).into_response())
}

/// Archive a profile
///
/// It is asked no more. The one for everybody cannot be archived.
#[utoipa::path(delete, path = "/api/v1/health/profiles/{id}", tag = "health", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<StagesManage>,
    State(app): State<App>,
    Id(id): Id<ProfileId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| health::archive_profile(tx, &me, id)).await?;
    Ok(nothing())
}
