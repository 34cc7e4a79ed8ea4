//! Sending, noting, taking back.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Error, Result,
    agents::Me,
    conversations::{
        self as verbs, Category, ConversationId, Forwarded, MessageId, NewForward, NewReply,
        NewStart, Recipients, Whom, thread,
    },
    drafts::{self, TakenBack},
    error::invalid,
    html::Html,
    uploads,
};
use tend_store::Tx;
use tend_views::{
    inbox::{Composer, Crossed, compose::Kind, composer, crossed, new_conversation, sent, undone},
    urls,
};

use super::{Htmx, fragment, moment, offered, read::MESSAGES, write};
use crate::{
    App, WebError,
    api::Id,
    asked::Form,
    pages::{Answer, frame::Wanted, go, lead, problems},
    who::{
        May,
        may::{ConversationsRead, ConversationsReply},
    },
};

/// What a composer sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    pub kind: String,
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    pub inbox: String,
    /// Of a conversation that has not begun yet.
    pub draft: String,
    pub subject: String,
    /// Which one a forward shows; empty is the thread.
    pub message: String,
    html: Option<String>,
    text: Option<String>,
    attachment: Vec<String>,
    seen: String,
    crossed: String,
    key: String,
    pub version: i64,
    then: String,
    send_at: String,
    send_at_local: String,
    later: String,
}

impl Written {
    pub fn recipients(&self) -> Recipients {
        let split = |all: &[String]| all.iter().flat_map(|it| addresses(it)).collect();
        Recipients {
            to: split(&self.to),
            cc: split(&self.cc),
            bcc: split(&self.bcc),
            ..Recipients::default()
        }
    }

    /// The raw ids of the uploads.
    pub fn files(&self) -> Vec<i64> {
        self.attachment.iter().filter_map(|it| it.parse().ok()).collect()
    }

    fn send_at(&self, me: &Me) -> Result<Option<jiff::Timestamp>> {
        let text = match (self.send_at.as_str(), self.later.as_str()) {
            ("", "") => return Ok(None),
            ("", _) => self.send_at_local.as_str(),
            (at, _) => at,
        };
        moment(text, me).map(Some).ok_or_else(|| invalid("send_at_local", "This is not a time."))
    }

    fn seen(&self) -> Option<MessageId> {
        self.crossed.parse().ok().or_else(|| self.seen.parse().ok())
    }
}

