//! The demo's other customers: two years of a market whose truth is known, told by the same verbs
//! as the real thing. They come, use the product, pay in time or late, lose a champion, and leave;
//! Tend writes down how each fares, learns from who left, and calls who looks after them.

mod acts;
mod questions;
mod use_of;

use anyhow::Result;
use jiff::Timestamp;
use tend_core::{
    Actor,
    accounts::AccountId,
    agents::{self, AgentId},
    contacts::ContactId,
    health::{self, alerts},
    inboxes::Inbox,
    money::{
        ProductId, standing,
        subscriptions::{ReasonId, SubscriptionId},
    },
    seed::market::{Market, STEP, Wish},
    usage::day_of,
};

use tend_store::Clock;

use super::{
    Teller, said,
    service::{self, Service},
};
use questions::Questions;
use use_of::Usage;

/// So many steps are told, and so many customers.
const STEPS: usize = 26;
const CUSTOMERS: usize = 150;
/// Steps after which Tend learns. What came since, it learns when it has started.
const LEARNS: [usize; 2] = [12, 20];

/// So many of the last days are written down one by one, as the worker does it.
const DAILY: i64 = 14;

/// How many days before its end the story has to begin.
pub const DAYS: i64 = STEPS as i64 * STEP + 1;

/// A customer of the market in the demo.
struct Known {
    account: AccountId,
    subscription: SubscriptionId,
    champion: ContactId,
    owner: AgentId,
}

/// What the acts need beside the customer.
#[derive(Clone)]
pub struct Sold {
    pub product: ProductId,
    pub reasons: Vec<ReasonId>,
}

/// All of it, and how far it was told.
pub struct Told {
    market: Market,
    known: Vec<Option<Known>>,
    usage: Usage,
    questions: Questions,
    service: Service,
    sold: Sold,
    owners: Vec<AgentId>,
    /// The day on which the market began.
    first: i64,
    next: usize,
    /// The day that was written down last by itself.
    written: i64,
}

impl Told {
    /// Before anything of it is told. The last step ends today.
    pub fn new(teller: &Teller, owners: &[AgentId], mail: Inbox, sold: Sold) -> Result<Self> {
        let market =
            Market::of(Wish { customers: CUSTOMERS, steps: STEPS, signal: 1.0, seed: 20_261_122 });
        let first = day_of(teller.clock.end) - STEPS as i64 * STEP;
        let by = owners[0];
        teller.write(move |tx| {
            let me = agents::me(tx, by)?;
            acts::prepare(tx, &me)
        })?;
        let usage = Usage::open(teller, by)?;
        let questions = Questions::of(&market, (first, teller.clock.end), mail, owners);
        let service = Service::open(teller, owners, &market, first)?;
        let known = (0..CUSTOMERS).map(|_| None).collect();
        let owners = owners.to_vec();
        Ok(Self {
            market,
            known,
            usage,
            questions,
            service,
            sold,
            owners,
            first,
            next: 0,
            written: 0,
        })
    }

    /// Tells every step that is over by now.
    pub fn catch_up(&mut self, teller: &Teller) -> Result<()> {
        // Who comes in a step asks from the day on which it is over, at whatever hour that is told.
        while self.next < STEPS && self.ends(self.next) <= day_of(teller.clock.now()) {
            self.tell(teller, self.next)?;
            self.next += 1;
        }
        self.questions.now(teller)?;
        self.service.now(teller)?;
        self.day(teller)
    }

    /// In the last days: what came until today, and how everybody fares.
    pub fn day(&mut self, teller: &Teller) -> Result<()> {
        let (today, last) = (day_of(teller.clock.now()), STEPS - 1);
        let begins = self.ends(last) - DAILY;
        if self.next != last || today < begins || today <= self.written {
            return Ok(());
        }
        self.written = today;
        self.usage.tell_until(teller, &self.market, last, self.first, today)?;
        teller.write(move |tx| health::snapshot_day(tx, today).map(drop))
    }

    /// Tells what was before so many days ago, at the time when it was.
    pub fn until(&mut self, teller: &Teller, days_ago: i64) -> Result<()> {
        let last = day_of(teller.clock.end) - days_ago;
        while self.next < STEPS && self.ends(self.next) <= last {
            self.day_by_day(teller, self.ends(self.next) * 24 * 60)?;
            let left = day_of(teller.clock.end) - self.ends(self.next);
            teller.clock.to(left * 24 * 60);
            self.catch_up(teller)?;
        }
        Ok(())
    }

