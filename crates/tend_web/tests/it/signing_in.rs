use jiff::SignedDuration;
use tend_core::{agents::passwords, secrets};
use tend_testkit::{Browser, Tend};

use crate::joining::{PASSWORD, start};

const MAREN: &str = "maren@kestrel.example";

fn sign_in(browser: &Browser, email: &str, password: &str) -> String {
    browser.get("/sign-in");
    browser.post("/sign-in", &[("email", email), ("password", password)]).line()
}

#[test]
fn one_signs_in_sees_what_one_came_for_and_signs_out() {
    Tend::on_both(|t| {
        start(&t);
        let browser = t.guest();
        let away = browser.get("/live?since=7").line();
        assert_eq!(away, "303 /sign-in?next=/live%3Fsince%3D7");
        let page = browser.get("/sign-in?next=/live%3Fsince%3D7");
        assert!(page.body.contains("value=\"/live?since=7\""), "{}", page.body);
        assert!(page.body.contains("Sign in to Kestrel Climate"));
        let form = [("email", " Maren@Kestrel.example "), ("password", PASSWORD)];
        let form = [form.as_slice(), &[("next", "/live?since=7")]].concat();
        assert_eq!(browser.post("/sign-in", &form).line(), "303 /live?since=7");
        assert_eq!(browser.get("/sign-in").line(), "303 /");

        // The proof of a session is not that of the form before it.
        let cookie = browser.cookie("tend").expect("is set");
        assert_eq!(browser.post("/sign-out", &[]).line(), "403");
        let print = secrets::fingerprint(&cookie);
        let (session, _) =
            t.db.read(move |tx| tend_core::agents::sessions::who(tx, &print))
                .expect("reads")
                .expect("is in");
        let maren = t.browser(session.agent_id);
        maren.set_cookie("tend", &cookie);
        assert_eq!(maren.post("/sign-out", &[]).line(), "403", "the proof of another session");
        let other = t.browser(session.agent_id);
        assert_eq!(other.post("/sign-out", &[]).line(), "303 /sign-in");
        assert_eq!(other.get("/live").line(), "303 /sign-in?next=/live");
        assert_eq!(browser.open("/live").status.as_u16(), 200, "another session goes on");
    });
}

/// A45, V51: the same words and the same status; the same work is done by `verify`.
#[test]
fn unknown_wrong_and_gone_get_the_same_answer() {
    Tend::on_both(|t| {
        start(&t);
        let ben = t.agent("Ben");
        t.part(ben);
        let browser = t.guest();
        browser.get("/sign-in");
        let try_it = |email: &str| {
            let seen =
                browser.post("/sign-in", &[("email", email), ("password", "nonsense nonsense")]);
            let csrf = browser.csrf();
            (seen.line(), seen.body.replace(email, "WHO").replace(&csrf, "CSRF"))
        };
        let wrong = try_it(MAREN);
        assert_eq!(wrong.0, "401");
        assert!(wrong.1.contains("Email and password do not belong together."));
        for email in ["nobody@kestrel.example", "Ben@tend.test", "x.OR.1=1--"] {
            let other = try_it(email);
            assert_eq!(other.0, wrong.0);
            assert_eq!(other.1, wrong.1, "{email}");
        }
    });
}

#[test]
fn ten_failures_make_an_account_wait_and_nobody_else() {
    Tend::on_both(|t| {
        start(&t);
        let anna = t.agent("Anna");
        let hash = secrets::passwords::hash(PASSWORD);
        let kept = hash.clone();
        t.db.write(move |tx| {
            let me = tend_core::agents::me(tx, anna)?;
            tx.execute("UPDATE agents SET password_hash = 'x' WHERE id = $1", &[anna.into()])?;
            passwords::change(tx, &me, "x", &kept, None)
        })
        .expect("changes");
        let browser = t.guest();
        for _ in 0..10 {
            assert_eq!(sign_in(&browser, MAREN, "nonsense nonsense"), "401");
        }
        browser.get("/sign-in");
        let seen = browser.post("/sign-in", &[("email", MAREN), ("password", PASSWORD)]);
        assert_eq!(seen.line(), "429", "even with the right one");
        assert_eq!(seen.header("retry-after"), "31");
        assert!(seen.body.contains("Wait a minute"), "{}", seen.body);
        assert_eq!(sign_in(&browser, "Anna@tend.test", PASSWORD), "303 /");
        t.pass(SignedDuration::from_secs(31));
        let browser = t.guest();
        assert_eq!(sign_in(&browser, MAREN, PASSWORD), "303 /");
    });
}

/// V48, A46: a cookie from before is worth nothing afterwards.
#[test]
fn the_session_is_new_at_each_sign_in() {
    Tend::on_both(|t| {
        start(&t);
        let browser = t.guest();
        let planted = secrets::random_text();
        browser.set_cookie("tend", &planted);
        assert_eq!(sign_in(&browser, MAREN, PASSWORD), "303 /");
        let first = browser.cookie("tend").expect("is set");
        assert_ne!(first, planted);
        let thief = t.guest();
        thief.set_cookie("tend", &planted);
        assert_eq!(thief.get("/live").line(), "303 /sign-in?next=/live");
    });
}

#[test]
fn cookies_are_closed_to_scripts_and_other_sites() {
    Tend::on_both(|t| {
        start(&t);
        let browser = t.guest();
        browser.get("/sign-in");
        let form = [("email", MAREN), ("password", PASSWORD), ("stay", "on")];
        let seen = browser.post("/sign-in", &form);
        let cookies: Vec<_> = seen.headers.get_all("set-cookie").iter().collect();
        let session = cookies[0].to_str().expect("is text");
        assert!(session.starts_with("tend="), "{session}");
        for word in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=1209600"] {
            assert!(session.contains(word), "{session}");
        }
        assert!(!session.contains("Domain") && !session.contains("Secure"));
    });
}

#[test]
fn with_tls_cookies_belong_to_this_host_alone() {
    let config = tend_web::Config {
        base_url: Some("https://tend.test".to_owned()),
        ..tend_web::Config::default()
    };
    Tend::on_both_with(&config, |t| {
        let browser = t.guest();
        let seen = browser.get("/start");
        let cookie = seen.header("set-cookie");
        assert!(
            cookie.starts_with("__Host-tend-form=") && cookie.ends_with("; Secure"),
            "{cookie}"
        );
        assert_eq!(seen.header("strict-transport-security"), "max-age=31536000");
    });
}
