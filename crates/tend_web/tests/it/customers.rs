use axum::{body::Body, http::Method};
use tend_core::{
    Actor, accounts,
    contacts::{self, Contact, Stranger},
    customer_notes,
    customers::imports::{self, Progress},
};
use tend_testkit::Tend;

use crate::joining::start;

/// Someone who wrote to us.
fn contact(t: &Tend, name: &str, email: &str) -> Contact {
    let who = Stranger::by_email(name, email);
    t.db.write(move |tx| contacts::meet(tx, Actor::System, &who)).expect("is met")
}

#[test]
fn a_contact_is_entered_changed_noted_and_blocked_on_its_page() {
    Tend::on_both(|t| {
        let maren = start(&t);
        assert!(maren.get("/contacts").body.contains("No contacts yet"));
        maren.get("/contacts/new");
        let form = [("name", "Leila Haddad"), ("email", "leila@alnoor.example"), ("phone", "12")];
        let refused = maren.post("/contacts", &form);
        assert_eq!(refused.line(), "422");
        assert!(refused.body.contains("This is not a phone number"), "{}", refused.shown());
        let form = [("name", "Leila Haddad"), ("email", "leila@alnoor.example"), ("phone", "")];
        let page = maren.post("/contacts", &form).header("location").to_owned();
        assert!(page.starts_with("/contacts/con_"), "{page}");
        let twice = maren.post("/contacts", &form);
        assert!(twice.body.contains("merge the two contacts"), "{}", twice.shown());

        let put = |what: &str, form: &[(&str, &str)]| {
            let form = [&[("_method", "PUT")], form].concat();
            maren.post(&format!("{page}{what}"), &form).line()
        };
        let back = format!("303 {page}");
        assert_eq!(put("", &[("title", "Head of quality"), ("account_id", "x")]), back);
        assert_eq!(put("/tags", &[("new", "vip, late")]), back);
        assert_eq!(put("/block", &[]), back);
        let note = [("text", "Calls <b>early</b>.\n\nAlways.")];
        assert_eq!(maren.post(&format!("{page}/notes"), &note).line(), back);
        let phone = [("kind", "phone"), ("value", "+43 1 2345")];
        assert_eq!(maren.post(&format!("{page}/identities"), &phone).line(), back);
        let shown = maren.get(&page).body;
        for it in [
            "Head of quality",
            "vip",
            "Blocked",
            "Calls &lt;b&gt;early&lt;/b&gt;.",
            "+43 1 2345",
            "changed the title of",
        ] {
            assert!(shown.contains(it), "{it} is not in {shown}");
        }
        let part_at = |url: &str| {
            let asked = maren.request(Method::GET, url).header("hx-request", "true");
            maren.send(asked, Body::empty()).line()
        };
        for part in ["head", "main", "side"] {
            assert_eq!(part_at(&format!("{page}?part={part}")), "200");
        }
        for aspect in ["everything", "talk", "notes", "work", "record", "nonsense"] {
            let url = format!("{page}/timeline?aspect={aspect}&cursor=1.1");
            assert_eq!(part_at(&url), "200", "{aspect}");
        }
        let found = maren.get("/contacts?q=hadd&tag=&blocked=on").body;
        assert!(found.contains("Leila Haddad") && found.contains("1 contact"), "{found}");
        assert!(maren.get("/contacts?q=nobody").body.contains("Nobody fits"));
    });
}

#[test]
fn an_account_is_entered_changed_and_two_become_one() {
    Tend::on_both(|t| {
        let maren = start(&t);
        maren.get("/accounts/new");
        let make = |name: &str, domain: &str| {
            let form = [("name", name), ("domain", domain), ("owner", "")];
            maren.post("/accounts", &form).header("location").to_owned()
        };
        let (a, b) = (make("Noor", "noor.example"), make("Al Noor", "alnoor.example"));
        let bad = maren.post("/accounts", &[("name", "X"), ("domain", "gmail.com")]);
        assert!(bad.body.contains("Anybody can have an address"), "{}", bad.shown());
        let put = [("_method", "PUT"), ("name", "Al Noor Cold Chain")];
        assert_eq!(maren.post(&b, &put).line(), format!("303 {b}"));
        let domain = [("domain", "cold.example")];
        assert_eq!(maren.post(&format!("{b}/domains"), &domain).line(), format!("303 {b}"));
        let shown = maren.get(&b).body;
        assert!(shown.contains("cold.example") && shown.contains("Al Noor Cold Chain"), "{shown}");

        let choice = maren.get(&format!("{b}/merge?q=noor")).body;
        let gone = a.trim_start_matches("/accounts/").to_owned();
        assert!(choice.contains(&gone), "{choice}");
        let preview = maren.get(&format!("{b}/merge?with={gone}")).body;
        assert!(preview.contains("noor.example") && preview.contains("choice-name"), "{preview}");
        let with = b.trim_start_matches("/accounts/");
        let form = [("with", with), ("choice-name", "name")];
        assert_eq!(maren.post(&format!("{a}/merge"), &form).line(), format!("303 {b}"));
        assert_eq!(maren.get(&a).line(), format!("303 {b}"), "the old address leads there");
        assert!(maren.get(&b).body.contains("was merged into this"));
        let again = maren.post(&format!("{a}/merge"), &form);
        assert_eq!(again.line(), "409");

        let id: accounts::AccountId = with.parse().expect("is an id");
        let merge = t.db.read(|tx| accounts::merges(tx, id)).expect("reads")[0].id;
        let undone = maren.post(&format!("{b}/merges/{merge}/undo"), &[]);
        assert_eq!(undone.line(), format!("303 {a}"));
        assert_eq!(maren.get(&a).line(), "200");
    });
}

