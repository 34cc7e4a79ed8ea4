use jiff::Timestamp;
use tend_store::{Tx, Value};

use super::{Aspect, Told, names::Names, tell::tell};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
    contacts::{self, ContactId},
    conversations::list::{Where, visible_to},
    journal::{COLUMNS, Entry},
    page::{Cursor, Page},
};

/// One page looks at no more entries than this; it may then be short, and says where to go on.
const MOST_LOOKED_AT: usize = 3000;

/// What a timeline is about, with all ids that lead to it.
pub(super) struct About {
    /// `contact_id` or `account_id`.
    pub column: &'static str,
    pub family: Vec<i64>,
}

impl About {
    pub fn is_of_contact(&self) -> bool {
        self.column == "contact_id"
    }
}

/// What happened with a contact, newest first; also with those that were merged into it.
///
/// A page may hold fewer lines than asked for, or none, and still say where the next begins:
/// what one asks for lies further back then.
///
/// # Errors
/// NotFound for an agent whose role does not let them see customers.
pub fn of_contact(
    tx: &mut Tx,
    me: &Me,
    id: ContactId,
    aspect: Aspect,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Told>> {
    let id = contacts::find_visible(tx, me, id)?.id.raw();
    let family = family(tx, "SELECT id FROM contacts WHERE merged_into = $1", id)?;
    page(tx, me, &About { column: "contact_id", family }, aspect, from, limit)
}

/// What happened with an account and its people, newest first; see [`of_contact`].
pub fn of_account(
    tx: &mut Tx,
    me: &Me,
    id: AccountId,
    aspect: Aspect,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Told>> {
    let id = accounts::find_visible(tx, me, id)?.id.raw();
    let family = family(tx, "SELECT id FROM accounts WHERE merged_into = $1", id)?;
    page(tx, me, &About { column: "account_id", family }, aspect, from, limit)
}

/// An id and all that were merged into it, directly or not.
fn family(tx: &mut Tx, children: &str, id: i64) -> Result<Vec<i64>> {
    let mut all = vec![id];
    let mut at = 0;
    while at < all.len() && all.len() < 500 {
        all.extend(tx.column::<i64>(children, &[all[at].into()])?);
        at += 1;
    }
    Ok(all)
}

fn page(
    tx: &mut Tx,
    me: &Me,
    about: &About,
    aspect: Aspect,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Told>> {
    let limit = limit.clamp(1, 200);
    let (mut found, mut before, mut looked_at) = (Vec::new(), from, 0);
    let next = 'looking: loop {
        let (entries, more) = batch(tx, me, about, before, (limit * 4).clamp(60, 400))?;
        let said = if aspect == Aspect::Everything { said(&entries) } else { Vec::new() };
        for it in entries {
            let wanted = wanted(&it, aspect)
                && !goes_without_saying(&it, &said)
                && (!matches!(it.kind.as_str(), "order_moved" | "remedy_moved")
                    || me.may(Permission::OrdersRead));
            if wanted && found.len() == limit {
                break 'looking before;
            }
            looked_at += 1;
            before = Some(Cursor { key: it.happened_at.as_microsecond(), id: it.id.raw() });
            if wanted {
                found.push(it);
            }
        }
        match (more, looked_at > MOST_LOOKED_AT) {
            (false, _) => break None,
            (true, true) => break before,
            (true, false) => {}
        }
    };
    let names = Names::of(tx, about, &found)?;
    let items = found.iter().map(|it| tell(about, &names, it)).collect();
    Ok(Page { items, next })
}

/// Who answers takes the conversation, and it changes its status: beside the answer, that goes
/// without saying. Where only work is shown, it is shown.
fn goes_without_saying(it: &Entry, said: &[(Option<i64>, Timestamp)]) -> bool {
    let follows = ["status_changed", "conversation_assigned"].contains(&it.kind.as_str());
    follows && said.contains(&(it.conversation_id, it.happened_at))
}

/// Where and when something was written, among these.
fn said(entries: &[Entry]) -> Vec<(Option<i64>, Timestamp)> {
    let messages = entries.iter().filter(|it| it.kind == "message_added");
    messages.map(|it| (it.conversation_id, it.happened_at)).collect()
}

/// The next entries before a place, and whether there are more. What belongs to a conversation
/// that the agent may not see is left out before anybody counts.
fn batch(
    tx: &mut Tx,
    me: &Me,
    about: &About,
    before: Option<Cursor>,
    size: usize,
) -> Result<(Vec<Entry>, bool)> {
    let mut all: Vec<(Entry, bool)> = Vec::new();
    // Below this nothing is complete yet: another id of the family still has entries there.
    let mut horizon: Option<(Timestamp, i64)> = None;
    for id in &about.family {
        let some = of_one(tx, me, about.column, *id, before, size)?;
        if let Some((last, _)) = some.last().filter(|_| some.len() == size) {
            horizon = horizon.max(Some((last.happened_at, last.id.raw())));
        }
        all.extend(some);
    }
    all.sort_by_key(|(it, _)| std::cmp::Reverse((it.happened_at, it.id.raw())));
    if let Some(end) = horizon {
        all.retain(|(it, _)| (it.happened_at, it.id.raw()) >= end);
    }
    // The last one stays also unseen, as the place where the next batch begins.
    Ok((all.into_iter().map(|(it, seen)| unless_hidden(it, seen)).collect(), horizon.is_some()))
}

/// What may not be seen keeps its place and loses all that it says.
fn unless_hidden(mut it: Entry, seen: bool) -> Entry {
    if !seen {
        it.kind = String::new();
        it.data = String::new();
    }
    it
}

fn of_one(
    tx: &mut Tx,
    me: &Me,
    column: &'static str,
    id: i64,
    before: Option<Cursor>,
    size: usize,
) -> Result<Vec<(Entry, bool)>> {
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    all.and(&format!("{column} = ?"), [id.into()]);
    if let Some(at) = before {
        all.and("(happened_at, id) < (?, ?)", [at.key.into(), at.id.into()]);
    }
    let inner = all.sql.clone();
    all.sql = String::from("TRUE");
    visible_to(me, &mut all);
    let columns: Vec<_> = COLUMNS.split(", ").map(|it| format!("recent.{it}")).collect();
    let sql = format!(
        "SELECT {}, recent.conversation_id IS NULL OR COALESCE(({}), FALSE) AS is_seen
         FROM (SELECT {COLUMNS} FROM journal WHERE {inner}
               ORDER BY happened_at DESC, id DESC LIMIT ${}) AS recent
         LEFT JOIN conversations ON conversations.id = recent.conversation_id
         ORDER BY recent.happened_at DESC, recent.id DESC",
        columns.join(", "),
        all.sql,
        all.args.len() + 1,
    );
    all.args.push(Value::from(size));
    let mut rows: Vec<tend_store::Row> = tx.rows(&sql, &all.args)?;
    let read = |row: &mut tend_store::Row| -> Result<(Entry, bool)> {
        let is_seen = row.get("is_seen")?;
        Ok((<Entry as tend_store::FromRow>::from_row(row)?, is_seen))
    };
    rows.iter_mut().map(read).collect()
}

/// What machines tell each other, and what the message itself says better.
const NOISE: [&str; 7] = [
    "conversation_opened",
    "message_state_changed",
    "message_edited",
    "followed",
    "unfollowed",
    "auto_reply_withheld",
    "conversation_deleted",
];

fn wanted(it: &Entry, aspect: Aspect) -> bool {
    // What a customer's message does to the status, they did not do.
    let by_itself = it.kind == "status_changed" && it.actor_kind == "contact";
    let told = !it.kind.is_empty() && !by_itself && !NOISE.contains(&it.kind.as_str());
    told && (aspect == Aspect::Everything || aspect_of(it) == aspect)
}

pub(super) fn aspect_of(it: &Entry) -> Aspect {
    match it.kind.as_str() {
        "message_added" if it.data.contains(r#""direction":"note""#) => Aspect::Notes,
        "message_added" => Aspect::Talk,
        "note_added" | "note_changed" | "note_deleted" | "note_restored" => Aspect::Notes,
        _ if it.conversation_id.is_some() => Aspect::Work,
        _ => Aspect::Record,
    }
}
