//! Access tokens for mail servers that want no passwords (OAuth2, refresh tokens).

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde::Deserialize;
use tend_outside::{
    Outside,
    http::{Ask, Url},
};

/// Whom to ask, and as whom. The endpoints of the large ones: [`GOOGLE`], [`MICROSOFT`].
#[derive(Clone)]
pub struct Grant {
    pub token_endpoint: String,
    pub client_id: String,
    /// Empty for public clients.
    pub client_secret: String,
    pub refresh_token: String,
    /// Empty: what was granted.
    pub scope: String,
}

pub const GOOGLE: &str = "https://oauth2.googleapis.com/token";
pub const MICROSOFT: &str = "https://login.microsoftonline.com/common/oauth2/v2.0/token";

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grant at {}", self.token_endpoint)
    }
}

/// A token to log in with, and perhaps a new refresh token that replaces the old.
#[derive(Clone)]
pub struct Granted {
    pub access_token: String,
    pub refresh_token: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A person has to connect the account anew.
    Gone(String),
    /// Later, perhaps.
    Later(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(why) => {
                write!(
                    f,
                    "The permission to use the mail account has ended ({why}); connect it anew."
                )
            }
            Self::Later(why) => write!(f, "No access token for the mail account: {why}"),
        }
    }
}

/// Keeps tokens as long as they are good.
#[derive(Default)]
pub struct Tokens {
    kept: Mutex<HashMap<String, (String, Instant)>>,
}

/// A token is given up so long before its end.
const MARGIN: Duration = Duration::from_secs(120);

impl Tokens {
    /// A token, from memory or from the endpoint.
    ///
    /// # Errors
    /// Whether a person has to do something, or it may pass.
    pub async fn get(&self, outside: &Outside, grant: &Grant) -> Result<Granted, Refused> {
        let key = format!("{} {}", grant.token_endpoint, grant.refresh_token);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((access_token, until)) = kept
            && Instant::now() < until
        {
            return Ok(Granted { access_token, refresh_token: None });
        }
        let (granted, life) = ask(outside, grant).await?;
        let until = Instant::now() + life.saturating_sub(MARGIN);
        let newer = granted.refresh_token.as_ref();
        let key = newer.map_or(key, |it| format!("{} {it}", grant.token_endpoint));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, until)| Instant::now() < *until);
        kept.insert(key, (granted.access_token.clone(), until));
        Ok(granted)
    }

    /// A server did not take the token: the next is a new one.
    pub fn forget(&self, grant: &Grant) {
        let key = format!("{} {}", grant.token_endpoint, grant.refresh_token);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

async fn ask(outside: &Outside, grant: &Grant) -> Result<(Granted, Duration), Refused> {
    #[derive(Deserialize)]
    struct Answer {
        access_token: String,
        refresh_token: Option<String>,
        expires_in: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Problem {
        error: String,
    }
    let later = |it: &dyn fmt::Display| Refused::Later(it.to_string());
    let post = Ask::post(&grant.token_endpoint, "application/x-www-form-urlencoded", form(grant));
    let post = post.map_err(|it| later(&it))?.at_most(64 * 1024).within(Duration::from_secs(20));
    let answer = outside.http().send(post).await.map_err(|it| later(&it))?;
    if answer.status == 200 {
        let read: Answer = serde_json::from_slice(&answer.body)
            .map_err(|_| later(&"the endpoint's answer holds no token."))?;
        let life = Duration::from_secs(read.expires_in.unwrap_or(600));
        let refresh_token = read.refresh_token.filter(|it| *it != grant.refresh_token);
        return Ok((Granted { access_token: read.access_token, refresh_token }, life));
    }
    match serde_json::from_slice::<Problem>(&answer.body) {
        Ok(it) if it.error == "invalid_grant" => Err(Refused::Gone(it.error)),
        Ok(it) if answer.status == 400 || answer.status == 401 => {
            let word: String = it.error.chars().filter(|it| !it.is_control()).take(100).collect();
            Err(Refused::Gone(word))
        }
        _ => Err(later(&format!("the endpoint answered {}.", answer.status))),
    }
}

fn form(grant: &Grant) -> Vec<u8> {
    // A URL's query is written as a form is.
    let mut url = Url::parse("http://form/").expect("is an address");
    {
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("grant_type", "refresh_token");
        pairs.append_pair("refresh_token", &grant.refresh_token);
        pairs.append_pair("client_id", &grant.client_id);
        for (name, value) in [("client_secret", &grant.client_secret), ("scope", &grant.scope)] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
    }
    url.query().unwrap_or_default().as_bytes().to_vec()
}
