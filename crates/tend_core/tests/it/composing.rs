//! What an agent writes: drafts, canned responses, whom an answer goes to, forwards, and
//! conversations that we begin.

use tend_core::{
    Error,
    agents::Me,
    canned::{self, Audience, NewCanned},
    contacts::{self, Stranger},
    conversations::{
        self as verbs, Category, ConversationId, Forwarded, Incoming, MessageId, NewAttachment,
        NewForward, NewStart, Recipients, Whom, thread,
    },
    drafts::{self, Content, DraftKind, Place, Sending},
    html::Html,
    inboxes::Inbox,
    mails::{self, StoredFile},
};
use tend_testkit::Tend;

fn says(text: &str) -> Content {
    Content { html: Html::from_text(text), ..Content::default() }
}

fn file(t: &Tend) -> NewAttachment {
    let stored = StoredFile {
        place: "aa/bb".to_owned(),
        sha256: "00".to_owned(),
        size: 7,
        media_type: "text/plain".to_owned(),
    };
    let id = t.db.write(move |tx| mails::file(tx, &stored)).expect("is new");
    NewAttachment {
        file_id: id.raw(),
        name: "invoice.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: 7,
        content_id: String::new(),
        is_inline: false,
    }
}

fn start(t: &Tend) -> (Me, Inbox, ConversationId) {
    let anna = t.agent_as("Anna", "lead");
    let inbox = t.inbox("support@tend.test");
    let id = t.writes(&inbox, "carol@kestrel.example", "Invoice", "Where is it?");
    (t.me(anna.id), inbox, id)
}

#[test]
fn a_draft_is_kept_and_the_newer_one_is_not_overwritten() {
    Tend::on_both(|t| {
        let (anna, _, id) = start(&t);
        let place = Place::In(id, DraftKind::Reply);
        let save = |seen: i64, text: &str| {
            let (me, what) = (anna.clone(), says(text));
            t.db.write(move |tx| drafts::save(tx, &me, place, seen, &what))
        };
        let first = save(0, "one").expect("is new");
        let second = save(first.version, "two").expect("follows");
        assert_eq!(first.id, second.id, "there is one of a kind");
        assert_eq!(save(second.version, "two").expect("is the same").version, second.version);
        assert!(matches!(save(first.version, "other window"), Err(Error::Conflict(_))));
        assert!(matches!(save(0, "third window"), Err(Error::Conflict(_))));
        let me = anna.clone();
        let all = t.db.read(move |tx| drafts::all(tx, &me)).expect("lists");
        assert_eq!((all.len(), all[0].preview.as_str(), all[0].number), (1, "two", Some(1001)));

        let other = t.agent_as("Ben", "agent");
        let theirs = t.db.read(|tx| drafts::find(tx, &other, first.id).map(drop));
        assert_eq!(theirs, Err(Error::NotFound("draft")), "drafts are one's own");
        let ben = other.clone();
        t.db.write(move |tx| drafts::discard(tx, &ben, first.id)).expect("does nothing");
        for _ in 0..2 {
            let me = anna.clone();
            t.db.write(move |tx| drafts::discard(tx, &me, first.id)).expect("is gone");
        }
        let me = anna.clone();
        assert!(t.db.read(move |tx| drafts::all(tx, &me)).expect("lists").is_empty());
    });
}

#[test]
fn sending_takes_the_draft_and_its_files_along() {
    Tend::on_both(|t| {
        let (anna, _, id) = start(&t);
        let (me, it) = (anna.clone(), file(&t));
        let sent =
            t.db.write(move |tx| {
                let place = Place::In(id, DraftKind::Reply);
                let saved = drafts::save(tx, &me, place, 0, &says("It is here."))?;
                drafts::attach(tx, &me, saved.id, &it)?;
                let how =
                    Sending { version: Some(saved.version), source: "page", ..Sending::default() };
                drafts::send(tx, &me, saved.id, &how)
            })
            .expect("is sent");
        let me = anna.clone();
        let (_, files) =
            t.db.read(move |tx| thread::message(tx, &me, sent.message)).expect("is there");
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].name, "invoice.txt");
        let me = anna.clone();
        assert!(t.db.read(move |tx| drafts::of(tx, &me, id)).expect("lists").is_empty());
        let again = {
            let me = anna.clone();
            t.db.write(move |tx| {
                drafts::save(tx, &me, Place::In(id, DraftKind::Reply), 1, &says("late window"))
            })
        };
        assert!(
            matches!(again, Err(Error::Conflict(_))),
            "a window that did not notice: {again:?}"
        );
    });
}

