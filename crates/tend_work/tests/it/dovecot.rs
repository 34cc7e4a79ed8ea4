//! A Dovecot of our own: IMAP, LMTP, and a token endpoint that it asks.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use tend_work::smtp_in;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

pub struct Dovecot {
    pub imap: u16,
    pub imaps: u16,
    pub lmtp: u16,
    pub certificate: Vec<u8>,
    folder: tempfile::TempDir,
    child: Child,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // Its children leave with it only when it is asked.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// The password of everybody.
pub const PASSWORD: &str = "pass \"word\\";
/// The access token of everybody.
pub const TOKEN: &str = "good-token";

impl Dovecot {
    /// None, and a word about it, when it is not installed.
    pub async fn start() -> Option<Self> {
        let Some(program) =
            ["/usr/sbin/dovecot", "/usr/bin/dovecot"].into_iter().find(|it| Path::new(it).exists())
        else {
            eprintln!("skipped: Dovecot is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let made =
            smtp_in::tls::make("localhost", "2026-11-22T10:00:00Z".parse().unwrap()).unwrap();
        let (imap, imaps, lmtp) = (free_port().await, free_port().await, free_port().await);
        let tokens = token_endpoint().await;
        let root = folder.path();
        fs::write(root.join("cert.pem"), &made.certificate).unwrap();
        fs::write(root.join("key.pem"), &made.key).unwrap();
        fs::write(
            root.join("oauth2.conf"),
            format!("introspection_mode = auth\nintrospection_url = http://127.0.0.1:{tokens}/\nusername_attribute = user\nactive_attribute = active\nactive_value = yes\n"),
        )
        .unwrap();
        fs::write(root.join("users"), format!("ann:{{PLAIN}}{PASSWORD}\n")).unwrap();
        fs::write(root.join("dovecot.conf"), configuration(root, imap, imaps, lmtp)).unwrap();
        if is_root() {
            // Dovecot refuses to read mail as root.
            let own = Command::new("chown").args(["-R", "nobody:nogroup"]).arg(root).status();
            assert!(own.unwrap().success());
            let open = Command::new("chmod").arg("0755").arg(root).status();
            assert!(open.unwrap().success());
        }
        let child = Command::new(program)
            .args(["-F", "-c"])
            .arg(root.join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let certificate = made.certificate.into_bytes();
        let dovecot = Self { imap, imaps, lmtp, certificate, folder, child };
        dovecot.wait_until_up().await;
        Some(dovecot)
    }

    async fn wait_until_up(&self) {
        for port in [self.imap, self.lmtp] {
            let mut tries = 0;
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tries += 1;
                assert!(tries < 500, "Dovecot does not start: {}", self.log());
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Puts a mail where its server will find it.
    pub fn deliver(&self, user: &str, name: &str, text: &str) {
        let inbox = self.folder.path().join("mail").join(user);
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(inbox.join(folder)).unwrap();
        }
        fs::write(inbox.join("tmp").join(name), text).unwrap();
        if is_root() {
            let own = Command::new("chown").args(["-R", "nobody:nogroup"]).arg(&inbox).status();
            assert!(own.unwrap().success());
        }
        fs::rename(inbox.join("tmp").join(name), inbox.join("new").join(name)).unwrap();
    }

    /// Makes the server number its mails anew.
    pub fn forget_numbers(&self, user: &str) {
        let inbox = self.folder.path().join("mail").join(user);
        for name in ["dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"]
        {
            let _ = fs::remove_file(inbox.join(name));
        }
    }

    /// What a mailbox holds.
    pub fn mails(&self, user: &str) -> Vec<String> {
        let inbox = self.folder.path().join("mail").join(user);
        let mut mails = Vec::new();
        for folder in ["new", "cur"] {
            for file in fs::read_dir(inbox.join(folder)).into_iter().flatten() {
                mails.push(fs::read_to_string(file.unwrap().path()).unwrap());
            }
        }
        mails
    }

    /// The flags that mails have, as a Maildir writes them.
    pub fn flags(&self, user: &str) -> Vec<String> {
        let inbox = self.folder.path().join("mail").join(user).join("cur");
        let mut flags: Vec<_> = fs::read_dir(inbox)
            .into_iter()
            .flatten()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .map(|it| it.rsplit(',').next().unwrap_or_default().to_owned())
            .collect();
        flags.sort();
        flags
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Tells whether a token is good, and whose it is, as RFC 7662 has it.
async fn token_endpoint() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 8192];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let good = request.contains(&format!("Bearer {TOKEN}"));
            let body = if good { r#"{"active":"yes","user":"ann"}"# } else { r#"{"active":"no"}"# };
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    port
}

fn configuration(root: &Path, imap: u16, imaps: u16, lmtp: u16) -> String {
    let root = root.display();
    let name = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let users = if is_root() {
        "default_internal_user = nobody\ndefault_internal_group = nogroup\ndefault_login_user = nobody\nmail_uid = nobody\nmail_gid = nogroup".to_owned()
    } else {
        let name = name.trim();
        format!("default_internal_user = {name}\ndefault_login_user = {name}\nmail_uid = {name}")
    };
    format!(
        r#"
protocols = imap lmtp
{users}
first_valid_uid = 1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
mail_location = maildir:{root}/mail/%n
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {root}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = static
  args = home={root}/mail/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
protocol imap {{
  imap_idle_notify_interval = 1 min
}}
"#
    )
}
