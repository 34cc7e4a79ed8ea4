use tend_store::Tx;

use super::{
    Sort, Which,
    page::{Bounds, List, resolve},
    walk::size,
};
use crate::{
    Result,
    agents::{Me, Permission},
};

/// A count looks at no more rows than that for those that fit a condition.
const MOST_LOOKED_AT: usize = 10_000;

/// How many there are: exactly `n`, or, with `more`, at least `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub n: usize,
    pub more: bool,
}

/// How many conversations a list has, of those that the agent may see; nobody counts further
/// than `most`.
pub fn count(tx: &mut Tx, me: &Me, which: &Which, most: usize) -> Result<Count> {
    let resolved = resolve(tx, me, which)?;
    let list = List::new(tx, me, &resolved, Bounds::default());
    if list.chosen.inboxes.is_empty() || !me.may(Permission::ConversationsRead) {
        return Ok(Count::default());
    }
    if list.chosen.exact {
        let n = size(tx, &list.streams, &list.rest, most + 1)?;
        return Ok(Count { n: n.min(most), more: n > most });
    }
    if list.is_small(tx, Sort::Waiting)? {
        let n = list.counted(tx)?;
        return Ok(Count { n: n.min(most), more: n > most });
    }
    let share = (MOST_LOOKED_AT / list.streams.len().max(1)).max(100);
    let mut found = Count::default();
    for stream in &list.streams {
        let mut args = Vec::new();
        let prefix = stream.prefix.bind(&mut args);
        let full = list.full.bind(&mut args);
        let (from, id) = (stream.from(tx, false), stream.id());
        let looked = format!("SELECT {id} FROM {from} WHERE {prefix} LIMIT {share}");
        let sql = format!(
            "SELECT count(*) FROM conversations WHERE conversations.id IN ({looked}) AND {full}"
        );
        found.n += tx.scalar::<usize>(&sql, &args)?;
        let some = [stream.clone()];
        found.more |= size(tx, &some, &super::cond::Cond::plain("TRUE"), share + 1)? > share;
        if found.n > most {
            return Ok(Count { n: most, more: true });
        }
    }
    Ok(found)
}
