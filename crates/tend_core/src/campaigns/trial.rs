//! A message before it leaves: as a chosen customer would read it, and sent to oneself.

use tend_store::Tx;

use super::{
    Campaign, CampaignId, Step, Trigger, audience, dry_run, find, gates::Verdict, letter, run,
    unsubscribe,
};
use crate::{
    Error, Result,
    agents::{self, Me, Permission},
    contacts::{self, ContactId},
    error::{FieldError, invalid},
    secrets::Keys,
};

/// What a customer would read, or why nothing would leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The number of the step, from 1.
    pub step: usize,
    pub subject: String,
    pub text: String,
    /// Why it would not leave: a value is missing.
    pub problem: String,
}

/// All messages of a campaign, as this customer would read them.
pub fn preview(
    tx: &mut Tx,
    me: &Me,
    keys: &Keys,
    id: CampaignId,
    contact: ContactId,
) -> Result<Vec<Shown>> {
    let it = find(tx, me, id)?;
    let contact = contacts::find_visible(tx, me, contact)?;
    let run = run::as_if(tx, keys, it)?;
    let mut all = Vec::new();
    for (at, step) in run.plan.steps.iter().enumerate() {
        let Some(variants) = step.variants() else { continue };
        let scope = letter::scope(tx, &contact, None, variants)?;
        let Some(one) = letter::variant(variants, &contact.language) else { continue };
        let written = match step {
            Step::Show { .. } => letter::plain(variants, &contact.language, &scope),
            _ => letter::write(&run.paper(), &run.campaign, &contact, "", one, &scope)
                .map(|it| (it.subject, it.text)),
        };
        all.push(match written {
            Ok((subject, text)) => Shown { step: at + 1, subject, text, problem: String::new() },
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => Shown {
                step: at + 1,
                subject: one.subject.clone(),
                text: one.text.clone(),
                problem: sentence(&error),
            },
        });
    }
    Ok(all)
}

/// Why somebody would not get a campaign now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// The word of the rule.
    pub rule: &'static str,
    /// The same as a sentence.
    pub why: String,
    /// They would get it later.
    pub waits: bool,
}

/// Why a customer would not get a campaign, if it came to them now; nothing if they would.
pub fn held_back(
    tx: &mut Tx,
    me: &Me,
    keys: &Keys,
    id: CampaignId,
    contact: ContactId,
) -> Result<Option<HeldBack>> {
    let it = find(tx, me, id)?;
    let contact = contacts::find_visible(tx, me, contact)?;
    let run = run::as_if(tx, keys, it)?;
    // Whom a person adds is not looked for in the segment.
    let by_hand = matches!(run.plan.trigger, Some(Trigger::Hand {}));
    if !by_hand && audience::within(tx, &run, vec![contact.clone()])?.is_empty() {
        let why = "Their account is not in the segment now.".to_owned();
        return Ok(Some(HeldBack { rule: "segment", why, waits: false }));
    }
    Ok(match dry_run::verdict(tx, &run, &contact)? {
        Verdict::Go => None,
        Verdict::Wait { rule, why, .. } => Some(HeldBack { rule, why, waits: true }),
        Verdict::No { rule, why } => Some(HeldBack { rule, why, waits: false }),
    })
}

/// All messages of a campaign as they are written, without anybody's values.
pub fn said(it: &Campaign) -> Vec<Shown> {
    let of = |(at, step): (usize, &Step)| {
        step.variants()?.first().cloned().map(|it| Shown {
            step: at + 1,
            subject: it.subject,
            text: it.text,
            problem: String::new(),
        })
    };
    it.plan().steps.iter().enumerate().filter_map(of).collect()
}

fn sentence(error: &Error) -> String {
    match error {
        Error::Invalid(all) => {
            let all: Vec<&str> = all.iter().map(|it: &FieldError| it.problem.as_ref()).collect();
            all.join(" ")
        }
        other => other.to_string(),
    }
}

/// Sends its first message to oneself, with the values of a customer. No gate is asked and nothing
/// is counted; the link at its end, and the one that mail programs show, lead to a page that looks
/// as the customer's and keeps nothing.
pub fn send_to_me(
    tx: &mut Tx,
    me: &Me,
    keys: &Keys,
    id: CampaignId,
    contact: ContactId,
) -> Result<()> {
    me.require(Permission::CampaignsManage)?;
    let it = find(tx, me, id)?;
    let contact = contacts::find_visible(tx, me, contact)?;
    let run = run::as_if(tx, keys, it)?;
    let own = agents::find(tx, me.id)?;
    let all = run.plan.steps.iter().find_map(|it| match it {
        Step::Send { variants } => Some(variants.as_slice()),
        _ => None,
    });
    let all = all.ok_or(invalid("steps", "There is no mail in it: it is shown on pages."))?;
    let first = letter::variant(all, &contact.language);
    let first = first.ok_or(invalid("steps", "It needs a message."))?;
    let scope = letter::scope(tx, &contact, None, all)?;
    let mut letter =
        letter::write(&run.paper(), &run.campaign, &contact, &own.email, first, &scope)?;
    letter.to_name.clone_from(&own.name);
    letter.subject = format!("[Test] {}", letter.subject);
    let link = std::mem::take(&mut letter.unsubscribe);
    if let Some((base, token)) = link.rsplit_once('/') {
        let token = unsubscribe::of_trial(keys, &unsubscribe::behind(keys, token)?.topic);
        let nobody = format!("{base}/{token}");
        letter.text = letter.text.replace(&link, &nobody);
        letter.html = letter.html.replace(&link, &nobody);
        letter.unsubscribe_subject = unsubscribe::subject(&token);
        letter.unsubscribe = nobody;
    }
    letter::queue(tx, &run.paper(), &letter, None)
}
