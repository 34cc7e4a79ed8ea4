//! The command line. Its help is read by people who are in a hurry: it shows what to type.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{commands, serve::Serve};

/// Support, service and success in one program, with one record of each customer.
#[derive(Parser)]
#[command(name = "tend", version, after_help = EXAMPLES, subcommand_negates_reqs = true)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub serve: Serve,
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  tend                              Serve on http://127.0.0.1:8080, data in ./tend-data.
  tend --demo --data ./try-it       Look around in a company that we made up.
  tend --listen 0.0.0.0:8080 --smtp-listen 0.0.0.0:25 --data DIR
  tend agent add --email anna@example.com --name 'Anna Berg' --role admin
  tend backup monday.tend           A verified copy of everything, while Tend runs.
  tend check                        What is wrong, in plain words.
  tend config > tend-data/tend.toml All settings, explained.

`tend COMMAND --help` tells more about each.";

/// What every command needs to know.
#[derive(Args, Clone)]
pub struct Common {
    /// The data folder: database, files, key and tend.toml. It is made if it is not there.
    #[arg(
        long,
        value_name = "DIR",
        env = "TEND_DATA",
        default_value = "./tend-data",
        global = true
    )]
    pub data: PathBuf,

    /// Settings from this file instead of tend.toml in the data folder.
    #[arg(long, value_name = "FILE", env = "TEND_CONFIG", global = true)]
    pub config: Option<PathBuf>,

    /// PostgreSQL instead of SQLite: postgres://user:password@host/name (or TEND_DATABASE_URL).
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<String>,

    /// Any setting of `tend config`, as in --set mail.max_message_mb=50.
    #[arg(long, value_name = "NAME=VALUE", global = true, value_parser = setting)]
    pub set: Vec<(String, String)>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Serve people and mail; this is what `tend` alone does.
    Serve(Serve),
    /// Agents: the people on our side.
    #[command(subcommand)]
    Agent(commands::agent::Agent),
    /// Tokens for programs that use the API.
    #[command(subcommand)]
    Token(commands::token::Token),
    /// History from other systems.
    #[command(subcommand)]
    Import(commands::import::Import),
    /// Write everything into one file, verified, while Tend runs.
    Backup(commands::backup::BackupTo),
    /// Bring a backup back, into an empty folder. No mail leaves until you release it.
    Restore(commands::backup::RestoreFrom),
    /// Move the database from SQLite to PostgreSQL, or back. Counted and compared.
    Move(commands::moving::Move),
    /// Look for what is wrong, and say it in plain words.
    Check(commands::check::Check),
    /// Fill an empty database with a large made-up history, for benches.
    Seed(commands::seed::Seed),
    /// The mathematics behind Tend's figures, for your own CSV files.
    #[command(subcommand)]
    Stats(Box<crate::stats::Stats>),
    /// From now on no mail leaves, of a running Tend either.
    Hold,
    /// Let mail leave again, after `tend hold` or a restore.
    Release,
    /// Print all settings, explained, with what they are by default.
    Config,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let split = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    split.ok_or_else(|| "a setting is NAME=VALUE, as in mail.lmtp=true".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serving_needs_no_word() {
        let bare = Cli::try_parse_from(["tend", "--listen", "127.0.0.1:9000"]).expect("parses");
        assert!(bare.command.is_none());
        let data = Cli::try_parse_from(["tend", "serve", "--data", "x"]).expect("parses");
        assert_eq!(data.common.data, PathBuf::from("x"));
        let before = Cli::try_parse_from(["tend", "--data", "x", "config"]).expect("parses");
        assert_eq!(before.common.data, PathBuf::from("x"));
        assert!(Cli::try_parse_from(["tend", "--set", "oops"]).is_err());
    }
}
