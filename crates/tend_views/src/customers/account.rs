use maud::{Markup, html};
use tend_core::{
    accounts::{Overview, Stray, list::MOST_CONTACTS},
    agents::Agent,
    book::Standing,
    contacts::list::Line,
    money::of_account::Of,
    tags::Tag,
    usage::use_of::Use,
};

use super::{
    Part, TimelinePane, at_most,
    contact::crumb,
    facts::{self, act, fact, picture},
    notes::notes_panel,
    past_count, past_lines, timeline_pane,
    usage::usage_panel,
};
use crate::{
    book::{book_facts, book_goals, book_head, book_health, book_parts, book_people, book_tasks},
    inbox::attribute_lines,
    layout::{Frame, page},
    meetings::{Meetings, meetings_panel},
    onboarding::{OfAccount, onboarding_panel},
    orders::orders_panel,
    parts::{
        Icon, account_avatar, agent_avatar, button, check, contact_avatar, csrf_field, empty,
        field, icon, icon_button, icon_s, link_button, menu, menu_link, panel,
    },
    recommend::suggestions_to_come,
    revenue::{money_figures, money_panel},
    survey::{Whose, surveys_panel},
    urls,
};

/// An account with all that its page shows.
#[derive(Clone, Debug)]
pub struct AccountPage {
    /// Its people's newest orders; nothing for who may not see orders.
    pub orders: Option<tend_core::orders::Newest>,
    /// What its people were asked last, and said.
    pub surveys: Vec<tend_core::surveys::Request>,
    /// Its first steps, theirs and ours.
    pub onboarding: OfAccount,
    pub meetings: Meetings,
    pub overview: Overview,
    /// Who may look after it.
    pub agents: Vec<Agent>,
    /// All tags that there are, to choose from.
    pub all_tags: Vec<Tag>,
    /// Who writes from its domains and has an account of their own.
    pub strays: Vec<Stray>,
    pub timeline: TimelinePane,
    pub usage: Use,
    /// Nothing for who may not see money.
    pub money: Option<Of>,
    pub book: Standing,
}

pub fn account_page(frame: &Frame, it: &AccountPage) -> Markup {
    page(frame, &it.overview.account.name).fixed().shows(html! {
        div.customers-page {
            (crumb("Accounts", &urls::accounts(), &it.overview.account.name))
            div.customers {
                (account_part(frame, it, Part::Head))
                div.customers-cols {
                    div.customers-main {
                        (account_part(frame, it, Part::Main))
                        (timeline_pane(&frame.now, &it.timeline))
                    }
                    (account_part(frame, it, Part::Side))
                }
            }
        }
    })
}

/// One region of the page.
pub fn account_part(frame: &Frame, it: &AccountPage, part: Part) -> Markup {
    let id = it.overview.account.id;
    let (name, inner) = match part {
        Part::Head => ("head", head(frame, it)),
        Part::Main => ("main", main(frame, it)),
        Part::Side => ("side", side(frame, it)),
    };
    html! {
        div class={ "customers-" (name) "part" } id={ "customer-" (name) } data-live={ "account:" (id) } data-live-get=(urls::account_part(id, name)) { (inner) }
    }
}

fn head(frame: &Frame, page: &AccountPage) -> Markup {
    let it = &page.overview;
    let id = it.account.id;
    // What came together by itself needs no notice; it stands at the side.
    let by_agents: Vec<_> = it.merges.iter().filter(|it| it.by.is_some()).cloned().collect();
    html! {
        header.customers-head {
            (account_avatar(&it.account.name).xl())
            div.customers-title {
                h1 dir="auto" { (it.account.name) }
                p {
                    (book_head(&page.book)) " "
                    @if it.account.kind == "person" { "Account of one · " }
                    @for domain in it.domains.iter().take(3) { (domain) " · " }
                    "record since " (frame.now.date_text(it.account.created_at))
                }
            }
            div.customers-acts {
                @if page.book.may_task { (link_button("Task", urls::with_query(&urls::new_task(), &[("account", &id.to_string())])).small().icon(Icon::CirclePlus).key("t")) }
                @if let Some(owner) = &it.owner { span.u-row.u-quiet.u-small.u-only-wide { (agent_avatar(&owner.name, picture(owner.picture_file_id).as_deref()).s()) (owner.name) } }
                @if it.may.merge { (menu("account-menu", icon_button(Icon::Ellipsis, "More"), menu_link("Merge with another…", urls::account_merge(id)).icon(Icon::Merge))) }
            }
        }
        (figures(frame, page))
        (facts::merged_lately(frame, &by_agents, |merge| urls::account_unmerge(id, merge.id), it.may.merge))
    }
}

