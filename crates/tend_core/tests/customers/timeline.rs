use tend_core::{
    Actor, Error, accounts,
    agents::{Me, Permission},
    contacts::{self, ContactChange, ContactId, IdentityKind, Stranger},
    conversations::{self, Category, Incoming, NewReply},
    customer_notes,
    customers::Choices,
    html::Html,
    timeline::{self, Aspect, Told},
};
use tend_testkit::Tend;

use crate::Customers;

fn all(t: &Tend, me: &Me, id: ContactId, aspect: Aspect, limit: usize) -> Vec<Told> {
    let (mut told, mut from) = (Vec::new(), None);
    loop {
        let page = t.read(|tx| timeline::of_contact(tx, me, id, aspect, from, limit));
        assert!(page.items.len() <= limit);
        told.extend(page.items);
        from = page.next;
        if from.is_none() {
            return told;
        }
    }
}

fn sentences(told: &[Told]) -> Vec<String> {
    told.iter().map(Told::sentence).collect()
}

/// A contact with something of everything.
fn story(t: &Tend) -> (Me, ContactId) {
    let lead = t.agent_as("Lea", "lead");
    let inbox = t.inbox("support@tend.test");
    let lead = t.me(lead.id);
    let first = t.hears(&inbox, "leila@alnoor.example", "Probes jump", "They jump.\nBy day.", None);
    let (matter, it) = (first.conversation, t.met("", "leila@alnoor.example"));
    type Step = Box<dyn Fn(&mut tend_store::Tx, &Me) -> tend_core::Result<()> + Send>;
    let steps: Vec<Step> = vec![
        Box::new(move |tx, me| {
            let new = NewReply {
                html: Html::from_text("We look."),
                source: "page",
                ..Default::default()
            };
            conversations::reply(tx, me, matter, &new).map(|_| ())
        }),
        Box::new(move |tx, me| {
            conversations::note(tx, me, matter, &Html::from_text("Ask Omar."), &[], &[]).map(|_| ())
        }),
        Box::new(move |tx, me| conversations::set_category(tx, me, matter, Category::Resolved)),
        Box::new(move |tx, me| {
            let to = ContactChange {
                name: Some("Leila".into()),
                title: Some("Head".into()),
                ..Default::default()
            };
            contacts::change(tx, me, it.id, &to)
        }),
        Box::new(move |tx, me| {
            contacts::add_identity(tx, me, it.id, IdentityKind::Phone, "+43 1 2345").map(|_| ())
        }),
        Box::new(move |tx, me| {
            customer_notes::add_to_contact(tx, me, it.id, &Html::from_text("Calls early."))
                .map(|_| ())
        }),
    ];
    for step in steps {
        t.pass(jiff::SignedDuration::from_mins(1));
        let by = lead.clone();
        t.write(move |tx| step(tx, &by));
    }
    (lead, it.id)
}

#[test]
fn a_timeline_reads_as_people_speak() {
    Tend::on_both(|t| {
        let (lead, id) = story(&t);
        let told = all(&t, &lead, id, Aspect::Everything, 50);
        let expected = [
            "Lea wrote a note on this contact.",
            "Lea added the number +43 1 2345 to this contact.",
            "Lea changed the name and title of this contact.",
            "Lea set #1001 Probes jump to Resolved.",
            "Lea noted in #1001 Probes jump.",
            "Lea answered in #1001 Probes jump.",
        ];
        let lines = sentences(&told);
        for it in expected {
            assert!(lines.contains(&it.to_owned()), "{it} is not in {lines:#?}");
        }
        assert_eq!(&lines[..3], &expected[..3], "newest first");
        assert_eq!(lines.last().map(String::as_str), Some("Tend made this contact."));
        assert!(lines.contains(&"Leila began #1001 Probes jump.".to_owned()), "{lines:#?}");
        let says: Vec<_> = told.iter().filter_map(|it| it.says.as_deref()).collect();
        assert_eq!(says, ["Calls early.", "Ask Omar.", "We look.", "They jump. By day."]);
    });
}

