//! The slot on the company's own pages: what a campaign shows to a customer whom the company has
//! recognised there, by an address that nobody can guess.
//!
//! Whoever is to be shown something waits as an enrolment. It counts, in the ledger of all that
//! reaches a customer, from the moment in which a page says that it is before somebody's eyes:
//! [`seen`] asks the gates once more, in the transaction that writes it down.

use std::{fmt, str::FromStr};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, id, row};

use super::{
    Campaign, CampaignId, ENROLMENT, Enrolment, EnrolmentId, Standing, Step, Variant,
    enrol::{self, Running},
    facts::before,
    gates::{self, Verdict},
    letter, run, suggests,
};
use crate::{
    Error, Result,
    contacts::{self, Contact, ContactId},
    error::{conflict, not_found},
    outreach::{Channel, touches},
    secrets::Keys,
};

id!(PageMessageId, "pgm");

const PURPOSE: &str = "message slot";
/// Bytes of the proof: nobody guesses one of 2^128.
const PROOF: usize = 16;
/// The rule by which somebody waits until they come.
const RULE: &str = "page";
/// What was shown stays for so long, unless it is closed.
const STAYS: SignedDuration = SignedDuration::from_hours(24);
/// So many that wait are tried.
const MOST: i64 = 20;

/// The text of a customer's address: the same at any time, with no name in it.
pub fn token(keys: &Keys, contact: ContactId) -> String {
    let mut bytes = contact.raw().to_be_bytes().to_vec();
    let proof = keys.mac(PURPOSE, &bytes);
    bytes.extend_from_slice(&proof[..PROOF]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose address it is; NotFound for one that we did not make.
pub fn behind(keys: &Keys, token: &str) -> Result<ContactId> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let read = bytes.and_then(|bytes| {
        let (id, proof) = bytes.split_first_chunk::<8>()?;
        verify_slices_are_equal(&keys.mac(PURPOSE, id)[..PROOF], proof).ok()?;
        Some(ContactId::from_raw(i64::from_be_bytes(*id)))
    });
    read.ok_or(not_found("slot"))
}

/// Which message: the enrolment and its step, as `enr_….2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    pub enrolment: EnrolmentId,
    /// From 0.
    pub step: i64,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.enrolment, self.step)
    }
}

impl FromStr for Which {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let read = text.split_once('.').and_then(|(id, step)| {
            Some(Self { enrolment: id.parse().ok()?, step: step.parse().ok()? })
        });
        read.ok_or(not_found("message"))
    }
}

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub which: Which,
    pub title: String,
    /// Plain text; an empty line begins a paragraph.
    pub text: String,
    /// Where it leads; empty, or an address that begins with `https://`.
    pub link: String,
    pub label: String,
}

row! {
    struct Kept {
        enrolment_id: EnrolmentId,
        step: i64,
        title: String,
        text: String,
        link: String,
        label: String,
    }
}

/// What is to be shown to somebody now. Asking changes nothing.
pub fn next(tx: &mut Tx, keys: &Keys, contact: ContactId) -> Result<Option<Offer>> {
    let contact = contacts::find(tx, contact)?;
    let since = before(tx.now(), STAYS);
    let kept: Option<Kept> = tx.maybe(
        "SELECT enrolment_id, step, title, text, link, label FROM page_messages
         WHERE contact_id = $1 AND shown_at > $2 AND clicked_at IS NULL AND dismissed_at IS NULL
         ORDER BY shown_at DESC, id DESC LIMIT 1",
        &[contact.id.into(), since.into()],
    )?;
    if let Some(it) = kept {
        let which = Which { enrolment: it.enrolment_id, step: it.step };
        let Kept { title, text, link, label, .. } = it;
        return Ok(Some(Offer { which, title, text, link, label }));
    }
    let sql = "SELECT enrolments.id FROM enrolments JOIN campaigns ON campaigns.id = campaign_id
         WHERE contact_id = $1 AND enrolments.state = 'waiting' AND rule = $2
             AND campaigns.state = 'running'
         ORDER BY priority DESC, enrolments.id LIMIT $3";
    let ids: Vec<EnrolmentId> = tx.column(sql, &[contact.id.into(), RULE.into(), MOST.into()])?;
    for id in ids {
        if let Some(open) = open(tx, keys, &contact, id)? {
            return Ok(Some(open.offer));
        }
    }
    Ok(None)
}

