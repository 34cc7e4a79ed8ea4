//! What only one process at a time may do, with a number that tells a holder
//! from one who held it before.

use jiff::SignedDuration;

use crate::{Result, Tx};

pub(crate) const TAKE: &str = "INSERT INTO leases (name, holder, fence, until)
     VALUES ($1, $2, 1, $3)
     ON CONFLICT (name) DO UPDATE
     SET fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END,
         holder = excluded.holder, until = excluded.until
     WHERE leases.holder = excluded.holder OR leases.until <= $4
     RETURNING fence";

pub(crate) const RELEASE: &str =
    "UPDATE leases SET holder = '', until = 0 WHERE name = $1 AND holder = $2 AND fence = $3";

/// Leases: of a timer, a mailbox, whatever one process at a time may tend.
/// `holder` tells processes apart, see [`Db::holder`](crate::Db::holder).
impl Tx<'_> {
    /// Takes a lease that is free or over, or goes on holding it, until `keep`
    /// from now. `None`: another holds it. The number grows each time the lease
    /// changes hands; who acts under the lease asks [`holds`](Self::holds_lease)
    /// with it in the same transaction.
    pub fn take_lease(
        &mut self,
        name: &str,
        holder: &str,
        keep: SignedDuration,
    ) -> Result<Option<i64>> {
        let now = self.now();
        let until = now.as_microsecond().saturating_add(micros(keep));
        self.maybe_scalar(TAKE, &[name.into(), holder.into(), until.into(), now.into()])
    }

    /// Keeps a lease that is still ours. `false`: another has taken it meanwhile,
    /// or might have.
    pub fn renew_lease(&mut self, name: &str, fence: i64, keep: SignedDuration) -> Result<bool> {
        let now = self.now();
        let until = now.as_microsecond().saturating_add(micros(keep));
        let kept = self.execute(
            "UPDATE leases SET until = $3
             WHERE name = $1 AND fence = $2 AND holder <> '' AND until > $4",
            &[name.into(), fence.into(), until.into(), now.into()],
        )?;
        Ok(kept == 1)
    }

    /// Whether the lease with this number is still held. In a write: nobody can
    /// take it before this transaction is over.
    pub fn holds_lease(&mut self, name: &str, fence: i64) -> Result<bool> {
        let now = self.now();
        let held = self.execute(
            "UPDATE leases SET until = until
             WHERE name = $1 AND fence = $2 AND holder <> '' AND until > $3",
            &[name.into(), fence.into(), now.into()],
        )?;
        Ok(held == 1)
    }

    /// Ends all leases whose names begin so: their holders are gone for sure, because nobody
    /// else can have this database open.
    pub fn end_leases(&mut self, beginning: &str) -> Result<u64> {
        let length = i64::try_from(beginning.chars().count()).unwrap_or(i64::MAX);
        self.execute(
            "UPDATE leases SET holder = '', until = 0
             WHERE substr(name, 1, CAST($2 AS INTEGER)) = $1",
            &[beginning.into(), length.into()],
        )
    }

    /// Gives a lease back, so that another need not wait for its end.
    pub fn release_lease(&mut self, name: &str, holder: &str, fence: i64) -> Result<()> {
        self.execute(RELEASE, &[name.into(), holder.into(), fence.into()]).map(drop)
    }
}

fn micros(keep: SignedDuration) -> i64 {
    i64::try_from(keep.as_micros()).unwrap_or(i64::MAX)
}
