//! Keys of signatures and DNS records in the settings of an inbox.

use std::sync::{Arc, Mutex};

use tend_core::{
    dkim_keys::{self, Algorithm},
    dns::{Kind, Mark, Question, Record},
    mail_accounts::MailAccount,
    secrets::Keys,
};
use tend_testkit::Tend;
use tend_web::{Asked, Later, MailServers, SigningKey};

/// Name servers that know what they were told, and a mail server that lets in who knows `hunter2`.
#[derive(Default)]
pub struct World {
    pub known: Mutex<Vec<(String, String)>>,
    pub made: Mutex<usize>,
}

impl World {
    fn says(&self, kind: Kind, place: &str, wanted: &str) -> Record {
        let known = self.known.lock().expect("nobody panicked");
        let found = known.iter().find(|it| it.0 == place).map(|it| it.1.clone());
        let (mark, says) = match found.as_deref() {
            Some(it) if it == wanted => (Mark::Well, "The key stands there.".to_owned()),
            Some(_) => (Mark::Wrong, "Something else stands there.".to_owned()),
            None => (Mark::Wrong, format!("Nothing stands at {place} yet.")),
        };
        let (place, found) = (place.to_owned(), found.unwrap_or_default());
        Record { kind, place, found, mark, says, good: Some(wanted.to_owned()) }
    }
}

pub struct Servers(pub Arc<World>);

impl MailServers for Servers {
    fn sign_in(&self, to: MailAccount) -> Asked {
        let right = to.secret(&Keys::new([7; 32])).is_ok_and(|it| it == "hunter2");
        let said = if right { Ok(()) } else { Err("The login was refused.".to_owned()) };
        Box::pin(async move { said })
    }

    fn records(&self, about: Question) -> Later<Vec<Record>> {
        let spf = self.0.says(Kind::Spf, &about.domain, "v=spf1 mx ~all");
        let key = |(selector, record): &(String, String)| {
            self.0.says(Kind::Dkim, &format!("{selector}._domainkey.{}", about.domain), record)
        };
        let all: Vec<_> = std::iter::once(spf).chain(about.keys.iter().map(key)).collect();
        Box::pin(async move { all })
    }

    fn record_of_key(&self, domain: String, selector: String, record: String) -> Later<Record> {
        let found = self.0.says(Kind::Dkim, &format!("{selector}._domainkey.{domain}"), &record);
        Box::pin(async move { found })
    }

    fn signing_key(&self, _: Algorithm) -> Later<Result<SigningKey, String>> {
        let mut made = self.0.made.lock().expect("nobody panicked");
        *made += 1;
        let (private, record) = (format!("private{made}"), format!("v=DKIM1; k=rsa; p=KEY{made}"));
        Box::pin(async move { Ok(SigningKey { private, record }) })
    }
}

#[test]
fn a_key_is_made_published_used_and_rotated() {
    Tend::on_both(|t| {
        let world = Arc::new(World::default());
        let t = t.with_mail_servers(Arc::new(Servers(world.clone())));
        let inbox = t.inbox("support@tend.test");
        let admin = t.agent_as("ada", "admin");
        let ada = t.browser(admin.id);
        let page = format!("/settings/inboxes/{}/domain", inbox.id);
        let went = format!("303 {page}");
        assert!(ada.get(&page).body.contains("does not sign mail of this domain"));

        let form = [("algorithm", "rsa"), ("selector", "")];
        assert_eq!(ada.post(&format!("{page}/keys"), &form).line(), went);
        let shown = ada.get(&page).body;
        assert!(shown.contains("tend1._domainkey.tend.test"), "{shown}");
        assert!(shown.contains("v=DKIM1; k=rsa; p=KEY1"), "{shown}");
        assert!(!shown.contains("private1"), "the private half is nobody's");
        let bad = [("algorithm", "rsa"), ("selector", "not a word")];
        let refused = ada.post(&format!("{page}/keys"), &bad);
        assert_eq!(refused.line(), "422");
        assert!(refused.body.contains("letters, digits and dashes"), "{}", refused.shown());

        let keys = |t: &Tend| {
            let me = admin.clone();
            t.db.read(move |tx| dkim_keys::of_domain(tx, &me, "tend.test")).expect("reads")
        };
        let first = keys(&t)[0].id;
        let sign = format!("{page}/keys/{first}/sign");
        let early = ada.post(&sign, &[]);
        assert_eq!(early.line(), "422");
        assert!(early.body.contains("Nothing stands at tend1._domainkey.tend.test"));
        assert!(early.body.contains("Sign all the same"), "{}", early.body);
        assert_eq!(keys(&t)[0].state, dkim_keys::State::Waits);
        let place = "tend1._domainkey.tend.test".to_owned();
        world.known.lock().expect("free").push((place, "v=DKIM1; k=rsa; p=KEY1".to_owned()));
        assert_eq!(ada.post(&sign, &[]).line(), went);
        assert!(ada.get(&page).body.contains("is signed with the key"));

        // A second key takes its place when somebody says so, also before its record stands.
        assert_eq!(ada.post(&format!("{page}/keys"), &form).line(), went);
        let second = keys(&t)[1].id;
        let sign = format!("{page}/keys/{second}/sign");
        assert_eq!(ada.post(&sign, &[("anyway", "on")]).line(), went);
        let shown = ada.get(&page).body;
        assert!(shown.contains("Another key took its place"), "{shown}");
        let one = ada.post(&format!("{page}/keys/{second}/remove"), &[]);
        assert_eq!(one.line(), "422", "it signs");
        assert_eq!(ada.post(&format!("{page}/keys/{second}/stop"), &[]).line(), went);
        assert_eq!(ada.post(&format!("{page}/keys/{first}/remove"), &[]).line(), went);
        assert_eq!(keys(&t).len(), 1);
    });
}

#[test]
fn the_records_are_shown_and_a_key_of_another_domain_is_not_found() {
    Tend::on_both(|t| {
        let t = t.with_mail_servers(Arc::new(Servers(Arc::default())));
        let (inbox, other) = (t.inbox("support@tend.test"), t.inbox("help@other.test"));
        let api = t.inbox("shop");
        let (admin, agent) = (t.agent_as("ada", "admin"), t.agent_as("ben", "agent"));
        let (ada, ben) = (t.browser(admin.id), t.browser(agent.id));
        let of = |id| format!("/settings/inboxes/{id}/domain");
        let seen = ada.get(&format!("{}/records", of(inbox.id)));
        assert!(seen.body.contains("Would be good") && seen.body.contains("v=spf1 mx ~all"));
        assert!(seen.body.contains("<html"), "without JavaScript it is a page");
        let ada_by_htmx = t.browser(admin.id).htmx();
        let piece = ada_by_htmx.get(&format!("{}/records", of(inbox.id)));
        assert!(!piece.body.contains("<html"), "{}", piece.body);
        assert_eq!(ada.get(&of(api.id)).line(), "404", "an API inbox has no domain");
        assert_eq!(ben.get(&of(inbox.id)).line(), "403");

        ada.get(&of(inbox.id));
        ada.post(&format!("{}/keys", of(inbox.id)), &[("algorithm", "ed25519")]);
        let me = admin.clone();
        let keys = t.db.read(move |tx| dkim_keys::of_domain(tx, &me, "tend.test")).expect("reads");
        let foreign = format!("{}/keys/{}/remove", of(other.id), keys[0].id);
        assert_eq!(ada.post(&foreign, &[]).line(), "404");
    });
}
