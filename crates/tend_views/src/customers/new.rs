use maud::{Markup, html};
use tend_core::{accounts::Account, agents::Agent};

use crate::{
    layout::{Frame, page},
    parts::{
        Element, Problems, csrf_field, field, form_problems, hidden, link_button, select, submit,
        their_zone_field,
    },
    urls,
};

/// A contact while it is entered.
#[derive(Clone, Debug, Default)]
pub struct NewContactForm {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub title: String,
    pub language: String,
    pub time_zone: String,
    /// Where they will belong; without one, where their address belongs.
    pub account: Option<Account>,
}

pub fn new_contact_page(frame: &Frame, it: &NewContactForm, problems: &Problems) -> Markup {
    let back = match &it.account {
        Some(account) => urls::account(account.id),
        None => urls::contacts(),
    };
    page(frame, "New contact").shows(html! {
        form.customers-form method="post" action=(urls::contacts()) {
            (csrf_field(&frame.csrf))
            (form_problems(problems))
            @if let Some(account) = &it.account {
                (hidden("account", account.id))
                p { "They will belong to " b dir="auto" { (account.name) } "." }
            }
            (field("name", "Name").value(&it.name).problems(problems).any_direction().autocomplete("off").attr("autofocus", ""))
            (field("email", "Email").kind("email").value(&it.email).problems(problems).autocomplete("off").hint(
                if it.account.is_some() { "They are recognised by it when they write." }
                else { "They are recognised by it when they write, and its domain says to which company they belong." }))
            (field("phone", "Phone").kind("tel").value(&it.phone).problems(problems).autocomplete("off"))
            (field("title", "Title").value(&it.title).problems(problems).any_direction().autocomplete("off").hint("What they do there."))
            (field("language", "Language").value(&it.language).problems(problems).autocomplete("off").placeholder("en, pt-BR"))
            (their_zone_field("time_zone", "Time zone", &it.time_zone).problems(problems))
            div.u-row { (submit("Add contact").primary()) (link_button("Cancel", back).quiet()) }
        }
    })
}

/// An account while it is entered.
#[derive(Clone, Debug, Default)]
pub struct NewAccountForm {
    pub name: String,
    pub domain: String,
    /// The agent's id.
    pub owner: String,
}

pub fn new_account_page(
    frame: &Frame,
    it: &NewAccountForm,
    agents: &[Agent],
    problems: &Problems,
) -> Markup {
    let nobody = std::iter::once((String::new(), "Nobody".to_owned()));
    let owners = nobody.chain(agents.iter().map(|it| (it.id.to_string(), it.name.clone())));
    page(frame, "New account").shows(html! {
        form.customers-form method="post" action=(urls::accounts()) {
            (csrf_field(&frame.csrf))
            (form_problems(problems))
            (field("name", "Name").value(&it.name).problems(problems).required().any_direction().autocomplete("off").attr("autofocus", ""))
            (field("domain", "Mail domain").value(&it.domain).problems(problems).autocomplete("off").placeholder("kestrel.example")
                .hint("Who writes from it belongs to this account. More can be added later."))
            (select("owner", "Owner", owners, &it.owner).problems(problems).hint("Who looks after it."))
            div.u-row { (submit("Add account").primary()) (link_button("Cancel", urls::accounts()).quiet()) }
        }
    })
}
