//! The inbox with a company and customers that are invented.

mod list;
mod record;
mod thread;

pub use record::record;

use maud::html;
use tend_core::{
    agents::{AgentId, Team, TeamId},
    conversations::{
        Category, ConversationId, Recipients, Status, StatusId, list::Sort, thread::May,
    },
    html::Html,
    inboxes::{Channel, Inbox, InboxId},
    page::Cursor,
    tags::{Tag, TagId},
};

use super::{
    Composer, Crossed, Face, ListPane, Offered, Open, Presence, RecordPane, ThreadPane,
    UploadedFile,
    compose::{self, Kind},
    crossed, headers_page, inbox_page, merge_choices, new_conversation, print_page,
};
use crate::{
    gallery::sample_frame,
    layout::page,
    parts::{Sample, sample, time::sample_ago},
};

/// Every page of the inbox.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let offered = offered();
    let (lines, thread, record) = (list::lines(), thread::thread(), record::record());
    let here = here(&offered);
    let drafts = [ConversationId::from_raw(7)];
    let pane = ListPane {
        current: Some(thread.conversation.id),
        here: &here,
        drafts: &drafts,
        ..pane(&lines, &offered)
    };
    let shown = ThreadPane {
        thread: &thread,
        offered: &offered,
        here: &here,
        composer: Some(reply()),
        back: "mine",
    };
    let beside = RecordPane {
        record: &record,
        beside: Some(thread.conversation.id),
        conversation_attributes: &[],
    };
    let open = |composer: Option<Composer>| {
        Open::Thread(Box::new(ThreadPane { composer, ..shown.clone() }), Some(beside.clone()))
    };
    let nothing = self::pane(&[], &offered);
    let newer = thread::newer();
    let last = newer[0].id;
    let asks = crossed(&frame, &Crossed { newer: &newer, last });
    let found = [super::MergeChoice {
        conversation: thread::other(),
        contact: "Leila Haddad".into(),
        is_theirs: true,
    }];
    vec![
        sample("inbox", inbox_page(&frame, &pane, &open(Some(reply())))),
        sample("inbox-note", inbox_page(&frame, &pane, &open(Some(note())))),
        sample("inbox-forward", inbox_page(&frame, &pane, &open(Some(forward())))),
        sample(
            "inbox-reader",
            inbox_page(&frame, &ListPane { may: May::default(), ..pane.clone() }, &open(None)),
        ),
        sample("inbox-list", inbox_page(&frame, &pane, &Open::Nothing)),
        sample(
            "inbox-empty",
            inbox_page(&frame, &ListPane { total: Some(0), ..nothing }, &Open::Nothing),
        ),
        sample("new-conversation", new_conversation(&frame, &new(), &offered)),
        sample("print", print_page(&frame, &thread)),
        sample("headers", headers_page(&frame, &newer[0], &thread::headers())),
        sample("crossed", page(&frame, "Crossed").shows(html! { div data-dialogs { (asks) } })),
        sample(
            "merge",
            page(&frame, "Merge").shows(html! { div data-dialogs { (merge_choices(&frame, &thread.conversation, "", &found)) } }),
        ),
    ]
}

fn pane<'a>(
    lines: &'a [tend_core::conversations::list::Tagged],
    offered: &'a Offered,
) -> ListPane<'a> {
    ListPane {
        key: "mine",
        title: "Mine".into(),
        total: Some(10),
        sort: Sort::Waiting,
        lines,
        next: (!lines.is_empty()).then_some(Cursor { key: 1, id: 2 }),
        current: None,
        here: &[],
        drafts: &[],
        offered,
        may: may(),
        edit: None,
    }
}

pub(super) fn may() -> May {
    May {
        reply: true,
        note: true,
        assign: true,
        update: true,
        merge: true,
        delete: true,
        edit_customer: true,
    }
}

fn face(id: i64, name: &str) -> Face {
    Face { id: AgentId::from_raw(id), name: name.into(), picture: None, is_away: id == 4 }
}

/// The lines of the sample list.
pub fn lines() -> Vec<tend_core::conversations::list::Line> {
    list::lines().into_iter().map(|it| it.line).collect()
}

