use tend_core::{
    Error, accounts,
    agents::{Me, Permission},
    attributes::{self, About, Kind},
    contacts::{
        self, IdentityKind,
        list::{Filter, Sort},
    },
    tags,
};
use tend_testkit::Tend;

use crate::{Customers, attributes::new};

fn all(t: &Tend, me: &Me, which: &Filter, sort: Sort) -> Vec<String> {
    let (mut names, mut from) = (Vec::new(), None);
    loop {
        let page = t.read(|tx| contacts::list::page(tx, me, which, sort, from, 2));
        assert!(page.items.len() <= 2);
        names.extend(page.items.into_iter().map(|it| it.name));
        from = page.next;
        if from.is_none() {
            return names;
        }
    }
}

#[test]
fn contacts_are_listed_in_order_page_by_page() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        for name in ["ute", "Änne", "bo", "zoe", "anna"] {
            t.met(name, &format!("{}@kestrel.example", name.replace('Ä', "ae")));
        }
        for who in ["bo", "ute"] {
            t.pass(jiff::SignedDuration::from_mins(1));
            t.writes(&inbox, &format!("{who}@kestrel.example"), "Hello", "text");
        }
        let anna = t.me(anna.id);
        let everyone = Filter::default();
        assert_eq!(all(&t, &anna, &everyone, Sort::Name), ["anna", "Änne", "bo", "ute", "zoe"]);
        assert_eq!(all(&t, &anna, &everyone, Sort::Seen), ["ute", "bo", "anna", "zoe", "Änne"]);
        let page = t.read(|tx| contacts::list::page(tx, &anna, &everyone, Sort::Seen, None, 1));
        let first = &page.items[0];
        assert_eq!((first.open, first.email.as_deref()), (1, Some("ute@kestrel.example")));
        assert_eq!(t.read(|tx| contacts::list::count(tx, &everyone, 3)), 3, "no further");

        let mut blind = anna.clone();
        blind.permissions = blind.permissions.without(Permission::CustomersRead);
        let refused =
            t.db.read(|tx| contacts::list::page(tx, &blind, &everyone, Sort::Name, None, 1));
        assert!(matches!(refused, Err(Error::NotFound(_))));
    });
}

#[test]
fn contacts_are_found_by_what_one_types() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let leila = t.met("Leïla Haddad", "l.haddad@alnoor.example").id;
        t.met("陈梅", "mei@alnoor.example");
        t.met("Laura Hansen", "laura@gmail.com");
        let by = anna.clone();
        t.write(move |tx| {
            contacts::add_identity(tx, &by, leila, IdentityKind::Phone, "+971 4 555 0143")
        });
        let found = |text: &str| {
            let which = Filter { text: text.to_owned(), ..Default::default() };
            all(&t, &anna, &which, Sort::Name)
        };
        for (text, names) in [
            ("leila", vec!["Leïla Haddad"]),
            ("HAD lei", vec!["Leïla Haddad"]),
            ("la ha", vec!["Laura Hansen"]),
            ("l", vec!["Laura Hansen", "Leïla Haddad"]),
            ("alnoor", vec!["Leïla Haddad", "陈梅"]),
            ("l.haddad@aln", vec!["Leïla Haddad"]),
            ("04 555-0143", vec!["Leïla Haddad"]),
            ("梅", vec!["陈梅"]),
            ("%", vec!["Laura Hansen", "Leïla Haddad", "陈梅"]),
            ("' OR 1=1 --", vec![]),
            ("nobody", vec![]),
        ] {
            assert_eq!(found(text), names, "{text}");
        }
        let by = anna.clone();
        t.write(move |tx| {
            let to =
                contacts::ContactChange { name: Some("Lea Khoury".into()), ..Default::default() };
            contacts::change(tx, &by, leila, &to)
        });
        assert_eq!(found("khoury"), ["Lea Khoury"], "the words follow");
        assert!(found("leila").is_empty());
    });
}

#[test]
fn lists_are_narrowed_by_account_tag_attribute_and_block() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let a = t.met("Ann", "ann@alnoor.example");
        let b = t.met("Ben", "ben@alnoor.example");
        t.met("Cid", "cid@kestrel.example");
        let (by, it) = (lead.clone(), new(About::Contact, "Plan", Kind::Choice, &["Gold", "Free"]));
        let plan = t.write(move |tx| attributes::define(tx, &by, &it));
        let by = lead.clone();
        let vip = t.write(move |tx| {
            attributes::set_on_contact(tx, &by, a.id, "plan", "gold")?;
            contacts::block(tx, &by, b.id)?;
            let vip = tags::create(tx, &by, "vip")?;
            contacts::set_tags(tx, &by, a.id, &[vip])?;
            Ok(vip)
        });
        let found = |which: Filter| all(&t, &lead, &which, Sort::Name);
        assert_eq!(
            found(Filter { account: Some(a.account_id), ..Default::default() }),
            ["Ann", "Ben"]
        );
        assert_eq!(found(Filter { tag: Some(vip), ..Default::default() }), ["Ann"]);
        assert_eq!(found(Filter { blocked: true, ..Default::default() }), ["Ben"]);
        let gold = Filter { attribute: Some((plan, "Gold".into())), ..Default::default() };
        assert_eq!(found(gold.clone()), ["Ann"]);
        let none = Filter { text: "ben".into(), ..gold };
        assert!(found(none).is_empty());
        assert_eq!(t.kinds(a.id.raw()), ["contact_created", "attribute_set", "tagged"]);
    });
}

#[test]
fn accounts_are_listed_found_and_narrowed() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let inbox = t.inbox("support@tend.test");
        let lead = t.me(lead.id);
        let noor = t.company(&lead, "Al Noor", &["alnoor.example"]);
        t.company(&lead, "Kestrel", &[]);
        t.met("Gail", "gail@gmail.com");
        t.writes(&inbox, "leila@alnoor.example", "Hello", "text");
        let by = lead.clone();
        t.write(move |tx| {
            let to = accounts::AccountChange { name: None, owner: Some(Some(by.id)) };
            accounts::change(tx, &by, noor, &to)
        });
        let find = |which: accounts::list::Filter| {
            let (mut names, mut from) = (Vec::new(), None);
            loop {
                let sort = accounts::list::Sort::Name;
                let page = t.read(|tx| accounts::list::page(tx, &lead, &which, sort, from, 1));
                names.extend(page.items.into_iter().map(|it| it.name));
                from = page.next;
                if from.is_none() {
                    return names;
                }
            }
        };
        let of = |kind| accounts::list::Filter { kind, ..Default::default() };
        assert_eq!(find(of(None)), ["Al Noor", "Gail", "Kestrel"]);
        assert_eq!(find(of(Some("company"))), ["Al Noor", "Kestrel"]);
        let text = |it: &str| accounts::list::Filter { text: it.into(), ..Default::default() };
        assert_eq!(find(text("alnoor.ex")), ["Al Noor"]);
        assert_eq!(find(text("noor al")), ["Al Noor"]);
        let mine = accounts::list::Filter { owner: Some(lead.id), ..Default::default() };
        assert_eq!(find(mine.clone()), ["Al Noor"]);
        let sort = accounts::list::Sort::Newest;
        let page = t.read(|tx| accounts::list::page(tx, &lead, &mine, sort, None, 9));
        let line = &page.items[0];
        assert_eq!((line.contacts, line.open, line.owner.as_deref()), (1, 1, Some("Lea")));
        assert_eq!(line.domains, ["alnoor.example"]);
    });
}
