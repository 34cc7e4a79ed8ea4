//! The reference for people: the document, read back into words.

use std::sync::OnceLock;

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use tend_core::agents::Permission;
use tend_views::reference::{
    Group, Operation, Outcome, Parameter, Reference, Shape, group_page, overview,
};

use super::{example, openapi, shape};
use crate::{WebError, assets};

/// How it works, and all that there is.
pub(crate) async fn first() -> Response {
    overview(assets::base(), reference()).into_response()
}

/// All about one noun.
pub(crate) async fn group(Path(name): Path<String>) -> Result<Response, WebError> {
    let all = reference();
    let found = all.groups.iter().find(|it| it.name == name).ok_or_else(WebError::not_found)?;
    Ok(group_page(assets::base(), all, found).into_response())
}

fn reference() -> &'static Reference {
    static REFERENCE: OnceLock<Reference> = OnceLock::new();
    REFERENCE.get_or_init(|| read(openapi()))
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn read(document: &Value) -> Reference {
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let groups = tags.iter().map(|tag| Group {
        name: text(&tag["name"]),
        text: text(&tag["description"]),
        operations: operations(document, &text(&tag["name"])),
    });
    Reference { groups: groups.filter(|it| !it.operations.is_empty()).collect() }
}

fn operations(document: &Value, group: &str) -> Vec<Operation> {
    let empty = Map::new();
    let paths = document["paths"].as_object().unwrap_or(&empty);
    let mut all = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            let it = &item[method];
            if it["tags"][0] == group {
                all.push(operation(document, method, path, it));
            }
        }
    }
    all.sort_by_key(|it| (rank(group, &it.path), it.path.clone()));
    all
}

/// The things themselves, then one of them, then what is done with it.
fn rank(group: &str, path: &str) -> usize {
    match (path.ends_with(&format!("/{group}")), path.ends_with(&format!("/{group}/{{id}}"))) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    }
}

/// The last word of a path that is no hole: what the bodies are about.
fn noun(path: &str) -> &str {
    let mut words = path.rsplit('/').filter(|it| !it.starts_with('{'));
    words.find(|it| !["preview", "count", "send", "retry"].contains(it)).unwrap_or(path)
}

fn operation(document: &Value, method: &str, path: &str, it: &Value) -> Operation {
    let needs = it["x-permission"].as_str().and_then(|it| it.parse::<Permission>().ok());
    let request = body(document, noun(path), &it["requestBody"]);
    let parameters = it["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    Operation {
        id: text(&it["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        title: text(&it["summary"]),
        text: text(&it["description"]),
        needs: needs.map(|it| (it.word().to_owned(), it.means().to_lowercase())),
        parameters: parameters.iter().map(|it| parameter(document, it)).collect(),
        answers: answers(document, noun(path), &it["responses"]),
        curl: curl(method, path, request.as_ref()),
        request,
    }
}

fn parameter(document: &Value, it: &Value) -> Parameter {
    Parameter {
        name: text(&it["name"]),
        place: text(&it["in"]),
        kind: shape::kind(document, &it["schema"]),
        is_required: it["required"] == true,
        text: text(&it["description"]),
    }
}

fn answers(document: &Value, noun: &str, it: &Value) -> Vec<Outcome> {
    let empty = Map::new();
    let all = it.as_object().unwrap_or(&empty);
    let outcome = |(status, it): (&String, &Value)| {
        let is_good = status.starts_with('2');
        let shape = if is_good { body(document, noun, it) } else { None };
        Outcome { status: status.clone(), text: text(&it["description"]), shape }
    };
    all.iter().map(outcome).collect()
}

fn body(document: &Value, noun: &str, it: &Value) -> Option<Shape> {
    let (media_type, content) = it["content"].as_object()?.iter().next()?;
    let schema = &content["schema"];
    let is_json = media_type == "application/json";
    let example = match is_json {
        true => example::pretty(document, noun, schema),
        false => String::new(),
    };
    let fields = if is_json || media_type.starts_with("multipart") {
        shape::fields(document, schema)
    } else {
        Vec::new()
    };
    Some(Shape { media_type: media_type.clone(), fields, example })
}

fn curl(method: &str, path: &str, request: Option<&Shape>) -> String {
    let path = example::path(path);
    let verb =
        if method == "get" { String::new() } else { format!("-X {} ", method.to_uppercase()) };
    let mut lines = vec![format!("curl {verb}\"$TEND{path}\"")];
    lines.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    if method == "post" {
        lines.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    match request {
        Some(it) if it.media_type.starts_with("multipart") => {
            lines.push("-F file=@photo.png".to_owned());
        }
        Some(it) => {
            lines.push("-H \"Content-Type: application/json\"".to_owned());
            lines.push(format!("-d '{}'", it.example));
        }
        None => {}
    }
    lines.join(" \\\n  ")
}

fn text(it: &Value) -> String {
    it.as_str().unwrap_or_default().to_owned()
}
