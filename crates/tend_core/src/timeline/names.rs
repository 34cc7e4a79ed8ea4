use std::collections::HashMap;

use jiff::Timestamp;
use tend_store::{FromRow, Tx, Value, placeholders, row};

use super::read::About;
use crate::{
    Result, attributes,
    conversations::{self, Direction, MessageId},
    fold,
    html::Html,
    journal::{Change, Entry},
};

row! {
    pub(super) struct Matter {
        id: i64,
        pub number: i64,
        pub subject: String,
        pub opened_at: Timestamp,
    }
}

row! {
    pub(super) struct Written {
        id: i64,
        pub direction: Direction,
        pub kind: String,
        pub state: String,
        send_at: Option<Timestamp>,
        pub created_at: Timestamp,
        start: String,
        quote_at: Option<i64>,
    }
}

impl Written {
    /// It was written to leave at another time, and that has not come.
    pub fn is_planned(&self) -> bool {
        let later = |at: Timestamp| at > self.created_at + conversations::UNDO;
        self.state == "queued" && self.send_at.is_some_and(later)
    }

    /// The start of it, on one line.
    pub fn says(&self) -> String {
        let end = self.quote_at.and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
        let own: String = self.start.chars().take(end).collect();
        fold::one_line(&own, 240)
    }
}

row! {
    struct Named {
        id: i64,
        name: String,
    }
}

row! {
    struct Noted {
        id: i64,
        html: String,
    }
}

/// All that the entries of one page speak of, each looked up once.
#[derive(Default)]
pub(super) struct Names {
    pub agents: HashMap<i64, String>,
    pub teams: HashMap<i64, String>,
    pub contacts: HashMap<i64, String>,
    pub matters: HashMap<i64, Matter>,
    pub messages: HashMap<i64, Written>,
    /// What a note says; one that was deleted is not among them.
    pub notes: HashMap<i64, String>,
    /// Labels, by what they are about and their names.
    pub labels: HashMap<(&'static str, String), String>,
}

impl Names {
    pub fn of(tx: &mut Tx, about: &About, entries: &[Entry]) -> Result<Self> {
        let mut ids = Ids::default();
        entries.iter().for_each(|it| ids.add(it));
        if !about.is_of_contact() {
            ids.contacts.extend(entries.iter().filter_map(|it| it.contact_id));
            let contacts = entries.iter().filter(|it| it.subject_kind == "contact");
            ids.contacts.extend(contacts.map(|it| it.subject_id));
        }
        let named = |it: Named| (it.id, it.name);
        let mut names = Self {
            agents: map(tx, "SELECT id, name FROM agents", ids.agents, named)?,
            teams: map(tx, "SELECT id, name FROM teams", ids.teams, named)?,
            contacts: map(tx, "SELECT id, name FROM contacts", ids.contacts, named)?,
            matters: map(
                tx,
                "SELECT id, number, subject, opened_at FROM conversations",
                ids.matters,
                |it: Matter| (it.id, it),
            )?,
            messages: map(
                tx,
                "SELECT id, direction, kind, state, send_at, created_at, quote_at,
                     substr(text, 1, 600) AS start FROM messages",
                ids.messages,
                |it: Written| (it.id, it),
            )?,
            ..Self::default()
        };
        let sql = "SELECT id, html FROM customer_notes";
        let says = |it: Noted| (it.id, fold::one_line(&Html::stored(it.html).to_text(), 240));
        names.notes = map_where(tx, sql, "deleted_at IS NULL", ids.notes, says)?;
        if ids.attributes {
            for about in attributes::About::ALL {
                for it in attributes::definitions(tx, *about)? {
                    names.labels.insert((about.word(), it.name), it.label);
                }
            }
        }
        Ok(names)
    }
}

#[derive(Default)]
struct Ids {
    agents: Vec<i64>,
    teams: Vec<i64>,
    contacts: Vec<i64>,
    matters: Vec<i64>,
    messages: Vec<i64>,
    notes: Vec<i64>,
    attributes: bool,
}

impl Ids {
    fn add(&mut self, it: &Entry) {
        match it.actor_kind.as_str() {
            "agent" => self.agents.extend(it.actor_id),
            "contact" => self.contacts.extend(it.actor_id),
            _ => {}
        }
        self.matters.extend(it.conversation_id);
        match it.change() {
            Some(Change::MessageAdded { message, .. }) => {
                self.messages.extend(message.parse::<MessageId>().ok().map(|it| it.raw()));
            }
            Some(Change::ConversationAssigned { to: Some(to), .. }) => {
                self.agents.extend(raw::<crate::agents::AgentId>(&to, |it| it.raw()));
            }
            Some(Change::AccountHandedOver { to: Some(to), .. }) => {
                self.agents.extend(raw::<crate::agents::AgentId>(&to, |it| it.raw()));
            }
            Some(Change::ConversationTeamed { to: Some(to), .. }) => {
                self.teams.extend(raw::<crate::agents::TeamId>(&to, |it| it.raw()));
            }
            Some(
                Change::NoteAdded { note }
                | Change::NoteChanged { note }
                | Change::NoteRestored { note },
            ) => {
                self.notes.extend(raw::<crate::customer_notes::NoteId>(&note, |it| it.raw()));
            }
            Some(Change::AttributeSet { .. }) => self.attributes = true,
            _ => {}
        }
    }
}

/// The number of an id's text.
pub(super) fn raw<T: std::str::FromStr>(text: &str, number: impl Fn(T) -> i64) -> Option<i64> {
    text.parse().ok().map(number)
}

fn map<R: FromRow, T>(
    tx: &mut Tx,
    select: &str,
    ids: Vec<i64>,
    pair: impl Fn(R) -> (i64, T),
) -> Result<HashMap<i64, T>> {
    map_where(tx, select, "TRUE", ids, pair)
}

fn map_where<R: FromRow, T>(
    tx: &mut Tx,
    select: &str,
    condition: &str,
    mut ids: Vec<i64>,
    pair: impl Fn(R) -> (i64, T),
) -> Result<HashMap<i64, T>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!("{select} WHERE {condition} AND id IN ({})", placeholders(1, ids.len()));
    let args: Vec<Value> = ids.into_iter().map(Value::from).collect();
    let rows: Vec<R> = tx.rows(&sql, &args)?;
    Ok(rows.into_iter().map(pair).collect())
}
