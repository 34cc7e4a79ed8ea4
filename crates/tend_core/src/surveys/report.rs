//! What a survey says of a time, and how sure one can be.
//!
//! The denominator is who answered, and nobody else. Beside the score stands how many were asked.

use jiff::Timestamp;
pub use tend_stats::intervals::{Interval, wilson};
use tend_stats::survey::{difference, score};
use tend_store::{Tx, Value, row};

use super::{Kind, Survey, SurveyId, save};
use crate::{
    Result,
    agents::{Me, Permission},
    outreach::touches::{self, Count},
};

/// Below so many answers a score ranks nobody.
pub const FEW: u64 = 30;
const LEVEL: f64 = 0.95;

/// A time from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Span {
    /// So many days until a moment.
    pub fn days(to: Timestamp, days: i64) -> Self {
        Self { from: super::throttle::days_from(to, -days), to }
    }

    /// The time before it that is as long.
    pub fn before(self) -> Self {
        let length = self.to.duration_since(self.from);
        Self { from: self.from.checked_sub(length).unwrap_or(Timestamp::MIN), to: self.from }
    }
}

/// A score with what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Score and answers.
    pub counts: Vec<(i64, u64)>,
    pub n: u64,
    /// As the kind counts it; none without answers.
    pub score: Option<Interval>,
}

impl Scored {
    /// Of answers to a kind of survey.
    pub fn of(kind: Kind, counts: Vec<(i64, u64)>) -> Self {
        let n = counts.iter().map(|it| it.1).sum();
        let score = score(&counts, kind.rule(), LEVEL);
        Self { counts, n, score }
    }

    /// The share of answers from this score to that.
    pub fn share(&self, from: i64, to: i64) -> Option<Interval> {
        let some = self.counts.iter().filter(|it| (from..=to).contains(&it.0));
        wilson(some.map(|it| it.1).sum(), self.n, LEVEL)
    }
}

/// A part of the answers: those about one agent, by one channel, of one product, in one month.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The agent's raw id, if it is about one.
    pub id: Option<i64>,
    pub name: String,
    pub scored: Scored,
}

/// Closing the loop, in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    pub opened: i64,
    pub open: i64,
    /// Of those that are due or were spoken with, who was spoken with by the end of the task's day.
    pub in_time: Option<Interval>,
    /// How many those are.
    pub in_time_of: i64,
    /// The second score less the first, in the mean, of those who gave one.
    pub recovered: Option<f64>,
    pub second: i64,
    /// Reasons, the most frequent first.
    pub reasons: Vec<Count>,
    /// Of those spoken with, and of those not, who ordered again within 90 days; only of those of
    /// whom 90 days have passed.
    pub again: [Again; 2],
}

/// How many came back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Again {
    pub of: i64,
    pub ordered: i64,
    pub share: Option<Interval>,
}

/// What a survey says of a time.
#[derive(Clone, Debug)]
pub struct Report {
    pub survey: Survey,
    pub span: Span,
    pub scored: Scored,
    /// Against the time before that is as long; none if it may be chance.
    pub change: Option<Interval>,
    /// How many answered in that time.
    pub before: u64,
    /// Asked in this time.
    pub sent: i64,
    /// Of those, who answered.
    pub response: Option<Interval>,
    /// Links that were opened and not answered, of those asked in this time.
    pub provisional: i64,
    /// Openings that looked like a program's.
    pub voided: i64,
    /// By time, the first first: of 1/12 of the span each.
    pub over_time: Vec<(Timestamp, Scored)>,
    /// Those with [`FEW`] answers or more.
    pub by_agent: Vec<Part>,
    /// How many agents have fewer, and how many answers are about them together.
    pub other_agents: (u64, u64),
    pub by_channel: Vec<Part>,
    pub by_product: Vec<Part>,
    /// Who was not asked, and by which rule.
    pub refused: Vec<Count>,
    pub closing: Closing,
}

/// So many steps a time is told in.
const STEPS: i64 = 12;

row! {
    struct Counted {
        part: i64,
        name: String,
        score: i64,
        n: i64,
    }
}

