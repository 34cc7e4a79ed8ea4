//! From a mail account in the database to a server that can be spoken to.

use tend_core::mail_accounts::{self, Auth, MailAccount};

use crate::{
    account::{Login, Security, Server},
    oauth::{Grant, Refused},
    works::Works,
};

/// The server with its login; with OAuth2 that may take a question to the token endpoint.
///
/// # Errors
/// A sentence for the one who set the account up.
pub async fn server(works: &Works, it: &MailAccount) -> Result<Server, String> {
    let security = match it.security {
        mail_accounts::Security::Tls => Security::Tls,
        mail_accounts::Security::StartTls => Security::StartTls,
        mail_accounts::Security::None => Security::None,
    };
    let port = u16::try_from(it.port).map_err(|_| "The port is wrong.".to_owned())?;
    let login = login(works, it).await?;
    Ok(Server { host: it.host.clone(), port, security, login })
}

async fn login(works: &Works, it: &MailAccount) -> Result<Login, String> {
    let user = it.username.clone();
    match it.auth {
        Auth::None => Ok(Login::None),
        Auth::Password => {
            let secret = it.secret(&works.keys).map_err(|it| it.to_string())?;
            Ok(Login::Password { user, secret })
        }
        Auth::OAuth2 => {
            let grant = grant(works, it)?;
            let granted = works.tokens.get(&works.outside, &grant).await;
            let granted = granted.map_err(|it: Refused| it.to_string())?;
            if let Some(token) = granted.refresh_token {
                let (keys, id) = (works.keys.clone(), it.id);
                let kept = works
                    .write(move |tx| mail_accounts::new_refresh_token(tx, &keys, id, &token))
                    .await;
                kept.map_err(|it| it.to_string())?;
            }
            Ok(Login::Bearer { user, token: granted.access_token })
        }
    }
}

/// The token was not taken: the next is a new one.
pub fn forget_token(works: &Works, it: &MailAccount) {
    if let Ok(grant) = grant(works, it) {
        works.tokens.forget(&grant);
    }
}

fn grant(works: &Works, it: &MailAccount) -> Result<Grant, String> {
    let oauth = it.oauth().ok_or("It is not said where tokens come from.")?;
    let text = |it: tend_core::Error| it.to_string();
    Ok(Grant {
        client_secret: oauth.client_secret(&works.keys).map_err(text)?,
        token_endpoint: oauth.token_endpoint,
        client_id: oauth.client_id,
        refresh_token: it.secret(&works.keys).map_err(text)?,
        scope: oauth.scope,
    })
}
