//! The composer: reply, reply all, note, forward, new. It is one form; the `composer` island puts the
//! editor into it, keeps the draft, and takes files. Without JavaScript it is a text field that sends.

mod answers;
mod foot;
mod forwarded;
mod people;

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use tend_core::{
    conversations::{ConversationId, MessageId, Recipients},
    html::Html,
    inboxes::InboxId,
};

pub use answers::{
    Crossed, Suggestion, crossed, draft_elsewhere, draft_state, sent, suggestions, undone, uploaded,
};

pub use forwarded::ForwardedShown;

use super::Offered;
use crate::{
    layout::Frame,
    parts::{Problems, csrf_field, form_problems, hidden, keys},
    urls,
};

/// What is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Reply,
    ReplyAll,
    /// Only our team sees it.
    Note,
    Forward,
    New,
}

impl Kind {
    /// The word in addresses and forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::ReplyAll => "reply_all",
            Self::Note => "note",
            Self::Forward => "forward",
            Self::New => "new",
        }
    }
    fn label(self) -> &'static str {
        match self {
            Self::Reply => "Reply",
            Self::ReplyAll => "Reply all",
            Self::Note => "Note",
            Self::Forward => "Forward",
            Self::New => "New",
        }
    }
    /// By the word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Reply, Self::ReplyAll, Self::Note, Self::Forward, Self::New]
            .into_iter()
            .find(|it| it.word() == word)
    }
}

/// A file that lies on the server and waits to be sent.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    pub id: String,
    pub name: String,
    pub size: i64,
    pub media_type: String,
}

/// A draft and its surroundings. The form sends `kind`, `to`, `cc`, `bcc` (each several times, or with
/// commas), `inbox`, `subject`, `html` (or `text`), `attachment` (several), `seen`, `key`, `version`,
/// and by its button `then` (a category) or `send_at` (a moment).
#[derive(Clone, Debug)]
pub struct Composer {
    /// Nothing for a new conversation.
    pub conversation: Option<ConversationId>,
    pub kind: Kind,
    /// With whom one speaks, for the label: `Leila Haddad`.
    pub contact: String,
    pub may_reply: bool,
    pub may_note: bool,
    /// Others than the contact wrote or were addressed: replying to all makes a difference.
    pub has_others: bool,
    /// The inbox has addresses; in an API inbox there are none.
    pub is_mail: bool,
    pub recipients: Recipients,
    pub inbox: Option<InboxId>,
    /// For a forward and a new conversation; a reply has the conversation's.
    pub subject: String,
    pub html: Html,
    /// What goes along below the words.
    pub forwarded: Option<ForwardedShown>,
    pub files: Vec<UploadedFile>,
    /// When the draft was kept, and how often: two windows do not overwrite each other.
    pub kept_at: Option<Timestamp>,
    pub version: i64,
    /// Of a conversation that has not begun yet: which draft it is. Empty for none.
    pub draft: String,
    /// The last message that its writer has seen.
    pub seen: Option<MessageId>,
    /// Made new for each composer: sending twice is sending once.
    pub key: String,
    pub problems: Problems,
}

/// The composer.
pub fn composer(frame: &Frame, it: &Composer, offered: &Offered) -> Markup {
    let post = it.conversation.map_or_else(urls::conversations, urls::messages);
    let draft = it.conversation.map_or_else(|| urls::draft("new"), urls::draft);
    let target = if it.conversation.is_some() { "#thread-items" } else { "#work" };
    html! {
        form.composer.composer-note[it.kind == Kind::Note] id="composer" method="post" action=(post) hx-post=(post) hx-target=(target) hx-swap="innerMorph"
            data-keep data-composer=(it.kind.word()) data-draft=(draft) data-canned=(urls::suggest_canned()) data-mentions=(urls::suggest_mentions())
            data-uploads=(urls::uploads()) data-conversation=[it.conversation] aria-label=(label(it)) {
            (csrf_field(&frame.csrf)) (hidden("kind", it.kind.word())) (hidden("key", &it.key)) (hidden("version", it.version))
            @if it.conversation.is_none() { (hidden("draft", &it.draft)) }
            @if let Some(seen) = it.seen { (hidden("seen", seen)) }
            (head(it))
            (form_problems(&it.problems))
            @if it.kind != Kind::Note && it.is_mail { (people::people(it, offered)) }
            (text(it))
            @if let Some(it) = &it.forwarded { (forwarded::forwarded(it)) }
            (foot::files(it))
            (foot::foot(frame, it))
        }
    }
}

