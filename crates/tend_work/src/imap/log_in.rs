use async_imap::{Authenticator, Client};
use tend_outside::{Outside, Stream};

use super::{Account, Login, Mailbox, Metered, Security, Trouble, in_time};
use crate::account::xoauth2;

/// Enough for greetings and lists of capabilities.
const SMALL: u64 = 1024 * 1024;

/// A session in which we are known, and whether the server tells about news.
pub async fn open(outside: &Outside, account: &Account) -> Result<(Mailbox, bool), Trouble> {
    let server = &account.server;
    let stream = server.connect(outside, account.time).await?;
    let mut client = greeted(stream, account, true).await?;
    if server.security == Security::StartTls {
        let secure = client.run_command_and_check_ok("STARTTLS", None);
        in_time(account.time, "securing the connection", secure).await?;
        let stream = client.into_inner().into_inner();
        let stream = outside.secure(stream, &server.host, account.time).await?;
        client = greeted(stream, account, false).await?;
    }
    let mut session = log_in(client, account).await?;
    session.as_mut().allow(SMALL);
    let can = in_time(account.time, "asking what the server can", session.capabilities()).await?;
    Ok((session, can.has_str("IDLE")))
}

async fn greeted(
    stream: Stream,
    account: &Account,
    speaks: bool,
) -> Result<Client<Metered>, Trouble> {
    let mut client = Client::new(Metered::new(stream, SMALL));
    if speaks {
        let greeting = async { Ok(client.read_response().await?) };
        if in_time(account.time, "waiting for the greeting", greeting).await?.is_none() {
            return Err(Trouble::Lost("waiting for the greeting"));
        }
    }
    Ok(client)
}

async fn log_in(client: Client<Metered>, account: &Account) -> Result<Mailbox, Trouble> {
    let refused = |(error, _): (async_imap::error::Error, _)| error;
    let entered = match &account.server.login {
        Login::None => return Err(Trouble::Login("no login is configured".to_owned())),
        Login::Password { user, secret } => {
            let login = async { client.login(user, secret).await.map_err(refused) };
            in_time(account.time, "logging in", login).await
        }
        Login::Bearer { user, token } => {
            let bearer = Bearer { first: Some(xoauth2(user, token)) };
            let login = async { client.authenticate("XOAUTH2", bearer).await.map_err(refused) };
            in_time(account.time, "logging in", login).await
        }
    };
    entered.map_err(|trouble| match trouble {
        Trouble::Said(text) => Trouble::Login(text),
        other => other,
    })
}

/// Says the token once. To a refusal, which comes as another challenge, it says
/// nothing, and then hears the error.
struct Bearer {
    first: Option<String>,
}

impl Authenticator for Bearer {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        self.first.take().unwrap_or_default()
    }
}
