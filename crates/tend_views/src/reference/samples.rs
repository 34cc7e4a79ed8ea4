use super::{Field, Group, Operation, Outcome, Parameter, Reference, Shape, group_page, overview};
use crate::parts::{Sample, sample};

/// Both pages, with two operations.
pub fn samples() -> Vec<Sample> {
    let assets = "/assets/sample";
    let all = Reference { groups: vec![contacts()] };
    vec![
        sample("reference", overview(assets, &all)),
        sample("reference-group", group_page(assets, &all, &contacts())),
    ]
}

fn contacts() -> Group {
    Group {
        name: "contacts".to_owned(),
        text: "People on the customer's side, with everything by which they are known.".to_owned(),
        operations: vec![list(), create()],
    }
}

fn list() -> Operation {
    Operation {
        id: "get_contacts".to_owned(),
        method: "GET".to_owned(),
        path: "/api/v1/contacts".to_owned(),
        title: "List contacts".to_owned(),
        text: "Those who wrote last come first.".to_owned(),
        needs: Some(("customers.read".to_owned(), "See contacts and accounts".to_owned())),
        parameters: vec![Parameter {
            name: "q".to_owned(),
            place: "query".to_owned(),
            kind: "text".to_owned(),
            is_required: false,
            text: "Each word begins a word of their name, or of their `address`.".to_owned(),
        }],
        request: None,
        answers: vec![answer("200", "{ \"items\": [], \"next_cursor\": null }")],
        curl: "curl https://tend.example/api/v1/contacts".to_owned(),
    }
}

fn create() -> Operation {
    Operation {
        id: "post_contacts".to_owned(),
        method: "POST".to_owned(),
        title: "Make a contact".to_owned(),
        parameters: Vec::new(),
        request: Some(shape("{ \"name\": \"Carol Diaz\" }")),
        answers: vec![
            answer("201", "{ \"id\": \"con_1h8v\", \"name\": \"Carol Diaz\" }"),
            Outcome {
                status: "422".to_owned(),
                text: "It can be read, and cannot be taken; `errors` says why.".to_owned(),
                shape: None,
            },
        ],
        ..list()
    }
}

fn answer(status: &str, example: &str) -> Outcome {
    Outcome { status: status.to_owned(), text: String::new(), shape: Some(shape(example)) }
}

fn shape(example: &str) -> Shape {
    Shape {
        media_type: "application/json".to_owned(),
        fields: vec![Field {
            name: "name".to_owned(),
            kind: "text".to_owned(),
            is_required: true,
            text: "As people read it.".to_owned(),
        }],
        example: example.to_owned(),
    }
}
