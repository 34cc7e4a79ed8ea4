use tend_core::{
    Error, accounts,
    contacts::{self, ContactChange, ContactId, IdentityId, IdentityKind, NewContact},
};
use tend_testkit::Tend;

use crate::{Customers, email, why};

fn identities(t: &Tend, id: ContactId) -> Vec<(String, bool)> {
    let all = t.read(|tx| contacts::identities(tx, id));
    all.into_iter().map(|it| (it.value, it.is_primary)).collect()
}

#[test]
fn a_contact_is_entered_changed_and_told_about() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let new = NewContact {
            name: " Leila  Haddad ".to_owned(),
            title: "Head of quality".to_owned(),
            time_zone: "asia/dubai".to_owned(),
            language: "AR".to_owned(),
            identities: vec![
                email("Leila@AlNoor.example"),
                email("leila@alnoor.example"),
                (IdentityKind::Phone, "+971 4 555 0143".to_owned()),
            ],
            account: None,
        };
        let by = anna.clone();
        let id = t.write(move |tx| contacts::create(tx, &by, &new));
        let it = t.contact(id);
        assert_eq!(it.name, "Leila Haddad");
        assert_eq!((it.time_zone.as_str(), it.language.as_str()), ("Asia/Dubai", "ar"));
        assert_eq!(
            identities(&t, id),
            [("Leila@AlNoor.example".to_owned(), true), ("+971 4 555 0143".to_owned(), true)],
            "the same address twice is one"
        );
        let account = t.read(|tx| accounts::find(tx, it.account_id));
        assert_eq!((account.name.as_str(), account.kind.as_str()), ("Alnoor", "company"));

        for _ in 0..2 {
            let by = anna.clone();
            t.write(move |tx| {
                let to = ContactChange {
                    name: Some("Leila H.".to_owned()),
                    title: Some(String::new()),
                    ..Default::default()
                };
                contacts::change(tx, &by, id, &to)
            });
        }
        let it = t.contact(id);
        assert_eq!((it.name.as_str(), it.title.as_str()), ("Leila H.", ""));
        assert_eq!(t.kinds(id.raw()), ["contact_created", "contact_changed"], "twice is once");
    });
}

#[test]
fn what_cannot_be_is_refused_field_by_field() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        t.met("Leila Haddad", "leila@alnoor.example");
        let bad = [
            (NewContact::default(), "name"),
            (NewContact { time_zone: "Dubai".into(), ..named("x") }, "time_zone"),
            (NewContact { language: "arabic?".into(), ..named("x") }, "language"),
            (NewContact { identities: vec![email("nobody")], ..named("x") }, "email"),
            (
                NewContact { identities: vec![email("leila@alnoor.example")], ..named("x") },
                "Leila Haddad",
            ),
        ];
        for (new, word) in bad {
            let by = anna.clone();
            let refused = t.tries(move |tx| contacts::create(tx, &by, &new));
            assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
            assert!(why(refused).contains(word), "{word}");
        }
        let page = t.read(|tx| contacts::list::count(tx, &Default::default(), 10));
        assert_eq!(page, 1, "nothing was half made");
    });
}

fn named(name: &str) -> NewContact {
    NewContact { name: name.to_owned(), ..Default::default() }
}

#[test]
fn identities_are_added_preferred_and_removed() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let id = t.met("Leila", "leila@alnoor.example").id;
        let other = t.met("Omar", "omar@alnoor.example").id;
        let mut added: Vec<IdentityId> = Vec::new();
        for _ in 0..2 {
            let by = anna.clone();
            added.push(t.write(move |tx| {
                contacts::add_identity(tx, &by, id, IdentityKind::Email, "lh@gmail.com")
            }));
        }
        assert_eq!(added[0], added[1], "twice is once");
        let by = anna.clone();
        let second = added[0];
        t.write(move |tx| contacts::prefer_identity(tx, &by, id, second));
        let expected =
            [("lh@gmail.com".to_owned(), true), ("leila@alnoor.example".to_owned(), false)];
        assert_eq!(identities(&t, id), expected);

        let by = anna.clone();
        let taken = t.tries(move |tx| {
            contacts::add_identity(tx, &by, other, IdentityKind::Email, "LH@gmail.com")
        });
        let why = why(taken);
        assert!(why.contains("Leila") && why.contains("merge"), "{why}");
        let by = anna.clone();
        let foreign = t.tries(move |tx| contacts::remove_identity(tx, &by, other, second));
        assert!(matches!(foreign, Err(Error::NotFound(_))));

        let by = anna.clone();
        t.write(move |tx| contacts::remove_identity(tx, &by, id, second));
        assert_eq!(identities(&t, id), [("leila@alnoor.example".to_owned(), true)]);
        let kinds = t.kinds(id.raw());
        assert_eq!(
            &kinds[1..],
            ["identity_added", "identity_preferred", "identity_removed"],
            "each once"
        );
    });
}

