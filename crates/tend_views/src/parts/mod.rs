//! The words of the interface. Each part takes plain data and renders itself; `html!` takes it in
//! brackets: `(button("Save").primary().key("mod+enter"))`. Each shows its states with `samples()`,
//! which the gallery displays and the tests read.

pub mod avatar;
pub mod badge;
pub mod button;
pub mod choice;
pub mod dialog;
pub mod element;
pub mod empty;
pub mod field;
pub mod icon;
#[rustfmt::skip]
mod icon_table;
pub mod kbd;
pub mod language;
pub mod menu;
pub mod notice;
pub mod panel;
pub mod sample;
pub mod share;
pub mod table;
pub mod tabs;
pub mod time;
pub mod zone;

pub use avatar::{Avatar, account_avatar, agent_avatar, avatar_stack, contact_avatar, initials};
pub use badge::{Badge, Tone, badge, count_badge, status_badge, status_dot};
pub use button::{Button, button, icon_button, link_button, split, submit};
pub use choice::{Choice, bare_check, check, choice_group, radio, switch};
pub use dialog::{Dialog, cancel, dialog};
pub use element::{El, Element};
pub use empty::{Empty, empty};
pub use field::{Field, Problems, area, csrf_field, field, form_problems, hidden, select};
pub use icon::{Icon, icon, icon_l, icon_s, icon_turns, mark};
pub use kbd::{key_list, keys};
pub use language::language_name;
pub use menu::{MenuItem, menu, menu_body, menu_find, menu_item, menu_link, menu_rule, menu_title};
pub use notice::{callout, refusal, toast, toast_itself, trouble};
pub use panel::{Panel, more, pager, panel, progress, skeleton};
pub use sample::{Sample, sample};
pub use share::{hundredths, percent, percent_between, points};
pub use table::{Table, pairs, table};
pub use tabs::{Tab, Tabs, tab, tabs};
pub use time::{Now, counted, file_size, grouped, length};
pub use zone::{their_zone_field, zone_field};

/// Every part with all its states, in the order of the gallery.
pub fn all_samples() -> Vec<(&'static str, Vec<Sample>)> {
    vec![
        ("button", button::samples()),
        ("field", field::samples()),
        ("choice", choice::samples()),
        ("avatar", avatar::samples()),
        ("badge", badge::samples()),
        ("time", time::samples()),
        ("kbd", kbd::samples()),
        ("tabs", tabs::samples()),
        ("menu", menu::samples()),
        ("dialog", dialog::samples()),
        ("table", table::samples()),
        ("notice", notice::samples()),
        ("panel", panel::samples()),
        ("empty", empty::samples()),
        ("zone", zone::samples()),
        ("icon", icon::samples()),
    ]
}
