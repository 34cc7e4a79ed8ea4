//! One step of the story: what an agent or a customer does, by the verb that does it.

use jiff::Timestamp;
use tend_core::{
    Actor, Result,
    agents::{AgentId, Me, teams},
    contacts::{self, Stranger},
    conversations::{
        self, Category, ConversationId, Incoming, NewReply, Priority, Recipients, SendState,
    },
    drafts::{self, Content, DraftKind, Place},
    html::{self, Html},
    inboxes::{self, Channel, Inbox},
    mails::{Check, Checks, Sender, Verdict},
    outbox, tags,
};
use tend_store::Tx;

use super::{furniture::WORKSHOP, story::Person};

pub fn asked(
    tx: &mut Tx,
    inbox: &Inbox,
    who: &Person,
    subject: &str,
    text: &str,
) -> Result<ConversationId> {
    let mut it = incoming(tx, inbox, who, text)?;
    it.subject = subject.to_owned();
    Ok(conversations::receive(tx, &it)?.conversation)
}

pub fn added(tx: &mut Tx, id: ConversationId, who: &Person, text: &str) -> Result<()> {
    let inbox = conversations::find(tx, id)?.inbox_id;
    let inbox = inboxes::find(tx, inbox)?;
    let mut it = incoming(tx, &inbox, who, text)?;
    it.into = Some(id);
    conversations::receive(tx, &it)?;
    Ok(())
}

fn incoming(tx: &mut Tx, inbox: &Inbox, who: &Person, text: &str) -> Result<Incoming> {
    let contact = contacts::meet(tx, Actor::System, &Stranger::by_email(who.name, who.email))?;
    let mut it = Incoming::new(inbox.clone(), contact);
    it.text = text.to_owned();
    if inbox.channel == Channel::Email {
        it.source = "email";
        it.sender_address = who.email.to_owned();
        it.recipients = Recipients { to: vec![inbox.address.clone()], ..Recipients::default() };
        it.checks = proven(who.email).to_json();
    }
    Ok(it)
}

pub fn proven(address: &str) -> Checks {
    let domain = address.rsplit('@').next().unwrap_or_default().to_owned();
    let pass = || Check { verdict: Verdict::Pass, domain: domain.clone() };
    Checks {
        sender: Sender::Proven,
        from_domain: domain.clone(),
        spf: pass(),
        dkim: pass(),
        dmarc: pass(),
        ..Checks::default()
    }
}

/// What left by mail was taken by a server at once.
pub fn answered(
    tx: &mut Tx,
    me: &Me,
    id: ConversationId,
    text: &str,
    then: Option<Category>,
) -> Result<()> {
    let new = NewReply { html: Html::from_text(text), then, source: "api", ..NewReply::default() };
    let message = conversations::reply(tx, me, id, &new)?;
    if let Some(item) = outbox::of_message(tx, message)? {
        outbox::begin(tx, item, None)?;
        outbox::settle(tx, item, SendState::Sent, "250 2.0.0 Ok: queued", &[], None)?;
    }
    Ok(())
}

pub fn noted(
    tx: &mut Tx,
    me: &Me,
    id: ConversationId,
    text: &str,
    names: Option<AgentId>,
) -> Result<()> {
    let mut said = html::escape(text);
    if let Some(mate) = names {
        let name = format!("<span data-mention=\"{mate}\">@Maren</span>");
        said = said.replace("@Maren", &name);
    }
    let said = Html::sanitise(&format!("<p>{said}</p>"));
    let named: Vec<AgentId> = names.into_iter().collect();
    conversations::note(tx, me, id, &said, &[], &named)?;
    Ok(())
}

pub fn tagged(tx: &mut Tx, me: &Me, id: ConversationId, name: &str) -> Result<()> {
    let tag = tags::named(tx, me, name)?;
    conversations::tag(tx, me, id, tag)
}

pub fn prioritised(tx: &mut Tx, me: &Me, id: ConversationId, to: Priority) -> Result<()> {
    conversations::set_priority(tx, me, id, to)
}

pub fn assigned(tx: &mut Tx, me: &Me, id: ConversationId, to: AgentId) -> Result<()> {
    conversations::assign(tx, me, id, Some(to))
}

pub fn given(tx: &mut Tx, me: &Me, id: ConversationId, team: &str) -> Result<()> {
    let all = teams::all(tx)?;
    let to = all.iter().find(|it| it.name == team).map(|it| it.id);
    conversations::set_team(tx, me, id, to)
}

pub fn at_the_workshop(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<()> {
    let all = conversations::statuses(tx)?;
    match all.iter().find(|it| it.name == WORKSHOP) {
        Some(it) => conversations::set_status(tx, me, id, it.id),
        None => Ok(()),
    }
}

pub fn snoozed(tx: &mut Tx, me: &Me, id: ConversationId, until: Option<Timestamp>) -> Result<()> {
    conversations::snooze(tx, me, id, until)
}

pub fn begun(tx: &mut Tx, me: &Me, id: ConversationId, text: &str) -> Result<()> {
    let what = Content { html: Html::from_text(text), ..Content::default() };
    drafts::save(tx, me, Place::In(id, DraftKind::Reply), 0, &what)?;
    Ok(())
}

pub fn seen(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<()> {
    conversations::mark_read(tx, me, id)
}
