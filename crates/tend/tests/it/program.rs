use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Output, Stdio},
    sync::Arc,
};

use tempfile::TempDir;
use tend_core::{
    Actor, MIGRATIONS,
    inboxes::{self, Channel, InboxId, NewInbox},
};
use tend_store::{Db, Options, SystemClock};
use tend_testkit::Place;

use crate::http;

/// One installation: a data folder and a database.
pub struct Installation {
    pub folder: TempDir,
    place: Option<Place>,
}

/// A Tend that serves; it is told to stop when this goes.
pub struct Serving {
    process: Child,
    pub address: String,
    pub greeting: String,
}

impl Installation {
    /// Runs a test on SQLite and on PostgreSQL.
    pub fn on_both(test: impl Fn(&Installation)) {
        for place in [None, Some(Place::postgres(None))] {
            test(&Self::at(place));
        }
    }

    pub fn on_sqlite() -> Self {
        Self::at(None)
    }

    /// With its database there; none means a file in its folder.
    pub fn at(place: Option<Place>) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder takes one more");
        Self { folder, place }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tend"));
        command.env_clear().env("TEND_DATA", self.data());
        if let Some(place) = &self.place {
            command.env("TEND_DATABASE_URL", place.address());
        }
        command
    }

    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Its database, beside the program.
    pub fn db(&self) -> Db {
        let mut options = Options::new(Arc::new(SystemClock), MIGRATIONS);
        options.alone = false;
        let db = match &self.place {
            Some(place) => Db::postgres(&place.address(), options),
            None => {
                std::fs::create_dir_all(self.data()).expect("makes");
                Db::sqlite(self.data().join("tend.db"), options)
            }
        };
        db.expect("opens")
    }

    /// The jobs that are still to be done, and what became of the mails that are to leave.
    pub fn under_way(&self) -> Vec<String> {
        let all = |tx: &mut tend_store::Tx| {
            tx.column(
                "SELECT kind || ' ' || state || ' after ' || CAST(attempts AS TEXT)
                     || ' attempts, due ' || CAST(due_at AS TEXT) || ' leased until '
                     || COALESCE(CAST(leased_until AS TEXT), 'never') || ': ' || problem
                 FROM jobs WHERE kind NOT IN ('sweep', 'catch_up_money', 'walk_surveys')
                 UNION ALL
                 SELECT state || ' after ' || CAST(attempts AS TEXT) || ' attempts, due '
                     || CAST(due_at AS TEXT) || ' ' || answer FROM outbox WHERE state <> 'sent'
                 LIMIT 30",
                &[],
            )
        };
        self.db().read(all).expect("reads")
    }

    pub fn is_postgres(&self) -> bool {
        self.place.is_some()
    }

    /// The database that `tend move` filled.
    pub fn moved_to(&self, place: &str) -> Db {
        let options = Options::new(Arc::new(SystemClock), MIGRATIONS);
        let db = match self.is_postgres() {
            true => Db::sqlite(place, options),
            false => Db::postgres(place, options),
        };
        db.expect("opens")
    }

    /// An inbox, as an admin makes it.
    pub fn inbox(&self, address: &str) -> InboxId {
        let (name, address) = (String::new(), address.to_owned());
        let new = NewInbox { name, address, channel: Channel::Email };
        let db = self.db();
        db.write(move |tx| inboxes::create_as(tx, Actor::Console, &new)).expect("is made")
    }

    pub fn run(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command();
        let piped = command.args(args).stdin(Stdio::piped());
        let mut child =
            piped.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let mut stdin = child.stdin.take().expect("is piped");
        // It may have refused before it read.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("ends")
    }

    /// What it says on standard output when all is well.
    pub fn well(&self, args: &[&str], input: &str) -> String {
        let output = self.run(args, input);
        let error = String::from_utf8_lossy(&output.stderr);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {error}\n{said}");
        said
    }

    /// What it says on standard error when it refuses.
    pub fn refused(&self, args: &[&str], input: &str) -> String {
        let output = self.run(args, input);
        assert!(!output.status.success(), "{args:?} was not refused");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Starts it at a free port and waits until it has said where.
    pub fn serve(&self, args: &[&str]) -> Serving {
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(args);
        Serving::start(command)
    }
}

impl Serving {
    /// Starts it, and waits until it has said where it is.
    pub fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("starts");
        let mut out = BufReader::new(process.stdout.take().expect("is piped"));
        let mut greeting = String::new();
        while !greeting.contains("The data folder") && !greeting.contains("A new data folder") {
            let read = out.read_line(&mut greeting).expect("speaks");
            assert!(read > 0, "it ended before it said where it is");
        }
        let address = greeting.split("http://").nth(1).and_then(|it| it.lines().next());
        let address = address.expect("says where it is").to_owned();
        Self { process, address, greeting }
    }

    /// The status and the body.
    pub fn get(&self, path: &str, headers: &str) -> (u16, String) {
        let answer = http::ask(&self.address, "GET", path, headers, "").expect("answers");
        (answer.status, answer.body)
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("kill is there");
        assert!(sent.success());
    }

    /// Asks it to stop; the answer is its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        self.process.wait().expect("ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