#[test]
fn a_refused_send_keeps_the_draft() {
    Tend::on_both(|t| {
        let (anna, _, id) = start(&t);
        let me = anna.clone();
        let saved =
            t.db.write(move |tx| {
                let what = says("Dear {{ contact.phone }}");
                drafts::save(tx, &me, Place::In(id, DraftKind::Reply), 0, &what)
            })
            .expect("is kept");
        let me = anna.clone();
        let sent = t.db.write(move |tx| drafts::send(tx, &me, saved.id, &Sending::default()));
        assert!(matches!(&sent, Err(Error::Invalid(_))), "a gap is caught: {sent:?}");
        let me = anna.clone();
        assert!(t.db.read(move |tx| drafts::find(tx, &me, saved.id)).is_ok());
    });
}

fn canned(shortcut: &str, html: &str, audience: Audience) -> NewCanned {
    NewCanned {
        shortcut: shortcut.to_owned(),
        name: format!("About {shortcut}"),
        html: Html::sanitise(html),
        audience,
        files: Vec::new(),
    }
}

#[test]
fn canned_responses_are_found_filled_in_and_counted() {
    Tend::on_both(|t| {
        let (anna, _, id) = start(&t);
        let ben = t.agent_as("Ben", "agent");
        let put = |me: &Me, new: NewCanned| {
            let me = me.clone();
            t.db.write(move |tx| canned::save(tx, &me, None, &new))
        };
        let shared = put(
            &anna,
            canned(
                "/refund",
                "<p>Hi {{ contact.name }} ({{ contact.phone }})</p>",
                Audience::Everyone,
            ),
        )
        .expect("is shared");
        put(&ben, canned("mine", "<p>x</p>", Audience::Personal(ben.id))).expect("is Ben's");
        let refused = put(&ben, canned("all", "<p>x</p>", Audience::Everyone));
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let twice = put(&anna, canned("refund", "<p>x</p>", Audience::Everyone));
        assert!(matches!(twice, Err(Error::Invalid(_))), "{twice:?}");
        let odd = put(&anna, canned("odd", "<p>{{ contact.shoe_size }}</p>", Audience::Everyone));
        assert!(matches!(odd, Err(Error::Invalid(_))), "{odd:?}");

        let found = |me: &Me, typed: &'static str| {
            let me = me.clone();
            let all = t.db.read(move |tx| canned::search(tx, &me, typed, 9)).expect("finds");
            all.iter().map(|it| it.shortcut.clone()).collect::<Vec<_>>()
        };
        assert_eq!(found(&anna, "/re"), ["refund"]);
        assert_eq!(found(&anna, "/"), ["refund"], "not what is Ben's");
        assert_eq!(found(&ben, "about"), ["mine", "refund"]);

        let me = anna.clone();
        let put_in =
            t.db.write(move |tx| canned::put_in(tx, &me, shared, Some(id))).expect("is filled in");
        assert_eq!(put_in.html.as_str(), "<p>Hi carol ({{ contact.phone }})</p>");
        assert_eq!(put_in.missing, ["contact.phone"]);
        let me = anna.clone();
        let used = t.db.read(move |tx| canned::find(tx, &me, shared)).expect("exists").used_count;
        assert_eq!(used, 1);
        for _ in 0..2 {
            let me = anna.clone();
            let gone = t.db.write(move |tx| canned::archive(tx, &me, shared));
            assert!(matches!(gone, Ok(()) | Err(Error::NotFound(_))));
        }
        assert_eq!(found(&anna, "/"), Vec::<String>::new());

        let begins = "<p>{{ contact.name }}: {{ agent.first_name }}, {{ agent.email }}</p>";
        let begins = put(&anna, canned("begins", begins, Audience::Everyone)).expect("is shared");
        let me = anna.clone();
        let put_in =
            t.db.write(move |tx| canned::put_in(tx, &me, begins, None)).expect("is filled in");
        assert_eq!(put_in.missing, ["contact.name"], "who writes is known before it begins");
    });
}

/// A mail of Carol's to us and to others.
fn mail(
    t: &Tend,
    inbox: &Inbox,
    into: Option<ConversationId>,
    people: &Recipients,
) -> ConversationId {
    let (inbox, people) = (inbox.clone(), people.clone());
    let receive = move |tx: &mut tend_store::Tx| {
        let who = Stranger::by_email("Carol Bright", "carol@kestrel.example");
        let contact = contacts::meet(tx, tend_core::Actor::System, &who)?;
        let mut it = Incoming::new(inbox.clone(), contact);
        (it.into, it.recipients) = (into, people.clone());
        it.subject = "Invoice".to_owned();
        it.sender_address = "carol@kestrel.example".to_owned();
        it.text = "Where is it?".to_owned();
        it.source = "email";
        verbs::receive(tx, &it)
    };
    t.db.write(receive).expect("is received").conversation
}

