//! An installation with people, inboxes and a way out, as the tests of faults need it.

use tend_core::{
    Actor, agents,
    inboxes::{self, Changes, Channel, InboxId, NewInbox},
    mail_accounts::{self, Auth, Kind, NewMailAccount, Security},
    secrets::Keys,
};
use tend_store::Tx;

use crate::{mailbox::Mailbox, program::Installation};

pub const ADDRESS: &str = "support@tend.test";

/// What the clients need to know.
pub struct Office {
    /// Of an API inbox.
    pub shop: InboxId,
    /// Of the mail inbox at [`ADDRESS`].
    pub support: InboxId,
    /// One each.
    pub tokens: Vec<String>,
}

impl Office {
    /// An agent with tokens, two inboxes, and automatic answers by mail.
    pub fn furnish(it: &Installation, mailbox: &Mailbox, tokens: usize) -> Self {
        let add = ["agent", "add", "--email", "ada@tend.test", "--name", "Ada", "--role", "admin"];
        it.well(&add, "ein ruhiger Fluss\n");
        let create = ["token", "create", "--agent", "ada@tend.test", "--name", "load"];
        let token = |_| it.well(&create, "").trim().to_owned();
        let tokens = (0..tokens).map(token).collect();
        let port = mailbox.address.port();
        let (shop, support) = it.db().write(move |tx| inboxes(tx, port)).expect("is furnished");
        Self { shop, support, tokens }
    }
}

fn inboxes(tx: &mut Tx, port: u16) -> tend_core::Result<(InboxId, InboxId)> {
    let me = agents::by_email(tx, "ada@tend.test")?.id;
    let me = agents::me(tx, me)?;
    let new = |address: &str, channel| NewInbox {
        name: String::new(),
        address: address.to_owned(),
        channel,
    };
    let shop = inboxes::create_as(tx, Actor::Console, &new("shop", Channel::Api))?;
    let support = inboxes::create_as(tx, Actor::Console, &new(ADDRESS, Channel::Email))?;
    let answers =
        Changes { auto_reply_html: Some("<p>We have it.</p>".to_owned()), ..Changes::default() };
    inboxes::change(tx, &me, support, &answers)?;
    let server = NewMailAccount {
        inbox: support,
        kind: Kind::Smtp,
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        username: String::new(),
        auth: Auth::None,
        secret: None,
        oauth: None,
        folder: String::new(),
        mark_seen: false,
        only_new: false,
        lmtp: false,
    };
    mail_accounts::save(tx, &me, &Keys::generate(), &server)?;
    Ok((shop, support))
}
