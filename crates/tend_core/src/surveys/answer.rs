//! Marks, and what makes an answer of one.
//!
//! Mail scanners open links, some of them all links, some of them with a browser. So an opened
//! link is a mark, which counts for nothing and spends nothing. An answer is confirmed by what a
//! person does on the page; looking at it for three seconds is enough, unless the marks look like
//! a program's. Then they are void, and where they came from is remembered.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

use super::{Answered, Ask, Question, Request, RequestId, Sign, Standing, ask, known, loops};
use crate::{
    Result,
    actor::Actor,
    conversations::SendState,
    error::{invalid, refused},
    fold,
    outbox::OutboxId,
};

/// Two different scores within so long are a program's.
const BURST: SignedDuration = SignedDuration::from_secs(45);
/// So soon after the mail was handed over nobody has read it.
const TOO_SOON: SignedDuration = SignedDuration::from_secs(10);
/// So long one has to have had the page before one's eyes.
const LOOKED: SignedDuration = SignedDuration::from_secs(3);
/// For so long a network that opened links as programs do is not believed to look at pages.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A link that is opened oftener leaves no more marks.
const MOST_MARKS: i64 = 100;

row! {
    struct Mark {
        score: i64,
        network: String,
        made_at: Timestamp,
    }
}

/// Somebody, or something, opened a link with a score.
#[derive(Clone, Debug)]
pub struct Opened {
    pub score: i64,
    /// A fingerprint of where from.
    pub network: String,
}

/// Writes down that a link was opened with a score. Counts for nothing.
pub fn mark(tx: &mut Tx, request: RequestId, it: &Opened) -> Result<()> {
    let request = known::any(tx, request)?;
    let (now, (low, high)) = (tx.now(), request.kind.scale());
    let marks: i64 =
        tx.scalar("SELECT count(*) FROM survey_marks WHERE request_id = $1", &[request.id.into()])?;
    if request.is_over(now) || !(low..=high).contains(&it.score) || marks >= MOST_MARKS {
        return Ok(());
    }
    let fresh = tx.next_id();
    tx.execute(
        "INSERT INTO survey_marks (id, request_id, score, network, made_at)
         VALUES ($1, $2, $3, $4, $5)",
        &[fresh.into(), request.id.into(), it.score.into(), it.network.as_str().into(), now.into()],
    )?;
    if request.state == Standing::Sent {
        stand(tx, request.id, Standing::Provisional)?;
    }
    match suspicion(tx, &request)? {
        Some(why) => void(tx, &request, why),
        None => Ok(()),
    }
}

fn stand(tx: &mut Tx, id: RequestId, to: Standing) -> Result<()> {
    tx.execute("UPDATE survey_requests SET state = $2 WHERE id = $1", &[id.into(), to.into()])?;
    Ok(())
}

/// Why the marks of a request are a program's, if they are.
fn suspicion(tx: &mut Tx, it: &Request) -> Result<Option<&'static str>> {
    if is_too_soon(tx, it.outbox_id)? {
        return Ok(Some("too_soon"));
    }
    let marks: Vec<Mark> = tx.rows(
        "SELECT score, network, made_at FROM survey_marks
         WHERE request_id = $1 ORDER BY made_at, id",
        &[it.id.into()],
    )?;
    let now = tx.now();
    let fresh: Vec<_> = marks.iter().filter(|it| now.duration_since(it.made_at) <= BURST).collect();
    let differ = fresh.iter().any(|it| it.score != fresh[0].score);
    Ok(differ.then_some("burst"))
}

/// Whether the mail was handed over less than ten seconds ago, or is being handed over.
fn is_too_soon(tx: &mut Tx, outbox: Option<OutboxId>) -> Result<bool> {
    row! {
        struct Left {
            state: SendState,
            settled_at: Option<Timestamp>,
        }
    }
    let Some(id) = outbox else { return Ok(false) };
    let left: Option<Left> =
        tx.maybe("SELECT state, settled_at FROM outbox WHERE id = $1", &[id.into()])?;
    let now = tx.now();
    Ok(left.is_some_and(|it| match it.settled_at {
        Some(at) => now.duration_since(at) < TOO_SOON,
        None => it.state == SendState::Sending,
    }))
}