#[test]
fn a_file_is_uploaded_explained_checked_and_imported_and_comes_out_again() {
    Tend::on_both(|t| {
        let maren = start(&t);
        assert!(maren.get("/imports").body.contains("Nothing was imported yet"));
        let file = b"Name;Mail\r\nZo\xEB;zoe@x.example\r\n=cmd();bad\r\n";
        let empty = maren.upload("/imports", &[("about", "contact")], &[("file", "a.csv", b"")]);
        assert_eq!(empty.line(), "422");
        assert!(empty.body.contains("This file is empty"), "{}", empty.shown());
        let begun = maren.upload("/imports", &[("about", "contact")], &[("file", "a.csv", file)]);
        let page = begun.header("location").to_owned();
        assert!(page.starts_with("/imports/imp_"), "{}", begun.shown());
        assert!(maren.get(&page).body.contains("Zo\u{eb}"), "Windows-1252 was recognised");
        let wrong = maren.post(&format!("{page}/check"), &[("target", "title"), ("target", "")]);
        assert!(wrong.body.contains("name or the address"), "{}", wrong.shown());
        let columns = [("target", "name"), ("target", "email"), ("mode", "all")];
        assert_eq!(maren.post(&format!("{page}/check"), &columns).line(), format!("303 {page}"));
        let id = page.trim_start_matches("/imports/").parse().expect("is an id");
        let work = || {
            while t.db.write(move |tx| imports::step(tx, id, 100)).expect("goes on")
                == Progress::More
            {}
        };
        assert!(maren.get(&page).body.contains("every 1s"), "it is looked at while it works");
        work();
        let checked = maren.get(&page).body;
        assert!(checked.contains("Import 1 row") && checked.contains("not an email"), "{checked}");
        assert!(maren.get(&format!("{page}/problems")).body.contains("3,Mail,"));
        maren.post(&format!("{page}/run"), &[]);
        work();
        assert!(maren.get(&page).body.contains("The file is imported"));

        let out = maren.post("/contacts/export", &[("q", "zo")]);
        assert!(out.header("content-disposition").contains("contacts.csv"));
        assert_eq!(out.body.lines().count(), 2, "{}", out.body);
        assert!(out.body.contains("Zo\u{eb},zoe@x.example"), "{}", out.body);

        // As a browser asks: who compresses a file asks for more after its end.
        let browser = t.browser(t.agent_as("Ada", "admin").id).with("accept-encoding", "gzip, br");
        for list in ["contacts", "accounts", "orders"] {
            let out = browser.post(&format!("/{list}/export"), &[]);
            assert_eq!((out.line().as_str(), out.header("content-encoding")), ("200", "gzip"));
        }
    });
}

#[test]
fn a_deleted_note_comes_back_and_anothers_stays() {
    Tend::on_both(|t| {
        let maren = start(&t);
        let ben = t.browser(t.agent_as("Ben", "agent").id);
        let leila = contact(&t, "Leila", "leila@alnoor.example");
        let page = format!("/contacts/{}", leila.id);
        maren.get(&page);
        maren.post(&format!("{page}/notes"), &[("text", "Mine.")]);
        let note =
            t.db.read(|tx| customer_notes::newest(tx, leila.id.raw(), None, 9)).expect("reads");
        let url = format!("/customer-notes/{}", note.items[0].id);
        ben.get(&page);
        assert_eq!(ben.post(&url, &[("_method", "PUT"), ("text", "Ours.")]).line(), "422");
        assert_eq!(ben.post(&url, &[("_method", "DELETE")]).line(), "422");
        maren.post(&url, &[("_method", "DELETE")]);
        assert_eq!(ben.post(&format!("{url}/undo"), &[]).line(), "404");
        maren.post(&format!("{url}/undo"), &[]);
        assert!(maren.get(&page).body.contains("Mine."));
    });
}

