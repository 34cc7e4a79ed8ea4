use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use tend_testkit::Tend;
use tend_web::Config;

#[test]
fn each_answer_has_its_headers_errors_too() {
    Tend::on_both(|t| {
        let browser = t.guest();
        let mut nonces = Vec::new();
        for path in ["/start", "/nowhere", "/assets/x/css/tend.css", "/sign-in", "/live"] {
            let seen = browser.get(path);
            let policy = seen.header("content-security-policy").to_owned();
            assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
            assert_eq!(seen.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(seen.header("referrer-policy"), "same-origin");
            assert_eq!(seen.header("cross-origin-opener-policy"), "same-origin");
            assert_eq!(seen.header("cache-control"), "no-store", "{path}");
            assert_eq!(seen.header("x-request-id").len(), 16);
            let nonce = policy.split("'nonce-").nth(1).and_then(|it| it.split('\'').next());
            nonces.push(nonce.expect("has a nonce").to_owned());
        }
        nonces.sort();
        nonces.dedup();
        assert_eq!(nonces.len(), 5, "each answer has its own");
        assert!(nonces.iter().all(|it| it.len() == 22), "128 bits");
    });
}

#[test]
fn assets_live_for_ever_under_an_address_that_changes_with_them() {
    let t = Tend::in_memory();
    let page = t.guest().get("/start").body;
    let css = page.split("href=\"").find(|it| it.contains("tend.css")).expect("is linked");
    let css = css.split('"').next().expect("ends");
    let seen = t.guest().get(css);
    assert_eq!(seen.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(seen.header("content-type"), "text/css; charset=utf-8");
    let old = t.guest().get("/assets/0123456789ab/css/tend.css");
    assert_eq!((old.line().as_str(), old.header("cache-control")), ("200", "no-store"));
    for bad in ["/css/../css/tend.css", "/vendor/package.json", "/vendor/refresh.sh", "/"] {
        assert_eq!(t.guest().get(&format!("/assets/0123456789ab{bad}")).line(), "404", "{bad}");
    }
    let zipped = t.guest().with("accept-encoding", "gzip").get(css);
    assert_eq!(zipped.header("content-encoding"), "gzip");
}

/// A57
#[test]
fn another_host_is_not_served() {
    let config =
        Config { base_url: Some("http://desk.kestrel.example".to_owned()), ..Config::default() };
    Tend::on_both_with(&config, |t| {
        assert_eq!(t.guest().get("/start").line(), "421");
        let seen = t.guest().get("http://desk.kestrel.example/start");
        assert_eq!(seen.line(), "200");
    });
}

#[test]
fn an_error_is_a_page_a_fragment_or_a_problem() {
    Tend::on_both(|t| {
        let page = t.guest().get("/nowhere");
        assert!(
            page.body.contains("<!DOCTYPE html>") && page.body.contains("There is nothing here")
        );
        let fragment = t.guest().htmx().get("/nowhere");
        assert!(!fragment.body.contains("<!DOCTYPE") && fragment.body.contains("role=\"alert\""));
        let problem = t.guest().get("/api/v1/nowhere");
        assert_eq!(problem.header("content-type"), "application/problem+json");
        assert!(problem.body.contains(r#""status":404"#), "{}", problem.body);
        for it in [page, fragment, problem] {
            assert_eq!(it.line(), "404");
        }
        let unsigned = t.guest().htmx().get("/live");
        assert_eq!((unsigned.line().as_str(), unsigned.header("hx-redirect")), ("401", "/start"));
    });
}

#[test]
fn too_long_too_big_and_of_another_kind() {
    Tend::on_both(|t| {
        let browser = t.guest();
        browser.get("/start");
        assert_eq!(browser.get(&format!("/start?{}", "x".repeat(9_000))).line(), "414");
        assert_eq!(browser.post("/start", &[("name", &"x".repeat(1_100_000))]).line(), "413");
        let request = browser
            .request(Method::POST, "/start")
            .header("x-csrf", browser.csrf())
            .header("content-type", "application/json");
        assert_eq!(browser.send(request, Body::from("{}")).line(), "415");
        let request = browser.request(Method::DELETE, "/start").header("x-csrf", browser.csrf());
        assert_eq!(browser.send(request, Body::empty()).status, StatusCode::METHOD_NOT_ALLOWED);
    });
}

#[test]
fn a_database_that_is_too_busy_says_when_to_come_back() {
    let error: tend_web::WebError = tend_core::Error::Store(tend_store::StoreError::Busy).into();
    let response = axum::response::IntoResponse::into_response(error);
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "2");
}
