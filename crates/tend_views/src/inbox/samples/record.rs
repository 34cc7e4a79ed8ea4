use tend_core::{
    agents::AgentId,
    attributes::{About, Attribute, AttributeId, Definition, Kind, Value},
    contacts::{ContactId, Identity, IdentityId, IdentityKind},
    conversations::{Category, ConversationId},
    customer_notes::{Note, NoteId},
    customers::{May, Past, Pasts, Record},
    tags::{Tag, TagId},
};

use super::thread::{account, contact};
use crate::parts::time::sample_ago;

pub fn record() -> Record {
    let identity = |id, kind, value: &str| Identity {
        id: IdentityId::from_raw(id),
        contact_id: ContactId::from_raw(2),
        kind,
        value: value.into(),
        is_primary: id == 1,
        undeliverable_at: (id == 2).then(|| sample_ago(900)),
    };
    Record {
        contact: contact(),
        identities: vec![
            identity(1, IdentityKind::Email, "leila.haddad@alnoorcold.example"),
            identity(2, IdentityKind::Email, "l.haddad@old-mail.example"),
            identity(3, IdentityKind::Phone, "+971 4 555 0143"),
        ],
        tags: vec![Tag { id: TagId::from_raw(1), name: "champion".into() }],
        attributes: vec![attribute(
            1,
            About::Contact,
            "site",
            "Site",
            Kind::Choice,
            Some(Value::Choice("Jebel Ali".into())),
        )],
        account: account(),
        account_owner: Some("Ines Okafor".into()),
        account_tags: vec![Tag { id: TagId::from_raw(2), name: "Scale plan".into() }],
        account_attributes: account_attributes(),
        notes: vec![note("<p>Prefers a call in the afternoon, Dubai time.</p>")],
        notes_count: 3,
        account_notes: Vec::new(),
        account_notes_count: 0,
        open: Pasts {
            newest: vec![
                past(2, "Probes jump since the gateway update", Category::Open, 77),
                past(13, "Gateway 0x4F offline at night", Category::Open, 200),
            ],
            count: 2,
        },
        past: Pasts {
            newest: vec![
                past(12, "Alarm texts arrive twice", Category::Resolved, 33_000),
                past(14, "Add two people at Jebel Ali", Category::Closed, 60_000),
            ],
            count: 23,
        },
        account_open_count: 4,
        orders: Some(crate::orders::samples::newest()),
        remedies: crate::remedies::samples::beside(),
        surveys: crate::survey::samples::requests(),
        may: May {
            edit: true,
            merge: true,
            import: true,
            export: true,
            define: true,
            make_tags: true,
            write: true,
        },
    }
}

fn account_attributes() -> Vec<Attribute> {
    let contract = Value::Link("https://files.example/c/1187".into());
    let of = |id, name, label, kind, value| attribute(id, About::Account, name, label, kind, value);
    vec![
        of(2, "probes", "Probes", Kind::Number, Some(Value::Number(212.0))),
        of(3, "contract", "Contract", Kind::Link, Some(contract)),
        of(4, "audit", "Next audit", Kind::Date, None),
    ]
}

fn past(id: i64, subject: &str, category: Category, ago: i64) -> Past {
    Past {
        id: ConversationId::from_raw(id),
        number: 10_370 + id,
        subject: subject.into(),
        category,
        status: category.label().into(),
        last_message_at: sample_ago(ago),
    }
}

fn attribute(
    id: i64,
    of: About,
    name: &str,
    label: &str,
    kind: Kind,
    value: Option<Value>,
) -> Attribute {
    let definition = Definition {
        id: AttributeId::from_raw(id),
        subject_kind: of,
        name: name.into(),
        label: label.into(),
        kind,
        choices_text: r#"["Jebel Ali","Dubai"]"#.into(),
        position: id,
        archived_at: None,
    };
    Attribute { definition, value }
}

fn note(html: &str) -> Note {
    Note {
        id: NoteId::from_raw(1),
        subject_kind: About::Contact,
        subject_id: 2,
        author_id: AgentId::from_raw(4),
        author: "Ines Okafor".into(),
        author_picture: None,
        html_text: html.into(),
        created_at: sample_ago(9_000),
        changed_at: sample_ago(9_000),
    }
}
