//! `tend hold` and `tend release`: whether mail may leave.

use anyhow::Result;
use tend_core::outbox;

use crate::{cli::Common, open};

pub fn hold(common: &Common) -> Result<()> {
    let (_, _, db) = open::all(common)?;
    let waiting = db.write(outbox::hold_all)?;
    println!("No mail leaves until you type: tend release. Mails that wait: {waiting}.");
    Ok(())
}

pub fn release(common: &Common) -> Result<()> {
    let (_, _, db) = open::all(common)?;
    let waiting = db.write(outbox::release_all)?;
    println!("Mail leaves again. Mails that waited: {waiting}.");
    Ok(())
}
