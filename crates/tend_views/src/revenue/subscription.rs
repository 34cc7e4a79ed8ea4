use maud::{Markup, html};
use tend_core::money::{Product, Subscription, days, subscriptions::State};

use super::{Place, day_name, shell};
use crate::{
    layout::Frame,
    parts::{
        Problems, check, csrf_field, field, form_problems, link_button, panel, select, submit,
    },
    urls,
};

/// What a form of a subscription holds.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionForm {
    pub product: String,
    pub plan: String,
    pub quantity: String,
    pub price: String,
    pub currency: String,
    pub months: String,
    pub start: String,
    pub term_months: String,
    pub renewal: String,
    pub auto_renew: bool,
    /// From when other terms hold.
    pub from: String,
}

/// One subscription, or a new one.
#[derive(Clone, Debug)]
pub struct SubscriptionPage {
    /// Whose it is: id and name.
    pub account: (String, String),
    pub known: Option<Subscription>,
    pub form: SubscriptionForm,
    pub products: Vec<Product>,
    /// The company's own reasons for leaving: id and name.
    pub reasons: Vec<(String, String)>,
    pub problems: Problems,
    pub today: i64,
    pub may_edit: bool,
}

pub fn subscription_page(frame: &Frame, it: &SubscriptionPage) -> Markup {
    let title = match &it.known {
        Some(known) => format!("{}: {}", it.account.1, known.name()),
        None => format!("A subscription of {}", it.account.1),
    };
    let back = link_button("Back to the account", urls::account(&it.account.0));
    let action = match &it.known {
        Some(known) => urls::subscription(known.id),
        None => urls::subscriptions(),
    };
    shell(
        frame,
        Place::Ledger,
        &title,
        back,
        html! {
            @if it.may_edit {
                form.revenue-form method="post" action=(action) {
                    (csrf_field(&frame.csrf))
                    input type="hidden" name="account" value=(it.account.0);
                    (form_problems(&it.problems))
                    (fields(it))
                    div.revenue-acts { (submit(if it.known.is_some() { "Save" } else { "Add it" }).primary()) }
                }
            }
            @if let Some(known) = &it.known { (ending(frame, it, known)) }
        },
    )
}

fn fields(it: &SubscriptionPage) -> Markup {
    let form = &it.form;
    let products = std::iter::once((String::new(), "None".to_owned()))
        .chain(it.products.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let is_new = it.known.is_none();
    html! {
        div.revenue-fields {
            (select("product", "Product", products, &form.product).problems(&it.problems))
            (field("plan", "Plan").value(&form.plan).problems(&it.problems))
            (field("quantity", "How many").value(&form.quantity).problems(&it.problems))
            (field("price", "Price of one").value(&form.price).problems(&it.problems).hint("For one interval."))
            @if is_new { (field("currency", "Currency").value(&form.currency).problems(&it.problems)) }
            (field("months", "Months in an interval").value(&form.months).problems(&it.problems).hint("1 a month, 3 a quarter, 12 a year."))
            @if is_new { (field("start", "Begins").kind("date").value(&form.start).problems(&it.problems)) }
            @else { (field("from", "These terms hold from").kind("date").value(&form.from).problems(&it.problems).hint("The day it began corrects it; a later day is an expansion or a contraction.")) }
            (field("term_months", "Months in a term").value(&form.term_months).problems(&it.problems))
            (field("renewal", "Present term ends").kind("date").value(&form.renewal).problems(&it.problems).hint("Left empty, it is counted from the beginning."))
        }
        (check("auto_renew", "It renews by itself").on(form.auto_renew))
    }
}

fn ending(frame: &Frame, page: &SubscriptionPage, it: &Subscription) -> Markup {
    let reasons = std::iter::once((String::new(), "Not known".to_owned()))
        .chain(page.reasons.iter().cloned());
    let is_over = matches!(it.state(page.today), State::Ending | State::Ended);
    panel("Its end").holds(html! {
        @if is_over {
            p { "It ends on " (it.end_day.map(day_name).unwrap_or_default()) ", the first day that is not paid for" @if let Some(why) = &it.reason { ", because of " (why) } "." }
        } @else { p.u-quiet { "It runs on." } }
        @if page.may_edit {
            @if is_over {
                form method="post" action=(urls::subscription_resume(it.id)) { (csrf_field(&frame.csrf)) (submit("Take the end back")) }
            } @else {
                form.revenue-ask method="post" action=(urls::subscription_end(it.id)) {
                    (csrf_field(&frame.csrf))
                    (field("end", "First day not paid for").kind("date").value(days::text(page.today)))
                    (select("reason", "Why", reasons, ""))
                    (submit("End it").danger())
                }
            }
        }
    })
}
