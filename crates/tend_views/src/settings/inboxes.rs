use jiff::Timestamp;
use maud::{Markup, html};
use tend_core::{
    agents::{Team, TeamId},
    inboxes::{Channel, Inbox},
    mail_accounts::OAuth,
};

use super::{Section, act, end, form};
use crate::{
    parts::{
        Element, Problems, Tone, area, badge, callout, check, empty, field, link_button, panel,
        select, table,
    },
    urls,
};

/// Every inbox, with what is wrong with its mail.
pub fn inboxes(at: &Section<'_>, all: &[(Inbox, Option<String>)]) -> Markup {
    let rows = html! {
        @for (it, problem) in all {
            tr {
                th scope="row" { a href=(urls::settings_item("inboxes", it.id)) dir="auto" { (it.name) } }
                td { (it.address) }
                td { (if it.channel == Channel::Email { "Mail" } else { "API" }) }
                td { @if let Some(problem) = problem { (badge("Trouble").tone(Tone::Bad)) " " span.u-small { (problem) } } }
            }
        }
    };
    let new = html! { @if !all.is_empty() { (link_button("New inbox", urls::settings_item("inboxes", "new")).primary()) } };
    let work = html! {
        @if all.is_empty() { (empty("No inbox yet", "An inbox is an address where customers write: your support address, or a program that calls the API.").actions(link_button("New inbox", urls::settings_item("inboxes", "new")).primary())) }
        @else { (table("Inboxes").col("Inbox").col("Address").col("Channel").col("State").rows(rows)) }
    };
    at.page("Inboxes", "The addresses where conversations arrive.", new, work)
}

/// The fields `name`, `address`, `channel`.
pub fn new_inbox(at: &Section<'_>, said: (&str, &str, &str), problems: &Problems) -> Markup {
    let (name, address, channel) = said;
    let channels = [("email", "Mail"), ("api", "API: a program brings and takes messages")];
    let fields = html! {
        (field("address", "Address your customers write to").value(address).required().placeholder("support@example.com")
            .hint("Mail stays where it is: Tend reads a copy over IMAP, or takes it in by SMTP.").problems(problems))
        (field("name", "Name").value(name).hint("What your agents call it; empty takes the address.").problems(problems))
        (select("channel", "Channel", channels, channel))
    };
    let url = urls::settings_section("inboxes");
    at.page("New inbox", "", html! {}, form(at.frame, &url, problems, "Make it", fields))
}

/// The fields of the first form: `name`, `sender_name`, `template_html`, `auto_reply_subject`,
/// `auto_reply_html`, `catch_all`, `reopen_days`, `aliases` (a line each), `team` (several).
#[derive(Clone, Debug)]
pub struct InboxForm {
    pub inbox: Inbox,
    pub aliases: Vec<String>,
    pub teams: Vec<TeamId>,
    pub all_teams: Vec<Team>,
    pub problems: Problems,
    pub imap: ServerForm,
    pub smtp: ServerForm,
    /// Where this program itself takes mail in by SMTP, if it does.
    pub receiver: Option<String>,
    /// Where programs reach us, as in `https://desk.example.com`.
    pub base: String,
}

/// A mail server as the form shows it: `host`, `port`, `security`, `username`, `secret`, `folder`.
#[derive(Clone, Debug, Default)]
pub struct ServerForm {
    pub known: Option<MailServer>,
    /// What was entered and refused, by field; it is not lost.
    pub said: Vec<(String, String)>,
    pub problems: Problems,
}

impl ServerForm {
    /// What stands in a field: what was entered, else what is kept.
    fn value(&self, name: &str, kept: impl Into<String>) -> String {
        let said = self.said.iter().find(|it| it.0 == name);
        said.map_or_else(|| kept.into(), |it| it.1.clone())
    }
}

