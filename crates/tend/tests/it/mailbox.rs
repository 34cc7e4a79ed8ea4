//! Somebody else's mail server, which takes what we send and remembers it.

use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// How often a mail with each Message-ID was taken.
type Taken = Arc<Mutex<HashMap<String, u32>>>;

/// It listens until the test is over.
pub struct Mailbox {
    pub address: SocketAddr,
    taken: Taken,
}

impl Mailbox {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let taken = Taken::default();
        let kept = taken.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                // A client that is killed breaks off, which is what this is about.
                thread::spawn(move || drop(serve(stream, &kept)));
            }
        });
        Self { address, taken }
    }

    /// How often each mail was taken, by its Message-ID without brackets.
    pub fn taken(&self) -> HashMap<String, u32> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(mut stream: TcpStream, taken: &Taken) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 mail.customer.test\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let word = line.get(..4).unwrap_or_default().to_uppercase();
        match word.as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let id = read_mail(&mut lines)?;
                *taken.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default() += 1;
                // Long enough for a kill to come between.
                thread::park_timeout(Duration::from_millis(3));
                stream.write_all(b"250 taken\r\n")?;
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            _ => stream.write_all(b"250 ok\r\n")?,
        }
    }
    Ok(())
}

/// The Message-ID of the mail, which is taken once its last dot has come.
fn read_mail(lines: &mut impl Iterator<Item = io::Result<String>>) -> io::Result<String> {
    let mut id = String::new();
    for line in lines {
        let line = line?;
        if line == "." {
            return Ok(id);
        }
        if id.is_empty() && line.to_lowercase().starts_with("message-id:") {
            id = line[11..].trim().trim_matches(['<', '>']).to_owned();
        }
    }
    Err(io::Error::other("the mail was cut"))
}
