//! `/api/v1` as programs use it, on both databases.

mod cases;
mod contract;
mod customers;
mod document;
mod files;
mod lists;
mod money;
mod proof;
mod setting_up;
mod upkeep;

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use tend_core::agents::Me;
use tend_testkit::{Seen, Tend};

/// A program with a token.
pub struct Program<'t> {
    t: &'t Tend,
    token: String,
}

/// What it was answered.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    pub json: Value,
    pub seen: Seen,
}

impl Said {
    /// What stands there, if it went as it should.
    ///
    /// # Panics
    /// If it did not.
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.seen.body);
        self.json
    }

    /// The fields that cannot be taken.
    pub fn wrong(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|it| it["field"].as_str()).collect()
    }
}

impl<'t> Program<'t> {
    /// Of an agent, with all that they may.
    pub fn of(t: &'t Tend, who: &Me) -> Self {
        Self { t, token: t.token(who.id, "") }
    }

    /// Of an agent, within scopes.
    pub fn within(t: &'t Tend, who: &Me, scopes: &str) -> Self {
        Self { t, token: t.token(who.id, scopes) }
    }

    pub fn get(&self, path: &str) -> Said {
        self.ask(Method::GET, path, None, &[])
    }

    pub fn post(&self, path: &str, body: Value) -> Said {
        self.ask(Method::POST, path, Some(body), &[])
    }

    pub fn put(&self, path: &str, body: Value) -> Said {
        self.ask(Method::PUT, path, Some(body), &[])
    }

    pub fn patch(&self, path: &str, body: Value) -> Said {
        self.ask(Method::PATCH, path, Some(body), &[])
    }

    pub fn delete(&self, path: &str) -> Said {
        self.ask(Method::DELETE, path, None, &[])
    }

    pub fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Said {
        let bytes = body.map(|it| it.to_string().into_bytes()).unwrap_or_default();
        let json = [("content-type", "application/json")];
        let kind: &[(&str, &str)] = if bytes.is_empty() { &[] } else { &json };
        self.send(method, path, bytes, &[kind, headers].concat())
    }

    /// Any bytes at all.
    pub fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Said {
        let browser = self.t.guest();
        let path = format!("/api/v1{path}");
        let mut request = browser.request(method, &path);
        request = request.header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let seen = browser.send(request, Body::from(body));
        let json = serde_json::from_str(&seen.body).unwrap_or(Value::Null);
        Said { status: seen.status.as_u16(), json, seen }
    }

    /// A form with one file.
    pub fn upload(&self, name: &str, content: &[u8], headers: &[(&str, &str)]) -> Said {
        self.upload_to("/uploads", &[], name, content, headers)
    }

    /// A form with fields and one file.
    pub fn upload_to(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        content: &[u8],
        headers: &[(&str, &str)],
    ) -> Said {
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = "--x\r\nContent-Disposition: form-data";
            body.extend(format!("{part}; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
        }
        let part = format!("form-data; name=\"file\"; filename=\"{name}\"");
        body.extend(format!("--x\r\nContent-Disposition: {part}\r\n\r\n").bytes());
        body.extend(content.iter().copied().chain(*b"\r\n--x--\r\n"));
        let kind = [("content-type", "multipart/form-data; boundary=x")];
        self.send(Method::POST, path, body, &[&kind[..], headers].concat())
    }

    /// Every item of a list, a few at a time; `between` is done after each page.
    pub fn whole(&self, path: &str, mut between: impl FnMut(usize)) -> Vec<Value> {
        let sign = if path.contains('?') { '&' } else { '?' };
        let (mut all, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = self.get(&format!("{path}{sign}limit=3{cursor}")).ok();
            let items = page["items"].as_array().expect("a list has items");
            assert!(items.len() <= 3, "{path}");
            all.extend(items.iter().cloned());
            pages += 1;
            assert!(pages < 100, "{path} has no end");
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
            between(pages);
        }
    }
}

/// Every entry of the journal has its position.
pub fn settle(t: &Tend) {
    t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
}

/// The ids of a list, each once.
pub fn ids(all: &[Value]) -> Vec<String> {
    let ids: Vec<String> =
        all.iter().filter_map(|it| it["id"].as_str()).map(str::to_owned).collect();
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "each is there once: {ids:?}");
    ids
}

/// A problem as every error is one.
pub fn is_problem(said: &Said, status: StatusCode) {
    let line = format!("{} {}", said.status, said.seen.body);
    assert_eq!(said.status, status.as_u16(), "{line}");
    assert_eq!(said.seen.header("content-type"), "application/problem+json", "{line}");
    assert_eq!(said.json["status"], json!(status.as_u16()), "{line}");
    assert!(said.json["detail"].as_str().is_some_and(|it| it.ends_with('.')), "{line}");
    assert_eq!(said.json["request_id"].as_str().map(str::len), Some(16), "{line}");
}
