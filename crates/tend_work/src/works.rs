//! What all work is done with, and the doors to the database.

use std::sync::Arc;

use tend_core::{Error, Result, secrets::Keys};
use tend_outside::{Files, Outside};
use tend_store::{Db, StoreError, Tx};
use tokio::sync::oneshot;

/// The hands of the worker: cheap to clone.
#[derive(Clone)]
pub struct Works {
    pub db: Arc<Db>,
    pub files: Files,
    pub outside: Outside,
    pub keys: Keys,
}

impl Works {
    /// Changes something; returns when that is on disk.
    ///
    /// # Errors
    /// What the closure refuses, and what the store says.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, wait) = oneshot::channel();
        self.db.submit(work, move |result| drop(answer.send(result)));
        wait.await.unwrap_or(Err(Error::Store(StoreError::Closed)))
    }

    /// Looks at one snapshot.
    ///
    /// # Errors
    /// What the closure refuses, and what the store says.
    #[expect(clippy::disallowed_methods, reason = "the worker's door, beside App::read")]
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = self.db.clone();
        let joined = tokio::task::spawn_blocking(move || db.read(work)).await;
        joined.unwrap_or(Err(Error::Store(StoreError::Panicked("a read".to_owned()))))
    }

    /// The keys by which we know our own addresses and Message-IDs again.
    pub fn mail_keys(&self) -> tend_mail::Keys {
        tend_mail::Keys::new(&self.keys.mac("mail tokens", b"1"), &[])
    }
}
