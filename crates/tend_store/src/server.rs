//! The PostgreSQL server as seen from this process: how to connect, and how
//! nodes tell each other of commits.

use std::{
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use ::postgres::{Client, Config, Error, config::TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    Limits, Result, StoreError,
    conn::Conn,
    postgres::{self, Session},
    tls,
};

pub(crate) struct Server {
    config: Config,
    tls: MakeRustlsConnect,
    limits: Limits,
    /// Where the nodes of this database, or of this schema of it, talk.
    channel: RwLock<String>,
    listens: AtomicBool,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Reads,
    Writes,
    /// The keeper's.
    Upkeep,
}

impl Server {
    /// Of a URL or of words as `host=… dbname=…`. Refuses what cannot be understood.
    pub fn new(url: &str, limits: Limits) -> Result<Self> {
        let (url, wish) = tls::split(url)?;
        // The error of the parser does not repeat the text, which may hold a password.
        let mut config: Config = url
            .parse()
            .map_err(|it| StoreError::Incompatible(format!("The database URL is wrong: {it}.")))?;
        config
            .ssl_mode(wish.mode)
            .application_name("tend")
            .connect_timeout(limits.connect)
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3)
            .tcp_user_timeout(Duration::from_secs(20));
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(tls::config(&wish)?),
            limits,
            channel: RwLock::default(),
            listens: AtomicBool::new(false),
        })
    }

    pub fn conn(&self, purpose: Purpose) -> Result<Conn> {
        let mut config = self.config.clone();
        if purpose != Purpose::Reads && config.get_target_session_attrs() == TargetSessionAttrs::Any
        {
            // Of several hosts the one that takes writes, wherever it moved.
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let mut client = config.connect(self.tls.clone()).map_err(postgres::connect_error)?;
        let limit = match purpose {
            Purpose::Reads => self.limits.read,
            Purpose::Writes | Purpose::Upkeep => self.limits.write,
        };
        let set = format!(
            "SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
            limit.as_millis(),
            (limit * 2).as_millis(),
        );
        client.batch_execute(&set).map_err(postgres::connect_error)?;
        Ok(Conn::Postgres(Box::new(Session::new(client, purpose))))
    }

    /// A connection that hears what the other nodes tell.
    pub fn listen(&self) -> Result<Client, Error> {
        let mut client = self.config.connect(self.tls.clone())?;
        let channel = self.channel().replace('"', "\"\"");
        client.batch_execute(&format!("LISTEN \"{channel}\""))?;
        Ok(client)
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

    pub fn set_listens(&self, listens: bool) {
        self.listens.store(listens, Relaxed);
    }

    /// Tells the other nodes. A lost word is no harm: they also look by themselves.
    pub fn tell(&self, conn: &mut Conn, text: &str) {
        let args = [self.channel().into(), text.into()];
        if let Err(error) = conn.query("SELECT CAST(pg_notify($1, $2) AS TEXT)", &args, false) {
            tracing::debug!(%error, "could not notify the other nodes");
        }
    }
}

/// Refuses a server on which Tend would go wrong, in words that say what to do.
pub(crate) fn check(conn: &mut Conn) -> Result<()> {
    let rows = conn.query(
        "SELECT CAST(current_setting('server_version_num') AS BIGINT) AS version,
                CAST(current_setting('server_encoding') AS TEXT) AS encoding,
                CAST('B' AS TEXT) < CAST('a' AS TEXT) AND CAST('z' AS TEXT) < CAST('é' AS TEXT)
                    AS by_bytes",
        &[],
        true,
    )?;
    let row = rows.first().ok_or_else(|| StoreError::Shape("no answer".to_owned()))?;
    let refused = |text: String| Err(StoreError::Incompatible(text));
    let version: i64 = row.get("version")?;
    if version / 10_000 < 14 {
        let major = version / 10_000;
        return refused(format!("PostgreSQL 14 or later is needed, and this is {major}."));
    }
    let encoding: String = row.get("encoding")?;
    if encoding != "UTF8" {
        return refused(format!("The database stores text as {encoding}. {CREATE}"));
    }
    if !row.get::<bool>("by_bytes")? {
        return refused(format!("The database sorts text by the rules of a language. {CREATE}"));
    }
    Ok(())
}

const CREATE: &str = "Tend needs UTF8, sorted by bytes: CREATE DATABASE tend TEMPLATE template0 \
                      ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'.";