    /// What is asked, ordered and answered until a minute, at the time when it was.
    fn day_by_day(&mut self, teller: &Teller, minute: i64) -> Result<()> {
        let end = teller.clock.end.as_second().div_euclid(60);
        while let Some(next) = self.questions.next().into_iter().chain(self.service.next()).min() {
            let to = next + service::TOGETHER;
            if to > minute {
                break;
            }
            teller.clock.to(end - to);
            self.questions.now(teller)?;
            self.service.now(teller)?;
        }
        Ok(())
    }

    /// What came of orders, surveys and campaigns by now.
    pub fn serve(&mut self, teller: &Teller) -> Result<()> {
        self.service.now(teller)
    }

    /// All is told.
    pub fn end(&mut self, teller: &Teller) -> Result<()> {
        self.catch_up(teller)?;
        self.service.end(teller)
    }

    /// The first day after a step.
    fn ends(&self, step: usize) -> i64 {
        self.first + (step as i64 + 1) * STEP
    }

    fn tell(&mut self, teller: &Teller, step: usize) -> Result<()> {
        self.begin(teller, step)?;
        self.live(teller, step)?;
        self.usage.tell(teller, &self.market, step, self.first)?;
        let day = self.ends(step);
        teller.write(move |tx| standing::catch_up(tx, 10_000).map(drop))?;
        if LEARNS.contains(&step) {
            learn(teller)?;
        }
        teller.write(move |tx| health::snapshot_day(tx, day).map(drop))?;
        let owners = self.owners.clone();
        teller.write(move |tx| {
            alerts::settle(tx, day)?;
            for it in &owners {
                alerts::raise(tx, *it, day)?;
            }
            Ok(())
        })
    }

    /// Those who come in this step.
    fn begin(&mut self, teller: &Teller, step: usize) -> Result<()> {
        for n in 0..CUSTOMERS {
            let customer = &self.market.customers[n];
            if self.known[n].is_some() || customer.begins > step {
                continue;
            }
            let owner = self.owners[n % self.owners.len()];
            let (customer, product, first) = (customer.clone(), self.sold.product, self.first);
            let lead = self.owners[0];
            let made = teller.write(move |tx| {
                let me = agents::me(tx, lead)?;
                acts::begin(tx, &me, (n, owner), &customer, product, first)
            })?;
            let (account, subscription, champion) = made;
            self.known[n] = Some(Known { account, subscription, champion, owner });
        }
        Ok(())
    }

    /// What each does in this step, and who leaves in it.
    fn live(&self, teller: &Teller, step: usize) -> Result<()> {
        for (n, known) in self.known.iter().enumerate() {
            let Some(known) = known else { continue };
            let customer = &self.market.customers[n];
            let (account, subscription, champion) =
                (known.account, known.subscription, known.champion);
            let chance = customer.is_there_after(step).then(|| self.market.chance(n, step, 6));
            let (customer, reasons) = (customer.clone(), self.sold.reasons.clone());
            let (owner, lead, first) = (known.owner, self.owners[0], self.first);
            teller.write(move |tx| {
                let me = agents::me(tx, lead)?;
                let at = acts::At { step, first, n };
                if let Some(month) = customer.month_of(step) {
                    acts::month(tx, &me, at, account, &customer, month)?;
                }
                if customer.champion_left == Some(step) {
                    tend_core::book::left(tx, &me, champion)?;
                }
                if let Some(leaves) = customer.leaves.filter(|it| it.step == step) {
                    let reason = reasons.get(n % reasons.len().max(1)).copied();
                    acts::leave(tx, &me, account, subscription, first + leaves.day, reason)?;
                }
                match chance {
                    Some(chance) => {
                        let owner = agents::me(tx, owner)?;
                        acts::judge(tx, &owner, at, account, chance)
                    }
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    }
}

/// The domain of a customer.
pub fn domain_of(n: usize) -> String {
    acts::domain(n)
}

/// Who asks for help at a customer's: a name and an address.
pub fn colleague_of(n: usize) -> (String, String) {
    acts::colleague(n)
}

/// What the worker does at night, done once.
fn learn(teller: &Teller) -> Result<()> {
    let lesson = teller.db.read(health::lesson).map_err(said)?;
    let fitted = health::learn(lesson).map_err(said)?;
    teller.write(move |tx| health::keep_model(tx, Actor::System, &fitted).map(drop))
}

/// A moment of a day, for what is said to have happened on it.
fn moment(day: i64, minute: i64) -> Timestamp {
    let second = day * 86_400 + minute * 60;
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}
