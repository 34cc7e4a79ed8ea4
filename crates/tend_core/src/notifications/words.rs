//! In which words an agent is told, outside of Tend.

use tend_store::{Tx, row};

use super::telling::{About, Told};
use crate::{Result, conversations::MessageId, fold, settings};

/// How much a browser's notification shows: others may read it over one's shoulder, or on the
/// locked screen of a telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// That something happened, and the conversation's number.
    Little,
    /// Who did it, and the subject.
    Subject,
    /// And how the message begins.
    Text,
}

impl Shows {
    pub const ALL: [Self; 3] = [Self::Little, Self::Subject, Self::Text];

    /// The text of the setting.
    pub fn word(self) -> &'static str {
        match self {
            Self::Little => "little",
            Self::Subject => "subject",
            Self::Text => "text",
        }
    }

    pub fn means(self) -> &'static str {
        match self {
            Self::Little => "That something happened, and the number",
            Self::Subject => "Who did it, and the subject",
            Self::Text => "Who did it, the subject, and how the message begins",
        }
    }

    /// As the company chose; the subject, if it did not.
    pub fn chosen(tx: &mut Tx) -> Result<Self> {
        let word = settings::get_or(tx, settings::PUSH_SHOWS, "")?;
        Ok(Self::ALL.into_iter().find(|it| it.word() == word).unwrap_or(Self::Subject))
    }
}

/// One sentence; `who` is nobody in particular when it is empty.
pub(super) fn sentence(kind: &str, who: &str) -> String {
    let who = if who.is_empty() { "Somebody" } else { who };
    match kind {
        "assigned" => format!("{who} gave you a conversation."),
        "mentioned" => format!("{who} mentioned you in a note."),
        "replied" => format!("{who} answered in a conversation of yours."),
        "woken" => "A snoozed conversation of yours is back.".to_owned(),
        "failed" => "A message of yours could not be delivered.".to_owned(),
        "task" => format!("{who} gave you a task."),
        "handed_over" => format!("{who} handed an account over to you."),
        "left" => "A key person has left an account of yours.".to_owned(),
        "silent" => "Nothing is heard of a key person at an account of yours.".to_owned(),
        "at_risk" => "An account of yours is at risk.".to_owned(),
        "remedy_asked" => format!("{who} asks you to approve a remedy."),
        "remedy_settled" => "A remedy that you asked for goes on.".to_owned(),
        _ => format!("{who} wrote in a conversation that you follow."),
    }
}

row! {
    struct Said {
        text: String,
        quote_at: Option<i64>,
    }
}

/// Title and text of a browser's notification.
pub(super) fn of_push(tx: &mut Tx, told: &Told, about: &About) -> Result<(String, String)> {
    let shows = Shows::chosen(tx)?;
    let who = if shows == Shows::Little { "" } else { &told.actor };
    let title = sentence(&told.kind, who).trim_end_matches('.').to_owned();
    if shows == Shows::Little {
        return Ok((title, about.number.clone()));
    }
    let mut text = about.line(&told.detail);
    if let (Shows::Text, Some(message)) = (shows, told.message_id) {
        text.push_str(&beginning(tx, message)?);
    }
    Ok((fold::one_line(&title, 120), text))
}

/// The first words of a message, on a line of their own.
fn beginning(tx: &mut Tx, message: MessageId) -> Result<String> {
    let sql = "SELECT text, quote_at FROM messages WHERE id = $1";
    let Some(said): Option<Said> = tx.maybe(sql, &[message.into()])? else {
        return Ok(String::new());
    };
    let own = said.quote_at.and_then(|it| usize::try_from(it).ok()).unwrap_or(usize::MAX);
    let text: String = said.text.chars().take(own.min(1000)).collect();
    let text = fold::one_line(&text, 160);
    Ok(if text.is_empty() { text } else { format!("\n{text}") })
}
