use tend_core::outbox;
use tend_store::Tx;

use super::{Findings, Mark};

/// What waits, and for what.
pub struct Work {
    held: bool,
    failed: i64,
    unknown: i64,
    quarantined: i64,
    late: i64,
    dead: i64,
}

/// A mail that was taken in longer ago and is not read yet says that nothing works on it.
const LATE: i64 = 10 * 60 * 1_000_000;

impl Work {
    pub fn look(tx: &mut Tx) -> tend_core::Result<Self> {
        let before = tx.now().as_microsecond() - LATE;
        let late = tx.scalar(
            "SELECT count(*) FROM mails WHERE state = 'received' AND received_at < $1",
            &[before.into()],
        )?;
        let mut count = |sql: &str| tx.scalar::<i64>(sql, &[]);
        let failed = count("SELECT count(*) FROM outbox WHERE state = 'failed'")?;
        let unknown = count("SELECT count(*) FROM outbox WHERE state = 'unknown'")?;
        let quarantined = count("SELECT count(*) FROM mails WHERE state = 'quarantined'")?;
        let dead = count("SELECT count(*) FROM jobs WHERE state = 'dead'")?;
        let held = outbox::is_held(tx)?;
        Ok(Self { held, failed, unknown, quarantined, late, dead })
    }

    pub fn tell(&self, all: &mut Findings) {
        if self.held {
            all.add("outbox", Mark::Think, "No mail leaves until you type: tend release.");
        }
        let counts = [
            ("outbox", self.failed, "mails could not be sent"),
            ("outbox", self.unknown, "mails were perhaps sent: look at them"),
            ("mail", self.quarantined, "mails wait in quarantine"),
            ("mail", self.late, "mails came more than ten minutes ago and are not read yet"),
        ];
        for (about, count, what) in counts.into_iter().filter(|(_, count, _)| *count > 0) {
            all.add(about, Mark::Think, format!("{count} {what}."));
        }
        let text =
            format!("{} jobs were given up: see the settings, and do them again.", self.dead);
        let problem = (self.dead > 0).then_some((Mark::Wrong, text));
        all.tell("jobs", problem, "No job was given up.");
    }
}
