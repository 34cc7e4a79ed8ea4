//! Making two records one, and two again.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::Me,
    contacts::{self, ContactId, list},
    customers::{Choices, MergeId},
};
use tend_store::Tx;
use tend_views::{
    customers::{Candidate, account_merge_page, contact_merge_page, merge_choice_page},
    urls,
};

use super::{Two, contact::account_candidates};
use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted, inbox::Htmx, lead},
    who::{May, may::CustomersMerge},
};

type Merger = May<CustomersMerge>;

/// With whom, or what is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    with: String,
}

pub(crate) async fn ask_contact(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::contacts());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            if let Ok(with) = asked.with.parse::<ContactId>() {
                // The one that is looked at stays; the other one goes.
                let preview = contacts::preview(tx, me, with, id)?;
                return Ok(contact_merge_page(&wanted.read(tx)?, &preview));
            }
            let it = contacts::find_visible(tx, me, id)?;
            let found = contact_candidates(tx, me, it.id, &it.name, &asked.q)?;
            let url = urls::contact_merge(it.id);
            Ok(merge_choice_page(&wanted.read(tx)?, &it.name, &url, &asked.q, &found))
        })
        .await?;
    Ok(page.into_response())
}

/// Who is found by what was typed; before that, who has the same name.
fn contact_candidates(
    tx: &mut Tx,
    me: &Me,
    id: ContactId,
    name: &str,
    q: &str,
) -> Result<Vec<Candidate>> {
    let text = if q.trim().is_empty() { name } else { q };
    let which = list::Filter { text: text.to_owned(), ..Default::default() };
    let page = list::page(tx, me, &which, list::Sort::Seen, None, 20)?;
    let candidate = |it: list::Line| {
        let address = it.email.or(it.phone).unwrap_or_default();
        let company = (it.account_kind == "company").then_some(it.account);
        let detail: Vec<_> = [Some(address), company].into_iter().flatten().collect();
        Candidate {
            id: it.id.to_string(),
            name: it.name,
            detail: detail.join(" · "),
            is_account: false,
        }
    };
    Ok(page.items.into_iter().filter(|it| it.id != id).map(candidate).collect())
}

pub(crate) async fn ask_account(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::accounts());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            if let Ok(with) = asked.with.parse::<AccountId>() {
                let preview = accounts::preview(tx, me, with, id)?;
                return Ok(account_merge_page(&wanted.read(tx)?, &preview));
            }
            let it = accounts::find_visible(tx, me, id)?;
            let text = if asked.q.trim().is_empty() { &it.name } else { &asked.q };
            let mut found = account_candidates(tx, me, text)?;
            found.retain(|other| other.id != it.id.to_string());
            let url = urls::account_merge(it.id);
            Ok(merge_choice_page(&wanted.read(tx)?, &it.name, &url, &asked.q, &found))
        })
        .await?;
    Ok(page.into_response())
}

type Pairs = Vec<(String, String)>;

/// `with`, and what was chosen of the one that goes.
fn read(pairs: &Pairs) -> (String, Choices) {
    let with = pairs.iter().find(|it| it.0 == "with").map(|it| it.1.clone()).unwrap_or_default();
    let chosen = pairs.iter().filter(|it| it.0.starts_with("choice-") && !it.1.is_empty());
    (with, Choices { take: chosen.map(|it| it.1.clone()).collect() })
}

/// The contact in the path goes into the one that the form names.
pub(crate) async fn merge_contact(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let (with, choices) = read(&pairs);
    let into: ContactId = with.parse().map_err(|_| WebError::not_found())?;
    let me = who.me.clone();
    app.write(move |tx| contacts::merge(tx, &me, id, into, &choices)).await?;
    Ok(lead(&urls::contact(into), false))
}

pub(crate) async fn merge_account(
    who: Merger,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Form(pairs): Form<Pairs>,
) -> Answer {
    let (with, choices) = read(&pairs);
    let into: AccountId = with.parse().map_err(|_| WebError::not_found())?;
    let me = who.me.clone();
    app.write(move |tx| accounts::merge(tx, &me, id, into, &choices)).await?;
    Ok(lead(&urls::account(into), false))
}

pub(crate) async fn unmerge_contact(
    who: Merger,
    State(app): State<App>,
    Two(_, merge): Two<ContactId, MergeId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    let back = app.write(move |tx| contacts::unmerge(tx, &me, merge)).await?;
    Ok(lead(&urls::contact(back), is_htmx))
}

pub(crate) async fn unmerge_account(
    who: Merger,
    State(app): State<App>,
    Two(_, merge): Two<AccountId, MergeId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    let back = app.write(move |tx| accounts::unmerge(tx, &me, merge)).await?;
    Ok(lead(&urls::account(back), is_htmx))
}