fn label(it: &Composer) -> String {
    match it.kind {
        Kind::Note => "Note to your team".to_owned(),
        Kind::New => "New conversation".to_owned(),
        kind => format!("{} to {}", kind.label(), it.contact),
    }
}

/// The kinds; each keeps a draft of its own, so changing over loses nothing.
fn head(it: &Composer) -> Markup {
    let Some(id) = it.conversation else { return html! {} };
    let kinds = [
        (Kind::Reply, "r", it.may_reply),
        (Kind::ReplyAll, "shift+r", it.may_reply && it.has_others),
        (Kind::Note, "n", it.may_note),
        (Kind::Forward, "f", it.may_reply && it.is_mail),
    ];
    html! {
        div.composer-head {
            nav.tabs aria-label="What to write" {
                @for (kind, key, may) in kinds {
                    @if may {
                        a.tabs-item.button-small href=(urls::conversation_writing(id, kind.word()))
                            hx-get={ (urls::composer(id)) "?kind=" (kind.word()) } hx-target="#composer" hx-swap="outerHTML" data-hotkey=(key)
                            data-composer-kind=(kind.word()) aria-current=[(kind == it.kind).then_some("true")] {
                            (kind.label()) @if kind != it.kind { " " (keys(key)) }
                        }
                    }
                }
            }
            @if it.kind == Kind::Note { span.composer-whose.u-push { "Only our team sees it" } }
        }
    }
}

/// The text: a field that the editor takes the place of.
fn text(it: &Composer) -> Markup {
    let hint = match it.kind {
        Kind::Note => "Write a note. @ names a colleague.",
        Kind::New => "Write your message. / brings canned responses.",
        Kind::Forward => "Say something about it. It stands above what is forwarded.",
        _ => "Write your answer. / brings canned responses.",
    };
    html! {
        div.composer-body data-editor data-label=(label(it)) data-placeholder=(hint) {
            label.u-hidden-visually for="composer-text" { (label(it)) }
            textarea.composer-text id="composer-text" name="text" rows="4" dir="auto" placeholder=(hint) { "\n" (it.html.to_text()) }
            template data-draft-html { (PreEscaped(shown(it))) }
        }
    }
}

/// The text for the editor: an image of a file that waits to be sent is shown from where it lies.
fn shown(it: &Composer) -> String {
    let name = |html: String, file: &UploadedFile| {
        let src = format!("src=\"{}\"", urls::attachment_preview(&file.id));
        html.replace(&format!("src=\"cid:{}@upload\"", file.id), &src)
    };
    it.files.iter().fold(it.html.as_str().to_owned(), name)
}

impl Composer {
    /// Nothing written yet.
    pub fn blank(conversation: Option<ConversationId>, kind: Kind, contact: &str) -> Self {
        Self {
            conversation,
            kind,
            contact: contact.to_owned(),
            may_reply: true,
            may_note: true,
            has_others: false,
            is_mail: true,
            recipients: Recipients::default(),
            inbox: None,
            subject: String::new(),
            html: Html::default(),
            forwarded: None,
            files: Vec::new(),
            kept_at: None,
            version: 0,
            draft: String::new(),
            seen: None,
            key: String::new(),
            problems: Problems::default(),
        }
    }
}