/// The marks count for even less, and their networks are remembered.
fn void(tx: &mut Tx, it: &Request, why: &str) -> Result<()> {
    let now = tx.now();
    let networks: Vec<String> = tx.column(
        "SELECT DISTINCT network FROM survey_marks WHERE request_id = $1 AND voided_at IS NULL",
        &[it.id.into()],
    )?;
    tx.execute(
        "UPDATE survey_marks SET voided_at = $2, why = $3
         WHERE request_id = $1 AND voided_at IS NULL",
        &[it.id.into(), now.into(), why.into()],
    )?;
    if known::any(tx, it.id)?.state == Standing::Provisional {
        stand(tx, it.id, Standing::Sent)?;
    }
    networks.iter().try_for_each(|it| remember(tx, it))
}

fn remember(tx: &mut Tx, network: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO survey_scanners (network, seen_at) VALUES ($1, $2)
         ON CONFLICT (network) DO UPDATE SET seen_at = excluded.seen_at",
        &[network.into(), now.into()],
    )?;
    Ok(())
}

/// A link that no person sees was followed, or a field that none sees was filled in.
pub fn trapped(tx: &mut Tx, request: RequestId, network: &str) -> Result<()> {
    let it = known::any(tx, request)?;
    void(tx, &it, "honeypot")?;
    remember(tx, network)
}

/// An answer that comes with a sign.
#[derive(Clone, Debug)]
pub struct Given {
    pub score: i64,
    pub comment: String,
    pub answers: Vec<Answered>,
    pub sign: Sign,
    /// When the page was made that it comes from.
    pub shown_at: Timestamp,
    pub network: String,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    Counted,
    /// It may have been a program, and a clearer sign is needed.
    NotYet,
    /// It came too late.
    Over,
}

/// Confirms an answer. The last one that was confirmed holds, as long as the request lives.
///
/// # Errors
/// Invalid under `score`, when it is not on the scale.
pub fn confirm(tx: &mut Tx, request: RequestId, given: &Given) -> Result<Confirmed> {
    let before = known::any(tx, request)?;
    let (now, (low, high)) = (tx.now(), before.kind.scale());
    if before.is_over(now) {
        return Ok(Confirmed::Over);
    }
    if !(low..=high).contains(&given.score) {
        return Err(invalid("score", format!("Choose a number from {low} to {high}.")));
    }
    if given.sign == Sign::Dwell && !is_believed(tx, &before, given)? {
        return Ok(Confirmed::NotYet);
    }
    let survey = known::survey(tx, &before)?;
    let answers = fitting(&survey.questions(), &given.answers);
    // What a sign confirms is the score alone: what was written before stays.
    let is_form = matches!(given.sign, Sign::Form | Sign::Api);
    let comment = match is_form {
        true => fold::shorten(given.comment.trim(), 4000),
        false => before.comment.clone(),
    };
    let answers = if is_form { answers } else { before.answered() };
    let text = serde_json::to_string(&answers).expect("answers are plain data");
    let is_same = before.score == Some(given.score);
    if is_same && before.comment == comment && before.answers == text {
        return Ok(Confirmed::Counted);
    }
    write(tx, &before, given, &comment, &text)?;
    let after = known::any(tx, request)?;
    let by = Actor::Contact(after.contact_id);
    if !is_same {
        ask::record(tx, by, &after, "answered")?;
    }
    if !comment.is_empty() && comment != before.comment {
        ask::record(tx, by, &after, "commented")?;
    }
    ask::forget_reminder(tx, request)?;
    loops::answered(tx, &survey, &after)?;
    Ok(Confirmed::Counted)
}

/// Looking at a page is no sign where the marks are a program's.
fn is_believed(tx: &mut Tx, it: &Request, given: &Given) -> Result<bool> {
    let now = tx.now();
    if now.duration_since(given.shown_at) < LOOKED {
        return Ok(false);
    }
    if let Some(why) = suspicion(tx, it)? {
        void(tx, it, why)?;
        return Ok(false);
    }
    let voided: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS n FROM survey_marks
         WHERE request_id = $1 AND voided_at IS NOT NULL AND network = $2 LIMIT 1",
        &[it.id.into(), given.network.as_str().into()],
    )?;
    let seen: Option<Timestamp> = tx.maybe_scalar(
        "SELECT seen_at FROM survey_scanners WHERE network = $1",
        &[given.network.as_str().into()],
    )?;
    Ok(voided.is_none() && seen.is_none_or(|at| now.duration_since(at) > REMEMBERED))
}