/// What is known today; each figure opens the rows behind it.
fn figures(frame: &Frame, page: &AccountPage) -> Markup {
    let it = &page.overview;
    // Four figures stand in a row; what it pays takes the place of what stands at the side, too.
    let pays = page.money.as_ref().is_some_and(|it| it.standing.is_some());
    let id = it.account.id;
    let all = urls::view_list(format_args!("account:{id}"));
    let people = urls::with_query(&urls::contacts(), &[("account", &id.to_string())]);
    let wrote = it.people.iter().filter_map(|it| it.seen_at).max();
    html! {
        section.customers-figures aria-label="Key figures" {
            @if let Some(money) = &page.money { (money_figures(money)) }
            div.customers-figure { h2 { "Open conversations" } p.customers-big { a.figure-link href=(all) { (past_count(&it.open)) } } p { (past_count(&it.past)) " before" } }
            div.customers-figure { h2 { "Waits longest" } p.customers-big {
                @match it.waiting_since { Some(at) => { (frame.now.since(at)) } None => { "Nobody" } }
            } p { @if it.waiting_since.is_some() { "for our answer" } @else { "is waiting for us" } } }
            @if !pays {
            div.customers-figure { h2 { "People" } p.customers-big { a.figure-link href=(people) { (at_most(it.people_count, MOST_CONTACTS)) } } p { "in this account" } }
            div.customers-figure { h2 { "Wrote last" } p.customers-big {
                @match wrote { Some(at) => { (frame.now.short(at)) } None => { "Never" } }
            } p { @if let Some(who) = it.people.iter().find(|line| line.seen_at == wrote && wrote.is_some()) { span dir="auto" { (who.name) } } } }
            }
        }
    }
}

fn main(frame: &Frame, page: &AccountPage) -> Markup {
    let it = &page.overview;
    let now = &frame.now;
    let all = urls::view_list(format_args!("account:{}", it.account.id));
    let aside = html! { @if it.open.count + it.past.count > 0 { a href=(all) { "All" } } };
    html! {
        (panel("Conversations").aside(aside).holds(html! {
            @if it.open.newest.is_empty() && it.past.newest.is_empty() {
                (empty("No conversations", "None yet, or none that you may see.").plain())
            }
            @if !it.open.newest.is_empty() { h3.customers-sub { "Open" span.u-quiet.u-num { (past_count(&it.open)) } } (past_lines(now, &it.open.newest)) }
            @if !it.past.newest.is_empty() { h3.customers-sub { "Before" span.u-quiet.u-num { (past_count(&it.past)) } } (past_lines(now, &it.past.newest)) }
        }))
        @if let Some(money) = &page.money { (money_panel(frame, money)) }
        @if let Some(orders) = &page.orders {
            @let all = urls::with_query(&urls::orders(), &[("account", &it.account.id.to_string())]);
            (orders_panel(now, orders, &all))
            @if !orders.orders.is_empty() { (suggestions_to_come(&urls::account_suggestions(it.account.id))) }
        }
        (surveys_panel(now, &page.surveys, Whose::Everybody))
        (usage_panel(now, &page.usage, false))
        (notes_panel(frame, &it.account.name, &it.notes, it.notes_count, &urls::account_notes(it.account.id), it.may.edit, it.may.merge))
    }
}

