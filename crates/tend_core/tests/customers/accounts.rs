use tend_core::{
    Error,
    accounts::{self, AccountChange, AccountId, NewAccount},
    contacts,
};
use tend_testkit::Tend;

use crate::{Customers, why};

#[test]
fn an_account_is_made_named_given_an_owner_and_domains() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let id = t.company(&anna, "Al Noor", &["https://www.AlNoor.example/", "alnoor.test"]);
        assert_eq!(t.read(|tx| accounts::domains(tx, id)), ["alnoor.example", "alnoor.test"]);
        for _ in 0..2 {
            let by = anna.clone();
            t.write(move |tx| {
                let to =
                    AccountChange { name: Some("Al Noor Cold".into()), owner: Some(Some(by.id)) };
                accounts::change(tx, &by, id, &to)?;
                accounts::add_domain(tx, &by, id, "alnoor.example")?;
                accounts::remove_domain(tx, &by, id, "alnoor.test")
            });
        }
        let it = t.read(|tx| accounts::find(tx, id));
        assert_eq!((it.name.as_str(), it.owner_id), ("Al Noor Cold", Some(anna.id)));
        let kinds = t.kinds(id.raw());
        let expected = [
            "account_created",
            "domain_added",
            "domain_added",
            "account_changed",
            "account_handed_over",
            "domain_removed",
        ];
        assert_eq!(kinds, expected, "twice is once");
        assert_eq!(t.met("Leila", "leila@alnoor.example").account_id, id);
        assert_eq!(t.met("Omar", "omar@eu.alnoor.example").account_id, id, "a part of the company");
    });
}

#[test]
fn a_domain_belongs_to_one_company_and_anybodys_to_none() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let kestrel = t.company(&anna, "Kestrel", &["kestrel.example"]);
        let other = t.company(&anna, "Other", &[]);
        for (domain, word) in [
            ("kestrel.example", "Kestrel"),
            ("gmail.com", "Anybody"),
            ("co.uk", "Anybody"),
            ("localhost", "mail domain"),
            ("a b.example", "mail domain"),
            ("", "mail domain"),
        ] {
            let by = anna.clone();
            let why = why(t.tries(move |tx| accounts::add_domain(tx, &by, other, domain)));
            assert!(why.contains(word), "{domain}: {why}");
        }
        assert!(t.read(|tx| accounts::domains(tx, other)).is_empty());
        assert_eq!(t.read(|tx| accounts::domains(tx, kestrel)).len(), 1);
    });
}

#[test]
fn strays_come_only_if_they_are_chosen() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        // They wrote before anyone knew the company, and were given accounts of their own.
        let matter = t.writes(&inbox, "leila@alnoor.example", "Hello", "text");
        let mut own = Vec::new();
        for name in ["leila", "omar", "rashid"] {
            let id = t.met(name, &format!("{name}@alnoor.example")).id;
            let by = anna.clone();
            t.write(move |tx| contacts::move_out(tx, &by, id));
            own.push((id, t.contact(id).account_id));
        }
        t.met("gail", "gail@gmail.com");
        let company = t.read(|tx| accounts::by_domain(tx, "alnoor.example")).expect("is known");
        let by = anna.clone();
        let strays = t.read(|tx| accounts::strays(tx, &by, company));
        let names: Vec<_> = strays.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["leila", "omar", "rashid"]);

        let by = anna.clone();
        let foreign = t.met("gail", "gail@gmail.com").account_id;
        let chosen = [own[0].1, own[2].1, foreign, AccountId::from_raw(7)];
        let came = t.write(move |tx| accounts::pull_in(tx, &by, company, &chosen));
        assert_eq!(came, 2, "nobody comes who was not offered");
        assert_eq!(t.contact(own[0].0).account_id, company);
        assert_eq!(t.contact(own[1].0).account_id, own[1].1);
        let at = t.read(|tx| tend_core::conversations::find(tx, matter)).account_id;
        assert_eq!(at, company);
    });
}

#[test]
fn an_account_of_one_goes_by_the_name_of_its_contact() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let it = t.met("leila", "leila@gmail.com");
        let by = anna.clone();
        t.write(move |tx| {
            let to =
                contacts::ContactChange { name: Some("Leila Haddad".into()), ..Default::default() };
            contacts::change(tx, &by, it.id, &to)
        });
        assert_eq!(t.read(|tx| accounts::find(tx, it.account_id)).name, "Leila Haddad");
    });
}

#[test]
fn who_only_looks_changes_no_account() {
    Tend::on_both(|t| {
        let (anna, vera) = (t.agent_as("Anna", "agent"), t.agent_as("Vera", "viewer"));
        let id = t.company(&anna, "Kestrel", &["kestrel.example"]);
        let me = vera.clone();
        let refusals = [
            t.tries({
                let me = me.clone();
                let new = NewAccount { name: "x".into(), ..Default::default() };
                move |tx| accounts::create(tx, &me, &new).map(|_| ())
            }),
            t.tries({
                let me = me.clone();
                move |tx| accounts::change(tx, &me, id, &AccountChange::default())
            }),
            t.tries({
                let me = me.clone();
                move |tx| accounts::add_domain(tx, &me, id, "x.example")
            }),
            t.tries({
                let me = me.clone();
                move |tx| accounts::remove_domain(tx, &me, id, "kestrel.example")
            }),
            t.tries({
                let me = me.clone();
                move |tx| accounts::pull_in(tx, &me, id, &[]).map(|_| ())
            }),
        ];
        for it in refusals {
            assert!(matches!(it, Err(Error::Forbidden(_))), "{it:?}");
        }
    });
}
