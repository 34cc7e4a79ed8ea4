use tend_core::{
    Error, accounts,
    attributes::{self, About, Kind},
    contacts::{self, ContactChange, ContactId, IdentityKind},
    conversations, customer_notes,
    customers::Choices,
    html::Html,
    tags,
};
use tend_testkit::Tend;

use crate::{Customers, attributes::new, everything, why};

fn choices(keys: &[&str]) -> Choices {
    Choices { take: keys.iter().map(|it| (*it).to_owned()).collect() }
}

#[test]
fn two_contacts_become_one_with_all_that_they_had() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let inbox = t.inbox("support@tend.test");
        let matter = t.writes(&inbox, "leila@gmail.com", "Hello", "text");
        let (a, b) = (t.met("", "leila@gmail.com"), t.met("Leila H.", "leila@alnoor.example"));
        let lead = t.me(lead.id);
        for (label, kind) in [("Plan", Kind::Text), ("Seats", Kind::Number)] {
            let (by, it) = (lead.clone(), new(About::Contact, label, kind, &[]));
            t.write(move |tx| attributes::define(tx, &by, &it));
        }
        let by = lead.clone();
        t.write(move |tx| {
            let named = ContactChange {
                name: Some("Leila Haddad".into()),
                title: Some("Head".into()),
                ..Default::default()
            };
            contacts::change(tx, &by, a.id, &named)?;
            attributes::set_on_contact(tx, &by, a.id, "plan", "Gold")?;
            attributes::set_on_contact(tx, &by, b.id, "plan", "Free")?;
            attributes::set_on_contact(tx, &by, a.id, "seats", "5")?;
            let vip = tags::create(tx, &by, "vip")?;
            contacts::tag(tx, &by, a.id, vip)?;
            customer_notes::add_to_contact(tx, &by, a.id, &Html::from_text("Knows us well."))?;
            Ok(())
        });
        let seen = t.read(|tx| contacts::preview(tx, &lead, a.id, b.id));
        let keys: Vec<_> = seen.choices.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["name", "attribute:plan"]);
        assert_eq!((seen.conversations, seen.notes, seen.tags.len()), (1, 1, 1));
        assert_eq!(seen.account.id, b.account_id);
        assert_eq!(seen.account_that_goes.map(|it| it.id), Some(a.account_id));

        let by = lead.clone();
        t.write(move |tx| contacts::merge(tx, &by, a.id, b.id, &choices(&["name"])));
        let it = t.contact(a.id);
        assert_eq!(it.id, b.id, "the old id leads to the one that stays");
        assert_eq!((it.name.as_str(), it.title.as_str()), ("Leila Haddad", "Head"));
        let known = t.read(|tx| contacts::identities(tx, b.id));
        let primary: Vec<_> = known.iter().map(|it| (it.value.as_str(), it.is_primary)).collect();
        assert_eq!(primary, [("leila@alnoor.example", true), ("leila@gmail.com", false)]);
        let values = t.read(|tx| attributes::of(tx, About::Contact, b.id.raw()));
        let texts: Vec<_> = values.iter().flat_map(|it| &it.value).map(|it| it.text()).collect();
        assert_eq!(texts, ["Free", "5"], "what was not chosen stays, what was missing comes");
        assert_eq!(t.read(|tx| tags::of(tx, b.id.raw())).len(), 1);
        assert_eq!(t.read(|tx| customer_notes::count(tx, b.id.raw())), 1);
        let found = t.read(|tx| conversations::find(tx, matter));
        assert_eq!((found.contact_id, found.account_id), (b.id, b.account_id));
        assert_eq!(t.met("", "leila@gmail.com").id, b.id, "their next mail finds them");
        assert_eq!(t.kinds(b.id.raw()).last().map(String::as_str), Some("contact_merged"));
    });
}