/// What is kept of a server; the secret is never shown.
#[derive(Clone, Debug)]
pub struct MailServer {
    pub host: String,
    pub port: i64,
    pub security: String,
    pub username: String,
    pub has_secret: bool,
    pub folder: String,
    pub problem: String,
    pub works: bool,
    /// When we last spoke to it.
    pub checked_at: Option<Timestamp>,
    /// Where access tokens come from, if it wants those.
    pub oauth: Option<OAuth>,
    pub mark_seen: bool,
    /// Only mail that came later is fetched.
    pub since: Option<Timestamp>,
    pub lmtp: bool,
}

pub fn inbox(at: &Section<'_>, it: &InboxForm) -> Markup {
    let url = urls::settings_item("inboxes", it.inbox.id);
    let by_mail = it.inbox.channel == Channel::Email;
    let work = html! {
        p.settings-address {
            (it.inbox.address)
            @if by_mail { " · " a.link href=(urls::inbox_domain(it.inbox.id)) { "Signature and DNS of its domain" } }
        }
        (super::ways_in::ways_in(at, it))
        @if by_mail {
            (server(at, &format!("{url}/imap"), "Fetching mail (IMAP)", "993", &it.imap, true))
            (server(at, &format!("{url}/smtp"), "Sending mail (SMTP)", "465", &it.smtp, false))
        }
        (panel("How it works").holds(form(at.frame, &url, &it.problems, "Keep", fields(it, by_mail))))
        (end(act(at.frame, &format!("{url}/archive"), "Archive this inbox", "Archive this inbox? Its conversations stay, and nothing new arrives.")))
    };
    at.page(&it.inbox.name, "", html! {}, work)
}

fn fields(it: &InboxForm, by_mail: bool) -> Markup {
    let (inbox, problems) = (&it.inbox, &it.problems);
    html! {
        (field("name", "Name").value(&inbox.name).required().problems(problems))
        @if by_mail {
            (field("sender_name", "Sender’s name").value(&inbox.sender_name).hint("Empty means the agent at your company.").problems(problems))
            (area("aliases", "Further addresses", it.aliases.join("\n")).hint("One a line.").problems(problems))
            (check("catch_all", "Take mail for every other address of the domain").on(inbox.catch_all))
            (area("template_html", "What stands around each reply", &inbox.template_html).hint("HTML with variables; empty means the standard one.").problems(problems))
            (field("auto_reply_subject", "Subject of the automatic answer").value(&inbox.auto_reply_subject).problems(problems))
            (area("auto_reply_html", "Automatic answer to a first message", &inbox.auto_reply_html).problems(problems))
        }
        (field("reopen_days", "A later message begins a new conversation after").value(inbox.reopen_days).suffix("days").problems(problems))
        @if !it.all_teams.is_empty() {
            fieldset.field { legend.field-label { "Seen by" }
                p.field-hint { "Without any, everyone." }
                div.settings-boxes { @for team in &it.all_teams { (check("team", &team.name).value(team.id).on(it.teams.contains(&team.id))) } }
            }
        }
    }
}

fn server(
    at: &Section<'_>,
    url: &str,
    title: &str,
    port: &str,
    it: &ServerForm,
    folder: bool,
) -> Markup {
    let known = it.known.as_ref();
    let fields = html! { (reach(port, it)) (sign_in(port, it)) (manners(port, it, folder)) };
    panel(title).card().holds(html! {
        @if let Some(it) = known { (standing(at, it)) }
        @if let Some(since) = known.and_then(|it| it.since) { p.u-quiet { "Only mail that came after " (at.frame.now.full(since)) " is fetched." } }
        (form(at.frame, url, &it.problems, "Keep", fields))
        @if known.is_some() {
            div.settings-server {
                (act(at.frame, &format!("{url}/test"), "Test the connection", ""))
                (act(at.frame, &format!("{url}/remove"), "Remove", "Remove this server? No mail comes or goes by it any more. What came already stays."))
            }
        }
    })
}

