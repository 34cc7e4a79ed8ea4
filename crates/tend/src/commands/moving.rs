//! `tend move`: from SQLite to PostgreSQL, and back.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use tend_core::search;

use super::progress;
use crate::{
    cli::Common,
    folder::Folder,
    open::{self, Role},
};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Move {
    /// postgres://user:password@host/name, or the path of a SQLite file to be.
    #[arg(long, value_name = "URL")]
    to: String,
}

const EXAMPLES: &str = "\
Examples:
  tend move --to postgres://tend@db.internal/tend
  tend move --to ./tend-data/tend.db --database-url postgres://tend@db.internal/tend

Stop Tend first. All rows are counted and compared at the end; what you had stays as it
was. Files stay where they are.";

pub fn run(common: &Common, args: &Move) -> Result<()> {
    let (config, _) = open::settings(common, Vec::new())?;
    let folder = Folder::existing(&common.data)?;
    let from = open::database(&config, &folder, Role::Server)?;
    let to = open::receiving(&args.to)?;
    let bar = progress::bar();
    let moved = from.move_to(&to, &mut |at| progress::show(&bar, &at))?;
    // The index of words is each database's own: a Tend that serves fills it anew.
    to.write(search::rebuild)?;
    bar.finish_and_clear();
    for it in moved.tables.iter().filter(|it| it.rows > 0) {
        println!("{:<24}{:>12} rows, the same in both", it.table, it.rows);
    }
    match args.to.starts_with("postgres") {
        true => println!("From now on start Tend with database_url set to the new address."),
        false => {
            let path = PathBuf::from(&args.to);
            println!("From now on start Tend without a database_url; it is {}.", path.display());
        }
    }
    Ok(())
}
