use jiff::tz::TimeZone;
use maud::{Markup, html};
use tend_core::{
    contacts::{Contact, Identity, IdentityKind},
    customers::{Merged, Pasts, Record},
    tags::Tag,
    usage::use_of::Use,
};

use super::{
    Part, TimelinePane, facts,
    facts::{act, fact},
    notes::notes_panel,
    past_count, past_lines, timeline_pane,
    usage::usage_panel,
};
use crate::{
    campaigns::{OfContact, reached_panel},
    inbox::attribute_lines,
    layout::{Frame, page},
    orders::orders_panel,
    parts::{
        Element, Icon, Now, Tone, account_avatar, badge, button, callout, contact_avatar,
        csrf_field, empty, field, icon, icon_button, icon_s, language_name, link_button, menu,
        menu_item, menu_link, panel, select, their_zone_field,
    },
    survey::{Whose, surveys_panel},
    urls,
};

/// A contact with all that their page shows.
#[derive(Clone, Debug)]
pub struct ContactPage {
    pub record: Record,
    pub merges: Vec<Merged>,
    /// All tags that there are, to choose from.
    pub all_tags: Vec<Tag>,
    pub timeline: TimelinePane,
    pub usage: Use,
    /// What reached them, and what they want to hear of.
    pub reached: OfContact,
}

pub fn contact_page(frame: &Frame, it: &ContactPage) -> Markup {
    page(frame, &it.record.contact.name).fixed().shows(html! {
        div.customers-page {
            (crumb("Contacts", &urls::contacts(), &it.record.contact.name))
            div.customers {
                (contact_part(frame, it, Part::Head))
                div.customers-cols {
                    div.customers-main {
                        (contact_part(frame, it, Part::Main))
                        (timeline_pane(&frame.now, &it.timeline))
                    }
                    (contact_part(frame, it, Part::Side))
                }
            }
        }
    })
}

/// Where one is, in the bar.
pub(super) fn crumb(list: &str, url: &str, name: &str) -> Markup {
    html! {
        header.shell-bar {
            (crate::layout::side_button())
            nav.customers-crumb aria-label="Where this is" { a.u-quiet href=(url) { (list) } (icon_s(Icon::ChevronRight)) span.u-truncate dir="auto" { (name) } }
        }
    }
}

/// One region of the page.
pub fn contact_part(frame: &Frame, it: &ContactPage, part: Part) -> Markup {
    let id = it.record.contact.id;
    let topics = format!("contact:{id} account:{}", it.record.account.id);
    let (name, inner) = match part {
        Part::Head => ("head", head(frame, it)),
        Part::Main => ("main", main(frame, it)),
        Part::Side => ("side", side(frame, it)),
    };
    html! {
        div class={ "customers-" (name) "part" } id={ "customer-" (name) } data-live=(topics) data-live-get=(urls::contact_part(id, name)) { (inner) }
    }
}

fn head(frame: &Frame, page: &ContactPage) -> Markup {
    let it = &page.record.contact;
    let may = page.record.may;
    html! {
        header.customers-head {
            (contact_avatar(&it.name, it.picture_file_id.map(urls::picture).as_deref()).xl())
            div.customers-title {
                h1 dir="auto" lang=[(!it.language.is_empty()).then_some(&it.language)] { (it.name) }
                p { (lead(&frame.now, page)) }
            }
            div.customers-acts {
                @if may.write && page.record.identities.iter().any(|it| it.kind == IdentityKind::Email) {
                    (link_button("Write", urls::new_conversation_to(it.id)).primary().icon(Icon::Mail).key("w"))
                }
                @if may.edit || may.merge { (menu("contact-menu", icon_button(Icon::Ellipsis, "More"), more(frame, page))) }
            }
        }
        @if it.blocked_at.is_some() {
            (callout(Tone::Warn, html! { b { "Blocked." } " What they write is taken as spam." }, None))
        }
        (facts::merged_lately(frame, &page.merges, |merge| urls::contact_unmerge(it.id, merge.id), may.merge))
    }
}