/// `a@b, "C, D" <c@d>; e@f` as single recipients.
fn addresses(text: &str) -> Vec<String> {
    let (mut all, mut one, mut quoted) = (Vec::new(), String::new(), false);
    for it in text.chars() {
        match it {
            '"' => quoted = !quoted,
            ',' | ';' | '\n' if !quoted => {
                all.push(std::mem::take(&mut one));
                continue;
            }
            _ => {}
        }
        one.push(it);
    }
    all.push(one);
    all.into_iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// The HTML as it is stored: images that were put into it are named by their upload.
pub(super) fn stored_html(written: &Written) -> Html {
    let Some(html) = &written.html else {
        return Html::from_text(written.text.as_deref().unwrap_or_default());
    };
    let mut out = html.clone();
    for id in written.files() {
        let shown = urls::attachment_preview(id);
        out = out.replace(&format!("src=\"{shown}\""), &format!("src=\"cid:{id}@upload\""));
    }
    Html::sanitise(&out).tidied()
}

/// Sends what was written in a conversation, or keeps it as a note.
pub(crate) async fn write(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Htmx(is_htmx): Htmx,
    Form(written): Form<Written>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let (form, owner) = (written.clone(), who.owner());
    let again = wanted.clone();
    let done = app
        .write(move |tx| {
            let me = &wanted.me;
            once(tx, &owner, &form, |tx| {
                let kind = put_down(tx, me, id, &form)?;
                write::forget(tx, me, id, kind)
            })?;
            let frame = wanted.read(tx)?;
            let offered = offered(tx, me)?;
            let it = thread::thread(tx, me, id, MESSAGES)?;
            let fresh = write::composer_of(tx, me, &it, None, None)?;
            let fresh = fresh.unwrap_or_else(|| Composer::blank(Some(id), Kind::Note, ""));
            Ok(sent(&frame, "mine", &it, &fresh, &offered))
        })
        .await;
    match done {
        Ok(page) if is_htmx => Ok(fragment(page)),
        Ok(_) => Ok(go(&urls::conversation(id))),
        Err(error) if error.status == StatusCode::CONFLICT => {
            ask_first(&app, again, id, written).await
        }
        Err(error) if is_htmx => refuse(&app, again, id, written, error).await,
        Err(error) => Err(error),
    }
}

/// Does it unless a form with this key did it before: a click that came twice sends once.
fn once(
    tx: &mut Tx,
    owner: &str,
    form: &Written,
    work: impl FnOnce(&mut Tx) -> Result<()>,
) -> Result<()> {
    use tend_core::idempotency::{self, Answer};
    if form.key.is_empty() {
        return work(tx);
    }
    if idempotency::before(tx, owner, &form.key, "composer")?.is_some() {
        return Ok(());
    }
    work(tx)?;
    let answer = Answer { status: 200, answer: String::new() };
    idempotency::remember(tx, owner, &form.key, "composer", &answer)
}

fn put_down(tx: &mut Tx, me: &Me, id: ConversationId, form: &Written) -> Result<Kind> {
    verbs::find_visible(tx, me, id)?;
    let kind = Kind::of(&form.kind).unwrap_or(Kind::Reply);
    let html = stored_html(form);
    let attachments = uploads::take(tx, me, &form.files(), html.as_str())?;
    match kind {
        Kind::Note => {
            let named = verbs::mentioned_in(&html);
            verbs::note(tx, me, id, &html, &attachments, &named)?;
        }
        Kind::Forward => {
            let new = NewForward {
                what: forwarded(&form.message)?,
                html,
                recipients: form.recipients(),
                subject: form.subject.clone(),
                attachments,
                with_files: true,
                send_at: form.send_at(me)?,
                source: "page",
            };
            verbs::forward(tx, me, id, &new)?;
        }
        Kind::Reply | Kind::ReplyAll | Kind::New => {
            let new = NewReply {
                html,
                recipients: form.recipients(),
                subject: String::new(),
                attachments,
                then: form.then.parse::<Category>().ok(),
                seen: form.seen(),
                send_at: form.send_at(me)?,
                source: "page",
            };
            verbs::reply(tx, me, id, &new)?;
        }
    }
    Ok(kind)
}

/// Something came meanwhile: nothing was sent, and the page asks first.
async fn ask_first(app: &App, wanted: Wanted, id: ConversationId, form: Written) -> Answer {
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let it = thread::thread(tx, &wanted.me, id, MESSAGES)?;
            let seen = form.seen();
            let newer: Vec<_> = it
                .items
                .into_iter()
                .filter_map(|it| match it {
                    thread::Item::Message(it, _) if Some(it.id) > seen => Some(*it),
                    _ => None,
                })
                .collect();
            let last = newer.last().map(|it| it.id).ok_or(Error::NotFound("message"))?;
            Ok(crossed(&frame, &Crossed { newer: &newer, last }))
        })
        .await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

/// What is wrong with the form, said in it; what was written stays.
async fn refuse(
    app: &App,
    wanted: Wanted,
    id: ConversationId,
    form: Written,
    error: WebError,
) -> Answer {
    let (status, problems) = problems(error)?;
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let offered = offered(tx, me)?;
            let it = thread::thread(tx, me, id, 1)?;
            let fresh = write::composer_of(tx, me, &it, Some(&form.kind), Some(&form.message))?;
            let mut it = fresh.ok_or(Error::Forbidden("conversations.reply"))?;
            it.html = stored_html(&form);
            it.recipients = form.recipients();
            it.subject.clone_from(&form.subject);
            it.problems = problems;
            Ok(maud::html! {
                hx-partial hx-target="#composer" hx-swap="outerHTML" { (composer(&frame, &it, &offered)) }
            })
        })
        .await?;
    Ok((status, page).into_response())
}

