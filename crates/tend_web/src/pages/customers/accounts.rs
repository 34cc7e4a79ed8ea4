//! The list of accounts, and entering one.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{
        self, NewAccount,
        list::{self, Filter},
    },
    agents::{self, Me},
    attributes::{self, About},
    customers::May as Allowed,
    error::invalid,
    tags,
};
use tend_store::Tx;
use tend_views::{
    customers::{
        AccountList, NewAccountForm, account_list, account_rows, accounts_page, new_account_page,
    },
    parts::Problems,
    urls,
};

use super::{MOST, attribute_of, tag_of};
use crate::{
    App, WebError,
    asked::{Form, Query},
    pages::{
        Answer,
        frame::{Wanted, now},
        go,
        inbox::Htmx,
        problems,
    },
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// How many rows are shown at first.
const ROWS: usize = 50;

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    sort: String,
    kind: String,
    owner: String,
    tag: String,
    attribute: String,
    cursor: String,
}

impl Asked {
    /// Companies, if nothing else is said and nothing is looked for.
    fn kind(&self) -> &'static str {
        match self.kind.as_str() {
            "person" => "person",
            "all" => "all",
            "" if !self.q.trim().is_empty() => "all",
            _ => "company",
        }
    }

    pub(super) fn filter(&self, tx: &mut Tx, me: &Me) -> Result<Filter> {
        Ok(Filter {
            text: self.q.clone(),
            kind: Some(self.kind()).filter(|it| *it != "all"),
            owner: if self.owner == "me" { Some(me.id) } else { self.owner.parse().ok() },
            tag: tag_of(&self.tag),
            attribute: attribute_of(tx, About::Account, &self.attribute)?,
        })
    }
}

pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::accounts());
    let page = app
        .read(move |tx| {
            let it = read(tx, &wanted.me, &asked)?;
            let now = now(tx, &wanted.me);
            Ok(match (is_htmx, asked.cursor.is_empty()) {
                (true, false) => account_rows(&now, &it),
                (true, true) => account_list(&now, &it),
                _ => accounts_page(&wanted.read(tx)?, &it),
            })
        })
        .await?;
    Ok(page.into_response())
}

fn read(tx: &mut Tx, me: &Me, asked: &Asked) -> Result<AccountList> {
    let filter = asked.filter(tx, me)?;
    let sort = asked.sort.parse().unwrap_or_default();
    let page = list::page(tx, me, &filter, sort, asked.cursor.parse().ok(), ROWS)?;
    Ok(AccountList {
        lines: page.items,
        next: page.next,
        count: if asked.cursor.is_empty() { list::count(tx, &filter, MOST)? } else { 0 },
        most: MOST,
        q: asked.q.clone(),
        sort,
        kind: asked.kind().to_owned(),
        owner: asked.owner.clone(),
        tag: asked.tag.clone(),
        attribute: asked.attribute.clone(),
        owners: agents::present(tx)?,
        tags: tags::all(tx)?,
        definitions: attributes::definitions(tx, About::Account)?,
        may: Allowed::of(me),
    })
}

/// The form of a new one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    name: String,
    domain: String,
    owner: String,
}

pub(crate) async fn new(who: May<CustomersEdit>, State(app): State<App>) -> Answer {
    let sent = Sent { owner: who.me.id.to_string(), ..Sent::default() };
    form(&app, Wanted::by(&who, urls::accounts()), sent, StatusCode::OK, Problems::default()).await
}

pub(crate) async fn create(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, wants) = (who.me.clone(), sent.clone());
    let made = app
        .write(move |tx| {
            let owner = match wants.owner.is_empty() {
                true => None,
                false => Some(
                    wants.owner.parse().map_err(|_| invalid("owner", "There is no such agent."))?,
                ),
            };
            let domain = wants.domain.trim();
            let domains = if domain.is_empty() { Vec::new() } else { vec![domain.to_owned()] };
            let new = NewAccount { name: wants.name.clone(), domains, owner };
            accounts::create(tx, &me, &new)
        })
        .await;
    match made {
        Ok(id) => Ok(go(&urls::account(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(&app, Wanted::by(&who, urls::accounts()), sent, status, wrong).await
        }
    }
}

async fn form(
    app: &App,
    wanted: Wanted,
    sent: Sent,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, WebError> {
    let page = app
        .read(move |tx| {
            let it = NewAccountForm { name: sent.name, domain: sent.domain, owner: sent.owner };
            let agents = agents::present(tx)?;
            Ok(new_account_page(&wanted.read(tx)?, &it, &agents, &problems))
        })
        .await?;
    Ok((status, page).into_response())
}