/// What they do, where, and what time it is there.
fn lead(now: &Now, page: &ContactPage) -> Markup {
    let it = &page.record.contact;
    let account = &page.record.account;
    let there = TimeZone::get(&it.time_zone).ok().filter(|_| !it.time_zone.is_empty());
    html! {
        @if !it.title.is_empty() { span dir="auto" { (it.title) } " · " }
        @if account.kind == "company" { a.customers-inner href=(urls::account(account.id)) dir="auto" { (account.name) } " · " }
        @if let Some(zone) = there { @let now = Now::new(now.at, zone); (now.clock_text(now.at)) " there · " }
        @match it.seen_at {
            Some(at) => { "wrote last " (now.short(at)) }
            None => { "never wrote" }
        }
    }
}

fn more(frame: &Frame, page: &ContactPage) -> Markup {
    let (it, may) = (&page.record.contact, page.record.may);
    let block = urls::contact_block(it.id);
    html! {
        @if may.merge { (menu_link("Merge with another…", urls::contact_merge(it.id)).icon(Icon::Merge)) }
        @if may.edit {
            (menu_link("Move to another account…", urls::contact_account(it.id)).icon(Icon::ArrowRight))
            form method="post" action=(block) {
                (csrf_field(&frame.csrf)) (crate::parts::hidden("_method", if it.blocked_at.is_some() { "DELETE" } else { "PUT" }))
                @if it.blocked_at.is_some() { (menu_item("Unblock").icon(Icon::Ban)) }
                @else { (menu_item("Block: take what they write as spam").icon(Icon::Ban).danger()) }
            }
        }
    }
}

fn main(frame: &Frame, page: &ContactPage) -> Markup {
    let (it, now) = (&page.record, &frame.now);
    let all = urls::view_list(format_args!("contact:{}", it.contact.id));
    let aside = html! { @if it.open.count + it.past.count > 0 { a href=(all) { "All " (super::at_most(it.open.count + it.past.count, Pasts::MOST)) } } };
    html! {
        (panel("Conversations").aside(aside).holds(html! {
            @if it.open.newest.is_empty() && it.past.newest.is_empty() {
                (empty("No conversations", "None yet, or none that you may see.").plain())
            }
            @if !it.open.newest.is_empty() { h3.customers-sub { "Open" span.u-quiet.u-num { (past_count(&it.open)) } } (past_lines(now, &it.open.newest)) }
            @if !it.past.newest.is_empty() { h3.customers-sub { "Before" span.u-quiet.u-num { (past_count(&it.past)) } } (past_lines(now, &it.past.newest)) }
        }))
        @if let Some(orders) = &it.orders {
            @let all = urls::with_query(&urls::orders(), &[("contact", &it.contact.id.to_string())]);
            (orders_panel(now, orders, &all))
        }
        (surveys_panel(now, &it.surveys, Whose::One))
        (usage_panel(now, &page.usage, true))
        (reached_panel(now, &page.reached))
        (notes_panel(frame, &it.contact.name, &it.notes, it.notes_count, &urls::contact_notes(it.contact.id), it.may.edit, it.may.merge))
    }
}

fn side(frame: &Frame, page: &ContactPage) -> Markup {
    let it = &page.record;
    let (id, may) = (it.contact.id, it.may);
    html! {
        (panel("About").holds(html! {
            @for identity in &it.identities { (identity_line(frame, &it.contact, &it.identities, identity, may.edit)) }
            @if may.edit { (add_identity(frame, &it.contact)) }
            div.record-facts { (own_facts(frame, &it.contact, may.edit)) }
            (attribute_lines(frame, &it.attributes, &urls::contact(id), may.edit))
            (facts::tags(frame, &it.tags, &page.all_tags, &urls::contact_tags(id), may.edit, may.make_tags))
        }))
        (panel("Account").holds(html! {
            a.record-line href=(urls::account(it.account.id)) {
                (account_avatar(&it.account.name).s())
                span.u-medium.u-truncate dir="auto" { (it.account.name) }
                @if it.account.kind == "person" { span.u-quiet { "of one" } }
            }
            @if let Some(owner) = &it.account_owner { div.record-line { span.u-quiet { "Looked after by" } span.u-truncate { (owner) } } }
            @if it.account_open_count > 0 { div.record-line { span.u-quiet { "Open conversations" } a.figure-link href=(urls::account(it.account.id)) { (it.account_open_count) } } }
            @for note in it.account_notes.iter().take(2) { (super::note_card(frame, note, false, false)) }
        }))
        (facts::merged_before(frame, &page.merges, |merge| urls::contact_unmerge(id, merge.id), may.merge))
    }
}

