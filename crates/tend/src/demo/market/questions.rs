//! What the market's customers ask of support, and what they are answered.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;
use tend_core::{
    Actor,
    agents::{self, AgentId},
    contacts::{self, Stranger},
    conversations::{self, Category, ConversationId, Incoming, Recipients},
    inboxes::Inbox,
    seed::market::{Market, STEP},
};
use tend_stats::random::Random;
use tend_store::{Clock, Tx};

use super::{super::told, acts};
use crate::demo::{CLOSED_UNTIL, Teller};

/// Minutes from a question to its answer at most, nights and what else is told among them.
const LONGEST: i64 = 3 * DAY;
const DAY: i64 = 24 * 60;

/// Subject, question, answer.
const QUESTIONS: [(&str, &str, &str); 12] = [
    (
        "Two loggers report the same serial number",
        "Since yesterday two of our loggers show up under one serial number. Which one is right?",
        "One of them kept the number of the unit it replaced. We have given it its own again; please start it once without a battery.",
    ),
    (
        "Alarm thresholds for a new cold room",
        "We open a second cold room next week, 2 to 8 degrees. Can we copy the thresholds of the first?",
        "Yes: open the first room, choose Copy settings, and name the second. I have done it for you; please look whether the delay of 15 minutes suits.",
    ),
    (
        "Calibration certificate is missing",
        "Our auditor asks for the certificates of the last calibration and one of them is not in the archive.",
        "It was filed under the old serial number. It is attached to the right device now, and the archive shows all of them.",
    ),
    (
        "Gateway offline after a power cut",
        "After this night's power cut the gateway does not come back. The loggers still blink.",
        "It waits for the network before it starts. Holding the button for five seconds makes it ask again; the readings of the night are kept in the loggers and come in by themselves.",
    ),
    (
        "Export for the authority",
        "We need all readings of last quarter in one table, by hour, with the name of the room.",
        "The monthly report has a table by hour under More. For a whole quarter I made one for you: it is in the archive as well.",
    ),
    (
        "A colleague gets no alarms",
        "Our night shift got no text message when the door stood open. The e-mail came.",
        "The number had no country code, so the message could not leave. It is corrected; the test message arrived a minute ago.",
    ),
    (
        "Battery life lower than expected",
        "Three loggers ask for new batteries after seven months. Is that usual?",
        "At a reading each minute, yes. Every five minutes they last two years, and alarms come just as fast. Shall we change it for these three?",
    ),
    (
        "Wrong time in the report",
        "The report of this week is an hour off since the clocks changed.",
        "The site was set to a fixed offset instead of its zone. We set the zone, and the reports of the week were made again.",
    ),
    (
        "Moving a logger to another site",
        "We move one logger to our branch. Does its history go along?",
        "The history stays with the room, and the logger starts a new one at the branch. You will find both under the serial number.",
    ),
    (
        "Invoice with our order number",
        "Accounting sends the invoice back because our order number is not on it.",
        "Here it is with the number. It is on file now and will be on all later ones.",
    ),
    (
        "Spikes whenever the door opens",
        "Each time somebody opens the door the curve jumps by three degrees. Are the goods at risk?",
        "The sensor hangs in the draught. A sensor in a bottle of glycol shows what the goods feel; we put one on its way to you.",
    ),
    (
        "Access for a new quality manager",
        "Our new quality manager starts on Monday and needs to see all sites, without changing anything.",
        "She has an invitation as a viewer of all sites. It is valid for seven days.",
    ),
];

#[derive(Clone, Copy)]
enum Act {
    /// A customer of the market asks: its champion, or somebody else.
    Ask(usize, bool),
    /// Of a conversation in its turn.
    Answer(ConversationId),
}

/// What is asked and answered, by the minute since 1970 when it is due.
pub struct Questions {
    due: BTreeMap<(i64, usize), Act>,
    inbox: Inbox,
    agents: Vec<AgentId>,
}

