use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use tend_store::Ids;

use super::{Cast, Size, dice::Dice, text::Words};
use crate::{
    conversations::{Category, Direction},
    fold, search,
};

/// Ids of history, from a node that is far behind those that are leased first.
const NODE: u16 = 1_000;
/// The newest so many conversations, or an eighth, are still to be done.
const MOST_ACTIVE: usize = 25_000;

/// How a conversation began and how it ended.
#[derive(Clone, Debug)]
pub(super) struct Matter {
    pub id: i64,
    pub opened_at: Timestamp,
    pub last_at: Timestamp,
    pub last_inbound_at: Timestamp,
    pub first_reply_at: Option<Timestamp>,
    pub last_message: i64,
    /// Its place in the history: its text follows from it.
    pub last_place: usize,
    pub last_direction: Direction,
    pub messages: i64,
}

/// One message of the history.
#[derive(Clone, Copy, Debug)]
struct Event {
    place: usize,
    at: Timestamp,
    id: i64,
    matter: usize,
    direction: Direction,
    opens: bool,
}

/// Everything that will be written.
pub struct Plan {
    pub size: Size,
    pub cast: Cast,
    pub(super) words: Words,
    pub(super) matters: Vec<Matter>,
}

/// Tells the story; the same each time.
struct Telling {
    size: Size,
    begins: i64,
    ends: i64,
    dice: Dice,
    ids: Ids,
    /// The matters that go on.
    open: Vec<usize>,
    most_open: usize,
    place: usize,
    opened: usize,
}

impl Telling {
    fn new(size: Size, cast: &Cast) -> Self {
        Self {
            size,
            begins: cast.begins.as_microsecond(),
            ends: cast.ends.as_microsecond(),
            dice: Dice::new(size.seed, 0),
            ids: Ids::new(NODE),
            open: Vec::new(),
            most_open: (size.conversations / 20).clamp(4, 2_000),
            place: 0,
            opened: 0,
        }
    }

    fn matter(&mut self) -> (usize, bool) {
        let due = self.place as u128 * self.size.conversations as u128
            / self.size.messages.max(1) as u128;
        if self.open.is_empty() || due as usize >= self.opened {
            let new = self.opened;
            self.opened += 1;
            if self.open.len() < self.most_open {
                self.open.push(new);
            } else {
                let slot = self.dice.below(self.open.len());
                self.open[slot] = new;
            }
            return (new, true);
        }
        (self.dice.one(&self.open), false)
    }
}

impl Iterator for Telling {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        if self.place >= self.size.messages {
            return None;
        }
        let (matter, opens) = self.matter();
        let span = i128::from(self.ends - self.begins);
        let at = self.begins + (span * self.place as i128 / self.size.messages as i128) as i64;
        let at = Timestamp::from_microsecond(at).unwrap_or(Timestamp::MAX);
        let direction = match (opens, self.dice.below(20)) {
            (true, _) | (_, 0..8) => Direction::Inbound,
            (_, 8..17) => Direction::Outbound,
            _ => Direction::Note,
        };
        let id = self.ids.next(at);
        let event = Event { place: self.place, at, id, matter, direction, opens };
        self.place += 1;
        Some(event)
    }
}

impl Plan {
    /// Tells the story to its end, so that each conversation's row is known.
    pub fn new(size: Size, cast: Cast) -> Self {
        let size = Size {
            conversations: size.conversations.clamp(1, size.messages.max(1)),
            messages: size.messages.max(1),
            ..size
        };
        let mut matters: Vec<Matter> = Vec::with_capacity(size.conversations);
        let ids = Ids::new(NODE + 1);
        for it in Telling::new(size, &cast) {
            if it.opens {
                matters.push(Matter {
                    id: ids.next(it.at),
                    opened_at: it.at,
                    last_at: it.at,
                    last_inbound_at: it.at,
                    first_reply_at: None,
                    last_message: it.id,
                    last_place: it.place,
                    last_direction: it.direction,
                    messages: 1,
                });
                continue;
            }
            let matter = &mut matters[it.matter];
            matter.messages += 1;
            (matter.last_at, matter.last_message) = (it.at, it.id);
            (matter.last_place, matter.last_direction) = (it.place, it.direction);
            match it.direction {
                Direction::Inbound => matter.last_inbound_at = it.at,
                Direction::Outbound => {
                    matter.first_reply_at.get_or_insert(it.at);
                }
                Direction::Note => {}
            }
        }
        Self { size, cast, words: Words::new(), matters }
    }

