use tend_core::{Error, customer_notes as notes, html::Html};
use tend_testkit::Tend;

use crate::Customers;

#[test]
fn a_note_is_written_edited_deleted_and_brought_back() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let it = t.met("Leila", "leila@alnoor.example");
        let html =
            Html::sanitise("<p onclick=x()>Calls <b>only</b> before noon.</p><script>x()</script>");
        let (by, text) = (anna.clone(), html.clone());
        let id = t.write(move |tx| notes::add_to_contact(tx, &by, it.id, &text));
        let by = anna.clone();
        let on_account = t.write(move |tx| {
            notes::add_to_account(tx, &by, it.account_id, &Html::from_text("Pays on time."))
        });
        let page = t.read(|tx| notes::newest(tx, it.id.raw(), None, 10));
        assert_eq!(page.items.len(), 1);
        assert_eq!(page.items[0].html_text, "<p>Calls <b>only</b> before noon.</p>");
        assert_eq!((page.items[0].author.as_str(), page.items[0].is_edited()), ("Anna", false));

        for _ in 0..2 {
            t.pass(jiff::SignedDuration::from_secs(1));
            let by = anna.clone();
            t.write(move |tx| notes::edit(tx, &by, id, &Html::from_text("Calls after noon.")));
        }
        assert!(t.read(|tx| notes::find(tx, id)).is_edited());
        let by = anna.clone();
        t.write(move |tx| notes::delete(tx, &by, id));
        assert_eq!(t.read(|tx| notes::count(tx, it.id.raw())), 0);
        let by = anna.clone();
        t.write(move |tx| notes::undelete(tx, &by, id));
        assert_eq!(t.read(|tx| notes::count(tx, it.id.raw())), 1);
        assert_eq!(
            &t.kinds(it.id.raw())[1..],
            ["note_added", "note_changed", "note_deleted", "note_restored"]
        );
        assert_eq!(t.read(|tx| notes::find(tx, on_account)).subject_id, it.account_id.raw());
    });
}

#[test]
fn a_note_is_its_authors() {
    Tend::on_both(|t| {
        let (anna, ben) = (t.agent_as("Anna", "agent"), t.agent_as("Ben", "agent"));
        let (lea, vera) = (t.agent_as("Lea", "lead"), t.agent_as("Vera", "viewer"));
        let it = t.met("Leila", "leila@alnoor.example");
        let by = anna.clone();
        let id = t.write(move |tx| notes::add_to_contact(tx, &by, it.id, &Html::from_text("x")));
        let text = || Html::from_text("y");
        let refused = [
            t.tries({
                let by = ben.clone();
                move |tx| notes::edit(tx, &by, id, &text())
            }),
            t.tries({
                let by = ben.clone();
                move |tx| notes::delete(tx, &by, id)
            }),
            t.tries({
                let by = lea.clone();
                move |tx| notes::edit(tx, &by, id, &text())
            }),
            t.tries({
                let by = vera.clone();
                move |tx| notes::add_to_contact(tx, &by, it.id, &text()).map(|_| ())
            }),
        ];
        for it in refused {
            assert!(matches!(it, Err(Error::Refused(_) | Error::Forbidden(_))), "{it:?}");
        }
        let empty = t.tries({
            let by = anna.clone();
            move |tx| notes::add_to_contact(tx, &by, it.id, &Html::sanitise("<p> </p>"))
        });
        assert!(matches!(empty, Err(Error::Invalid(_))));
        let by = lea.clone();
        t.write(move |tx| notes::delete(tx, &by, id));
        let by = ben.clone();
        let gone = t.tries(move |tx| notes::undelete(tx, &by, id));
        assert!(matches!(gone, Err(Error::NotFound("note"))), "others' notes stay away");
    });
}
