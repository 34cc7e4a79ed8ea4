//! One contact: their record, and what can be changed in it.

use axum::{extract::State, response::IntoResponse};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tend_core::{
    Result, accounts,
    agents::Me,
    attributes,
    campaigns::{self, unsubscribe},
    contacts::{self as verbs, ContactChange, ContactId, IdentityId, IdentityKind},
    customers,
    error::invalid,
    tags, timeline,
    usage::use_of,
};
use tend_store::Tx;
use tend_views::{
    campaigns::OfContact,
    customers::{
        Candidate, ContactPage, Part, account_choice_page, contact_page, contact_part,
        timeline_pane, timeline_rows,
    },
    urls,
};

use super::{Attributed, Tagged, TimelineAsked, Two, done, wanted_tags};
use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    pages::{
        Answer,
        frame::{Wanted, now},
        go,
        inbox::Htmx,
    },
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// What the page is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    part: Option<String>,
    #[serde(flatten)]
    timeline: TimelineAsked,
}

pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::contacts());
    let found = app
        .read(move |tx| {
            let it = read(tx, &wanted.me, id, &asked)?;
            // An id that was merged away leads to the one that stayed.
            if it.record.contact.id != id && asked.part.is_none() {
                return Ok(Err(it.record.contact.id));
            }
            let frame = wanted.read(tx)?;
            let part: Option<Part> = asked.part.as_deref().and_then(|it| it.parse().ok());
            Ok(Ok(match part {
                Some(part) => contact_part(&frame, &it, part),
                None => contact_page(&frame, &it),
            }))
        })
        .await?;
    Ok(match found {
        Ok(page) => page.into_response(),
        Err(survivor) => go(&urls::contact(survivor)),
    })
}

fn read(tx: &mut Tx, me: &Me, id: ContactId, asked: &Asked) -> Result<ContactPage> {
    let record = customers::record(tx, me, id)?;
    let id = record.contact.id;
    let wants = &asked.timeline;
    let page = timeline::of_contact(tx, me, id, wants.aspect(), None, wants.limit())?;
    Ok(ContactPage {
        merges: verbs::merges(tx, id)?,
        all_tags: tags::all(tx)?,
        timeline: wants.pane(urls::contact_timeline(id), format!("contact:{id}"), page),
        usage: use_of::of_contact(tx, me, id)?,
        reached: reached(tx, me, id)?,
        record,
    })
}

/// What reached them in the last 90 days, and what they chose.
fn reached(tx: &mut Tx, me: &Me, id: ContactId) -> Result<OfContact> {
    let since = tx.now().checked_sub(SignedDuration::from_hours(24 * 90));
    let since = since.unwrap_or(Timestamp::MIN);
    Ok(OfContact {
        reached: campaigns::reached(tx, me, id, since)?,
        preferences: unsubscribe::preferences(tx, id)?,
    })
}

/// The timeline anew, or the next lines of it.
pub(crate) async fn timeline(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(asked): Query<TimelineAsked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let (aspect, from) = (asked.aspect(), asked.from());
            let page = timeline::of_contact(tx, &me, id, aspect, from, asked.limit())?;
            let pane = asked.pane(urls::contact_timeline(id), format!("contact:{id}"), page);
            let now = now(tx, &me);
            Ok(if from.is_some() { timeline_rows(&now, &pane) } else { timeline_pane(&now, &pane) })
        })
        .await?;
    Ok(page.into_response())
}

/// Some of a contact's own fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    name: Option<String>,
    title: Option<String>,
    time_zone: Option<String>,
    language: Option<String>,
    kind: String,
    value: String,
    account: String,
}

