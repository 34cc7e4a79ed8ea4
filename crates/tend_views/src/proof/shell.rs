//! What the pages that prove health have in common: their tabs, and the figures in a row.

use maud::{Markup, Render, html};

use crate::{
    layout::{Frame, page},
    parts::{Tab, Tabs, tab, tabs},
    urls,
};

/// The pages, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Scoreboard,
    Alerts,
    AtRisk,
}

/// A page with its tabs. `sees_money` shows that of the money; `choices` stand at their end.
pub(super) fn shell(
    frame: &Frame,
    here: Place,
    title: &str,
    sees_money: bool,
    (bar, choices): (Markup, Markup),
    work: impl Render,
) -> Markup {
    let mut all: Vec<Tab> = vec![
        tab("Scoreboard", urls::scoreboard(), here == Place::Scoreboard),
        tab("Alerts", urls::alerts(), here == Place::Alerts),
    ];
    if sees_money {
        all.push(tab("Money at risk", urls::at_risk(), here == Place::AtRisk));
    }
    page(frame, title).bar(bar).shows(html! {
        div.score {
            div.score-tabs { (tabs(Tabs::Line, "Health", &all)) (choices) }
            (work)
        }
    })
}

/// One figure of a row of figures.
pub(super) struct Figure {
    pub title: &'static str,
    /// As people read it.
    pub value: String,
    pub rows: Option<String>,
    pub beside: String,
    pub below: Markup,
}

/// Figures in a row.
pub(super) fn figures(them: &[Figure]) -> Markup {
    html! {
        dl.score-figures {
            @for it in them {
                div {
                    dt { (it.title) }
                    dd { b { @match &it.rows { Some(url) => a.figure-link href=(url) { (it.value) }, None => (it.value) } } " " span { (it.beside) } }
                    dd { (it.below) }
                }
            }
        }
    }
}
