//! Customers who write down what they were told.

use std::{
    collections::HashMap,
    io,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    http,
    office::{ADDRESS, Office},
    smtp::Smtp,
};

/// What the clients share.
pub struct Load {
    pub http: String,
    pub smtp: String,
    stop: AtomicBool,
    acknowledged: AtomicU64,
    told: Mutex<Told>,
}

/// What the clients were told.
#[derive(Default)]
pub struct Told {
    /// By the API: the text of each message, and the id that was answered.
    pub messages: HashMap<String, String>,
    /// Those of them that go out by mail.
    pub replies: Vec<String>,
    /// Message-IDs of mails that heard 250.
    pub mails: Vec<String>,
    /// How often something was asked again.
    pub again: u64,
    /// Answers that nobody should get.
    pub odd: Vec<String>,
}

impl Load {
    pub fn new(http: &str, smtp: &str) -> Self {
        Self {
            http: http.to_owned(),
            smtp: smtp.to_owned(),
            stop: AtomicBool::default(),
            acknowledged: AtomicU64::default(),
            told: Mutex::default(),
        }
    }

    /// Each client finishes what it is at, until it is told yes.
    pub fn enough(&self) {
        self.stop.store(true, Relaxed);
    }

    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Relaxed)
    }

    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn goes_on(&self) -> bool {
        !self.stop.load(Relaxed)
    }

    fn yes(&self, note: impl FnOnce(&mut Told)) {
        note(&mut self.told());
        self.acknowledged.fetch_add(1, Relaxed);
    }

    /// Asks with the same key until it is told that it was done.
    fn until_done(&self, path: &str, token: &str, key: &str, body: &Value) -> Value {
        let body = body.to_string();
        for _ in 0..20_000 {
            match http::post(&self.http, path, token, key, &body) {
                Ok(answer) if answer.status == 201 => {
                    return serde_json::from_str(&answer.body).expect("is JSON");
                }
                Ok(answer) if matches!(answer.status, 429 | 503) => {}
                Ok(answer) => {
                    let odd = format!("{path}: {} {}", answer.status, answer.body);
                    self.told().odd.push(odd);
                }
                Err(_) => {}
            }
            self.told().again += 1;
            thread::park_timeout(Duration::from_millis(5));
        }
        panic!("{key} was never acknowledged");
    }
}

/// Writes by the API: opens conversations, goes on with them, and is written to by mail.
pub fn customer(load: &Load, office: &Office, n: usize, token: &str) {
    let mut last = None;
    let mut count = 0;
    while load.goes_on() {
        count += 1;
        let key = format!("api-{n}-{count}");
        let (path, body) = match (count % 4, &last) {
            (0, _) => ("/api/v1/conversations".to_owned(), by_mail(office, &key)),
            (1, Some(conversation)) => {
                let path = format!("/api/v1/conversations/{conversation}/messages");
                (path, json!({ "direction": "inbound", "text": key }))
            }
            _ => ("/api/v1/conversations".to_owned(), from_shop(office, n, &key)),
        };
        let answer = load.until_done(&path, token, &key, &body);
        let opened = answer.get("message");
        let id = opened.unwrap_or(&answer)["id"].as_str().expect("has an id").to_owned();
        if opened.is_some() && count % 4 != 0 {
            last = answer["id"].as_str().map(str::to_owned);
        }
        load.yes(|told| {
            if count % 4 == 0 {
                told.replies.push(key.clone());
            }
            told.messages.insert(key, id);
        });
    }
}

fn from_shop(office: &Office, n: usize, key: &str) -> Value {
    json!({
        "inbox": office.shop.to_string(),
        "contact": { "email": format!("customer{n}@customer.test") },
        "subject": key,
        "message": { "direction": "inbound", "text": key },
    })
}

fn by_mail(office: &Office, key: &str) -> Value {
    json!({
        "inbox": office.support.to_string(),
        "contact": { "email": format!("{key}@customer.test") },
        "subject": key,
        "message": { "direction": "outbound", "text": key },
    })
}

/// Hands mails over, each until it hears 250; some it hands over again, as if it had not heard.
pub fn server(load: &Load, n: usize) {
    let mut connection = None;
    let mut count = 0;
    while load.goes_on() {
        count += 1;
        let id = format!("smtp-{n}-{count}@customer.test");
        for _ in 0..if count % 7 == 0 { 2 } else { 1 } {
            hand_over(load, &mut connection, &id);
        }
        load.yes(|told| told.mails.push(id));
    }
}

fn hand_over(load: &Load, connection: &mut Option<Smtp>, id: &str) {
    let mail = format!(
        "From: Customer <{id}>\r\nTo: {ADDRESS}\r\nSubject: About {id}\r\n\
         Message-ID: <{id}>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\n\r\nHello from {id}."
    );
    for _ in 0..20_000 {
        match one_try(load, connection, id, &mail) {
            Ok(250) => return,
            Ok(421 | 451 | 452) => {}
            Ok(code) => load.told().odd.push(format!("smtp: {code}")),
            Err(_) => *connection = None,
        }
        load.told().again += 1;
        thread::park_timeout(Duration::from_millis(5));
    }
    panic!("{id} was never acknowledged");
}

fn one_try(load: &Load, connection: &mut Option<Smtp>, from: &str, mail: &str) -> io::Result<u16> {
    let open = match connection.take() {
        Some(open) => open,
        None => Smtp::connect(&load.smtp)?,
    };
    connection.insert(open).send(from, ADDRESS, mail)
}
