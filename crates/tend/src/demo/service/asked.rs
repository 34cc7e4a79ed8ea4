//! How customers found it, and what was done where it was bad.

use tend_core::{
    Actor, Result,
    agents::{AgentId, Me},
    contacts::{self, IdentityKind},
    outreach::Channel,
    seed::meanwhile,
    surveys::{
        self, About, Answered, Kind, LoopId, NewSurvey, Request, RequestId, Sign, State, SurveyId,
        When,
        answer::{self as answers, Given},
        ask::{self as asks, Asking},
        drivers, known,
        loops::{self, Step},
    },
};
use tend_stats::random::Random;
use tend_store::Tx;

use super::{Act, DAY, Next, World};

/// Which of the surveys.
const NPS: usize = 2;
const DRIVERS: usize = 3;

/// Writes the surveys; they ask nobody yet.
pub fn write(tx: &mut Tx, me: &Me, owner: AgentId) -> Result<[SurveyId; 4]> {
    let usual = |name: &str, kind, when| NewSurvey {
        reminds: false,
        owner: Some(owner),
        ..NewSurvey::usual(name, kind, when)
    };
    let csat = NewSurvey {
        asks_promoters: true,
        review_url: "https://reviews.kestrel-climate.example/write".to_owned(),
        ..usual("After a conversation", Kind::Csat, When::Resolved)
    };
    let ces = usual("Ordering with us", Kind::Ces, When::Delivered);
    let nps = NewSurvey {
        asks_promoters: true,
        ..usual("Would they recommend us?", Kind::Nps, When::Rhythm)
    };
    let own = NewSurvey {
        name: "What their experience is made of".to_owned(),
        asks_when: When::Hand,
        every_days: 0,
        reminds: false,
        owner: Some(owner),
        ..drivers::template()
    };
    let mut one = |new: &NewSurvey| {
        let id = surveys::create(tx, me, new)?;
        surveys::set_state(tx, me, id, State::Paused)?;
        Ok::<_, tend_core::Error>(id)
    };
    Ok([one(&csat)?, one(&ces)?, one(&nps)?, one(&own)?])
}

/// From now on who does not answer is reminded.
pub fn remind_from_now(tx: &mut Tx, me: &Me, world: &World) -> Result<()> {
    for id in &world.surveys[..3] {
        let it = surveys::find(tx, me, *id)?;
        surveys::change(tx, me, *id, &NewSurvey { reminds: true, ..NewSurvey::from(&it) })?;
    }
    Ok(())
}

fn ask(tx: &mut Tx, world: &World, which: usize, email: &str) -> Result<()> {
    let me = world.me(tx, 0)?;
    let Some(contact) = contacts::by_identity(tx, IdentityKind::Email, email)? else {
        return Ok(());
    };
    let survey = surveys::find(tx, &me, world.surveys[which])?;
    let asking = Asking {
        contact,
        about: About::None,
        subject: 0,
        channel: Channel::Mail,
        event: None,
        reask_of: None,
        is_by_hand: which == DRIVERS,
    };
    let by = if which == DRIVERS { Actor::Agent(me.id) } else { Actor::System };
    asks::ask(tx, &world.keys, by, &survey, &asking).map(drop)
}

/// It is the day of somebody whom we know for long.
pub fn nps(tx: &mut Tx, world: &World, email: &str) -> Result<Next> {
    ask(tx, world, NPS, email).map(|()| Next::new())
}

/// Somebody who ordered is asked what their judgement rests on.
pub fn drivers(tx: &mut Tx, world: &World, n: usize) -> Result<Next> {
    ask(tx, world, DRIVERS, &world.buyers[n].email).map(|()| Next::new())
}

/// Who was asked, and when they answer, if they do.
pub fn look(
    tx: &mut Tx,
    world: &World,
    after: Option<RequestId>,
    random: &mut Random,
) -> Result<Next> {
    if after.is_none() {
        let me = world.me(tx, 0)?;
        for id in world.surveys {
            surveys::set_state(tx, &me, id, State::Active)?;
        }
    }
    meanwhile::ask(tx, &world.keys)?;
    let mut next = Next::new();
    let mut last = after;
    for it in meanwhile::asked(tx, after)? {
        let answers = match it.kind {
            Kind::Own => 0.5,
            Kind::Csat => 0.62,
            _ => 0.38,
        };
        if random.unit() < answers || it.reask_of.is_some() {
            // Most answer on the same day.
            let wait = (3.0 + (1.0 - random.unit()).ln().powi(2) * 400.0) as i64;
            next.push((wait.min(6 * DAY), Act::Answer(it.id)));
        }
        last = Some(it.id);
    }
    next.push((6 * 60, Act::Ask(last)));
    Ok(next)
}

/// The score of somebody: a share of all is at most so.
fn score(shares: &[(i64, f64)], dice: f64) -> i64 {
    let mut left = dice;
    for (score, share) in shares {
        if left < *share {
            return *score;
        }
        left -= share;
    }
    shares[0].0
}

