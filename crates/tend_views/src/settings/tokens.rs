use maud::{Markup, html};
use tend_core::agents::{Permission, Permissions, tokens::Token};

use super::{Section, act, form};
use crate::{
    parts::{
        Element, Problems, Tone, badge, button, callout, check, empty, field, link_button, table,
    },
    urls,
};

/// A token in the list.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub token: Token,
    pub is_over: bool,
}

pub fn tokens(at: &Section<'_>, all: &[TokenRow]) -> Markup {
    let now = &at.frame.now;
    let rows = html! {
        @for it in all {
            @let token = &it.token;
            tr {
                th scope="row" { span dir="auto" { (token.name) } " " code { "…" (token.hint) } }
                td data-label="May" { @if token.scopes.is_empty() { "Everything you may" } @else { (token.scopes.iter().count()) " permissions" } }
                td data-label="Ends" { @if it.is_over { (badge("Over").tone(Tone::Warn)) } @else if let Some(end) = token.expires_at { (now.date_text(end)) } @else { "Never" } }
                td data-label="Last used" { @if let Some(used) = token.last_used_at { (now.short(used)) } @else { "Never" } }
                td { (act(at.frame, &format!("{}/revoke", urls::settings_item("tokens", token.id)), "Revoke", "Revoke this token? Programs that use it stop working.")) }
            }
        }
    };
    let list = html! {
        @if all.is_empty() { (empty("No tokens", "A token lets a program act as you, within its scopes.").plain()) }
        @else { (table("API tokens").col("Token").col("May").col("Ends").col("Last used").col_quiet("Revoke").rows(rows)) }
    };
    let acts = html! {
        (link_button("API reference", urls::reference()))
        (link_button("New token", urls::settings_item("tokens", "new")).primary())
    };
    at.page("API tokens", "Programs use them to act as you.", acts, list)
}

/// The fields `name`, `days`, `scope` (several).
pub fn new_token(at: &Section<'_>, name: &str, mine: Permissions, problems: &Problems) -> Markup {
    let fields = html! {
        (field("name", "Name").value(name).required().hint("What uses it.").problems(problems))
        (field("days", "Ends after").value("365").attr("inputmode", "numeric").suffix("days").hint("Empty means never.").problems(problems))
        fieldset.field { legend.field-label { "May" }
            p.field-hint { "Without any, everything that you may." }
            @for one in Permission::ALL.iter().copied().filter(|it| mine.contains(*it)) {
                (check("scope", one.means()).value(one.word()))
            }
        }
    };
    let url = urls::settings_section("tokens");
    at.page("New token", "", html! {}, form(at.frame, &url, problems, "Make it", fields))
}

/// The only time that its text is shown.
pub fn token_made(at: &Section<'_>, text: &str) -> Markup {
    let said = html! { "This is shown once. Keep it where only the program finds it." };
    let work = html! {
        (callout(Tone::Warn, said, None))
        p.u-row { code id="token" { (text) } (button("Copy").small().attr("data-copy", text)) }
        p { a.link href=(urls::settings_section("tokens")) { "Back to the tokens" } }
    };
    at.page("Your new token", "", html! {}, work)
}
