//! Views that people describe themselves.
//!
//! The editor is a form over the JSON of a condition, the same that the API takes: a group is
//! `{"all": [...]}`, `any` or `none`; a test is `{"field", "op", "value"}`. [`read_form`] makes the JSON of
//! what the form sent and does what its button says; `conditions` shows it again.

mod editor;
mod form;

pub use editor::{
    Choices, ViewEditor, ViewLine, Vocabulary, conditions, conditions_of, view_editor, views_page,
};
pub use form::{read_form, read_form_of};

use serde_json::json;

use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample},
};

/// The pages of views.
pub fn samples() -> Vec<Sample> {
    let (frame, offered) = (sample_frame(), crate::inbox::sample_offered());
    let condition = json!({ "all": [
        { "field": "active", "op": "is", "value": true },
        { "field": "tag", "op": "any_of", "value": ["tag_2"] },
        { "any": [
            { "field": "priority", "op": "any_of", "value": ["high", "urgent"] },
            { "field": "waiting_since", "op": "older_than", "value": { "hours": 4 } },
            { "none": [{ "field": "subject", "op": "contains", "value": "invoice" }] },
        ] },
        { "field": "channel", "op": "any_of", "value": ["api"] },
    ] });
    let it = ViewEditor {
        id: Some("viw_1".into()),
        name: "Cold chain, urgent".into(),
        condition,
        sort: "waiting".into(),
        audience: "everyone".into(),
        may_share: true,
        found: Some(3),
        problems: Problems::default(),
    };
    let new = ViewEditor {
        id: None,
        name: String::new(),
        condition: json!({ "all": [{ "field": "active", "op": "is", "value": true }] }),
        ..it.clone()
    };
    let line = ViewLine {
        id: "viw_1".into(),
        name: "Cold chain, urgent".into(),
        says: "Active, tagged cold chain, and high or waiting for 4 hours".into(),
        whose: "Everyone".into(),
        may_change: true,
    };
    vec![
        sample("views", views_page(&frame, &[line])),
        sample("views-none", views_page(&frame, &[])),
        sample("view-editor", view_editor(&frame, &it, &offered)),
        sample("view-new", view_editor(&frame, &new, &offered)),
    ]
}
