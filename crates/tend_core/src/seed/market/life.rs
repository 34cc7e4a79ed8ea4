//! One customer from its first step to its last.

use tend_stats::random::Random;

use super::{
    LEVELS, STEP, TERM, Wish,
    truth::{self, WANDERS},
};

/// That and when a customer left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// In this step.
    pub step: usize,
    /// Days since the market began.
    pub day: i64,
}

/// What can be seen of a customer in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// How many people used it.
    pub active: i64,
    /// How often each of them did anything.
    pub events: i64,
    /// Of five functions that matter, how many were used.
    pub functions: i64,
    /// How often they asked for help.
    pub asked: i64,
    /// The invoice of this step was paid late.
    pub paid_late: bool,
    /// 0 to 10, of those who answered.
    pub answered: Option<i64>,
}

/// A customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// How many people may use it.
    pub seats: i64,
    /// What it pays a year, minor units.
    pub arr: i64,
    /// Its first step.
    pub begins: usize,
    pub leaves: Option<Leaving>,
    /// One for each step from the first on, until it leaves or the market ends.
    pub months: Vec<Month>,
    /// The step in which the champion left, if that was seen.
    pub champion_left: Option<usize>,
    /// How old it is at its first step, in steps: some were there before the story begins.
    pub(super) age: usize,
    levels: Vec<usize>,
}

impl Customer {
    pub(super) fn live(random: &mut Random, wish: &Wish) -> Self {
        let there = random.unit() < 0.7;
        let begins = if there { 0 } else { random.below(wish.steps.max(1)) };
        let seats = (10.0 * (0.6 * random.normal()).exp()).clamp(3.0, 36.0) as i64;
        let price = 900.0 + 1_300.0 * random.unit();
        let mut it = Self {
            seats,
            arr: (seats as f64 * price) as i64 * 100,
            begins,
            leaves: None,
            months: Vec::new(),
            champion_left: None,
            age: if there { random.below(3 * TERM) } else { 0 },
            levels: Vec::new(),
        };
        // Who is new hopes.
        let mut level = if there { random.below(LEVELS) } else { 2 + random.below(3) };
        for step in begins..wish.steps {
            if step > begins {
                level = wander(random, level);
                if random.unit() < truth::hazard(level, it.age_at(step)) {
                    let day = step as i64 * STEP + random.below(STEP as usize) as i64;
                    it.leaves = Some(Leaving { step, day });
                    break;
                }
            }
            it.levels.push(level);
            // What is seen follows the truth, or anything.
            let seen = if random.unit() < wish.signal { level } else { random.below(LEVELS) };
            it.month(random, step, seen);
        }
        it
    }

    fn month(&mut self, random: &mut Random, step: usize, level: usize) {
        let happy = level as f64 / (LEVELS - 1) as f64;
        let uses = (0.25 + 0.55 * happy + 0.10 * random.normal()).clamp(0.02, 0.98);
        let active = draws(random, self.seats, uses);
        let asks = (0.15 + 0.05 * self.seats as f64) * (1.7 - happy);
        let gone = self.champion_left.is_some();
        if !gone && random.unit() < 0.045 * (1.0 - happy).powi(2) {
            self.champion_left = Some(step);
        }
        let answers = random.unit() < 0.4;
        let liked = (4.5 + 3.5 * happy + 2.2 * random.normal()).round().clamp(0.0, 10.0) as i64;
        self.months.push(Month {
            active,
            events: 2 + (10.0 * happy * random.unit()) as i64,
            functions: if active == 0 { 0 } else { 1 + draws(random, 4, 0.2 + 0.6 * happy) },
            asked: often(random, asks),
            paid_late: random.unit() < 0.05 + 0.22 * (1.0 - happy),
            answered: answers.then_some(liked),
        });
    }

    /// Whether it is still there when this step is over.
    pub fn is_there_after(&self, step: usize) -> bool {
        step >= self.begins && self.leaves.is_none_or(|it| it.step > step)
    }

    /// What was seen in a step in which it was there.
    pub fn month_of(&self, step: usize) -> Option<&Month> {
        self.months.get(step.checked_sub(self.begins)?)
    }

    /// The days of the market on which its terms began, the first before the story if it was
    /// there already.
    pub fn since(&self) -> i64 {
        (self.begins as i64 - self.age as i64) * STEP
    }

    pub(super) fn age_at(&self, step: usize) -> usize {
        self.age + (step - self.begins)
    }

    pub(super) fn level_at(&self, step: usize) -> usize {
        self.levels[step - self.begins]
    }

    /// [`super::MEASURES`] at the end of a step.
    pub(super) fn measures(&self, step: usize) -> [f64; 7] {
        let Some(now) = self.month_of(step) else { return [f64::NAN; 7] };
        let before = step.checked_sub(1).and_then(|it| self.month_of(it));
        let share = |active: i64| active as f64 / self.seats as f64;
        let change = before.map_or(f64::NAN, |before| {
            let ratio = now.active as f64 / before.active.max(1) as f64;
            (ratio - 0.5).clamp(0.0, 1.0)
        });
        let usual = 0.15 + 0.05 * self.seats as f64;
        let champion = self.champion_left.is_none_or(|it| it > step);
        let answered = (0..3)
            .find_map(|ago| self.month_of(step.checked_sub(ago)?)?.answered)
            .map_or(f64::NAN, |it| it as f64 / 10.0);
        [
            share(now.active),
            change,
            now.functions as f64 / 5.0,
            1.0 - (now.asked as f64 / usual / 4.0).min(1.0),
            f64::from(u8::from(champion)),
            f64::from(u8::from(!now.paid_late)),
            answered,
        ]
    }
}

fn wander(random: &mut Random, level: usize) -> usize {
    match random.unit() {
        u if u < WANDERS => level.saturating_sub(1),
        u if u < 2.0 * WANDERS => (level + 1).min(LEVELS - 1),
        _ => level,
    }
}

/// Of `n`, how many of whom each does with this chance.
fn draws(random: &mut Random, n: i64, chance: f64) -> i64 {
    (0..n).filter(|_| random.unit() < chance).count() as i64
}

/// How often, when `mean` is usual (Poisson's law, by multiplication after Knuth).
fn often(random: &mut Random, mean: f64) -> i64 {
    let (least, mut product, mut n) = ((-mean).exp(), random.unit(), 0);
    while product > least && n < 60 {
        product *= random.unit();
        n += 1;
    }
    n
}
