//! A51 to A53, V52: a request that changes something has to come from a page of ours.

use axum::{body::Body, http::Method};
use tend_testkit::{Browser, Tend};

use crate::joining::start;

/// Sends a form to sign out, which needs a session and its proof.
fn sign_out(browser: &Browser) -> String {
    browser.post("/sign-out", &[]).line()
}

fn anna(t: &Tend) -> Browser<'_> {
    t.browser(t.agent("Anna"))
}

#[test]
fn a_form_needs_its_proof() {
    Tend::on_both(|t| {
        let browser = anna(&t);
        let proof = browser.csrf();
        browser.forget_csrf();
        assert_eq!(sign_out(&browser), "403");
        for wrong in ["x", &proof[1..], &tend_core::secrets::random_text()] {
            assert_eq!(browser.post("/sign-out", &[("csrf", wrong)]).line(), "403", "{wrong}");
        }
        // In the address it counts for nothing.
        assert_eq!(browser.post(&format!("/sign-out?csrf={proof}"), &[]).line(), "403");
        assert_eq!(browser.post("/sign-out", &[("csrf", &proof)]).line(), "303 /sign-in");

        let htmx = t.browser(
            t.db.read(|tx| tend_core::agents::by_email(tx, "anna@tend.test")).expect("is there").id,
        );
        let request = htmx.request(Method::POST, "/sign-out").header("x-csrf", htmx.csrf());
        assert_eq!(htmx.send(request, Body::empty()).line(), "303 /sign-in", "as a header too");
    });
}

#[test]
fn another_site_cannot_send_a_form_even_with_a_proof() {
    Tend::on_both(|t| {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://tend.test.evil.example"),
        ] {
            let browser = t.browser(t.agent(&format!("{name}{}", value.len()))).with(name, value);
            assert_eq!(sign_out(&browser), "403", "{name}: {value}");
        }
        let same =
            anna(&t).with("sec-fetch-site", "same-origin").with("origin", "http://tend.test");
        assert_eq!(sign_out(&same), "303 /sign-in");
    });
}

/// A53: nobody is signed in or out, or sent a reset, by a form from elsewhere.
#[test]
fn forms_before_signing_in_need_their_proof_too() {
    Tend::on_both(|t| {
        start(&t);
        let form = [("email", "maren@kestrel.example"), ("password", crate::joining::PASSWORD)];
        let browser = t.guest();
        assert_eq!(browser.post("/sign-in", &form).line(), "403", "without any cookie");
        browser.get("/sign-in");
        let other = t.guest();
        other.get("/sign-in");
        let theirs = other.csrf();
        let stolen = [form.as_slice(), &[("csrf", &theirs)]].concat();
        browser.forget_csrf();
        assert_eq!(browser.post("/sign-in", &stolen).line(), "403", "the proof of another browser");
        assert_eq!(browser.post("/forgotten", &form[..1]).line(), "403");
        browser.get("/sign-in");
        assert_eq!(browser.post("/sign-in", &form).line(), "303 /");
    });
}

#[test]
fn a_form_may_name_its_method_and_a_link_may_not() {
    Tend::on_both(|t| {
        let browser = anna(&t);
        assert_eq!(browser.post("/sign-out", &[("_method", "DELETE")]).line(), "405");
        assert_eq!(browser.get("/sign-out?_method=POST").line(), "405");
        assert_eq!(browser.post("/sign-out", &[("_method", "GET")]).line(), "303 /sign-in");
    });
}
