//! All subscriptions, a page at a time.

use maud::{Markup, html};
use tend_core::money::{
    Currency, Product,
    subscriptions::{State, Subscription, Sums, interval_text},
};

use super::{Place, day_name, renewals::pager_on, shell};
use crate::{
    layout::Frame,
    parts::{Element, Icon, Tone, badge, button, counted, empty, link_button, select, table},
    urls,
};

/// Subscriptions of one state and product, or of all.
#[derive(Clone, Debug)]
pub struct SubscriptionsPage {
    pub state: Option<State>,
    /// The product's id; empty for all.
    pub product: String,
    pub products: Vec<Product>,
    pub items: Vec<Subscription>,
    /// Of all of them, also of those on other pages.
    pub sums: Sums,
    pub currency: Currency,
    pub next: Option<String>,
    pub today: i64,
}

fn asked(it: &SubscriptionsPage, path: &str) -> String {
    let all = [("state", it.state.map_or("", State::word)), ("product", it.product.as_str())];
    let some: Vec<_> = all.into_iter().filter(|it| !it.1.is_empty()).collect();
    urls::with_query(path, &some)
}

pub fn subscriptions_page(frame: &Frame, it: &SubscriptionsPage) -> Markup {
    let acts = html! { @if !it.items.is_empty() { (link_button("Export", asked(it, &urls::subscriptions_file())).icon(Icon::Download).attr("download", "")) } };
    let rows = html! { @for one in &it.items { (row(it, one)) } };
    shell(
        frame,
        Place::Subscriptions,
        "Subscriptions",
        acts,
        html! {
            (asks(it))
            @if it.items.is_empty() {
                (empty("No subscriptions here", "Subscriptions come with the import, by the API, or are recorded on an account.")
                    .actions(super::import_act(frame)))
            } @else {
                p.u-quiet { (counted(it.sums.subscriptions, "subscription", "subscriptions")) ", " (it.currency.exact(it.sums.arr)) " a year. What runs is what the ledger closes with; what has ended or not begun pays nothing now, and stands here with its own terms." }
                (table("Subscriptions").col("Account").col("Subscription").col("State").col("Pays").col_end("A year").rows(rows))
                (pager_on(it.next.clone()))
            }
        },
    )
}

fn asks(it: &SubscriptionsPage) -> Markup {
    let states = std::iter::once((String::new(), "All states".to_owned()))
        .chain(State::ALL.into_iter().map(|it| (it.word().to_owned(), it.label().to_owned())));
    let products = std::iter::once((String::new(), "All products".to_owned()))
        .chain(it.products.iter().map(|it| (it.id.to_string(), it.name.clone())));
    html! {
        div.revenue-asks { form.revenue-ask method="get" action=(urls::subscriptions()) {
            (select("state", "State", states, it.state.map_or("", State::word)).label_hidden())
            @if !it.products.is_empty() { (select("product", "Product", products, &it.product).label_hidden()) }
            (button("Show").submits())
        } }
    }
}

fn row(page: &SubscriptionsPage, it: &Subscription) -> Markup {
    let state = it.state(page.today);
    let tone = match state {
        State::Active => Tone::Good,
        State::Overdue => Tone::Bad,
        State::Ending => Tone::Warn,
        State::Coming | State::Ended => Tone::Plain,
    };
    let when = match state {
        State::Coming => it.start_day,
        State::Ended | State::Ending => it.end_day.unwrap_or(it.renewal_day),
        State::Active | State::Overdue => it.renewal_day,
    };
    html! { tr {
        th scope="row" { a.link href=(urls::account(it.account_id)) dir="auto" { (it.account) } }
        td { a.link href=(urls::subscription(it.id)) { (it.name()) } }
        td { (badge(state.label()).tone(tone)) " " span.u-quiet { (day_name(when)) } }
        td { (it.currency.exact(it.amount())) " " (interval_text(it.months)) @if it.quantity != 1 { span.u-quiet { " × " (it.quantity) } } }
        td.is-end { (page.currency.exact(it.arr)) }
    } }
}
