//! A form about money that is not accepted stands there again with what was written, and leads
//! back when its address is asked for again.

use tend_core::accounts::{self, NewAccount};
use tend_testkit::Tend;

#[test]
fn what_was_written_stands_there_again_with_what_is_wrong_with_it() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let web = t.browser(ada.id);
        let by = ada.clone();
        t.write(move |tx| {
            let new = NewAccount { name: "Kestrel".to_owned(), ..NewAccount::default() };
            accounts::create(tx, &by, &new)
        });
        type Form = &'static [(&'static str, &'static str)];
        let all: [(&str, Form, &[&str]); 7] = [
            (
                "/revenue/opportunities",
                &[
                    ("account", "Kestrel"),
                    ("name", "More seats"),
                    ("amount", "much"),
                    ("close", "2027-01-02"),
                ],
                &["Kestrel", "More seats", "much", "2027-01-02"],
            ),
            (
                "/revenue/acquisition/costs",
                &[("month", "2026-02"), ("channel", "Events"), ("amount", "much")],
                &["2026-02", "Events", "much"],
            ),
            ("/revenue/acquisition/margin", &[("margin", "300")], &["300"]),
            (
                "/revenue/rates",
                &[("currency", "USD"), ("day", "2026-02-03"), ("rate", "dear")],
                &["USD", "2026-02-03", "dear"],
            ),
            (
                "/revenue/referrals",
                &[("account", "Kestral"), ("name", "Okada")],
                &["Kestral", "Okada"],
            ),
            (
                "/revenue/advocates",
                &[
                    ("account", "Kestrel"),
                    ("kind", "testimonial"),
                    ("asks", "9"),
                    ("until", "2030-01-01"),
                ],
                &["Kestrel", "9", "2030-01-01"],
            ),
            ("/revenue/products", &[("name", "")], &[]),
        ];
        for (path, form, kept) in all {
            let again = web.post(path, form);
            assert_eq!(again.line(), "422", "{path}: {}", again.shown());
            for it in kept {
                let value = format!("value=\"{it}\"");
                assert!(again.body.contains(&value), "{path}: {value}: {}", again.shown());
            }
            let reloaded = web.get(path).line();
            assert!(
                reloaded.starts_with("303 /revenue/") || reloaded == "200",
                "{path}: {reloaded}"
            );
        }
        // One form is wrong, and the page’s other one is as new.
        let both = web.post("/revenue/referrals", &[("account", "Kestral"), ("name", "Okada")]);
        assert_eq!(both.body.matches("There is no account called Kestral.").count(), 1);
    });
}

#[test]
fn the_last_of_three_hundred_companies_speaks_for_us_by_its_name() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let web = t.browser(ada.id);
        let by = ada.clone();
        t.write(move |tx| {
            for n in 0..300 {
                let new = NewAccount { name: format!("Company {n:03}"), ..NewAccount::default() };
                accounts::create(tx, &by, &new)?;
            }
            Ok(())
        });
        let form = [
            ("account", "Company 299"),
            ("kind", "reference"),
            ("asks", "2"),
            ("consent", "2023-01-01"),
        ];
        assert_eq!(web.post("/revenue/advocates", &form).line(), "303 /revenue/advocacy");
        let form = [("account", "Company 298"), ("name", "Okada")];
        assert_eq!(web.post("/revenue/referrals", &form).line(), "303 /revenue/advocacy");
        let page = web.get("/revenue/advocacy").body;
        assert!(page.contains("Company 299") && !page.contains("Company 000"), "no list of all");
        let part = |marks: &str| {
            let at = page.split(marks).nth(1).and_then(|it| it.split(['/', '"']).next());
            at.expect("is there").to_owned()
        };
        let (referral, advocate) = (part("/revenue/referrals/"), part("/revenue/advocates/"));
        let path = format!("/revenue/referrals/{referral}");
        let form = [("state", "accepted"), ("account", "Company 297")];
        assert_eq!(web.post(&path, &form).line(), "303 /revenue/advocacy");
        let path = format!("/revenue/advocates/{advocate}/ask");
        let empty = web.post(&path, &[("purpose", " ")]);
        assert!(empty.body.contains("Write what they are asked for."), "{}", empty.shown());
    });
}
