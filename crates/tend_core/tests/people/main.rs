//! What the people on our side may and may not do, on both databases.

mod joining;
mod keys;
mod leaving;
mod profile;
mod roles;
mod sessions;
mod teams;
mod tokens;

use tend_core::{
    Result,
    agents::{
        self, AgentId, Me, RoleId, Start, TeamId, invitations::Invitation, invitations::NewLink,
        roles as core_roles, sessions::NewSession,
    },
    error::Error,
    secrets::Fresh,
};
use tend_store::row;
use tend_testkit::Tend;

/// Short ways to say what these tests say often.
pub trait People {
    /// Sets the company up; its first admin.
    fn start(&self) -> Me;
    /// Somebody with a password `hash of NAME`.
    fn with(&self, name: &str, role: &str) -> Me;
    fn role(&self, name: &str) -> RoleId;
    fn me(&self, id: AgentId) -> Me;
    fn team(&self, by: &Me, name: &str) -> TeamId;
    /// The kinds of entries about people since the start, oldest first.
    fn kinds(&self) -> Vec<String>;
}

impl People for Tend {
    fn start(&self) -> Me {
        let id = self.write(|tx| agents::start(tx, &first()));
        self.me(id)
    }

    fn with(&self, name: &str, role: &str) -> Me {
        let (name, role) = (name.to_owned(), role.to_owned());
        let id = self.write(move |tx| {
            let email = format!("{name}@tend.test");
            agents::add_by_console(tx, &name, &email, &role, &format!("hash of {name}"))
        });
        self.me(id)
    }

    fn role(&self, name: &str) -> RoleId {
        self.db.read(|tx| core_roles::named(tx, name)).expect("exists").id
    }

    fn me(&self, id: AgentId) -> Me {
        self.db.read(|tx| agents::me(tx, id)).expect("is present")
    }

    fn team(&self, by: &Me, name: &str) -> TeamId {
        let (by, name) = (by.clone(), name.to_owned());
        self.write(move |tx| agents::teams::make(tx, &by, &name))
    }

    fn kinds(&self) -> Vec<String> {
        row! {
            struct Kind {
                kind: String,
            }
        }
        let all: Vec<Kind> = self
            .db
            .read(|tx| tx.rows("SELECT kind FROM journal ORDER BY id", &[]).map_err(Error::from))
            .expect("reads");
        all.into_iter().map(|it| it.kind).collect()
    }
}

pub fn first() -> Start {
    Start {
        company: "Kestrel Climate".to_owned(),
        time_zone: "Europe/Oslo".to_owned(),
        name: "Maren".to_owned(),
        email: "Maren@Kestrel.example".to_owned(),
        base_url: Some("https://desk.kestrel.example".to_owned()),
        password_hash: "hash of Maren".to_owned(),
    }
}

pub fn new_session(fresh: &Fresh) -> NewSession {
    NewSession {
        fingerprint: fresh.fingerprint(),
        csrf: "csrf".to_owned(),
        user_agent: "Firefox\r\nX: y".to_owned(),
        network: "192.0.2.1".to_owned(),
        replaces: None,
    }
}

pub fn new_link(fresh: &Fresh) -> NewLink {
    NewLink { fingerprint: fresh.fingerprint(), sealed: "sealed".to_owned() }
}

pub fn invitation(name: &str, role: RoleId) -> Invitation {
    let email = format!("{name}@tend.test");
    Invitation { name: name.to_owned(), email, role, teams: Vec::new() }
}

/// The sentence of a refusal.
pub fn why<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.expect_err("is refused").to_string()
}
