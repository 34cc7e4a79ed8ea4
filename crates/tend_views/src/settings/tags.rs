use maud::{Markup, html};
use tend_core::tags::Tag;

use super::{Section, act};
use crate::{
    parts::{Problems, button, csrf_field, empty, field, form_problems, table},
    urls,
};

/// All tags, each with its name to change; the field `name`.
pub fn tags(at: &Section<'_>, all: &[Tag], problems: &Problems) -> Markup {
    let frame = at.frame;
    let add = html! {
        form.settings-line method="post" action=(urls::settings_section("tags")) {
            (csrf_field(&frame.csrf))
            (field("name", "A new tag").label_hidden().placeholder("A new tag").required().problems(problems))
            (button("Add").primary().submits())
        }
    };
    let rows = html! {
        @for it in all {
            @let url = urls::settings_item("tags", it.id);
            tr {
                td {
                    form.settings-rename method="post" action=(url) {
                        (csrf_field(&frame.csrf))
                        (field("name", "Name").label_hidden().named_apart(format!("name-{}", it.id)).value(&it.name).required())
                        (button("Rename").small().quiet().submits())
                    }
                }
                td.is-end { (act(frame, &format!("{url}/archive"), "Archive", "Archive this tag? It stays where it stands.")) }
            }
        }
    };
    let work = html! {
        (form_problems(problems)) (add)
        @if all.is_empty() { (empty("No tags yet", "Tags sort conversations and customers by what they are about.").plain()) }
        @else { (table("Tags").col("Tag").col_quiet("Archive").rows(rows)) }
    };
    at.page("Tags", "Words that stand on conversations and customers.", html! {}, work)
}
