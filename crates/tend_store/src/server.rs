//! The PostgreSQL server as seen from this process: how to connect, and how
//! nodes tell each other of commits.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use ::postgres::{Client, NoTls, fallible_iterator::FallibleIterator};

use crate::{Result, StoreError, conn::Conn, origin::Origin, postgres::Session};

pub(crate) struct Server {
    url: String,
    /// Where the nodes of this database, or of this schema of it, talk.
    channel: RwLock<String>,
    listens: AtomicBool,
}

impl Server {
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), channel: RwLock::default(), listens: AtomicBool::new(false) }
    }

    fn connect(&self) -> Result<Session> {
        Ok(Session::new(self.client()?))
    }

    pub fn conn(&self) -> Result<Conn> {
        Ok(Conn::Postgres(Box::new(self.connect()?)))
    }

    fn client(&self) -> Result<Client> {
        // Whoever cannot connect yet may try again: the server may be starting.
        Client::connect(&self.url, NoTls).map_err(|it| StoreError::Lost(it.to_string()))
    }

    /// Companies may share a database, with a schema each.
    pub fn talk_in(&self, schema: &str) {
        *self.channel.write().unwrap_or_else(PoisonError::into_inner) = format!("tend_{schema}");
    }

    fn channel(&self) -> String {
        self.channel.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether notifications reach us. Engines that only speak the protocol may have none.
    pub fn listens(&self) -> bool {
        self.listens.load(Relaxed)
    }

    /// Tells the other nodes. A lost word is no harm: they also look by themselves.
    pub fn tell(&self, conn: &mut Conn, text: &str) {
        let args = [self.channel().into(), text.into()];
        if let Err(error) = conn.query("SELECT CAST(pg_notify($1, $2) AS TEXT)", &args, false) {
            tracing::debug!(%error, "could not notify the other nodes");
        }
    }
}

/// Hears what other nodes tell.
pub(crate) struct Listener {
    pub server: Arc<Server>,
    pub holder: String,
    pub origin: Arc<Origin>,
}

impl Listener {
    const LOOK: Duration = Duration::from_secs(1);

    /// Until the bell was stopped; [`Server::tell`] it anything to be heard at once.
    pub fn run(&self) {
        while !self.origin.bell.is_stopped() {
            if let Err(error) = self.listen() {
                tracing::debug!(%error, "the listener connects again");
            }
            self.server.listens.store(false, Relaxed);
            self.origin.bell.rest(Self::LOOK);
        }
    }

    fn listen(&self) -> Result<()> {
        let lost = |it: ::postgres::Error| StoreError::Lost(it.to_string());
        let mut client = self.server.client()?;
        let channel = self.server.channel().replace('"', "\"\"");
        client.batch_execute(&format!("LISTEN \"{channel}\"")).map_err(lost)?;
        self.server.listens.store(true, Relaxed);
        // Something may have been told before we listened.
        self.origin.bell.look();
        self.origin.watch.tell_of_jobs();
        while !self.origin.bell.is_stopped() && !client.is_closed() {
            let heard = client.notifications().timeout_iter(Self::LOOK).next().map_err(lost)?;
            if let Some(heard) = heard {
                self.hear(heard.payload());
            }
        }
        Ok(())
    }

    fn hear(&self, text: &str) {
        let reached = |it| self.origin.watch.reached(it);
        match *text.split(' ').collect::<Vec<_>>() {
            [.., holder] if holder == self.holder => {}
            ["at", position, _] if position.parse().is_ok_and(reached) => {
                self.origin.watch.tell_of_journal();
            }
            ["journal", _] => self.origin.bell.look(),
            ["jobs", _] => self.origin.watch.tell_of_jobs(),
            _ => {}
        }
    }
}
