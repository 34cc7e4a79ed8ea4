//! How customers say what they want to hear of: a link that nobody can guess or forge, with no
//! address in it, and that works for ever.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tend_store::Tx;

use super::{
    facts::ALL,
    limits::{self, Limits},
};
use crate::{
    Result,
    actor::Actor,
    contacts::{self, ContactId},
    error::not_found,
    journal::{self, Change, ConsentSaid},
    outreach::consents::{self, How, MARKETING, SURVEY},
    secrets::Keys,
};

const PURPOSE: &str = "unsubscribe";
/// Bytes of the proof: nobody guesses one of 2^128.
const PROOF: usize = 16;

/// Whose link it is, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    pub contact: ContactId,
    /// `marketing`, `all`, or a topic of the company's own.
    pub topic: String,
}

impl Behind {
    /// It is the link of a message that was sent to try it: nobody's, and nothing is kept.
    pub fn is_trial(&self) -> bool {
        self.contact == nobody()
    }
}

/// No contact has this id.
fn nobody() -> ContactId {
    ContactId::from_raw(0)
}

/// The text of a link in a message that is sent to try it.
pub(super) fn of_trial(keys: &Keys, topic: &str) -> String {
    token(keys, nobody(), topic)
}

/// The text of a link.
pub fn token(keys: &Keys, contact: ContactId, topic: &str) -> String {
    let mut bytes = contact.raw().to_be_bytes().to_vec();
    bytes.extend_from_slice(topic.as_bytes());
    let proof = keys.mac(PURPOSE, &bytes);
    bytes.extend_from_slice(&proof[..PROOF]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is behind a link; NotFound for one that we did not make.
pub fn behind(keys: &Keys, token: &str) -> Result<Behind> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|it| it.len() <= 400);
    let read = bytes.and_then(|bytes| {
        let (said, proof) = bytes.split_at_checked(bytes.len().checked_sub(PROOF)?)?;
        verify_slices_are_equal(&keys.mac(PURPOSE, said)[..PROOF], proof).ok()?;
        let (id, topic) = said.split_first_chunk::<8>()?;
        let topic = String::from_utf8(topic.to_vec()).ok()?;
        Some(Behind { contact: ContactId::from_raw(i64::from_be_bytes(*id)), topic })
    });
    read.ok_or(not_found("link"))
}

const SUBJECT: &str = "unsubscribe ";

/// The subject of a mail that declines: mail programs write it by themselves.
pub fn subject(token: &str) -> String {
    format!("{SUBJECT}{token}")
}

/// What a mail declines by its subject; nothing for one that says anything else, or that holds no
/// proof of ours. Whoever sends it: the proof is in the subject, and not in an address.
pub fn by_mail(keys: &Keys, subject: &str) -> Option<Behind> {
    let (word, token) = subject.trim().split_at_checked(SUBJECT.len())?;
    let token = token.trim();
    (word.eq_ignore_ascii_case(SUBJECT) && !token.is_empty()).then(|| behind(keys, token).ok())?
}

/// What somebody can choose.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Each topic with its name for people, and whether they get it now.
    pub topics: Vec<Choice>,
    /// They get nothing that nobody waits for.
    pub is_off: bool,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub topic: String,
    pub name: String,
    pub is_on: bool,
}

/// What a topic is called where customers read it.
pub fn name_of(topic: &str) -> String {
    match topic {
        MARKETING => "News and offers".to_owned(),
        SURVEY => "Surveys".to_owned(),
        ALL => "All messages".to_owned(),
        other => other.to_owned(),
    }
}

/// What somebody chose up to now.
pub fn preferences(tx: &mut Tx, contact: ContactId) -> Result<Preferences> {
    // Who was merged is found under the one that stayed.
    let contact = if contact == nobody() { contact } else { contacts::find(tx, contact)?.id };
    let Limits { topics: own, needs_consent, .. } = limits::limits(tx)?;
    let marketing = consents::given(tx, contact, MARKETING)?;
    let mut topics = Vec::new();
    for topic in [MARKETING.to_owned(), SURVEY.to_owned()].into_iter().chain(own) {
        let unsaid = match topic.as_str() {
            SURVEY => true,
            MARKETING => !needs_consent,
            _ => marketing.unwrap_or(!needs_consent),
        };
        let is_on = consents::given(tx, contact, &topic)?.unwrap_or(unsaid);
        topics.push(Choice { name: name_of(&topic), topic, is_on });
    }
    let is_off = consents::given(tx, contact, ALL)? == Some(false);
    Ok(Preferences { topics, is_off })
}

/// Somebody declines a topic. Doing it twice is doing it once.
pub fn decline(tx: &mut Tx, it: &Behind, how: How) -> Result<()> {
    if it.is_trial() {
        return Ok(());
    }
    say(tx, it.contact, &it.topic, false, how)
}

/// Somebody says what they want: the topics that stay on, or none of all.
pub fn choose(tx: &mut Tx, contact: ContactId, on: &[String], all_off: bool) -> Result<()> {
    if contact == nobody() {
        return Ok(());
    }
    let now = preferences(tx, contact)?;
    if all_off || now.is_off {
        say(tx, contact, ALL, !all_off, How::Page)?;
    }
    for it in now.topics.iter().filter(|_| !all_off) {
        let wants = on.contains(&it.topic);
        if wants != it.is_on {
            say(tx, contact, &it.topic, wants, How::Page)?;
        }
    }
    Ok(())
}

/// Writes down what somebody said, and tells their timeline if it is new.
pub fn say(tx: &mut Tx, contact: ContactId, topic: &str, given: bool, how: How) -> Result<()> {
    let it = contacts::find(tx, contact)?;
    if consents::set(tx, it.id, topic, given, how)? {
        let change = Change::ConsentSaid(ConsentSaid { topic: name_of(topic), given });
        journal::record(tx, Actor::Contact(it.id), it.subject_of_journal(), &change)?;
    }
    Ok(())
}
