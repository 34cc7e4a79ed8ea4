use maud::{Markup, html};
use tend_core::usage::{Source, Trust};

use super::{Section, act, end, form};
use crate::{
    parts::{
        Element, Problems, Tone, badge, button, callout, choice_group, csrf_field, empty, field,
        form_problems, link_button, panel, radio, table,
    },
    urls,
};

/// A source as its form has it.
#[derive(Clone, Debug)]
pub struct SourceForm {
    pub name: String,
    pub trust: Trust,
}

/// All sources, and how long requests are kept; the field `days`.
pub fn sources(at: &Section<'_>, all: &[Source], days: &str, problems: &Problems) -> Markup {
    let rows = html! { @for it in all { (row(at, it)) } };
    let acts = html! {
        (link_button("What arrives", urls::usage_arrivals()))
        @if !all.is_empty() { (link_button("New source", urls::settings_item("sources", "new")).primary()) }
    };
    let keep = html! {
        form.settings-line method="post" action=(urls::usage_retention()) {
            (csrf_field(&at.frame.csrf))
            (form_problems(problems))
            (field("days", "Requests are kept as they came for").value(days).required().attr("inputmode", "numeric").suffix("days").problems(problems))
            (button("Keep").submits())
        }
    };
    let work = html! {
        @if all.is_empty() { (empty("No sources yet", "A source is a website, an app or a server that tells Tend what people do in your product. Segment's and RudderStack's clients send here unchanged.").plain().actions(link_button("New source", urls::settings_item("sources", "new")).primary())) }
        @else { (table("Sources").col("Source").col("Used").col("Key").col("Heard last").rows(rows)) }
        (panel("Retention").lead("What was counted stays for good, a line a day for each account and event. Whole requests serve the debugger.").holds(keep))
    };
    at.page("Sources", "Where usage events of your product come from.", acts, work)
}

fn row(at: &Section<'_>, it: &Source) -> Markup {
    html! {
        tr {
            th scope="row" {
                a.link href=(urls::settings_item("sources", it.id)) dir="auto" { (it.name) }
                @if it.disabled_at.is_some() { " " (badge("Off").tone(Tone::Warn)) }
            }
            td data-label="Used" { (place(it.trust)) }
            td data-label="Key" { code { "…" (it.hint) } }
            td data-label="Heard last" { @match it.heard_at { Some(at_) => { (at.frame.now.short(at_)) } None => { "Never" } } }
        }
    }
}

fn place(trust: Trust) -> &'static str {
    match trust {
        Trust::Browser => "In browsers and apps",
        Trust::Server => "On servers",
    }
}

fn fields(it: &SourceForm, problems: &Problems) -> Markup {
    let of = |trust: Trust, hint| {
        radio("trust", trust.word(), place(trust)).on(it.trust == trust).hint(hint)
    };
    let choices = html! {
        (of(Trust::Browser, "Anybody can read the key in the page. Events count; an address that is named is shown as a claim, and nobody whom you know is changed."))
        (of(Trust::Server, "The key is a secret. What it says of users and accounts is believed: people are known by their addresses, accounts by their domains."))
    };
    html! {
        (field("name", "Name").value(&it.name).required().placeholder("Web app").problems(problems))
        (choice_group("Where is it used?", None, choices))
    }
}

/// The fields `name` and `trust`.
pub fn new_source(at: &Section<'_>, it: &SourceForm, problems: &Problems) -> Markup {
    let url = urls::settings_section("sources");
    at.page(
        "New source",
        "",
        html! {},
        form(at.frame, &url, problems, "Make it", fields(it, problems)),
    )
}