fn side(frame: &Frame, page: &AccountPage) -> Markup {
    let it = &page.overview;
    let (id, may) = (it.account.id, it.may);
    html! {
        (book_health(it.account.id, &page.book))
        (onboarding_panel(frame, it.account.id, &page.onboarding))
        (meetings_panel(frame, id, &page.meetings, may.edit.then(|| it.people.iter().map(|it| (it.id.to_string(), it.name.as_str())).collect())))
        (book_goals(frame, it.account.id, &page.book, it.may.edit))
        (book_people(frame, it, &page.book))
        (book_tasks(frame, it.account.id, &page.book))
        (people(frame, it))
        (book_parts(&page.book))
        (panel("About").holds(html! {
            div.record-facts { (own_facts(frame, page)) }
            (attribute_lines(frame, &it.attributes, &urls::account(id), may.edit))
            (facts::tags(frame, &it.tags, &page.all_tags, &urls::account_tags(id), may.edit, may.make_tags))
        }))
        (panel("Mail domains").lead("Who writes from these belongs to this account.").holds(domains(frame, page)))
        (facts::merged_before(frame, &it.merges, |merge| urls::account_unmerge(id, merge.id), may.merge))
    }
}

fn people(frame: &Frame, it: &Overview) -> Markup {
    let all = urls::with_query(&urls::contacts(), &[("account", &it.account.id.to_string())]);
    let new = urls::with_query(&urls::new_contact(), &[("account", &it.account.id.to_string())]);
    let aside = html! { a href=(all) { "All " (at_most(it.people_count, MOST_CONTACTS)) } };
    panel("People").aside(aside).holds(html! {
        @for line in &it.people { (person(frame, line)) }
        @if it.may.edit { (link_button("Add someone", new).quiet().small().icon(Icon::Plus)) }
    })
}

fn person(frame: &Frame, it: &Line) -> Markup {
    html! {
        a.record-line.customers-person href=(urls::contact(it.id)) {
            (contact_avatar(&it.name, picture(it.picture_file_id).as_deref()))
            span.u-truncate { span.u-medium dir="auto" { (it.name) } small dir="auto" { @if it.title.is_empty() { (it.email.as_deref().unwrap_or_default()) } @else { (it.title) } } }
            @if let Some(at) = it.seen_at { (frame.now.short(at)) }
        }
    }
}

fn own_facts(frame: &Frame, page: &AccountPage) -> Markup {
    let it = &page.overview;
    let url = urls::account(it.account.id);
    html! {
        (fact(frame, "Name", Some(html! { (it.account.name) }), it.may.edit, &url, field("name", "Name").value(&it.account.name).label_hidden().named_apart("account-name").required().any_direction()))
        (book_facts(frame, it.account.id, it.owner.as_ref(), &page.agents, &page.book, it.may.edit))
    }
}

fn domains(frame: &Frame, page: &AccountPage) -> Markup {
    let it = &page.overview;
    let id = it.account.id;
    let url = urls::account_domains(id);
    html! {
        @for domain in &it.domains {
            div.record-line {
                (icon(Icon::Globe)) span.u-truncate { (domain) }
                @if it.may.edit { (act(frame, "DELETE", &urls::account_domain(id, domain), "Remove", &format!("Remove {domain}? Who is here stays; who writes from it for the first time makes another account."))) }
            }
        }
        @if it.domains.is_empty() { p.u-quiet { "None. " @if it.account.kind == "person" { "With one, this becomes the account of a company." } } }
        @if it.may.edit {
            details.record-add {
                summary { (icon_s(Icon::Plus)) "Add a domain" }
                form method="post" action=(url) hx-post=(url) hx-swap="none" data-resets {
                    (csrf_field(&frame.csrf))
                    (field("domain", "Domain").label_hidden().named_apart("account-domain").placeholder("kestrel.example").required().autocomplete("off"))
                    (button("Add").small().submits())
                }
            }
            @if !page.strays.is_empty() { (strays(frame, page)) }
        }
    }
}

/// Those who could come here, if someone wants it so.
fn strays(frame: &Frame, page: &AccountPage) -> Markup {
    let url = urls::account_strays(page.overview.account.id);
    let count = page.strays.len();
    html! {
        details.customers-strays {
            summary { (icon_s(Icon::UserRoundPlus)) (count) (if count == 1 { " person writes" } else { " people write" }) " from these domains, with an account of their own" }
            form method="post" action=(url) hx-post=(url) hx-swap="none" data-resets {
                (csrf_field(&frame.csrf))
                @for it in &page.strays { (check("account", html! { span dir="auto" { (it.name) } }).value(it.account_id).on(true).hint(&it.email)) }
                (button("Bring them here").small().submits())
            }
        }
    }
}
