use jiff::SignedDuration;
use tend_core::{
    agents::{self, LINK_PURPOSE, invitations},
    jobs::Job,
    secrets::Fresh,
    settings,
};
use tend_testkit::{Browser, Tend};
use tend_web::Config;

pub const PASSWORD: &str = "ein ruhiger Fluss";

const FIRST: [(&str, &str); 5] = [
    ("company", "Kestrel Climate"),
    ("time_zone", "Europe/Oslo"),
    ("name", "Maren"),
    ("email", "Maren@kestrel.example"),
    ("password", PASSWORD),
];

/// Sets Tend up; the browser of the first admin.
pub fn start(t: &Tend) -> Browser<'_> {
    let browser = t.guest();
    browser.get("/start");
    assert_eq!(browser.post("/start", &FIRST).line(), "303 /");
    browser
}

/// What the mailer would open of the last link.
pub fn mailed_link(t: &Tend) -> String {
    let jobs = t.db.write(|tx| tend_core::jobs::take(tx, 100)).expect("reads");
    let sealed = jobs.into_iter().rev().find_map(|it| match it.job {
        Job::SendLink { sealed_token, .. } if !sealed_token.is_empty() => Some(sealed_token),
        _ => None,
    });
    t.app.keys.open(LINK_PURPOSE, &sealed.expect("a link was mailed")).expect("opens")
}

#[test]
fn the_first_page_sets_up_the_company_and_signs_in_once() {
    Tend::on_both(|t| {
        assert_eq!(t.guest().get("/").line(), "303 /start");
        assert_eq!(t.guest().get("/live").line(), "303 /start");
        assert_eq!(t.guest().get("/sign-in").line(), "303 /start");
        let maren = start(&t);
        assert_eq!(maren.open("/live").status.as_u16(), 200);

        let (name, zone, url) =
            t.db.read(|tx| {
                let get = |tx: &mut tend_store::Tx, name| settings::get_or(tx, name, "");
                Ok::<_, tend_core::Error>((
                    get(tx, settings::COMPANY)?,
                    get(tx, settings::TIME_ZONE)?,
                    get(tx, settings::BASE_URL)?,
                ))
            })
            .expect("reads");
        assert_eq!((name.as_str(), zone.as_str()), ("Kestrel Climate", "Europe/Oslo"));
        assert_eq!(url, "http://tend.test");

        let late = t.guest();
        assert_eq!(late.get("/start").line(), "303 /sign-in");
        late.get("/sign-in");
        assert_eq!(late.post("/start", &FIRST).line(), "409");
        assert_eq!(t.db.read(agents::present).expect("reads").len(), 1);
    });
}

#[test]
fn what_is_wrong_with_the_first_form_stands_at_its_fields() {
    Tend::on_both(|t| {
        let browser = t.guest();
        browser.get("/start");
        let mut form = FIRST;
        form[3].1 = "maren";
        let seen = browser.post("/start", &form);
        assert_eq!(seen.line(), "422");
        assert!(seen.body.contains("This is not an email address"), "{}", seen.body);
        assert!(seen.body.contains("value=\"Kestrel Climate\""), "what was right is kept");
        assert!(!seen.body.contains(PASSWORD), "the password is not sent back");
        form[3].1 = "maren@kestrel.example";
        form[4].1 = "short";
        assert!(browser.post("/start", &form).body.contains("at least 8 characters"));
        assert!(!t.db.read(agents::is_started).expect("reads"));
    });
}

/// V77: where strangers could be first, a code is asked for.
#[test]
fn the_first_page_asks_for_the_code_where_there_is_one() {
    let config = Config { start_code: Some("K7F3-22QX".to_owned()), ..Config::default() };
    Tend::on_both_with(&config, |t| {
        let browser = t.guest();
        assert!(browser.get("/start").body.contains("name=\"code\""));
        assert_eq!(browser.post("/start", &FIRST).line(), "422");
        let wrong = [FIRST.as_slice(), &[("code", "K7F3-22QY")]].concat();
        assert!(browser.post("/start", &wrong).body.contains("not the code"));
        let right = [FIRST.as_slice(), &[("code", " K7F3-22QX ")]].concat();
        assert_eq!(browser.post("/start", &right).line(), "303 /");
    });
}

#[test]
fn one_who_is_invited_chooses_a_password_and_is_in() {
    Tend::on_both(|t| {
        start(&t);
        let fresh = Fresh::make();
        let link = invitations::NewLink {
            fingerprint: fresh.fingerprint(),
            sealed: t.app.keys.seal(LINK_PURPOSE, fresh.text()),
        };
        t.db.write(move |tx| {
            let maren = agents::by_email(tx, "maren@kestrel.example")?.id;
            let (maren, role) = (agents::me(tx, maren)?, agents::roles::named(tx, "agent")?.id);
            let ben = invitations::Invitation {
                name: "Ben".to_owned(),
                email: "ben@kestrel.example".to_owned(),
                role,
                teams: vec![],
            };
            invitations::invite(tx, &maren, &ben, &link)
        })
        .expect("is allowed");
        let path = format!("/invitations/{}", mailed_link(&t));

        let ben = t.guest();
        let seen = ben.get(&path);
        assert!(seen.body.contains("Welcome to Kestrel Climate"), "{}", seen.shown());
        assert!(seen.body.contains("Maren") && seen.body.contains("ben@kestrel.example"));
        let short = ben.post(&path, &[("name", "Ben B"), ("password", "short")]);
        assert_eq!(short.line(), "422");
        let joined = ben.post(&path, &[("name", "Ben B"), ("password", PASSWORD)]);
        assert_eq!(joined.line(), "303 /");
        assert_eq!(ben.open("/live").status.as_u16(), 200);

        let again = t.guest();
        assert_eq!(again.get(&path).line(), "410");
        assert_eq!(again.get("/invitations/nonsense").line(), "410");
        assert_eq!(again.get("/invitations/").line(), "404");
    });
}

#[test]
fn a_forgotten_password_is_chosen_anew_by_a_link_that_works_once() {
    Tend::on_both(|t| {
        let maren = start(&t);
        let lost = t.guest();
        lost.get("/forgotten");
        let known = lost.post("/forgotten", &[("email", "maren@kestrel.example")]);
        let path = format!("/reset/{}", mailed_link(&t));
        let unknown = lost.post("/forgotten", &[("email", "nobody@kestrel.example")]);
        let same = |body: &str, who: &str| body.replace(who, "WHO");
        assert_eq!(
            same(&known.body, "maren@kestrel.example"),
            same(&unknown.body, "nobody@kestrel.example"),
            "equal answers"
        );
        assert_eq!(t.waiting_jobs(), "");

        assert_eq!(lost.get(&path).line(), "200");
        assert_eq!(lost.post(&path, &[("password", "maren@kestrel.example")]).line(), "422");
        assert_eq!(lost.post(&path, &[("password", "ein anderer Fluss")]).line(), "303 /");
        assert_eq!(lost.open("/live").status.as_u16(), 200);
        assert_eq!(maren.get("/live").line(), "303 /sign-in?next=/live", "V47: ended elsewhere");
        lost.get("/sign-in");
        assert_eq!(t.guest().get(&path).line(), "410");

        let late = t.guest();
        late.get("/forgotten");
        late.post("/forgotten", &[("email", "maren@kestrel.example")]);
        let path = format!("/reset/{}", mailed_link(&t));
        t.pass(SignedDuration::from_mins(30));
        assert_eq!(late.get(&path).line(), "410");
        assert_eq!(late.post(&path, &[("password", "ein dritter Fluss")]).line(), "410");
    });
}
