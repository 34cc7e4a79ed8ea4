use jiff::SignedDuration;
use maud::{Markup, html};
use tend_core::{
    orders::{
        ShopKind,
        events::{Event, Health},
        privacy::Request,
        shops::Shop,
    },
    page::Page,
};

use super::{Section, act, end, form};
use crate::{
    parts::{
        Element, Problems, Tone, badge, button, callout, empty, field, grouped, link_button, pager,
        pairs, panel, select, table, time::length,
    },
    urls,
};

/// A shop as its form has it; secrets are never shown again.
#[derive(Clone, Debug)]
pub struct ShopForm {
    pub name: String,
    pub kind: ShopKind,
    pub address: String,
}

/// All shops, each with how it is.
pub fn shops(at: &Section<'_>, all: &[Health]) -> Markup {
    let rows = html! { @for it in all { (row(at, it)) } };
    let acts = html! {
        (link_button("All orders", urls::orders()))
        @if !all.is_empty() { (link_button("New shop", urls::settings_item("shops", "new")).primary()) }
    };
    let work = html! {
        @if all.is_empty() { (empty("No shops yet", "Connect Shopify, WooCommerce, Stripe, or any shop that signs what it sends, and orders stand beside the conversations of who ordered.").plain().actions(link_button("New shop", urls::settings_item("shops", "new")).primary())) }
        @else { (table("Shops").col("Shop").col("Kind").col("Heard last").col_end("Orders").col_end("Failed").rows(rows)) }
    };
    at.page("Shops", "Where orders come from.", acts, work)
}

fn row(at: &Section<'_>, it: &Health) -> Markup {
    html! {
        tr {
            th scope="row" {
                a.link href=(urls::settings_item("shops", it.shop.id)) dir="auto" { (it.shop.name) }
                @if it.shop.disabled_at.is_some() { " " (badge("Off").tone(Tone::Warn)) }
                @if !it.shop.polled_problem.is_empty() { " " (badge("Can’t be asked").tone(Tone::Bad)) }
                @if it.silent.is_some() { " " (badge("Sends nothing").tone(Tone::Bad)) }
            }
            td data-label="Kind" { (it.shop.kind.label()) }
            td data-label="Heard last" { @match it.heard_at { Some(when) => { (at.frame.now.short(when)) } None => { "Never" } } }
            td.is-end data-label="Orders" { (grouped(it.orders)) }
            td.is-end data-label="Failed" { @if it.failed > 0 { (badge(grouped(it.failed)).tone(Tone::Bad)) } @else { "0" } }
        }
    }
}

/// The fields `name`, `kind`, `address`, `secret` and `access_key`.
pub fn new_shop(at: &Section<'_>, it: &ShopForm, problems: &Problems) -> Markup {
    let kinds = ShopKind::ALL.iter().map(|it| (it.word().to_owned(), it.label().to_owned()));
    let fields = html! {
        (field("name", "Name").value(&it.name).required().placeholder("Kestrel shop").problems(problems))
        (select("kind", "Kind", kinds, it.kind.word().to_owned()))
        (field("secret", "Signing secret").kind("password").autocomplete("off").problems(problems)
            .hint("Shopify: the client secret of your app. Stripe: leave it empty; Stripe shows the secret of the endpoint, whsec_…, once you added it, and you bring it here then. For WooCommerce and signed webhooks it may stay empty: one is made and shown once."))
        (access_fields(&it.address, problems))
    };
    let url = urls::settings_section("shops");
    at.page("New shop", "", html! {}, form(at.frame, &url, problems, "Connect it", fields))
}