/// Answers of a time, but for those of customers who were asked again after a low score: only the
/// unhappy are, so that they would count twice. By a key: `of` and `name` are SQL of our own.
fn counted(tx: &mut Tx, id: SurveyId, span: Span, of: &str, name: &str) -> Result<Vec<Counted>> {
    let sql = format!(
        "SELECT {of} AS part, {name} AS name, score, count(*) AS n FROM survey_requests
         LEFT JOIN agents ON agents.id = agent_id LEFT JOIN products ON products.id = product_id
         WHERE survey_id = $1 AND answered_at >= $2 AND answered_at < $3 AND reask_of IS NULL
         GROUP BY 1, 2, 3 ORDER BY 1, 3"
    );
    Ok(tx.rows(&sql, &[id.into(), span.from.into(), span.to.into()])?)
}

fn parts(kind: Kind, rows: Vec<Counted>) -> Vec<Part> {
    let part = |some: &[Counted]| Part {
        id: Some(some[0].part).filter(|it| *it != 0),
        name: some[0].name.clone(),
        scored: Scored::of(kind, counts(some)),
    };
    let mut all: Vec<_> =
        rows.chunk_by(|a, b| (a.part, &a.name) == (b.part, &b.name)).map(part).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.scored.n));
    all
}

fn counts(some: &[Counted]) -> Vec<(i64, u64)> {
    some.iter().map(|it| (it.score, u64::try_from(it.n).unwrap_or(0))).collect()
}

fn whole(tx: &mut Tx, survey: &Survey, span: Span) -> Result<Scored> {
    let rows = counted(tx, survey.id, span, "0", "''")?;
    Ok(Scored::of(survey.kind, counts(&rows)))
}

/// The score of a survey in a time, for lists.
pub fn short(tx: &mut Tx, survey: &Survey, span: Span) -> Result<Scored> {
    whole(tx, survey, span)
}

/// All that a survey says of a time.
pub fn report(tx: &mut Tx, me: &Me, id: SurveyId, span: Span) -> Result<Report> {
    me.require(Permission::SurveysRead)?;
    let survey = save::find(tx, me, id)?;
    let scored = whole(tx, &survey, span)?;
    let before = whole(tx, &survey, span.before())?;
    let change = difference(&before.counts, &scored.counts, survey.kind.rule(), LEVEL)
        .filter(|it| before.n > 0 && (it.lower > 0.0 || it.upper < 0.0));
    let kind = survey.kind;
    // Each with more answers than are few, or it would point at chance.
    let mut by_agent =
        parts(kind, counted(tx, id, span, "COALESCE(agent_id, 0)", "COALESCE(agents.name, '')")?);
    by_agent.retain(|it| it.id.is_some());
    let too_few: Vec<_> = by_agent.extract_if(.., |it| it.scored.n < FEW).collect();
    let by_channel = parts(kind, counted(tx, id, span, "0", "channel")?);
    let mut by_product = parts(
        kind,
        counted(tx, id, span, "COALESCE(product_id, 0)", "COALESCE(products.name, '')")?,
    );
    by_product.retain(|it| it.id.is_some());
    let (sent, answered, provisional, voided) = asked(tx, id, span)?;
    Ok(Report {
        response: wilson(
            u64::try_from(answered).unwrap_or(0),
            u64::try_from(sent).unwrap_or(0),
            LEVEL,
        ),
        over_time: over_time(tx, &survey, span)?,
        refused: touches::refused_by(tx, id.raw(), span.from)?,
        closing: closing(tx, id, span)?,
        survey,
        span,
        scored,
        change,
        before: before.n,
        sent,
        provisional,
        voided,
        by_agent,
        other_agents: (too_few.len() as u64, too_few.iter().map(|it| it.scored.n).sum()),
        by_channel,
        by_product,
    })
}

fn asked(tx: &mut Tx, id: SurveyId, span: Span) -> Result<(i64, i64, i64, i64)> {
    row! {
        struct Asked {
            sent: i64,
            answered: i64,
            provisional: i64,
        }
    }
    let args: [Value; 3] = [id.into(), span.from.into(), span.to.into()];
    let it: Asked = tx.one(
        "SELECT count(*) AS sent, count(answered_at) AS answered,
             count(CASE WHEN state = 'provisional' THEN 1 END) AS provisional
         FROM survey_requests
         WHERE survey_id = $1 AND sent_at >= $2 AND sent_at < $3 AND reask_of IS NULL",
        &args,
    )?;
    let voided: i64 = tx.scalar(
        "SELECT count(*) AS n FROM survey_marks
         JOIN survey_requests ON survey_requests.id = request_id
         WHERE survey_id = $1 AND sent_at >= $2 AND sent_at < $3 AND voided_at IS NOT NULL
             AND reask_of IS NULL",
        &args,
    )?;
    Ok((it.sent, it.answered, it.provisional, voided))
}