    /// How many conversations there will be.
    pub fn conversations(&self) -> usize {
        self.matters.len()
    }

    /// The messages in the order of time, so many at once.
    pub fn chunks(self: &Arc<Self>, each: usize) -> impl Iterator<Item = Chunk> {
        let mut telling = Telling::new(self.size, &self.cast);
        let plan = self.clone();
        std::iter::from_fn(move || {
            let events: Vec<Event> = telling.by_ref().take(each).collect();
            (!events.is_empty()).then(|| plan.chunk(&events))
        })
    }

    fn chunk(&self, events: &[Event]) -> Chunk {
        let mut terms = HashMap::new();
        let messages = events.iter().map(|it| self.message(*it, &mut terms)).collect();
        Chunk { messages, terms }
    }

    fn message(&self, it: Event, terms: &mut HashMap<String, i64>) -> Ready {
        let (matter, who) = (&self.matters[it.matter], self.traits(it.matter));
        let (contact, account) = self.cast.contacts[who.contact];
        let agent = self.cast.agents[(who.agent + it.place % 3) % self.cast.agents.len()];
        let inbound = it.direction == Direction::Inbound;
        let text = self.text(it.place);
        let inbox = self.cast.inboxes[who.inbox];
        let tag = who.tag.map(|it| self.cast.tags[it].raw());
        let words = search::seeded(inbox, it.direction, &who.subject, &text, it.at, tag);
        for word in words.iter().collect::<HashSet<_>>() {
            match terms.get_mut(word) {
                Some(n) => *n += 1,
                None => drop(terms.insert(word.clone(), 1)),
            }
        }
        Ready {
            id: it.id,
            conversation: matter.id,
            opens: it.opens.then(|| inbox.to_string()),
            direction: it.direction,
            agent: (!inbound).then_some(agent.raw()),
            contact: inbound.then_some(contact.raw()),
            of_contact: contact.raw(),
            account,
            text,
            at: it.at,
            words,
        }
    }

    pub(super) fn text(&self, place: usize) -> String {
        self.words.message(&mut Dice::new(self.size.seed ^ 0x7e87, place as u64))
    }

    pub(super) fn preview(&self, matter: &Matter) -> String {
        fold::one_line(&self.text(matter.last_place), 160)
    }

    /// What follows from a matter's number alone.
    pub(super) fn traits(&self, n: usize) -> Traits {
        let mut dice = Dice::new(self.size.seed ^ 0x7417, n as u64);
        let active = (self.matters.len() / 8).clamp(1, MOST_ACTIVE);
        let category = match (n + active >= self.matters.len(), dice.below(100)) {
            (true, 0..25) => Category::New,
            (true, 25..70) => Category::Open,
            (true, 70..85) => Category::WaitingCustomer,
            (true, 85..90) => Category::WaitingThirdParty,
            (true, _) => Category::Snoozed,
            (false, 0..70) => Category::Closed,
            (false, 70..97) => Category::Resolved,
            (false, _) => Category::Spam,
        };
        Traits {
            category,
            contact: dice.below(self.cast.contacts.len()),
            inbox: dice.zipf(self.cast.inboxes.len()),
            agent: dice.below(self.cast.agents.len()),
            tag: (dice.below(3) == 0).then(|| dice.zipf(self.cast.tags.len())),
            priority: [1, 2, 2, 2, 2, 2, 2, 2, 3, 4][dice.below(10)],
            subject: self.words.subject(&mut dice),
        }
    }
}

/// A conversation's own.
pub(super) struct Traits {
    pub category: Category,
    pub contact: usize,
    pub inbox: usize,
    pub agent: usize,
    pub tag: Option<usize>,
    pub priority: i64,
    pub subject: String,
}

/// A message with its words, ready to be written.
pub(super) struct Ready {
    pub id: i64,
    pub conversation: i64,
    /// The inbox as the journal names it, if it opens its conversation.
    pub opens: Option<String>,
    pub direction: Direction,
    pub agent: Option<i64>,
    pub contact: Option<i64>,
    pub of_contact: i64,
    pub account: i64,
    pub text: String,
    pub at: Timestamp,
    pub words: Vec<String>,
}

/// Messages that are written together.
pub struct Chunk {
    pub(super) messages: Vec<Ready>,
    /// How many of them have each word.
    pub terms: HashMap<String, i64>,
}

impl Chunk {
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}
