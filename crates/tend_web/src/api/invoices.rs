//! Invoices: what was billed and paid.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    error::invalid,
    money::{
        Invoice, InvoiceId, days,
        invoices::{self, InvoiceChange, NewInvoice, Status},
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{
    Answer, Body, Id, List, Post, Query,
    subscriptions::{OfAccount, currency, parsed},
};
use crate::{
    App, WebError,
    who::{
        May,
        may::{RevenueEdit, RevenueRead},
    },
};

/// An invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceOut {
    pub id: String,
    pub account: String,
    pub subscription: Option<String>,
    pub number: String,
    pub currency: String,
    /// Minor units.
    pub amount: i64,
    pub paid: i64,
    /// The amount in the home currency, at the rate of the day of issue.
    pub amount_home: i64,
    pub issued_on: String,
    pub due_on: String,
    pub paid_on: Option<String>,
    /// `draft`, `open`, `paid`, `void` or `uncollectible`.
    pub status: String,
    /// How many days late it is, or was paid.
    pub days_late: Option<i64>,
    pub external_id: Option<String>,
}

fn invoice_out(it: Invoice, today: i64) -> InvoiceOut {
    InvoiceOut {
        days_late: it.late(today),
        id: it.id.to_string(),
        account: it.account_id.to_string(),
        subscription: it.subscription_id.map(|it| it.to_string()),
        number: it.number,
        currency: it.currency.to_string(),
        amount: it.amount,
        paid: it.paid,
        amount_home: it.home,
        issued_on: days::text(it.issued_day),
        due_on: days::text(it.due_day),
        paid_on: it.paid_day.map(days::text),
        status: it.status.word().to_owned(),
        external_id: it.external_id,
    }
}

/// Invoices
///
/// The last issued first. Late is what is due and not paid.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "revenue", params(OfAccount), responses((status = 200, body = List<InvoiceOut>)))]
pub(crate) async fn list(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(of): Query<OfAccount>,
) -> Answer {
    let (paging, me) = (of.paging(), who.me.clone());
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let mut which = invoices::Filter { account: of.account()?, ..invoices::Filter::default() };
    match of.status.as_deref() {
        None | Some("") => {}
        Some("late") => which.late = true,
        Some(word) => which.status = Some(word.parse().map_err(WebError::bad)?),
    }
    let (page, today) = app
        .read(move |tx| Ok((invoices::list(tx, &me, &which, from, limit)?, days::today(tx)?)))
        .await?;
    Ok(List::of(page, |it| invoice_out(it, today)).into_response())
}

/// An invoice to be recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceIn {
    pub account: String,
    pub subscription: Option<String>,
    pub number: String,
    pub currency: String,
    /// Minor units.
    pub amount: i64,
    pub issued_on: String,
    pub due_on: String,
    pub paid_on: Option<String>,
    /// `open` if it is left out, or `paid` with a day on which it was.
    pub status: Option<String>,
    pub external_id: Option<String>,
}

impl InvoiceIn {
    fn wanted(&self) -> tend_core::Result<NewInvoice> {
        let paid_day = self.paid_on.as_deref().map(|it| days::read("paid_on", it)).transpose()?;
        let status = match self.status.as_deref() {
            None if paid_day.is_some() => Status::Paid,
            None => Status::Open,
            Some(word) => word.parse().map_err(|why: &str| invalid("status", why))?,
        };
        Ok(NewInvoice {
            account: parsed("account", &self.account)?,
            subscription: self
                .subscription
                .as_deref()
                .map(|it| parsed("subscription", it))
                .transpose()?,
            number: self.number.clone(),
            currency: currency(&self.currency)?,
            amount: self.amount,
            issued: days::read("issued_on", &self.issued_on)?,
            due: days::read("due_on", &self.due_on)?,
            status,
            paid: 0,
            paid_day,
            external_id: self.external_id.clone().filter(|it| !it.is_empty()),
        })
    }
}

fn shown_invoice(tx: &mut Tx, me: &Me, id: InvoiceId) -> tend_core::Result<InvoiceOut> {
    let today = days::today(tx)?;
    invoices::find(tx, me, id).map(|it| invoice_out(it, today))
}

/// Record an invoice
#[utoipa::path(post, path = "/api/v1/invoices", tag = "revenue", request_body = InvoiceIn, responses((status = 201, body = InvoiceOut)))]
pub(crate) async fn add(
    who: May<RevenueEdit>,
    State(app): State<App>,
    new: Post<InvoiceIn>,
) -> Answer {
    new.create_and_show(
        &app,
        &who,
        |tx, me, new| invoices::add(tx, me, &new.wanted()?),
        shown_invoice,
    )
    .await
}

/// What is to be different about an invoice; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct InvoicePatch {
    pub status: Option<String>,
    pub due_on: Option<String>,
    pub paid_on: Option<String>,
    /// Of the amount, in minor units.
    pub paid: Option<i64>,
}

/// Change an invoice
#[utoipa::path(patch, path = "/api/v1/invoices/{id}", tag = "revenue", params(("id" = String, Path)), request_body = InvoicePatch, responses((status = 200, body = InvoiceOut)))]
pub(crate) async fn change(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<InvoiceId>,
    Body(to): Body<InvoicePatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let status = to.status.as_deref().map(str::parse).transpose();
        let change = InvoiceChange {
            status: status.map_err(|why| invalid("status", why))?,
            due: to.due_on.as_deref().map(|it| days::read("due_on", it)).transpose()?,
            paid: to.paid,
            paid_day: match to.paid_on.as_deref() {
                None => None,
                Some(it) => Some(Some(days::read("paid_on", it)?)),
            },
            amount: None,
        };
        invoices::change(tx, &me, id, &change)?;
        shown_invoice(tx, &me, id)
    });
    Ok(Json(done.await?).into_response())
}
