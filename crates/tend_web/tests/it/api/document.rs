//! The document and the routes say the same.

use std::collections::BTreeSet;

use serde_json::Value;
use tend_testkit::Tend;
use tend_web::{described, openapi, routes};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("there are paths");
    let of = |path: &String, item: &Value| -> Vec<String> {
        let item = item.as_object().expect("a path has operations");
        item.keys().map(|method| format!("{method} {path}")).collect()
    };
    let names = paths.iter().flat_map(|(path, item)| of(path, item));
    names
        .map(|name| {
            let (method, path) = name.split_once(' ').expect("two words");
            let it = &document["paths"][path][method];
            (name.clone(), it)
        })
        .collect()
}

#[test]
fn every_route_is_in_the_document_and_every_operation_is_a_route() {
    let is_api = |it: &&tend_web::Route| it.path.starts_with("/api/v1/");
    let routes: BTreeSet<String> = routes()
        .iter()
        .filter(is_api)
        .map(|it| format!("{} {}", it.method.as_str().to_ascii_lowercase(), it.path))
        .collect();
    let described: BTreeSet<String> = operations(&described()).into_iter().map(|it| it.0).collect();
    let missing: Vec<_> = routes.difference(&described).collect();
    let invented: Vec<_> = described.difference(&routes).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "missing {missing:#?} invented {invented:#?}"
    );
}

#[test]
fn each_operation_says_what_it_needs_and_what_can_go_wrong() {
    let mut ids = BTreeSet::new();
    for (name, it) in operations(&described()) {
        let id = it["operationId"].as_str().expect("has an id").to_owned();
        assert!(ids.insert(id), "{name}: its id is another's");
        assert!(it["summary"].as_str().is_some_and(|it| it.len() > 3), "{name} has no summary");
        let (method, path) = name.split_once(' ').expect("two words");
        assert!(METHODS.contains(&method), "{name}");
        let parameters = it["parameters"].as_array().cloned().unwrap_or_default();
        let has = |name: &str| parameters.iter().any(|it| it["name"] == name);
        for hole in path.split(['{', '}']).skip(1).step_by(2) {
            assert!(has(hole), "{name}: {{{hole}}} is not described");
        }
        assert_eq!(has("Idempotency-Key"), method == "post", "{name}");
        if path.ends_with("openapi.json") {
            continue;
        }
        for status in ["401", "429"] {
            let schema = &it["responses"][status]["content"]["application/problem+json"];
            assert!(schema.is_object(), "{name}: {status} is no problem");
        }
        let lists = &it["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        if lists.as_str().is_some_and(|it| it.contains("List_")) && has("limit") {
            assert!(has("cursor"), "{name} takes a limit and no cursor");
        }
    }
}

/// Every `$ref` leads somewhere.
#[test]
fn what_the_document_refers_to_is_in_it() {
    fn walk(it: &Value, document: &Value) {
        match it {
            Value::Object(all) => {
                if let Some(to) = all.get("$ref").and_then(Value::as_str) {
                    let to = to.trim_start_matches('#');
                    assert!(document.pointer(to).is_some(), "{to} is not there");
                }
                all.values().for_each(|it| walk(it, document));
            }
            Value::Array(all) => all.iter().for_each(|it| walk(it, document)),
            _ => {}
        }
    }
    let all = described();
    walk(&all, &all);
}

/// A change of the API is seen in this file. To accept one, run the test with
/// `UPDATE_OPENAPI=1` and look at the difference.
#[test]
fn the_document_is_the_one_that_was_agreed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let now = serde_json::to_string_pretty(&described()).expect("is plain data") + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &now).expect("can be written");
    }
    let agreed = std::fs::read_to_string(path).unwrap_or_default();
    let differs = now.lines().zip(agreed.lines()).position(|(now, then)| now != then);
    let at = differs.unwrap_or(now.lines().count().min(agreed.lines().count()));
    let shown: Vec<_> = now.lines().skip(at.saturating_sub(3)).take(8).collect();
    assert!(
        now == agreed,
        "the API has changed, at line {}:\n{}\nIf it is meant: UPDATE_OPENAPI=1 cargo nextest run \
         --workspace -E 'test(the_document_is_the_one_that_was_agreed)'",
        at + 1,
        shown.join("\n")
    );
}

#[test]
fn programs_read_the_document_without_a_token() {
    Tend::on_both(|t| {
        let seen = t.guest().get("/api/v1/openapi.json");
        assert_eq!(seen.line(), "200");
        assert_eq!(seen.header("content-type"), "application/json");
        let document: Value = serde_json::from_str(&seen.body).expect("is JSON");
        assert_eq!(document["openapi"].as_str().map(|it| &it[..3]), Some("3.1"));
        assert_eq!(&document, openapi());
    });
}

#[test]
fn people_read_the_reference_without_a_token_and_without_javascript() {
    Tend::on_both(|t| {
        let first = t.guest().get("/api/docs");
        assert_eq!(first.line(), "200");
        let names = openapi()["tags"].as_array().expect("there are groups").clone();
        let mut shown = 0;
        for name in names.iter().filter_map(|it| it["name"].as_str()) {
            assert!(first.body.contains(&format!("/api/docs/{name}#")), "{name} is not listed");
            let page = t.guest().get(&format!("/api/docs/{name}")).body;
            shown += page.matches("<article").count();
            assert!(!page.contains("style=") && !page.contains("onclick"), "{name}");
        }
        let all = operations(openapi());
        assert_eq!(shown, all.len(), "each operation is on one page");
        let contacts = t.guest().get("/api/docs/contacts").body;
        for part in ["curl -X POST", "Idempotency-Key", "customers.edit", "carol@kestrel.example"] {
            assert!(contacts.contains(part), "{part}");
        }
        assert_eq!(t.guest().get("/api/docs/nothing").line(), "404");
        let admin = t.agent_as("Maren", "admin");
        let tokens = t.browser(admin.id).get("/settings/tokens").body;
        assert!(tokens.contains("href=\"/api/docs\""), "the settings lead there");
    });
}
