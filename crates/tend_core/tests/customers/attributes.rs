use tend_core::{
    Error,
    attributes::{self, About, AttributeId, Kind, NewDefinition, Value},
};
use tend_testkit::Tend;

use crate::{Customers, why};

pub fn new(about: About, label: &str, kind: Kind, choices: &[&str]) -> NewDefinition {
    let choices = choices.iter().map(|it| (*it).to_owned()).collect();
    NewDefinition { about, label: label.into(), name: String::new(), kind, choices }
}

fn names(t: &Tend) -> Vec<String> {
    let all = t.read(|tx| attributes::definitions(tx, About::Contact));
    all.into_iter().map(|it| it.name).collect()
}

#[test]
fn attributes_are_defined_ordered_archived_and_restored() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let mut ids: Vec<AttributeId> = Vec::new();
        for (label, kind, choices) in [
            ("Customer since", Kind::Date, &[][..]),
            ("Plan", Kind::Choice, &["Free", "free", "Scale"]),
            ("Überprüft?", Kind::Boolean, &[]),
        ] {
            let (by, new) = (lead.clone(), new(About::Contact, label, kind, choices));
            ids.push(t.write(move |tx| attributes::define(tx, &by, &new)));
        }
        assert_eq!(names(&t), ["customer_since", "plan", "uberpruft"]);
        let plan = t.read(|tx| attributes::find(tx, ids[1]));
        assert_eq!(plan.choices(), ["Free", "Scale"], "each choice once");

        let (by, all) = (lead.clone(), ids.clone());
        t.write(move |tx| {
            attributes::order(tx, &by, About::Contact, &[all[2], all[0]])?;
            attributes::redefine(tx, &by, all[1], "The plan", &["Free".into(), "Team".into()])?;
            attributes::archive(tx, &by, all[0])?;
            attributes::archive(tx, &by, all[0])
        });
        assert_eq!(names(&t), ["uberpruft", "plan"]);
        let (by, id) = (lead.clone(), ids[0]);
        t.write(move |tx| attributes::restore(tx, &by, id));
        assert_eq!(names(&t), ["uberpruft", "customer_since", "plan"]);
        assert_eq!(
            t.kinds(ids[0].raw()),
            ["attribute_defined", "attribute_archived", "attribute_defined"]
        );
    });
}

#[test]
fn what_makes_no_sense_is_not_defined() {
    Tend::on_both(|t| {
        let (lead, anna) = (t.agent_as("Lea", "lead"), t.agent_as("Anna", "agent"));
        let (by, plan) = (lead.clone(), new(About::Contact, "Plan", Kind::Text, &[]));
        t.write(move |tx| attributes::define(tx, &by, &plan));
        for (bad, word) in [
            (new(About::Contact, " ", Kind::Text, &[]), "label"),
            (new(About::Contact, "plan", Kind::Date, &[]), "already"),
            (new(About::Contact, "4711", Kind::Text, &[]), "letter"),
            (new(About::Contact, "Size", Kind::Choice, &[" "]), "choice"),
        ] {
            let by = lead.clone();
            let why = why(t.tries(move |tx| attributes::define(tx, &by, &bad)));
            assert!(why.contains(word), "{why}");
        }
        let (by, same) = (lead, new(About::Account, "Plan", Kind::Text, &[]));
        t.write(move |tx| attributes::define(tx, &by, &same));
        let (by, it) = (anna, new(About::Contact, "Mine", Kind::Text, &[]));
        let refused = t.tries(move |tx| attributes::define(tx, &by, &it));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    });
}

#[test]
fn values_are_set_read_and_cleared_on_all_three() {
    Tend::on_both(|t| {
        let (lead, anna) = (t.agent_as("Lea", "lead"), t.agent_as("Anna", "agent"));
        let inbox = t.inbox("support@tend.test");
        let matter = t.writes(&inbox, "leila@alnoor.example", "Hello", "text");
        let contact = t.met("", "leila@alnoor.example");
        for about in About::ALL {
            let (by, it) = (lead.clone(), new(*about, "Seats", Kind::Number, &[]));
            t.write(move |tx| attributes::define(tx, &by, &it));
        }
        let anna = t.me(anna.id);
        for text in ["12.50", "12.5", "twelve"] {
            let by = anna.clone();
            let (id, account) = (contact.id, contact.account_id);
            let done = t.tries(move |tx| {
                attributes::set_on_contact(tx, &by, id, "seats", text)?;
                attributes::set_on_account(tx, &by, account, "seats", text)?;
                attributes::set_on_conversation(tx, &by, matter, "seats", text)
            });
            assert_eq!(done.is_ok(), text != "twelve", "{done:?}");
        }
        let subjects = [
            (About::Contact, contact.id.raw()),
            (About::Account, contact.account_id.raw()),
            (About::Conversation, matter.raw()),
        ];
        for (about, id) in subjects {
            let all = t.read(|tx| attributes::of(tx, about, id));
            assert_eq!(all[0].value, Some(Value::Number(12.5)), "{about:?}");
            let told = t.kinds(id).iter().filter(|it| *it == "attribute_set").count();
            assert_eq!(told, 1, "twice is once");
        }
        let by = anna.clone();
        t.write(move |tx| attributes::set_on_contact(tx, &by, contact.id, "seats", " "));
        let all = t.read(|tx| attributes::of(tx, About::Contact, contact.id.raw()));
        assert_eq!(all[0].value, None);
        let by = anna.clone();
        let unknown = t.tries(move |tx| attributes::set_on_contact(tx, &by, contact.id, "id", "1"));
        assert!(matches!(unknown, Err(Error::NotFound("attribute"))));
    });
}

#[test]
fn who_does_not_see_a_conversation_sets_nothing_on_it() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lea", "lead");
        let inbox = t.inbox("support@tend.test");
        let matter = t.writes(&inbox, "leila@alnoor.example", "Hello", "text");
        let (by, it) = (lead.clone(), new(About::Conversation, "Seats", Kind::Number, &[]));
        t.write(move |tx| attributes::define(tx, &by, &it));
        let mut anna = t.agent_as("Anna", "agent");
        anna.inboxes.clear();
        let found =
            t.tries(move |tx| attributes::set_on_conversation(tx, &anna, matter, "seats", "1"));
        assert!(matches!(found, Err(Error::NotFound("conversation"))));
    });
}
