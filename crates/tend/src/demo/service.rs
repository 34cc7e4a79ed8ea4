//! What the demo's company sells in its two shops, and what comes of it: orders, what is made
//! right, what customers are asked, told and recommended.

mod asked;
mod campaigns;
mod goods;
mod made_right;
mod onboarded;
mod orders;
mod suggested;

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Result;
use jiff::Timestamp;
use tend_core::{
    agents::{self, AgentId, Me},
    campaigns::CampaignId,
    onboarding::{OnboardingId, StepId},
    orders::ShopId,
    secrets::Keys,
    seed::{market::Market, meanwhile},
    surveys::{LoopId, RequestId, SurveyId},
};
use tend_stats::random::Random;
use tend_store::{Clock, Tx};

use super::Teller;
use orders::{Bought, Buyer};

/// What happens within so many minutes is written at once.
pub const TOGETHER: i64 = 90;
const DAY: i64 = 24 * 60;
/// So many days before the end the shops open.
pub const OPENED: i64 = 300;
/// And customers are first asked how it was.
const ASKED: i64 = 190;
/// And what they want next is first learned.
const LEARNED: i64 = 60;

/// Something that happens at its minute.
#[derive(Clone, Debug)]
enum Act {
    /// An order of long ago, all of it.
    Order(usize),
    /// A shop tells how an order is now.
    Told(usize),
    /// An order of which the shop did not tell is found by asking.
    Found(usize),
    Remedy(usize),
    /// It was carried out at the shop.
    Settled(usize, tend_core::remedies::RemedyId),
    Nps(String),
    Drivers(usize),
    /// Whoever is to be asked by now is; those after the request are looked at.
    Ask(Option<RequestId>),
    Answer(RequestId),
    Low(LoopId, usize),
    Announce,
    /// What campaigns and onboarding do by themselves.
    Go,
    Onboard(usize),
    Tick(OnboardingId, StepId),
    Quiz(usize),
    Suggest(usize),
    Learn,
}

/// Acts that follow, each with the minutes until then.
type Next = Vec<(i64, Act)>;

/// What all acts need.
struct World {
    keys: Keys,
    agents: Vec<AgentId>,
    shops: [ShopId; 2],
    /// After a conversation, a delivery, in a rhythm, and by hand.
    surveys: [SurveyId; 4],
    buyers: Vec<Buyer>,
    orders: Vec<Bought>,
    remedies: Vec<made_right::Made>,
    /// Domains of who goes through an onboarding.
    newcomers: Vec<String>,
    plan: tend_core::onboarding::PlanId,
    announcement: CampaignId,
    quiz: tend_core::quizzes::QuizId,
}

/// What is due, by the minute since 1970.
pub struct Service {
    due: BTreeMap<(i64, usize), Act>,
    number: usize,
    world: Arc<World>,
}

fn minute_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

