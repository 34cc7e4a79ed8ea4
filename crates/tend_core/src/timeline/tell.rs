//! Each kind of change as a sentence.

use jiff::Timestamp;

use super::{
    Told, Who, Whom,
    names::{Names, Written, raw},
    read::{About, aspect_of},
};
use crate::{
    accounts::AccountId,
    agents::{AgentId, TeamId},
    contacts::ContactId,
    conversations::{ConversationId, Direction, MessageId},
    customer_notes::NoteId,
    journal::{Change, Entry},
};

/// How a sentence goes on after the one who did it.
#[derive(Default)]
struct Words {
    did: String,
    detail: String,
    until: Option<Timestamp>,
    says: Option<String>,
    message: Option<(MessageId, Direction)>,
    at: Option<Timestamp>,
    by_tend: bool,
}

fn words(did: impl Into<String>, detail: impl Into<String>) -> Words {
    Words { did: did.into(), detail: detail.into(), ..Words::default() }
}

pub(super) fn tell(about: &About, names: &Names, it: &Entry) -> Told {
    let words = match it.change() {
        Some(change) => of_conversation(names, it, &change)
            .or_else(|| of_customer(names, it, &change))
            .or_else(|| super::money::of(&change).map(|it| words(it.0, it.1)))
            .or_else(|| of_book(names, &change))
            .or_else(|| super::orders::of(&change).map(|it| words(it.0, it.1)))
            .or_else(|| super::health::of(&change).map(|it| words(it.0, it.1)))
            .or_else(|| super::quizzes::of(&change).map(|it| words(it.0, it.1)))
            .or_else(|| super::surveys::of(&change).map(|it| words(it.0, it.1)))
            .or_else(|| super::campaigns::of(&change).map(|it| words(it.0, it.1)))
            .unwrap_or_else(|| unknown(it)),
        None => unknown(it),
    };
    Told {
        id: it.id,
        at: words.at.unwrap_or(it.happened_at),
        kind: it.kind.clone(),
        aspect: aspect_of(it),
        who: if words.by_tend { Who::Tend } else { who(names, it) },
        did: words.did,
        whom: whom(about, names, it),
        detail: words.detail,
        until: words.until,
        says: words.says.filter(|it| !it.is_empty()),
        message: words.message,
    }
}

fn who(names: &Names, it: &Entry) -> Who {
    let id = it.actor_id.unwrap_or_default();
    let named = |from: &std::collections::HashMap<i64, String>, other: &str| {
        from.get(&id).cloned().unwrap_or_else(|| other.to_owned())
    };
    match it.actor_kind.as_str() {
        "agent" => Who::Agent(AgentId::from_raw(id), named(&names.agents, "An agent")),
        "contact" => Who::Contact(ContactId::from_raw(id), named(&names.contacts, "The customer")),
        "console" => Who::Console,
        _ => Who::Tend,
    }
}

fn whom(about: &About, names: &Names, it: &Entry) -> Whom {
    if let Some((id, matter)) =
        it.conversation_id.and_then(|id| Some((id, names.matters.get(&id)?)))
    {
        return Whom::Conversation {
            id: ConversationId::from_raw(id),
            number: matter.number,
            subject: matter.subject.clone(),
        };
    }
    match it.subject_kind.as_str() {
        "contact" if about.is_of_contact() => Whom::This("contact"),
        "contact" => {
            let name = names.contacts.get(&it.subject_id).cloned();
            Whom::Contact(
                ContactId::from_raw(it.subject_id),
                name.unwrap_or_else(|| "a contact".into()),
            )
        }
        "account" if about.is_of_contact() => {
            Whom::Account(AccountId::from_raw(it.subject_id), "their account".into())
        }
        "account" => Whom::This("account"),
        _ => Whom::This(if about.is_of_contact() { "contact" } else { "account" }),
    }
}

/// A kind that this version does not know: its own words must do.
fn unknown(it: &Entry) -> Words {
    words(format!("did “{}” to", it.kind.replace('_', " ")), "")
}

fn of_conversation(names: &Names, it: &Entry, change: &Change) -> Option<Words> {
    Some(match change {
        Change::MessageAdded { message, .. } => written(names, it, message),
        Change::ConversationAssigned { to, .. } => assigned(names, it, to.as_deref()),
        Change::ConversationTeamed { to, .. } => {
            let team = to.as_deref().and_then(|it| raw::<TeamId>(it, |it| it.raw()));
            match team.and_then(|it| names.teams.get(&it)) {
                Some(team) => words("gave", format!("to the team {team}")),
                None => words("took", "from its team"),
            }
        }
        Change::StatusChanged(it) => words("set", format!("to {}", it.to)),
        Change::PriorityChanged { to, .. } => {
            let word = ["low", "normal", "high", "urgent"].get(usize::try_from(to - 1).ok()?)?;
            words("set the priority of", format!("to {word}"))
        }
        Change::SubjectChanged { from, .. } => words("renamed", format!("from “{from}”")),
        Change::Snoozed { until } => {
            let until = until.and_then(|it| Timestamp::from_microsecond(it).ok());
            let detail = if until.is_some() { "until" } else { "until the customer writes" };
            Words { until, ..words("snoozed", detail) }
        }
        Change::Woken {} => words("woke", ""),
        Change::ConversationMerged { number, .. } => words(format!("merged #{number} into"), ""),
        Change::ConversationUnmerged { number, .. } => words(format!("took #{number} out of"), ""),
        Change::ConversationSplit { number, .. } => words(format!("split #{number} off from"), ""),
        Change::ContactExchanged { .. } => words("gave", "to another contact"),
        _ => return None,
    })
}

