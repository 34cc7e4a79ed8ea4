//! One message to one person: its words, and its way into the outbox.

use serde::{Deserialize, Serialize};
use tend_store::Tx;

use super::{Campaign, CampaignId, Purpose, Variant, facts::ALL, suggests, unsubscribe};
use crate::{
    Result,
    contacts::Contact,
    error::refused,
    html::Html,
    inboxes::Inbox,
    outbox,
    outreach::consents::MARKETING,
    secrets::Keys,
    templates::{self, Form, Scope},
};

const PURPOSE: &str = "campaign letter";

/// A message as it leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub from: String,
    pub from_name: String,
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where one click ends it; empty of what nobody can decline.
    pub unsubscribe: String,
    /// What a mail to us says that ends it, as its subject; empty likewise.
    #[serde(default)]
    pub unsubscribe_subject: String,
}

/// What stands in the outbox.
///
/// # Errors
/// Refused, when it was sealed with another key or is none.
pub fn open(keys: &Keys, payload: &str) -> Result<Letter> {
    let text = keys.open(PURPOSE, payload)?;
    serde_json::from_str(&text).map_err(|_| refused("This message can't be read."))
}

/// What all letters of a campaign share.
pub(super) struct Paper<'a> {
    pub keys: &'a Keys,
    pub inbox: &'a Inbox,
    pub company: &'a str,
    pub base: &'a str,
}

/// The variant in the language of the one who reads; the one for all others, if there is none.
pub(super) fn variant<'a>(all: &'a [Variant], language: &str) -> Option<&'a Variant> {
    let short = |it: &str| it.split('-').next().unwrap_or_default().to_lowercase();
    let same = all.iter().find(|it| !language.is_empty() && it.language == language);
    let near = all.iter().find(|it| {
        !language.is_empty() && !it.language.is_empty() && short(&it.language) == short(language)
    });
    same.or(near).or_else(|| all.iter().find(|it| it.language.is_empty()))
}

/// The values for somebody.
pub(super) fn scope(
    tx: &mut Tx,
    contact: &Contact,
    order: Option<i64>,
    variants: &[Variant],
) -> Result<Scope> {
    let mut scope = templates::scope_of_contact(tx, contact.id, contact.account_id)?;
    if suggests::wants(variants) {
        suggests::put(tx, contact, &mut scope)?;
    }
    if let Some(order) = order {
        let found: Option<crate::orders::Order> =
            tx.maybe(&format!("{} WHERE orders.id = $1", crate::orders::SELECT), &[order.into()])?;
        if let Some(it) = found {
            scope.put("order.number", &it.number);
            scope.put("order.total", &it.currency.exact(it.total));
            scope.put("order.url", &it.url);
        }
    }
    Ok(scope)
}

/// Title and text of what is shown on a page. Invalid where a value is missing and nothing stands
/// for it.
pub(super) fn plain(all: &[Variant], language: &str, scope: &Scope) -> Result<(String, String)> {
    let Some(one) = variant(all, language) else {
        return Err(refused("There is no text in their language."));
    };
    let title = templates::render(&one.subject, Form::Text, scope)?;
    Ok((crate::fold::one_line(&title, 200), templates::render(&one.text, Form::Text, scope)?))
}

/// Writes it. Invalid where a value is missing and nothing stands for it.
pub(super) fn write(
    paper: &Paper<'_>,
    it: &Campaign,
    contact: &Contact,
    to: &str,
    variant: &Variant,
    scope: &Scope,
) -> Result<Letter> {
    let subject = templates::render(&variant.subject, Form::Text, scope)?;
    let mut text = templates::render(&variant.text, Form::Text, scope)?;
    let topic = match (it.purpose, it.topic.as_str()) {
        (Purpose::Transactional, _) => None,
        (_, topic) if !topic.is_empty() => Some(topic),
        (Purpose::Marketing, _) => Some(MARKETING),
        _ => Some(ALL),
    };
    let token = topic.map(|topic| unsubscribe::token(paper.keys, contact.id, topic));
    let by_mail = token.as_deref().map(unsubscribe::subject).unwrap_or_default();
    let link = token.map_or(String::new(), |it| format!("{}/u/{it}", paper.base));
    let mut html = linked(&text);
    if !link.is_empty() {
        text.push_str(&format!(
            "\n\n-- \n{}\nChoose what we write to you: {link}\n",
            paper.company
        ));
        html.push_str(&format!(
            "<hr><p>{} · <a href=\"{}\">Choose what we write to you</a></p>",
            crate::html::escape(paper.company),
            crate::html::escape(&link),
        ));
    }
    Ok(Letter {
        from: paper.inbox.address.clone(),
        from_name: paper.company.to_owned(),
        to: to.to_owned(),
        to_name: contact.name.clone(),
        subject: crate::fold::one_line(&subject, 200),
        text,
        html: Html::sanitise(&html).into_string(),
        unsubscribe: link,
        unsubscribe_subject: by_mail,
    })
}

/// Paragraphs, in which addresses of pages are links.
fn linked(text: &str) -> String {
    let html = Html::from_text(text).into_string();
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find("https://") {
        let end = rest[at..]
            .find(|it: char| it.is_whitespace() || it == '<')
            .map_or(rest.len(), |it| at + it);
        let url = rest[at..end].trim_end_matches(['.', ',', ')', ';', ':', '!', '?']);
        out.push_str(&rest[..at]);
        out.push_str(&format!("<a href=\"{url}\">{url}</a>"));
        rest = &rest[at + url.len()..];
        if url.len() <= "https://".len() {
            break;
        }
    }
    out.push_str(rest);
    out
}

/// Owes a letter that is of no campaign: a test that somebody sends to themselves.
pub fn queue_alone(tx: &mut Tx, keys: &Keys, inbox: &Inbox, letter: &Letter) -> Result<()> {
    let paper = Paper { keys, inbox, company: "", base: "" };
    queue(tx, &paper, letter, None)
}

/// Owes it to the outbox: sent at most once.
pub(super) fn queue(
    tx: &mut Tx,
    paper: &Paper<'_>,
    letter: &Letter,
    of: Option<CampaignId>,
) -> Result<()> {
    let payload = serde_json::to_string(letter).expect("texts are plain data");
    let payload = paper.keys.seal(PURPOSE, &payload);
    outbox::queue_letter(tx, paper.inbox, &letter.to, &payload, of).map(drop)
}
