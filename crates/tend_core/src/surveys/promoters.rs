//! Who is glad is asked once for a review, a testimonial or an introduction.

use tend_store::Tx;

use super::{Request, RequestId, known};
use crate::{
    Result,
    actor::Actor,
    contacts, fold,
    money::{
        advocates::{self, Kind, NewAdvocate},
        days, referrals,
    },
};

/// Of one customer so much is kept without anybody of us.
const MOST: i64 = 20;

/// What somebody offers on the page of thanks.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// What we may show, said by themselves.
    pub testimonial: String,
    /// They agree that it is shown.
    pub agrees: bool,
    /// Whom they introduce.
    pub referral: String,
}

/// Whether to ask somebody now; if so, it is written down, for nobody is asked twice.
pub fn ask_once(tx: &mut Tx, id: RequestId) -> Result<bool> {
    let it = known::any(tx, id)?;
    let survey = known::survey(tx, &it)?;
    if !survey.asks_promoters || !it.score.is_some_and(|score| it.kind.is_promoter(score)) {
        return Ok(false);
    }
    if it.promoter_asked_at.is_some() {
        return Ok(true);
    }
    let before: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS n FROM survey_requests
         WHERE contact_id = $1 AND promoter_asked_at IS NOT NULL LIMIT 1",
        &[it.contact_id.into()],
    )?;
    if before.is_some() {
        return Ok(false);
    }
    let now = tx.now();
    tx.execute(
        "UPDATE survey_requests SET promoter_asked_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    Ok(true)
}

/// Takes an offer in, of somebody who was asked. The same again is written once.
///
/// # Returns
/// Whether there was anything to take in: what may not be shown is no testimonial.
pub fn offered(tx: &mut Tx, it: &Request, offer: &Offer) -> Result<bool> {
    if it.promoter_asked_at.is_none() {
        return Ok(false);
    }
    let contact = contacts::find(tx, it.contact_id)?;
    let today = days::today(tx)?;
    let by = Actor::Contact(contact.id);
    let quote = fold::shorten(offer.testimonial.trim(), 2000);
    let count: i64 = tx.scalar(
        "SELECT (SELECT count(*) FROM advocates WHERE contact_id = $1)
             + (SELECT count(*) FROM referrals WHERE referrer_id = $2) AS n",
        &[contact.id.into(), contact.account_id.into()],
    )?;
    if count >= MOST {
        return Ok(false);
    }
    let mut took = false;
    if offer.agrees && !quote.is_empty() {
        let known: Option<i64> = tx.maybe_scalar(
            "SELECT 1 AS n FROM advocates WHERE contact_id = $1 AND quote = $2",
            &[contact.id.into(), quote.as_str().into()],
        )?;
        if known.is_none() {
            let new = NewAdvocate {
                account: contact.account_id,
                contact: Some(contact.id),
                kind: Kind::Testimonial,
                quote,
                consent_day: Some(today),
                consent_until: None,
                asks_a_year: 0,
            };
            advocates::add_as(tx, by, &new)?;
        }
        took = true;
    }
    let referral = fold::one_line(&offer.referral, 200);
    if !referral.is_empty() {
        let known: Option<i64> = tx.maybe_scalar(
            "SELECT 1 AS n FROM referrals WHERE referrer_id = $1 AND name = $2",
            &[contact.account_id.into(), referral.as_str().into()],
        )?;
        if known.is_none() {
            referrals::add_as(tx, by, contact.account_id, &referral, today)?;
        }
        took = true;
    }
    Ok(took)
}