fn scored(it: &Request, random: &mut Random) -> i64 {
    // Who waited for long at night found it worse.
    let dice =
        random.unit() * if it.agent.as_deref() == Some("Tomás Ibarra") { 0.88 } else { 1.0 };
    let again = it.reask_of.is_some();
    match it.kind {
        Kind::Csat if again => score(&[(5, 0.4), (4, 0.4), (3, 0.2)], dice),
        Kind::Csat => score(&[(1, 0.04), (2, 0.05), (3, 0.08), (4, 0.29), (5, 0.54)], dice),
        Kind::Ces if again => score(&[(6, 0.5), (5, 0.5)], dice),
        Kind::Ces => score(
            &[(1, 0.02), (2, 0.02), (3, 0.04), (4, 0.09), (5, 0.18), (6, 0.32), (7, 0.33)],
            dice,
        ),
        Kind::Nps if again => score(&[(7, 0.4), (8, 0.4), (9, 0.2)], dice),
        Kind::Nps => score(
            &[
                (2, 0.03),
                (4, 0.04),
                (5, 0.05),
                (6, 0.07),
                (7, 0.14),
                (8, 0.22),
                (9, 0.24),
                (10, 0.21),
            ],
            dice,
        ),
        Kind::Own => 4,
    }
}

fn comment(kind: Kind, score: i64, dice: usize) -> &'static str {
    let of: &[&str] = match (kind, kind.is_low(score), kind.is_promoter(score)) {
        (Kind::Own, ..) => &[],
        (Kind::Ces, true, _) => &[
            "I had to enter the delivery address twice, and the second time it was lost.",
            "The tracking said delivered two days before it came.",
        ],
        (Kind::Ces, _, true) => &["Ordered in a minute, here in two days.", "As easy as it gets."],
        (_, true, _) => &[
            "It took four days and three people until somebody understood the question.",
            "The answer was friendly, and the gateway is still offline.",
            "We pay for the large plan and waited over the weekend with a freezer full of vaccine.",
            "I was asked for the same serial number three times.",
        ],
        (_, _, true) => &[
            "Fast, clear, and she knew our site.",
            "Best support of all our suppliers.",
            "The auditor was happy, so am I.",
            "",
        ],
        _ => &["Good, though the first answer missed the point.", "Fine.", ""],
    };
    of.get(dice % of.len().max(1)).copied().unwrap_or_default()
}

/// What somebody says of quality, standing, relationship, brand and price, and of the whole.
fn judged(random: &mut Random) -> (i64, Vec<Answered>) {
    let mut one = |mean: f64| (mean + 1.2 * random.normal()).round().clamp(1.0, 7.0);
    let of = [
        ("quality", one(5.8)),
        ("social_proof", one(4.9)),
        ("relationship", one(5.2)),
        ("brand", one(4.6)),
        ("relative_price", one(4.1)),
    ];
    let weights = [0.42, 0.08, 0.34, 0.05, 0.2];
    let whole: f64 = of.iter().zip(weights).map(|(it, weight)| it.1 * weight).sum();
    let whole = (whole - 0.3 + 0.5 * random.normal()).round().clamp(1.0, 7.0);
    let answers = of.map(|(key, value)| Answered { key: key.to_owned(), value: value.to_string() });
    (whole as i64, answers.into())
}

/// Somebody answers.
pub fn answer(tx: &mut Tx, world: &World, id: RequestId, random: &mut Random) -> Result<Next> {
    let me = world.me(tx, 0)?;
    let it = known::find(tx, &me, id)?;
    let (score, more) = match it.kind {
        Kind::Own => judged(random),
        _ => (scored(&it, random), Vec::new()),
    };
    let says = random.unit() < 0.45 || it.kind.is_low(score);
    let comment = if says { comment(it.kind, score, random.below(12)) } else { "" };
    let sign = if comment.is_empty() && more.is_empty() { Sign::Pointer } else { Sign::Form };
    let given = Given {
        score,
        comment: comment.to_owned(),
        answers: more,
        sign,
        shown_at: tx.now(),
        network: String::new(),
    };
    answers::confirm(tx, id, &given)?;
    Ok(match loops::of_request(tx, id)? {
        Some(it) if it.state == Step::Open => {
            vec![(2 * DAY + random.below(6 * 24 * 60) as i64, Act::Low(it.id, 0))]
        }
        _ => Next::new(),
    })
}

/// Whoever has the task speaks with them, and settles it.
pub fn follow(
    tx: &mut Tx,
    world: &World,
    id: LoopId,
    step: usize,
    random: &mut Random,
) -> Result<Next> {
    let me = world.me(tx, 3)?;
    let reasons = ["Slow first answer", "Delivery", "Not solved", "Asked twice"];
    let reason = reasons[random.below(reasons.len())];
    let (to, wait) = match step {
        0 if random.unit() < 0.12 => (Step::Unreachable, None),
        0 => (Step::Contacted, Some(2 * DAY)),
        1 if random.unit() < 0.4 => (Step::Remedied, Some(DAY)),
        _ => (Step::Resolved, None),
    };
    match loops::move_to(tx, &me, id, to, reason) {
        // They changed their mind meanwhile, and it settled itself.
        Err(tend_core::Error::Refused(_)) => Ok(Next::new()),
        done => done.map(|()| wait.map(|it| (it, Act::Low(id, step + 1))).into_iter().collect()),
    }
}