/// One source: what it is, its key, and how it is brought to where it is used.
pub fn source(
    at: &Section<'_>,
    host: &str,
    it: &Source,
    said: &SourceForm,
    problems: &Problems,
) -> Markup {
    let url = urls::settings_item("sources", it.id);
    let rotate = "Make another key? The one of now is taken for a day more.";
    let arrivals = urls::with_query(&urls::usage_arrivals(), &[("source", &it.id.to_string())]);
    let work = html! {
        (form(at.frame, &url, problems, "Change", fields(said, problems)))
        (panel("Key").holds(html! {
            p { "Its key ends in " code { (it.hint) } ". It is kept as a fingerprint, and so can't be shown again." }
            @if let Some(until) = it.old_key_until { p.u-quiet { "The key before is taken until " (at.frame.now.full(until)) "." } }
            (act(at.frame, &format!("{url}/rotate"), "Make another key", rotate))
        }))
        (panel("Install").holds(snippets(host, "YOUR_WRITE_KEY")))
        (end(html! {
            @if it.disabled_at.is_some() { (act(at.frame, &format!("{url}/enable"), "Take its events again", "")) }
            @else { (act(at.frame, &format!("{url}/disable"), "Switch off", "Switch this source off? Clients are refused, and what they send is lost.")) }
        }))
    };
    at.page(&it.name, place(it.trust), link_button("What arrives", arrivals), work)
}

/// The only time that its key is shown.
pub fn source_made(at: &Section<'_>, host: &str, it: &Source, key: &str) -> Markup {
    let said = html! { "This key is shown once. Bring it to where it is used now." };
    let arrivals = urls::with_query(&urls::usage_arrivals(), &[("source", &it.id.to_string())]);
    let work = html! {
        (callout(Tone::Warn, said, None))
        p.u-row { code id="key" { (key) } (button("Copy").small().attr("data-copy", key)) }
        (panel("Install").holds(snippets(host, key)))
        p.u-row { (link_button("Watch events arrive", arrivals).primary()) a.link href=(urls::settings_section("sources")) { "Back to the sources" } }
    };
    at.page(&it.name, "", html! {}, work)
}

/// How each client is told where to send: its name, and what one writes.
fn clients(host: &str, key: &str) -> [(&'static str, String); 6] {
    [
        (
            "Browser, with @segment/analytics-next",
            format!(
                "import {{ AnalyticsBrowser }} from '@segment/analytics-next'\n\nconst analytics = AnalyticsBrowser.load({{ writeKey: '{key}', cdnURL: '{host}' }})\nanalytics.identify('user-4711', {{ name: 'Carol Diaz' }})\nanalytics.group('account-12', {{ name: 'Kestrel Climate' }})\nanalytics.track('Report opened')"
            ),
        ),
        (
            "Node, with @segment/analytics-node",
            format!(
                "import {{ Analytics }} from '@segment/analytics-node'\n\nconst analytics = new Analytics({{ writeKey: '{key}', host: '{host}' }})\nanalytics.track({{ userId: 'user-4711', event: 'Report opened', context: {{ groupId: 'account-12' }} }})"
            ),
        ),
        (
            "Node, with @rudderstack/rudder-sdk-node",
            format!(
                "const Rudder = require('@rudderstack/rudder-sdk-node')\n\nconst client = new Rudder('{key}', {{ dataPlaneUrl: '{host}' }})\nclient.track({{ userId: 'user-4711', event: 'Report opened' }})"
            ),
        ),
        (
            "Python, with segment-analytics-python",
            format!(
                "import segment.analytics as analytics\n\nanalytics.write_key = '{key}'\nanalytics.host = '{host}'\nanalytics.track('user-4711', 'Report opened')"
            ),
        ),
        (
            "Python, with rudder-sdk-python",
            format!(
                "import rudderstack.analytics as rudder\n\nrudder.write_key = '{key}'\nrudder.dataPlaneUrl = '{host}'\nrudder.track('user-4711', 'Report opened')"
            ),
        ),
        (
            "Any other, over HTTP",
            format!(
                "curl {host}/v1/track?verbose=1 -u {key}: \\\n  -d '{{\"userId\":\"user-4711\",\"event\":\"Report opened\"}}'"
            ),
        ),
    ]
}

fn snippets(host: &str, key: &str) -> Markup {
    let all = clients(host, key);
    html! {
        div.settings-keys {
            @for (n, (label, text)) in all.iter().enumerate() {
                details open[n == 0] { summary { (label) } pre.settings-raw { code { (text) } } (button("Copy").small().attr("data-copy", text)) }
            }
        }
    }
}