#[test]
fn pages_and_aspects_show_each_line_once() {
    Tend::on_both(|t| {
        let (lead, id) = story(&t);
        let whole = sentences(&all(&t, &lead, id, Aspect::Everything, 50));
        for limit in [1, 2, 3] {
            assert_eq!(sentences(&all(&t, &lead, id, Aspect::Everything, limit)), whole);
        }
        let mut parts = Vec::new();
        for aspect in [Aspect::Talk, Aspect::Notes, Aspect::Work, Aspect::Record] {
            let some = all(&t, &lead, id, aspect, 2);
            assert!(!some.is_empty() && some.iter().all(|it| it.aspect == aspect), "{aspect:?}");
            parts.extend(sentences(&some));
        }
        parts.sort();
        // What goes without saying beside an answer is work all the same.
        let unsaid: Vec<_> = parts.iter().filter(|it| !whole.contains(it)).cloned().collect();
        assert_eq!(
            unsaid,
            ["Lea set #1001 Probes jump to Waiting on customer.", "Lea took #1001 Probes jump."]
        );
        parts.retain(|it| whole.contains(it));
        let mut sorted = whole;
        sorted.sort();
        assert_eq!(parts, sorted);
    });
}

#[test]
fn what_one_may_not_see_is_not_told() {
    Tend::on_both(|t| {
        let (mut lead, id) = story(&t);
        lead.inboxes.clear();
        let told = all(&t, &lead, id, Aspect::Everything, 50);
        let lines = sentences(&told).join("\n");
        assert!(!lines.contains("#1001") && !lines.contains("Probes"), "{lines}");
        assert!(lines.contains("wrote a note"), "the record itself is there");
        assert!(told.iter().all(|it| it.says.as_deref() != Some("We look.")));

        lead.permissions = lead.permissions.without(Permission::CustomersRead);
        let found =
            t.db.read(|tx| timeline::of_contact(tx, &lead, id, Aspect::Everything, None, 9));
        assert!(matches!(found, Err(Error::NotFound("contact"))));
        let account = t.contact(id).account_id;
        let found =
            t.db.read(|tx| timeline::of_account(tx, &lead, account, Aspect::Everything, None, 9));
        assert!(matches!(found, Err(Error::NotFound("account"))));
    });
}

#[test]
fn an_account_tells_of_all_its_people_and_of_those_merged_into_it() {
    Tend::on_both(|t| {
        let (lead, id) = story(&t);
        let account = t.contact(id).account_id;
        t.pass(jiff::SignedDuration::from_mins(1));
        let other = t.met("Omar", "omar@noor.example");
        let by = lead.clone();
        t.write(move |tx| accounts::merge(tx, &by, other.account_id, account, &Choices::default()));
        let page =
            t.read(|tx| timeline::of_account(tx, &lead, account, Aspect::Everything, None, 100));
        let lines = sentences(&page.items);
        for it in [
            "Lea merged Noor into this account.",
            "Tend made Omar.",
            "Lea changed the name and title of Leila.",
            "Lea answered in #1001 Probes jump.",
        ] {
            assert!(lines.contains(&it.to_owned()), "{it} is not in {lines:#?}");
        }
    });
}

#[test]
fn history_that_is_taken_in_stands_where_it_happened() {
    Tend::on_both(|t| {
        let (lead, id) = story(&t);
        let then = t.read(|tx| Ok(tx.now())) - jiff::SignedDuration::from_hours(24 * 365);
        let inbox = t.read(tend_core::inboxes::all).remove(0);
        t.write(move |tx| {
            let who = Stranger::by_email("", "leila@alnoor.example");
            let contact = contacts::meet(tx, Actor::System, &who)?;
            let mut it = Incoming::new(inbox.clone(), contact);
            it.subject = "Of old".into();
            it.text = "Long ago".into();
            it.source = "import";
            it.happened_at = Some(then);
            conversations::receive(tx, &it).map(|_| ())
        });
        let told = all(&t, &lead, id, Aspect::Everything, 2);
        let last = told.last().expect("is told");
        assert_eq!((last.at, last.says.as_deref()), (then, Some("Long ago")));
    });
}

#[test]
fn a_page_ends_its_search_and_says_where_to_go_on() {
    let t = Tend::in_memory();
    let (lead, id) = story(&t);
    let by = lead.clone();
    t.write(move |tx| {
        for n in 0..4000 {
            let to = ContactChange { title: Some(format!("title {n}")), ..Default::default() };
            contacts::change(tx, &by, id, &to)?;
        }
        Ok(())
    });
    let page = t.read(|tx| timeline::of_contact(tx, &lead, id, Aspect::Talk, None, 10));
    assert!(page.items.is_empty() && page.next.is_some(), "talk lies further back");
    let page = t.read(|tx| timeline::of_contact(tx, &lead, id, Aspect::Talk, page.next, 10));
    assert_eq!(page.items.len(), 2);
}
