//! One message of the thread.

use maud::{Markup, PreEscaped, html};
use tend_core::{
    conversations::{
        Attached, Direction, MessageKind,
        thread::{May, Message},
    },
    mails::{Check, Checks, Sender, Verdict},
};

use super::{
    Offered,
    delivery::message_state,
    mail,
    text::{MOST_AT_ONCE, beginning, text_body},
};
use crate::{
    layout::Frame,
    parts::{
        Avatar, Element, Icon, MenuItem, badge, button, contact_avatar, csrf_field, file_size,
        grouped, icon, icon_button, icon_s, menu, menu_item, menu_link, menu_rule,
    },
    urls,
};

/// Which form of a message is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    AsWritten,
    AsText,
    /// As plain text, however long it is.
    Whole,
}

/// A message, and as the answer to asking for its other form.
pub fn message_item(
    frame: &Frame,
    it: &Message,
    files: &[Attached],
    offered: &Offered,
    shown: Shown,
) -> Markup {
    let class = match it.direction {
        Direction::Inbound => "message",
        Direction::Outbound => "message message-ours",
        Direction::Note => "message message-note",
    };
    html! {
        article class=(class) id={ "message-" (it.id) } data-message=(it.id) {
            (avatar(it, offered))
            div.message-in {
                (head(frame, it, shown, offered.may))
                (verdict(it))
                (body(it, files, shown))
                (attachments(it, files))
                @if it.direction == Direction::Outbound { (message_state(frame, it)) }
            }
        }
    }
}

fn avatar(it: &Message, offered: &Offered) -> Avatar {
    let face = it.agent_id.and_then(|id| offered.agent(id));
    match (face, it.direction) {
        (Some(face), _) => face.avatar(),
        (None, Direction::Inbound) => contact_avatar(&it.sender_name, None),
        (None, _) => crate::parts::agent_avatar(&it.sender_name, None),
    }
}

fn head(frame: &Frame, it: &Message, shown: Shown, may: May) -> Markup {
    let name = if it.sender_name.is_empty() { &it.sender_address } else { &it.sender_name };
    html! {
        header.message-head {
            b dir="auto" { (name) }
            (proof(it))
            @if it.direction == Direction::Note {
                span.message-kind { (icon(Icon::Lock)) "Note, only our team" }
            } @else {
                (to_whom(it))
            }
            @match it.kind {
                MessageKind::AutoReply => { (badge("Automatic answer")) }
                MessageKind::Bulk => { (badge("Sent to many")) }
                MessageKind::Bounce => { (badge("Came back").tone(crate::parts::Tone::Warn)) }
                MessageKind::System | MessageKind::Human => {}
            }
            span.message-when { (frame.now.clock(it.created_at)) (more(frame, it, shown, may)) }
        }
    }
}

/// So many stand in the line; everyone is behind it.
const MOST_NAMES: usize = 50;

/// To whom it went: the names in the line, everyone with their address behind it.
fn to_whom(it: &Message) -> Markup {
    let all = it.recipients();
    let short = |them: &[String]| {
        let names = them.iter().map(|it| display_name(it)).take(MOST_NAMES);
        let names = names.collect::<Vec<_>>().join(", ");
        match them.len().saturating_sub(MOST_NAMES) {
            0 => names,
            more => format!("{names} and {} more", grouped(more as i64)),
        }
    };
    let (to, cc) = (short(&all.to), short(&all.cc));
    if to.is_empty() && cc.is_empty() {
        return html! {};
    }
    let lines = [
        ("From", std::slice::from_ref(&it.sender_address)),
        ("To", &all.to),
        ("Cc", &all.cc),
        ("Bcc", &all.bcc),
    ];
    html! {
        details.message-people {
            summary.message-meta { "to " span dir="auto" { (to) } @if !cc.is_empty() { ", cc " span dir="auto" { (cc) } } }
            dl {
                @for (name, them) in lines {
                    @if them.iter().any(|it| !it.is_empty()) { dt { (name) } dd dir="auto" { (them.join(", ")) } }
                }
            }
        }
    }
}

/// `Leila` of `Leila Haddad <leila@…>`; the part before the @ of a bare address.
fn display_name(recipient: &str) -> &str {
    match recipient.rsplit_once('<') {
        Some((name, _)) if !name.trim().is_empty() => name.trim().trim_matches('"'),
        _ => recipient.trim_matches(['<', '>']),
    }
}

