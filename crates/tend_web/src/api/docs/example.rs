//! A body such as one meets: made from its schema, with values that look like the real ones.

use serde_json::{Map, Value, json};

use super::shape::meant;

/// As one would write it by hand. `noun` is what it is about: `contacts`.
pub(super) fn pretty(document: &Value, noun: &str, schema: &Value) -> String {
    let mut out = String::new();
    let about = About { document, noun: singular(noun) };
    write(&about.value(schema, singular(noun), 0), 0, &mut out);
    out
}

/// The path with its holes filled.
pub(super) fn path(path: &str) -> String {
    let mut before = "";
    let fill = |piece: &str, before: &str| match piece {
        "{id}" => id(singular(before)),
        "{identity}" => id("identity"),
        "{merge}" => id("merge"),
        "{tag}" => id("tag"),
        "{attachment}" => id("attachment"),
        "{domain}" => "kestrel.example".to_owned(),
        "{kind}" => "imap".to_owned(),
        other => other.to_owned(),
    };
    let mut out = Vec::new();
    for piece in path.split('/') {
        out.push(fill(piece, before));
        before = piece;
    }
    out.join("/")
}

/// What an example is made from.
struct About<'v> {
    document: &'v Value,
    /// What it is about: `contact`.
    noun: &'v str,
}

impl About<'_> {
    fn value(&self, schema: &Value, name: &str, depth: usize) -> Value {
        let it = meant(self.document, schema);
        if let Some(first) = it["examples"].as_array().and_then(|it| it.first()) {
            return first.clone();
        }
        if let Some(all) = it["allOf"].as_array() {
            let mut out = Map::new();
            for one in all {
                if let Value::Object(some) = self.value(one, name, depth) {
                    out.extend(some);
                }
            }
            return Value::Object(out);
        }
        match kind_of(it) {
            "object" => self.object(it, name, depth),
            "array" if depth > 5 => json!([]),
            "array" => {
                let one = if name == "items" { self.noun } else { singular(name) };
                json!([self.value(&it["items"], one, depth + 1)])
            }
            "integer" => json!(whole(name)),
            "number" => json!(12.5),
            "boolean" => json!(false),
            "null" => Value::Null,
            _ if it["format"] == "date-time" => moment(name),
            _ if name == "kind" => json!(self.kind()),
            _ => json!(word(name)),
        }
    }

    fn kind(&self) -> &'static str {
        match self.noun {
            "message" | "forward" => "human",
            "attribute" => "choice",
            "account" => "company",
            "draft" => "reply",
            "job" => "send",
            "source" => "tracking",
            "notification" => "assigned",
            "journal" | "timeline" => "message_added",
            "mail-server" => "imap",
            _ => "email",
        }
    }

    fn object(&self, it: &Value, name: &str, depth: usize) -> Value {
        let empty = Map::new();
        let fields = it["properties"].as_object().unwrap_or(&empty);
        if fields.is_empty() {
            return free(name);
        }
        let one = |(key, field): (&String, &Value)| {
            // The id of a thing is named after the thing.
            let own = key == "id" || key == "name";
            let called = if own { format!("{name}.{key}") } else { key.clone() };
            (key.clone(), self.value(field, &called, depth + 1))
        };
        Value::Object(fields.iter().map(one).collect())
    }
}

/// What one looks for first stands first.
const FIRST: [&str; 8] = ["items", "id", "position", "number", "kind", "name", "subject", "title"];