fn people(to: &[&str], cc: &[&str], reply_to: &[&str]) -> Recipients {
    let list = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    Recipients { to: list(to), cc: list(cc), bcc: Vec::new(), reply_to: list(reply_to) }
}

#[test]
fn an_answer_goes_where_it_is_wanted_and_never_to_ourselves() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let inbox = t.inbox("support@tend.test");
        let id = inbox.id;
        t.db.write(move |tx| {
            tx.execute(
                "INSERT INTO inbox_addresses (address, inbox_id) VALUES ('help@tend.test', $1)",
                &[id.into()],
            )
            .map_err(Error::from)
        })
        .expect("has an alias");
        let all = people(
            &["support+1001.abc@tend.test", "Dan <dan@kestrel.example>", "HELP@tend.test"],
            &["Eve <eve@other.example>", "dan@kestrel.example"],
            &[],
        );
        let id = mail(&t, &inbox, None, &all);
        let anna = t.me(anna.id);
        let defaults = t.db.read(|tx| verbs::reply_to(tx, &anna, id)).expect("answers");
        assert_eq!(defaults.reply.to, ["Carol Bright <carol@kestrel.example>"]);
        assert!(defaults.reply.cc.is_empty());
        assert_eq!(
            defaults.reply_all.to,
            ["Carol Bright <carol@kestrel.example>", "Dan <dan@kestrel.example>"]
        );
        assert_eq!(defaults.reply_all.cc, ["Eve <eve@other.example>"]);
        assert_eq!(defaults.subject, "Invoice");

        mail(&t, &inbox, Some(id), &people(&["support@tend.test"], &[], &["desk@kestrel.example"]));
        let defaults = t.db.read(|tx| verbs::reply_to(tx, &anna, id)).expect("answers");
        assert_eq!(defaults.reply.to, ["desk@kestrel.example"], "Reply-To is honoured");

        mail(&t, &inbox, Some(id), &people(&["support@tend.test"], &[], &["help@tend.test"]));
        let defaults = t.db.read(|tx| verbs::reply_to(tx, &anna, id)).expect("answers");
        assert_eq!(defaults.reply.to, ["Carol Bright <carol@kestrel.example>"], "not to ourselves");
    });
}

#[test]
fn a_forward_shows_no_note_and_answers_nobody() {
    Tend::on_both(|t| {
        let (anna, _, id) = start(&t);
        let me = anna.clone();
        t.db.write(move |tx| {
            verbs::note(tx, &me, id, &Html::from_text("she is difficult"), &[], &[])
        })
        .expect("is noted");
        let forward = |to: &'static str| {
            let me = anna.clone();
            t.db.write(move |tx| {
                let new = NewForward {
                    what: Forwarded::Thread,
                    html: Html::from_text("Can you help?"),
                    recipients: people(&[to], &[], &[]),
                    subject: String::new(),
                    attachments: Vec::new(),
                    with_files: true,
                    send_at: None,
                    source: "page",
                };
                verbs::forward(tx, &me, id, &new)
            })
        };
        assert!(matches!(forward("nobody"), Err(Error::Invalid(_))));
        let message = forward("Supplier <desk@supplier.example>").expect("is sent");
        let (sent, _) = t.db.read(|tx| thread::message(tx, &anna, message)).expect("is there");
        assert!(sent.text.contains("Can you help?") && sent.text.contains("Where is it?"));
        assert!(!sent.text.contains("difficult"), "{}", sent.text);
        assert_eq!(sent.subject, "Fwd: Invoice");
        assert_eq!(sent.recipients().to, ["Supplier <desk@supplier.example>"]);
        let found = t.db.read(|tx| verbs::find(tx, id)).expect("exists");
        assert!(found.waiting_since.is_some() && found.first_reply_at.is_none());
        assert_eq!(found.category, Category::New);
        let defaults = t.db.read(|tx| verbs::reply_to(tx, &anna, id)).expect("answers");
        assert_eq!(defaults.reply_all.to, ["carol <carol@kestrel.example>"], "not the supplier");
        let viewer = t.agent_as("Vera", "viewer");
        let refused = t.db.write(move |tx| {
            let new = NewForward {
                what: Forwarded::Thread,
                html: Html::default(),
                recipients: people(&["x@y.example"], &[], &[]),
                subject: String::new(),
                attachments: Vec::new(),
                with_files: false,
                send_at: None,
                source: "page",
            };
            verbs::forward(tx, &viewer, id, &new)
        });
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    });
}

