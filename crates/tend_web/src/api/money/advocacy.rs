//! Who introduces others, and who speaks for us.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    error::invalid,
    money::{
        advocates::{self, Advocate, AdvocateId, NewAdvocate, Standing},
        days,
        referrals::{self, Brought, ReferralId},
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::super::{Answer, Body, Id, Keyed, List, Paging, Post, Query, subscriptions::parsed};
use crate::{
    App,
    who::{
        May,
        may::{CustomersRead, RenewalsEdit, RevenueRead},
    },
};

/// An introduction, and what it brought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReferralOut {
    pub id: String,
    /// Who introduced.
    pub referrer: String,
    pub referrer_name: String,
    /// Who was introduced, as it was said.
    pub name: String,
    /// The account that they became.
    pub referred: Option<String>,
    /// `introduced`, `accepted` or `declined`.
    pub state: String,
    pub day: String,
    /// What they paid in their first twelve months, or until now: minor units, home currency.
    pub first_year: i64,
    /// Whether that year is over.
    pub first_year_is_over: bool,
}

impl From<Brought> for ReferralOut {
    fn from(it: Brought) -> Self {
        let of = it.referral;
        Self {
            id: of.id.to_string(),
            referrer: of.referrer_id.to_string(),
            referrer_name: of.referrer,
            name: of.name,
            referred: of.referred_id.map(|it| it.to_string()),
            state: of.state.word().to_owned(),
            day: days::text(of.day),
            first_year: it.first_year,
            first_year_is_over: it.is_over,
        }
    }
}

impl Keyed for ReferralOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// Referrals
///
/// The newest first, at most 500.
#[utoipa::path(get, path = "/api/v1/referrals", tag = "revenue", params(Paging), responses((status = 200, body = List<ReferralOut>)))]
pub(crate) async fn referrals(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let (_, all) = app.read(move |tx| referrals::all(tx, &me)).await?;
    List::cut(all.into_iter().map(ReferralOut::from).collect(), &paging)
}

fn referral(tx: &mut Tx, me: &Me, id: ReferralId) -> tend_core::Result<ReferralOut> {
    referrals::find(tx, me, id).map(ReferralOut::from)
}

/// An introduction to be recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferralIn {
    /// The account that introduced.
    pub referrer: String,
    /// Whom.
    pub name: String,
    /// `2026-11-20`; today if it is left out.
    pub day: Option<String>,
}

/// Record an introduction
#[utoipa::path(post, path = "/api/v1/referrals", tag = "revenue", request_body = ReferralIn, responses((status = 201, body = ReferralOut)))]
pub(crate) async fn introduce(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    new: Post<ReferralIn>,
) -> Answer {
    let work = |tx: &mut Tx, me: &Me, new: &ReferralIn| {
        let day = match new.day.as_deref() {
            Some(text) => days::read("day", text)?,
            None => days::today(tx)?,
        };
        referrals::add(tx, me, parsed("referrer", &new.referrer)?, &new.name, day)
    };
    new.create_and_show(&app, &who, work, referral).await
}

/// What came of an introduction.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferralPatch {
    /// `introduced`, `accepted` or `declined`.
    pub state: String,
    /// The account that they became, once it is accepted.
    pub referred: Option<String>,
}

/// Say what came of an introduction
///
/// Nobody introduces themselves, not even round a corner, and an account is introduced once.
#[utoipa::path(patch, path = "/api/v1/referrals/{id}", tag = "revenue", params(("id" = String, Path)), request_body = ReferralPatch, responses((status = 200, body = ReferralOut)))]
pub(crate) async fn settle(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<ReferralId>,
    Body(to): Body<ReferralPatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let state = to.state.parse().map_err(|why: &str| invalid("state", why))?;
        let referred = to.referred.as_deref().map(|it| parsed("referred", it)).transpose()?;
        referrals::settle(tx, &me, id, state, referred)?;
        referral(tx, &me, id)
    });
    Ok(Json(done.await?).into_response())
}

/// Somebody who speaks for us.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AdvocateOut {
    pub id: String,
    pub account: String,
    pub account_name: String,
    pub contact: Option<String>,
    /// `testimonial` (what they said may be shown) or `reference` (they may be asked to speak).
    pub kind: String,
    pub quote: String,
    pub consent_from: Option<String>,
    pub consent_until: Option<String>,
    /// How often a reference may be asked in twelve months, and how often they were.
    pub asks_a_year: i64,
    pub asked: i64,
    pub last_asked: Option<String>,
    /// `may`, `no_consent`, `over`, `asked_enough` or `withdrawn`.
    pub standing: String,
}

