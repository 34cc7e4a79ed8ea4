use jiff::SignedDuration;
use tend_core::{
    Error,
    usage::{
        Roller, Step,
        roll_up::{self, Chunk, LEASE},
        seen,
    },
};

use crate::Tend;

impl Tend {
    /// Counts the usage events that wait, as the worker does; says how each step went.
    pub fn roll_up(&self) -> Vec<Step> {
        self.roll_up_with(&mut Roller::default())
    }

    /// The same, with a roller that remembers.
    pub fn roll_up_with(&self, roller: &mut Roller) -> Vec<Step> {
        let holder = self.db.holder().to_owned();
        let keep = SignedDuration::from_mins(1);
        let lease =
            move |tx: &mut tend_store::Tx| tx.take_lease(LEASE, &holder, keep).map_err(Error::from);
        let fence = self.db.write(lease).expect("writes").expect("nobody else rolls up");
        let mut steps = Vec::new();
        loop {
            let gathered = self.db.read(|tx| roll_up::gather(tx, roll_up::AT_ONCE)).expect("reads");
            if gathered.is_empty() {
                return steps;
            }
            let chunk = Chunk::read(gathered);
            let missing = roller.missing(&chunk);
            let loaded = self.db.read(|tx| seen::load(tx, &missing)).expect("reads");
            let meant = roller.plan(chunk, loaded);
            let roll = move |tx: &mut tend_store::Tx| roll_up::roll_up(tx, fence, &meant);
            let rolled = self.db.write(roll).expect("rolls up").expect("has the lease");
            steps.push(roller.note(rolled));
            while let Some((part, level, pieces)) = roller.untidy() {
                let gone = pieces.clone();
                let tidy = move |tx: &mut tend_store::Tx| seen::tidy(tx, part, level, &pieces);
                let written = self.db.write(tidy).expect("tidies");
                roller.tidied(&gone, written);
            }
        }
    }
}
