//! PostgreSQL's sequencer: gives committed entries of the journal their position.
//!
//! A number that is given out before the commit is not in the order of commits:
//! 7 may appear when 8 was already read. So entries are committed without a
//! position, and then one node at a time, the holder of a lease, places those it
//! sees. They are gapless, and an entry never appears below one that was read.
//!
//! It runs at READ COMMITTED: whatever runs below SERIALIZABLE takes no part in
//! the server's search for conflicts, so it aborts no writer. Its fence is the row
//! of the lease: it holds that row's lock while it places, and a former holder
//! who wakes up late finds another's name in it.

use std::sync::Arc;

use crate::{
    Result, Row, StoreError, Value,
    conn::Conn,
    leases::{RELEASE, TAKE},
    server::Server,
    watch::{Wakes, Watch},
};

/// How long the others wait for one who is gone, in microseconds of the server's clock.
const LEASE: i64 = 8_000_000;
/// How many entries one transaction places.
const MOST_AT_ONCE: i64 = 1_000;
const NAME: &str = "journal";

const STATE: &str = "SELECT EXISTS (SELECT 1 FROM journal WHERE position IS NULL) AS waiting,
        (SELECT COALESCE(MAX(position), 0) FROM journal) AS position,
        (SELECT holder FROM leases WHERE name = $1) AS holder,
        COALESCE((SELECT until FROM leases WHERE name = $1), 0) AS until,
        CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now";

const PLACE: &str = "UPDATE journal SET position = placed.position
     FROM (SELECT id, (SELECT COALESCE(MAX(position), 0) FROM journal)
                      + ROW_NUMBER() OVER (ORDER BY id) AS position
           FROM (SELECT id FROM journal WHERE position IS NULL ORDER BY id LIMIT $1) AS waiting
          ) AS placed
     WHERE journal.id = placed.id";

pub(crate) struct Sequencer {
    pub server: Arc<Server>,
    pub holder: String,
    pub watch: Arc<Watch>,
}

/// How far the journal has come, and whether that was our doing.
struct Seen {
    position: i64,
    placed: bool,
}

impl Sequencer {
    /// Places what waits, if that is ours to do, and tells of it.
    pub fn turn(&self, session: &mut Conn, wakes: Wakes) -> Result<()> {
        let seen = self.look(session)?;
        if self.watch.reached(seen.position) {
            self.watch.tell_of_journal();
        }
        if seen.placed {
            self.server.tell(session, &format!("at {} {}", seen.position, self.holder));
        } else if wakes.journal {
            self.server.tell(session, &format!("journal {}", self.holder));
        }
        if wakes.jobs {
            self.server.tell(session, &format!("jobs {}", self.holder));
        }
        Ok(())
    }

    /// Places what waits, if that is ours to do.
    fn look(&self, session: &mut Conn) -> Result<Seen> {
        let row = self.state(session)?;
        let (now, until): (i64, i64) = (row.get("now")?, row.get("until")?);
        let ours = row.get::<Option<String>>("holder")?.as_ref() == Some(&self.holder);
        let due = match ours {
            true => row.get("waiting")? || until - now < LEASE / 2,
            false => until <= now,
        };
        if !due {
            return Ok(Seen { position: row.get("position")?, placed: false });
        }
        let mut placed = false;
        loop {
            let count = self.place(session)?;
            placed |= count > 0;
            if count < MOST_AT_ONCE as u64 {
                break Ok(Seen { position: self.state(session)?.get("position")?, placed });
            }
        }
    }

    fn state(&self, session: &mut Conn) -> Result<Row> {
        let rows = session.query(STATE, &[NAME.into()], false)?;
        rows.into_iter().next().ok_or_else(|| StoreError::Shape("no answer".to_owned()))
    }

    /// One transaction; says how many it placed. It is none when another has the lease.
    fn place(&self, session: &mut Conn) -> Result<u64> {
        session.say("BEGIN ISOLATION LEVEL READ COMMITTED")?;
        let placed = self.place_within(session);
        match &placed {
            Ok(_) => session.say("COMMIT")?,
            Err(_) => session.say("ROLLBACK")?,
        }
        placed
    }

    fn place_within(&self, session: &mut Conn) -> Result<u64> {
        let now = session.now()?;
        let args: [Value; 4] =
            [NAME.into(), self.holder.as_str().into(), (now + LEASE).into(), now.into()];
        match session.query(TAKE, &args, false)?.is_empty() {
            true => Ok(0),
            false => session.execute(PLACE, &[MOST_AT_ONCE.into()], false),
        }
    }

    pub fn release(&self, session: &mut Conn) -> Result<u64> {
        let rows =
            session.query("SELECT fence FROM leases WHERE name = $1", &[NAME.into()], false)?;
        let Some(fence) = rows.first().map(|it| it.get::<i64>("fence")).transpose()? else {
            return Ok(0);
        };
        session.execute(RELEASE, &[NAME.into(), self.holder.as_str().into(), fence.into()], false)
    }
}