impl AdvocateOut {
    fn of(it: Advocate, today: i64) -> Self {
        let standing = match it.standing(today) {
            Standing::May => "may",
            Standing::NoConsent => "no_consent",
            Standing::Over => "over",
            Standing::AskedEnough => "asked_enough",
            Standing::Withdrawn => "withdrawn",
        };
        Self {
            id: it.id.to_string(),
            account: it.account_id.to_string(),
            account_name: it.account,
            contact: it.contact_id.map(|it| it.to_string()),
            kind: it.kind.word().to_owned(),
            quote: it.quote,
            consent_from: it.consent_day.map(days::text),
            consent_until: it.consent_until.map(days::text),
            asks_a_year: it.asks_a_year,
            asked: it.asked,
            last_asked: it.last_asked.map(days::text),
            standing: standing.to_owned(),
        }
    }
}

impl Keyed for AdvocateOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

fn shown(tx: &mut Tx, me: &Me, id: AdvocateId) -> tend_core::Result<AdvocateOut> {
    let today = days::today(tx)?;
    Ok(AdvocateOut::of(advocates::find(tx, me, id)?, today))
}

/// Testimonials and references
///
/// The newest first, at most 500.
#[utoipa::path(get, path = "/api/v1/advocates", tag = "revenue", params(Paging), responses((status = 200, body = List<AdvocateOut>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| {
        let today = days::today(tx)?;
        let all = advocates::all(tx, &me)?.into_iter();
        Ok(all.map(|it| AdvocateOut::of(it, today)).collect())
    });
    List::cut(all.await?, &paging)
}

/// Somebody to be recorded who speaks for us.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdvocateIn {
    pub account: String,
    pub contact: Option<String>,
    /// `testimonial` or `reference`.
    pub kind: String,
    /// What they said; a testimonial needs it.
    #[serde(default)]
    pub quote: String,
    pub consent_from: Option<String>,
    pub consent_until: Option<String>,
    /// 0 to 52; 2 if it is left out.
    #[serde(default = "twice")]
    pub asks_a_year: i64,
}

fn twice() -> i64 {
    2
}

fn day(field: &'static str, text: Option<&str>) -> tend_core::Result<Option<i64>> {
    text.map(|it| days::read(field, it)).transpose()
}

impl AdvocateIn {
    fn wanted(&self) -> tend_core::Result<NewAdvocate> {
        Ok(NewAdvocate {
            account: parsed("account", &self.account)?,
            contact: self.contact.as_deref().map(|it| parsed("contact", it)).transpose()?,
            kind: self.kind.parse().map_err(|why: &str| invalid("kind", why))?,
            quote: self.quote.clone(),
            consent_day: day("consent_from", self.consent_from.as_deref())?,
            consent_until: day("consent_until", self.consent_until.as_deref())?,
            asks_a_year: self.asks_a_year,
        })
    }
}

/// Record a testimonial or a reference
#[utoipa::path(post, path = "/api/v1/advocates", tag = "revenue", request_body = AdvocateIn, responses((status = 201, body = AdvocateOut)))]
pub(crate) async fn add(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    new: Post<AdvocateIn>,
) -> Answer {
    new.create_and_show(&app, &who, |tx, me, new| advocates::add(tx, me, &new.wanted()?), shown)
        .await
}

/// One testimonial or reference
#[utoipa::path(get, path = "/api/v1/advocates/{id}", tag = "revenue", params(("id" = String, Path)), responses((status = 200, body = AdvocateOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
) -> Answer {
    let me = who.me.clone();
    Ok(Json(app.read(move |tx| shown(tx, &me, id)).await?).into_response())
}

/// Whether they agree.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdvocatePatch {
    /// True: they agree, from today on; false: they do not agree any more.
    pub consents: bool,
    /// Until which day they agree; for good if it is left out.
    pub consent_until: Option<String>,
}

/// Record or withdraw somebody's consent
#[utoipa::path(patch, path = "/api/v1/advocates/{id}", tag = "revenue", params(("id" = String, Path)), request_body = AdvocatePatch, responses((status = 200, body = AdvocateOut)))]
pub(crate) async fn change(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
    Body(to): Body<AdvocatePatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let until = day("consent_until", to.consent_until.as_deref())?;
        match to.consents {
            true => advocates::consent(tx, &me, id, until)?,
            false => advocates::withdraw(tx, &me, id)?,
        }
        shown(tx, &me, id)
    });
    Ok(Json(done.await?).into_response())
}

/// What somebody is asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskIn {
    pub purpose: String,
}

/// Write down that somebody is asked
///
/// Refused without consent, and when they were asked as often as they agreed to.
#[utoipa::path(post, path = "/api/v1/advocates/{id}/asks", tag = "revenue", params(("id" = String, Path)), request_body = AskIn, responses((status = 200, body = AdvocateOut)))]
pub(crate) async fn ask(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AdvocateId>,
    said: Post<AskIn>,
) -> Answer {
    said.done(&app, &who, move |tx, me, said| {
        advocates::ask(tx, me, id, &said.purpose)?;
        shown(tx, me, id)
    })
    .await
}
