use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One mail, read as far as it can be read.
///
/// All texts are free of NUL and of control characters other than tab and
/// newline; lines end in `\n`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mail {
    /// The Message-ID without its brackets, if the mail has a usable one.
    pub message_id: Option<String>,
    /// What deduplication goes by: the Message-ID, or `sha256:<hex>` made from
    /// the content when the id is absent, empty or huge.
    pub message_key: String,
    /// SHA-256 (hex) over sender, recipients, date, subject and body, without
    /// the trace headers that each delivery adds: equal for two deliveries of
    /// one mail, different for two mails that share a Message-ID.
    pub content_hash: String,
    /// Ids of In-Reply-To, without brackets.
    pub in_reply_to: Vec<String>,
    /// Ids of References, oldest first, without brackets, the newest kept.
    pub references: Vec<String>,
    /// Who wrote it: the first From, or else Sender, Reply-To, Return-Path.
    pub from: Option<Mailbox>,
    /// Further mailboxes of From; empty for nearly every mail.
    pub also_from: Vec<Mailbox>,
    pub sender: Option<Mailbox>,
    pub reply_to: Vec<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub bcc: Vec<Mailbox>,
    /// Addresses of Delivered-To, X-Original-To, Envelope-To, X-Forwarded-To
    /// and their like, in the order of the headers.
    pub delivered_to: Vec<String>,
    /// Return-Path: `Some("")` is the null path of a bounce.
    pub return_path: Option<String>,
    /// Decoded subject on one line; empty if there is none.
    pub subject: String,
    /// The Date header. Never trust it for ordering.
    pub date: Option<Timestamp>,
    /// The readable text: the plain alternative, or made from the HTML.
    pub text: Option<String>,
    /// The HTML as it came (not sanitised); `None` for a text-only mail.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// All headers of the mail in their order, decoded and on one line each;
    /// `X-Tend-*` left out, for they are nobody's to send.
    pub headers: Vec<(String, String)>,
    pub kind: Kind,
    /// Why it is of that kind: one short sentence for each sign found.
    pub reasons: Vec<String>,
    /// What a delivery report or complaint says.
    pub bounce: Option<Bounce>,
    /// Values of our own loop header, still to be verified.
    pub loop_marks: Vec<String>,
    /// Languages the sender names (Content-Language, Accept-Language).
    pub languages: Vec<String>,
    /// What was wrong with the mail, if anything.
    pub flaws: Vec<Flaw>,
    /// Bytes of the raw mail.
    pub size: usize,
}

impl Mail {
    /// The first header of that name (any case), decoded.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| &**v)
    }

    /// All headers of that name (any case), decoded, in their order.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| &**v)
    }
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Mailbox {
    /// The display name, decoded; never empty.
    pub name: Option<String>,
    /// `local@domain`, the domain in lower case. May lack the `@` when the
    /// mail says so (`MAILER-DAEMON`).
    pub address: String,
}

impl Mailbox {
    /// A mailbox without a name.
    pub fn bare(address: impl Into<String>) -> Self {
        Self { name: None, address: address.into() }
    }

    /// A mailbox with a name.
    pub fn named(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self { name: Some(name.into()), address: address.into() }
    }

    /// The part after the last `@`, if there is one.
    pub fn domain(&self) -> Option<&str> {
        self.address.rsplit_once('@').map(|(_, d)| d)
    }

    /// The address as a key: lower case, the domain in its ASCII form.
    pub fn key(&self) -> String {
        crate::text::address_key(&self.address)
    }
}

/// A file that came with the mail.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// A display name: one path segment, no control or direction characters,
    /// at most 150 characters, never empty.
    pub name: String,
    /// The declared media type, lower case, without parameters. Not to be
    /// trusted: look at the bytes before showing anything.
    pub media_type: String,
    pub bytes: Vec<u8>,
    /// Content-ID without brackets.
    pub content_id: Option<String>,
    /// The HTML shows it in its place by `cid:` (or its Content-Location).
    pub is_inline: bool,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .field("len", &self.bytes.len())
            .field("content_id", &self.content_id)
            .field("is_inline", &self.is_inline)
            .finish()
    }
}

/// What wrote the mail. Only a `Human` mail triggers auto-replies, starts the
/// first-response clock or reopens a conversation; none is ever dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Human,
    /// An out-of-office notice or other automatic answer.
    AutoReply,
    /// A newsletter or mailing list.
    Bulk,
    /// A delivery report or a complaint (see [`Mail::bounce`]).
    Bounce,
    /// A notification made by a machine.
    System,
}