#[test]
fn what_is_known_is_defined_in_the_settings_and_set_on_the_page() {
    Tend::on_both(|t| {
        let maren = start(&t);
        maren.get("/settings/attributes/new?about=contact");
        let plan = [
            ("about", "contact"),
            ("label", "Plan"),
            ("kind", "choice"),
            ("choices", "Gold\r\nFree\r\n"),
        ];
        assert_eq!(maren.post("/settings/attributes", &plan).line(), "303 /settings/attributes");
        let none = [("about", "contact"), ("label", "Size"), ("kind", "choice"), ("choices", "")];
        assert!(maren.post("/settings/attributes", &none).body.contains("at least one choice"));
        maren.post(
            "/settings/attributes",
            &[("about", "contact"), ("label", "Seats"), ("kind", "number")],
        );
        let all =
            t.db.read(|tx| {
                tend_core::attributes::definitions(tx, tend_core::attributes::About::Contact)
            })
            .expect("reads");
        maren.post(&format!("/settings/attributes/{}/move", all[1].id), &[("way", "up")]);
        let page = maren.get("/settings/attributes").body;
        assert!(page.find("Seats") < page.find("Plan"), "{page}");

        let leila = contact(&t, "Leila", "leila@alnoor.example");
        let url = format!("/contacts/{}", leila.id);
        let put = |name: &str, value: &str| {
            let form = [("_method", "PUT"), ("name", name), ("value", value)];
            maren.post(&format!("{url}/attributes"), &form).line()
        };
        assert_eq!(put("plan", "gold"), format!("303 {url}"));
        assert_eq!(put("seats", "many"), "422");
        assert_eq!(put("nothing", "1"), "404");
        assert!(maren.get("/contacts?attribute=plan:Gold").body.contains("Leila"));
        assert!(maren.get("/contacts?attribute=plan:Free").body.contains("Nobody fits"));
        maren.post(&format!("/settings/attributes/{}/archive", all[0].id), &[]);
        let shown = maren.get(&url).body;
        assert!(
            !shown.contains("attribute-contact-plan") && shown.contains("attribute-contact-seats")
        );
    });
}

#[test]
fn who_only_looks_finds_nothing_to_change() {
    Tend::on_both(|t| {
        start(&t);
        let vera = t.browser(t.agent_as("Vera", "viewer").id);
        let leila = contact(&t, "Leila", "leila@alnoor.example");
        for page in [
            "/contacts".to_owned(),
            "/accounts".to_owned(),
            format!("/contacts/{}", leila.id),
            format!("/accounts/{}", leila.account_id),
        ] {
            let seen = vera.get(&page);
            assert_eq!(seen.line(), "200", "{page}");
            let work = seen.body.split("id=\"work\"").nth(1).unwrap_or_default();
            let work = work.split("shell-dock").next().unwrap_or_default();
            assert!(!work.contains("method=\"post\""), "{page}: {work}");
        }
    });
}

#[test]
fn nothing_that_customers_are_called_runs_on_a_page() {
    Tend::on_both(|t| {
        let maren = start(&t);
        let bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        let leila = contact(&t, bad, "leila@alnoor.example");
        maren.get("/contacts");
        maren.post(&format!("/contacts/{}/notes", leila.id), &[("text", bad)]);
        let put = [("_method", "PUT"), ("title", bad)];
        maren.post(&format!("/contacts/{}", leila.id), &put);
        maren
            .post(&format!("/accounts/{}", leila.account_id), &[("_method", "PUT"), ("name", bad)]);
        for page in [
            "/contacts".to_owned(),
            "/accounts".to_owned(),
            format!("/contacts/{}", leila.id),
            format!("/accounts/{}", leila.account_id),
            format!("/contacts/{}/merge", leila.id),
        ] {
            let body = maren.get(&page).body;
            assert!(body.contains("&lt;script&gt;"), "{page} shows it as text");
            assert!(!body.contains("<script>alert") && !body.contains("<img src=x"), "{page}");
        }
        let found = t.db.read(|tx| contacts::find(tx, leila.id)).expect("reads");
        assert_eq!(found.name, bad);
    });
}
