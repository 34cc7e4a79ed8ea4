//! Every address that a page leads to has a route of that method.

use axum::http::Method;
use tend_testkit::Tend;
use tend_views::gallery;
use tend_web::routes;

/// Attributes with an address, and the method by which it is asked.
const ATTRIBUTES: [(&str, &str); 13] = [
    ("href", "GET"),
    ("src", "GET"),
    ("formaction", "POST"),
    ("hx-get", "GET"),
    ("hx-post", "POST"),
    ("hx-put", "PUT"),
    ("hx-delete", "DELETE"),
    ("data-live-get", "GET"),
    ("data-draft", "PUT"),
    ("data-uploads", "POST"),
    ("data-canned", "GET"),
    ("data-mentions", "GET"),
    ("data-recipients", "GET"),
];

/// (attribute, method, path) of each address in a page. A form without JavaScript says its
/// method in a hidden field, which the edge reads; by htmx it is another attribute.
fn addresses(html: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let value = |name: &str| {
            let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            tag[from..].split('"').next().map(|it| it.replace("&amp;", "&"))
        };
        for (name, method) in ATTRIBUTES {
            all.extend(value(name).map(|it| (method.to_owned(), it)));
        }
        if let Some(to) = value("action")
            && value("hx-put").is_none()
            && value("hx-delete").is_none()
        {
            let method = if tag.contains("method=\"post\"") { "POST" } else { "GET" };
            all.push((method.to_owned(), to));
        }
    }
    all
}

fn fits(pattern: &str, path: &str) -> bool {
    if let Some((before, _)) = pattern.split_once("{*") {
        return path.starts_with(before.split_once("{print}").map_or(before, |it| it.0));
    }
    let (ours, theirs) = (pattern.split('/'), path.split('/'));
    ours.clone().count() == theirs.clone().count()
        && ours.zip(theirs).all(|(a, b)| a.starts_with('{') && !b.is_empty() || a == b)
}

/// The addresses that lead nowhere.
fn dead(html: &str) -> Vec<String> {
    let routes: Vec<(Method, String)> =
        routes().into_iter().map(|it| (it.method, it.path)).collect();
    let mut wrong = Vec::new();
    for (method, address) in addresses(html) {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let is_ours = address.starts_with('/') && !address.starts_with("//");
        // A form says in a hidden field which of the methods it means that forms don't know.
        let means = |of: &Method| match method.as_str() {
            "POST" => *of != Method::GET,
            other => of.as_str() == other,
        };
        let found = routes.iter().any(|(of, to)| means(of) && fits(to, path));
        if is_ours && !found {
            wrong.push(format!("{method} {path}"));
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

#[test]
fn each_address_on_a_sample_page_has_a_route() {
    let mut wrong = Vec::new();
    for it in gallery::pages() {
        let html = it.html.into_string();
        wrong.extend(dead(&html).into_iter().map(|to| format!("{}: {to}", it.state)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(dead("<a href=\"/nowhere/at/all\">x</a>"), ["GET /nowhere/at/all"]);
}

#[test]
fn each_address_on_a_real_page_has_a_route() {
    let t = Tend::in_memory();
    let admin = t.agent_as("Maren", "admin");
    let inbox = t.inbox("support@tend.test");
    let case = t.writes(&inbox, "carol@example.com", "Where is it?", "Hello");
    let browser = t.browser(admin.id);
    let mut wrong = Vec::new();
    let gets = routes().into_iter().filter(|it| it.method == Method::GET);
    for route in gets.filter(|it| !it.path.starts_with("/api/") && !it.path.starts_with("/live")) {
        let path = match route.path.as_str() {
            it if it.starts_with("/conversations/{id}") => it.replace("{id}", &case.to_string()),
            it if it.starts_with("/settings/inboxes/{id}") => {
                it.replace("{id}", &inbox.id.to_string())
            }
            // Its samples lead nowhere: the other test looks at them.
            it if it.contains('{') || it == "/gallery" => continue,
            it => it.to_owned(),
        };
        let seen = browser.get(&path);
        if seen.status.is_success() {
            wrong.extend(dead(&seen.body).into_iter().map(|to| format!("{path}: {to}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
