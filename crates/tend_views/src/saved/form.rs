//! The editor's form → JSON.

use serde_json::{Map, Value, json};

/// What the form sent, as JSON of a condition, after what its button `do` says: `add:PATH`, `group:PATH`,
/// `remove:PATH`. A path is the places of the groups above, such as `0.2`; the root's is empty.
pub fn read_form(pairs: &[(String, String)]) -> Value {
    read_form_of(pairs, "assignee")
}

/// The same for other conditions; a new test begins with the field `first`.
pub fn read_form_of(pairs: &[(String, String)], first: &str) -> Value {
    let mut root = node(pairs, "");
    let button = pairs.iter().find(|(name, _)| name == "do").map_or("", |it| it.1.as_str());
    if let Some((does, path)) = button.split_once(':') {
        press(&mut root, does, path, first);
    }
    root
}

fn value<'a>(pairs: &'a [(String, String)], path: &str, part: &str) -> Option<&'a str> {
    let name = format!("c{path}.{part}");
    pairs.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
}

/// The path of a child; the form writes `c.0.2`.
fn below(path: &str, at: usize) -> String {
    format!("{path}.{at}")
}

fn node(pairs: &[(String, String)], path: &str) -> Value {
    if let Some(raw) = value(pairs, path, "raw") {
        return serde_json::from_str(raw).unwrap_or(json!({ "all": [] }));
    }
    if let Some(field) = value(pairs, path, "field") {
        return test(pairs, path, field);
    }
    let kind = value(pairs, path, "kind")
        .filter(|it| ["all", "any", "none"].contains(it))
        .unwrap_or("all");
    let is_there = |at: &usize| {
        let start = format!("c{}.", below(path, *at));
        pairs.iter().any(|it| it.0.starts_with(&start))
    };
    let children: Vec<Value> =
        (0..50).filter(is_there).map(|at| node(pairs, &below(path, at))).collect();
    json!({ (kind): children })
}

fn test(pairs: &[(String, String)], path: &str, field: &str) -> Value {
    let kind = Kind::of(field);
    let was = value(pairs, path, "was").unwrap_or(field);
    // Another field has other ways to compare: it begins anew.
    if was != field {
        return fresh(field);
    }
    let op = value(pairs, path, "op").unwrap_or(Kind::ops_of(field)[0].0);
    let name = format!("c{path}.value");
    let all: Vec<&str> = pairs.iter().filter(|it| it.0 == name).map(|it| it.1.as_str()).collect();
    let first = all.first().copied().unwrap_or_default();
    let is = match kind {
        Kind::Yes => json!(first != "false"),
        Kind::Among => json!(all),
        Kind::Text => json!(first),
        Kind::Number => json!(first.trim().parse::<f64>().unwrap_or(0.0)),
        Kind::Day => json!(first),
        Kind::Ahead => json!({ "days": first.parse::<i64>().unwrap_or(60).max(0) }),
        Kind::Usage => {
            let of = |part: &str, or: i64| {
                value(pairs, path, part).and_then(|it| it.parse::<i64>().ok()).unwrap_or(or)
            };
            json!({ "times": of("value", 1).max(0), "days": of("days", 30).clamp(1, 400) })
        }
        Kind::Time => {
            let unit = value(pairs, path, "unit")
                .filter(|it| ["minutes", "hours", "days"].contains(it))
                .unwrap_or("hours");
            json!({ (unit): first.parse::<i64>().unwrap_or(1).max(1) })
        }
    };
    let name = value(pairs, path, "name").unwrap_or_default();
    whole(field, op, is, name)
}

/// A test with what its field needs besides: an attribute is named in the field's word.
fn whole(field: &str, op: &str, is: Value, name: &str) -> Value {
    let valued = !["is_set", "is_not_set", "past", "is_true", "is_not_true"].contains(&op);
    let mut out = match (attribute_in(field), field) {
        (Some((name, _)), _) => {
            json!({ "field": "attribute", "of": "account", "name": name, "op": op })
        }
        (None, "usage") => json!({ "field": field, "name": name, "op": op }),
        _ => json!({ "field": field, "op": op }),
    };
    if valued {
        out["value"] = is;
    }
    out
}

/// An attribute's name and kind in the word of its field: `attribute:plan:choice`.
pub(super) fn attribute_in(field: &str) -> Option<(&str, &str)> {
    field.strip_prefix("attribute:")?.rsplit_once(':')
}

/// A test of a field as it begins.
fn fresh(field: &str) -> Value {
    let kind = Kind::of(field);
    let is = match kind {
        Kind::Yes => json!(true),
        Kind::Among => json!([]),
        Kind::Text => json!(""),
        Kind::Time => json!({ "hours": 4 }),
        Kind::Number => json!(1),
        Kind::Day => json!(""),
        Kind::Ahead => json!({ "days": 60 }),
        Kind::Usage => json!({ "times": 1, "days": 30 }),
    };
    whole(field, Kind::ops_of(field)[0].0, is, "")
}

fn press(root: &mut Value, does: &str, path: &str, first: &str) {
    let steps: Vec<usize> = path.split('.').filter_map(|it| it.parse().ok()).collect();
    match does {
        "add" => children(root, &steps, |list| list.push(fresh(first))),
        "group" => children(root, &steps, |list| list.push(json!({ "any": [fresh(first)] }))),
        "remove" => {
            let Some((last, above)) = steps.split_last() else { return };
            children(root, above, |list| {
                if *last < list.len() {
                    list.remove(*last);
                }
            });
        }
        _ => {}
    }
}

