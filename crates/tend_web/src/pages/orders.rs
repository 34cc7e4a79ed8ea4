//! Orders, and where they come from.

pub(crate) mod files;

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result, accounts,
    agents::{Me, Permission},
    contacts,
    orders::{self, Asked as Which, OrderId},
    remedies,
    secrets::Fresh,
};
use tend_store::Tx;
use tend_views::{
    orders::{OrderPage, OrdersPage, order_page, orders_page},
    urls,
};

use super::{Answer, frame::Wanted, settings::sources::Host};
use crate::{
    App,
    api::Id,
    asked::Query,
    hooks,
    router::{Access::May as Needs, Route, get, post},
    who::{
        May, Who,
        may::{ConversationsReply, OrdersRead},
    },
};

const ROWS: usize = 50;

/// Orders, the settings of shops, and what shops send.
pub(crate) fn routes() -> Vec<Route> {
    use super::settings::shops as s;
    let (see, manage) = (Needs(Permission::OrdersRead), Needs(Permission::ShopsManage));
    let all = urls::settings_section("shops");
    let one = urls::settings_item("shops", "{id}");
    let mut routes = vec![
        get(urls::orders(), see, show),
        get(urls::order("{id}"), see, one_order),
        post(urls::order_link("{id}"), Needs(Permission::ConversationsReply), link),
        get(&all, manage, s::show),
        post(&all, manage, s::create),
        get(urls::settings_item("shops", "new"), manage, s::new),
        get(&one, manage, s::one),
        post(&one, manage, s::change),
        post(format!("{one}/rotate"), manage, s::rotate),
        post(format!("{one}/disable"), manage, s::disable),
        post(format!("{one}/enable"), manage, s::enable),
        post(urls::shop_replay("{id}"), manage, s::replay),
        post(urls::shop_request_done("{id}"), manage, s::request_done),
    ];
    routes.extend(files::routes());
    routes.extend(hooks::routes());
    routes
}

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    shop: String,
    contact: String,
    account: String,
    q: String,
    cursor: String,
}

impl Asked {
    fn which(&self) -> Which {
        Which {
            shop: self.shop.parse().ok(),
            contact: self.contact.parse().ok(),
            account: self.account.parse().ok(),
            external_id: None,
            query: Some(self.q.clone()).filter(|it| !it.trim().is_empty()),
        }
    }

    fn pairs(&self, cursor: &str) -> Vec<(&'static str, String)> {
        let all = [
            ("shop", self.shop.as_str()),
            ("contact", &self.contact),
            ("account", &self.account),
            ("q", &self.q),
            ("cursor", cursor),
        ];
        let said = all.into_iter().filter(|it| !it.1.is_empty());
        said.map(|(name, value)| (name, value.to_owned())).collect()
    }

    fn url(&self, cursor: &str) -> String {
        let pairs = self.pairs(cursor);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|it| (it.0, it.1.as_str())).collect();
        urls::with_query(&urls::orders(), &pairs)
    }
}

/// Whose orders are asked for; a contact or an account that one may not see is not there.
fn whose(tx: &mut Tx, me: &Me, which: &Which) -> Result<Option<(String, String)>> {
    if let Some(id) = which.contact {
        let it = contacts::find_visible(tx, me, id)?;
        return Ok(Some((it.name, urls::contact(it.id))));
    }
    if let Some(id) = which.account {
        let it = accounts::find_visible(tx, me, id)?;
        return Ok(Some((it.name, urls::account(it.id))));
    }
    Ok(None)
}

pub(crate) async fn show(
    who: May<OrdersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::orders());
    let page = app.read(move |tx| {
        let (me, which) = (&wanted.me, asked.which());
        let from = asked.cursor.parse().ok();
        let whose = whose(tx, me, &which)?;
        let orders = orders::page(tx, me, &which, from, ROWS)?;
        let next = orders.next.map(|it| asked.url(&it.to_string()));
        let first = from.map(|_| asked.url(""));
        let may = (me.may(Permission::OrdersEdit), me.may(Permission::CustomersExport));
        let may_connect = me.may(Permission::ShopsManage);
        let pairs = asked.pairs("");
        let page = OrdersPage { orders, whose, first, next, may, may_connect, pairs };
        Ok(orders_page(&wanted.read(tx)?, &page))
    });
    Ok(page.await?.into_response())
}

pub(crate) async fn one_order(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<OrderId>,
) -> Answer {
    order(&who, &app, id, None).await
}

async fn order(who: &Who, app: &App, id: OrderId, link: Option<String>) -> Answer {
    let wanted = Wanted::by(who, urls::orders());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let whole = orders::find(tx, me, id)?;
        let contact = match whole.order.contact_id {
            Some(id) if me.may(Permission::CustomersRead) => Some(contacts::find(tx, id)?),
            _ => None,
        };
        let story = orders::story(tx, me, id)?;
        let may_link = me.may(Permission::ConversationsReply);
        let made_right = remedies::of_order(tx, me, id)?;
        let remedies = remedies::Beside::of(tx, me, made_right)?;
        let it = OrderPage { whole, contact, story, may_link, link: link.clone(), remedies };
        Ok(order_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// The link is in this answer and nowhere else.
pub(crate) async fn link(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Id(id): Id<OrderId>,
    host: Host,
) -> Answer {
    let (me, fresh) = (who.me.clone(), Fresh::make());
    let print = fresh.fingerprint();
    app.write(move |tx| orders::mine::hand_over(tx, &me, id, &print)).await?;
    let link = format!("{}{}", host.into_text(), urls::my_orders_behind(fresh.text()));
    order(&who, &app, id, Some(link)).await
}
