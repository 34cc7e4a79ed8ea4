//! `tend import …`

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow, bail};
use aws_lc_rs::digest::{SHA256, digest};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tend_core::{
    Error,
    inboxes::{self, Inbox},
    jobs::Outcome,
    mails::{self, Arrived, MailId, StoredFile},
    secrets::hex,
};
use tend_mail::boxes;
use tend_work::{Setup, Works, take_in_mail};
use tokio::runtime::Runtime;

use crate::{cli::Common, key, open, serve::parts};

#[derive(Subcommand)]
pub enum Import {
    /// Take in mails that lie in files: mbox, Maildir, .eml, .emlx, and folders of them.
    #[command(after_help = EXAMPLES)]
    Mail(Mail),
}

const EXAMPLES: &str = "\
Examples:
  tend import mail old.mbox --inbox support@example.com
  tend import mail ~/Maildir exported/*.eml --inbox support@example.com

It may be stopped with Ctrl-C and run again: mails that are here already are counted as
duplicates. At the end: read = imported + duplicates + quarantined. What can't be read as
a mail waits in quarantine with its reason. Conversations that come of it are closed,
nobody is notified and nothing is answered: it is history, not work.";

#[derive(Args)]
pub struct Mail {
    /// Files and folders.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The address of the inbox that they belong to.
    #[arg(long, value_name = "ADDRESS")]
    inbox: String,
}

/// How often the worker is told that it need not take these in.
const TOGETHER: usize = 100;
/// No mail is larger than this many bytes.
const LARGEST: usize = 150 * 1024 * 1024;
/// So often reading is tried, as the worker does.
const TRIES: i64 = mails::MOST_TRIES;

pub fn run(common: &Common, command: Import) -> Result<()> {
    let Import::Mail(it) = command;
    for path in &it.paths {
        fs::metadata(path).with_context(|| format!("{} can't be read", path.display()))?;
    }
    let (config, folder, db) = open::all(common)?;
    let db = Arc::new(db);
    let inbox = inbox(&db, &it.inbox)?;
    let keys = key::of(&db, &folder, false)?;
    let files = open::files(&config, &folder)?;
    let outside = parts::outside(&config)?;
    let works = Works::alone(db.clone(), files, outside, keys, Setup::default());
    let runtime = Runtime::new().context("The system has no more threads")?;
    let bytes = it.paths.iter().map(|it| bytes_in(it)).sum();
    let mut importing = Importing::new(works, inbox, bytes);
    let ended = runtime.block_on(importing.everything(&it.paths));
    drop(runtime);
    let (tally, unread) = importing.close();
    ended?;
    println!("{tally}");
    match unread {
        0 => Ok(()),
        n => bail!("{n} could not be read and were left out, as said above."),
    }
}

/// What there is to be read, for the bar; what can't be counted is told of when it is read.
fn bytes_in(path: &Path) -> u64 {
    let Ok(about) = fs::symlink_metadata(path) else { return 0 };
    if !about.is_dir() {
        return about.len();
    }
    let inside = fs::read_dir(path).into_iter().flatten().flatten();
    inside.map(|it| bytes_in(&it.path())).sum()
}

fn inbox(db: &tend_store::Db, address: &str) -> Result<Inbox> {
    let wanted = address.to_lowercase();
    let found = db.read(|tx| {
        let found = inboxes::by_address(tx, &wanted)?;
        Ok::<_, Error>((found, inboxes::all(tx)?))
    })?;
    match found {
        (Some(inbox), _) => Ok(inbox),
        (None, all) if all.is_empty() => bail!("There is no inbox yet. Make one in the settings."),
        (None, all) => {
            let known: Vec<&str> = all.iter().map(|it| it.address.as_str()).collect();
            bail!("There is no inbox {address}. There are: {}.", known.join(", "))
        }
    }
}

/// What was read, and what became of it.
#[derive(Default, Debug, PartialEq, Eq)]
struct Tally {
    read: u64,
    imported: u64,
    duplicates: u64,
    quarantined: u64,
    stopped: bool,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { read, imported, duplicates, quarantined, stopped } = self;
        if *stopped {
            f.write_str("Stopped; run it again to go on. ")?;
        }
        write!(
            f,
            "{read} read = {imported} imported + {duplicates} duplicates + {quarantined} quarantined."
        )
    }
}

struct Importing {
    works: Works,
    inbox: Inbox,
    bar: ProgressBar,
    tally: Tally,
    /// Of which the worker does not know yet that they are done.
    done: Vec<MailId>,
    /// Files without a mail in them, such as a mail program's own.
    skipped: Vec<PathBuf>,
    /// Files and mails that could not be read.
    unread: Vec<String>,
}

impl Importing {
    fn new(works: Works, inbox: Inbox, bytes: u64) -> Self {
        // Hidden when nobody watches.
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let look = "{bar:40} {bytes} of {total_bytes}, {eta} left · {msg}";
        bar.set_style(ProgressStyle::with_template(look).expect("the template is ours"));
        Self {
            works,
            inbox,
            bar,
            tally: Tally::default(),
            done: Vec::new(),
            skipped: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Until the end, or until Ctrl-C.
    async fn everything(&mut self, paths: &[PathBuf]) -> Result<()> {
        let result = tokio::select! {
            result = self.each(paths) => result,
            _ = tokio::signal::ctrl_c() => {
                self.tally.stopped = true;
                Ok(())
            }
        };
        self.settle_done().await?;
        result
    }

    async fn each(&mut self, paths: &[PathBuf]) -> Result<()> {
        let mut boxes = boxes::open(paths, LARGEST);
        for next in boxes.by_ref() {
            match next {
                Ok(mail) if mail.is_cut => {
                    let (place, n) = (mail.file.display(), mail.nth);
                    self.unread.push(format!("Mail {n} of {place} is larger than 150 MB."));
                }
                Ok(mail) => {
                    self.bar.inc(mail.bytes.len() as u64);
                    self.one(mail.bytes).await?;
                }
                Err((place, why)) => {
                    self.unread.push(format!("{} can't be read: {why}", place.display()));
                }
            }
        }
        self.skipped = boxes.skipped().to_vec();
        Ok(())
    }

    async fn one(&mut self, mail: Vec<u8>) -> Result<()> {
        let sha256 = hex(digest(&SHA256, &mail).as_ref());
        let inbox = self.inbox.id;
        let known = self.works.read(move |tx| mails::with_content(tx, inbox, &sha256)).await?;
        let (id, is_new) = match known {
            Some(it) if it.state == "received" => (it.id, true),
            Some(it) => {
                // A run that was killed has left it to the worker.
                self.done.push(it.id);
                (it.id, it.state == "quarantined")
            }
            None => (self.keep(mail).await?, true),
        };
        let state = if is_new { self.read(id).await? } else { "duplicate".to_owned() };
        if self.done.len() >= TOGETHER {
            self.settle_done().await?;
        }
        self.tally.read += 1;
        match state.as_str() {
            "imported" => self.tally.imported += 1,
            "quarantined" => self.tally.quarantined += 1,
            _ => self.tally.duplicates += 1,
        }
        self.bar.set_message(format!("{} mails", self.tally.read));
        Ok(())
    }

    async fn keep(&self, mail: Vec<u8>) -> Result<MailId> {
        let stored = self.works.files.put(mail).await?;
        let bytes = StoredFile {
            place: stored.place,
            sha256: stored.sha256,
            size: i64::try_from(stored.size)?,
            media_type: "message/rfc822".to_owned(),
        };
        let arrived = Arrived {
            inbox: Some(self.inbox.id),
            source: "import",
            envelope_from: String::new(),
            envelope_to: Vec::new(),
            remote: String::new(),
            bytes,
        };
        Ok(self.works.write(move |tx| mails::take_in_beside(tx, &arrived)).await?)
    }

    /// Reads it until it is settled; the answer is its state.
    async fn read(&mut self, id: MailId) -> Result<String> {
        let mut last = Outcome::Done;
        for _ in 0..=TRIES {
            let outcome = take_in_mail(&self.works, id).await;
            let state = self.works.read(move |tx| Ok(mails::find(tx, id)?.state)).await?;
            if state != "received" {
                self.done.push(id);
                return Ok(state);
            }
            last = outcome;
        }
        let why = match last {
            Outcome::Failed(why) | Outcome::Hopeless(why) => why,
            Outcome::Done | Outcome::Later(_) => String::new(),
        };
        Err(anyhow!("The mail {id} can be neither imported nor put into quarantine. {why}"))
    }

    async fn settle_done(&mut self) -> Result<()> {
        let done = std::mem::take(&mut self.done);
        Ok(self.works.write(move |tx| mails::imported(tx, &done)).await?)
    }

    /// What was counted, and how much could not be read.
    fn close(self) -> (Tally, usize) {
        self.bar.finish_and_clear();
        match self.skipped.as_slice() {
            [] => {}
            [one] => eprintln!("{} is no mail and was left out.", one.display()),
            [one, rest @ ..] => {
                let more = rest.len();
                eprintln!("{} and {more} more are no mails and were left out.", one.display());
            }
        }
        for it in &self.unread {
            eprintln!("{it}");
        }
        (self.tally, self.unread.len())
    }
}