/// What the menus of the samples offer.
pub fn offered() -> Offered {
    let statuses = Category::ALL.iter().zip(1..).map(|(it, at)| Status {
        id: StatusId::from_raw(at),
        name: it.label().into(),
        category: *it,
        is_default: true,
        position: at,
    });
    let tag = |id, name: &str| Tag { id: TagId::from_raw(id), name: name.into() };
    Offered {
        agents: vec![
            face(1, "Maren Solberg"),
            face(2, "Tomás Ibarra"),
            face(3, "Jonas Weidner"),
            face(4, "Ines Okafor"),
        ],
        teams: vec![
            Team { id: TeamId::from_raw(1), name: "Cold chain".into() },
            Team { id: TeamId::from_raw(2), name: "Billing".into() },
        ],
        statuses: statuses.collect(),
        tags: vec![tag(1, "firmware"), tag(2, "cold chain"), tag(3, "invoice")],
        inboxes: vec![
            inbox(1, "Support", "support@kestrelclimate.example"),
            inbox(2, "Orders", "orders@kestrelclimate.example"),
        ],
        may_make_tags: true,
        may_connect: true,
        may: may(),
    }
}

pub(super) fn inbox(id: i64, name: &str, address: &str) -> Inbox {
    Inbox {
        id: InboxId::from_raw(id),
        name: name.into(),
        channel: Channel::Email,
        address: address.into(),
        sender_name: String::new(),
        template_html: String::new(),
        auto_reply_html: String::new(),
        auto_reply_subject: String::new(),
        catch_all: false,
        reopen_days: 30,
        created_at: sample_ago(900_000),
        archived_at: None,
    }
}

fn here(offered: &Offered) -> Vec<Presence> {
    let is = |at: usize, is_writing, conversation| Presence {
        who: offered.agents[at].clone(),
        is_writing,
        conversation: ConversationId::from_raw(conversation),
    };
    vec![is(1, true, 2), is(2, false, 2), is(2, true, 4)]
}

fn reply() -> Composer {
    let text = "<p>Dear Leila,</p><p>Yes to both. The update shortened the averaging from 60 to 10 seconds; the values are true, only noisier. \
        Version 4.2.2 on Monday puts it back, and I can hold your gateways at 4.1 until then</p>";
    Composer {
        recipients: Recipients {
            to: vec!["Leila Haddad".into()],
            cc: vec!["quality@alnoorcold.example".into()],
            ..Recipients::default()
        },
        has_others: true,
        html: Html::sanitise(text),
        kept_at: Some(sample_ago(1)),
        version: 3,
        key: "sample".into(),
        ..Composer::blank(Some(ConversationId::from_raw(2)), Kind::Reply, "Leila Haddad")
    }
}

fn note() -> Composer {
    let files = vec![UploadedFile {
        id: "7".into(),
        name: "readings.csv".into(),
        size: 48_213,
        media_type: "text/csv".into(),
    }];
    Composer { kind: Kind::Note, html: Html::default(), kept_at: None, files, ..reply() }
}

fn forward() -> Composer {
    let problems = [("to", "jonas at kestrel is not an email address.")].into_iter().collect();
    let recipients = Recipients { to: vec!["jonas at kestrel".into()], ..Recipients::default() };
    Composer {
        kind: Kind::Forward,
        forwarded: Some(compose::ForwardedShown {
            message: None,
            html: Html::sanitise(
                "<p><b>From:</b> Leila Haddad</p><blockquote><p>Probes 7 to 12 jump by almost two degrees.</p></blockquote>",
            ),
            files: Vec::new(),
        }),
        html: Html::sanitise("<p>Jonas, can you look at the averaging?</p>"),
        subject: "Fwd: Probes jump since the gateway update".into(),
        recipients,
        problems,
        ..reply()
    }
}

fn new() -> Composer {
    Composer {
        key: "sample".into(),
        inbox: Some(InboxId::from_raw(1)),
        ..compose::Composer::blank(None, Kind::New, "")
    }
}