fn access_fields(address: &str, problems: &Problems) -> Markup {
    html! {
        (field("address", "Address of the shop").value(address).autocomplete("off").problems(problems)
            .hint("Such as kestrel.myshopify.com, by which Shopify names the shop, or https://kestrel.example. Stripe needs none. Without it only what the shop tells is known."))
        (field("access_key", "Access key").kind("password").autocomplete("off").problems(problems)
            .hint("With it Tend asks the shop once an hour what changed, and so finds what was lost on the way. Shopify: an Admin API access token that may read orders. WooCommerce: consumer key and consumer secret with a colon between them, with the right to read. Stripe: a restricted key that may read events."))
    }
}

/// The only time that a secret that was made is shown.
pub fn shop_made(at: &Section<'_>, host: &str, it: &Shop, secret: &str) -> Markup {
    let said = html! { "This secret is shown once. Bring it to the shop now." };
    let work = html! {
        (callout(Tone::Warn, said, None))
        p.u-row { code id="secret" { (secret) } (button("Copy").small().attr("data-copy", secret)) }
        (install(host, it))
        p.u-row { (link_button("To the shop", urls::settings_item("shops", it.id)).primary()) }
    };
    at.page(&it.name, "", html! {}, work)
}

/// Where the shop sends to, and what.
fn install(host: &str, it: &Shop) -> Markup {
    let url = format!("{host}{}", urls::shop_hook(it.id));
    let what = match it.kind {
        ShopKind::Shopify => {
            "In Shopify, subscribe this address as JSON to orders/create, orders/updated, orders/cancelled, fulfillments/create, fulfillments/update, refunds/create, and to customers/data_request, customers/redact and shop/redact."
        }
        ShopKind::WooCommerce => {
            "In WooCommerce, under Settings, Advanced, Webhooks, add a webhook to this address for each of order created, order updated, order deleted and order restored, with the secret."
        }
        ShopKind::Stripe => {
            "In Stripe, add an endpoint at this address for payment_intent.*, charge.succeeded, charge.failed, charge.captured, charge.refunded and checkout.session.completed."
        }
        ShopKind::Webhook => {
            "Send each order here when it changes, as the documentation of the API says, with the headers webhook-id, webhook-timestamp and webhook-signature."
        }
        ShopKind::Api => "Programs record orders with POST /api/v1/orders and a token.",
    };
    panel("Install").holds(html! {
        p { (what) }
        @if it.kind != ShopKind::Api { p.u-row { code { (url) } (button("Copy").small().attr("data-copy", &url)) } }
    })
}

/// One shop: how it is, what it sent, what it asked, and how it is connected.
#[derive(Clone, Debug)]
pub struct ShopPage {
    pub health: Health,
    pub events: Page<Event>,
    /// Only messages of this state: `failed`; empty for all.
    pub state: String,
    pub is_further: bool,
    pub requests: Vec<Request>,
    pub form: ShopForm,
}

pub fn shop(at: &Section<'_>, host: &str, it: &ShopPage, problems: &Problems) -> Markup {
    let shop = &it.health.shop;
    let url = urls::settings_item("shops", shop.id);
    let orders = urls::with_query(&urls::orders(), &[("shop", &shop.id.to_string())]);
    let fields = html! {
        (field("name", "Name").value(&it.form.name).required().problems(problems))
        @if !matches!(shop.kind, ShopKind::Api | ShopKind::Webhook) { (access_fields(&it.form.address, problems)) }
    };
    let work = html! {
        @if let Some(n) = it.health.silent { (silent(at, &it.health, n)) }
        (health(at, &it.health))
        @if shop.kind != ShopKind::Api { (messages(at, it)) }
        @if !it.requests.is_empty() { (requests(at, &it.requests)) }
        @if shop.disabled_at.is_none() { (install(host, shop)) }
        (form(at.frame, &url, problems, "Change", fields))
        @if shop.kind != ShopKind::Api { (secret(at, shop, &url)) }
        (end(html! {
            @if shop.disabled_at.is_some() { (act(at.frame, &format!("{url}/enable"), "Take from it again", "")) }
            @else { (act(at.frame, &format!("{url}/disable"), "Switch off", "Switch this shop off? What it sends is refused. Its orders stay.")) }
        }))
    };
    at.page(&shop.name, shop.kind.label(), link_button("Its orders", orders), work)
}

