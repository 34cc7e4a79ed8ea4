//! One account: its record, and what can be changed in it.

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self as verbs, AccountChange, AccountId},
    agents::{self, Me},
    attributes, book,
    error::invalid,
    meetings,
    money::of_account,
    orders,
    secrets::Keys,
    surveys, tags, timeline,
    usage::use_of,
};
use tend_store::Tx;
use tend_views::{
    customers::{AccountPage, Part, account_page, account_part, timeline_pane, timeline_rows},
    urls,
};

use super::{Attributed, Tagged, TimelineAsked, done, wanted_tags};
use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    pages::{
        Answer,
        frame::{Wanted, now},
        go,
        inbox::Htmx,
        onboarding,
    },
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// How many orders the page shows.
const ORDERS: usize = 5;
/// So many surveys.
const SURVEYS: usize = 10;

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
    Id(id): Id<AccountId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (wanted, keys) = (Wanted::by(&who, urls::accounts()), app.keys.clone());
    let found = app
        .read(move |tx| {
            let it = read(tx, &wanted.me, &keys, id, &asked)?;
            // An id that was merged away leads to the one that stayed.
            if it.overview.account.id != id && asked.part.is_none() {
                return Ok(Err(it.overview.account.id));
            }
            let frame = wanted.read(tx)?;
            let part: Option<Part> = asked.part.as_deref().and_then(|it| it.parse().ok());
            Ok(Ok(match part {
                Some(part) => account_part(&frame, &it, part),
                None => account_page(&frame, &it),
            }))
        })
        .await?;
    Ok(match found {
        Ok(page) => page.into_response(),
        Err(survivor) => go(&urls::account(survivor)),
    })
}

fn read(tx: &mut Tx, me: &Me, keys: &Keys, id: AccountId, asked: &Asked) -> Result<AccountPage> {
    let overview = verbs::overview(tx, me, id)?;
    let id = overview.account.id;
    let wants = &asked.timeline;
    let page = timeline::of_account(tx, me, id, wants.aspect(), None, wants.limit())?;
    Ok(AccountPage {
        agents: agents::present(tx)?,
        all_tags: tags::all(tx)?,
        strays: if overview.strays > 0 { verbs::strays(tx, me, id)? } else { Vec::new() },
        timeline: wants.pane(urls::account_timeline(id), format!("account:{id}"), page),
        usage: use_of::of_account(tx, me, id)?,
        money: of_account::of(tx, me, id)?,
        orders: orders::of_account(tx, me, id, ORDERS)?,
        surveys: surveys::known::of_account(tx, me, id, SURVEYS)?,
        onboarding: onboarding::of_account(tx, me, keys, id)?,
        meetings: meetings::of_account(tx, me, id)?,
        book: book::standing(tx, me, id)?,
        overview,
    })
}

/// The timeline anew, or the next lines of it.
pub(crate) async fn timeline(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(asked): Query<TimelineAsked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let (aspect, from) = (asked.aspect(), asked.from());
            let page = timeline::of_account(tx, &me, id, aspect, from, asked.limit())?;
            let pane = asked.pane(urls::account_timeline(id), format!("account:{id}"), page);
            let now = now(tx, &me);
            Ok(if from.is_some() { timeline_rows(&now, &pane) } else { timeline_pane(&now, &pane) })
        })
        .await?;
    Ok(page.into_response())
}

/// What these forms send; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    name: Option<String>,
    owner: Option<String>,
    domain: String,
    account: Vec<String>,
}

macro_rules! change {
    ($(#[$meta:meta])* $name:ident, $form:ty, |$tx:ident, $me:ident, $id:ident, $sent:ident| $work:expr) => {
        $(#[$meta])*
        pub(crate) async fn $name(
            who: May<CustomersEdit>,
            State(app): State<App>,
            Id($id): Id<AccountId>,
            Htmx(is_htmx): Htmx,
            Form($sent): Form<$form>,
        ) -> Answer {
            let $me = who.me.clone();
            app.write(move |$tx| $work).await?;
            done(is_htmx, &urls::account($id))
        }
    };
}

change! {
    /// `name`, `owner` (empty for nobody): those that are sent.
    change, Sent, |tx, me, id, sent| {
        let owner = match sent.owner.as_deref() {
            None => None,
            Some("") => Some(None),
            Some(it) => Some(Some(it.parse().map_err(|_| invalid("owner", "There is no such agent."))?)),
        };
        verbs::change(tx, &me, id, &AccountChange { name: sent.name.clone(), owner })
    }
}

change! {
    /// `name` of an attribute and its `value`.
    attribute, Attributed, |tx, me, id, sent| attributes::set_on_account(tx, &me, id, &sent.name, &sent.value)
}

change! {
    /// `tag` several times, and `new`.
    tag, Tagged, |tx, me, id, sent| {
        let to = wanted_tags(tx, &me, &sent.tag, &sent.new)?;
        verbs::set_tags(tx, &me, id, &to)
    }
}

change! {
    /// `domain`.
    add_domain, Sent, |tx, me, id, sent| verbs::add_domain(tx, &me, id, &sent.domain)
}

change! {
    /// `account` several times: the accounts of one that come here.
    pull_in, Sent, |tx, me, id, sent| {
        let chosen: Vec<AccountId> = sent.account.iter().filter_map(|it| it.parse().ok()).collect();
        verbs::pull_in(tx, &me, id, &chosen)
    }
}

pub(crate) async fn remove_domain(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Path((id, domain)): Path<(String, String)>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let id: AccountId = id.parse().map_err(|_| WebError::not_found())?;
    let me = who.me.clone();
    app.write(move |tx| verbs::remove_domain(tx, &me, id, &domain)).await?;
    done(is_htmx, &urls::account(id))
}
