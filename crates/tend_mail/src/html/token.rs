//! Tags and texts of an HTML document with their places.

use mail_parser::decoders::html::add_html_token;
use std::ops::Range;

/// A piece of a document.
#[derive(Debug, Clone)]
pub(crate) enum Token<'a> {
    Text(&'a str),
    Open(Tag<'a>),
    Close(&'a str),
    /// The text of a comment or declaration.
    Comment(&'a str),
}

/// An opening tag. `name` is as written; compare without case.
#[derive(Debug, Clone)]
pub(crate) struct Tag<'a> {
    pub name: &'a str,
    attributes: &'a str,
    /// `<br/>`
    pub is_closed: bool,
}

/// Walks a document from its start to its end.
pub(crate) struct Tokens<'a> {
    html: &'a str,
    at: usize,
    /// Inside `<style>` or the like: its name, until it is closed.
    raw: Option<&'a str>,
    /// No `-->`, no `>` and no closing tag of that sort is left: don't search
    /// again, or a hostile document takes quadratic time.
    no_comment_end: bool,
    no_raw_end: bool,
}

/// Elements whose content is not markup.
const RAW: [&str; 6] = ["style", "script", "title", "textarea", "noscript", "xmp"];

impl<'a> Tokens<'a> {
    pub fn new(html: &'a str) -> Self {
        Self { html, at: 0, raw: None, no_comment_end: false, no_raw_end: false }
    }

    fn token(&mut self, len: usize, token: Token<'a>) -> Option<(Range<usize>, Token<'a>)> {
        let range = self.at..self.at + len;
        self.at += len;
        Some((range, token))
    }

    fn text(&mut self, rest: &'a str, len: usize) -> Option<(Range<usize>, Token<'a>)> {
        self.token(len, Token::Text(&rest[..len]))
    }

    fn comment(&mut self, rest: &'a str) -> Option<(Range<usize>, Token<'a>)> {
        let end = if self.no_comment_end { None } else { rest[4..].find("-->") };
        match end {
            Some(end) => self.token(end + 7, Token::Comment(&rest[4..4 + end])),
            None => {
                self.no_comment_end = true;
                self.text(rest, 4)
            }
        }
    }

    /// Text of a raw element up to its closing tag.
    fn raw(&mut self, rest: &'a str, name: &str) -> Option<(Range<usize>, Token<'a>)> {
        let end = if self.no_raw_end { None } else { find_close(rest, name) };
        if end.is_none() {
            self.no_raw_end = true;
        }
        match end {
            Some(0) | None => None,
            Some(end) => self.text(rest, end),
        }
    }

    fn tag(&mut self, rest: &'a str) -> Option<(Range<usize>, Token<'a>)> {
        let is_close = rest.starts_with("</");
        let inner = &rest[if is_close { 2 } else { 1 }..];
        let name_len = inner
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_'))
            .count();
        let name = &inner[..name_len];
        let Some(end) = tag_end(rest) else { return self.text(rest, rest.len()) };
        if is_close {
            if self.raw.is_some_and(|raw| raw.eq_ignore_ascii_case(name)) {
                self.raw = None;
            }
            return self.token(end + 1, Token::Close(name));
        }
        let attributes = inner.get(name_len..end - 1).unwrap_or("");
        let is_closed = attributes.ends_with('/');
        if !is_closed && RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name)) && !self.no_raw_end {
            self.raw = Some(name);
        }
        self.token(end + 1, Token::Open(Tag { name, attributes, is_closed }))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (Range<usize>, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.html[self.at..];
        if rest.is_empty() {
            return None;
        }
        if let Some(name) = self.raw {
            if let Some(text) = self.raw(rest, name) {
                return Some(text);
            }
            if self.no_raw_end {
                self.raw = None;
            }
        }
        let Some(start) = rest.find('<') else { return self.text(rest, rest.len()) };
        if start > 0 {
            return self.text(rest, start);
        }
        let second = rest.as_bytes().get(1).copied().unwrap_or(0);
        if rest.starts_with("<!--") {
            return self.comment(rest);
        }
        match second {
            b'!' | b'?' => match rest.find('>') {
                Some(end) => self.token(end + 1, Token::Comment(&rest[2..end])),
                None => self.text(rest, rest.len()),
            },
            b'/' if rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) => self.tag(rest),
            b if b.is_ascii_alphabetic() => self.tag(rest),
            _ => self.text(rest, 1),
        }
    }
}

/// Where a tag's `>` is, quotes respected; an open quote ends at the next `>`.
fn tag_end(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let (mut quote, mut before, mut first) = (0u8, 0u8, None);
    for (i, &b) in bytes.iter().enumerate().take(64 * 1024) {
        match b {
            b'>' if quote == 0 => return Some(i),
            b'>' => {
                first.get_or_insert(i);
            }
            b'"' | b'\'' if quote == 0 && before == b'=' => quote = b,
            b if quote != 0 && b == quote => quote = 0,
            _ => {}
        }
        if !b.is_ascii_whitespace() {
            before = b;
        }
    }
    first.or_else(|| bytes.iter().position(|b| *b == b'>'))
}

