//! How the customers of the market use the product: events as a server of ours would send them.

use anyhow::Result;
use jiff::SignedDuration;
use serde_json::json;
use tend_core::{
    agents::{self, AgentId},
    secrets::Fresh,
    seed::market::{Customer, Market, STEP},
    usage::{
        self, Incoming, Roller, Trust, names,
        roll_up::{self, Chunk, LEASE},
        seen,
        sources::{self, NewSource},
    },
};

use super::{
    super::{Teller, said},
    acts, moment,
};

/// Functions that matter, in the order in which customers take them up.
const FUNCTIONS: [&str; 5] = [
    "Alarm acknowledged",
    "Report exported",
    "Threshold changed",
    "Calibration ordered",
    "Shift plan saved",
];
/// Where the events come from, and what was counted of them.
pub struct Usage {
    key: String,
    roller: Roller,
    by: AgentId,
    chosen: bool,
}

impl Usage {
    /// A source of events.
    pub fn open(teller: &Teller, by: AgentId) -> Result<Self> {
        let fresh = Fresh::make();
        let new = NewSource {
            name: "Monitoring, our servers".to_owned(),
            trust: Trust::Server,
            fingerprint: fresh.fingerprint(),
            hint: fresh.hint(),
        };
        teller.write(move |tx| {
            let me = agents::me(tx, by)?;
            sources::create(tx, &me, &new).map(drop)
        })?;
        Ok(Self { key: fresh.fingerprint(), roller: Roller::default(), by, chosen: false })
    }

    /// All events of a step.
    pub fn tell(
        &mut self,
        teller: &Teller,
        market: &Market,
        step: usize,
        first: i64,
    ) -> Result<()> {
        self.tell_until(teller, market, step, first, i64::MAX)?;
        if !self.chosen {
            self.chosen = true;
            let by = self.by;
            teller.write(move |tx| {
                let me = agents::me(tx, by)?;
                let ids: Vec<i64> = names::all(tx)?.into_keys().collect();
                for id in ids {
                    names::choose_key(tx, &me, id, true)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The events of a step before a day, of those who were there when it began. What was told
    /// of it already is known again.
    pub fn tell_until(
        &mut self,
        teller: &Teller,
        market: &Market,
        step: usize,
        first: i64,
        day: i64,
    ) -> Result<()> {
        let begins = first + step as i64 * STEP;
        let mut events = Vec::new();
        for (n, it) in market.customers.iter().enumerate() {
            if day == i64::MAX || it.begins < step {
                events.extend(events_of(n, it, step, begins, day));
            }
        }
        for some in events.chunks(400) {
            let json = json!({ "batch": some }).to_string();
            let it = Incoming::new(self.key.clone(), "batch", some.len(), json.as_bytes());
            teller.write(move |tx| usage::take_in(tx, &it).map(drop))?;
        }
        self.count(teller)
    }

    /// What the worker does beside everything.
    fn count(&mut self, teller: &Teller) -> Result<()> {
        let holder = teller.db.holder().to_owned();
        let keep = SignedDuration::from_mins(10);
        let fence = teller.write(move |tx| Ok(tx.take_lease(LEASE, &holder, keep)?))?;
        let Some(fence) = fence else { return Ok(()) };
        loop {
            let gathered =
                teller.db.read(|tx| roll_up::gather(tx, roll_up::AT_ONCE)).map_err(said)?;
            if gathered.is_empty() {
                return Ok(());
            }
            let chunk = Chunk::read(gathered);
            let missing = self.roller.missing(&chunk);
            let loaded = teller.db.read(|tx| seen::load(tx, &missing)).map_err(said)?;
            let meant = self.roller.plan(chunk, loaded);
            let Some(rolled) = teller.write(move |tx| roll_up::roll_up(tx, fence, &meant))? else {
                return Ok(());
            };
            self.roller.note(rolled);
            while let Some((part, level, pieces)) = self.roller.untidy() {
                let gone = pieces.clone();
                let written = teller.write(move |tx| seen::tidy(tx, part, level, &pieces))?;
                self.roller.tidied(&gone, written);
            }
        }
    }
}

/// What the people of one customer did in a step that begins on a day, before `until`.
fn events_of(n: usize, it: &Customer, step: usize, day: i64, until: i64) -> Vec<serde_json::Value> {
    let Some(month) = it.month_of(step) else { return Vec::new() };
    // Who leaves in the middle of a step does nothing after it.
    let functions = usize::try_from(month.functions).unwrap_or(0).min(FUNCTIONS.len());
    let (mut all, group) = (Vec::new(), format!("customer{n}"));
    if step == it.begins {
        all.push(json!({
            "type": "group", "userId": format!("{group}-0"), "groupId": group,
            "traits": { "name": acts::name(n), "domain": acts::domain(n) },
            "messageId": format!("g-{n}"), "timestamp": moment(day, 400).to_string(),
        }));
    }
    if functions == 0 {
        return all;
    }
    for user in 0..month.active {
        for time in 0..2 {
            let at = (user * 7 + time * 13 + n as i64) % STEP;
            if day + at >= until {
                continue;
            }
            let what = (user as usize + time as usize) % functions;
            all.push(json!({
                "type": "track", "event": FUNCTIONS[what], "userId": format!("{group}-{user}"),
                "context": { "groupId": group },
                "messageId": format!("{n}-{step}-{user}-{time}"),
                "timestamp": moment(day + at, 480 + user * 11 + time).to_string(),
            }));
        }
    }
    all
}
