//! Icons: drawn in place, so that a page shows them with its first byte and a fragment needs nothing else.

use maud::{Markup, Render, html};

pub use super::icon_table::Icon;
use super::sample::{Sample, sample};

/// An icon in a size, to be written into a page.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    icon: Icon,
    class: &'static str,
}

/// An icon of 16 px, in the colour of the text. It says nothing to a screen reader: the word beside it does.
pub fn icon(icon: Icon) -> Drawn {
    Drawn { icon, class: "icon" }
}

/// 13 px, beside small text.
pub fn icon_s(icon: Icon) -> Drawn {
    Drawn { icon, class: "icon icon-s" }
}

/// 20 px, in the dock.
pub fn icon_l(icon: Icon) -> Drawn {
    Drawn { icon, class: "icon icon-l" }
}

/// An icon with a direction (back, next): it turns round in right-to-left text.
pub fn icon_turns(icon: Icon) -> Drawn {
    Drawn { icon, class: "icon icon-turns" }
}

impl Render for Drawn {
    fn render_to(&self, out: &mut String) {
        out.push_str("<svg class=\"");
        out.push_str(self.class);
        out.push_str("\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">");
        out.push_str(self.icon.shapes());
        out.push_str("</svg>");
    }
}

impl Render for Icon {
    fn render_to(&self, out: &mut String) {
        icon(*self).render_to(out);
    }
}

/// The mark: three strokes from one root. `px` is its size.
pub fn mark(px: u32) -> Markup {
    html! {
        svg.mark width=(px) height=(px) viewBox="0 0 24 24" fill="none" stroke="currentColor"
            stroke-width="2.6" stroke-linecap="round" aria-hidden="true" {
            path d="M12 21V4" {}
            path d="M12 21c0-6.2-2.6-9.6-7.6-10.8" {}
            path d="M12 21c0-6.2 2.6-9.6 7.6-10.8" {}
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let all = html! { div.gallery-icons { @for it in Icon::ALL { (icon(*it)) } } };
    vec![sample("all", all), sample("mark", mark(26))]
}