impl Questions {
    /// All that the market asks, from its first day on, until everything is answered before the
    /// last days are told. Nobody asks before their own first step is over.
    pub fn of(
        market: &Market,
        (first, end): (i64, Timestamp),
        inbox: Inbox,
        agents: &[AgentId],
    ) -> Self {
        let last = minute_of(end) - CLOSED_UNTIL - LONGEST;
        let mut random = Random::of_seed(market.wish.seed);
        let mut due = BTreeMap::new();
        for (n, customer) in market.customers.iter().enumerate() {
            for (at, month) in customer.months.iter().enumerate().skip(1) {
                let step = customer.begins + at;
                let from = first + step as i64 * STEP;
                let champion = customer.champion_left.is_none_or(|left| step < left);
                for _ in 0..month.asked {
                    let day = from + random.below(STEP as usize) as i64;
                    let minute = 7 * 60 + random.below(10 * 60) as i64;
                    let (at, number) = (day * DAY + minute, due.len());
                    if at < last {
                        // A champion who is there asks every other time.
                        let by_champion = champion && number % 2 == 0;
                        due.insert((at, number), Act::Ask(n, by_champion));
                    }
                }
            }
        }
        Self { due, inbox, agents: agents.to_vec() }
    }

    /// The minute of what comes next.
    pub fn next(&self) -> Option<i64> {
        self.due.first_key_value().map(|((minute, _), _)| *minute)
    }

    /// Tells what is due by now.
    pub fn now(&mut self, teller: &Teller) -> Result<()> {
        let now = minute_of(teller.clock.now());
        let later = self.due.split_off(&(now + 1, 0));
        let some: Vec<((i64, usize), Act)> =
            std::mem::replace(&mut self.due, later).into_iter().collect();
        if some.is_empty() {
            return Ok(());
        }
        let (inbox, agents, acts) = (self.inbox.clone(), self.agents.clone(), some.clone());
        let made = teller.write(move |tx| {
            let done = acts.iter().map(|((minute, number), act)| match act {
                Act::Ask(n, by_champion) => {
                    let who = match by_champion {
                        true => acts::champion_of(*n),
                        false => acts::colleague(*n),
                    };
                    ask(tx, &inbox, who, *number, *minute).map(Some)
                }
                Act::Answer(id) => answer(tx, &agents, *id, *number).map(|()| None),
            });
            done.collect::<tend_core::Result<Vec<_>>>()
        })?;
        for (((_, number), _), id) in some.into_iter().zip(made) {
            let Some(id) = id else { continue };
            // From half an hour to half a day, most within some hours.
            let wait = 30 + (number as i64 * 7_919 % 26).pow(2);
            self.due.insert((now + wait, number), Act::Answer(id));
        }
        Ok(())
    }
}

fn minute_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

/// Somebody of the customer writes a mail.
fn ask(
    tx: &mut Tx,
    inbox: &Inbox,
    (name, address): (String, String),
    number: usize,
    minute: i64,
) -> tend_core::Result<ConversationId> {
    let (subject, text, _) = QUESTIONS[number * 5 % QUESTIONS.len()];
    let contact = contacts::meet(tx, Actor::System, &Stranger::by_email(&name, &address))?;
    let mut it = Incoming::new(inbox.clone(), contact);
    it.subject = subject.to_owned();
    it.text = format!("{text}\n\n{name}");
    it.source = "email";
    it.checks = told::proven(&address).to_json();
    it.sender_address = address;
    it.recipients = Recipients { to: vec![inbox.address.clone()], ..Recipients::default() };
    it.happened_at = Timestamp::from_second(minute * 60).ok();
    Ok(conversations::receive(tx, &it)?.conversation)
}

/// It is answered well the first time.
fn answer(
    tx: &mut Tx,
    agents: &[AgentId],
    id: ConversationId,
    number: usize,
) -> tend_core::Result<()> {
    let (_, _, text) = QUESTIONS[number * 5 % QUESTIONS.len()];
    let me = agents::me(tx, agents[number % agents.len()])?;
    told::answered(tx, &me, id, text, Some(Category::Resolved))?;
    conversations::mark_read(tx, &me, id)
}
