//! Canned responses: the list, and the page on which one is written.

use maud::{Markup, PreEscaped, html};
use tend_core::{
    canned::{Audience, Canned, CannedId},
    html::Html,
    templates::Variable,
};

use crate::{
    inbox::Offered,
    layout::{Frame, page},
    parts::{
        Element, Icon, Problems, Sample, button, choice_group, csrf_field, empty, field,
        form_problems, grouped, hidden, link_button, radio, sample, submit, table,
    },
    urls,
};

/// All that the agent may use. `may_share`: may change a team's and everyone's.
pub fn canned_page(frame: &Frame, them: &[Canned], offered: &Offered, may_share: bool) -> Markup {
    let rows = html! {
        @for it in them {
            @let may = may_share || matches!(it.audience(), Audience::Personal(_));
            tr {
                th scope="row" { @if may { a.link href=(urls::canned_response(it.id)) dir="auto" { (it.name) } } @else { span dir="auto" { (it.name) } } }
                td { code { "/" (it.shortcut) } }
                td { (whose(it.audience(), offered)) }
                td.is-end data-label="Used" { (grouped(it.used_count)) }
            }
        }
    };
    let new = link_button("New response", urls::new_canned()).primary().icon(Icon::Plus);
    page(frame, "Canned responses").bar(new).shows(html! {
        div.shell-page {
            @if them.is_empty() {
                (empty("No canned responses yet", "Write an answer once, and put it in with a slash and its shortcut. Names and numbers fill themselves in.")
                    .actions(link_button("New canned response", urls::new_canned()).primary()).key("/", "offers them while you write"))
            } @else { (table("Canned responses").col("Name").col("Shortcut").col("Whose").col_end("Used").rows(rows)) }
        }
    })
}

fn whose(it: Audience, offered: &Offered) -> String {
    match it {
        Audience::Personal(_) => "Only you".into(),
        Audience::Team(id) => {
            offered.team(id).map_or_else(|| "A team".into(), |it| it.name.clone())
        }
        Audience::Everyone => "Everyone".into(),
    }
}

/// One while it is written. The form sends `name`, `shortcut`, `html` (or `text`), `audience` (`personal`,
/// `everyone` or a team's id).
#[derive(Clone, Debug)]
pub struct CannedEditor {
    pub id: Option<CannedId>,
    pub name: String,
    pub shortcut: String,
    pub html: Html,
    pub audience: String,
    pub may_share: bool,
    /// What can be filled in.
    pub variables: Vec<Variable>,
    pub problems: Problems,
}

pub fn canned_editor(frame: &Frame, it: &CannedEditor, offered: &Offered) -> Markup {
    let url = it.id.map_or_else(urls::canned, urls::canned_response);
    let title = if it.id.is_some() { "Change a canned response" } else { "New canned response" };
    page(frame, title).shows(html! {
        form.shell-page.settings-form method="post" action=(url) {
            (csrf_field(&frame.csrf))
            @if it.id.is_some() { (hidden("_method", "PUT")) }
            (form_problems(&it.problems))
            (field("name", "Name").value(&it.name).required().any_direction().problems(&it.problems))
            (field("shortcut", "Shortcut").value(&it.shortcut).required().hint("What you type after the slash: letters, digits, - and _.").problems(&it.problems))
            (rich_text("Text", &it.html, it.problems.of("html")))
            (variables(&it.variables))
            @if it.may_share { (audience(it, offered)) } @else { (hidden("audience", "personal")) }
            div.settings-save {
                (submit("Keep it"))
                @if let Some(id) = it.id { (button("Put it away").quiet().danger().deletes(urls::canned_response(id)).confirm("Put this canned response away? Nobody is offered it any more. Messages that used it stay as they are.")) }
            }
        }
    })
}

/// A text with looks, in a form: sends `html`, or `text` without JavaScript. The `rich-text` island puts
/// the editor into it. One a page.
pub fn rich_text(label: &str, html: &Html, problem: Option<&str>) -> Markup {
    html! {
        div.field {
            label.field-label for="rich-text" { (label) }
            div.composer { div.composer-body data-rich-text data-label=(label) {
                textarea.composer-text id="rich-text" name="text" rows="6" dir="auto" { "\n" (html.to_text()) }
                template data-draft-html { (PreEscaped(html.as_str())) }
            } }
            @if let Some(it) = problem { p.field-error { (crate::parts::icon_s(Icon::CircleAlert)) span { (it) } } }
        }
    }
}

/// What can be filled in; a press copies it.
fn variables(them: &[Variable]) -> Markup {
    html! {
        @if !them.is_empty() {
            details.record-add {
                summary { "What fills itself in" }
                dl.panel-pairs.canned-variables {
                    @for it in them {
                        @let written = format!("{{{{ {} }}}}", it.name);
                        dt { button.link type="button" data-copy=(written) { code { (written) } } } dd { (it.label) }
                    }
                }
            }
        }
    }
}

fn audience(it: &CannedEditor, offered: &Offered) -> Markup {
    let choices = html! {
        (radio("audience", "personal", "Only you").on(it.audience == "personal"))
        (radio("audience", "everyone", "Everyone").on(it.audience == "everyone"))
        @for team in &offered.teams { (radio("audience", team.id, html! { "The team " (team.name) }).on(it.audience == team.id.to_string())) }
    };
    choice_group("Who has it", None, choices)
}

pub fn samples() -> Vec<Sample> {
    let (frame, offered) = (crate::gallery::sample_frame(), crate::inbox::sample_offered());
    let at = crate::parts::time::sample_ago(9_000);
    let canned = Canned {
        id: CannedId::from_raw(1),
        shortcut: "calib".into(),
        name: "Calibration certificate".into(),
        html_text: "<p>Dear {{ contact.first_name }},</p>".into(),
        owner_id: None,
        team_id: None,
        used_count: 1_204,
        created_at: at,
        changed_at: at,
    };
    let editor = CannedEditor {
        id: Some(canned.id),
        name: canned.name.clone(),
        shortcut: canned.shortcut.clone(),
        html: Html::sanitise(&canned.html_text),
        audience: "everyone".into(),
        may_share: true,
        variables: vec![Variable {
            name: "contact.first_name".into(),
            label: "The contact’s first name".into(),
        }],
        problems: [("shortcut", "There is one with this shortcut already.")].into_iter().collect(),
    };
    vec![
        sample("canned", canned_page(&frame, &[canned], &offered, true)),
        sample("canned-none", canned_page(&frame, &[], &offered, true)),
        sample("canned-editor", canned_editor(&frame, &editor, &offered)),
    ]
}
