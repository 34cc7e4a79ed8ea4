//! `tend token …`

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use tend_core::{
    agents::{
        self, Permission, Permissions,
        tokens::{self, NewToken},
    },
    secrets::Fresh,
};
use tend_store::{Clock, SystemClock};

use crate::{cli::Common, open};

#[derive(Subcommand)]
pub enum Token {
    /// Make a token and print it, alone on a line. It is shown this once.
    #[command(after_help = EXAMPLES)]
    Create(Create),
}

const EXAMPLES: &str = "\
Examples:
  tend token create --agent anna@example.com --name 'Web shop'
      All that Anna may do.
  tend token create --agent anna@example.com --name Reports \\
      --scope conversations.read --scope customers.read --days 90
  TOKEN=$(tend token create --agent anna@example.com --name script)
  curl --header \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/api/v1/conversations";

#[derive(Args)]
pub struct Create {
    /// The address of the agent whose name stands under what the token does.
    #[arg(long, value_name = "EMAIL")]
    agent: String,
    /// What it is for, as it stands in the agent's list of tokens.
    #[arg(long)]
    name: String,
    /// What it may do, as in conversations.read; may be given several times. None: all that the agent may.
    #[arg(long = "scope", value_name = "PERMISSION")]
    scopes: Vec<String>,
    /// How long it is valid. None: until it is revoked.
    #[arg(long)]
    days: Option<u32>,
}

pub fn run(common: &Common, command: Token) -> Result<()> {
    let Token::Create(it) = command;
    let scopes = scopes(&it.scopes)?;
    let (_, _, db) = open::all(common)?;
    let fresh = Fresh::token();
    let token = NewToken {
        name: it.name,
        scopes,
        expires_at: it.days.map(end_of).transpose()?,
        fingerprint: fresh.fingerprint(),
        hint: fresh.hint(),
    };
    db.write(move |tx| {
        let agent = agents::by_email(tx, &it.agent)?;
        tokens::make_by_console(tx, agent.id, &token)
    })?;
    println!("{}", fresh.text());
    Ok(())
}

fn scopes(words: &[String]) -> Result<Permissions> {
    let mut scopes = Permissions::default();
    for word in words {
        let Ok(permission) = word.parse() else {
            let known: Vec<&str> = Permission::ALL.iter().map(|it| it.word()).collect();
            bail!("There is no scope {word}. There are: {}.", known.join(", "));
        };
        scopes = scopes.with(permission);
    }
    Ok(scopes)
}

fn end_of(days: u32) -> Result<Timestamp> {
    Ok(SystemClock.now().checked_add(SignedDuration::from_hours(24 * i64::from(days)))?)
}