fn find_close(rest: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let start = from + at;
        let tail = rest.as_bytes().get(start + 2..start + 2 + name.len());
        if tail.is_some_and(|t| t.eq_ignore_ascii_case(name.as_bytes())) {
            return Some(start);
        }
        from = start + 2;
    }
    None
}

impl<'a> Tag<'a> {
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether anything stands between the name and the `>`.
    pub fn has_attributes(&self) -> bool {
        !self.attributes.is_empty()
    }

    /// The value of an attribute, entities decoded.
    pub fn get(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|c: char| c == '=' || c.is_ascii_whitespace() || c == '/')
                .unwrap_or(rest.len())
                .max(usize::from(rest.starts_with('=')));
            let (name, after) = rest.split_at(end);
            let (value, next) = attribute_value(after);
            if name.eq_ignore_ascii_case(wanted) {
                return Some(unescape(value));
            }
            rest = next;
        }
    }
}

/// The value after a name, and what follows it.
fn attribute_value(after: &str) -> (&str, &str) {
    let trimmed = after.trim_start();
    let Some(value) = trimmed.strip_prefix('=') else { return ("", after) };
    let value = value.trim_start();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            let end = inner.find(quote).unwrap_or(inner.len());
            return (&inner[..end], inner.get(end + 1..).unwrap_or(""));
        }
    }
    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
    value.split_at(end)
}

/// Character references decoded.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = reference(rest.as_bytes());
        if len == 0 {
            out.push('&');
            rest = &rest[1..];
            continue;
        }
        let has_end = rest.as_bytes()[len - 1] == b';';
        let entity = format!("{};", rest[..len].trim_end_matches(';'));
        let before = out.len();
        add_html_token(&mut out, entity.as_bytes(), false);
        if !has_end && out[before..] == entity {
            // It was no entity: take the `;` that we added off again.
            out.pop();
        }
        rest = &rest[len..];
    }
    out.push_str(rest);
    out
}

/// Length of what may be a character reference at the start; 0 if nothing is.
fn reference(bytes: &[u8]) -> usize {
    let is_number = bytes.get(1) == Some(&b'#');
    let start = if is_number { 2 } else { 1 };
    let body = bytes.iter().skip(start).take(32).take_while(|b| b.is_ascii_alphanumeric()).count();
    if body == 0 {
        return 0;
    }
    let end = start + body;
    if bytes.get(end) == Some(&b';') {
        return end + 1;
    }
    // Without `;` only numbers and the oldest names count.
    let is_old = matches!(&bytes[start..end], b"amp" | b"lt" | b"gt" | b"quot" | b"nbsp");
    if is_number || is_old { end } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(html: &str) -> String {
        let mut out = String::new();
        let mut at = 0;
        for (range, token) in Tokens::new(html) {
            assert_eq!(range.start, at, "no byte is passed over");
            at = range.end;
            match token {
                Token::Text(text) => out.push_str(&format!("[{text}]")),
                Token::Open(tag) => out.push_str(&format!("<{}>", tag.name)),
                Token::Close(name) => out.push_str(&format!("</{name}>")),
                Token::Comment(_) => out.push('!'),
            }
        }
        assert_eq!(at, html.len());
        out
    }

    #[test]
    fn documents_fall_into_tokens() {
        assert_eq!(names("<p class=x>a<br/>b</p>"), "<p>[a]<br>[b]</p>");
        assert_eq!(names("<!doctype html><!-- <p> -->x"), "!![x]");
        assert_eq!(names("a < b <3 c"), "[a ][<][ b ][<][3 c]");
        assert_eq!(names("<style>a>b{} </p></style>x"), "<style>[a>b{} </p>]</style>[x]");
        assert_eq!(names("<a title='1 > 2'>x"), "<a>[x]");
        assert_eq!(names("<p"), "[<p]");
        assert_eq!(names("<!-- open"), "[<!--][ open]");
        assert_eq!(names("<style>open<b>x"), "<style>[open]<b>[x]");
    }

    #[test]
    fn attributes() {
        let html = "<a href=\"x?a=1&amp;b=2\" id=y checked class = 'q r'>";
        let Some((_, Token::Open(tag))) = Tokens::new(html).next() else { panic!("no tag") };
        assert_eq!(tag.get("HREF").as_deref(), Some("x?a=1&b=2"));
        assert_eq!(tag.get("id").as_deref(), Some("y"));
        assert_eq!(tag.get("checked").as_deref(), Some(""));
        assert_eq!(tag.get("class").as_deref(), Some("q r"));
        assert_eq!(tag.get("name"), None);
    }

    #[test]
    fn references() {
        assert_eq!(
            unescape("a &lt; b &amp;&nbsp;c &#228; &#xe4; &bogus; &copy; &amp"),
            "a < b &\u{a0}c ä ä &bogus; © &"
        );
        assert_eq!(unescape("x&y=1&lang=de&#;"), "x&y=1&lang=de&#;");
    }

    #[test]
    fn hostile_documents_are_linear() {
        for piece in ["<!--", "<", "<a ", "<style>", "</", "&", "<a b='", "<!", "&#"] {
            let html = piece.repeat(200_000 / piece.len());
            assert!(Tokens::new(&html).count() <= html.len());
            unescape(&html);
        }
    }
}
