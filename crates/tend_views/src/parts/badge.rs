//! Small words with a meaning. Colour repeats what the word says.

use maud::{Markup, Render, html};

use super::{
    element::{El, Element},
    icon::{Icon, icon},
    sample::{Sample, sample},
};

/// What a colour may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Warn,
    Bad,
    /// This is chosen, or this is now.
    Accent,
}

impl Tone {
    /// The end of a class name: `badge-good`; nothing for plain.
    pub fn suffix(self) -> Option<&'static str> {
        match self {
            Tone::Plain => None,
            Tone::Good => Some("good"),
            Tone::Warn => Some("warn"),
            Tone::Bad => Some("bad"),
            Tone::Accent => Some("accent"),
        }
    }
}

/// A badge; see [`badge`].
#[derive(Clone, Debug)]
pub struct Badge {
    el: El,
    icon: Option<Icon>,
    text: String,
}

/// A word in a small box.
pub fn badge(text: impl Into<String>) -> Badge {
    Badge { el: El::new("span", "badge"), icon: None, text: text.into() }
}

impl Badge {
    pub fn tone(mut self, tone: Tone) -> Self {
        if let Some(it) = tone.suffix() {
            self.el.add_class(format!("badge-{it}"));
        }
        self
    }
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }
    /// Only an edge: a tag.
    pub fn line(self) -> Self {
        self.class("badge-line")
    }
    /// Without a box: time that runs.
    pub fn bare(self) -> Self {
        self.class("badge-sla")
    }
}

impl Element for Badge {
    fn el(&mut self) -> &mut El {
        &mut self.el
    }
}

impl Render for Badge {
    fn render_to(&self, out: &mut String) {
        self.el.write(out, |out| {
            if let Some(it) = self.icon {
                icon(it).render_to(out);
            }
            self.text.render_to(out);
        });
    }
}

/// A number of things that ask for attention.
pub fn count_badge(count: u64) -> Markup {
    html! { span.badge.badge-count { (count) } }
}

/// A status: the shape says it, the colour repeats it. `category` is the word of the column
/// (`new`, `open`, `waiting_customer`, …); `name` is what people call it.
pub fn status_badge(category: &str, name: &str) -> Markup {
    html! { span.badge.badge-status data-is=(category) { (name) } }
}

/// Only the shape, with the name for who cannot see it.
pub fn status_dot(category: &str, name: &str) -> Markup {
    html! { span.badge.badge-status data-is=(category) title=(name) { span.u-hidden-visually { (name) } } }
}

pub fn samples() -> Vec<Sample> {
    let tones = [Tone::Plain, Tone::Good, Tone::Warn, Tone::Bad, Tone::Accent];
    let statuses = [
        ("new", "New"),
        ("open", "Open"),
        ("waiting_customer", "Waiting on customer"),
        ("waiting_third_party", "Waiting on third party"),
        ("snoozed", "Snoozed"),
        ("resolved", "Resolved"),
        ("closed", "Closed"),
        ("spam", "Spam"),
    ];
    vec![
        sample(
            "tones",
            html! { div.gallery-row { @for it in tones { (badge(format!("{it:?}")).tone(it)) } (badge("cold chain").line().icon(Icon::Tag)) (count_badge(3)) } },
        ),
        sample(
            "statuses",
            html! { div.gallery-row { @for (is, name) in statuses { (status_badge(is, name)) } } },
        ),
        sample(
            "waiting",
            html! { div.gallery-row {
                (badge("38 m").bare().icon(Icon::Timer)) (badge("5 h").bare().icon(Icon::Timer).tone(Tone::Warn))
                (badge("2 d").bare().icon(Icon::Timer).tone(Tone::Bad)) (badge("Mon 09:00").icon(Icon::AlarmClock))
            } },
        ),
    ]
}