#[test]
fn what_happened_since_stays_where_it_is() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let inbox = t.inbox("support@tend.test");
        let before = t.writes(&inbox, "a@gmail.com", "Before", "text");
        let (a, b) = (t.met("A", "a@gmail.com"), t.met("B", "b@alnoor.example"));
        let lead = t.me(lead.id);
        let by = lead.clone();
        let merge = t.write(move |tx| contacts::merge(tx, &by, a.id, b.id, &choices(&[])));
        let told = t.read(|tx| contacts::merges(tx, b.id)).remove(0);
        assert_eq!((told.id, told.name.as_str(), told.by.as_deref()), (merge, "a", Some("Lea")));
        let since = t.writes(&inbox, "a@gmail.com", "Since", "text");
        let by = lead.clone();
        let note = t.write(move |tx| {
            let to = ContactChange { name: Some("Better".into()), ..Default::default() };
            contacts::change(tx, &by, b.id, &to)?;
            contacts::add_identity(tx, &by, b.id, IdentityKind::Phone, "+43 1 234567")?;
            customer_notes::add_to_contact(tx, &by, a.id, &Html::from_text("x"))
        });
        let by = lead.clone();
        t.write(move |tx| contacts::unmerge(tx, &by, merge));
        assert_eq!(t.contact(a.id).id, a.id);
        assert_eq!(t.contact(b.id).name, "Better");
        assert_eq!(t.read(|tx| conversations::find(tx, before)).contact_id, a.id);
        assert_eq!(t.read(|tx| conversations::find(tx, before)).account_id, a.account_id);
        assert_eq!(t.read(|tx| conversations::find(tx, since)).contact_id, b.id);
        assert_eq!(t.read(|tx| customer_notes::find(tx, note)).subject_id, b.id.raw());
        let known = t.read(|tx| contacts::identities(tx, b.id));
        assert_eq!(
            known.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(),
            ["b@alnoor.example", "+43 1 234567"]
        );

        assert!(t.read(|tx| contacts::merges(tx, b.id)).is_empty());
        let by = lead.clone();
        let twice = t.tries(move |tx| contacts::unmerge(tx, &by, merge));
        assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    });
}

#[test]
fn a_merge_can_be_taken_back_only_from_the_outside_in() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let all: Vec<ContactId> =
            ["a", "b", "c"].iter().map(|it| t.met(it, &format!("{it}@gmail.com")).id).collect();
        let (a, b, c) = (all[0], all[1], all[2]);
        let before = everything(&t);
        let by = lead.clone();
        let first = t.write(move |tx| contacts::merge(tx, &by, a, b, &choices(&[])));
        let by = lead.clone();
        let second = t.write(move |tx| contacts::merge(tx, &by, b, c, &choices(&[])));
        assert_eq!(t.contact(a).id, c, "through both");
        let by = lead.clone();
        let early = t.tries(move |tx| contacts::unmerge(tx, &by, first));
        assert!(why(early).contains("merged already"));
        for merge in [second, first] {
            let by = lead.clone();
            t.write(move |tx| contacts::unmerge(tx, &by, merge));
        }
        assert_eq!(everything(&t), before);
    });
}

#[test]
fn of_two_who_merge_the_same_pair_one_wins() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        for round in 0..5 {
            let a = t.met("A", &format!("a{round}@gmail.com")).id;
            let b = t.met("B", &format!("b{round}@gmail.com")).id;
            let results: Vec<_> = std::thread::scope(|scope| {
                let tries: Vec<_> = [(a, b), (b, a), (a, b), (b, a)]
                    .into_iter()
                    .map(|(from, into)| {
                        let (db, by) = (t.db.clone(), lead.clone());
                        scope.spawn(move || {
                            db.write(move |tx| contacts::merge(tx, &by, from, into, &choices(&[])))
                        })
                    })
                    .collect();
                tries.into_iter().map(|it| it.join().expect("ends")).collect()
            });
            assert_eq!(results.iter().filter(|it| it.is_ok()).count(), 1, "{results:?}");
            let lost = results.iter().filter(|it| matches!(it, Err(Error::Conflict(_)))).count();
            assert_eq!(lost, 3, "{results:?}");
            assert_eq!(t.contact(a).id, t.contact(b).id);
        }
    });
}