/// What is known of whether it works; nothing before it was tried.
fn standing(at: &Section<'_>, it: &MailServer) -> Markup {
    let when = html! { @if let Some(at_time) = it.checked_at { " " span.u-quiet { "Tried " (at.frame.now.short(at_time)) } } };
    html! {
        @if !it.problem.is_empty() { (callout(Tone::Bad, html! { (it.problem) (when) }, None)) }
        @else if it.works { (callout(Tone::Good, html! { "We could sign in." (when) }, None)) }
        @else { (callout(Tone::Plain, "It was not tried yet. Test the connection to see whether we can sign in.", None)) }
    }
}

fn reach(port: &str, it: &ServerForm) -> Markup {
    let (known, p) = (it.known.as_ref(), &it.problems);
    let kinds = [("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "None, on this machine")];
    let chosen = it.value("security", known.map_or("tls", |it| it.security.as_str()));
    let host = it.value("host", known.map_or("", |it| it.host.as_str()));
    let number = it.value("port", known.map_or(port.to_owned(), |it| it.port.to_string()));
    html! {
        div.settings-reach {
        (field("host", "Server").named_apart(format!("{port}-host")).value(host).placeholder(if port == "993" { "imap.example.com" } else { "smtp.example.com" }).required().problems(p))
        (field("port", "Port").named_apart(format!("{port}-port")).value(number).attr("inputmode", "numeric").required().problems(p))
        (select("security", "Encryption", kinds, chosen).named_apart(format!("{port}-security")).problems(p))
        }
    }
}

fn sign_in(port: &str, it: &ServerForm) -> Markup {
    let (known, p) = (it.known.as_ref(), &it.problems);
    let oauth = known.and_then(|it| it.oauth.as_ref());
    let kept = known.is_some_and(|it| it.has_secret);
    let hint = if kept {
        "Empty keeps the one that was entered."
    } else {
        "For OAuth2 it is the refresh token."
    };
    let ways = [("password", "Password"), ("oauth2", "OAuth2")];
    let text = |name: &str, get: fn(&OAuth) -> &str| it.value(name, oauth.map_or("", get));
    let user = it.value("username", known.map_or("", |it| it.username.as_str()));
    let way = it.value("auth", if oauth.is_some() { "oauth2" } else { "password" });
    html! {
        div.field-row {
        (field("username", "User").named_apart(format!("{port}-user")).value(user).autocomplete("off").problems(p))
        (select("auth", "Signs in with", ways, way).named_apart(format!("{port}-auth")).problems(p))
        }
        (field("secret", "Password or refresh token").named_apart(format!("{port}-secret")).kind("password").autocomplete("new-password").hint(hint).problems(p))
        div.settings-oauth {
            p.field-hint { "What the provider gave you when you registered Tend as an app there." }
            div.settings-form {
                (field("token_endpoint", "Where tokens come from").named_apart(format!("{port}-token")).kind("url").value(text("token_endpoint", |it| &it.token_endpoint)).placeholder("https://oauth2.googleapis.com/token").problems(p))
                (field("client_id", "Client id").named_apart(format!("{port}-client")).value(text("client_id", |it| &it.client_id)).autocomplete("off").problems(p))
                (field("client_secret", "Client secret").named_apart(format!("{port}-client-secret")).kind("password").autocomplete("new-password").hint("Empty keeps the one that was entered; public clients have none.").problems(p))
                (field("scope", "Scope").named_apart(format!("{port}-scope")).value(text("scope", |it| &it.scope)).hint("Empty takes what was granted.").problems(p))
            }
        }
    }
}

fn manners(port: &str, it: &ServerForm, folder: bool) -> Markup {
    let known = it.known.as_ref();
    html! {
        @if folder {
            (field("folder", "Folder").named_apart(format!("{port}-folder")).value(it.value("folder", known.map_or("INBOX", |it| it.folder.as_str()))).problems(&it.problems))
            @if known.is_none() { (check("only_new", "Only mail that comes from now on").hint("What lies in the folder already stays where it is.")) }
            (check("mark_seen", "Mark mails as seen on the server").on(known.is_some_and(|it| it.mark_seen)).hint("Otherwise nothing there changes."))
        } @else {
            (check("lmtp", "It is a mail store of ours that speaks LMTP").on(known.is_some_and(|it| it.lmtp)))
        }
    }
}
