use tend_store::Tx;

use crate::{
    Result,
    actor::Actor,
    journal::{self, Change, Subject},
    tags::{self, TagId},
};

/// Says whether that was news.
pub(crate) fn put_tag(tx: &mut Tx, by: Actor, on: Subject, tag: TagId) -> Result<bool> {
    let name = tags::find(tx, tag)?.name;
    if !tags::put_on(tx, tag, on.kind, on.id)? {
        return Ok(false);
    }
    journal::record(tx, by, on, &Change::Tagged { tag: name })?;
    Ok(true)
}

pub(crate) fn take_tag(tx: &mut Tx, by: Actor, off: Subject, tag: TagId) -> Result<()> {
    let name = tags::find(tx, tag)?.name;
    match tags::take_off(tx, tag, off.id)? {
        true => journal::record(tx, by, off, &Change::Untagged { tag: name }),
        false => Ok(()),
    }
}

pub(crate) fn set_tags(tx: &mut Tx, by: Actor, on: Subject, to: &[TagId]) -> Result<()> {
    for it in tags::of(tx, on.id)? {
        if !to.contains(&it.id) {
            take_tag(tx, by, on, it.id)?;
        }
    }
    for it in to {
        put_tag(tx, by, on, *it)?;
    }
    Ok(())
}