macro_rules! change {
    ($(#[$meta:meta])* $name:ident, $form:ty, |$tx:ident, $me:ident, $id:ident, $sent:ident| $work:expr) => {
        $(#[$meta])*
        pub(crate) async fn $name(
            who: May<CustomersEdit>,
            State(app): State<App>,
            Id($id): Id<ContactId>,
            Htmx(is_htmx): Htmx,
            Form($sent): Form<$form>,
        ) -> Answer {
            let $me = who.me.clone();
            app.write(move |$tx| $work).await?;
            done(is_htmx, &urls::contact($id))
        }
    };
}

change! {
    /// `name`, `title`, `time_zone`, `language`: those that are sent.
    change, Sent, |tx, me, id, sent| {
        let to = ContactChange {
            name: sent.name.clone(),
            title: sent.title.clone(),
            time_zone: sent.time_zone.clone(),
            language: sent.language.clone(),
        };
        verbs::change(tx, &me, id, &to)
    }
}

change! {
    /// `name` of an attribute and its `value`.
    attribute, Attributed, |tx, me, id, sent| attributes::set_on_contact(tx, &me, id, &sent.name, &sent.value)
}

change! {
    /// `kind` and `value`.
    identify, Sent, |tx, me, id, sent| {
        let kind: IdentityKind = sent.kind.parse().map_err(|it: &'static str| invalid("kind", it))?;
        verbs::add_identity(tx, &me, id, kind, &sent.value)
    }
}

change! {
    /// `tag` several times, and `new`.
    tag, Tagged, |tx, me, id, sent| {
        let to = wanted_tags(tx, &me, &sent.tag, &sent.new)?;
        verbs::set_tags(tx, &me, id, &to)
    }
}

pub(crate) async fn block(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::block(tx, &me, id)).await?;
    done(is_htmx, &urls::contact(id))
}

pub(crate) async fn unblock(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::unblock(tx, &me, id)).await?;
    done(is_htmx, &urls::contact(id))
}

pub(crate) async fn prefer(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Two(id, identity): Two<ContactId, IdentityId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::prefer_identity(tx, &me, id, identity)).await?;
    done(is_htmx, &urls::contact(id))
}

pub(crate) async fn forget(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Two(id, identity): Two<ContactId, IdentityId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::remove_identity(tx, &me, id, identity)).await?;
    done(is_htmx, &urls::contact(id))
}

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Looked {
    q: String,
}

/// Asks to which account.
pub(crate) async fn choose_account(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(Looked { q }): Query<Looked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::contacts());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let it = verbs::find_visible(tx, me, id)?;
            let of_one = accounts::is_of_one(tx, it.account_id)?;
            let found = account_candidates(tx, me, &q)?;
            let found: Vec<_> =
                found.into_iter().filter(|c| c.id != it.account_id.to_string()).collect();
            let url = urls::contact_account(it.id);
            Ok(account_choice_page(&wanted.read(tx)?, &it, of_one, &url, &q, &found))
        })
        .await?;
    Ok(page.into_response())
}

/// Companies that are found by what was typed; none for nothing.
pub(super) fn account_candidates(tx: &mut Tx, me: &Me, q: &str) -> Result<Vec<Candidate>> {
    if q.trim().is_empty() {
        return Ok(Vec::new());
    }
    let which = accounts::list::Filter { text: q.to_owned(), ..Default::default() };
    let page = accounts::list::page(tx, me, &which, accounts::list::Sort::Name, None, 20)?;
    let candidate = |it: accounts::list::Line| Candidate {
        id: it.id.to_string(),
        detail: match it.kind.as_str() {
            "person" => "of one".to_owned(),
            _ => it.domains.join(", "),
        },
        name: it.name,
        is_account: true,
    };
    Ok(page.items.into_iter().map(candidate).collect())
}

change! {
    /// `account`: an id, or nothing for an account of their own.
    move_to, Sent, |tx, me, id, sent| match sent.account.is_empty() {
        true => verbs::move_out(tx, &me, id),
        false => {
            let to = sent.account.parse().map_err(|_| invalid("account", "There is no such account."))?;
            verbs::move_to(tx, &me, id, to)
        }
    }
}
