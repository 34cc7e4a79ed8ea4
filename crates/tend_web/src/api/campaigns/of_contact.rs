//! What reached a contact, and what they want to hear of.

use axum::{Json, extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    campaigns::{
        self as verbs,
        unsubscribe::{self, Preferences},
    },
    contacts::{self, ContactId},
    error::invalid,
    outreach::consents::How,
    settings,
};
use tend_views::urls;
use utoipa::ToSchema;

use super::super::{Answer, Body, Id, List, nothing};
use crate::{
    App,
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// Something that reached a customer, or did not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReachedOut {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `survey` or `message`.
    pub kind: String,
    pub topic: String,
    pub campaign_id: Option<String>,
    pub name: String,
    /// Nothing if it did not go.
    pub channel: Option<String>,
    /// The rule that said no, and why.
    pub rule: String,
    pub why: String,
}

/// What reached a contact, and what did not and why
///
/// Of the last 90 days, the newest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/reached", tag = "campaigns", params(("id" = String, Path)), responses((status = 200, body = List<ReachedOut>)))]
pub(crate) async fn reached(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let it = contacts::find_visible(tx, &me, id)?;
            let days = jiff::SignedDuration::from_hours(24 * 90);
            let since = tx.now().checked_sub(days).unwrap_or(Timestamp::MIN);
            verbs::reached(tx, &me, it.id, since)
        })
        .await?;
    let items = all.into_iter().map(|it| ReachedOut {
        at: it.at,
        kind: it.kind.to_string(),
        topic: it.topic,
        campaign_id: it.campaign.map(|it| it.to_string()),
        name: it.name,
        channel: it.channel.map(|it| it.to_string()),
        rule: it.rule,
        why: it.why,
    });
    let page = tend_core::page::Page { items: items.collect(), next: None };
    Ok(List::of(page, |it: ReachedOut| it).into_response())
}

/// A topic, and whether they get it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConsentOut {
    /// `marketing`, `survey`, or one of the company's own.
    pub topic: String,
    pub given: bool,
}

fn chosen(it: Preferences) -> Vec<ConsentOut> {
    let off = it.is_off;
    let one = |it: unsubscribe::Choice| ConsentOut { topic: it.topic, given: it.is_on && !off };
    it.topics.into_iter().map(one).collect()
}

/// What a contact wants to hear of
#[utoipa::path(get, path = "/api/v1/contacts/{id}/consents", tag = "campaigns", params(("id" = String, Path)), responses((status = 200, body = List<ConsentOut>)))]
pub(crate) async fn consents(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let it = contacts::find_visible(tx, &me, id)?;
            unsubscribe::preferences(tx, it.id)
        })
        .await?;
    let page = tend_core::page::Page { items: chosen(all), next: None };
    Ok(List::of(page, |it: ConsentOut| it).into_response())
}

/// What a contact said.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentIn {
    /// `all`, `marketing`, `survey`, or one of the company's own.
    pub topic: String,
    pub given: bool,
}

/// Write down what a contact said
///
/// The newest word holds, and all are kept.
#[utoipa::path(put, path = "/api/v1/contacts/{id}/consents", tag = "campaigns", params(("id" = String, Path)), request_body = ConsentIn, responses((status = 204)))]
pub(crate) async fn say(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Body(it): Body<ConsentIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let contact = contacts::find_visible(tx, &me, id)?;
        let known = unsubscribe::preferences(tx, contact.id)?;
        if it.topic != "all" && !known.topics.iter().any(|one| one.topic == it.topic) {
            return Err(invalid("topic", "There is no such topic."));
        }
        unsubscribe::say(tx, contact.id, &it.topic, it.given, How::Api)
    })
    .await?;
    Ok(nothing())
}

/// Where the company's own pages show messages of campaigns to a contact. Whoever has these
/// addresses sees what is shown to the contact, so they are given only to a page that has
/// recognised them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SlotOut {
    /// Stands in an iframe, where the settings of surveys allow it.
    pub frame: String,
    /// The same as data, `null` if there is nothing: `message`, `title`, `text`, `link`, `label`.
    pub message: String,
    /// POST `message` as a form to it with `seen`, `clicked` or `dismissed` behind it. It counts
    /// once it is seen; a page takes away what is answered with 409.
    pub acts: String,
}

/// The slot of a contact on the company's own pages
///
/// The addresses stay the same, so a page can keep them with its own user.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/slot", tag = "campaigns", params(("id" = String, Path)), responses((status = 200, body = SlotOut)))]
pub(crate) async fn slot(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
) -> Answer {
    let (me, keys) = (who.me.clone(), app.keys.clone());
    let (token, base) = app
        .read(move |tx| {
            let it = contacts::find_visible(tx, &me, id)?;
            Ok((verbs::slot::token(&keys, it.id), settings::get_or(tx, settings::BASE_URL, "")?))
        })
        .await?;
    let base = base.trim_end_matches('/');
    Ok(Json(SlotOut {
        frame: format!("{base}{}", urls::slot(&token)),
        message: format!("{base}{}", urls::slot_message(&token)),
        acts: format!("{base}{}/", urls::slot(&token)),
    })
    .into_response())
}