/// As `serde_json` writes it, with fields in the order of a person.
fn write(it: &Value, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth + 1);
    match it {
        Value::Object(all) if !all.is_empty() => {
            let mut keys: Vec<&String> = all.keys().collect();
            let place = |key: &str| FIRST.iter().position(|it| *it == key).unwrap_or(FIRST.len());
            keys.sort_by_key(|key| place(key));
            for (n, key) in keys.iter().enumerate() {
                out.push_str(if n == 0 { "{\n" } else { ",\n" });
                out.push_str(&format!("{pad}\"{key}\": "));
                write(&all[key.as_str()], depth + 1, out);
            }
            out.push_str(&format!("\n{}}}", "  ".repeat(depth)));
        }
        Value::Array(all) if all.iter().any(Value::is_object) => {
            for (n, one) in all.iter().enumerate() {
                out.push_str(if n == 0 { "[" } else { ", " });
                write(one, depth, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn kind_of(it: &Value) -> &str {
    match &it["type"] {
        Value::String(one) => one,
        Value::Array(all) => {
            all.iter().filter_map(Value::as_str).find(|it| *it != "null").unwrap_or("null")
        }
        _ => "object",
    }
}

fn whole(name: &str) -> i64 {
    match name {
        "size" => 18_204,
        "port" => 993,
        "number" => 1042,
        "position" => 4182,
        "n" | "mine" | "active" => 12,
        _ => 1,
    }
}

/// What has not happened to most things is null.
fn moment(name: &str) -> Value {
    let seldom = [
        "blocked_at",
        "undeliverable_at",
        "left_at",
        "snoozed_until",
        "send_at",
        "until",
        "ended_at",
    ];
    if seldom.contains(&name) { Value::Null } else { json!("2026-11-22T09:30:00Z") }
}

/// Objects whose fields are the company's own.
fn free(name: &str) -> Value {
    match name {
        "condition" => json!({ "all": [{ "field": "active", "op": "is", "value": true }] }),
        "data" => json!({}),
        _ => json!({ "plan": "Gold", "seats": 12 }),
    }
}

fn singular(name: &str) -> &str {
    match name {
        "inboxes" => "inbox",
        "notes" => "note",
        "statuses" => "status",
        "canned-responses" => "canned",
        "identities" => "identity",
        "forwards" | "messages" => "message",
        "customer-notes" => "note",
        "quarantine" => "mail",
        "files" | "uploads" => "attachment",
        "cc" | "bcc" | "to" => "address",
        "domains" => "domain",
        it => it.strip_suffix('s').unwrap_or(it),
    }
}

/// A text of the kind that stands in such a field.
fn word(name: &str) -> String {
    if let Some(of) = name.strip_suffix(".id") {
        return id(of);
    }
    if let Some(of) = name.strip_suffix(".name") {
        return called(of).to_owned();
    }
    if let Some(of) =
        name.strip_suffix("_id").filter(|it| !["external", "request", "client"].contains(it))
    {
        return id(of);
    }
    match name {
        "email" | "address" | "sender_address" => "carol@kestrel.example",
        "value" => "carol@kestrel.example",
        "phone" => "+47 22 12 34 56",
        "external_id" => "user-4711",
        "name" | "sender_name" => "Carol Diaz",
        "title" => "Head of purchasing",
        "subject" => "Where is my order?",
        "text" | "preview" | "says" | "sentence" => "Where is my order?",
        "html" => "<p>Where is my order?</p>",
        "domain" => "kestrel.example",
        "tag" => "vip",
        "time_zone" => "Europe/Oslo",
        "language" => "en",
        "direction" => "inbound",
        "trust" => "browser",
        "day" => "2026-11-22",
        "event" => "Report opened",
        "type" => "track",
        "channel" => "email",
        "category" | "status" => "open",
        "priority" => "normal",
        "sort" => "newest",
        "audience" => "personal",
        "media_type" => "image/png",
        "about" => "contact",
        "label" => "Plan",
        "state" => "sent",
        "next_cursor" | "cursor" => "1763803800000000.4611686018427387904",
        "assignee" | "owner" | "author" | "mention" => return id("agent"),
        "account" | "contact" | "inbox" | "team" | "view" | "conversation" | "message" | "seen"
        | "from" | "role" | "attachment" | "agent" => return id(name),
        "permission" | "scope" => "conversations.read",
        "reach" => "all",
        "aspect" => "talk",
        "actor_kind" => "agent",
        "subject_kind" => "conversation",
        "source" => "smtp",
        "problem" | "reason" => "The mail server does not know this address.",
        "shortcut" => "hello",
        "host" => "imap.kestrel.example",
        "security" => "tls",
        "auth" => "password",
        "username" => "support@kestrel.example",
        "folder" => "INBOX",
        "token_endpoint" => "https://login.kestrel.example/token",
        "client_id" => "tend",
        "file_name" => "people.csv",
        "mode" => "all",
        "target" | "column" | "header" => "email",
        "builtin" => "agent",
        "actor" => "Maren Solberg",
        "state_detail" => "250 2.0.0 Ok: queued",
        _ => "…",
    }
    .to_owned()
}

fn called(of: &str) -> &'static str {
    match of {
        "account" | "into" => "Kestrel Climate",
        "agent" | "assignee" | "owner" | "author" => "Maren Solberg",
        "tag" => "vip",
        "team" => "First line",
        "inbox" => "Support",
        "attachment" => "photo.png",
        "view" => "Waiting on us",
        "role" => "Night shift",
        _ => "Carol Diaz",
    }
}

fn id(of: &str) -> String {
    let prefix = match of {
        "contact" | "from" => "con",
        "account" => "acc",
        "conversation" => "cnv",
        "message" | "seen" => "msg",
        "agent" | "assignee" | "owner" | "author" | "me" => "agt",
        "team" => "tea",
        "inbox" => "inb",
        "tag" => "tag",
        "view" => "viw",
        "attachment" => "att",
        "attribute" => "atr",
        "identity" => "idt",
        "merge" => "mrg",
        "note" => "nte",
        "role" => "rol",
        "status" => "sta",
        "canned" => "cnd",
        "draft" => "drf",
        "import" => "imp",
        "job" => "job",
        "mail" => "mai",
        "notification" => "ntf",
        "token" => "tok",
        "source" => "src",
        _ => "jrn",
    };
    format!("{prefix}_1v8k2m4q7x3r0")
}
