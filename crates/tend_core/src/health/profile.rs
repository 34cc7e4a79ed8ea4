//! Which measures count for whom, and how much. Each change is a new version; the old ones stay.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{Tx, id, row};

use super::{Kind, Weighed};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    book::{self, SegmentId, StageId},
    error::{Error, FieldError, invalid, not_found, refused},
    fold,
    journal::{self, Change, ProfileOf, Subject},
};

id!(ProfileId, "hpf");

/// So many profiles can be told apart.
pub const MOST_PROFILES: usize = 20;
/// So many measures in one: more than that nobody trusts any more.
const MOST_MEASURES: usize = 30;

/// What a version of a profile says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub name: String,
    /// Only accounts in this segment.
    #[serde(default)]
    pub segment: Option<SegmentId>,
    /// Only accounts in one of these stages; none means every stage.
    #[serde(default)]
    pub stages: Vec<StageId>,
    pub measures: Vec<Weighed>,
}

/// A profile as it holds now.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub id: ProfileId,
    /// From the first that is asked to the last.
    pub position: i64,
    /// It fits everybody and is asked last.
    pub is_default: bool,
    pub version: i64,
    pub made_at: Timestamp,
    /// The name of the one who made this version; nothing for Tend.
    pub made_by: Option<String>,
    pub archived: bool,
    pub document: Document,
}

row! {
    struct Kept {
        id: ProfileId,
        position: i64,
        is_default: bool,
        version: i64,
        made_at: Timestamp,
        made_by: Option<String>,
        archived: bool,
        document: String,
    }
}

const SELECT: &str = "SELECT health_profiles.id, health_profiles.position,
         health_profiles.is_default, health_profiles.version, health_versions.made_at,
         agents.name AS made_by, health_profiles.archived_at IS NOT NULL AS archived,
         health_versions.document
     FROM health_profiles
     JOIN health_versions ON health_versions.profile_id = health_profiles.id
         AND health_versions.version = health_profiles.version
     LEFT JOIN agents ON agents.id = health_versions.made_by";

impl Kept {
    fn into_profile(self) -> Option<Profile> {
        Some(Profile {
            id: self.id,
            position: self.position,
            is_default: self.is_default,
            version: self.version,
            made_at: self.made_at,
            made_by: self.made_by,
            archived: self.archived,
            document: serde_json::from_str(&self.document).ok()?,
        })
    }
}

/// Those that are asked, in their order; the last one fits everybody.
pub fn profiles(tx: &mut Tx) -> Result<Vec<Profile>> {
    let sql = format!(
        "{SELECT} WHERE health_profiles.archived_at IS NULL
         ORDER BY CASE WHEN health_profiles.is_default THEN 1 ELSE 0 END,
             health_profiles.position, health_profiles.id"
    );
    Ok(tx.rows::<Kept>(&sql, &[])?.into_iter().filter_map(Kept::into_profile).collect())
}

/// A profile as it holds now, also an archived one.
pub fn find_profile(tx: &mut Tx, id: ProfileId) -> Result<Profile> {
    let found: Option<Kept> =
        tx.maybe(&format!("{SELECT} WHERE health_profiles.id = $1"), &[id.into()])?;
    found.and_then(Kept::into_profile).ok_or(not_found("profile"))
}

/// What a profile said in one of its versions.
pub fn version(tx: &mut Tx, id: ProfileId, version: i64) -> Result<Document> {
    let text: Option<String> = tx.maybe_scalar(
        "SELECT document FROM health_versions WHERE profile_id = $1 AND version = $2",
        &[id.into(), version.into()],
    )?;
    text.and_then(|it| serde_json::from_str(&it).ok()).ok_or(not_found("profile"))
}

/// Makes a profile, or a new version of one. A document that says what holds already changes
/// nothing.
///
/// # Errors
/// Invalid, by field: `name`, `measures[2].weight`.
pub fn save_profile(
    tx: &mut Tx,
    by: &Me,
    id: Option<ProfileId>,
    document: &Document,
) -> Result<ProfileId> {
    by.require(Permission::StagesManage)?;
    let before = match id {
        Some(id) => Some(find_profile(tx, id)?),
        None => None,
    };
    if before.as_ref().is_some_and(|it| it.archived) {
        return Err(refused("This profile is used no more."));
    }
    let is_default = before.as_ref().is_some_and(|it| it.is_default);
    let document = checked(tx, id, is_default, document)?;
    if before.as_ref().is_some_and(|it| it.document == document) {
        return id.ok_or(not_found("profile"));
    }
    let version = before.as_ref().map_or(1, |it| it.version + 1);
    let id = match id {
        Some(id) => {
            tx.execute(
                "UPDATE health_profiles SET version = $2, name = $3 WHERE id = $1",
                &[id.into(), version.into(), document.name.as_str().into()],
            )?;
            id
        }
        None => insert(tx, &document.name, false)?,
    };
    keep(tx, id, version, &document, Some(by.id))?;
    let change = Change::HealthProfileSaved(ProfileOf { name: document.name, version });
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)?;
    Ok(id)
}

/// A new profile, asked after those that there are.
pub(super) fn insert(tx: &mut Tx, name: &str, is_default: bool) -> Result<ProfileId> {
    let (id, now) = (ProfileId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO health_profiles (id, name, position, is_default, version, created_at)
         VALUES ($1, $2, (SELECT COALESCE(MAX(position), 0) + 1 FROM health_profiles), $3, 1, $4)",
        &[id.into(), name.into(), is_default.into(), now.into()],
    )?;
    Ok(id)
}

