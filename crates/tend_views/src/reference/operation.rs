use maud::{Markup, html};

use super::{Field, Operation, Outcome, Parameter, Shape, method, path, prose};

/// One operation, whole.
pub(super) fn operation(it: &Operation) -> Markup {
    html! {
        article.reference-operation id=(it.id) {
            h2 { a.reference-anchor href={ "#" (it.id) } { (it.title) } }
            p.reference-line { (method(&it.method)) code.reference-path { (path(&it.path)) } }
            @if !it.text.is_empty() { p { (prose(&it.text)) } }
            @match &it.needs {
                Some((word, means)) => p.reference-needs { "Needs " code { (word) } ": " (means) "." },
                None => {},
            }
            div.reference-columns {
                div.reference-said {
                    (parameters(&it.parameters))
                    @if let Some(shape) = &it.request { (request(shape)) }
                    (answers(&it.answers))
                }
                div.reference-shown {
                    (code("Call", &it.curl))
                    @for outcome in &it.answers {
                        @if let Some(shape) = outcome.shape.as_ref().filter(|it| !it.example.is_empty()) {
                            (code(&format!("Answer {}", outcome.status), &shape.example))
                        }
                    }
                }
            }
        }
    }
}

fn code(title: &str, text: &str) -> Markup {
    html! {
        figure.reference-figure {
            figcaption { (title) }
            pre.reference-code tabindex="0" { code { (text) } }
        }
    }
}

fn parameters(all: &[Parameter]) -> Markup {
    html! {
        @for (place, title) in [("path", "In the path"), ("query", "In the query"), ("header", "Headers")] {
            @if all.iter().any(|it| it.place == place) {
                h3 { (title) }
                dl.reference-fields {
                    @for it in all.iter().filter(|it| it.place == place) {
                        (named(&it.name, &it.kind, it.is_required && place != "path", &it.text))
                    }
                }
            }
        }
    }
}

fn named(name: &str, kind: &str, is_required: bool, text: &str) -> Markup {
    html! {
        dt { code { (name) } " " span.reference-kind { (kind) } @if is_required { " " span.reference-must { "needed" } } }
        dd { (prose(text)) }
    }
}

fn fields(all: &[Field]) -> Markup {
    html! {
        dl.reference-fields {
            @for it in all { (named(&it.name, &it.kind, it.is_required, &it.text)) }
        }
    }
}

fn request(shape: &Shape) -> Markup {
    html! {
        h3 { "Body " span.reference-kind { (shape.media_type) } }
        (fields(&shape.fields))
    }
}

fn answers(all: &[Outcome]) -> Markup {
    html! {
        @for it in all {
            @if let Some(shape) = &it.shape {
                @if !shape.fields.is_empty() {
                    details.reference-answer {
                        summary { "Answer " (it.status) " " span.reference-kind { (shape.media_type) } }
                        (fields(&shape.fields))
                    }
                }
            }
        }
        h3 { "What may be answered" }
        dl.reference-outcomes {
            @for it in all { dt { (it.status) } dd { (prose(&it.text)) } }
        }
    }
}