fn over_time(tx: &mut Tx, survey: &Survey, span: Span) -> Result<Vec<(Timestamp, Scored)>> {
    let start = span.from.as_microsecond();
    let step = ((span.to.as_microsecond() - start) / STEPS).max(1);
    let rows = counted(tx, survey.id, span, &format!("(answered_at - ({start})) / {step}"), "''")?;
    let at = |n: i64| Timestamp::from_microsecond(start + n * step).unwrap_or(span.from);
    Ok((0..STEPS)
        .map(|n| {
            let some: Vec<_> = rows
                .iter()
                .filter(|it| it.part == n)
                .map(|it| (it.score, u64::try_from(it.n).unwrap_or(0)))
                .collect();
            (at(n), Scored::of(survey.kind, some))
        })
        .collect())
}

row! {
    struct Looped {
        state: super::loops::Step,
        score: i64,
        reason: String,
        opened_at: Timestamp,
        contacted_at: Option<Timestamp>,
        second_score: Option<i64>,
        due_on: Option<i64>,
        ordered: bool,
    }
}

const DAY: i64 = 86_400_000_000;

fn closing(tx: &mut Tx, id: SurveyId, span: Span) -> Result<Closing> {
    let sql = format!(
        "SELECT survey_loops.state, score, reason, opened_at, contacted_at, second_score,
             tasks.due_on,
             EXISTS (SELECT 1 FROM orders WHERE orders.contact_id = survey_loops.contact_id
                 AND placed_at > opened_at AND placed_at < opened_at + {}) AS ordered
         FROM survey_loops LEFT JOIN tasks ON tasks.id = task_id
         WHERE survey_id = $1 AND opened_at >= $2 AND opened_at < $3
         ORDER BY survey_loops.id DESC LIMIT 10000",
        90 * DAY
    );
    let all: Vec<Looped> = tx.rows(&sql, &[id.into(), span.from.into(), span.to.into()])?;
    let now = tx.now().as_microsecond();
    let ends = |it: &Looped| it.due_on.map(|due| (due + 1) * DAY);
    let in_time = |it: &&&Looped| {
        it.contacted_at.zip(ends(it)).is_some_and(|(at, end)| at.as_microsecond() < end)
    };
    let is_told =
        |it: &&Looped| ends(it).is_some_and(|end| end <= now) || it.contacted_at.is_some();
    let told: Vec<_> = all.iter().filter(is_told).collect();
    let share = |some: usize, of: usize| wilson(some as u64, of as u64, LEVEL);
    let second: Vec<i64> = all.iter().filter_map(|it| Some(it.second_score? - it.score)).collect();
    let old: Vec<_> =
        all.iter().filter(|it| it.opened_at.as_microsecond() + 90 * DAY < now).collect();
    let again = [true, false].map(|reached| {
        let some: Vec<_> = old.iter().filter(|it| it.contacted_at.is_some() == reached).collect();
        let ordered = some.iter().filter(|it| it.ordered).count();
        let of = some.len();
        Again { of: of as i64, ordered: ordered as i64, share: share(ordered, of) }
    });
    let mut reasons: Vec<Count> = Vec::new();
    for it in all.iter().filter(|it| !it.reason.is_empty()) {
        match reasons.iter_mut().find(|known| known.rule == it.reason) {
            Some(known) => known.count += 1,
            None => reasons.push(Count { rule: it.reason.clone(), count: 1 }),
        }
    }
    reasons.sort_by_key(|it| std::cmp::Reverse(it.count));
    reasons.truncate(10);
    Ok(Closing {
        opened: all.len() as i64,
        open: all.iter().filter(|it| it.state.is_open()).count() as i64,
        in_time: share(told.iter().filter(in_time).count(), told.len()),
        in_time_of: told.len() as i64,
        recovered: (!second.is_empty())
            .then(|| second.iter().sum::<i64>() as f64 / second.len() as f64),
        second: second.len() as i64,
        reasons,
        again,
    })
}
