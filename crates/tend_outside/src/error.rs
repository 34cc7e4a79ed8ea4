use std::io;

/// What went wrong at the door. The texts are whole sentences for people; none
/// holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The guard does not let this host through. Trying again won't help.
    #[error("{0}")]
    Refused(String),
    /// The name could not be resolved now.
    #[error("The name {0} could not be looked up.")]
    Lookup(String),
    #[error("No connection to {0}: {1}.")]
    Connect(String, String),
    /// A phase took longer than it may; the text names the phase.
    #[error("No answer in time while {0}.")]
    TimedOut(&'static str),
    #[error("The secure connection to {0} failed: {1}.")]
    Tls(String, String),
    /// The other side does not speak as it should.
    #[error("{0}")]
    Protocol(String),
    #[error("The answer is larger than {0} bytes.")]
    TooLarge(u64),
    /// No space is left for files.
    #[error("The disk is full.")]
    Full,
    #[error("There is no such file.")]
    NotThere,
    #[error("The file could not be read or written: {0}.")]
    Files(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<io::Error> for Error {
    /// For errors of the file system; the network's are told apart where they happen.
    fn from(it: io::Error) -> Self {
        match it.kind() {
            io::ErrorKind::NotFound => Self::NotThere,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Files(it.to_string()),
        }
    }
}