pub(super) fn keep(
    tx: &mut Tx,
    id: ProfileId,
    version: i64,
    document: &Document,
    by: Option<AgentId>,
) -> Result<()> {
    let now = tx.now();
    let text = serde_json::to_string(document).expect("a document is plain data");
    let stages = serde_json::to_string(&document.stages).expect("ids are plain data");
    tx.execute(
        "INSERT INTO health_versions (profile_id, version, document, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5)",
        &[id.into(), version.into(), text.into(), now.into(), by.into()],
    )?;
    tx.execute(
        "UPDATE health_profiles SET segment_id = $2, stages = $3 WHERE id = $1",
        &[id.into(), document.segment.into(), stages.into()],
    )?;
    Ok(())
}

pub(super) fn checked(
    tx: &mut Tx,
    id: Option<ProfileId>,
    is_default: bool,
    it: &Document,
) -> Result<Document> {
    let name = fold::one_line(&it.name, 60);
    if name.is_empty() {
        return Err(invalid("name", "A profile needs a name."));
    }
    let all = profiles(tx)?;
    let folded = fold::fold(&name);
    if all.iter().any(|it| Some(it.id) != id && fold::fold(&it.document.name) == folded) {
        return Err(invalid("name", format!("There is a profile {name} already.")));
    }
    if id.is_none() && all.len() >= MOST_PROFILES {
        return Err(refused("There are as many profiles as one can tell apart. Archive some."));
    }
    let narrowed = it.segment.is_some() || !it.stages.is_empty();
    if is_default && narrowed {
        return Err(invalid("segment", "This profile is for everybody whom no other one fits."));
    }
    if !is_default && !narrowed {
        return Err(invalid("segment", "Choose a segment or stages: whom is this profile for?"));
    }
    if let Some(segment) = it.segment {
        book::segment_is_there(tx, segment)?;
    }
    for stage in &it.stages {
        book::find_stage(tx, *stage).map_err(|_| invalid("stages", "There is no such stage."))?;
    }
    let measures = measures(&it.measures)?;
    Ok(Document { name, segment: it.segment, stages: it.stages.clone(), measures })
}

fn measures(all: &[Weighed]) -> Result<Vec<Weighed>> {
    let mut wrong: Vec<FieldError> = Vec::new();
    let mut seen = HashSet::new();
    for (n, it) in all.iter().enumerate() {
        let mut say = |field: &str, problem: &str| {
            let field = format!("measures[{n}].{field}").into();
            wrong.push(FieldError { field, problem: problem.to_owned().into() });
        };
        if !(0.0..=1000.0).contains(&it.weight) {
            say("weight", "A weight is a number from 0 to 1000.");
        }
        let ends = [it.worst, it.best];
        if ends.iter().any(|it| !it.is_finite() || it.abs() > 1e12) {
            say("worst", "Worst and best are numbers.");
        } else if it.worst == it.best {
            say("best", "Worst and best have to differ.");
        }
        if it.max_age.is_some_and(|it| !(1..=3650).contains(&it)) {
            say("max_age", "Write a number of days from 1 to 3650, or nothing.");
        }
        let window = it.measure.window;
        match it.measure.kind.window() {
            Some(_) if !(7..=365).contains(&window) => {
                say("window", "Write a number of days from 7 to 365.");
            }
            None if window != 0 => say("window", "This measure has no window."),
            _ => {}
        }
        if (it.measure.kind == Kind::Attribute) == it.measure.attribute.is_empty() {
            say("attribute", "Name the attribute whose number counts, and only for that measure.");
        }
        if !seen.insert(it.measure.key()) {
            say("kind", "This measure is there twice.");
        }
    }
    if all.iter().map(|it| it.weight).sum::<f64>() <= 0.0 && wrong.is_empty() {
        return Err(invalid("measures", "At least one measure needs a weight."));
    }
    if all.len() > MOST_MEASURES {
        return Err(invalid(
            "measures",
            format!("A profile has at most {MOST_MEASURES} measures."),
        ));
    }
    match wrong.is_empty() {
        true => Ok(all.to_vec()),
        false => Err(Error::Invalid(wrong)),
    }
}

/// Puts the profiles into the order in which they are asked; each but the default is named once.
pub fn arrange_profiles(tx: &mut Tx, by: &Me, order: &[ProfileId]) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let known: Vec<ProfileId> =
        profiles(tx)?.into_iter().filter(|it| !it.is_default).map(|it| it.id).collect();
    let named = |it: &ProfileId| order.iter().filter(|id| *id == it).count() == 1;
    if known.len() != order.len() || !known.iter().all(named) {
        return Err(invalid("order", "Name each profile but the default one once."));
    }
    for (at, id) in order.iter().enumerate() {
        tx.execute(
            "UPDATE health_profiles SET position = $2 WHERE id = $1",
            &[(*id).into(), (at as i64 + 1).into()],
        )?;
    }
    let change = Change::SettingChanged { name: "health_profiles".to_owned() };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}

/// Asks a profile no more. What was written down by it stays.
///
/// # Errors
/// Refused for the one that fits everybody.
pub fn archive_profile(tx: &mut Tx, by: &Me, id: ProfileId) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let it = find_profile(tx, id)?;
    if it.is_default {
        return Err(refused("Whom no other profile fits needs this one."));
    }
    if it.archived {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE health_profiles SET archived_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    let change =
        Change::HealthProfileArchived(ProfileOf { name: it.document.name, version: it.version });
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}