fn health(at: &Section<'_>, it: &Health) -> Markup {
    let (now, shop) = (&at.frame.now, &it.shop);
    let heard = match it.heard_at {
        Some(when) => {
            html! { (now.full(when)) @if let Some(lag) = it.lag { ", " (on_its_way(lag)) } }
        }
        None => html! { "Never" },
    };
    let asked = html! {
        @match shop.polled_at { Some(when) => { (now.full(when)) } None if shop.is_asked() => { "Not yet" } None => { "It is not asked: there is no access key" } }
        @if !shop.polled_problem.is_empty() { " " (badge("Fails").tone(Tone::Bad)) " " (shop.polled_problem) }
    };
    let gaps = html! {
        (grouped(it.gaps)) " found, " (grouped(it.healed)) " healed"
        @if let Some(when) = it.last_gap { ", the last " (now.short(when)) }
    };
    let mut rows = vec![("Orders", html! { (grouped(it.orders)) })];
    if shop.kind != ShopKind::Api {
        rows.push(("Last message", heard));
        rows.push(("Waits to be read", html! { (grouped(it.waiting)) }));
        rows.push(("Could not be read", html! { (grouped(it.failed)) }));
        rows.push(("Asked last", asked));
        rows.push(("Changes it did not tell", gaps));
        if shop.is_asked() && shop.kind != ShopKind::Stripe {
            rows.push(("Stock read", stock(at, it)));
        }
    }
    if let Some(when) = shop.refused_at {
        rows.push(("Refused last", html! { (now.full(when)) ": " (shop.refusal) }));
    }
    panel("Health").holds(pairs(&rows))
}

fn stock(at: &Section<'_>, it: &Health) -> Markup {
    html! {
        @match it.stock.stock_at { Some(when) => { (at.frame.now.full(when)) } None => { "Not yet" } }
        @if !it.stock.stock_problem.is_empty() { " " (badge("Fails").tone(Tone::Warn)) " " (it.stock.stock_problem) }
    }
}

/// The shop tells nothing any more: what is likely, and what to do there.
fn silent(at: &Section<'_>, it: &Health, n: i64) -> Markup {
    let since = html! {
        @match it.heard_at { Some(when) => { "since " (at.frame.now.full(when)) } None => { "so far" } }
    };
    let why = match it.shop.kind {
        ShopKind::Shopify => {
            "Shopify takes a webhook away when eight tries in a row fail. Make it anew in the shop’s notifications, as it says below."
        }
        ShopKind::WooCommerce => {
            "WooCommerce tries once, and switches a webhook off after some failures in a row. Set it to Active again under Settings, Advanced, Webhooks."
        }
        ShopKind::Stripe => {
            "Stripe gives up after three days of failures, and switches an endpoint off. Look under Developers, Webhooks."
        }
        ShopKind::Webhook | ShopKind::Api => "Look at the shop whether it still sends.",
    };
    let text = html! {
        b { "This shop sends nothing any more." } " No message came " (since) ", though asking found " (grouped(n)) " changes. They are taken in, later than they could be. " (why)
    };
    callout(Tone::Bad, text, None)
}

fn on_its_way(lag: SignedDuration) -> String {
    match lag.as_secs() {
        0..=1 => "at once".to_owned(),
        seconds => format!("{} on its way", length(seconds)),
    }
}

