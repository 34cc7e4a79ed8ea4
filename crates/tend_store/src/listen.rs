//! What other nodes tell of their commits.

use std::{sync::Arc, time::Duration};

use ::postgres::fallible_iterator::FallibleIterator;

use crate::{Result, StoreError, origin::Origin, server::Server};

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
            self.server.set_listens(false);
            self.origin.bell.rest(Self::LOOK);
        }
    }

    fn listen(&self) -> Result<()> {
        let lost = |it: ::postgres::Error| StoreError::Lost(it.to_string());
        let mut client = self.server.listen().map_err(lost)?;
        self.server.set_listens(true);
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