/// A mail that shows a picture and quotes what came before.
fn shows_a_picture(t: &Tend, inbox: &Inbox, into: ConversationId) -> MessageId {
    let (inbox, plate) = (inbox.clone(), file(t));
    let plate = NewAttachment { content_id: "plate@x".to_owned(), is_inline: true, ..plate };
    let receive = move |tx: &mut tend_store::Tx| {
        let who = Stranger::by_email("Carol Bright", "carol@kestrel.example");
        let contact = contacts::meet(tx, tend_core::Actor::System, &who)?;
        let mut it = Incoming::new(inbox.clone(), contact);
        it.into = Some(into);
        it.sender_address = "carol@kestrel.example".to_owned();
        it.text = "So:\n> Where is it?".to_owned();
        it.quote_at = Some(4);
        it.html = Html::sanitise(
            "<p>So:</p><img src=\"cid:plate@x\"><blockquote>Where is it?</blockquote>",
        );
        it.attachments = vec![plate.clone()];
        it.source = "email";
        verbs::receive(tx, &it)
    };
    t.db.write(receive).expect("is received").message
}

#[test]
fn a_forward_carries_the_files_of_what_it_shows_and_no_others() {
    Tend::on_both(|t| {
        let (anna, inbox, id) = start(&t);
        let picture = shows_a_picture(&t, &inbox, id);
        let all = t.db.read(|tx| thread::thread(tx, &anna, id, 50)).expect("is there").items;
        let first = all.iter().find_map(|it| match it {
            thread::Item::Message(it, _) => Some(it.id),
            thread::Item::Entry(..) => None,
        });
        let before = first.expect("the first one");
        let forward = |what: Forwarded| {
            let me = anna.clone();
            let sent = t.db.write(move |tx| {
                let new = NewForward {
                    what,
                    html: Html::from_text("Do you know it?"),
                    recipients: people(&["desk@supplier.example"], &[], &[]),
                    subject: String::new(),
                    attachments: Vec::new(),
                    with_files: true,
                    send_at: None,
                    source: "page",
                };
                verbs::forward(tx, &me, id, &new)
            });
            let sent = sent.expect("is sent");
            t.db.read(|tx| thread::message(tx, &anna, sent)).expect("is there")
        };
        let (sent, files) = forward(Forwarded::Message(picture));
        let html = sent.html().expect("has looks");
        assert!(html.as_str().contains("cid:plate@x"), "{}", html.as_str());
        assert_eq!(sent.text.matches("So:").count(), 1, "{}", sent.text);
        assert_eq!(files.len(), 1);
        assert!(files[0].is_inline && files[0].content_id == "plate@x");

        let (_, files) = forward(Forwarded::Message(before));
        assert!(files.is_empty(), "they belong to another message");

        // The thread is quoted by its words: the picture goes as a file that is seen.
        let (sent, files) = forward(Forwarded::Thread);
        assert!(!sent.html().expect("has looks").as_str().contains("cid:"));
        assert_eq!(files.len(), 1);
        assert!(!files[0].is_inline);
    });
}

#[test]
fn we_can_begin() {
    Tend::on_both(|t| {
        let (anna, inbox, _) = start(&t);
        let begin = |email: &'static str, subject: &'static str| {
            let (me, inbox) = (anna.clone(), inbox.id);
            t.db.write(move |tx| {
                let new = NewStart {
                    inbox,
                    whom: Whom::Address { name: "Dan".to_owned(), email: email.to_owned() },
                    subject: subject.to_owned(),
                    html: Html::from_text("Good news."),
                    recipients: Recipients::default(),
                    attachments: Vec::new(),
                    team: None,
                    then: None,
                    send_at: None,
                    source: "page",
                };
                verbs::start(tx, &me, &new)
            })
        };
        let (id, message) = begin("dan@new.example", "News").expect("begins");
        let found = t.db.read(|tx| verbs::find(tx, id)).expect("exists");
        assert_eq!(found.assignee_id, Some(anna.id));
        assert_eq!(found.category, Category::WaitingCustomer);
        let (sent, _) = t.db.read(|tx| thread::message(tx, &anna, message)).expect("is there");
        assert_eq!(sent.recipients().to, ["dan@new.example"]);
        let contact = t.db.read(|tx| contacts::find(tx, found.contact_id)).expect("exists");
        assert_eq!(contact.name, "Dan");
        assert!(matches!(begin("support@tend.test", "News"), Err(Error::Invalid(_))));
        assert!(matches!(begin("dan@new.example", " "), Err(Error::Invalid(_))));
    });
}
