//! What all work is done with, and the doors to the database.

use std::{any::type_name_of_val, sync::Arc};

use tend_core::{Error, Result, secrets::Keys};
use tend_outside::{Files, Outside};
use tend_store::{Db, Sealed, StoreError, Tx};
use tokio::sync::oneshot;

use crate::{lanes::Lanes, oauth::Tokens, verify::Verifier};

/// The hands of the worker: cheap to clone.
#[derive(Clone)]
pub struct Works {
    pub db: Arc<Db>,
    pub files: Files,
    pub outside: Outside,
    pub keys: Keys,
    /// How we deal with other mail servers.
    pub setup: Arc<Setup>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) lanes: Arc<Lanes>,
}

/// How we deal with other mail servers.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What we call ourselves.
    pub host: String,
    /// How many mails are sent at once.
    pub senders: usize,
    /// Of larger mails only the header is fetched. Bytes.
    pub largest: u64,
    /// So many mails of one sender are taken in within ten minutes; more wait for their turn.
    /// 0: however many there are.
    pub at_once: i64,
}

impl Default for Setup {
    fn default() -> Self {
        let host = "localhost".to_owned();
        Self { host, senders: 4, largest: 50 * 1024 * 1024, at_once: 0 }
    }
}

impl Works {
    /// Who wrote a mail is asked of this machine's name servers.
    pub fn new(db: Arc<Db>, files: Files, outside: Outside, keys: Keys, setup: Setup) -> Self {
        let verifier = Arc::new(Verifier::system(&setup.host));
        Self { verifier, ..Self::alone(db, files, outside, keys, setup) }
    }

    /// As [`new`](Self::new), without asking name servers: for imports and tests.
    pub fn alone(db: Arc<Db>, files: Files, outside: Outside, keys: Keys, setup: Setup) -> Self {
        Self {
            db,
            files,
            outside,
            keys,
            verifier: Arc::new(Verifier::offline(&setup.host)),
            tokens: Arc::default(),
            lanes: Arc::new(Lanes::new(setup.senders)),
            setup: Arc::new(setup),
        }
    }

    /// Changes something; returns when that is on disk.
    ///
    /// # Errors
    /// What the closure refuses, and what the store says.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let wrote_it = type_name_of_val(&work);
        opened(self.written(wrote_it, Box::new(move |tx| work(tx).map(Sealed::of))).await)
    }

    // What crosses the threads has its type forgotten, so that it is compiled once.
    async fn written(&self, wrote_it: &'static str, work: Write) -> Result<Sealed> {
        let (answer, wait) = oneshot::channel();
        self.db.submit_as(wrote_it, work, move |result| drop(answer.send(result)));
        wait.await.unwrap_or(Err(Error::Store(StoreError::Closed)))
    }

    /// Looks at one snapshot.
    ///
    /// # Errors
    /// What the closure refuses, and what the store says.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        opened(self.seen(Box::new(move |tx| work(tx).map(Sealed::of))).await)
    }

    async fn seen(&self, work: Read) -> Result<Sealed> {
        let (db, (answer, wait)) = (self.db.clone(), oneshot::channel());
        on_a_thread(Box::new(move || drop(answer.send(db.read(work)))));
        wait.await.unwrap_or(Err(Error::Store(StoreError::Panicked("a read".to_owned()))))
    }

    /// Computes something that takes a processor.
    ///
    /// # Errors
    /// When it panicked.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (answer, wait) = oneshot::channel();
        on_a_thread(Box::new(move || drop(answer.send(work()))));
        wait.await.map_err(|_| Error::Store(StoreError::Panicked("a computation".to_owned())))
    }

    /// The keys by which we know our own addresses and Message-IDs again.
    pub fn mail_keys(&self) -> tend_mail::Keys {
        tend_mail::Keys::new(&self.keys.mac("mail tokens", b"1"), &[])
    }
}

type Write = Box<dyn Fn(&mut Tx) -> Result<Sealed> + Send>;
type Read = Box<dyn FnOnce(&mut Tx) -> Result<Sealed> + Send>;

fn opened<T: 'static>(it: Result<Sealed>) -> Result<T> {
    it?.open().ok_or(Error::Store(StoreError::Closed))
}

#[expect(clippy::disallowed_methods, reason = "the worker's door, beside that of the web")]
fn on_a_thread(work: Box<dyn FnOnce() + Send>) {
    drop(tokio::task::spawn_blocking(work));
}