/// What else can be done with a message.
fn more(frame: &Frame, it: &Message, shown: Shown, may: May) -> Markup {
    let url = urls::message(it.id);
    let target = format!("#message-{}", it.id);
    let form = |label: &'static str, of: &str| {
        menu_item(label)
            .icon(Icon::FileText)
            .attr("type", "button")
            .gets(format!("{url}?as={of}"), &target)
            .swap("outerHTML")
    };
    let items = html! {
        @if it.direction != Direction::Note {
            (menu_item("Forward").icon(Icon::Forward).attr("type", "button")
                .gets(format!("{}?kind=forward&message={}", urls::composer(it.conversation_id), it.id), "#composer").swap("outerHTML"))
        }
        @if !it.html_text.is_empty() {
            @match shown { Shown::AsWritten => { (form("Show as plain text", "text")) } Shown::AsText | Shown::Whole => { (form("Show as it was written", "html")) } }
        }
        @if it.mail_id.is_some() {
            (menu_rule())
            (menu_link("View headers", urls::message_headers(it.id)).icon(Icon::List).attr("target", "_blank"))
            (menu_link("View original", urls::message_original(it.id)).icon(Icon::FileCode).attr("target", "_blank"))
        }
        @if may.merge && it.direction == Direction::Inbound {
            (menu_rule())
            (acts(frame, &urls::split(it.id), menu_item("Make it a conversation of its own").icon(Icon::SquarePen)))
        }
        @if may.delete {
            (acts(frame, &urls::delete_message(it.id), menu_item("Delete this message").icon(Icon::Trash2).danger().confirm(deletion(it))))
        }
    };
    menu(
        format!("menu-{}", it.id),
        icon_button(Icon::Ellipsis, "More about this message").small().class("message-more"),
        items,
    )
}

/// What deleting means, before it is done.
fn deletion(it: &Message) -> &'static str {
    match it.direction {
        Direction::Outbound => {
            "Delete this message for good, with its files? Who received it still has it. The story keeps that you deleted it."
        }
        _ => {
            "Delete this message for good, with its files? It can’t be found any more. The story keeps that you deleted it."
        }
    }
}

fn acts(frame: &Frame, url: &str, item: MenuItem) -> Markup {
    html! {
        form method="post" action=(url) hx-post=(url) hx-target="#thread-items" hx-swap="innerMorph" { (csrf_field(&frame.csrf)) (item) }
    }
}

/// That the sender's domain vouches for the mail, in a sign beside the name.
fn proof(it: &Message) -> Markup {
    match checks(it) {
        Some(checks) if checks.sender == Sender::Proven => {
            let said = format!("Proved by {} ({})", checks.from_domain, results(&checks));
            html! { span.message-proof title=(said) { (icon_s(Icon::ShieldCheck)) span.u-hidden-visually { (said) } } }
        }
        _ => html! {},
    }
}

/// What speaks against it, in words. Nothing is said where nothing was looked at.
fn verdict(it: &Message) -> Markup {
    let Some(checks) = checks(it) else { return html! {} };
    match checks.sender {
        Sender::Proven => html! {},
        Sender::Unproven => {
            html! { p.message-verdict title=(results(&checks)) { (icon_s(Icon::Mail)) "From " (it.sender_address) ", not proved" } }
        }
        Sender::Contradicted => html! {
            p.message-verdict.is-bad { (icon_s(Icon::ShieldAlert)) span { b { "Perhaps not from " (it.sender_address) "." } " " (results(&checks)) ". Do not trust links or bank details." } }
        },
    }
}

fn checks(it: &Message) -> Option<Checks> {
    let looked = it.direction == Direction::Inbound && !it.checks.is_empty();
    looked.then(|| Checks::read(&it.checks))
}

/// `SPF pass, DKIM fail, DMARC fail`.
fn results(it: &Checks) -> String {
    let word = |check: &Check| match check.verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::SoftFail => "soft fail",
        Verdict::Neutral => "neutral",
        Verdict::None => "nothing",
        Verdict::TempError => "not to be checked then",
        Verdict::PermError => "not understood",
    };
    format!("SPF {}, DKIM {}, DMARC {}", word(&it.spf), word(&it.dkim), word(&it.dmarc))
}