fn own_facts(frame: &Frame, it: &Contact, may: bool) -> Markup {
    let url = urls::contact(it.id);
    let shown = |text: &str| (!text.is_empty()).then(|| html! { (text) });
    let line = |name: &str, label: &str, value: &str| {
        field(name, label)
            .value(value)
            .label_hidden()
            .named_apart(format!("contact-{name}"))
            .any_direction()
    };
    html! {
        (fact(frame, "Name", shown(&it.name), may, &url, line("name", "Name", &it.name).required()))
        (fact(frame, "Title", shown(&it.title), may, &url, line("title", "Title", &it.title)))
        (fact(frame, "Language", shown(&language_name(&it.language)), may, &url, line("language", "Language", &it.language).placeholder("en, pt-BR")))
        (fact(frame, "Time zone", shown(&it.time_zone), may, &url, their_zone_field("time_zone", "Time zone", &it.time_zone).label_hidden().named_apart("contact-zone")))
        div.record-line { span.u-quiet { "Record since" } (frame.now.date(it.created_at)) }
    }
}

fn word(it: IdentityKind) -> &'static str {
    match it {
        IdentityKind::Email => "Address",
        IdentityKind::Phone => "Phone number",
        IdentityKind::External => "Id in your own system",
        IdentityKind::Handle => "Handle",
        IdentityKind::Visitor => "Visitor",
    }
}

fn sign(it: IdentityKind) -> Icon {
    match it {
        IdentityKind::Email => Icon::Mail,
        IdentityKind::Phone => Icon::Phone,
        IdentityKind::External => Icon::Hash,
        IdentityKind::Handle => Icon::AtSign,
        IdentityKind::Visitor => Icon::MessageCircle,
    }
}

fn identity_line(
    frame: &Frame,
    of: &Contact,
    all: &[Identity],
    it: &Identity,
    may: bool,
) -> Markup {
    let url = urls::contact_identity(of.id, it.id);
    let several = all.iter().filter(|other| other.kind == it.kind).count() > 1;
    let facts = html! {
        (icon(sign(it.kind)))
        span.u-truncate title=(word(it.kind)) { (it.value) }
        @if several && it.is_primary { (badge("First")) }
        @if it.undeliverable_at.is_some() { (badge("Comes back").tone(Tone::Warn)) }
    };
    if !may {
        return html! { div.record-line { (facts) } };
    }
    html! {
        details.customers-known {
            summary.record-line { (facts) }
            div.customers-identity {
                (button("Copy").quiet().small().attr("data-copy", &it.value))
                @if !it.is_primary { (act(frame, "PUT", &url, "Make it the first", "")) }
                (act(frame, "DELETE", &url, "Remove", &format!("Remove {}? Mail from it will make a new contact.", it.value)))
            }
        }
    }
}

fn add_identity(frame: &Frame, it: &Contact) -> Markup {
    let url = urls::contact_identities(it.id);
    let kinds =
        [IdentityKind::Email, IdentityKind::Phone, IdentityKind::External, IdentityKind::Handle];
    html! {
        details.record-add {
            summary { (icon_s(Icon::Plus)) "Add an address or a number" }
            form method="post" action=(url) hx-post=(url) hx-swap="none" data-resets {
                (csrf_field(&frame.csrf))
                (select("kind", "Kind", kinds.map(|it| (it.word(), word(it))), "email").label_hidden().named_apart("identity-kind"))
                (field("value", "Address, number or name").label_hidden().named_apart("identity-value").required().autocomplete("off"))
                (button("Add").small().submits())
            }
        }
    }
}
