//! What Stripe says of subscriptions and invoices.

use axum::extract::State;
use serde::Serialize;
use tend_core::money::stripe::{self, Done, Kind, Tally, object};
use utoipa::ToSchema;

use super::{Answer, Post};
use crate::{
    App,
    who::{May, may::RevenueEdit},
};

/// Why something was not taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StripeProblem {
    /// Stripe's id.
    pub id: String,
    pub problem: String,
}

/// How it went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StripeOut {
    pub created: i64,
    pub changed: i64,
    /// Known already, and not different.
    pub same: i64,
    /// What was left out, and why: whose customer nobody is, above all.
    pub problems: Vec<StripeProblem>,
    /// What became of each, in the order in which they were sent. One that is refused keeps none
    /// of the others out.
    pub results: Vec<StripeResult>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StripeResult {
    /// Stripe's id.
    pub id: String,
    /// `created`, `changed`, `same` or `refused`.
    pub outcome: String,
    /// Why it was refused.
    pub problem: Option<String>,
}

impl From<Tally> for StripeOut {
    fn from(it: Tally) -> Self {
        let mut why = it.problems.iter();
        let result = |(id, done): &(String, Option<Done>)| StripeResult {
            id: id.clone(),
            outcome: match done {
                Some(Done::Created) => "created",
                Some(Done::Changed) => "changed",
                Some(Done::Same) => "same",
                None => "refused",
            }
            .to_owned(),
            // Both lists are in the order in which they were sent.
            problem: done.is_none().then(|| why.next().map(|it| it.1.clone())).flatten(),
        };
        let results = it.each.iter().map(result).collect();
        let problem = |(id, problem)| StripeProblem { id, problem };
        Self {
            created: it.created,
            changed: it.changed,
            same: it.same,
            problems: it.problems.into_iter().map(problem).collect(),
            results,
        }
    }
}

async fn take(
    who: May<RevenueEdit>,
    app: &App,
    kind: Kind,
    json: Post<serde_json::Value>,
) -> Answer {
    json.done(app, &who, move |tx, me, json| {
        let them = object::read(kind, json);
        let mut seen = std::collections::HashSet::new();
        stripe::take_all(tx, me, &them, &mut seen).map(StripeOut::from)
    })
    .await
}

/// Take in Stripe's subscriptions
///
/// A subscription as Stripe's API gives it, a list of them, or an event of a webhook that carries
/// one. Known again by its id: sending it twice changes nothing. The customer is known by Stripe's
/// id, else by the address of a contact, else by a domain of an account; who is nobody's is
/// answered among the problems.
///
/// Discounts that last (`forever`, or `repeating` until their end) are taken off what recurs; one
/// of the first invoice alone (`once`) is not. A discount that is sent as an id alone is refused:
/// send the subscription with `expand[]=discounts.source.coupon`.
#[utoipa::path(post, path = "/api/v1/stripe/subscriptions", tag = "revenue", responses((status = 200, body = StripeOut)))]
pub(crate) async fn subscriptions(
    who: May<RevenueEdit>,
    State(app): State<App>,
    json: Post<serde_json::Value>,
) -> Answer {
    take(who, &app, Kind::Subscriptions, json).await
}

/// Take in Stripe's invoices
///
/// As with subscriptions; those should come first, so that an invoice finds its own.
#[utoipa::path(post, path = "/api/v1/stripe/invoices", tag = "revenue", responses((status = 200, body = StripeOut)))]
pub(crate) async fn invoices(
    who: May<RevenueEdit>,
    State(app): State<App>,
    json: Post<serde_json::Value>,
) -> Answer {
    take(who, &app, Kind::Invoices, json).await
}
