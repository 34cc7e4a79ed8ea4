use tend_core::{
    accounts::{Account, AccountId},
    agents::AgentId,
    contacts::{Contact, ContactId},
    conversations::{
        Attached, Category, Conversation, ConversationId, Direction, MessageId, MessageKind,
        Priority, Recipients, SendState, StatusId,
        thread::{Item, Message, Thread},
    },
    inboxes::InboxId,
    journal::{Change, Entry, EntryId},
    tags::{Tag, TagId},
};

use super::{inbox, may};
use crate::parts::time::sample_ago;

const FIRST: &str = "Dear team,\n\nSince the gateways took the update on Tuesday night, probes 7 to 12 in the Jebel Ali freezer jump by \
almost two degrees within one minute. We had eleven alarms in two nights, none of them true. My night staff has begun to ignore them, \
and that is what worries me most.\n\nThe log is at https://status.alnoorcold.example/log.";
const QUOTE: &str = "\n\nOn Tue, Kestrel Climate wrote:\n> Your gateways will be updated tonight.";
const LOOKS: &str = "<table width=\"100%\" bgcolor=\"#f4f4f4\"><tr><td style=\"padding:20px;font-family:Georgia\"><h2 style=\"color:#7a1f2b\">\
Al Noor Cold Chain</h2><p>Our auditor comes on 2 December.</p><img src=\"https://tracker.example/x.gif\"></td></tr></table>";

pub fn conversation(id: i64) -> Conversation {
    Conversation {
        id: ConversationId::from_raw(id),
        number: 10_480 + id,
        inbox_id: InboxId::from_raw(1),
        contact_id: ContactId::from_raw(2),
        account_id: AccountId::from_raw(2),
        subject: "Probes jump since the gateway update".into(),
        status_id: StatusId::from_raw(2),
        category: Category::Open,
        is_active: true,
        priority: Priority::High,
        assignee_id: Some(AgentId::from_raw(1)),
        team_id: None,
        snoozed_until: None,
        waiting_since: Some(sample_ago(77)),
        message_count: 17,
        opened_at: sample_ago(1_059),
        changed_at: sample_ago(5),
        last_message_at: sample_ago(77),
        last_inbound_at: Some(sample_ago(77)),
        last_message_id: Some(MessageId::from_raw(9)),
        first_reply_at: Some(sample_ago(1_000)),
        resolved_at: None,
        closed_at: None,
        merged_into: None,
        follows_id: None,
        may_belong_to: None,
    }
}

/// A second one of the same contact.
pub fn other() -> Conversation {
    Conversation {
        number: 10_377,
        subject: "Alarm texts arrive twice".into(),
        category: Category::Resolved,
        ..conversation(12)
    }
}

fn message(id: i64, direction: Direction, sender: &str, ago: i64, text: &str) -> Message {
    let ours = direction != Direction::Inbound;
    let to = if ours {
        "Leila Haddad <leila.haddad@alnoorcold.example>"
    } else {
        "Kestrel Climate <support@kestrelclimate.example>"
    };
    Message {
        id: MessageId::from_raw(id),
        conversation_id: ConversationId::from_raw(2),
        direction,
        kind: MessageKind::Human,
        agent_id: ours.then(|| AgentId::from_raw(if sender.starts_with("Maren") { 1 } else { 3 })),
        contact_id: (!ours).then(|| ContactId::from_raw(2)),
        sender_name: sender.into(),
        sender_address: if ours {
            "support@kestrelclimate.example"
        } else {
            "leila.haddad@alnoorcold.example"
        }
        .into(),
        recipients_text: Recipients { to: vec![to.into()], ..Recipients::default() }.encode(),
        subject: "Probes jump since the gateway update".into(),
        text: text.into(),
        html_text: String::new(),
        quote_at: None,
        mail_id: (!ours).then_some(1),
        checks: String::new(),
        source: "email".into(),
        state: match direction {
            Direction::Inbound => SendState::Received,
            Direction::Outbound => SendState::Sent,
            Direction::Note => SendState::Kept,
        },
        state_detail: String::new(),
        send_at: None,
        created_at: sample_ago(ago),
        written_at: None,
        edited_at: None,
    }
}

fn file(id: i64, name: &str, media_type: &str, size: i64) -> Attached {
    Attached {
        id,
        message_id: Some(MessageId::from_raw(1)),
        file_id: id,
        name: name.into(),
        media_type: media_type.into(),
        size,
        content_id: String::new(),
        is_inline: false,
    }
}

fn entry(id: i64, ago: i64, kind: &str, change: &Change) -> Item {
    let it = Entry {
        id: EntryId::from_raw(id),
        position: None,
        happened_at: sample_ago(ago),
        actor_kind: kind.into(),
        actor_id: Some(1),
        kind: "sample".into(),
        subject_kind: "conversation".into(),
        subject_id: 2,
        conversation_id: Some(2),
        contact_id: None,
        account_id: None,
        data: serde_json::to_string(change).unwrap_or_default(),
    };
    Item::Entry(Box::new(it), if kind == "agent" { "Tomás Ibarra".into() } else { String::new() })
}