#[test]
fn an_account_of_one_follows_the_domain_and_a_company_stays() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        let matter = t.writes(&inbox, "leila@gmail.com", "Hello", "text");
        let id = t.met("", "leila@gmail.com").id;
        let own = t.contact(id).account_id;
        assert_eq!(t.read(|tx| accounts::find(tx, own)).kind, "person");
        let by = anna.clone();
        t.write(move |tx| {
            contacts::add_identity(tx, &by, id, IdentityKind::Email, "leila@alnoor.example")
        });
        let company = t.contact(id).account_id;
        assert_eq!(t.read(|tx| accounts::find(tx, company)).name, "Alnoor");
        assert_eq!(t.read(|tx| accounts::find(tx, own)).id, company, "the old id leads there");
        let at = t.read(|tx| tend_core::conversations::find(tx, matter)).account_id;
        assert_eq!(at, company, "their conversations came along");

        let by = anna.clone();
        t.write(move |tx| {
            contacts::add_identity(tx, &by, id, IdentityKind::Email, "leila@other.example")
        });
        assert_eq!(t.contact(id).account_id, company, "who has a company keeps it");
    });
}

#[test]
fn a_contact_changes_company_and_their_conversations_come_along() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        let matter = t.writes(&inbox, "leila@alnoor.example", "Hello", "text");
        let it = t.met("", "leila@alnoor.example");
        let to = t.company(&anna, "Kestrel", &["kestrel.example"]);
        for _ in 0..2 {
            let by = anna.clone();
            t.write(move |tx| contacts::move_to(tx, &by, it.id, to));
        }
        assert_eq!(t.contact(it.id).account_id, to);
        assert_eq!(t.read(|tx| tend_core::conversations::find(tx, matter)).account_id, to);
        let moved = t.kinds(it.id.raw()).iter().filter(|it| *it == "contact_moved").count();
        assert_eq!(moved, 2, "once on each account's timeline");
        let by = anna.clone();
        t.write(move |tx| contacts::move_out(tx, &by, it.id));
        let own = t.contact(it.id).account_id;
        assert_eq!(t.read(|tx| accounts::find(tx, own)).kind, "person");
    });
}

#[test]
fn who_is_blocked_is_taken_in_as_spam() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        let id = t.met("Leila", "leila@alnoor.example").id;
        for _ in 0..2 {
            let by = anna.clone();
            t.write(move |tx| contacts::block(tx, &by, id));
        }
        let matter = t.writes(&inbox, "leila@alnoor.example", "Buy", "now");
        let found = t.read(|tx| tend_core::conversations::find(tx, matter));
        assert_eq!(found.category, tend_core::conversations::Category::Spam);
        let by = anna.clone();
        t.write(move |tx| contacts::unblock(tx, &by, id));
        assert!(t.contact(id).blocked_at.is_none());
        assert_eq!(t.kinds(id.raw()), ["contact_created", "contact_blocked", "contact_unblocked"]);
    });
}

#[test]
fn who_only_looks_changes_nothing() {
    Tend::on_both(|t| {
        let vera = t.agent_as("Vera", "viewer");
        let it = t.met("Leila", "leila@alnoor.example");
        let (id, identity) = (it.id, t.read(|tx| contacts::identities(tx, it.id))[0].id);
        let account = it.account_id;
        let tag = t.write({
            let lead = t.agent_as("Lea", "lead");
            move |tx| tend_core::tags::create(tx, &lead, "vip")
        });
        type Try = Box<
            dyn Fn(&mut tend_store::Tx, &tend_core::agents::Me) -> tend_core::Result<()> + Send,
        >;
        let tries: Vec<(&str, Try)> = vec![
            ("create", Box::new(|tx, me| contacts::create(tx, me, &named("x")).map(|_| ()))),
            ("change", Box::new(move |tx, me| contacts::change(tx, me, id, &Default::default()))),
            (
                "add",
                Box::new(move |tx, me| {
                    contacts::add_identity(tx, me, id, IdentityKind::Email, "a@b.example")
                        .map(|_| ())
                }),
            ),
            ("remove", Box::new(move |tx, me| contacts::remove_identity(tx, me, id, identity))),
            ("prefer", Box::new(move |tx, me| contacts::prefer_identity(tx, me, id, identity))),
            ("block", Box::new(move |tx, me| contacts::block(tx, me, id))),
            ("unblock", Box::new(move |tx, me| contacts::unblock(tx, me, id))),
            ("move", Box::new(move |tx, me| contacts::move_to(tx, me, id, account))),
            ("move out", Box::new(move |tx, me| contacts::move_out(tx, me, id))),
            ("tag", Box::new(move |tx, me| contacts::tag(tx, me, id, tag))),
            ("untag", Box::new(move |tx, me| contacts::untag(tx, me, id, tag))),
            ("set tags", Box::new(move |tx, me| contacts::set_tags(tx, me, id, &[tag]))),
        ];
        for (name, attempt) in tries {
            let me = vera.clone();
            let refused = t.tries(move |tx| attempt(tx, &me));
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{name}: {refused:?}");
        }
    });
}

#[test]
fn ids_of_nobody_are_not_found() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let nobody = ContactId::from_raw(12345);
        let by = anna.clone();
        let found = t.tries(move |tx| contacts::block(tx, &by, nobody));
        assert!(matches!(found, Err(Error::NotFound("contact"))));
        let by = anna.clone();
        let new = NewContact { account: Some(accounts::AccountId::from_raw(1)), ..named("x") };
        let found = t.tries(move |tx| contacts::create(tx, &by, &new));
        assert!(matches!(found, Err(Error::NotFound("account"))));
    });
}
