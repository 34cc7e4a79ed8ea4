//! What was taken back before it left is a draft again, as its writer had it.

use tend_core::{
    Error,
    agents::Me,
    contacts::{self, Stranger},
    conversations::{
        self as verbs, ConversationId, Incoming, MessageId, NewAttachment, Recipients, thread,
    },
    drafts::{self, Content, DraftKind, Place, Sending, TakenBack},
    html::Html,
    inboxes::Inbox,
    mails::{self, StoredFile},
};
use tend_store::Tx;
use tend_testkit::Tend;

fn file(t: &Tend, name: &'static str) -> NewAttachment {
    let stored = StoredFile {
        place: format!("aa/{name}"),
        sha256: name.to_owned(),
        size: 7,
        media_type: "text/plain".to_owned(),
    };
    let id = t.db.write(move |tx| mails::file(tx, &stored)).expect("is new");
    NewAttachment {
        file_id: id.raw(),
        name: name.to_owned(),
        media_type: "text/plain".to_owned(),
        size: 7,
        content_id: String::new(),
        is_inline: false,
    }
}

fn start(t: &Tend) -> (Me, Inbox, ConversationId, MessageId) {
    let anna = t.agent_as("Anna", "agent");
    let inbox = t.inbox("support@tend.test");
    let (its, plate) = (inbox.clone(), file(t, "plate.txt"));
    let receive = move |tx: &mut Tx| {
        let who = Stranger::by_email("Carol Bright", "carol@kestrel.example");
        let contact = contacts::meet(tx, tend_core::Actor::System, &who)?;
        let mut it = Incoming::new(its.clone(), contact);
        it.subject = "The plate".to_owned();
        it.sender_address = "carol@kestrel.example".to_owned();
        it.text = "It looks like this.".to_owned();
        it.attachments = vec![plate.clone()];
        it.source = "email";
        verbs::receive(tx, &it)
    };
    let it = t.db.write(receive).expect("is received");
    (t.me(anna.id), inbox, it.conversation, it.message)
}

/// Writes a draft with a file of its own, sends it, and takes it back.
fn there_and_back(t: &Tend, me: &Me, place: Place, what: &Content) -> (MessageId, TakenBack) {
    let (anna, what, own) = (me.clone(), what.clone(), file(t, "own.txt"));
    let sent = t.db.write(move |tx| {
        let saved = drafts::save(tx, &anna, place, 0, &what)?;
        drafts::attach(tx, &anna, saved.id, &own)?;
        drafts::send(tx, &anna, saved.id, &Sending { source: "page", ..Sending::default() })
    });
    let (anna, message) = (me.clone(), sent.expect("is sent").message);
    let back = t.db.write(move |tx| drafts::take_back(tx, &anna, message));
    (message, back.expect("is taken back"))
}

fn only_draft(t: &Tend, me: &Me) -> (drafts::Draft, Vec<String>) {
    let me = me.clone();
    t.db.read(move |tx| {
        let all = drafts::all(tx, &me)?;
        assert_eq!(all.len(), 1, "{all:?}");
        let files = drafts::attachments(tx, &me, all[0].id)?;
        Ok::<_, Error>((
            drafts::find(tx, &me, all[0].id)?,
            files.into_iter().map(|it| it.name).collect(),
        ))
    })
    .expect("is there")
}

fn to(addresses: &[&str]) -> Recipients {
    let to = addresses.iter().map(|it| (*it).to_owned()).collect();
    Recipients { to, ..Recipients::default() }
}

#[test]
fn a_forward_is_a_forward_again() {
    Tend::on_both(|t| {
        let (anna, _, id, plate) = start(&t);
        let place = Place::In(id, DraftKind::Forward);
        let what = Content {
            html: Html::sanitise("<p>Do you <b>know</b> this one?</p>"),
            recipients: Recipients {
                cc: vec!["boss@supplier.example".to_owned()],
                ..to(&["Desk <desk@supplier.example>"])
            },
            subject: "A plate of yours?".to_owned(),
            message: Some(plate),
            ..Content::default()
        };
        let (message, back) = there_and_back(&t, &anna, place, &what);
        assert_eq!(back, TakenBack::In(id, DraftKind::Forward));
        let (draft, files) = only_draft(&t, &anna);
        assert_eq!(draft.kind, DraftKind::Forward);
        assert_eq!(draft.html(), what.html, "without what stands below it");
        assert_eq!(draft.recipients(), what.recipients);
        assert_eq!(draft.subject, what.subject);
        assert_eq!(draft.message_id, Some(plate));
        assert_eq!(files, ["own.txt"], "what is shown brings its own along");

        // A second click changes nothing.
        let me = anna.clone();
        let again = t.db.write(move |tx| drafts::take_back(tx, &me, message));
        assert_eq!(again, Ok(back));
        assert_eq!(only_draft(&t, &anna).0.html(), what.html);

        // It leaves as it would have left.
        let me = anna.clone();
        let sent = t.db.write(move |tx| drafts::send(tx, &me, draft.id, &Sending::default()));
        let sent = sent.expect("is sent").message;
        let (sent, files) = t.db.read(|tx| thread::message(tx, &anna, sent)).expect("is there");
        assert_eq!(sent.text.matches("It looks like this.").count(), 1, "{}", sent.text);
        assert_eq!(files.iter().map(|it| &it.name).collect::<Vec<_>>(), ["own.txt", "plate.txt"]);
    });
}