fn written(names: &Names, it: &Entry, message: &str) -> Words {
    let id = message.parse::<MessageId>().ok();
    let Some((id, message)) = id.and_then(|id| Some((id, names.messages.get(&id.raw())?))) else {
        return words("wrote in", "");
    };
    let matter = it.conversation_id.and_then(|id| names.matters.get(&id));
    let begins = matter.is_some_and(|it| it.opened_at == message.created_at);
    let (did, by_tend) = verb(message, begins);
    Words {
        says: Some(message.says()),
        message: Some((id, message.direction)),
        at: Some(message.created_at),
        by_tend,
        ..words(did, "")
    }
}

fn verb(it: &Written, begins: bool) -> (&'static str, bool) {
    match (it.direction, it.kind.as_str(), begins) {
        (Direction::Note, ..) => ("noted in", false),
        (Direction::Inbound, "auto_reply", _) => ("was away, says an automatic answer in", false),
        (Direction::Inbound, "bounce", _) => ("could not be reached, says a mail in", false),
        (Direction::Inbound, _, true) => ("began", false),
        (Direction::Inbound, ..) => ("wrote in", false),
        (Direction::Outbound, ..) if it.state == "cancelled" => ("took back an answer in", false),
        (Direction::Outbound, ..) if it.is_planned() => ("has an answer ready in", false),
        (Direction::Outbound, "auto_reply", _) => ("answered automatically in", true),
        (Direction::Outbound, _, true) => ("began", false),
        (Direction::Outbound, ..) => ("answered in", false),
    }
}

fn assigned(names: &Names, it: &Entry, to: Option<&str>) -> Words {
    let to = to.and_then(|it| raw::<AgentId>(it, |it| it.raw()));
    match to {
        None => words("put", "back into the queue"),
        Some(to) if it.actor_kind == "agent" && it.actor_id == Some(to) => words("took", ""),
        Some(to) => {
            let name = names.agents.get(&to).map_or("an agent", String::as_str);
            words("gave", format!("to {name}"))
        }
    }
}

fn of_customer(names: &Names, it: &Entry, change: &Change) -> Option<Words> {
    Some(match change {
        Change::ContactCreated { .. } | Change::AccountCreated { .. } => words("made", ""),
        Change::ContactChanged { fields } | Change::AccountChanged { fields } => {
            words(format!("changed the {} of", listed(fields)), "")
        }
        Change::ContactMerged { name, .. } | Change::AccountMerged { name, .. } => {
            words(format!("merged {name} into"), "")
        }
        Change::ContactUnmerged { from, .. } | Change::AccountUnmerged { from, .. }
            if is_subject(it, from) =>
        {
            words("made", "a record of its own again")
        }
        Change::ContactUnmerged { name, .. } | Change::AccountUnmerged { name, .. } => {
            words(format!("took the merge of {name} back from"), "")
        }
        Change::ContactBlocked {} => words("blocked", ""),
        Change::ContactUnblocked {} => words("unblocked", ""),
        Change::ContactMoved { from, to } => words("moved", format!("from {from} to {to}")),
        Change::IdentityAdded { of, value } => {
            words(format!("added the {} {value} to", identity(of)), "")
        }
        Change::IdentityRemoved { of, value } => {
            words(format!("removed the {} {value} from", identity(of)), "")
        }
        Change::IdentityPreferred { of, value } => {
            words(format!("made {value} the first {} of", identity(of)), "")
        }
        Change::DomainAdded { domain } => words(format!("added the domain {domain} to"), ""),
        Change::DomainRemoved { domain } => words(format!("removed the domain {domain} from"), ""),
        Change::Tagged { tag } => words("tagged", tag.as_str()),
        Change::Untagged { tag } => words(format!("took the tag {tag} off"), ""),
        Change::AttributeSet { name, to, .. } => attribute(names, it, name, to),
        Change::NoteAdded { note } => noted(names, "wrote a note on", note),
        Change::NoteChanged { note } => noted(names, "changed a note on", note),
        Change::NoteRestored { note } => noted(names, "brought back a note on", note),
        Change::NoteDeleted { .. } => words("deleted a note on", ""),
        _ => return None,
    })
}

