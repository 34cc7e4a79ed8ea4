//! How an agent is told, and in which browsers.

use maud::{Markup, html};
use tend_core::{notifications::devices::Device, secrets::fingerprint};

use super::{
    NotifyChoice, Section, form,
    profile::{browser, notify_choices},
};
use crate::{
    parts::{Element, Problems, Tone, badge, button, callout, csrf_field, panel, submit},
    urls,
};

/// What the page of notifications shows.
#[derive(Clone, Debug, Default)]
pub struct PushPage {
    pub choices: Vec<NotifyChoice>,
    /// The key that browsers subscribe with; nothing when there is none.
    pub key: String,
    pub devices: Vec<Device>,
    /// What one could read in it, in the words of the company's setting.
    pub shows: &'static str,
}

pub fn notifications(at: &Section<'_>, it: &PushPage) -> Markup {
    let url = urls::settings_section("notifications");
    let lead = html! {
        "Notifications come also when no page of Tend is open. By the company’s choice they show "
        (in_a_sentence(it.shows)) "."
    };
    let work = html! {
        (panel("What you hear of").holds(form(at.frame, &url, &Problems::default(), "Keep", notify_choices(&it.choices))))
        (panel("This browser").lead(lead).holds(this_browser(at, it)))
        @if !it.devices.is_empty() { (panel("Your devices").holds(devices(at, &it.devices))) }
    };
    at.page("Notifications", "What you hear of, and how.", html! {}, work)
}

/// With a small letter at its beginning.
fn in_a_sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// A block for each state that the browser may be in; the `push` island shows one.
fn this_browser(at: &Section<'_>, it: &PushPage) -> Markup {
    let state = |name: &str, inner: Markup| html! { div data-push-state=(name) hidden { (inner) } };
    let failed = html! { span data-push-why {} };
    let again = button("Try again").attr("data-push-on", "");
    let on = html! {
        div.u-row {
            (badge("On").tone(Tone::Good))
            (button("Send a test notification").small().attr("data-push-test", ""))
            (button("Turn off").small().quiet().attr("data-push-off", ""))
        }
    };
    let off = html! {
        div.u-row {
            (button("Turn on in this browser").primary().attr("data-push-on", ""))
            span.u-quiet { "Your browser will ask you whether Tend may." }
        }
    };
    html! {
        div.settings-push data-push=(it.key) data-push-url=(urls::devices()) data-push-agent=(at.frame.me.id) aria-live="polite" {
            div data-push-state="looking" { p.u-quiet { "Looking whether this browser can …" } }
            noscript { (callout(Tone::Plain, "Without JavaScript a browser can't show notifications.", None)) }
            (state("unsupported", callout(Tone::Plain, UNSUPPORTED, None)))
            (state("insecure", callout(Tone::Warn, INSECURE, None)))
            (state("denied", callout(Tone::Warn, DENIED, None)))
            (state("off", off))
            (state("busy", html! { p.u-quiet { "Speaking with the push service …" } }))
            (state("on", on))
            (state("failed", callout(Tone::Bad, failed, Some(again))))
        }
    }
}

const UNSUPPORTED: &str = "This browser shows no notifications of pages. On an iPhone or iPad, add \
     Tend to the home screen and open it from there; a private window has none either.";
const INSECURE: &str = "Browsers show notifications only of pages that come over https. Open Tend \
     by its https address, or ask whoever runs it.";
const DENIED: &str = "Notifications of Tend are blocked in this browser. Allow them in the \
     settings of this page, beside its address, and load the page again.";

fn devices(at: &Section<'_>, all: &[Device]) -> Markup {
    let act = |label: &str, url: String, name: &'static str| {
        let trial = name == "trial";
        html! {
            form method="post" action=(url) data-push-trial[trial] data-push-remove[!trial] {
                (csrf_field(&at.frame.csrf)) (submit(label).small().quiet())
            }
        }
    };
    html! {
        ul.settings-devices {
            @for it in all {
                li.settings-device data-push-device=(fingerprint(&it.endpoint)) {
                    div {
                        p { b { (browser(&it.user_agent)) } " " span data-push-this hidden { (badge("This one")) } }
                        p.u-small.u-quiet { "Since " (at.frame.now.short(it.created_at)) ". " (standing(at, it)) }
                    }
                    div.settings-key-acts {
                        (act("Test", urls::device_trial(it.id), "trial"))
                        (act("Remove", urls::device_remove(it.id), "remove"))
                    }
                }
            }
        }
    }
}

fn standing(at: &Section<'_>, it: &Device) -> Markup {
    html! {
        @if !it.problem.is_empty() { (badge("Trouble").tone(Tone::Bad)) " " (it.problem) }
        @else if let Some(sent) = it.sent_at { "The last notification was handed over " (at.frame.now.short(sent)) "." }
        @else { "No notification yet." }
    }
}
