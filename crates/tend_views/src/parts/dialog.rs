//! Dialogs: for a question that must be answered before anything else.

use maud::{Markup, Render, html};

use super::{
    button::{Button, button, icon_button},
    element::Element,
    icon::Icon,
    sample::{Sample, sample},
};

/// A dialog; see [`dialog`].
#[derive(Clone, Debug)]
pub struct Dialog {
    id: String,
    title: String,
    lead: Option<Markup>,
    body: Option<Markup>,
    foot: Option<Markup>,
    wide: bool,
    /// Where its form goes: action and csrf.
    form: Option<(String, String)>,
}

/// A dialog that a button with [`Button::opens_dialog`] and the same id opens. The title asks or names.
pub fn dialog(id: impl Into<String>, title: impl Into<String>) -> Dialog {
    let (id, title) = (id.into(), title.into());
    Dialog { id, title, lead: None, body: None, foot: None, wide: false, form: None }
}

impl Dialog {
    /// What follows from it, below the title.
    pub fn lead(mut self, lead: impl Render) -> Self {
        self.lead = Some(lead.render());
        self
    }
    pub fn body(mut self, body: impl Render) -> Self {
        self.body = Some(body.render());
        self
    }
    /// The main button; a way out stands before it.
    pub fn foot(mut self, main: Button) -> Self {
        self.foot = Some(html! { (cancel(&self.id)) (main) });
        self
    }
    /// 640 px.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
    /// Body and foot become a form that is sent to `action`.
    pub fn form(mut self, action: impl Into<String>, csrf: &str) -> Self {
        self.form = Some((action.into(), csrf.to_owned()));
        self
    }
}

/// Closes the dialog with this id.
pub fn cancel(dialog: &str) -> Button {
    button("Cancel").quiet().attr("command", "close").attr("commandfor", dialog)
}

impl Render for Dialog {
    fn render(&self) -> Markup {
        let inner = html! {
            @if let Some(it) = &self.body { div.dialog-body { (it) } }
            @if let Some(it) = &self.foot { div.dialog-foot { (it) } }
        };
        html! {
            dialog.dialog.dialog-wide[self.wide] id=(self.id) aria-labelledby={ (self.id) "-title" } {
                header.dialog-head {
                    h2 id={ (self.id) "-title" } { (self.title) }
                    (icon_button(Icon::X, "Close").small().attr("command", "close").attr("commandfor", &self.id))
                    @if let Some(it) = &self.lead { p { (it) } }
                }
                @match &self.form {
                    Some((action, csrf)) => {
                        form method="post" action=(action) { (super::field::csrf_field(csrf)) (inner) }
                    }
                    None => { (inner) }
                }
            }
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let it = dialog("dialog-sample", "Merge #10482 into #10491?")
        .lead("Messages go together by time. The customer sees nothing. You can undo this for 30 days.")
        .foot(button("Merge").primary());
    let open = button("Open the dialog").opens_dialog("dialog-sample");
    vec![sample("opened by a button", html! { (open) (it) })]
}
