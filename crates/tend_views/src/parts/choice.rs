//! Boxes to tick, switches, and one of several.

use std::fmt::Display;

use maud::{Markup, Render, html};

use super::{
    element::{El, Element},
    sample::{Sample, sample},
};

/// A box, a switch or a radio with its words; see [`check`], [`switch`] and [`radio`].
#[derive(Clone, Debug)]
pub struct Choice {
    el: El,
    label: Markup,
    hint: Option<Markup>,
}

/// A box to tick; the form sends `name=on` when it is.
pub fn check(name: &str, label: impl Render) -> Choice {
    Choice::new("field-box", "checkbox", name, label)
}

/// A setting that is on or off and takes effect at once.
pub fn switch(name: &str, label: impl Render) -> Choice {
    Choice::new("field-switch", "checkbox", name, label).attr("role", "switch")
}

/// One of several with the same name.
pub fn radio(name: &str, value: impl Display, label: impl Render) -> Choice {
    Choice::new("field-box", "radio", name, label).attr("value", value)
}

impl Choice {
    fn new(class: &'static str, kind: &'static str, name: &str, label: impl Render) -> Self {
        let el = El::new("input", class).attr("type", kind).attr("name", name);
        Self { el, label: label.render(), hint: None }
    }
    pub fn on(self, yes: bool) -> Self {
        self.flag("checked", yes)
    }
    pub fn disabled(self, yes: bool) -> Self {
        self.flag("disabled", yes)
    }
    /// What it sends when it is on, for several boxes of one name.
    pub fn value(self, value: impl Display) -> Self {
        self.attr("value", value)
    }
    /// What follows from it.
    pub fn hint(mut self, hint: impl Render) -> Self {
        self.hint = Some(hint.render());
        self
    }
}

impl Element for Choice {
    fn el(&mut self) -> &mut El {
        &mut self.el
    }
}

impl Render for Choice {
    fn render(&self) -> Markup {
        html! {
            label.field-check {
                (self.el.alone())
                span { (self.label) @if let Some(it) = &self.hint { small { (it) } } }
            }
        }
    }
}

/// A box without visible words, in a row; `label` is read out.
pub fn bare_check(name: &str, value: impl Display, label: &str, on: bool) -> Markup {
    html! { input.field-box type="checkbox" name=(name) value=(value.to_string()) aria-label=(label) checked[on]; }
}

/// Several choices under one heading.
pub fn choice_group(legend: &str, hint: Option<&str>, choices: impl Render) -> Markup {
    html! {
        fieldset.field-set {
            legend.field-label { (legend) }
            @if let Some(it) = hint { p.field-hint { (it) } }
            (choices)
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let boxes = html! {
        (check("off", "Off")) (check("on", "On").on(true).hint("With what follows from it."))
        (check("no", "Disabled").disabled(true))
    };
    let radios = html! { (radio("reach", "all", "Everything").on(true)) (radio("reach", "team", "Their teams")) };
    let switches = html! { (switch("s1", "Off")) (switch("s2", "On").on(true)) (switch("s3", "Disabled").disabled(true)) };
    vec![
        sample("boxes", boxes),
        sample(
            "one of several",
            choice_group(
                "What they may see",
                Some("It takes effect at their next request."),
                radios,
            ),
        ),
        sample("switches", switches),
        sample("in a row", bare_check("chosen", "cnv_1", "Choose #1042", true)),
    ]
}
