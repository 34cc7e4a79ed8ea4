//! What an agent says about themselves, and how they want to be told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tend_store::{Tx, row};

use super::{AgentId, Me, fields, story};
use crate::{
    Result,
    error::{invalid, not_found},
    journal::Change,
};

/// One's own page.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: String,
    /// HTML from the editor; it is sanitised here.
    pub signature_html: String,
    pub time_zone: String,
    pub working_hours: WorkingHours,
    pub away: bool,
}

/// When someone works, in their own time zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// From Monday to Sunday; minutes since midnight, from and to. Nothing at
    /// all means that nothing was said.
    pub days: [Vec<(u16, u16)>; 7],
}

impl WorkingHours {
    /// Refuses what ends before it begins, and what overlaps.
    pub fn check(&self) -> Result<()> {
        for day in &self.days {
            let ordered = day.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            if !ordered || day.iter().any(|(from, to)| from >= to || *to > 24 * 60) {
                return Err(invalid(
                    "working_hours",
                    "Working hours have to end after they begin, on the same day.",
                ));
            }
        }
        Ok(())
    }
}

/// What an agent can be told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A conversation was assigned to them.
    Assigned,
    /// Somebody mentioned them in a note.
    Mentioned,
    /// A customer answered in a conversation of theirs.
    Replied,
    /// Something happened in a conversation they follow.
    Followed,
    /// The snooze of a conversation of theirs has ended.
    Woken,
    /// A message of theirs could not be delivered.
    Failed,
    /// There is a task for them.
    Task,
    /// An account is theirs now.
    HandedOver,
    /// A key person of an account of theirs has left.
    Left,
    /// Nothing is heard of a key person of an account of theirs.
    Silent,
    /// An account of theirs is at risk.
    AtRisk,
    /// A remedy waits for somebody to approve it, who they may be.
    RemedyAsked,
    /// A remedy that they asked for was decided about, carried out, or failed.
    RemedySettled,
}

impl Occasion {
    pub const ALL: [Self; 13] = [
        Self::Assigned,
        Self::Mentioned,
        Self::Replied,
        Self::Followed,
        Self::Woken,
        Self::Failed,
        Self::Task,
        Self::HandedOver,
        Self::Left,
        Self::Silent,
        Self::AtRisk,
        Self::RemedyAsked,
        Self::RemedySettled,
    ];

    /// By its word in the table of notifications.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Mentioned => "mentioned",
            Self::Replied => "replied",
            Self::Followed => "followed",
            Self::Woken => "woken",
            Self::Failed => "failed",
            Self::Task => "task",
            Self::HandedOver => "handed_over",
            Self::Left => "left",
            Self::Silent => "silent",
            Self::AtRisk => "at_risk",
            Self::RemedyAsked => "remedy_asked",
            Self::RemedySettled => "remedy_settled",
        }
    }

    pub fn means(self) -> &'static str {
        match self {
            Self::Assigned => "A conversation is assigned to me",
            Self::Mentioned => "Somebody mentions me",
            Self::Replied => "A customer answers in a conversation of mine",
            Self::Followed => "Something happens in a conversation I follow",
            Self::Woken => "A snoozed conversation of mine comes back",
            Self::Failed => "A message of mine could not be delivered",
            Self::Task => "Somebody gives me a task",
            Self::HandedOver => "An account is handed over to me",
            Self::Left => "A key person of an account of mine leaves",
            Self::Silent => "A key person of an account of mine falls silent",
            Self::AtRisk => "An account of mine is at risk",
            Self::RemedyAsked => "A remedy waits for my approval",
            Self::RemedySettled => "A remedy that I asked for goes on",
        }
    }
}

/// The ways to tell somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    pub app: bool,
    pub push: bool,
    pub mail: bool,
}

/// How an agent wants to be told about what. What they did not choose is told
/// in the app and by push; what waits for their approval by mail too, for it expires in a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifyBy(pub BTreeMap<Occasion, Ways>);

impl NotifyBy {
    pub fn ways(&self, occasion: Occasion) -> Ways {
        let mail = occasion == Occasion::RemedyAsked;
        let usual = Ways { app: true, push: true, mail };
        self.0.get(&occasion).copied().unwrap_or(usual)
    }

    /// By the word of the table of notifications; what nobody chooses about is told in the app.
    pub fn ways_of(&self, word: &str) -> Ways {
        let only_app = Ways { app: true, push: false, mail: false };
        Occasion::of(word).map_or(only_app, |it| self.ways(it))
    }
}

row! {
    struct Kept {
        working_hours: String,
        notify: String,
    }
}

/// What an agent chose about hours and notifications.
pub fn choices(tx: &mut Tx, id: AgentId) -> Result<(WorkingHours, NotifyBy)> {
    let kept: Kept = tx
        .maybe("SELECT working_hours, notify FROM agents WHERE id = $1", &[id.into()])?
        .ok_or(not_found("agent"))?;
    // Nothing was chosen yet, or by a version that said it differently.
    let hours = serde_json::from_str(&kept.working_hours).unwrap_or_default();
    let notify = serde_json::from_str(&kept.notify).unwrap_or_default();
    Ok((hours, notify))
}

/// Changes one's own profile. Doing it twice is doing it once.
pub fn change(tx: &mut Tx, me: &Me, it: &Profile) -> Result<()> {
    let (name, zone) = (fields::name("name", &it.name)?, fields::time_zone(&it.time_zone)?);
    it.working_hours.check()?;
    let hours = serde_json::to_string(&it.working_hours).expect("hours are plain data");
    let signature = super::signature::sanitise(&it.signature_html)?;
    tx.execute(
        "UPDATE agents SET name = $2, signature_html = $3, time_zone = $4, working_hours = $5,
                           away = $6
         WHERE id = $1",
        &[
            me.id.into(),
            (&name).into(),
            signature.into(),
            (&zone).into(),
            hours.into(),
            it.away.into(),
        ],
    )?;
    changed(tx, me, "profile")
}

/// Changes how one is told.
pub fn notify_by(tx: &mut Tx, me: &Me, it: &NotifyBy) -> Result<()> {
    let notify = serde_json::to_string(it).expect("choices are plain data");
    tx.execute("UPDATE agents SET notify = $2 WHERE id = $1", &[me.id.into(), notify.into()])?;
    changed(tx, me, "notify")
}

/// Shows a picture that was kept as a file, or none any more.
pub fn picture(tx: &mut Tx, me: &Me, file: Option<i64>) -> Result<()> {
    tx.execute(
        "UPDATE agents SET picture_file_id = $2 WHERE id = $1",
        &[me.id.into(), file.into()],
    )?;
    changed(tx, me, "picture")
}

pub(crate) fn changed(tx: &mut Tx, me: &Me, what: &str) -> Result<()> {
    story::of(tx, me, me.id, &Change::AgentChanged { fields: vec![what.to_owned()] })
}