/// Somebody who waits, with all that is needed to show it.
struct Open<'a> {
    run: Running<'a>,
    enrolment: Enrolment,
    offer: Offer,
}

/// What may be shown of this enrolment; nothing if a gate says no.
fn open<'a>(
    tx: &mut Tx,
    keys: &'a Keys,
    contact: &Contact,
    id: EnrolmentId,
) -> Result<Option<Open<'a>>> {
    let sql = format!(
        "SELECT {ENROLMENT} FROM enrolments WHERE id = $1 AND contact_id = $2
             AND state = 'waiting' AND rule = $3"
    );
    let found = tx.maybe(&sql, &[id.into(), contact.id.into(), RULE.into()])?;
    let Some(enrolment): Option<Enrolment> = found else { return Ok(None) };
    let campaign = super::save::any(tx, enrolment.campaign_id)?;
    if campaign.state != super::State::Running {
        return Ok(None);
    }
    let run = match run::as_if(tx, keys, campaign) {
        Ok(it) => it,
        Err(Error::Store(error)) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    if enrol::leaves(tx, &run, contact, &enrolment)?.is_some() {
        return Ok(None);
    }
    let facts = run.facts(tx, contact, true)?;
    let open = [gates::eligible(&facts, &run.limits), gates::timely(&facts, &run.limits)];
    if open.iter().any(|it| *it != Verdict::Go) {
        return Ok(None);
    }
    let Some(Step::Show { variants, link, label }) = step_of(&run, enrolment.step) else {
        return Ok(None);
    };
    let scope = letter::scope(tx, contact, enrolment.order_id, variants)?;
    let said = match letter::plain(variants, &contact.language, &scope) {
        Ok(it) => it,
        Err(Error::Store(error)) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let which = Which { enrolment: enrolment.id, step: enrolment.step };
    let offer =
        Offer { which, title: said.0, text: said.1, link: link.clone(), label: label.clone() };
    Ok(Some(Open { run, enrolment, offer }))
}

fn step_of<'a>(run: &'a Running<'_>, step: i64) -> Option<&'a Step> {
    usize::try_from(step).ok().and_then(|at| run.plan.steps.get(at))
}

/// A page says that it is before their eyes. Saying it again changes nothing.
///
/// # Errors
/// Conflict, when a gate says no by now: the page takes it away again, and nothing is counted.
pub fn seen(tx: &mut Tx, keys: &Keys, contact: ContactId, which: Which) -> Result<()> {
    let contact = contacts::find(tx, contact)?;
    if is_known(tx, &contact, which)? {
        return Ok(());
    }
    let found = open(tx, keys, &contact, which.enrolment)?;
    let Some(open) = found.filter(|it| it.offer.which == which) else {
        return Err(conflict("This is not shown any more."));
    };
    let (id, now) = (PageMessageId::new(tx), tx.now());
    let Offer { title, text, link, label, .. } = &open.offer;
    tx.execute(
        "INSERT INTO page_messages (id, enrolment_id, campaign_id, contact_id, step, title, text,
             link, label, shown_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            id.into(),
            which.enrolment.into(),
            open.run.campaign.id.into(),
            contact.id.into(),
            which.step.into(),
            title.as_str().into(),
            text.as_str().into(),
            link.as_str().into(),
            label.as_str().into(),
            now.into(),
        ],
    )?;
    enrol::reached(tx, &open.run, &contact, Channel::Page)?;
    if let Some(variants) = step_of(&open.run, which.step).and_then(Step::variants) {
        suggests::reached(tx, &contact, variants)?;
    }
    after_shown(tx, &open.run, open.enrolment)?;
    run::end(tx, &open.run)
}

