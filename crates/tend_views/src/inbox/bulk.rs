use maud::{Markup, html};

use super::{ListPane, menus};
use crate::{
    layout::Frame,
    parts::{Element, Icon, button, csrf_field, hidden, icon_button, menu, menu_item},
    urls,
};

/// What can be done with several at once. The boxes of the rows belong to this form; the
/// `bulk-select` island shows the bar while one is ticked and says how many.
pub fn bar(frame: &Frame, pane: &ListPane<'_>) -> Markup {
    html! {
        form.inbox-bulk id="bulk" method="post" action=(urls::bulk()) hx-post=(urls::bulk()) hx-target="#list-rows" hx-swap="innerMorph"
            aria-label="Chosen conversations" {
            (csrf_field(&frame.csrf)) (hidden("view", pane.key)) (hidden("sort", pane.sort.word()))
            input type="hidden" name="all" value="" data-choose-all-field;
            div.inbox-bulkhead {
                b { span data-chosen-count { "0" } " chosen" }
                (button("All in this view").quiet().small().attr("data-choose-all", "").pressed(false))
                (icon_button(Icon::X, "Choose none").small().key("esc").attr("data-choose-none", ""))
            }
            div.inbox-bulkacts {
                @if pane.may.update { (states(pane)) }
                @if pane.may.assign { (people(pane)) }
                @if pane.may.update { (more(pane)) }
            }
        }
    }
}

fn states(pane: &ListPane<'_>) -> Markup {
    let it = pane.offered;
    html! {
        (button("Resolve").quiet().small().icon(Icon::Check).hotkey("e").submits().sends("do", "status:resolved"))
        (menu("bulk-status", icon_button(Icon::CircleDashed, "Status").small().key("s"), menus::status_items(&it.statuses, None, "do", "status:")))
        (menu("bulk-priority", icon_button(Icon::SignalHigh, "Priority").small().key("p"), menus::priority_items(None, "do", "priority:")))
        (menu("bulk-tag", icon_button(Icon::Tag, "Tag").small().key("t"), html! {
            @for tag in &it.tags { (menu_item(&tag.name).icon(Icon::Tag).sends("do", format!("tag:{}", tag.id))) }
            @if it.tags.is_empty() { p.menu-empty { "No tags yet." } }
        }))
    }
}

fn more(pane: &ListPane<'_>) -> Markup {
    html! {
        (menu("bulk-more", icon_button(Icon::Ellipsis, "More").small(), html! {
            (menu_item("Mark read").icon(Icon::MailOpen).sends("do", "read"))
            (menu_item("Mark unread").icon(Icon::Mail).sends("do", "unread"))
            @if pane.may.merge { (menu_item("Merge into the oldest").icon(Icon::Merge).sends("do", "merge")) }
            (menu_item("Spam").icon(Icon::Ban).sends("do", "status:spam").danger())
        }))
    }
}

fn people(pane: &ListPane<'_>) -> Markup {
    let it = pane.offered;
    html! {
        (menu("bulk-assign", icon_button(Icon::UserRoundPlus, "Assign").small().key("a"), menus::assignee_items(&it.agents, None, "do", "assign:")))
        @if !it.teams.is_empty() {
            (menu("bulk-team", icon_button(Icon::UsersRound, "Team").small(), menus::team_items(&it.teams, None, "do", "team:")))
        }
    }
}
