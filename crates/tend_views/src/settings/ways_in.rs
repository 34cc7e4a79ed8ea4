//! How messages come into an inbox: which of the ways is open, and how to open one.

use maud::{Markup, html};
use tend_core::inboxes::Channel;

use super::{Section, inboxes::InboxForm};
use crate::{
    parts::{Tone, badge, callout, panel},
    urls,
};

/// The panel at the top of an inbox's page.
pub fn ways_in(at: &Section<'_>, it: &InboxForm) -> Markup {
    let said = match it.inbox.channel {
        Channel::Email => by_mail(at, it),
        _ => by_program(it),
    };
    panel("How messages come in").holds(said)
}

fn by_mail(at: &Section<'_>, it: &InboxForm) -> Markup {
    let address = &it.inbox.address;
    let fetched = it.imap.known.as_ref();
    html! {
        @if fetched.is_none() && it.receiver.is_none() {
            (callout(Tone::Warn, "No mail can come in yet. Enter the mailbox below, or start Tend with --smtp-listen.", None))
        }
        ul.settings-ways {
            li {
                (state(fetched.is_some_and(|it| it.works && it.problem.is_empty()), fetched.is_some()))
                " " b { "IMAP. " }
                @match fetched {
                    Some(server) => { "Mail is fetched from the folder " span dir="auto" { (server.folder) } " at " (server.host) "." }
                    None => { "Name a mailbox below, and Tend reads a copy of what arrives there." }
                }
            }
            li {
                (state(it.receiver.is_some(), it.receiver.is_some()))
                " " b { "SMTP. " }
                @match &it.receiver {
                    Some(listens) => { "Tend takes mail to " (address) " in at " code { (listens) } ". Let your mail server forward there, or the MX record of the domain lead there: " a.link href=(urls::inbox_domain(it.inbox.id)) { "its DNS" } "." }
                    None => { "Tend does not listen for mail itself. It does when it is started with " code { "--smtp-listen" } "." }
                }
            }
        }
        @if let Some(since) = fetched.and_then(|it| it.since) {
            p.u-quiet { "What lay in the folder before " (at.frame.now.full(since)) " stays there." }
        }
    }
}

fn state(works: bool, is_set: bool) -> Markup {
    match (works, is_set) {
        (true, _) => html! { (badge("Open").tone(Tone::Good)) },
        (false, true) => html! { (badge("Not yet").tone(Tone::Warn)) },
        (false, false) => html! { (badge("Not set up")) },
    }
}

fn by_program(it: &InboxForm) -> Markup {
    let (base, inbox) = (&it.base, it.inbox.id);
    let call = format!(
        "curl {base}/api/v1/conversations \\\n  \
         -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' \\\n  \
         -d '{{\"inbox\": \"{inbox}\", \"contact\": {{\"email\": \"carol@example.com\", \"name\": \"Carol Diaz\"}},\n       \
         \"subject\": \"Where is my order?\", \"message\": {{\"direction\": \"inbound\", \"text\": \"It was due on Monday.\"}}}}'"
    );
    html! {
        p { "A program brings what customers write, and fetches the answers. This call opens a conversation; TOKEN is one of your "
            a.link href=(urls::settings_section("tokens")) { "API tokens" } ", and everything else stands in the "
            a.link href=(urls::reference()) { "reference" } "." }
        pre.settings-raw tabindex="0" aria-label="A call that opens a conversation" { (call) }
    }
}
