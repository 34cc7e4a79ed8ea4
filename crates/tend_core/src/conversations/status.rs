use serde::{Deserialize, Serialize};
use tend_store::{FromValue, Tx, Value, id, row};

use super::{Conversation, ConversationId, find_visible};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{not_found, refused},
    jobs,
    journal::{self, Change, StatusChanged},
    surveys,
};

id!(StatusId, "sta");

/// What a status means to clocks and reports, whatever the company calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Nobody on our side has looked into it.
    New,
    /// It is our turn.
    Open,
    /// It is the customer's turn.
    WaitingCustomer,
    /// It is someone else's turn.
    WaitingThirdParty,
    /// Put away until a time, or until the customer writes.
    Snoozed,
    /// Done, as far as we know.
    Resolved,
    /// Done, and it stays so.
    Closed,
    /// Not worth an answer.
    Spam,
}

impl Category {
    /// In the order of a conversation's life.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Open,
        Self::WaitingCustomer,
        Self::WaitingThirdParty,
        Self::Snoozed,
        Self::Resolved,
        Self::Closed,
        Self::Spam,
    ];

    /// The word in tables and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::WaitingCustomer => "waiting_customer",
            Self::WaitingThirdParty => "waiting_third_party",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Spam => "spam",
        }
    }

    /// The name of the status that every company starts with.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Open => "Open",
            Self::WaitingCustomer => "Waiting on customer",
            Self::WaitingThirdParty => "Waiting on third party",
            Self::Snoozed => "Snoozed",
            Self::Resolved => "Resolved",
            Self::Closed => "Closed",
            Self::Spam => "Spam",
        }
    }

    /// Whether someone still has to do something, now or later.
    pub fn is_active(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed | Self::Spam)
    }
}

impl std::str::FromStr for Category {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.word() == text).ok_or("There is no such category.")
    }
}

impl FromValue for Category {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

impl From<Category> for Value {
    fn from(it: Category) -> Self {
        it.word().into()
    }
}

row! {
    /// A status that the company has named inside a category.
    pub struct Status {
        pub id: StatusId,
        pub name: String,
        pub category: Category,
        /// The one that the category means by itself.
        pub is_default: bool,
        pub position: i64,
    }
}

const STATUS_COLUMNS: &str = "id, name, category, is_default, position";

/// The statuses that every company starts with. Doing it twice is doing it once.
pub fn ensure_statuses(tx: &mut Tx) -> Result<()> {
    for (position, category) in Category::ALL.into_iter().enumerate() {
        let id = StatusId::new(tx);
        tx.execute(
            "INSERT INTO statuses (id, name, category, is_default, position)
             VALUES ($1, $2, $3, TRUE, $4) ON CONFLICT (name) DO NOTHING",
            &[id.into(), category.label().into(), category.into(), (position as i64).into()],
        )?;
    }
    Ok(())
}

/// All that can be chosen, in order.
pub fn statuses(tx: &mut Tx) -> Result<Vec<Status>> {
    let sql = format!(
        "SELECT {STATUS_COLUMNS} FROM statuses WHERE archived_at IS NULL ORDER BY position, id"
    );
    Ok(tx.rows(&sql, &[])?)
}

pub(super) fn default_status(tx: &mut Tx, category: Category) -> Result<StatusId> {
    row! {
        struct Found {
            id: StatusId,
        }
    }
    let sql = "SELECT id FROM statuses WHERE category = $1 AND is_default";
    let found: Option<Found> = tx.maybe(sql, &[category.into()])?;
    found.map(|it| it.id).ok_or(not_found("status"))
}

/// Gives the conversation a status. Doing it twice is doing it once.
pub fn set_status(tx: &mut Tx, by: &Me, id: ConversationId, to: StatusId) -> Result<()> {
    by.require(Permission::ConversationsUpdate)?;
    let conversation = find_visible(tx, by, id)?;
    let sql =
        format!("SELECT {STATUS_COLUMNS} FROM statuses WHERE id = $1 AND archived_at IS NULL");
    let status: Status = tx.maybe(&sql, &[to.into()])?.ok_or(not_found("status"))?;
    if status.category == Category::Snoozed {
        return Err(refused("Snooze it until a time, or until the customer writes."));
    }
    change_status(tx, Actor::Agent(by.id), &conversation, status.id, status.category)
}

/// Gives the conversation the category's own status.
pub fn set_category(tx: &mut Tx, by: &Me, id: ConversationId, to: Category) -> Result<()> {
    let status = default_status(tx, to)?;
    set_status(tx, by, id, status)
}

/// As an effect of something else: a reply, an inbound message, a timer.
pub(super) fn move_to(tx: &mut Tx, by: Actor, it: &Conversation, to: Category) -> Result<()> {
    if it.category == to {
        return Ok(());
    }
    let status = default_status(tx, to)?;
    change_status(tx, by, it, status, to)
}

pub(super) fn change_status(
    tx: &mut Tx,
    by: Actor,
    it: &Conversation,
    status: StatusId,
    category: Category,
) -> Result<()> {
    if it.status_id == status {
        return Ok(());
    }
    if it.merged_into.is_some() {
        return Err(refused("This conversation was merged into another."));
    }
    let now = tx.now();
    let is_done = matches!(category, Category::Resolved | Category::Closed);
    tx.execute(
        "UPDATE conversations SET status_id = $2, category = $3, is_active = $4, changed_at = $5,
             snoozed_until = CASE WHEN $6 THEN snoozed_until END,
             waiting_since = CASE WHEN $4 THEN waiting_since END,
             resolved_at = CASE WHEN $7 THEN COALESCE(resolved_at, $5) END,
             closed_at = CASE WHEN $8 THEN COALESCE(closed_at, $5) END
         WHERE id = $1",
        &[
            it.id.into(),
            status.into(),
            category.into(),
            category.is_active().into(),
            now.into(),
            (category == Category::Snoozed).into(),
            is_done.into(),
            (category == Category::Closed).into(),
        ],
    )?;
    if is_done && it.is_active {
        surveys::plans::resolved(tx, it)?;
    }
    if it.category == Category::Snoozed {
        jobs::cancel(tx, &super::snooze::key(it.id))?;
    }
    let names = names(tx, it.status_id, status)?;
    let change = Change::StatusChanged(StatusChanged {
        from: names.0,
        to: names.1,
        was: it.category.word().to_owned(),
        category: category.word().to_owned(),
    });
    journal::record(tx, by, it.subject_of_journal(), &change)
}

fn names(tx: &mut Tx, from: StatusId, to: StatusId) -> Result<(String, String)> {
    row! {
        struct Named {
            id: StatusId,
            name: String,
        }
    }
    let found: Vec<Named> =
        tx.rows("SELECT id, name FROM statuses WHERE id IN ($1, $2)", &[from.into(), to.into()])?;
    let name = |id| found.iter().find(|it| it.id == id).map(|it| it.name.clone());
    Ok((name(from).unwrap_or_default(), name(to).unwrap_or_default()))
}
