//! The API's reference for people, made from its own document: for who is not signed in, too.

mod operation;
mod samples;

pub use samples::samples;

use maud::{Markup, PreEscaped, html};

use crate::{layout::bare_page, parts::mark, urls};
use operation::operation;

/// The whole reference.
#[derive(Clone, Debug)]
pub struct Reference {
    pub groups: Vec<Group>,
}

/// Operations about one noun.
#[derive(Clone, Debug)]
pub struct Group {
    /// The last part of its address: `contacts`.
    pub name: String,
    /// A sentence.
    pub text: String,
    pub operations: Vec<Operation>,
}

/// One method at one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its anchor.
    pub id: String,
    /// `GET`.
    pub method: String,
    pub path: String,
    /// What it does, in a few words.
    pub title: String,
    /// More about that; may be empty.
    pub text: String,
    /// The permission's word, and what it means.
    pub needs: Option<(String, String)>,
    pub parameters: Vec<Parameter>,
    pub request: Option<Shape>,
    pub answers: Vec<Outcome>,
    /// As one types it.
    pub curl: String,
}

/// Something in the path, in the query or in a header.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query`, `header`.
    pub place: String,
    pub kind: String,
    pub is_required: bool,
    pub text: String,
}

/// What a body looks like.
#[derive(Clone, Debug)]
pub struct Shape {
    /// `application/json`.
    pub media_type: String,
    pub fields: Vec<Field>,
    /// Such a body; may be empty.
    pub example: String,
}

/// One field of a body.
#[derive(Clone, Debug)]
pub struct Field {
    /// With what it stands in: `contact.email`, `items[].id`.
    pub name: String,
    pub kind: String,
    pub is_required: bool,
    pub text: String,
}

/// What may be answered.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: String,
    pub text: String,
    /// Nothing for errors: they are all alike.
    pub shape: Option<Shape>,
}

/// The first page: how the API works, and all that there is.
pub fn overview(assets: &str, all: &Reference) -> Markup {
    let work = html! {
        h1 { "The API" }
        p.reference-lead {
            "Everything that agents do on the pages, programs can do here, by the same rules. \
             What an agent may not see is not there for their token either."
        }
        (basics())
        h2 id="operations" { "All operations" }
        @for group in &all.groups {
            section.reference-group {
                h3 { a.link href=(urls::reference_group(&group.name)) { (title(&group.name)) } }
                p { (prose(&group.text)) }
                ul.reference-list {
                    @for it in &group.operations {
                        li {
                            a href={ (urls::reference_group(&group.name)) "#" (it.id) } {
                                (method(&it.method)) code.reference-path { (path(&it.path)) }
                                span { (it.title) }
                            }
                        }
                    }
                }
            }
        }
    };
    document(assets, "API", all, None, work)
}

/// All about one noun.
pub fn group_page(assets: &str, all: &Reference, group: &Group) -> Markup {
    let work = html! {
        h1 { (title(&group.name)) }
        p.reference-lead { (prose(&group.text)) }
        @for it in &group.operations { (operation(it)) }
    };
    document(assets, &format!("{} · API", title(&group.name)), all, Some(group), work)
}

fn document(
    assets: &str,
    name: &str,
    all: &Reference,
    here: Option<&Group>,
    work: Markup,
) -> Markup {
    let is = |it: &Group| here.is_some_and(|one| one.name == it.name);
    let nav = html! {
        a href=(urls::reference()) aria-current=[here.is_none().then_some("page")] { "How it works" }
        @for group in &all.groups {
            a href=(urls::reference_group(&group.name)) aria-current=[is(group).then_some("page")] {
                (title(&group.name)) span.reference-count { (group.operations.len()) }
            }
            @if is(group) {
                @for it in &group.operations {
                    a.reference-sub href={ "#" (it.id) } { (it.title) }
                }
            }
        }
    };
    let page = html! {
        a.shell-skip href="#work" { "Skip to the text" }
        div.reference {
            header.reference-bar {
                a.reference-brand href=(urls::reference()) { (mark(20)) "Tend" span { "API" } }
                a.link href=(urls::reference_document()) { "openapi.json" }
            }
            details.reference-more { summary { "Contents" } nav aria-label="Contents" { (nav) } }
            nav.reference-nav aria-label="Reference" { (nav) }
            main.reference-work id="work" { (work) }
        }
    };
    bare_page(assets, name, page)
}

/// What is true of all of it.
fn basics() -> Markup {
    let first = "curl https://tend.example/api/v1/me \\\n  -H \"Authorization: Bearer $TOKEN\"";
    let problem = "{\n  \"type\": \"about:blank\",\n  \"title\": \"Unprocessable Entity\",\n  \
         \"status\": 422,\n  \"detail\": \"Some of this cannot be taken as it is.\",\n  \
         \"errors\": [{ \"field\": \"email\", \"problem\": \"This is not an email address.\" }],\n  \
         \"request_id\": \"5c1f0a7be2d94f60\"\n}";
    html! {
        section.reference-basics {
            h2 id="tokens" { "Tokens" }
            p { "A token acts as the agent who made it, within its scopes. Make one in the settings, under API tokens, \
                 or on the machine: " code { "tend token create --agent maren@tend.example --name script" } "." }
            pre.reference-code tabindex="0" { code { (first) } }
            h2 id="lists" { "Lists" }
            p { "Every list answers " code { "{\"items\": […], \"next_cursor\": …}" } " and takes " code { "limit" }
                " (1 to 200, 50 if it is left out). Ask again with " code { "cursor" } " set to " code { "next_cursor" }
                " until that is null. What is added meanwhile makes nothing appear twice." }
            h2 id="errors" { "Errors" }
            p { "Whatever goes wrong is " code { "application/problem+json" } ": a sentence for people in " code { "detail" }
                ", and the fields in " code { "errors" } ". What you may not see answers 404, as if it were not there." }
            pre.reference-code tabindex="0" { code { (problem) } }
            h2 id="once" { "Once and no more" }
            p { "Send an " code { "Idempotency-Key" } " of your own with any POST. Asked again with the same key within 24 hours, \
                 Tend answers what it answered the first time, with " code { "Idempotency-Replayed: true" } ", and does nothing. \
                 The same key with another request is refused." }
            h2 id="crossing" { "Two at once" }
            p { "Single things carry an " code { "ETag" } ". Send it back as " code { "If-Match" } " with a change: if somebody was faster, \
                 the answer is 412 and nothing is overwritten. Send it as " code { "If-None-Match" } " with a read: 304 says that nothing is new." }
            h2 id="limits" { "Limits" }
            p { "Each token has a bucket that fills all the time. " code { "RateLimit-Limit" } ", " code { "RateLimit-Remaining" } " and "
                code { "RateLimit-Reset" } " stand on every answer; 429 says in " code { "Retry-After" } " how many seconds to wait." }
        }
    }
}

/// `canned-responses` is "Canned responses".
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |it| it.to_uppercase().chain(letters).collect())
}

fn method(it: &str) -> Markup {
    let class = format!("reference-method reference-{}", it.to_lowercase());
    html! { span class=(class) { (it) } }
}

/// Long paths may break after a slash.
fn path(it: &str) -> Markup {
    html! { @for (n, part) in it.split('/').enumerate() { @if n > 0 { "/" (PreEscaped("<wbr>")) } (part) } }
}

/// A sentence in which `code` is marked as in the sources.
fn prose(text: &str) -> Markup {
    html! {
        @for (n, part) in text.split('`').enumerate() {
            @if n % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
