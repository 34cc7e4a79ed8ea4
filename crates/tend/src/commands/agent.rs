//! `tend agent …`

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use tend_core::{agents, secrets::passwords};

use crate::{cli::Common, open};

#[derive(Subcommand)]
pub enum Agent {
    /// Add an agent who can sign in at once. The password comes on standard input.
    #[command(after_help = ADD_EXAMPLES)]
    Add(Add),
    /// Give an agent a new password, which ends all their sessions.
    #[command(after_help = PASSWORD_EXAMPLES)]
    Password(Password),
}

const ADD_EXAMPLES: &str = "\
Examples:
  tend agent add --email anna@example.com --name 'Anna Berg' --role admin
      Asks for the password twice.
  tend agent add --email anna@example.com --name 'Anna Berg' --role agent < password.txt
      Takes the first line. This works before the first start too, so a machine can be
      set up without a browser.";

const PASSWORD_EXAMPLES: &str = "\
Example:
  tend agent password --email anna@example.com";

#[derive(Args)]
pub struct Add {
    /// The address they sign in with.
    #[arg(long)]
    email: String,
    /// The name that colleagues and customers see.
    #[arg(long)]
    name: String,
    /// admin, lead, agent, viewer, or a role that you made.
    #[arg(long, default_value = "agent")]
    role: String,
}

#[derive(Args)]
pub struct Password {
    /// The address they sign in with.
    #[arg(long)]
    email: String,
}

pub fn run(common: &Common, command: Agent) -> Result<()> {
    match command {
        Agent::Add(it) => add(common, it),
        Agent::Password(it) => change_password(common, &it.email),
    }
}

fn add(common: &Common, it: Add) -> Result<()> {
    let (_, _, db) = open::all(common)?;
    let hash = hashed(&it.email)?;
    let (name, email, role) = (it.name.clone(), it.email.clone(), it.role.clone());
    db.write(move |tx| agents::add_by_console(tx, &name, &email, &role, &hash))?;
    println!("{} can sign in with {}.", it.name, it.email);
    Ok(())
}

fn change_password(common: &Common, email: &str) -> Result<()> {
    let (_, _, db) = open::all(common)?;
    let address = email.to_owned();
    let agent = db.read(move |tx| agents::by_email(tx, &address))?;
    let (id, hash) = (agent.id, hashed(email)?);
    db.write(move |tx| agents::passwords::change_by_console(tx, id, &hash))?;
    println!("{} has a new password.", agent.name);
    Ok(())
}

/// A password from standard input, checked and hashed.
fn hashed(email: &str) -> Result<String> {
    let password = read_password()?;
    passwords::check(&password, email)?;
    Ok(passwords::hash(&password))
}

fn read_password() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        let again = rpassword::prompt_password("Once more: ")?;
        ensure!(password == again, "The two are different. Nothing was changed.");
        return Ok(password);
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("The password can't be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