/// What is done in the book of business.
fn of_book(names: &Names, change: &Change) -> Option<Words> {
    let agent = |it: &Option<String>| {
        let id = it.as_deref().and_then(|it| raw::<AgentId>(it, |it| it.raw()))?;
        names.agents.get(&id).cloned()
    };
    let noted = |words: Words, note: &str| Words { says: Some(note.to_owned()), ..words };
    Some(match change {
        Change::AccountHandedOver { to: None, note, .. } => {
            noted(words("took", "from its owner"), note)
        }
        Change::AccountHandedOver { to, note, .. } => {
            let name = agent(to).unwrap_or_else(|| "an agent".to_owned());
            noted(words("handed", format!("over to {name}")), note)
        }
        Change::StagePassed { to: Some(to), .. } => words("put", format!("into the stage {to}")),
        Change::StagePassed { .. } => words("took", "out of its stage"),
        Change::ParentSet { name: Some(name), .. } => words("made", format!("a part of {name}")),
        Change::ParentSet { .. } => words("made", "a part of nothing else"),
        Change::RoleAdded { role } => words("noted", format!("as {}", role.to_lowercase())),
        Change::RoleRemoved { role } => {
            words("noted", format!("as {} no more", role.to_lowercase()))
        }
        Change::PersonLeft { role, why } if why == "bounced" => Words {
            by_tend: true,
            ..words("thinks that", format!("({}) left: mail comes back", role.to_lowercase()))
        },
        Change::PersonLeft { role, .. } => {
            words("noted that", format!("({}) left", role.to_lowercase()))
        }
        Change::PersonReturned {} => words("noted that", "is there after all"),
        Change::PersonSilent { role, .. } => {
            words("has heard nothing of", format!("({}) for long", role.to_lowercase()))
        }
        Change::GoalAdded { kind_of, text } => noted(words(added(kind_of), ""), text),
        Change::GoalChanged { text, .. } => noted(words("changed a goal of", ""), text),
        Change::GoalSettled { text, status, .. } => {
            let did = match status.as_str() {
                "met" => "saw a goal met at",
                "dropped" => "dropped a goal of",
                _ => "took a goal up again at",
            };
            noted(words(did, ""), text)
        }
        Change::GoalRemoved { text, .. } => noted(words("removed a goal of", ""), text),
        Change::AlertRaised(it) => {
            Words { by_tend: true, ..noted(words("called the owner of", ""), &it.why) }
        }
        Change::TaskMade { title, .. } => words(format!("made the task “{title}” for"), ""),
        Change::TaskChanged { title, .. } => words(format!("changed the task “{title}” for"), ""),
        Change::TaskDone { title, .. } => words(format!("did “{title}” for"), ""),
        Change::TaskReopened { title, .. } => words(format!("reopened the task “{title}” for"), ""),
        Change::TaskDropped { title, .. } => words(format!("dropped the task “{title}” for"), ""),
        Change::TaskCommented { title, .. } => {
            words(format!("said something on “{title}” for"), "")
        }
        _ => return None,
    })
}

fn added(kind: &str) -> &'static str {
    if kind == "pain" { "noted a pain point of" } else { "noted a goal of" }
}

/// Whether an entry is about the one with this id.
fn is_subject(it: &Entry, id: &str) -> bool {
    let contact = id.parse::<ContactId>().map(|it| it.raw());
    let account = id.parse::<AccountId>().map(|it| it.raw());
    contact == Ok(it.subject_id) || account == Ok(it.subject_id)
}

fn attribute(names: &Names, it: &Entry, name: &str, to: &str) -> Words {
    let about = match it.subject_kind.as_str() {
        "account" => "account",
        "conversation" => "conversation",
        _ => "contact",
    };
    let label = names.labels.get(&(about, name.to_owned())).map_or(name, String::as_str);
    match to {
        "" => words(format!("cleared {label} of"), ""),
        to => words(format!("set {label} of"), format!("to {}", crate::fold::one_line(to, 100))),
    }
}

fn noted(names: &Names, did: &str, note: &str) -> Words {
    let id = raw::<NoteId>(note, |it| it.raw());
    match id.and_then(|it| names.notes.get(&it)) {
        Some(says) => Words { says: Some(says.clone()), ..words(did, "") },
        None => words(did, "that was deleted since"),
    }
}

fn identity(kind: &str) -> &str {
    match kind {
        "email" => "address",
        "phone" => "number",
        "external" => "user id",
        "visitor" => "visitor",
        _ => "handle",
    }
}

/// `name, title and time zone`.
fn listed(fields: &[String]) -> String {
    let words: Vec<_> = fields.iter().map(|it| it.replace('_', " ")).collect();
    match words.as_slice() {
        [] => "record".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
