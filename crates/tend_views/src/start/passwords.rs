use maud::{Markup, html};

use super::{Bare, halves, roots};
use crate::{
    parts::{
        Element, Field, Problems, agent_avatar, csrf_field, field, form_problems, link_button,
        submit,
    },
    urls,
};

/// Asks for a link by mail: the field `email`.
#[derive(Clone, Debug, Default)]
pub struct Forgotten {
    pub email: String,
    pub problems: Problems,
}

pub fn forgotten(bare: &Bare, it: &Forgotten) -> Markup {
    let form = html! {
        form.start-in method="post" action=(urls::forgotten()) {
            (csrf_field(&bare.csrf))
            header { h1 { "A new password" } p { "Write your address, and a link to choose one comes by mail." } }
            (form_problems(&it.problems))
            (field("email", "Email").kind("email").value(&it.email).required().autocomplete("username")
                .problems(&it.problems).flag("autofocus", true))
            (submit("Send the link").large().wide())
            p { a.link href=(urls::sign_in()) { "Back to sign in" } }
        }
    };
    halves(bare, "A new password", form, html! {}, roots())
}

/// The answer, whether the address is known or not.
pub fn forgotten_sent(bare: &Bare, email: &str) -> Markup {
    let said = html! {
        div.start-in {
            header { h1 { "Look into your mail" } }
            p { "If " b { (email) } " belongs to someone here, a link is on its way. It works once, within half an hour." }
            p { "Nothing there? Look among the unwanted mail, or ask your admin for a link." }
            (link_button("Back to sign in", urls::sign_in()).large().wide())
        }
    };
    halves(bare, "Look into your mail", said, html! {}, roots())
}

/// Behind the link: the field `password`.
#[derive(Clone, Debug, Default)]
pub struct Reset {
    pub token: String,
    pub email: String,
    pub problems: Problems,
}

pub fn reset(bare: &Bare, it: &Reset) -> Markup {
    let form = html! {
        form.start-in method="post" action=(urls::reset(&it.token)) {
            (csrf_field(&bare.csrf))
            (reader(&it.email))
            header { h1 { "Choose a new password" } p { "Every other place where you are signed in ends with it." } }
            (form_problems(&it.problems))
            (new_password(&it.problems))
            (submit("Keep it and sign in").large().wide())
        }
    };
    halves(bare, "Choose a new password", form, html! {}, roots())
}

/// Behind an invitation: the fields `name` and `password`.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    pub token: String,
    pub company: String,
    /// Who invites.
    pub by: String,
    pub by_picture: Option<String>,
    pub email: String,
    pub name: String,
    pub problems: Problems,
}

pub fn invitation(bare: &Bare, it: &Invitation) -> Markup {
    let form = html! {
        form.start-in method="post" action=(urls::invitation(&it.token)) {
            (csrf_field(&bare.csrf))
            (reader(&it.email))
            header {
                h1 { "Welcome to " (it.company) }
                p.start-by { (agent_avatar(&it.by, it.by_picture.as_deref()).s()) span { (it.by) " invites you as " b { (it.email) } "." } }
            }
            (form_problems(&it.problems))
            (field("name", "Your name").value(&it.name).required().autocomplete("name")
                .hint("Customers see it when you answer.").problems(&it.problems))
            (new_password(&it.problems))
            (submit("Begin").large().wide())
        }
    };
    halves(bare, "Welcome", form, html! {}, roots())
}

/// A link that was used, or came too late.
pub fn link_spent(bare: &Bare) -> Markup {
    let said = html! {
        div.start-in {
            header { h1 { "This link no longer works" } }
            p { "It was used already, or its time is over. You can ask for a new one." }
            (link_button("Ask for a new link", urls::forgotten()).primary().large().wide())
            p { a.link href=(urls::sign_in()) { "Back to sign in" } }
        }
    };
    halves(bare, "This link no longer works", said, html! {}, roots())
}

fn new_password(problems: &Problems) -> Field {
    field("password", "Password")
        .kind("password")
        .required()
        .autocomplete("new-password")
        .attr("minlength", 10)
        .hint("At least 10 characters. A few words in a row are easy to remember.")
        .problems(problems)
}

/// Tells a password manager whose password it is.
fn reader(email: &str) -> Markup {
    html! { input type="email" name="username" value=(email) autocomplete="username" hidden aria-label="Email" readonly; }
}

impl Reset {
    pub fn sample() -> Self {
        Self {
            token: "sample".into(),
            email: "maren@kestrelclimate.example".into(),
            ..Self::default()
        }
    }
}

impl Invitation {
    pub fn sample() -> Self {
        Self {
            token: "sample".into(),
            company: "Kestrel Climate".into(),
            by: "Maren Solberg".into(),
            email: "tomas@kestrelclimate.example".into(),
            name: "Tomás Ibarra".into(),
            ..Self::default()
        }
    }
}
