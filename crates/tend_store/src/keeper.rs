//! What runs beside PostgreSQL's writers: it keeps this node's number, follows the
//! server's clock, and gives the journal its positions when that is ours to do.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use crate::{
    Dialect, Result, Value,
    conn::Conn,
    node::{self, GIVE_BACK},
    origin::Origin,
    sequencer::Sequencer,
    server::{Purpose, Server},
    watch::Wakes,
};

/// How often to look without being told: beside notifications, and without them.
const LOOK: Duration = Duration::from_secs(1);
const LOOK_OFTEN: Duration = Duration::from_millis(100);
const RENEW: Duration = Duration::from_secs(15);

pub(crate) struct Keeper {
    pub server: Arc<Server>,
    pub origin: Arc<Origin>,
    pub holder: String,
    /// Where there is a journal.
    pub sequencer: Option<Sequencer>,
}

impl Keeper {
    /// Until the bell says stop; what was committed by then is placed.
    pub fn run(&self) {
        let mut session = None;
        let (mut owed, mut renewed) = (Wakes::default(), Instant::now());
        loop {
            let often = session.is_none() || !self.server.listens();
            let rung = self.origin.bell.wait(if often { LOOK_OFTEN } else { LOOK });
            owed.add(rung.wakes);
            match self.turn(&mut session, owed, &mut renewed) {
                Ok(()) => owed = Wakes::default(),
                Err(error) => {
                    tracing::debug!(%error, "looks again soon");
                    session = None;
                }
            }
            if rung.stop {
                if let Some(session) = &mut session {
                    self.give_back(session);
                }
                return;
            }
        }
    }

    fn turn(&self, session: &mut Option<Conn>, wakes: Wakes, renewed: &mut Instant) -> Result<()> {
        let is_new = session.is_none();
        let session = match session {
            Some(it) => it,
            None => session.insert(self.server.conn(Purpose::Upkeep)?),
        };
        if is_new || renewed.elapsed() >= RENEW {
            follow_clock(session, &self.origin)?;
            self.renew(session)?;
            *renewed = Instant::now();
        }
        match &self.sequencer {
            Some(it) => it.turn(session, wakes),
            None => Ok(()),
        }
    }

    fn renew(&self, session: &mut Conn) -> Result<()> {
        let Some(node) = self.origin.node() else { return Ok(()) };
        let reached = self.origin.ids.reached(self.origin.now());
        if let Some(mark) = node::renew(session, &node, &self.holder, reached)? {
            self.origin.ids.set_mark(mark);
            return Ok(());
        }
        tracing::warn!(number = node.number, "another node has our number: takes a new one");
        session.say(Dialect::Postgres.begin_write())?;
        let taken = node::lease(&mut self.origin.tx(session, false), &self.holder, true);
        session.say(if taken.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        let node = taken?;
        self.origin.ids.lease(node.number, node.after, node.mark);
        self.origin.set_node(Some(node));
        Ok(())
    }

    fn give_back(&self, session: &mut Conn) {
        if let Some(sequencer) = &self.sequencer {
            let _ = sequencer.release(session);
        }
        if let Some(node) = self.origin.node() {
            let args: [Value; 2] = [node.number.into(), self.holder.as_str().into()];
            let _ = session.execute(GIVE_BACK, &args, false);
        }
        // The listener hears it, and sees that it may stop.
        self.server.tell(session, "bye");
    }
}

/// All nodes go by the server's clock, so that one whose own is wrong does not
/// take what others lease, or fire what is not yet due.
pub(crate) fn follow_clock(session: &mut Conn, origin: &Origin) -> Result<()> {
    if !origin.clock.follows_the_server() {
        return Ok(());
    }
    let before = origin.clock.now().as_microsecond();
    let server = session.now()?;
    let after = origin.clock.now().as_microsecond();
    let offset = server - (before + after) / 2;
    // Less than the way there and back is not known better than our own clock.
    let offset = if offset.abs() <= (after - before).max(MEANT) { 0 } else { offset };
    let known = origin.offset.swap(offset, Relaxed);
    if offset.abs() > WORTH_A_WORD && (offset - known).abs() > WORTH_A_WORD {
        let seconds = offset / 1_000_000;
        tracing::warn!(seconds, "the database server's clock is ahead of ours by this: goes by it");
    }
    Ok(())
}

/// In microseconds: clocks kept by NTP differ by less, and by more is worth a warning.
const MEANT: i64 = 100_000;
const WORTH_A_WORD: i64 = 2_000_000;
