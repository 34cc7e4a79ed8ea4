use tend_store::{Tx, Value};

use super::{
    Ask, Kind, Question, SURVEY, State, Survey, SurveyId, When, loops,
    wording::{self, Wording},
};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    contacts::fields,
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject, SurveySaved},
};

/// What a survey is to be.
#[derive(Clone, Debug)]
pub struct NewSurvey {
    pub name: String,
    pub kind: Kind,
    pub asks_when: When,
    pub delay_hours: i64,
    pub every_days: i64,
    /// Of onboarding: the title of the step; empty for the whole list.
    pub step: String,
    pub sample_every: i64,
    pub wording: Wording,
    pub questions: Vec<Question>,
    pub reminds: bool,
    pub asks_promoters: bool,
    pub review_url: String,
    pub owner: Option<AgentId>,
}

impl NewSurvey {
    /// With the wording of the field, asking as one might begin.
    pub fn usual(name: &str, kind: Kind, asks_when: When) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            asks_when,
            delay_hours: match asks_when {
                When::Delivered | When::Returned => 24,
                When::Sent => 5 * 24,
                When::Resolved => 2,
                _ => 0,
            },
            every_days: match asks_when {
                When::Rhythm => 90,
                When::FirstSeen => 30,
                _ => 0,
            },
            step: String::new(),
            sample_every: 1,
            wording: wording::usual(kind, asks_when),
            questions: Vec::new(),
            reminds: true,
            asks_promoters: false,
            review_url: String::new(),
            owner: None,
        }
    }
}

impl From<&Survey> for NewSurvey {
    fn from(it: &Survey) -> Self {
        Self {
            name: it.name.clone(),
            kind: it.kind,
            asks_when: it.asks_when,
            delay_hours: it.delay_hours,
            every_days: it.every_days,
            step: it.step.clone(),
            sample_every: it.sample_every,
            wording: it.wording(),
            questions: it.questions(),
            reminds: it.reminds,
            asks_promoters: it.asks_promoters,
            review_url: it.review_url.clone(),
            owner: it.owner_id,
        }
    }
}

fn checked(tx: &mut Tx, it: &NewSurvey) -> Result<NewSurvey> {
    let between = |field: &'static str, n: i64, low: i64, high: i64, why: &'static str| {
        if (low..=high).contains(&n) { Ok(()) } else { Err(invalid(field, why)) }
    };
    between("delay_hours", it.delay_hours, 0, 24 * 90, "Write 0 to 2160 hours.")?;
    match it.asks_when {
        When::Rhythm => {
            between("every_days", it.every_days, 30, 730, "A rhythm has 30 to 730 days.")?;
        }
        When::FirstSeen => between("every_days", it.every_days, 1, 730, "Write 1 to 730 days.")?,
        _ => between("every_days", it.every_days, 0, 730, "Write 0 to 730 days.")?,
    }
    between("sample_every", it.sample_every, 1, 1000, "Ask one customer in 1 to 1000.")?;
    let review_url = it.review_url.trim().to_owned();
    if !review_url.is_empty() && (!review_url.starts_with("https://") || review_url.len() > 500) {
        return Err(invalid("review_url", "Write an address that begins with https://."));
    }
    if let Some(owner) = it.owner
        && !loops::may_follow(tx, owner).unwrap_or(false)
    {
        return Err(invalid("owner", "They may not work on tasks, have left, or are not known."));
    }
    Ok(NewSurvey {
        name: fields::name(&it.name)?,
        wording: wording::checked(&it.wording, it.asks_when)?,
        questions: questions(&it.questions)?,
        review_url,
        step: if it.asks_when == When::Onboarding {
            fold::one_line(&it.step, 200)
        } else {
            String::new()
        },
        ..it.clone()
    })
}

fn questions(all: &[Question]) -> Result<Vec<Question>> {
    if all.len() > 20 {
        return Err(invalid("questions", "Ask at most twenty further questions."));
    }
    let mut out: Vec<Question> = Vec::new();
    for it in all {
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
        let key = it.key.trim().to_owned();
        if key.is_empty() || key.len() > 60 || !key.chars().all(plain) {
            return Err(invalid("questions", "A key has small letters, digits and _ only."));
        }
        if out.iter().any(|other| other.key == key) {
            return Err(invalid("questions", format!("The key {key} stands there twice.")));
        }
        let mut it = Question { key, ..it.clone() };
        it.text.retain(|_, text| !text.trim().is_empty());
        for text in it.text.values_mut() {
            *text = fold::one_line(text, 300);
        }
        if it.text.is_empty() {
            return Err(invalid("questions", format!("The question {} has no text.", it.key)));
        }
        for some in it.choices.values_mut() {
            *some =
                some.iter().map(|it| fold::one_line(it, 100)).filter(|it| !it.is_empty()).collect();
        }
        it.choices.retain(|_, some| !some.is_empty());
        let sizes: Vec<_> = it.choices.values().map(Vec::len).collect();
        if it.ask == Ask::Choice
            && (sizes.is_empty() || sizes.iter().any(|n| !(2..=20).contains(n)))
        {
            return Err(invalid("questions", format!("Give {} 2 to 20 choices.", it.key)));
        }
        out.push(it);
    }
    Ok(out)
}

