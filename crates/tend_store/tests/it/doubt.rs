//! A commit of which nobody heard how it ended.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    thread,
};

use tend_store::{Options, StoreError};
use tend_testkit::{Place, Serve, Server};

use crate::{mark, options, words, write};

/// Stands between us and the server. When armed, it lets a `COMMIT` through and
/// then hangs up, so that the server does it and we never hear.
struct Between {
    port: u16,
    armed: Arc<AtomicBool>,
}

impl Between {
    fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("has one").port();
        let armed = Arc::new(AtomicBool::new(false));
        let it = armed.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", server)).expect("is up");
                let (to, from) = (server.try_clone().expect("copies"), client.try_clone());
                let (from, armed) = (from.expect("copies"), it.clone());
                thread::spawn(move || pass_on(from, to, &armed));
                thread::spawn(move || drop(std::io::copy(&mut &server, &mut &client)));
            }
        });
        Self { port, armed }
    }
}

fn pass_on(mut client: TcpStream, mut server: TcpStream, armed: &AtomicBool) {
    let mut bytes = [0; 65_536];
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        let commits = bytes[..count].windows(7).any(|it| it == b"COMMIT\0");
        if commits && armed.swap(false, Relaxed) {
            // Nothing of the answer reaches the client, for it is gone first.
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.write_all(&bytes[..count]);
            // The server answers when it is done.
            let _ = server.read(&mut bytes);
            return;
        }
        if server.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

#[test]
fn a_connection_lost_during_the_commit_is_in_doubt_and_nothing_runs_twice() {
    if !Command::new("openssl").arg("version").output().is_ok_and(|it| it.status.success()) {
        eprintln!("SKIPPED: a server on a port needs openssl here");
        return;
    }
    let server = Server::start_as(Serve { tls: true, ..Serve::default() });
    let port = server.url().rsplit(':').next().and_then(|it| it.parse().ok()).expect("has one");
    let between = Between::start(port);
    let place = Place::postgres_in(server.url(), None);
    let address = place.address().replace(&port.to_string(), &between.port.to_string());
    let url = format!("{address}?sslmode=disable");
    // Without a journal nobody but us commits in this database.
    let options = Options { writers: 1, ..options() };
    let db = tend_store::Db::postgres(&url, options).expect("opens");
    write(&db, |tx| mark(tx, "before")).expect("writes");
    let runs = Arc::new(AtomicU32::new(0));

    between.armed.store(true, Relaxed);
    let counted = runs.clone();
    let result = write(&db, move |tx| {
        counted.fetch_add(1, Relaxed);
        mark(tx, "in doubt")
    });

    assert!(matches!(result, Err(StoreError::InDoubt(_))), "{result:?}");
    assert_eq!(runs.load(Relaxed), 1, "it may have been done: it must not run again");
    write(&db, |tx| mark(tx, "afterwards")).expect("goes on");
    let kept = words(&db);
    assert_eq!(kept, ["afterwards", "before", "in doubt"], "this time it was done");
}