#[test]
fn merging_is_for_those_who_may() {
    Tend::on_both(|t| {
        let (lead, anna) = (t.agent_as("Lea", "lead"), t.agent_as("Anna", "agent"));
        let (a, b) = (t.met("A", "a@x.example"), t.met("B", "b@y.example"));
        let by = anna.clone();
        let refused = t.tries(move |tx| contacts::merge(tx, &by, a.id, b.id, &choices(&[])));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let by = anna.clone();
        let refused =
            t.tries(move |tx| accounts::merge(tx, &by, a.account_id, b.account_id, &choices(&[])));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        assert!(t.db.read(|tx| contacts::preview(tx, &anna, a.id, b.id)).is_err());
        let by = lead.clone();
        let itself = t.tries(move |tx| contacts::merge(tx, &by, a.id, a.id, &choices(&[])));
        assert!(matches!(itself, Err(Error::Refused(_))));
        let by = lead.clone();
        let merge = t.write(move |tx| contacts::merge(tx, &by, a.id, b.id, &choices(&[])));
        let by = anna.clone();
        assert!(matches!(
            t.tries(move |tx| contacts::unmerge(tx, &by, merge)),
            Err(Error::Forbidden(_))
        ));
        let by = lead.clone();
        let other_kind = t.tries(move |tx| accounts::unmerge(tx, &by, merge));
        assert!(
            matches!(other_kind, Err(Error::NotFound(_))),
            "a merge of contacts is none of accounts"
        );
    });
}

#[test]
fn the_preview_counts_only_what_one_may_see() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let inbox = t.inbox("support@tend.test");
        t.writes(&inbox, "a@x.example", "Hidden", "text");
        let (a, b) = (t.met("A", "a@x.example"), t.met("B", "b@y.example"));
        let mut lead = t.me(lead.id);
        lead.inboxes.clear();
        assert_eq!(t.read(|tx| contacts::preview(tx, &lead, a.id, b.id)).conversations, 0);
        assert_eq!(
            t.read(|tx| accounts::preview(tx, &lead, a.account_id, b.account_id)).conversations,
            0
        );
    });
}

#[test]
fn two_accounts_become_one_and_two_again() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let inbox = t.inbox("support@tend.test");
        let matter = t.writes(&inbox, "ann@noor.example", "Hello", "text");
        let a = t.read(|tx| conversations::find(tx, matter)).account_id;
        let b = t.company(&lead, "Al Noor", &["alnoor.example"]);
        let by = lead.clone();
        t.write(move |tx| {
            let to = accounts::AccountChange { name: None, owner: Some(Some(by.id)) };
            accounts::change(tx, &by, a, &to)?;
            let vip = tags::create(tx, &by, "vip")?;
            accounts::tag(tx, &by, a, vip)?;
            customer_notes::add_to_account(tx, &by, a, &Html::from_text("x")).map(|_| ())
        });
        let before = everything(&t);
        let lead = t.me(lead.id);
        let seen = t.read(|tx| accounts::preview(tx, &lead, a, b));
        assert_eq!((seen.contacts, seen.conversations, seen.notes), (1, 1, 1));
        assert_eq!(seen.domains, ["noor.example"]);

        let by = lead.clone();
        let merge = t.write(move |tx| accounts::merge(tx, &by, a, b, &choices(&["name"])));
        let it = t.read(|tx| accounts::find(tx, a));
        assert_eq!((it.id, it.name.as_str(), it.owner_id), (b, "Noor", Some(lead.id)));
        assert_eq!(t.met("Ann", "ann@noor.example").account_id, b);
        assert_eq!(t.met("New", "new@noor.example").account_id, b);
        assert_eq!(t.read(|tx| conversations::find(tx, matter)).account_id, b);

        let by = lead.clone();
        t.write(move |tx| accounts::unmerge(tx, &by, merge));
        let (newcomer, rest): (Vec<_>, Vec<_>) =
            everything(&t).into_iter().partition(|it| !before.contains(it));
        assert_eq!(rest, before);
        let newcomer = newcomer.join("\n");
        assert!(
            newcomer.contains("new@noor.example") && newcomer.contains(&b.raw().to_string()),
            "{newcomer}"
        );
    });
}