impl Kind {
    /// The word stored and shown for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Human => "human",
            Kind::AutoReply => "auto_reply",
            Kind::Bulk => "bulk",
            Kind::Bounce => "bounce",
            Kind::System => "system",
        }
    }
}

/// A delivery report, or a complaint about a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bounce {
    pub report: Report,
    pub failed: Vec<Failed>,
    /// Message ids of the mail it speaks of, most certain first.
    pub original_ids: Vec<String>,
    /// Subject of the mail it speaks of.
    pub original_subject: Option<String>,
    /// For a complaint: `abuse`, `fraud`, `opt-out`, ….
    pub complaint: Option<String>,
}

/// What sort of report it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// `multipart/report` with a `message/delivery-status` part (RFC 3464).
    Standard,
    /// A bounce in the words of some mail server.
    #[default]
    Loose,
    /// A feedback report (ARF, RFC 5965): somebody pressed "this is spam".
    Complaint,
}

/// One recipient of a [`Bounce`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Failed {
    /// The recipient, domain in lower case; empty if the report hides it.
    pub address: String,
    pub outcome: Outcome,
    pub class: Class,
    pub reason: Reason,
    /// The enhanced status code (`5.1.1`), stated or read from the answer.
    pub status: Option<String>,
    /// The remote server's answer on one line, as the report quotes it.
    pub answer: Option<String>,
    /// The remote server's name.
    pub remote: Option<String>,
}

/// What became of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Failed,
    /// Not yet delivered; the server keeps trying.
    Delayed,
    /// Delivered, relayed or expanded: good news.
    Delivered,
}

/// Whether to write to the address again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The address does not work and will not.
    Hard,
    /// May work later, or another mail may get through.
    #[default]
    Soft,
    /// Not a failure.
    None,
}

/// Why a mail was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    UserUnknown,
    HostUnknown,
    HasMoved,
    MailboxFull,
    Suspended,
    NotAccepting,
    Blocked,
    Spam,
    Virus,
    Policy,
    AuthFailure,
    TooLarge,
    TooMany,
    Filtered,
    Rejected,
    Network,
    Expired,
    SystemError,
    Content,
    Complaint,
    Delivered,
    #[default]
    Undefined,
}

/// Something wrong with a mail that did not stop it from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    HeadersCut,
    OddHeaderLine,
    NestedTooDeep,
    TooManyParts,
    TooManyAttachments,
    TooManyAddresses,
    TextCut,
    UnclosedMultipart,
    BadEncoding,
    UnknownCharset,
    SeveralSenders,
    NoSender,
    NoMessageId,
    BadDate,
}

impl Flaw {
    /// A sentence for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Flaw::HeadersCut => "The headers are too long and were cut.",
            Flaw::OddHeaderLine => "A line among the headers is not a header.",
            Flaw::NestedTooDeep => "The parts are nested too deeply; the rest is one file.",
            Flaw::TooManyParts => "The mail has too many parts; the last ones are not shown.",
            Flaw::TooManyAttachments => "The mail has too many files; the last ones are not shown.",
            Flaw::TooManyAddresses => {
                "The mail has too many addresses; the last ones are left out."
            }
            Flaw::TextCut => "The text is too long and was cut.",
            Flaw::UnclosedMultipart => "The mail ends before its last part is closed.",
            Flaw::BadEncoding => "A part is not encoded as it says.",
            Flaw::UnknownCharset => "A part names a character set that does not exist.",
            Flaw::SeveralSenders => "The mail names several senders.",
            Flaw::NoSender => "The mail names no sender.",
            Flaw::NoMessageId => "The mail has no usable Message-ID.",
            Flaw::BadDate => "The date can't be read.",
        }
    }
}

/// Why bytes are no mail at all. They wait in quarantine with this sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unparsable {
    Empty,
    TooLarge { bytes: usize, limit: usize },
    NoHeaders,
}

impl fmt::Display for Unparsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "The mail is empty."),
            Self::TooLarge { bytes, limit } => {
                write!(f, "The mail has {bytes} bytes, which is more than the limit of {limit}.")
            }
            Self::NoHeaders => write!(f, "The bytes have no mail headers."),
        }
    }
}

impl std::error::Error for Unparsable {}
