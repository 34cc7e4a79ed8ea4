//! Two programs at one PostgreSQL: what one of them is told, the other knows, and what is owed
//! is done once.

use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tend_testkit::Place;

use crate::{
    http,
    mailbox::Mailbox,
    office::Office,
    program::{Installation, Serving},
};

const REPLIES: usize = 24;

fn ask(node: &Serving, path: &str, token: &str) -> Value {
    let (status, body) = node.get(path, &format!("Authorization: Bearer {token}\r\n"));
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).expect("is JSON")
}

fn post(node: &Serving, path: &str, token: &str, key: &str, body: &Value) -> Value {
    let answer = http::post(&node.address, path, token, key, &body.to_string()).expect("answers");
    assert_eq!(answer.status, 201, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).expect("is JSON")
}

fn id(it: &Value) -> String {
    it["id"].as_str().expect("has an id").to_owned()
}

/// The entries of the journal as a node tells them, when it has told so many.
fn journal(node: &Serving, token: &str, least: usize) -> Vec<Value> {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let (mut all, mut cursor) = (Vec::new(), "0".to_owned());
        loop {
            let path = format!("/api/v1/journal?limit=200&cursor={cursor}");
            let page = ask(node, &path, token);
            let items = page["items"].as_array().expect("a list has items");
            if items.is_empty() {
                break;
            }
            all.extend(items.iter().cloned());
            cursor = page["next_cursor"].as_str().expect("goes on").to_owned();
        }
        if all.len() >= least || Instant::now() > until {
            return all;
        }
        thread::park_timeout(Duration::from_millis(50));
    }
}

#[test]
fn two_nodes_are_one_tend() {
    let it = Installation::at(Some(Place::postgres(None)));
    let mailbox = Mailbox::open();
    let office = Office::furnish(&it, &mailbox, 2);
    let settings = ["--set", "outside.allow=127.0.0.1", "--set", "log.level=error"];
    let nodes = [it.serve(&settings), it.serve(&settings)];
    let token = &office.tokens[0];

    let opened = post(
        &nodes[0],
        "/api/v1/conversations",
        token,
        "opens",
        &json!({
            "inbox": office.support.to_string(),
            "contact": { "email": "carol@customer.test" },
            "subject": "Two nodes",
            "message": { "direction": "outbound", "text": "0" },
        }),
    );
    // The other one knows it at once.
    let path = format!("/api/v1/conversations/{}", id(&opened));
    assert_eq!(ask(&nodes[1], &path, token)["subject"], "Two nodes");

    // Each reply is asked of both at the same time, under one key.
    let path = format!("{path}/messages");
    let mut told: HashMap<String, String> = HashMap::new();
    for n in 1..REPLIES {
        let body = json!({ "direction": "outbound", "text": n.to_string() });
        let ids: Vec<String> = thread::scope(|scope| {
            let asked = nodes.each_ref().map(|node| {
                let (path, body) = (&path, &body);
                scope.spawn(move || answered(node, path, token, &format!("reply-{n}"), body))
            });
            asked.map(|it| it.join().expect("is answered")).into()
        });
        assert_eq!(ids[0], ids[1], "two answers to one key");
        told.insert(ids[0].clone(), n.to_string());
    }
    assert_eq!(told.len(), REPLIES - 1);

    let until = Instant::now() + Duration::from_secs(90);
    while mailbox.taken().len() < REPLIES && Instant::now() < until {
        thread::park_timeout(Duration::from_millis(50));
    }
    assert_eq!(mailbox.taken().len(), REPLIES, "{:?}", it.under_way());
    let [one, other] = nodes.each_ref().map(|node| journal(node, token, 2 * REPLIES));
    let position = |it: &Value| it["position"].as_i64().expect("is placed");
    let both = one.len().min(other.len());
    assert_eq!(one[..both], other[..both], "they tell different stories");
    assert!(one.iter().map(position).eq(1..=one.len() as i64), "a gap in the journal");
    for node in nodes {
        assert_eq!(node.stop(), Some(0));
    }
    let taken = mailbox.taken();
    assert!(taken.values().all(|times| *times == 1), "sent twice: {taken:?}");
}

/// While the other node is at it, the key is taken: then it is asked again.
fn answered(node: &Serving, path: &str, token: &str, key: &str, body: &Value) -> String {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = http::post(&node.address, path, token, key, &body.to_string());
        let answer = answer.expect("answers");
        match answer.status {
            201 => return id(&serde_json::from_str(&answer.body).expect("is JSON")),
            409 | 503 if Instant::now() < until => {
                thread::park_timeout(Duration::from_millis(10));
            }
            status => panic!("{status}: {}", answer.body),
        }
    }
}
