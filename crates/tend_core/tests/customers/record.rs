use tend_core::{
    Error,
    agents::{Permission, Reach},
    conversations::{self, Category},
    customer_notes, customers,
    html::Html,
};
use tend_testkit::Tend;

use crate::Customers;

#[test]
fn the_record_says_who_they_are_and_what_was() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        let anna = t.me(anna.id);
        let mut all = Vec::new();
        for n in 0..7 {
            all.push(t.writes(&inbox, "leila@alnoor.example", &format!("Matter {n}"), "text"));
            t.pass(jiff::SignedDuration::from_mins(1));
        }
        t.writes(&inbox, "omar@alnoor.example", "Of a colleague", "text");
        let (by, done) = (anna.clone(), all[0]);
        t.write(move |tx| conversations::set_category(tx, &by, done, Category::Resolved));
        let it = t.met("", "leila@alnoor.example");
        let by = anna.clone();
        t.write(move |tx| customer_notes::add_to_contact(tx, &by, it.id, &Html::from_text("x")));

        let record = t.read(|tx| customers::record(tx, &anna, it.id));
        assert_eq!(record.account.name, "Alnoor");
        assert_eq!(record.identities.len(), 1);
        assert_eq!((record.open.count, record.open.newest.len()), (6, 5));
        assert_eq!(record.open.newest[0].subject, "Matter 6");
        assert_eq!((record.past.count, record.past.newest[0].id), (1, all[0]));
        assert_eq!(record.account_open_count, 7);
        assert_eq!((record.notes_count, record.notes.len()), (1, 1));
        assert!(record.may.edit && !record.may.merge);
    });
}

#[test]
fn conversations_that_one_may_not_see_are_not_even_counted() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let (seen, hidden) = (t.inbox("support@tend.test"), t.inbox("board@tend.test"));
        t.writes(&seen, "leila@alnoor.example", "Seen", "text");
        t.writes(&hidden, "leila@alnoor.example", "Hidden", "text");
        let it = t.met("", "leila@alnoor.example");
        let mut anna = t.me(anna.id);
        anna.inboxes.retain(|it| *it == seen.id.raw());
        let record = t.read(|tx| customers::record(tx, &anna, it.id));
        let subjects: Vec<_> = record.open.newest.iter().map(|it| it.subject.as_str()).collect();
        assert_eq!((subjects, record.open.count, record.account_open_count), (vec!["Seen"], 1, 1));

        anna.reach = Reach::Own;
        let record = t.read(|tx| customers::record(tx, &anna, it.id));
        assert_eq!((record.open.count, record.past.count), (0, 0));

        anna.permissions = anna.permissions.without(Permission::CustomersRead);
        let found = t.db.read(|tx| customers::record(tx, &anna, it.id));
        assert!(matches!(found, Err(Error::NotFound("contact"))));
    });
}
