//! What the page has to say: callouts in it, toasts over it, and pages that could not be shown.

use std::fmt::Display;

use maud::{Markup, Render, html};

use super::{
    badge::Tone,
    button::{Button, button},
    element::Element,
    icon::{Icon, icon},
    sample::{Sample, sample},
};

/// A sentence that stays on the page, with an action at its end where there is one.
pub fn callout(tone: Tone, text: impl Render, action: Option<Button>) -> Markup {
    let (class, sign) = match tone {
        Tone::Plain => ("panel-callout", Icon::Info),
        Tone::Accent => ("panel-callout panel-callout-accent", Icon::Lightbulb),
        Tone::Good => ("panel-callout panel-callout-good", Icon::CircleCheck),
        Tone::Warn => ("panel-callout panel-callout-warn", Icon::TriangleAlert),
        Tone::Bad => ("panel-callout panel-callout-bad", Icon::CircleAlert),
    };
    html! {
        div class=(class) { (icon(sign)) div.panel-callout-say { (text) } @if let Some(it) = action { (it.small()) } }
    }
}

/// Something was done; it goes by itself. Send it as a fragment: it lands in the place for toasts,
/// whatever the target of the request was. `undo` is where a POST takes it back.
pub fn toast(text: impl Display, undo: Option<&str>) -> Markup {
    html! {
        hx-partial hx-target="#toasts" hx-swap="beforeend" { (toast_itself(text, undo)) }
    }
}

/// The toast without its way there, for the page that is shown after a redirect.
pub fn toast_itself(text: impl Display, undo: Option<&str>) -> Markup {
    html! {
        div.toast role="status" data-toast {
            (icon(Icon::Check)) span { (text.to_string()) }
            @if let Some(url) = undo { (button("Undo").key("z").posts(url).target("#toasts").swap("innerHTML")) }
        }
    }
}

/// A thing that could not be done, over the page, until it is closed. For answers to htmx only;
/// what belongs to a field stands at the field.
pub fn refusal(text: impl Display) -> Markup {
    html! {
        hx-partial hx-target="#toasts" hx-swap="beforeend" {
            div.toast.toast-bad role="alert" data-toast="stays" {
                (icon(Icon::CircleAlert)) span { (text.to_string()) }
                (button("Close").attr("data-toast-close", ""))
            }
        }
    }
}

/// Why a page cannot be shown: what happened, what is safe, what to do, a reference.
pub fn trouble(
    title: &str,
    text: impl Render,
    actions: impl Render,
    reference: Option<&str>,
) -> Markup {
    html! {
        div.empty.empty-trouble {
            span.empty-sign { (icon(Icon::CircleAlert)) }
            h2 { (title) }
            p { (text) }
            div.empty-actions { (actions) }
            @if let Some(it) = reference { p.u-small.u-quiet { "Reference " code { (it) } } }
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let all = [Tone::Plain, Tone::Accent, Tone::Good, Tone::Warn, Tone::Bad];
    let callouts = html! { div.u-stack { @for it in all { (callout(it, "Drafts are kept here.", (it == Tone::Warn).then(|| button("Try now")))) } } };
    let toasts = html! { div.u-stack { (toast_itself("#10482 closed", Some("/sample"))) (toast_itself("Kept", None)) } };
    let page = trouble(
        "This page could not be read",
        "The database did not answer within 5 seconds. Nothing you have done is lost.",
        button("Try again").primary(),
        Some("err_7K2M9QX4"),
    );
    vec![
        sample("callouts", callouts),
        sample("toasts", toasts),
        sample("a page that could not be shown", page),
    ]
}
