//! How to reach a mail server that an admin has entered.

use std::{fmt, time::Duration};

use tend_outside::{Outside, Stream};

/// A server for mail, and who we are there.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Login,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS; a server that does not offer it is not spoken to.
    StartTls,
    /// Open. For servers on the same machine or in the same rack.
    None,
}

#[derive(Clone)]
pub enum Login {
    None,
    Password {
        user: String,
        secret: String,
    },
    /// An OAuth2 access token (XOAUTH2).
    Bearer {
        user: String,
        token: String,
    },
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Password { .. } => "Password",
            Self::Bearer { .. } => "Bearer",
        })
    }
}

/// Why a server could not be worked with, as a whole sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    Outside(tend_outside::Error),
    /// It does not let us in: the password or the permission is wrong.
    Login(String),
    /// It said no, or something that we don't understand.
    Said(String),
    /// The connection ended.
    Lost(&'static str),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside(error) => error.fmt(f),
            Self::Login(answer) => write!(f, "The server refused our login: {answer}"),
            Self::Said(answer) => write!(f, "The server said: {answer}"),
            Self::Lost(phase) => write!(f, "The connection was lost while {phase}."),
        }
    }
}

impl From<tend_outside::Error> for Trouble {
    fn from(it: tend_outside::Error) -> Self {
        Self::Outside(it)
    }
}

impl Server {
    /// Connected, and secured unless that comes later.
    pub(crate) async fn connect(
        &self,
        outside: &Outside,
        time: Duration,
    ) -> Result<Stream, Trouble> {
        let stream = outside.connect(&self.host, self.port, time).await?;
        match self.security {
            Security::Tls => Ok(outside.secure(stream, &self.host, time).await?),
            Security::StartTls | Security::None => Ok(stream),
        }
    }
}

/// What is said for XOAUTH2, before base64.
pub(crate) fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}
