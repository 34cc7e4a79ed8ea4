//! On the page of a contact: what reached them and what did not, and what they want.

use maud::{Markup, html};
use tend_core::{
    campaigns::{Reached, unsubscribe::Preferences},
    outreach::Kind,
    surveys,
};

use crate::{
    parts::{Now, Tone, badge, panel, table},
    survey, urls,
};

/// What reached somebody of late, and what they chose.
#[derive(Clone, Debug)]
pub struct OfContact {
    pub reached: Vec<Reached>,
    pub preferences: Preferences,
}

/// So many lines are shown.
const MOST: usize = 12;

/// What reached them and what did not, and why.
pub fn reached_panel(now: &Now, it: &OfContact) -> Markup {
    let rows = html! { @for one in it.reached.iter().take(MOST) { (line(now, one)) } };
    let on: Vec<&str> =
        it.preferences.topics.iter().filter(|it| it.is_on).map(|it| it.name.as_str()).collect();
    let wants = match (it.preferences.is_off, on.is_empty()) {
        (true, _) => "They want no messages but what they wait for.".to_owned(),
        (false, true) => "They agreed to nothing yet.".to_owned(),
        (false, false) => format!("They get: {}.", on.join(", ").to_lowercase()),
    };
    panel("What reached them").lead(wants).holds(html! {
        @if it.reached.is_empty() { p.u-quiet { "Nothing that they did not ask for, in the last 90 days." } }
        @else { (table("Messages and surveys").col("What").col("When").col("Went").rows(rows)) }
    })
}

fn line(now: &Now, it: &Reached) -> Markup {
    let what = match (it.kind, it.name.is_empty()) {
        (Kind::Survey, _) => {
            let kind = it.topic.parse::<surveys::Kind>();
            format!("Survey: {}", kind.map_or(it.topic.as_str(), |it| it.label()))
        }
        (_, true) => format!("Message, {}", it.topic),
        (_, false) => it.name.clone(),
    };
    let why = match it.kind {
        Kind::Survey => survey::rule(&it.rule),
        _ => super::rule(&it.rule),
    };
    html! {
        tr {
            th scope="row" {
                @match it.campaign { Some(id) => { a.link href=(urls::campaign(id)) dir="auto" { (what) } } None => { (what) } }
            }
            td data-label="When" { (now.short(it.at)) }
            td data-label="Went" {
                @match it.channel {
                    Some(way) => { (badge(way.label()).tone(Tone::Good)) }
                    None => { (badge("Not sent").tone(Tone::Warn)) " " (why) @if !it.why.is_empty() { " " small.u-quiet { (it.why) } } }
                }
            }
        }
    }
}
