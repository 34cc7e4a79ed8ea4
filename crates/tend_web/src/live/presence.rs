//! Who looks at a conversation, and who types. Pages say it again every so often;
//! who does not is gone.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use tend_core::{
    agents::{AgentId, Me},
    conversations::ConversationId,
    live::Standing,
};

/// How long one counts as looking without saying so again.
const LOOKS: SignedDuration = SignedDuration::from_secs(45);
/// How long one counts as typing.
const TYPES: SignedDuration = SignedDuration::from_secs(8);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Looking,
    Typing,
    Gone,
}

impl std::str::FromStr for Doing {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "looking" => Ok(Self::Looking),
            "typing" => Ok(Self::Typing),
            "gone" => Ok(Self::Gone),
            _ => Err("looking, typing or gone"),
        }
    }
}

/// Somebody at a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Here {
    pub agent: AgentId,
    pub name: String,
    pub types: bool,
}

#[derive(Default)]
pub(super) struct Presence {
    places: Mutex<HashMap<ConversationId, Place>>,
}

struct Place {
    standing: Standing,
    people: HashMap<AgentId, Person>,
}

#[derive(Clone)]
struct Person {
    name: String,
    looks_until: Timestamp,
    types_until: Timestamp,
}

impl Person {
    fn is_typing(&self, now: Timestamp) -> bool {
        self.types_until > now
    }
}

impl Presence {
    /// Says whether anything looks different now.
    pub fn set(
        &self,
        at: ConversationId,
        me: &Me,
        standing: &Standing,
        doing: Doing,
        now: Timestamp,
    ) -> bool {
        let mut places = self.places();
        let empty = || Place { standing: standing.clone(), people: HashMap::new() };
        let place = places.entry(at).or_insert_with(empty);
        place.standing = standing.clone();
        let before = place.people.get(&me.id).map(|it| it.is_typing(now));
        if doing == Doing::Gone {
            place.people.remove(&me.id);
            let is_empty = place.people.is_empty();
            if is_empty {
                places.remove(&at);
            }
            return before.is_some();
        }
        let types_until = match doing {
            Doing::Typing => now + TYPES,
            _ => Timestamp::UNIX_EPOCH,
        };
        let name = me.name.clone();
        place.people.insert(me.id, Person { name, looks_until: now + LOOKS, types_until });
        before != Some(doing == Doing::Typing)
    }

    pub fn others(&self, at: ConversationId, me: AgentId, now: Timestamp) -> Vec<Here> {
        let places = self.places();
        let Some(place) = places.get(&at) else { return Vec::new() };
        let here = |(agent, it): (&AgentId, &Person)| Here {
            agent: *agent,
            name: it.name.clone(),
            types: it.is_typing(now),
        };
        let still = |it: &(&AgentId, &Person)| *it.0 != me && it.1.looks_until > now;
        let mut others: Vec<Here> = place.people.iter().filter(still).map(here).collect();
        others.sort_by(|a, b| (&a.name, a.agent).cmp(&(&b.name, b.agent)));
        others
    }

    /// Forgets those whose time is over; the places where that is news.
    pub fn forget(&self, now: Timestamp) -> Vec<(ConversationId, Standing)> {
        let mut news = Vec::new();
        self.places().retain(|at, place| {
            let before = place.people.len();
            place.people.retain(|_, it| it.looks_until > now);
            let mut changed = place.people.len() != before;
            for it in place.people.values_mut() {
                if it.types_until <= now && it.types_until > Timestamp::UNIX_EPOCH {
                    changed = true;
                    it.types_until = Timestamp::UNIX_EPOCH;
                }
            }
            if changed {
                news.push((*at, place.standing.clone()));
            }
            !place.people.is_empty()
        });
        news
    }

    fn places(&self) -> MutexGuard<'_, HashMap<ConversationId, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
