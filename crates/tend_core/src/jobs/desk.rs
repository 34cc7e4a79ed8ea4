use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{JobId, discard};
use crate::{
    Result,
    agents::{Me, Permission},
    error::conflict,
    page::{Cursor, Page},
};

/// Which jobs a person looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    /// Put aside after too many failures.
    #[default]
    Dead,
    /// Failed, and tried again by itself.
    Failing,
    /// Waits for its time, or is being done.
    Waiting,
}

impl Standing {
    pub const ALL: [Self; 3] = [Self::Dead, Self::Failing, Self::Waiting];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Failing => "failing",
            Self::Waiting => "waiting",
        }
    }

    /// The one of this word; of any other text those put aside.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.word() == word).unwrap_or_default()
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Dead => "state = 'dead'",
            Self::Failing => "state = 'waiting' AND problem <> ''",
            Self::Waiting => "state = 'waiting' AND problem = ''",
        }
    }
}

row! {
    /// A job as a person sees it; what it is about is not shown, for it may hold an address.
    pub struct Listed {
        pub id: JobId,
        pub kind: String,
        pub problem: String,
        pub attempts: i64,
        pub created_at: Timestamp,
        pub due_at: Timestamp,
        /// A worker is at it until then.
        pub leased_until: Option<Timestamp>,
    }
}

/// Jobs, newest first.
pub fn list(
    tx: &mut Tx,
    me: &Me,
    which: Standing,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Page<Listed>> {
    me.require(Permission::JobsManage)?;
    let before = after.map_or(i64::MAX, |it| it.id);
    let sql = format!(
        "SELECT id, kind, problem, attempts, created_at, due_at, leased_until FROM jobs
         WHERE {} AND id < $1 ORDER BY id DESC LIMIT $2",
        which.condition()
    );
    let rows = tx.rows(&sql, &[before.into(), (limit as i64 + 1).into()])?;
    Ok(Page::of(rows, limit, |it: &Listed| Cursor { key: it.id.raw(), id: it.id.raw() }))
}

/// How many there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub dead: i64,
    pub failing: i64,
    pub waiting: i64,
}

impl Count {
    pub fn of(&self, which: Standing) -> i64 {
        match which {
            Standing::Dead => self.dead,
            Standing::Failing => self.failing,
            Standing::Waiting => self.waiting,
        }
    }
}

/// Counts them.
pub fn counts(tx: &mut Tx, me: &Me) -> Result<Count> {
    me.require(Permission::JobsManage)?;
    let mut n = |which: Standing| {
        tx.scalar(&format!("SELECT count(*) AS n FROM jobs WHERE {}", which.condition()), &[])
    };
    Ok(Count {
        dead: n(Standing::Dead)?,
        failing: n(Standing::Failing)?,
        waiting: n(Standing::Waiting)?,
    })
}

/// Owes a job at once that was put aside or waits for its next try.
pub fn run_again(tx: &mut Tx, me: &Me, id: JobId) -> Result<()> {
    me.require(Permission::JobsManage)?;
    let now = tx.now();
    let touched = tx.execute(
        "UPDATE jobs SET state = 'waiting', due_at = $2, problem = '',
             attempts = CASE WHEN state = 'dead' THEN 0 ELSE attempts END
         WHERE id = $1 AND (leased_until IS NULL OR leased_until <= $2)",
        &[id.into(), now.into()],
    )?;
    match touched {
        0 => Err(conflict("This job was done meanwhile, or is being done now.")),
        _ => Ok(()),
    }
}

/// Gives a job up for good that was put aside.
pub fn give_up(tx: &mut Tx, me: &Me, id: JobId) -> Result<()> {
    me.require(Permission::JobsManage)?;
    discard(tx, id)
}
