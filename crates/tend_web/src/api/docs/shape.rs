//! What a schema says, in words and lines.

use serde_json::{Map, Value};
use tend_views::reference::Field;

/// So deep a shape is told; what lies deeper has its own page.
const DEEPEST: usize = 3;

/// The schema itself: references followed, and of "this or null" this.
pub(super) fn meant<'v>(document: &'v Value, it: &'v Value) -> &'v Value {
    let mut it = it;
    for _ in 0..8 {
        if let Some(to) = it["$ref"].as_str() {
            it = document.pointer(to.trim_start_matches('#')).unwrap_or(&Value::Null);
            continue;
        }
        let some = it["oneOf"].as_array().or(it["anyOf"].as_array());
        match some.and_then(|all| all.iter().find(|it| it["type"] != "null")) {
            Some(one) => it = one,
            None => return it,
        }
    }
    it
}

/// `text`, `number`, `list of text`, `text or null`.
pub(super) fn kind(document: &Value, it: &Value) -> String {
    let meant = meant(document, it);
    let types: Vec<&str> = match &meant["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec!["object"],
    };
    let own = types.iter().find(|it| **it != "null").copied().unwrap_or("object");
    let word = match (own, meant["format"].as_str()) {
        ("string", Some("date-time")) => "time".to_owned(),
        ("string", Some("binary")) => "file".to_owned(),
        ("string", _) => "text".to_owned(),
        ("integer", _) => "whole number".to_owned(),
        ("boolean", _) => "true or false".to_owned(),
        ("array", _) => format!("list of {}", kind(document, &meant["items"])),
        (other, _) => other.to_owned(),
    };
    let or_null = it["oneOf"].as_array().is_some_and(|it| it.iter().any(|it| it["type"] == "null"));
    match or_null || types.contains(&"null") {
        true => format!("{word} or null"),
        false => word,
    }
}

/// Its fields, with those of what stands in it.
pub(super) fn fields(document: &Value, it: &Value) -> Vec<Field> {
    let mut out = Vec::new();
    walk(document, it, "", 0, &mut out);
    out
}

fn walk(document: &Value, it: &Value, within: &str, depth: usize, out: &mut Vec<Field>) {
    let it = meant(document, it);
    if depth >= DEEPEST {
        return;
    }
    for one in it["allOf"].as_array().map(Vec::as_slice).unwrap_or_default() {
        walk(document, one, within, depth, out);
    }
    let needed = it["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let empty = Map::new();
    for (name, field) in it["properties"].as_object().unwrap_or(&empty) {
        let whole = format!("{within}{name}");
        out.push(Field {
            kind: kind(document, field),
            is_required: needed.iter().any(|it| it == name) && depth == 0,
            text: said(document, field),
            name: whole.clone(),
        });
        let own = meant(document, field);
        let is_list = own["items"].is_object();
        let inner = if is_list { &own["items"] } else { field };
        let sign = if is_list { "[]." } else { "." };
        // An id with a name needs no words of its own.
        let is_named = meant(document, inner)["properties"]
            .as_object()
            .is_some_and(|it| it.len() == 2 && it.contains_key("id") && it.contains_key("name"));
        if !is_named {
            walk(document, inner, &format!("{whole}{sign}"), depth + 1, out);
        }
    }
}

/// What stands on the field, else what stands on its kind.
fn said(document: &Value, it: &Value) -> String {
    let own = it["description"].as_str();
    let text = own.or(meant(document, it)["description"].as_str()).unwrap_or_default();
    text.replace('\n', " ")
}