fn items() -> Vec<Item> {
    let held = |it: Message| Item::Message(Box::new(it), Vec::new());
    let first = Message {
        text: format!("{FIRST}{QUOTE}"),
        quote_at: Some(FIRST.chars().count() as i64),
        checks: r#"{"sender":"proven","from_domain":"alnoorcold.example","spf":{"verdict":"pass"},"dkim":{"verdict":"pass"},"dmarc":{"verdict":"pass"}}"#.into(),
        ..message(1, Direction::Inbound, "Leila Haddad", 1_059, FIRST)
    };
    let answer = Message {
        html_text: "<p>Dear Leila, thank you for the log, that saves us a day. I can see the jumps too. Until we know why, I’ve set those six \
            probes to alarm only after five minutes, so your night staff is left in peace. Nothing is lost from the record.</p>".into(),
        state_detail: "250 2.0.0 Ok: queued as 4F8B21C0".into(),
        ..message(3, Direction::Outbound, "Maren Solberg", 1_031, "Dear Leila")
    };
    let note = "Found it: 4.2.1 averages over 10 s instead of 60 s. 4.2.2 puts it back and leaves on Monday. \
        <span data-mention=\"agt_1\">@Maren</span> please offer to hold their gateways at 4.1 until then.";
    let note = Message {
        html_text: note.into(),
        ..message(5, Direction::Note, "Jonas Weidner", 96, "Found it")
    };
    let looks = Message {
        html_text: LOOKS.into(),
        checks: r#"{"sender":"contradicted","from_domain":"alnoorcold.example","spf":{"verdict":"softfail"},"dkim":{"verdict":"fail"},"dmarc":{"verdict":"fail"}}"#.into(),
        ..message(8, Direction::Inbound, "Leila Haddad", 84, "Our auditor comes on 2 December.")
    };
    let last = "A quiet night at last, شكراً Maren. But our auditor comes on 2 December. Can you write down what happened, and will the \
        record show the true values again before then?";
    vec![
        Item::Message(
            Box::new(first),
            vec![
                file(1, "readings-17-19-nov.csv", "text/csv", 48_213),
                file(2, "gateway-0x4F.log", "text/plain", 212_000),
            ],
        ),
        entry(2, 1_050, "system", &Change::PriorityChanged { from: 2, to: 3 }),
        held(answer),
        entry(
            4,
            1_020,
            "agent",
            &Change::ConversationAssigned {
                from: None,
                to: Some(AgentId::from_raw(1).to_string()),
            },
        ),
        held(note),
        held(looks),
        held(Message {
            state: SendState::Failed,
            state_detail: "550 5.1.1 No such user".into(),
            ..message(7, Direction::Outbound, "Maren Solberg", 80, "A copy for your quality team.")
        }),
        held(message(9, Direction::Inbound, "Leila Haddad", 77, last)),
        held(Message {
            state: SendState::Queued,
            send_at: Some(sample_ago(0) + jiff::SignedDuration::from_secs(8)),
            ..message(10, Direction::Outbound, "Maren Solberg", 0, "Yes, before Monday.")
        }),
    ]
}

pub fn thread() -> Thread {
    Thread {
        status: "Open".into(),
        inbox: inbox(1, "Support", "support@kestrelclimate.example"),
        contact: contact(),
        identities: Vec::new(),
        account: account(),
        tags: vec![
            Tag { id: TagId::from_raw(1), name: "firmware".into() },
            Tag { id: TagId::from_raw(2), name: "cold chain".into() },
        ],
        followed: true,
        items: items(),
        earlier: 12,
        may: may(),
        conversation: conversation(2),
    }
}

pub fn contact() -> Contact {
    Contact {
        id: ContactId::from_raw(2),
        account_id: AccountId::from_raw(2),
        name: "Leila Haddad".into(),
        title: "Head of quality".into(),
        time_zone: "Asia/Dubai".into(),
        language: "en".into(),
        picture_file_id: None,
        blocked_at: None,
        created_at: sample_ago(900_000),
        changed_at: sample_ago(77),
        seen_at: Some(sample_ago(77)),
        merged_into: None,
    }
}

pub fn account() -> Account {
    Account {
        id: AccountId::from_raw(2),
        name: "Al Noor Cold Chain".into(),
        kind: "company".into(),
        owner_id: Some(AgentId::from_raw(4)),
        created_at: sample_ago(900_000),
        changed_at: sample_ago(77),
        merged_into: None,
        stage_id: None,
        stage_since: Some(sample_ago(60_000)),
        parent_id: None,
        said_arr: Some(41_200_000),
        said_renewal: Some(20_832),
    }
}

/// What came while one was writing.
pub fn newer() -> Vec<Message> {
    vec![message(
        11,
        Direction::Outbound,
        "Tomás Ibarra",
        1,
        "Dear Leila, I have just sent you the report for your auditor.",
    )]
}

pub fn headers() -> Vec<(String, String)> {
    let lines = [
        (
            "Received",
            "from mx.alnoorcold.example (mx.alnoorcold.example [192.0.2.7]) by tend; Fri, 20 Nov 2026 08:14:02 +0000",
        ),
        ("From", "Leila Haddad <leila.haddad@alnoorcold.example>"),
        ("Message-ID", "<c0ffee.1042@alnoorcold.example>"),
    ];
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
