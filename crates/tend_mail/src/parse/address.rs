//! Address lists as people and programs really write them.

use super::words;
use crate::Mailbox;
use crate::text::{ascii_domain, cut, one_line};

/// Longest address kept; RFC 5321 allows 254.
const LONGEST: usize = 320;
/// Longest display name kept.
const LONGEST_NAME: usize = 200;

/// Mailboxes of an address header, at most `most`; the second value says
/// whether there were more. Groups give their members.
pub(crate) fn list(raw: &[u8], hint: Option<&str>, most: usize) -> (Vec<Mailbox>, bool) {
    let text = words::to_string(raw, hint);
    let mut reader = Reader::default();
    let mut all: Vec<Mailbox> = Vec::new();
    let mut waiting: Option<String> = None;
    let mut chars = text.chars().peekable();
    loop {
        let c = chars.next();
        let Some(entry) = reader.take(c, chars.peek().copied()) else { continue };
        match entry.mailbox(waiting.take()) {
            Ok(mailbox) if all.len() == most => {
                drop(mailbox);
                return (all, true);
            }
            Ok(mailbox) => all.push(mailbox),
            // "Doe, John <j@x>" without quotes: the name waits for its rest.
            Err(name) => waiting = name,
        }
        if c.is_none() {
            return (all, false);
        }
    }
}

/// What stands between two commas.
#[derive(Default)]
struct Entry {
    phrase: String,
    comment: String,
    angle: Option<String>,
}

#[derive(Default, PartialEq, Clone, Copy)]
enum State {
    #[default]
    Phrase,
    Quote,
    Angle,
    AngleQuote,
}

#[derive(Default)]
struct Reader {
    state: State,
    depth: usize,
    escaped: bool,
    entry: Entry,
}

impl Reader {
    /// Takes one character, or `None` at the end; gives an entry when it is
    /// complete.
    fn take(&mut self, c: Option<char>, next: Option<char>) -> Option<Entry> {
        let Some(c) = c else { return Some(std::mem::take(&mut self.entry)) };
        if self.escaped {
            self.escaped = false;
            self.push(c);
            return None;
        }
        if self.depth > 0 {
            self.comment(c);
            return None;
        }
        match (self.state, c) {
            (State::Quote | State::AngleQuote, '\\') => self.escaped = true,
            (State::Quote, '"') => self.state = State::Phrase,
            (State::AngleQuote, '"') => {
                self.push(c);
                self.state = State::Angle;
            }
            (State::Quote | State::AngleQuote, c) => self.push(c),
            (State::Phrase, '"') => self.state = State::Quote,
            (State::Angle, '"') => {
                self.push(c);
                self.state = State::AngleQuote;
            }
            (_, '(') => self.depth = 1,
            (State::Phrase, '<') => self.open_angle(),
            (State::Angle, '>') => self.state = State::Phrase,
            (State::Angle, '<') | (State::Phrase, '>') => {}
            (State::Phrase, ':') if self.is_group(next) => self.entry = Entry::default(),
            (State::Phrase, ',' | ';') => return Some(std::mem::take(&mut self.entry)),
            (State::Angle, ',' | ';') if self.angle_is_whole() => {
                self.state = State::Phrase;
                return Some(std::mem::take(&mut self.entry));
            }
            (_, c) => self.push(c),
        }
        None
    }

    fn push(&mut self, c: char) {
        let entry = &mut self.entry;
        let target = match self.state {
            State::Angle | State::AngleQuote => entry.angle.get_or_insert_default(),
            _ => &mut entry.phrase,
        };
        if target.len() < 4096 {
            target.push(c);
        }
    }

    fn comment(&mut self, c: char) {
        match c {
            '(' => self.depth += 1,
            ')' => self.depth -= 1,
            _ => {}
        }
        if self.depth > 0 && self.entry.comment.len() < 1024 {
            self.entry.comment.push(c);
        }
    }

    fn open_angle(&mut self) {
        // A second <…> in one entry: what came before was part of the name.
        if let Some(first) = self.entry.angle.take() {
            self.entry.phrase.push_str(&first);
        }
        self.entry.angle = Some(String::new());
        self.state = State::Angle;
    }

    /// A missing `>`: the comma ends the address unless it is a route.
    fn angle_is_whole(&self) -> bool {
        let angle = self.entry.angle.as_deref().unwrap_or("").trim();
        !angle.starts_with('@') && angle.contains('@')
    }

    fn is_group(&self, next: Option<char>) -> bool {
        let phrase = self.entry.phrase.trim();
        self.entry.angle.is_none()
            && !phrase.is_empty()
            && !phrase.contains('@')
            && !phrase.eq_ignore_ascii_case("mailto")
            && next != Some('/')
    }
}

impl Entry {
    /// The mailbox, or the lone words that are none. `before` is the name
    /// part that a comma cut off.
    fn mailbox(self, before: Option<String>) -> Result<Mailbox, Option<String>> {
        let phrase = one_line(&words::decode(&self.phrase));
        let comment = one_line(&words::decode(&self.comment));
        let (address, mut name) = match self.angle.as_deref().map(clean_address) {
            Some(address) if !address.is_empty() => (address, phrase.clone()),
            Some(_) => split_phrase(&phrase),
            None => split_phrase(&phrase),
        };
        if address.is_empty() {
            let is_name = !phrase.is_empty() && before.is_none();
            return Err(is_name.then_some(phrase));
        }
        if let (Some(before), false) = (before, name.is_empty()) {
            name = format!("{before}, {name}");
        }
        let name = if name.is_empty() { comment } else { name };
        Ok(Mailbox { name: clean_name(&name, &address), address })
    }
}

