//! What is true of every operation, said once: names, permissions, keys, tags of state, errors.

use serde_json::{Map, Value, json};

use crate::router::{Access, Route, routes};

/// Completes each operation of the document from its row in the list of routes.
pub(super) fn complete(document: &mut Value) {
    document["components"]["responses"] = json!({ "Problem": problem() });
    document["components"]["schemas"]["Problem"] = problem_schema();
    document["components"]["schemas"]["FieldProblem"] = field_schema();
    for route in routes().iter().filter(|it| it.path.starts_with("/api/")) {
        let method = route.method.as_str().to_ascii_lowercase();
        let found = document["paths"].get_mut(&route.path).and_then(|it| it.get_mut(&method));
        if let Some(Value::Object(operation)) = found {
            complete_one(operation, route, &method);
        }
    }
}

fn complete_one(it: &mut Map<String, Value>, route: &Route, method: &str) {
    it.insert("operationId".to_owned(), json!(id_of(method, &route.path)));
    let needs = match route.access {
        Access::Token(permission) => Some(permission),
        _ => None,
    };
    if let Some(permission) = needs {
        it.insert("x-permission".to_owned(), json!(permission.word()));
    }
    describe(it);
    let is_guarded = guard(it, method);
    if method == "post" {
        add_parameter(it, &idempotency_key());
    }
    let has_hole = route.path.contains('{');
    let has_body = it.contains_key("requestBody");
    let has_query = parameters(it).iter().any(|it| it["in"] == "query");
    let may_be_refused = has_body || method != "get";
    let errors = [
        ("400", has_body || has_query, "It cannot be read."),
        ("401", route.access != Access::Public, "There is no token, or none that counts."),
        ("403", needs.is_some(), "The token or its agent may not do this."),
        ("404", has_hole, "There is no such thing, or none that you may see."),
        ("409", method == "post", "Something else happened meanwhile."),
        ("412", is_guarded && method != "get", "It is not what `If-Match` says any more."),
        ("415", has_body, "It is of another kind than we take."),
        ("422", may_be_refused, "It can be read, and cannot be taken; `errors` says why."),
        ("429", route.access != Access::Public, "Too often; `Retry-After` says when."),
    ];
    for (status, applies, text) in errors {
        if applies {
            let problem = json!({
                "description": text,
                "content": { "application/problem+json":
                    { "schema": { "$ref": "#/components/schemas/Problem" } } }
            });
            it["responses"][status] = problem;
        }
    }
    if route.access != Access::Public {
        say_limits(it);
    }
}

/// Words for what goes without saying in the sources.
fn describe(it: &mut Map<String, Value>) {
    let mut all = parameters(it);
    for one in &mut all {
        let name = one["name"].as_str().unwrap_or_default().to_owned();
        if one["description"].as_str().is_some_and(|it| !it.is_empty()) {
            continue;
        }
        one["description"] = json!(match (name.as_str(), one["in"].as_str()) {
            ("id", _) => "Its id.".to_owned(),
            ("cursor", _) => "`next_cursor` of the page before.".to_owned(),
            ("category", _) => "What state they are in.".to_owned(),
            ("domain", _) => "Such as `kestrel.example`.".to_owned(),
            (_, Some("path")) => format!("The {name}'s id."),
            _ => format!("Only those of this {name}: its id."),
        });
    }
    if !all.is_empty() {
        it.insert("parameters".to_owned(), Value::Array(all));
    }
    for (status, text) in [("200", "Here it is."), ("201", "It is made."), ("204", "It is done.")] {
        if it["responses"].get(status).is_some_and(is_bare) {
            it["responses"][status]["description"] = json!(text);
        }
    }
}

fn is_bare(it: &Value) -> bool {
    it["description"].as_str().is_none_or(str::is_empty)
}

/// `get_contacts_id_merges`: unique, and an anchor on the reference page.
pub(super) fn id_of(method: &str, path: &str) -> String {
    let path = path.trim_start_matches("/api/v1");
    let plain: String =
        path.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
    let words: Vec<_> = plain.split('_').filter(|it| !it.is_empty()).collect();
    format!("{method}_{}", words.join("_"))
}

fn parameters(it: &Map<String, Value>) -> Vec<Value> {
    it.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn add_parameter(it: &mut Map<String, Value>, one: &Value) {
    let mut all = parameters(it);
    all.push(one.clone());
    it.insert("parameters".to_owned(), Value::Array(all));
}

/// Where `If-Match` stands, the answer carries a tag; where something is only read, it is
/// `If-None-Match`, and the answer may be 304.
fn guard(it: &mut Map<String, Value>, method: &str) -> bool {
    let mut all = parameters(it);
    let Some(one) = all.iter_mut().find(|it| it["name"] == "If-Match") else { return false };
    if method == "get" {
        one["name"] = json!("If-None-Match");
        one["description"] = json!("The `ETag` that one read before: 304 if it is still the same.");
        it["responses"]["304"] = json!({ "description": "It is what you have." });
    }
    it.insert("parameters".to_owned(), Value::Array(all));
    if it["responses"].get("200").is_some() {
        let text = "The state that is answered; for `If-Match` and `If-None-Match`.";
        it["responses"]["200"]["headers"]["ETag"] =
            json!({ "description": text, "schema": { "type": "string" } });
    }
    true
}

fn say_limits(it: &mut Map<String, Value>) {
    let all = [
        ("RateLimit-Limit", "Requests a minute."),
        ("RateLimit-Remaining", "How many are left now."),
        ("RateLimit-Reset", "Seconds until all of them are there again."),
    ];
    let Some(responses) = it.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut() {
        if status.starts_with('2') {
            for (name, text) in all {
                response["headers"][name] =
                    json!({ "description": text, "schema": { "type": "integer" } });
            }
        }
    }
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "A text of your own, 1 to 200 characters. Asking again with the same key \
            within 24 hours answers what was answered the first time, and does nothing.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 200 }
    })
}

fn problem() -> Value {
    json!({
        "description": "What went wrong.",
        "content": { "application/problem+json":
            { "schema": { "$ref": "#/components/schemas/Problem" } } }
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "examples": ["about:blank"] },
            "title": { "type": "string", "description": "The status in words." },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "A sentence for people." },
            "errors": { "type": "array", "items": { "$ref": "#/components/schemas/FieldProblem" } },
            "request_id": { "type": "string", "description": "For whoever looks into the log." }
        }
    })
}

fn field_schema() -> Value {
    json!({
        "type": "object",
        "description": "One field that cannot be taken as it is.",
        "required": ["field", "problem"],
        "properties": {
            "field": { "type": "string" },
            "problem": { "type": "string", "description": "A whole sentence." }
        }
    })
}
