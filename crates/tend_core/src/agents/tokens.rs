//! API tokens: they act as the agent who made them, within their scopes.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{AgentId, Me, Permission, Permissions, TokenId, fields, me, story};
use crate::{
    Result,
    actor::Actor,
    error::{invalid, not_found, refused},
    journal::Change,
};

/// How exactly we know when a token was used last, in microseconds.
const NOTICED_EVERY: i64 = 5 * 60 * 1_000_000;
/// How many tokens that count an agent may have.
const AT_MOST: i64 = 50;

row! {
    pub struct Token {
        pub id: TokenId,
        pub agent_id: AgentId,
        pub name: String,
        /// The last four characters.
        pub hint: String,
        /// Nothing means all that the agent may.
        pub scopes: Permissions,
        pub created_at: Timestamp,
        pub expires_at: Option<Timestamp>,
        pub last_used_at: Option<Timestamp>,
    }
}

const COLUMNS: &str = "SELECT id, agent_id, name, hint, scopes, created_at, expires_at,
                              last_used_at FROM api_tokens";

/// A token to be kept; its text is made outside the transaction and shown once.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    /// Nothing means all that the agent may.
    pub scopes: Permissions,
    pub expires_at: Option<Timestamp>,
    pub fingerprint: String,
    pub hint: String,
}

/// Makes a token for oneself.
///
/// # Errors
/// Refused, when a scope goes beyond what one may.
pub fn make(tx: &mut Tx, me: &Me, it: &NewToken) -> Result<TokenId> {
    me.require(Permission::TokensManage)?;
    if !me.permissions.cover(it.scopes) {
        return Err(invalid("scopes", "A token cannot do more than the agent who makes it."));
    }
    keep(tx, Actor::Agent(me.id), me.id, it)
}

/// Makes a token for any agent, from the command line of the machine.
pub fn make_by_console(tx: &mut Tx, agent: AgentId, it: &NewToken) -> Result<TokenId> {
    me(tx, agent)?;
    keep(tx, Actor::Console, agent, it)
}

fn keep(tx: &mut Tx, by: Actor, agent: AgentId, it: &NewToken) -> Result<TokenId> {
    let (id, now, name) = (TokenId::new(tx), tx.now(), fields::name("name", &it.name)?);
    if it.expires_at.is_some_and(|it| it <= now) {
        return Err(invalid("expires", "A token has to end in the future."));
    }
    let count: i64 = tx.scalar(
        "SELECT count(*) FROM api_tokens WHERE agent_id = $1 AND revoked_at IS NULL",
        &[agent.into()],
    )?;
    if count >= AT_MOST {
        return Err(refused(format!("Nobody needs more than {AT_MOST} tokens. Revoke one first.")));
    }
    tx.execute(
        "INSERT INTO api_tokens (id, agent_id, name, token_hash, hint, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            id.into(),
            agent.into(),
            (&name).into(),
            (&it.fingerprint).into(),
            (&it.hint).into(),
            it.scopes.into(),
            now.into(),
            it.expires_at.into(),
        ],
    )?;
    let change = Change::TokenCreated { name, agent: agent.to_string() };
    story::by(tx, by, agent, &change)?;
    Ok(id)
}

/// Who asks with a token, if it still counts: the agent, within the scopes.
pub fn who(tx: &mut Tx, fingerprint: &str) -> Result<Option<(Token, Me)>> {
    let now = tx.now();
    let token: Option<Token> = tx.maybe(
        &format!(
            "{COLUMNS} WHERE token_hash = $1 AND revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > $2)"
        ),
        &[fingerprint.into(), now.into()],
    )?;
    let Some(token) = token else { return Ok(None) };
    let mut me = match me(tx, token.agent_id) {
        Ok(me) => me,
        Err(crate::Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if !token.scopes.is_empty() {
        me.permissions = me.permissions.both(token.scopes);
    }
    Ok(Some((token, me)))
}

impl Token {
    /// Whether it is time to write down that it was used.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let last = self.last_used_at.map_or(0, Timestamp::as_microsecond);
        now.as_microsecond() - last >= NOTICED_EVERY
    }
}

/// Writes down that a token was used.
pub fn noticed(tx: &mut Tx, id: TokenId) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE api_tokens SET last_used_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    Ok(())
}

/// One's own tokens that were not revoked, the newest first.
pub fn mine(tx: &mut Tx, me: &Me) -> Result<Vec<Token>> {
    let order = "WHERE agent_id = $1 AND revoked_at IS NULL ORDER BY id DESC";
    Ok(tx.rows(&format!("{COLUMNS} {order}"), &[me.id.into()])?)
}

/// Ends one of one's own tokens; whoever manages agents may end anybody's.
pub fn revoke(tx: &mut Tx, me: &Me, id: TokenId) -> Result<()> {
    let token: Token = tx
        .maybe(&format!("{COLUMNS} WHERE id = $1 AND revoked_at IS NULL"), &[id.into()])?
        .ok_or(not_found("token"))?;
    if token.agent_id != me.id && !me.may(Permission::AgentsManage) {
        return Err(not_found("token"));
    }
    let now = tx.now();
    tx.execute("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    story::of(tx, me, token.agent_id, &Change::TokenRevoked { name: token.name })
}

pub(super) fn revoke_all(tx: &mut Tx, agent: AgentId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE api_tokens SET revoked_at = $2 WHERE agent_id = $1 AND revoked_at IS NULL",
        &[agent.into(), now.into()],
    )?;
    Ok(())
}