fn body(it: &Message, files: &[Attached], shown: Shown) -> Markup {
    let fold = it.quote_at.is_some();
    if it.html_text.is_empty() || shown != Shown::AsWritten {
        return written(it, shown);
    }
    // What is long comes by itself, when it is scrolled to.
    if it.html_text.len() <= MOST_AT_ONCE && mail::is_simple(&it.html_text) {
        let picture = |src: &str| {
            let name = src.strip_prefix("cid:")?;
            let file = files.iter().find(|it| it.content_id == name)?;
            Some(urls::attachment_preview(file.id))
        };
        let html = match it.html_text.contains("<img") {
            true => mail::with_images(&it.html_text, &picture),
            false => it.html_text.clone(),
        };
        let html = if fold { mail::folded(&html) } else { html };
        return html! { div.message-body dir="auto" { (PreEscaped(html)) } };
    }
    framed(it)
}

/// The plain text, as far as a page takes it, and the way to the rest.
fn written(it: &Message, shown: Shown) -> Markup {
    let most = if shown == Shown::Whole { usize::MAX } else { MOST_AT_ONCE };
    let kept = beginning(&it.text, most);
    let url = format!("{}?as=whole", urls::message(it.id));
    html! {
        div.message-body dir="auto" { (text_body(kept, it.quote_at)) }
        @if kept.len() < it.text.len() {
            p.message-rest {
                "This is the beginning of a long message. "
                (button(format!("Show all of it ({})", file_size(it.text.len() as i64))).small().quiet()
                    .gets(url, format!("#message-{}", it.id)).swap("outerHTML"))
            }
        }
    }
}

/// Mail with looks of its own, in a frame that can run nothing.
fn framed(it: &Message) -> Markup {
    let (id, url) = (format!("frame-{}", it.id), urls::message_html(it.id));
    html! {
        @if mail::has_remote_images(&it.html_text) {
            div.message-blocked id={ (id) "-blocked" } {
                (icon_s(Icon::ImageOff)) span { "Pictures from elsewhere are not shown: they would tell the sender that you read it." }
                (button("Show them").small().quiet().attr("data-show-images", &id))
            }
        }
        div.message-frame data-keep id={ (id) "-keep" } {
            iframe id=(id) src=(url) title={ "Mail of " (it.sender_name) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
                height="160" referrerpolicy="no-referrer" loading="lazy" data-mail-frame {}
        }
    }
}

/// Files, with a picture of those that are pictures.
fn attachments(it: &Message, files: &[Attached]) -> Markup {
    let shown: Vec<&Attached> =
        files.iter().filter(|file| !file.is_inline || it.html_text.is_empty()).collect();
    if shown.is_empty() {
        return html! {};
    }
    html! {
        ul.message-files aria-label="Files" { @for it in shown { li { (file_chip(it)) } } }
    }
}

fn file_chip(it: &Attached) -> Markup {
    let previews = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "application/pdf",
        "text/plain",
        "text/csv",
    ];
    let can = previews.contains(&it.media_type.as_str());
    let is_image = it.media_type.starts_with("image/") && can;
    html! {
        span.message-file.message-picture[is_image] {
            @if is_image { img src=(urls::attachment_preview(it.id)) alt="" loading="lazy"; } @else { (icon(file_icon(&it.media_type))) }
            a.message-filename.u-cover href=(if can { urls::attachment_preview(it.id) } else { urls::attachment(it.id) })
                target=[can.then_some("_blank")] download=[(!can).then_some("")] {
                span.u-truncate dir="auto" { (it.name) } small { (file_size(it.size)) }
            }
            a.button.button-quiet.button-icon.button-small href=(urls::attachment(it.id)) download aria-label={ "Keep " (it.name) } { (icon_s(Icon::Download)) }
        }
    }
}

/// The icon for a media type.
pub fn file_icon(media_type: &str) -> Icon {
    match media_type {
        it if it.starts_with("image/") => Icon::Image,
        it if it.contains("spreadsheet") || it.contains("excel") || it == "text/csv" => {
            Icon::FileSpreadsheet
        }
        it if it.starts_with("text/") || it.contains("pdf") || it.contains("word") => {
            Icon::FileText
        }
        it if it.contains("json") || it.contains("xml") || it.contains("html") => Icon::FileCode,
        _ => Icon::File,
    }
}