fn columns(it: &NewSurvey) -> Vec<Value> {
    let wording = serde_json::to_string(&it.wording).expect("texts are plain data");
    let questions = serde_json::to_string(&it.questions).expect("questions are plain data");
    vec![
        it.name.as_str().into(),
        it.kind.into(),
        it.asks_when.into(),
        it.delay_hours.into(),
        it.every_days.into(),
        it.sample_every.into(),
        wording.into(),
        questions.into(),
        it.reminds.into(),
        it.asks_promoters.into(),
        it.review_url.as_str().into(),
        it.owner.into(),
        it.step.as_str().into(),
    ]
}

/// Makes a survey; it asks nobody until it is [set active](set_state).
///
/// # Errors
/// Invalid under the field that can't be kept, as `wording.en.question`.
pub fn create(tx: &mut Tx, by: &Me, new: &NewSurvey) -> Result<SurveyId> {
    by.require(Permission::SurveysManage)?;
    let new = checked(tx, new)?;
    let (id, now) = (SurveyId::new(tx), tx.now());
    let mut args = columns(&new);
    args.extend([id.into(), by.id.into(), now.into()]);
    tx.execute(
        "INSERT INTO surveys (name, kind, asks_when, delay_hours, every_days, sample_every, wording,
             questions, reminds, asks_promoters, review_url, owner_id, step, id, created_by,
             created_at, changed_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16,
             'paused')",
        &args,
    )?;
    record(tx, by, id, &new.name, "made")?;
    Ok(id)
}

/// Changes what a survey asks from now on. Its kind stays once somebody was asked, for scores of
/// two scales have no mean.
pub fn change(tx: &mut Tx, by: &Me, id: SurveyId, to: &NewSurvey) -> Result<()> {
    let before = find(tx, by, id)?;
    by.require(Permission::SurveysManage)?;
    let to = checked(tx, to)?;
    if to.kind != before.kind {
        let asked: Option<i64> = tx.maybe_scalar(
            "SELECT 1 AS n FROM survey_requests WHERE survey_id = $1 LIMIT 1",
            &[id.into()],
        )?;
        if asked.is_some() {
            return Err(invalid("kind", "Somebody was asked already. Make another survey."));
        }
    }
    let now = tx.now();
    let mut args = columns(&to);
    args.extend([id.into(), now.into()]);
    tx.execute(
        "UPDATE surveys SET name = $1, kind = $2, asks_when = $3, delay_hours = $4,
             every_days = $5, sample_every = $6, wording = $7, questions = $8, reminds = $9,
             asks_promoters = $10, review_url = $11, owner_id = $12, step = $13, changed_at = $15
         WHERE id = $14",
        &args,
    )?;
    record(tx, by, id, &to.name, "changed")
}

/// Lets a survey ask, or stops it. Doing it twice is doing it once.
pub fn set_state(tx: &mut Tx, by: &Me, id: SurveyId, to: State) -> Result<()> {
    let it = find(tx, by, id)?;
    by.require(Permission::SurveysManage)?;
    if it.state == to {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE surveys SET state = $2, changed_at = $3 WHERE id = $1",
        &[id.into(), to.into(), now.into()],
    )?;
    if to == State::Active {
        super::plans::owe_walk(tx, super::plans::Next::AtOnce)?;
    }
    record(tx, by, id, &it.name, to.word())
}

/// A survey.
pub fn find(tx: &mut Tx, me: &Me, id: SurveyId) -> Result<Survey> {
    if !me.may(Permission::SurveysRead) {
        return Err(not_found("survey"));
    }
    any(tx, id)
}

pub(super) fn any(tx: &mut Tx, id: SurveyId) -> Result<Survey> {
    tx.maybe(&format!("{SURVEY} WHERE id = $1"), &[id.into()])?.ok_or(not_found("survey"))
}

/// All surveys, the newest first.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Survey>> {
    me.require(Permission::SurveysRead)?;
    Ok(tx.rows(&format!("{SURVEY} WHERE archived_at IS NULL ORDER BY id DESC LIMIT 200"), &[])?)
}

fn record(tx: &mut Tx, by: &Me, id: SurveyId, name: &str, how: &str) -> Result<()> {
    let change = Change::SurveySaved(SurveySaved { name: name.to_owned(), how: how.to_owned() });
    journal::record(tx, Actor::Agent(by.id), Subject::plain("survey", id.raw()), &change)
}