fn write(tx: &mut Tx, before: &Request, given: &Given, comment: &str, answers: &str) -> Result<()> {
    let (fresh, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO survey_answers (id, request_id, score, answers, comment, sign, confirmed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            fresh.into(),
            before.id.into(),
            given.score.into(),
            answers.into(),
            comment.into(),
            given.sign.into(),
            now.into(),
        ],
    )?;
    tx.execute(
        "UPDATE survey_requests SET score = $2, answers = $3, comment = $4, state = 'answered',
             answered_at = COALESCE(answered_at, $5)
         WHERE id = $1",
        &[before.id.into(), given.score.into(), answers.into(), comment.into(), now.into()],
    )?;
    Ok(())
}

/// Only what was asked, and only as it may be answered.
fn fitting(questions: &[Question], answers: &[Answered]) -> Vec<Answered> {
    let one = |question: &Question| {
        let it = answers.iter().find(|it| it.key == question.key)?;
        let value = it.value.trim();
        let is_fine = match question.ask {
            Ask::Text => !value.is_empty(),
            Ask::YesNo => matches!(value, "yes" | "no"),
            Ask::Scale => value.parse::<i64>().is_ok_and(|it| (1..=7).contains(&it)),
            // By its place, so that it is the same in every language.
            Ask::Choice => {
                let most = question.choices.values().map(Vec::len).max().unwrap_or(0);
                value.parse::<usize>().is_ok_and(|it| (1..=most).contains(&it))
            }
        };
        is_fine.then(|| Answered { key: it.key.clone(), value: fold::shorten(value, 2000) })
    };
    questions.iter().filter_map(one).collect()
}

row! {
    /// An answer as it was confirmed, also if a later one took its place.
    #[derive(PartialEq)]
    pub struct Past {
        pub score: i64,
        pub comment: String,
        pub sign: Sign,
        pub confirmed_at: Timestamp,
    }
}

/// All answers to a request, the first first.
pub fn history(tx: &mut Tx, request: RequestId) -> Result<Vec<Past>> {
    Ok(tx.rows(
        "SELECT score, comment, sign, confirmed_at FROM survey_answers
         WHERE request_id = $1 ORDER BY id LIMIT 200",
        &[request.into()],
    )?)
}

/// Somebody wants no more surveys, or wants them again.
pub fn want(
    tx: &mut Tx,
    request: RequestId,
    wanted: bool,
    how: crate::outreach::consents::How,
) -> Result<()> {
    use crate::{
        journal::{self, Change, SurveysWanted},
        outreach::consents,
    };
    let it = known::any(tx, request)?;
    if consents::set(tx, it.contact_id, consents::SURVEY, wanted, how)? {
        let subject = known::subject_of_journal(tx, &it)?;
        let change = Change::SurveysWanted(SurveysWanted { wanted });
        journal::record(tx, Actor::Contact(it.contact_id), subject, &change)?;
    }
    Ok(())
}

/// Whether somebody takes part in surveys.
pub fn is_wanted(tx: &mut Tx, it: &Request) -> Result<bool> {
    use crate::outreach::consents;
    Ok(consents::given(tx, it.contact_id, consents::SURVEY)? != Some(false))
}

/// An answer that a program took down: of somebody on the phone, or in the company's own app.
pub fn record(
    tx: &mut Tx,
    me: &crate::agents::Me,
    request: RequestId,
    score: i64,
    comment: &str,
    answers: &[Answered],
) -> Result<Request> {
    me.require(crate::agents::Permission::SurveysManage)?;
    let it = known::find(tx, me, request)?;
    let given = Given {
        score,
        comment: comment.to_owned(),
        answers: answers.to_vec(),
        sign: Sign::Api,
        shown_at: tx.now(),
        network: String::new(),
    };
    match confirm(tx, it.id, &given)? {
        Confirmed::Counted => known::any(tx, it.id),
        _ => Err(refused("This request is over: it could be answered for 28 days.")),
    }
}
