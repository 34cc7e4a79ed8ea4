//! What Stripe says of subscriptions and invoices.

use axum::extract::State;
use serde::Serialize;
use tend_core::money::stripe::{self, Kind, object};
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
        let it = stripe::take_all(tx, me, &them, &mut seen)?;
        let problem = |(id, problem)| StripeProblem { id, problem };
        Ok(StripeOut {
            created: it.created,
            changed: it.changed,
            same: it.same,
            problems: it.problems.into_iter().map(problem).collect(),
        })
    })
    .await
}

/// Take in Stripe's subscriptions
///
/// A subscription as Stripe's API gives it, a list of them, or an event of a webhook that carries
/// one. Known again by its id: sending it twice changes nothing. The customer is known by Stripe's
/// id, else by the address of a contact, else by a domain of an account; who is nobody's is
/// answered among the problems.
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