fn is_known(tx: &mut Tx, contact: &Contact, which: Which) -> Result<bool> {
    let found: Option<PageMessageId> = tx.maybe_scalar(
        "SELECT id FROM page_messages WHERE enrolment_id = $1 AND step = $2 AND contact_id = $3",
        &[which.enrolment.into(), which.step.into(), contact.id.into()],
    )?;
    Ok(found.is_some())
}

/// They followed its link. What they did not see yet they have seen then.
pub fn clicked(tx: &mut Tx, keys: &Keys, contact: ContactId, which: Which) -> Result<()> {
    seen(tx, keys, contact, which)?;
    mark(tx, which, "UPDATE page_messages SET clicked_at = $3")
}

/// They closed it: it does not come back.
pub fn dismissed(tx: &mut Tx, keys: &Keys, contact: ContactId, which: Which) -> Result<()> {
    seen(tx, keys, contact, which)?;
    mark(tx, which, "UPDATE page_messages SET dismissed_at = $3")
}

fn mark(tx: &mut Tx, which: Which, what: &'static str) -> Result<()> {
    let now = tx.now();
    let sql = format!(
        "{what} WHERE enrolment_id = $1 AND step = $2 AND clicked_at IS NULL
             AND dismissed_at IS NULL"
    );
    tx.execute(&sql, &[which.enrolment.into(), which.step.into(), now.into()])?;
    Ok(())
}

row! {
    /// What became of what was shown.
    #[derive(PartialEq, Default)]
    pub struct Counts {
        pub shown: i64,
        pub clicked: i64,
        pub dismissed: i64,
    }
}

/// How often a campaign was seen on a page, followed and closed.
pub fn counts(tx: &mut Tx, id: CampaignId) -> Result<Counts> {
    Ok(tx.one(
        "SELECT count(*) AS shown, count(clicked_at) AS clicked, count(dismissed_at) AS dismissed
         FROM page_messages WHERE campaign_id = $1",
        &[id.into()],
    )?)
}

/// Lets somebody wait until they come to a page, unless they could never be shown it.
pub(super) fn show(
    tx: &mut Tx,
    run: &Running<'_>,
    contact: &Contact,
    it: &mut Enrolment,
    variants: &[Variant],
) -> Result<enrol::Went> {
    let (until, now) = (until(&run.campaign, it.step_at), tx.now());
    if waits(it) && now >= until {
        touches::refuse(tx, run.about(contact), "not_seen", "They did not come in time.")?;
        it.rule = "not_seen".to_owned();
        return Ok(enrol::skipped(run, it));
    }
    let facts = run.facts(tx, contact, true)?;
    if let Verdict::No { rule, why } = gates::eligible(&facts, &run.limits) {
        return enrol::refused(tx, run, contact, it, rule, &why);
    }
    let scope = letter::scope(tx, contact, it.order_id, variants)?;
    match letter::plain(variants, &contact.language, &scope) {
        Ok(_) => (it.due_at, it.rule) = (until, RULE.to_owned()),
        Err(Error::Store(error)) => return Err(error.into()),
        Err(error) => {
            let rule = suggests::rule(&error);
            touches::refuse(tx, run.about(contact), rule, &error.to_string())?;
            it.rule = rule.to_owned();
            return Ok(enrol::skipped(run, it));
        }
    }
    Ok(enrol::Went::Waits)
}

/// It was shown: they go on with what comes next.
fn after_shown(tx: &mut Tx, run: &Running<'_>, mut it: Enrolment) -> Result<()> {
    let now = tx.now();
    it.sent += 1;
    it.step += 1;
    (it.step_at, it.due_at, it.rule) = (now, now, String::new());
    if usize::try_from(it.step).is_ok_and(|at| at >= run.plan.steps.len()) {
        it.state = Standing::Sent;
    }
    enrol::put(tx, &it)
}

/// Until when somebody may come and see it.
fn until(it: &Campaign, since: Timestamp) -> Timestamp {
    let hours = if it.useless_after > 0 { it.useless_after } else { 24 * 30 };
    super::facts::after(since, SignedDuration::from_hours(hours))
}

/// Whether an enrolment waits for somebody to come.
fn waits(it: &Enrolment) -> bool {
    it.state == Standing::Waiting && it.rule == RULE
}
