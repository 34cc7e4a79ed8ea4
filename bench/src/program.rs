//! The program as people run it.

use std::{
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::client::{Client, encode, get};

/// The first agent of each database.
pub const EMAIL: &str = "admin@example.com";
pub const PASSWORD: &str = "bench-password-1";

#[derive(Clone, Debug)]
pub enum Database {
    Sqlite,
    Postgres(String),
}

impl Database {
    fn tell(&self, command: &mut Command) {
        if let Self::Postgres(url) = self {
            command.env("TEND_DATABASE_URL", url);
        }
    }
}

/// One that serves; it is stopped when it is dropped.
pub struct Program {
    child: Child,
    pub address: String,
    pub tend: PathBuf,
    pub folder: PathBuf,
    pub database: Database,
    /// From the start of the process to its first answer of 200.
    pub took: Duration,
}

impl Program {
    pub fn start(tend: &Path, folder: &Path, database: &Database) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(tend);
        command.arg("serve").arg("--data").arg(folder).args(["--listen", &address]);
        command.args(["--set", "log.level=error", "--set", "api.per_minute=0"]);
        database.tell(&mut command);
        let began = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.with_context(|| format!("{} does not start", tend.display()))?;
        let mut it = Self {
            child,
            address,
            tend: tend.to_owned(),
            folder: folder.to_owned(),
            database: database.clone(),
            took: Duration::ZERO,
        };
        it.wait(began)?;
        Ok(it)
    }

    #[expect(clippy::disallowed_methods, reason = "a bench lets time pass")]
    fn wait(&mut self, began: Instant) -> Result<()> {
        loop {
            if self.answers() {
                self.took = began.elapsed();
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("tend ended: {status}");
            }
            if began.elapsed() > Duration::from_secs(120) {
                bail!("tend does not answer");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Whether a page comes with 200.
    fn answers(&self) -> bool {
        use std::io::Read;
        let Ok(mut stream) = std::net::TcpStream::connect(&self.address) else { return false };
        let request = format!(
            "GET /health/ready HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        );
        let mut answer = String::new();
        stream.write_all(request.as_bytes()).is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.starts_with("HTTP/1.1 200")
    }

    /// Resident memory, in megabytes.
    pub fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Ends it as a cut of power would: kill -9.
    pub fn crash(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Runs a command on its data; the password goes to standard input.
    pub fn command(&self, args: &[&str]) -> Result<String> {
        command(&self.tend, &self.folder, &self.database, args)
    }

    pub fn token(&self) -> Result<String> {
        let said = self.command(&["token", "create", "--agent", EMAIL, "--name", "bench"])?;
        Ok(said.trim().to_owned())
    }

    /// Signs the first agent in, as a browser would; answers with the cookie.
    pub async fn sign_in(&self) -> Result<String> {
        self.sign_in_as(EMAIL).await
    }

    /// The same for another, who has the same password.
    pub async fn sign_in_as(&self, email: &str) -> Result<String> {
        let mut client = Client::connect(&self.address).await?;
        let page = client.send(&get(&self.address, "/sign-in", "")).await?;
        let before = cookies(&page.head);
        let proof = hidden(&page.body, "csrf").context("the form has no proof")?;
        let form = format!("csrf={}&email={}&password={PASSWORD}", encode(&proof), encode(email));
        let request = format!(
            "POST /sign-in HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {before}\r\n\
             Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {1}\r\n\r\n{form}",
            self.address,
            form.len()
        );
        let mut client = Client::connect(&self.address).await?;
        let answer = client.send(request.as_bytes()).await?;
        if answer.status != 303 {
            bail!("signing in was answered with {}", answer.status);
        }
        Ok(cookies(&answer.head))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

pub fn command(tend: &Path, folder: &Path, database: &Database, args: &[&str]) -> Result<String> {
    let mut command = Command::new(tend);
    command.args(args).arg("--data").arg(folder).args(["--set", "log.level=error"]);
    database.tell(&mut command);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        let _ = writeln!(input, "{PASSWORD}");
    }
    let done = child.wait_with_output()?;
    if !done.status.success() {
        bail!("tend {} failed", args.join(" "));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

fn cookies(head: &str) -> String {
    let set = head.lines().filter_map(|it| it.split_once(": "));
    let set = set.filter(|it| it.0.eq_ignore_ascii_case("set-cookie"));
    let pairs: Vec<&str> = set.filter_map(|it| it.1.split(';').next()).collect();
    pairs.join("; ")
}

fn hidden(page: &str, name: &str) -> Option<String> {
    let input = page.split("<input").find(|it| it.contains(&format!("name=\"{name}\"")))?;
    let value = input.split_once("value=\"")?.1;
    value.split('"').next().map(str::to_owned)
}
