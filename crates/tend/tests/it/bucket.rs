//! A bucket in this process: as much of S3 as Tend asks for.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Result, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

type Objects = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// It listens until the test ends.
pub struct Bucket {
    objects: Objects,
    address: String,
}

impl Bucket {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("is bound").to_string();
        let objects = Objects::default();
        let its = objects.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let objects = its.clone();
                // One that is cut off is the caller's trouble.
                thread::spawn(move || drop(answer(&stream, &objects)));
            }
        });
        Self { objects, address }
    }

    /// What stands in `tend.toml`.
    pub fn settings(&self) -> String {
        format!(
            "[files]\nstore = \"s3\"\n\n[files.s3]\nbucket = \"tend\"\nendpoint = \"http://{}\"\n\
             access_key = \"one\"\nsecret_key = \"two\"\npath_style = true\n",
            self.address
        )
    }

    /// Their keys and contents, in order.
    pub fn objects(&self) -> Vec<(String, Vec<u8>)> {
        let all = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = all.iter().map(|(key, it)| (key.clone(), it.clone())).collect();
        all.sort();
        all
    }

    pub fn lose_everything(&self) {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn answer(stream: &TcpStream, objects: &Objects) -> Result<()> {
    let mut input = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    input.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        input.read_line(&mut line)?;
        if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body)?;
    let mut words = first.split_whitespace();
    let (method, key) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let key = key.split('?').next().unwrap_or_default().to_owned();
    let mut all = objects.lock().unwrap_or_else(PoisonError::into_inner);
    let (status, length, bytes) = match method {
        "PUT" => {
            all.insert(key, body);
            ("200 OK", 0, Vec::new())
        }
        "DELETE" => {
            all.remove(&key);
            ("204 No Content", 0, Vec::new())
        }
        _ => match all.get(&key) {
            None => ("404 Not Found", 0, Vec::new()),
            Some(it) if method == "HEAD" => ("200 OK", it.len(), Vec::new()),
            Some(it) => ("200 OK", it.len(), it.clone()),
        },
    };
    let mut out = stream;
    write!(
        out,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nETag: \"1\"\r\nConnection: close\r\n\
         Last-Modified: Mon, 02 Mar 2026 10:00:00 GMT\r\n\r\n"
    )?;
    out.write_all(&bytes)
}