fn moment(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl Service {
    /// Opens the shops, and plans all that is to happen. `first` is the day on which the market
    /// began.
    pub fn open(teller: &Teller, agents: &[AgentId], market: &Market, first: i64) -> Result<Self> {
        let end = minute_of(teller.clock.end);
        let buyers = orders::buyers(market, first, end);
        let bought = orders::all(&buyers, end);
        let remedies = made_right::all(&bought, end);
        let newcomers = onboarded::newcomers(market);
        let (keys, all) = (teller.keys.clone(), agents.to_vec());
        let world = teller.write(move |tx| {
            let me = agents::me(tx, all[0])?;
            let shops = orders::connect(tx, &me, &keys)?;
            goods::offer(tx, &me)?;
            Ok(World {
                shops,
                surveys: asked::write(tx, &me, all[3])?,
                plan: onboarded::write(tx, &me)?,
                announcement: campaigns::write(tx, &me)?,
                quiz: goods::quiz(tx, &me)?,
                keys: keys.clone(),
                agents: all.clone(),
                buyers: buyers.clone(),
                orders: bought.clone(),
                remedies: remedies.clone(),
                newcomers: newcomers.clone(),
            })
        })?;
        let mut it = Self { due: BTreeMap::new(), number: 0, world: Arc::new(world) };
        it.plan(end);
        Ok(it)
    }

    fn plan(&mut self, end: i64) {
        let world = self.world.clone();
        for (n, one) in world.orders.iter().enumerate() {
            one.told(end).into_iter().for_each(|(minute, how)| {
                let act = match how {
                    orders::How::Whole => Act::Order(n),
                    orders::How::Message => Act::Told(n),
                    orders::How::Asked => Act::Found(n),
                };
                self.at(minute, act);
            });
        }
        for (n, one) in world.remedies.iter().enumerate() {
            self.at(one.minute, Act::Remedy(n));
        }
        let mut random = Random::of_seed(7);
        for (n, domain) in (0..150).map(|n| (n as i64, super::market::domain_of(n as usize))) {
            let from = end - (ASKED - 5) * DAY + random.below(90 * 24 * 60) as i64;
            let who = format!("hello@{domain}");
            self.at(from, Act::Nps(who.clone()));
            if n % 3 > 0 {
                self.at((from + 93 * DAY).min(end - DAY - n), Act::Nps(who));
            }
        }
        for n in 0..world.buyers.len() {
            self.at(end - 80 * DAY + random.below(70 * 24 * 60) as i64, Act::Drivers(n));
        }
        for n in 0..world.newcomers.len() {
            self.at(end - (75 - 5 * n as i64) * DAY, Act::Onboard(n));
        }
        for n in 0..90 {
            self.at(end - 45 * DAY + random.below(44 * 24 * 60) as i64, Act::Quiz(n));
        }
        for day in 1..LEARNED {
            (0..4).for_each(|n| self.at(end - day * DAY + 30 * n, Act::Suggest(day as usize)));
        }
        self.at(end - ASKED * DAY, Act::Ask(None));
        self.at(end - 100 * DAY, Act::Go);
        self.at(end - 32 * DAY, Act::Announce);
        self.at(end - LEARNED * DAY, Act::Learn);
        self.at(end - 5, Act::Learn);
    }

    fn at(&mut self, minute: i64, act: Act) {
        self.due.insert((minute, self.number), act);
        self.number += 1;
    }

    /// The minute of what comes next.
    pub fn next(&self) -> Option<i64> {
        self.due.first_key_value().map(|((minute, _), _)| *minute)
    }

    /// Tells what is due by now.
    pub fn now(&mut self, teller: &Teller) -> Result<()> {
        let now = minute_of(teller.clock.now());
        while self.next().is_some_and(|it| it <= now) {
            let later = self.due.split_off(&(now + 1, 0));
            let some: Vec<((i64, usize), Act)> =
                std::mem::replace(&mut self.due, later).into_iter().collect();
            let learns = some.iter().any(|(_, it)| matches!(it, Act::Learn));
            let world = self.world.clone();
            let next = teller.write(move |tx| {
                let mut all = Next::new();
                for ((minute, number), act) in &some {
                    let mut random = Random::of_seed(*minute as u64 ^ (*number as u64) << 32);
                    all.extend(world.act(tx, act, &mut random)?);
                }
                meanwhile::deliver(tx)?;
                Ok(all)
            })?;
            for (wait, act) in next {
                self.at(now + wait.max(1), act);
            }
            if learns {
                suggested::learn(teller)?;
            }
        }
        Ok(())
    }

    /// Everything has happened: from now on the worker does what is to be done.
    pub fn end(&self, teller: &Teller) -> Result<()> {
        let world = self.world.clone();
        teller.write(move |tx| {
            let me = world.me(tx, 0)?;
            asked::remind_from_now(tx, &me, &world)?;
            meanwhile::deliver(tx).map(drop)
        })
    }
}

impl World {
    fn me(&self, tx: &mut Tx, n: usize) -> tend_core::Result<Me> {
        agents::me(tx, self.agents[n % self.agents.len()])
    }

    fn act(&self, tx: &mut Tx, act: &Act, random: &mut Random) -> tend_core::Result<Next> {
        match act {
            Act::Order(n) => orders::whole(tx, self, *n),
            Act::Told(n) => orders::message(tx, self, *n),
            Act::Found(n) => orders::found(tx, self, *n),
            Act::Remedy(n) => made_right::ask(tx, self, *n),
            Act::Settled(n, id) => made_right::settle(tx, self, *n, *id),
            Act::Nps(who) => asked::nps(tx, self, who),
            Act::Drivers(n) => asked::drivers(tx, self, *n),
            Act::Ask(after) => asked::look(tx, self, *after, random),
            Act::Answer(id) => asked::answer(tx, self, *id, random),
            Act::Low(id, step) => asked::follow(tx, self, *id, *step, random),
            Act::Announce => campaigns::announce(tx, self),
            Act::Go => campaigns::go(tx, self),
            Act::Onboard(n) => onboarded::begin(tx, self, *n, random),
            Act::Tick(id, step) => onboarded::tick(tx, self, *id, *step),
            Act::Quiz(n) => goods::answer(tx, self, *n, random),
            Act::Suggest(day) => suggested::show(tx, self, *day, random),
            Act::Learn => Ok(Next::new()),
        }
    }
}