fn children(node: &mut Value, steps: &[usize], act: impl FnOnce(&mut Vec<Value>)) {
    let Some(list) = node
        .as_object_mut()
        .and_then(|it: &mut Map<_, _>| it.values_mut().next())
        .and_then(Value::as_array_mut)
    else {
        return;
    };
    match steps.split_first() {
        None => act(list),
        Some((at, rest)) => {
            if let Some(child) = list.get_mut(*at) {
                children(child, rest, act);
            }
        }
    }
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Yes,
    Among,
    Text,
    Time,
    Number,
    /// A day of an attribute.
    Day,
    /// Days from now.
    Ahead,
    /// How often an event happened.
    Usage,
}

impl Kind {
    pub fn of(field: &str) -> Self {
        match field {
            "active" | "has_attachment" | "unread" | "followed" | "has_parent" | "person_left"
            | "person_silent" => Self::Yes,
            "subject" | "name" => Self::Text,
            "created" | "last_message" | "waiting_since" | "last_touch" | "last_used" => Self::Time,
            "arr" | "open" | "contacts" | "trend" | "in_stage" | "overdue" | "risk" | "leaving"
            | "leaving_foretold" | "rule_score" | "late_invoices" | "products" => Self::Number,
            "renewal" => Self::Ahead,
            "usage" => Self::Usage,
            other => match attribute_in(other) {
                Some((_, "number")) => Self::Number,
                Some((_, "date")) => Self::Day,
                Some((_, "text" | "link")) => Self::Text,
                _ => Self::Among,
            },
        }
    }
    /// How a field can be compared; a text of an attribute in fewer ways.
    pub fn ops_of(field: &str) -> &'static [(&'static str, &'static str)] {
        match (attribute_in(field), Self::of(field)) {
            (Some(_), Self::Text) => {
                &[("contains", "contains"), ("is_set", "is known"), ("is_not_set", "is not known")]
            }
            (Some((_, "boolean")), _) => &[("is_true", "is yes"), ("is_not_true", "is not yes")],
            (_, kind) => kind.ops(),
        }
    }

    pub fn ops(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Yes => &[("is", "is")],
            Self::Among => &[("any_of", "is one of"), ("none_of", "is none of")],
            Self::Text => &[
                ("contains", "contains"),
                ("not_contains", "does not contain"),
                ("starts_with", "begins with"),
                ("is", "is exactly"),
            ],
            Self::Time => &[("older_than", "is longer ago than"), ("newer_than", "is within")],
            Self::Number | Self::Usage => {
                &[("at_least", "is at least"), ("at_most", "is at most"), ("is", "is")]
            }
            Self::Day => &[("after", "is on or after"), ("before", "is before")],
            Self::Ahead => &[
                ("within", "is within"),
                ("beyond", "is later than in"),
                ("past", "is over"),
                ("is_not_set", "is not known"),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(them: &[(&str, &str)]) -> Vec<(String, String)> {
        them.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn a_nested_form_becomes_nested_json() {
        let sent = pairs(&[
            ("c.kind", "all"),
            ("c.0.field", "priority"),
            ("c.0.was", "priority"),
            ("c.0.op", "none_of"),
            ("c.0.value", "low"),
            ("c.0.value", "normal"),
            ("c.1.kind", "any"),
            ("c.1.0.field", "waiting_since"),
            ("c.1.0.was", "waiting_since"),
            ("c.1.0.op", "older_than"),
            ("c.1.0.value", "4"),
            ("c.1.0.unit", "hours"),
            ("c.2.raw", r#"{"field":"channel","op":"any_of","value":["api"]}"#),
        ]);
        let expected = json!({ "all": [
            { "field": "priority", "op": "none_of", "value": ["low", "normal"] },
            { "any": [{ "field": "waiting_since", "op": "older_than", "value": { "hours": 4 } }] },
            { "field": "channel", "op": "any_of", "value": ["api"] },
        ] });
        assert_eq!(read_form(&sent), expected);
    }

    #[test]
    fn buttons_add_and_take_away() {
        let mut sent = pairs(&[
            ("c.kind", "all"),
            ("c.0.kind", "any"),
            ("c.0.0.field", "unread"),
            ("c.0.0.was", "unread"),
            ("c.0.0.op", "is"),
            ("c.0.0.value", "true"),
        ]);
        sent.push(("do".into(), "add:0".into()));
        assert_eq!(read_form(&sent)["all"][0]["any"][1]["field"], "assignee");
        *sent.last_mut().unwrap() = ("do".into(), "remove:0.0".into());
        assert_eq!(read_form(&sent), json!({ "all": [{ "any": [] }] }));
    }

    #[test]
    fn another_field_begins_anew() {
        let sent = pairs(&[
            ("c.kind", "all"),
            ("c.0.field", "subject"),
            ("c.0.was", "tag"),
            ("c.0.op", "any_of"),
            ("c.0.value", "tag_1"),
        ]);
        assert_eq!(
            read_form(&sent)["all"][0],
            json!({ "field": "subject", "op": "contains", "value": "" })
        );
    }
}
