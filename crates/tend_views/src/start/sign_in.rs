use maud::{Markup, html};

use super::{Bare, halves, roots};
use crate::{
    parts::{
        Element, Problems, Tone, callout, check, csrf_field, field, form_problems, hidden, submit,
    },
    urls,
};

/// What stands in the form: the fields `email`, `password`, `stay`, `next`.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    pub company: String,
    /// The hour of day at the company, for the greeting.
    pub hour: i8,
    pub email: String,
    pub stay: bool,
    /// Where one wanted to go.
    pub next: String,
    /// Unknown address and wrong password give the same sentence, about `password`.
    pub problems: Problems,
    /// Why one is here again: `Your password was changed. Sign in with the new one.`
    pub notice: Option<String>,
}

pub fn sign_in(bare: &Bare, it: &SignIn) -> Markup {
    let greeting = match it.hour {
        5..=11 => "Good morning",
        12..=17 => "Good afternoon",
        _ => "Good evening",
    };
    let forgotten = html! { a.link href=(urls::forgotten()) { "Forgotten?" } };
    let form = html! {
        form.start-in method="post" action=(urls::sign_in()) {
            (csrf_field(&bare.csrf)) (hidden("next", &it.next))
            header { h1 { (greeting) } p { "Sign in to " (it.company) "." } }
            @if let Some(notice) = &it.notice { (callout(Tone::Plain, html! { (notice) }, None)) }
            (form_problems(&it.problems))
            (field("email", "Email").kind("email").value(&it.email).required().autocomplete("username")
                .problems(&it.problems).flag("autofocus", it.email.is_empty()))
            (field("password", "Password").kind("password").required().autocomplete("current-password").aside(forgotten)
                .problems(&it.problems).flag("autofocus", !it.email.is_empty()))
            (submit("Sign in").large().wide())
            (check("stay", "Stay signed in when the browser closes").on(it.stay))
        }
    };
    let foot = html! { p { "Tend runs on your company’s own machine. Your admin can help." } };
    halves(bare, "Sign in", form, foot, roots())
}

impl SignIn {
    pub fn sample() -> Self {
        Self { company: "Kestrel Climate".into(), hour: 9, stay: true, ..Self::default() }
    }

    pub fn sample_wrong() -> Self {
        let problems = [("password", "Email and password do not belong together.")];
        Self {
            email: "maren@kestrelclimate.example".into(),
            problems: problems.into_iter().collect(),
            ..Self::sample()
        }
    }
}
