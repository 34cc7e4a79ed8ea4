//! `tend hold` and `tend release`: whether mail may leave.

use anyhow::Result;
use tend_core::outbox;

use crate::{cli::Common, open};

/// So many leave in one transaction: others may write in between.
const AT_ONCE: i64 = 500;

pub fn hold(common: &Common) -> Result<()> {
    let (_, _, db) = open::all(common)?;
    let waiting = db.write(outbox::hold_all)?;
    println!("No mail leaves until you type: tend release. Mails that wait: {waiting}.");
    Ok(())
}

pub fn release(common: &Common) -> Result<()> {
    let (_, _, db) = open::all(common)?;
    let (mut waiting, mut after) = (0, 0);
    loop {
        let (some, last) = db.write(move |tx| outbox::release(tx, after, AT_ONCE))?;
        (waiting, after) = (waiting + some, last);
        if some == 0 {
            break;
        }
    }
    println!("Mail leaves again. Mails that waited: {waiting}.");
    Ok(())
}