/// Begins a conversation.
pub(crate) async fn begin(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(written): Form<Written>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::new_conversation());
    let (form, me, owner) = (written.clone(), who.me.clone(), who.owner());
    let begun = app
        .write(move |tx| {
            let mut begun = None;
            once(tx, &owner, &form, |tx| {
                begun = Some(start(tx, &me, &form)?);
                Ok(())
            })?;
            Ok(begun)
        })
        .await;
    match begun {
        Ok(Some(id)) => Ok(lead(&urls::conversation(id), is_htmx)),
        Ok(None) => Ok(lead(&urls::home(), is_htmx)),
        Err(error) => {
            let (status, problems) = problems(error)?;
            let page = app
                .read(move |tx| {
                    let frame = wanted.read(tx)?;
                    let offered = offered(tx, &wanted.me)?;
                    let mut it = Composer::blank(None, Kind::New, "");
                    it.html = stored_html(&written);
                    it.recipients = written.recipients();
                    it.subject.clone_from(&written.subject);
                    it.inbox = written.inbox.parse().ok();
                    it.key.clone_from(&written.key);
                    it.draft.clone_from(&written.draft);
                    it.version = written.version;
                    it.problems = problems;
                    Ok(new_conversation(&frame, &it, &offered))
                })
                .await?;
            Ok((status, page).into_response())
        }
    }
}

fn start(tx: &mut Tx, me: &Me, form: &Written) -> Result<ConversationId> {
    let inbox = write::chosen_inbox(tx, me, &form.inbox)?;
    let mut recipients = form.recipients();
    let first = recipients.to.first().cloned();
    let first = first.ok_or_else(|| invalid("to", "Say to whom it goes."))?;
    let (name, email) = match first.split_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"'), rest.trim_end_matches('>')),
        None => ("", first.as_str()),
    };
    let whom = Whom::Address { name: name.to_owned(), email: email.trim().to_owned() };
    if recipients.to.len() == 1 {
        recipients.to.clear();
    }
    let html = stored_html(form);
    let attachments = uploads::take(tx, me, &form.files(), html.as_str())?;
    if let Ok(draft) = form.draft.parse() {
        drafts::discard(tx, me, draft)?;
    }
    let new = NewStart {
        inbox,
        whom,
        subject: form.subject.clone(),
        html,
        recipients,
        attachments,
        team: None,
        then: form.then.parse().ok(),
        send_at: form.send_at(me)?,
        source: "page",
    };
    Ok(verbs::start(tx, me, &new)?.0)
}

/// One message, or with none the thread; what names no message is not taken for all of them.
fn forwarded(message: &str) -> Result<Forwarded> {
    match message {
        "" => Ok(Forwarded::Thread),
        one => one.parse().map(Forwarded::Message).map_err(|_| Error::NotFound("message")),
    }
}

/// Takes a message back; its text and its files are in the composer again, or on the page of a new
/// conversation if it had only just begun one.
pub(crate) async fn undo(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let (back, page) = app
        .write(move |tx| {
            let me = &wanted.me;
            let back = drafts::take_back(tx, me, id)?;
            let TakenBack::In(conversation, kind) = back else {
                return Ok((back, maud::html! {}));
            };
            let frame = wanted.read(tx)?;
            let offered = offered(tx, me)?;
            let it = thread::thread(tx, me, conversation, MESSAGES)?;
            let composer = write::composer_of(tx, me, &it, Some(kind.word()), None)?;
            let composer = composer.ok_or(Error::Forbidden("conversations.reply"))?;
            Ok((back, undone(&frame, "mine", &it, &composer, &offered)))
        })
        .await?;
    Ok(match back {
        TakenBack::New(draft) => lead(&urls::new_conversation_draft(draft), is_htmx),
        TakenBack::In(..) if is_htmx => fragment(page),
        TakenBack::In(id, kind) => go(&urls::conversation_writing(id, kind.word())),
    })
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn recipients_are_told_apart() {
        let all = addresses("a@b.example, \"C, D\" <c@d.example>;e@f.example,, ");
        assert_eq!(all, ["a@b.example", "\"C, D\" <c@d.example>", "e@f.example"]);
    }
}