#[test]
fn a_forward_of_the_thread_is_put_before_what_was_begun_since() {
    Tend::on_both(|t| {
        let (anna, _, id, _) = start(&t);
        let place = Place::In(id, DraftKind::Forward);
        let me = anna.clone();
        let sent = t.db.write(move |tx| {
            let what = Content {
                html: Html::from_text("Look."),
                recipients: to(&["desk@supplier.example"]),
                ..Content::default()
            };
            let saved = drafts::save(tx, &me, place, 0, &what)?;
            let sent = drafts::send(tx, &me, saved.id, &Sending::default())?;
            let since = Content { html: Html::from_text("And this."), ..Content::default() };
            drafts::save(tx, &me, place, 0, &since)?;
            Ok::<_, Error>(sent.message)
        });
        let (me, sent) = (anna.clone(), sent.expect("is sent"));
        t.db.write(move |tx| drafts::take_back(tx, &me, sent)).expect("is taken back");
        let (draft, files) = only_draft(&t, &anna);
        assert_eq!(
            draft.html().to_text().split_whitespace().collect::<Vec<_>>().join(" "),
            "Look. And this."
        );
        assert_eq!(draft.message_id, None);
        assert!(files.is_empty(), "{files:?}");
    });
}

#[test]
fn a_conversation_that_was_only_just_begun_is_a_draft_again() {
    Tend::on_both(|t| {
        let (anna, inbox, _, _) = start(&t);
        let what = Content {
            html: Html::from_text("Good news."),
            recipients: to(&["dan@new.example", "eve@new.example"]),
            subject: "News".to_owned(),
            inbox: Some(inbox.id),
            ..Content::default()
        };
        let (message, back) = there_and_back(&t, &anna, Place::New, &what);
        let (draft, files) = only_draft(&t, &anna);
        assert_eq!(back, TakenBack::New(draft.id));
        assert_eq!((draft.kind, draft.inbox_id), (DraftKind::New, what.inbox));
        assert_eq!(draft.html(), what.html);
        assert_eq!(draft.recipients(), what.recipients);
        assert_eq!((draft.subject.as_str(), files), ("News", vec!["own.txt".to_owned()]));
        let gone = t.db.read(|tx| thread::message(tx, &anna, message).map(drop));
        assert_eq!(gone, Err(Error::NotFound("message")), "it never began");
        let me = anna.clone();
        let sent = t.db.write(move |tx| drafts::send(tx, &me, draft.id, &Sending::default()));
        let sent = sent.expect("is sent");
        let (_, files) =
            t.db.read(|tx| thread::message(tx, &anna, sent.message)).expect("is there");
        assert_eq!(files.len(), 1, "the file outlived the conversation");
    });
}

#[test]
fn a_conversation_in_which_more_was_said_stays_when_its_beginning_is_taken_back() {
    Tend::on_both(|t| {
        let (anna, inbox, _, _) = start(&t);
        let me = anna.clone();
        let sent = t.db.write(move |tx| {
            let what = Content {
                html: Html::from_text("Good news."),
                recipients: to(&["dan@new.example"]),
                subject: "News".to_owned(),
                inbox: Some(inbox.id),
                ..Content::default()
            };
            let saved = drafts::save(tx, &me, Place::New, 0, &what)?;
            let sent =
                drafts::send(tx, &me, saved.id, &Sending { source: "page", ..Sending::default() })?;
            verbs::note(tx, &me, sent.conversation, &Html::from_text("Of the fair."), &[], &[])?;
            Ok::<_, Error>(sent)
        });
        let (me, sent) = (anna.clone(), sent.expect("is sent"));
        let back = t.db.write(move |tx| drafts::take_back(tx, &me, sent.message));
        assert_eq!(back, Ok(TakenBack::In(sent.conversation, DraftKind::Reply)));
        assert_eq!(only_draft(&t, &anna).0.html().to_text().trim(), "Good news.");
    });
}