fn messages(at: &Section<'_>, it: &ShopPage) -> Markup {
    let url = urls::settings_item("shops", it.health.shop.id);
    let failed = urls::with_query(&url, &[("state", "failed")]);
    let aside = html! {
        @if it.state.is_empty() { @if it.health.failed > 0 { a href=(failed) { "Only what could not be read" } } }
        @else { a href=(url) { "All" } }
    };
    let rows = html! { @for one in &it.events.items { (message(at, one)) } };
    let older = it
        .events
        .next
        .map(|next| urls::with_query(&url, &[("state", &it.state), ("cursor", &next.to_string())]));
    let first = it.is_further.then(|| urls::with_query(&url, &[("state", &it.state)]));
    panel("Messages").aside(aside).holds(html! {
        @if it.events.items.is_empty() { p.u-quiet { "Nothing came yet." } }
        @else { (table("Messages").col("What").col("Came").col("State").col_quiet("What to do").rows(rows)) }
        @if first.is_some() || older.is_some() { (pager(first, older)) }
    })
}

fn message(at: &Section<'_>, it: &Event) -> Markup {
    let (word, tone) = match it.state.as_str() {
        "done" => ("Taken in", Tone::Good),
        "ignored" => ("Left alone", Tone::Plain),
        "failed" => ("Could not be read", Tone::Bad),
        _ => ("Waits", Tone::Warn),
    };
    html! {
        tr {
            th.settings-wide scope="row" { (it.topic) @if !it.note.is_empty() { small.settings-why { (it.note) } } }
            td data-label="Came" { (at.frame.now.short(it.received_at)) }
            td data-label="State" { (badge(word).tone(tone)) }
            td { @if it.is_kept && it.state != "waiting" { (act(at.frame, &urls::shop_replay(it.id), "Read again", "")) } }
        }
    }
}

fn requests(at: &Section<'_>, them: &[Request]) -> Markup {
    let rows = html! {
        @for it in them { tr {
            th.settings-wide scope="row" { (asked(&it.kind)) small.settings-why { (to_do(&it.kind)) } }
            td data-label="Customer" { @match it.contact_id { Some(id) => { a.link href=(urls::contact(id)) { "Contact" } } None => { (it.customer) } } }
            td.is-end data-label="Orders" { (grouped(it.orders)) }
            td data-label="Came" { (at.frame.now.short(it.received_at)) }
            td { @match it.done_at {
                Some(when) => { "Done " (at.frame.now.short(when)) }
                None => { (act(at.frame, &urls::shop_request_done(it.id), "It is done", "")) }
            } }
        } }
    };
    panel("Requests about privacy").holds(
        table("Requests")
            .col("What")
            .col("Customer")
            .col_end("Orders")
            .col("Came")
            .col_quiet("Done")
            .rows(rows),
    )
}

fn asked(kind: &str) -> &'static str {
    match kind {
        "data_request" => "A customer asks what is known of them",
        "customer_redact" => "A customer is to be forgotten",
        _ => "The shop is to be forgotten",
    }
}

fn to_do(kind: &str) -> &'static str {
    match kind {
        "data_request" => {
            "Send the shop’s owner what stands on the contact’s page, within 30 days."
        }
        "customer_redact" => {
            "Their orders are nobody’s now. Decide about the contact and the conversations."
        }
        _ => "Its orders are nobody’s now, and its secrets are gone. Decide about the contacts.",
    }
}

fn secret(at: &Section<'_>, shop: &Shop, url: &str) -> Markup {
    let problems = Problems::default();
    let fields = html! {
        (field("secret", "Another secret").kind("password").autocomplete("off")
            .hint("The one of now is taken for a day more. Left empty, one is made and shown once."))
    };
    panel("Secret").holds(html! {
        @if shop.has_secret { p { "It is kept sealed, and is not shown again." } }
        @else { p { (badge("Missing").tone(Tone::Bad)) " Until it is here, all that the shop sends is refused." } }
        @if let Some(until) = shop.old_secret_until.filter(|it| *it > at.frame.now.at) { p.u-quiet { "The secret before is taken until " (at.frame.now.full(until)) "." } }
        (form(at.frame, &format!("{url}/rotate"), &problems, "Change the secret", fields))
    })
}