/// The address and the name in words without brackets: `jo@example.com`, or
/// `Jo jo@example.com`. A lone word without `@` is an address only where mail
/// servers sign with it.
fn split_phrase(phrase: &str) -> (String, String) {
    let none = (String::new(), phrase.to_owned());
    if !phrase.contains(' ') {
        let is_server = ["mailer-daemon", "postmaster", "root", "mail-daemon", "daemon"]
            .iter()
            .any(|name| phrase.eq_ignore_ascii_case(name));
        let is_address = phrase.contains('@') || is_server;
        return if is_address { (clean_address(phrase), String::new()) } else { none };
    }
    match phrase.split(' ').rfind(|word| word.contains('@')) {
        Some(word) => {
            let rest = phrase.split(' ').filter(|w| *w != word).collect::<Vec<_>>().join(" ");
            (clean_address(word), rest)
        }
        None => none,
    }
}

/// `local@domain` without blanks, routes and `mailto:`; the domain in lower
/// case (in its ASCII form if that is how it came).
pub(crate) fn clean_address(text: &str) -> String {
    let decoded = words::decode(text);
    let bare: String = decoded
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace() && *c != '<' && *c != '>')
        .filter(|c| !crate::text::is_direction(*c))
        .collect();
    let mut bare = bare.as_str();
    if bare.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:")) {
        bare = bare[7..].split('?').next().unwrap_or("");
    }
    if bare.starts_with('@') {
        bare = bare.rsplit_once(':').map_or("", |(_, address)| address);
    }
    let bare = bare.trim_matches(|c| matches!(c, '\'' | '"' | ',' | ';'));
    let bare = cut(bare.trim_end_matches('.'), LONGEST);
    match bare.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => {
            let domain =
                if domain.is_ascii() { ascii_domain(domain) } else { domain.to_lowercase() };
            format!("{local}@{domain}")
        }
        Some(_) => String::new(),
        None => bare.to_owned(),
    }
}

fn clean_name(name: &str, address: &str) -> Option<String> {
    let mut name = name.trim();
    for quote in ['\'', '"'] {
        if let Some(inner) = name.strip_prefix(quote).and_then(|n| n.strip_suffix(quote)) {
            name = inner.trim();
        }
    }
    if name.is_empty() || name.eq_ignore_ascii_case(address) {
        return None;
    }
    Some(cut(name, LONGEST_NAME).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let (all, _) = list(text.as_bytes(), None, 100);
        all.into_iter().map(|m| (m.name.unwrap_or_default(), m.address)).collect()
    }

    #[test]
    fn one_mailbox_in_many_spellings() {
        for (input, name, address) in [
            ("jo@example.com", "", "jo@example.com"),
            ("<jo@Example.COM>", "", "jo@example.com"),
            ("Jo Doe <jo@example.com>", "Jo Doe", "jo@example.com"),
            ("\"Doe, Jo\" <jo@example.com>", "Doe, Jo", "jo@example.com"),
            ("Doe, Jo <jo@example.com>", "Doe, Jo", "jo@example.com"),
            ("jo@example.com (Jo (the) Doe)", "Jo (the) Doe", "jo@example.com"),
            ("=?utf-8?Q?J=C3=B6?= <jo@example.com>", "Jö", "jo@example.com"),
            ("\"=?utf-8?Q?J=C3=B6?=\" <jo@example.com>", "Jö", "jo@example.com"),
            ("'Jo' <jo@example.com>", "Jo", "jo@example.com"),
            ("<@a,@b:jo@example.com>", "", "jo@example.com"),
            ("<<jo@example.com>>", "", "jo@example.com"),
            ("Jo jo@example.com", "Jo", "jo@example.com"),
            ("mailto:jo@example.com", "", "jo@example.com"),
            ("\"jo@example.com\" <jo@example.com>", "", "jo@example.com"),
            ("Jo <jo@example.com", "Jo", "jo@example.com"),
            ("MAILER-DAEMON (Mail Delivery System)", "Mail Delivery System", "MAILER-DAEMON"),
            ("\"very.(),:;odd\"@example.com", "", "very.(),:;odd@example.com"),
            ("\"jo@example.com\"@evil.example", "", "jo@example.com@evil.example"),
            ("jo@bücher.example", "", "jo@bücher.example"),
        ] {
            assert_eq!(read(input), [(name.to_owned(), address.to_owned())], "{input}");
        }
    }

    #[test]
    fn lists_and_groups() {
        let two = [("".to_owned(), "a@x.org".to_owned()), ("B".to_owned(), "b@x.org".to_owned())];
        assert_eq!(read("a@x.org, B <b@x.org>"), two);
        assert_eq!(read("Team: a@x.org, B <b@x.org>;"), two);
        assert_eq!(read("a@x.org; B <b@x.org>;"), two);
        assert_eq!(read("undisclosed-recipients:;"), []);
        assert_eq!(read("a@x.org, , <>, \"\", B <b@x.org"), two);
        assert_eq!(read(""), []);
    }

    #[test]
    fn hostile_lists_are_bounded() {
        assert_eq!(read(&"(".repeat(1_000_000)), []);
        assert_eq!(read(&"<".repeat(300_000)), []);
        let many = "a@x.org,".repeat(10_000);
        let (all, more) = list(many.as_bytes(), None, 50);
        assert_eq!((all.len(), more), (50, true));
    }
}
