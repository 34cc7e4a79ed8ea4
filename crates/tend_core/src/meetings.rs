//! Meetings with customers: somebody of us writes down that there was one, with whom, and what
//! came of it. It is told on the timeline of the account, and may begin campaigns.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, id, row};

use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{AgentId, Me, Permission},
    contacts::{self, ContactId},
    error::invalid,
    fold,
    journal::{self, Change, MeetingHeld, Subject},
};

id!(MeetingId, "mtg");

/// People of one meeting, at most.
const MOST_PEOPLE: usize = 50;
/// So many are shown of an account.
const MOST: i64 = 100;

row! {
    /// A meeting.
    #[derive(PartialEq)]
    pub struct Meeting {
        pub id: MeetingId,
        pub account_id: AccountId,
        pub title: String,
        /// What came of it.
        pub note: String,
        pub happened_at: Timestamp,
        /// Who wrote it down.
        pub by_id: AgentId,
        /// Their name.
        pub by: String,
    }
}

row! {
    /// Who of the customer was there.
    #[derive(PartialEq)]
    pub struct Present {
        pub contact_id: ContactId,
        pub name: String,
    }
}

/// What is written down.
#[derive(Clone, Debug)]
pub struct NewMeeting {
    pub title: String,
    pub note: String,
    pub happened_at: Timestamp,
    pub people: Vec<ContactId>,
}

/// Writes a meeting down.
///
/// # Errors
/// Invalid under `title`, `happened_at` or `people`: without a title, in the future, with nobody
/// of the account or with somebody of another.
pub fn record(tx: &mut Tx, me: &Me, account: AccountId, new: &NewMeeting) -> Result<MeetingId> {
    me.require(Permission::CustomersEdit)?;
    let account = accounts::find_visible(tx, me, account)?.id;
    let title = fold::one_line(&new.title, 200);
    if title.is_empty() {
        return Err(invalid("title", "Say what it was about."));
    }
    let now = tx.now();
    // Clocks differ a little.
    if new.happened_at.duration_since(now) > SignedDuration::from_mins(5) {
        return Err(invalid("happened_at", "Write down a meeting once it took place."));
    }
    if new.people.is_empty() || new.people.len() > MOST_PEOPLE {
        return Err(invalid("people", "Say who was there: 1 to 50 people of the account."));
    }
    let mut people = Vec::new();
    for id in &new.people {
        let it = contacts::find_visible(tx, me, *id)?;
        if it.account_id != account {
            return Err(invalid("people", format!("{} belongs to another account.", it.name)));
        }
        if !people.contains(&it.id) {
            people.push(it.id);
        }
    }
    let id = MeetingId::new(tx);
    tx.execute(
        "INSERT INTO meetings (id, account_id, title, note, happened_at, by_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            account.into(),
            title.as_str().into(),
            fold::shorten(new.note.trim(), 10_000).into(),
            new.happened_at.into(),
            me.id.into(),
            now.into(),
        ],
    )?;
    for contact in &people {
        let row = tx.next_id();
        tx.execute(
            "INSERT INTO meeting_people (id, meeting_id, contact_id) VALUES ($1, $2, $3)",
            &[row.into(), id.into(), (*contact).into()],
        )?;
    }
    let change = Change::MeetingHeld(MeetingHeld { meeting: id.to_string(), title });
    let alone = if people.len() == 1 { people.first().map(|it| it.raw()) } else { None };
    let subject = Subject {
        kind: "meeting",
        id: id.raw(),
        conversation: None,
        contact: alone,
        account: Some(account.raw()),
    };
    journal::record_at(tx, new.happened_at.min(now), Actor::Agent(me.id), subject, &change)?;
    Ok(id)
}

/// The meetings of an account, the newest first, each with who was there.
pub fn of_account(
    tx: &mut Tx,
    me: &Me,
    account: AccountId,
) -> Result<Vec<(Meeting, Vec<Present>)>> {
    let account = accounts::find_visible(tx, me, account)?.id;
    let all: Vec<Meeting> = tx.rows(
        "SELECT meetings.id, account_id, title, note, happened_at, by_id, agents.name AS by
         FROM meetings JOIN agents ON agents.id = by_id
         WHERE account_id = $1 ORDER BY happened_at DESC, meetings.id DESC LIMIT $2",
        &[account.into(), MOST.into()],
    )?;
    all.into_iter().map(|it| Ok((it.clone(), present(tx, it.id)?))).collect()
}

/// Who of the customer was there.
pub fn present(tx: &mut Tx, id: MeetingId) -> Result<Vec<Present>> {
    Ok(tx.rows(
        "SELECT contact_id, contacts.name FROM meeting_people
         JOIN contacts ON contacts.id = contact_id WHERE meeting_id = $1 ORDER BY meeting_people.id",
        &[id.into()],
    )?)
}
