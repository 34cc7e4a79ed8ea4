//! `type/subtype; name=value; …` with RFC 2231 continuations and charsets.

use super::charset;
use super::transfer::hex;
use super::words;

/// A Content-Type or Content-Disposition.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Params {
    /// `text/plain`, `attachment`: lower case.
    pub value: String,
    /// Names in lower case, values decoded.
    pub params: Vec<(String, String)>,
}

impl Params {
    /// A parameter by its name in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| &**v)
    }
}

/// Parameters read from one header at most.
const MOST: usize = 100;

/// Reads a header value; anything strange is passed over.
pub(crate) fn read(raw: &[u8], hint: Option<&str>) -> Params {
    let text = words::to_string(raw, hint);
    let mut fields = split(&text);
    let value = match fields.first() {
        Some(first) if !first.contains('=') => fields.remove(0),
        _ => String::new(),
    };
    let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let pairs = fields.iter().filter_map(|field| pair(field)).collect();
    Params { value: value.to_ascii_lowercase(), params: join(pairs) }
}

/// Splits at `;` outside quotes and comments; comments are dropped.
fn split(text: &str) -> Vec<String> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut quoted, mut depth) = (false, 0usize);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => {
                field.push(c);
                field.extend(chars.next());
            }
            '"' if depth == 0 => {
                quoted = !quoted;
                field.push(c);
            }
            '(' if !quoted
                && (depth > 0 || field.trim_end().len() < field.len() || field.is_empty()) =>
            {
                depth += 1
            }
            ')' if !quoted && depth > 0 => depth -= 1,
            ';' if !quoted && depth == 0 => {
                fields.push(std::mem::take(&mut field));
                if fields.len() > MOST {
                    return fields;
                }
            }
            c if depth == 0 => field.push(c),
            _ => {}
        }
    }
    fields.push(field);
    fields.into_iter().map(|f| f.trim().to_owned()).filter(|f| !f.is_empty()).collect()
}

fn pair(field: &str) -> Option<(String, String)> {
    let (name, value) = field.split_once('=')?;
    let name = name.trim().to_ascii_lowercase();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    Some((name, unquote(value.trim())))
}

fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            // A Windows path is more likely than an escaped letter.
            '\\' => match chars.next() {
                Some(c @ ('"' | '\\')) => out.push(c),
                Some(c) => {
                    out.push('\\');
                    out.push(c);
                }
                None => break,
            },
            c => out.push(c),
        }
    }
    out
}

struct Piece {
    order: usize,
    is_encoded: bool,
    value: String,
}

/// Puts continuations (`name*0*=`, `name*1=`) together and decodes.
fn join(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut pieces: Vec<(String, Vec<Piece>)> = Vec::new();
    for (name, value) in pairs {
        let Some((base, rest)) = name.split_once('*') else {
            if !out.iter().any(|(n, _)| *n == name) {
                out.push((name, words::decode(&value).into_owned()));
            }
            continue;
        };
        let order = rest.trim_end_matches('*').parse().unwrap_or(0);
        let piece = Piece { order, is_encoded: name.ends_with('*'), value };
        match pieces.iter_mut().find(|(n, _)| n == base) {
            Some((_, list)) => list.push(piece),
            None => pieces.push((base.to_owned(), vec![piece])),
        }
    }
    for (name, mut list) in pieces {
        list.sort_by_key(|p| p.order);
        let value = assemble(&list);
        // The extended form wins over the plain one beside it (RFC 6266).
        out.retain(|(n, _)| *n != name);
        out.push((name, value));
    }
    out
}

fn assemble(pieces: &[Piece]) -> String {
    let (mut label, mut bytes) = (None, Vec::new());
    for (i, piece) in pieces.iter().enumerate() {
        let mut text = piece.value.as_str();
        if !piece.is_encoded {
            bytes.extend_from_slice(text.as_bytes());
            continue;
        }
        if i == 0 {
            let mut parts = text.splitn(3, '\'');
            if let (Some(name), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                (label, text) = (Some(name.to_owned()), rest);
            }
        }
        percent(text.as_bytes(), &mut bytes);
    }
    let text = charset::decode(&bytes, label.as_deref()).0;
    words::decode(&text).into_owned()
}

fn percent(text: &[u8], out: &mut Vec<u8>) {
    let mut i = 0;
    while i < text.len() {
        match (text[i], hex(text.get(i + 1)), hex(text.get(i + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                i += 3;
            }
            (b, ..) => {
                out.push(b);
                i += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_all_their_spellings() {
        for (header, name, want) in [
            ("attachment; filename=a.pdf", "filename", "a.pdf"),
            ("attachment; filename=\"a \\\"b\\\".pdf\"", "filename", "a \"b\".pdf"),
            ("attachment; filename=\"C:\\temp\\a.pdf\"", "filename", "C:\\temp\\a.pdf"),
            ("x/y; name==?utf-8?Q?=C3=BC.pdf?=", "name", "ü.pdf"),
            ("x/y; name=\"=?iso-8859-1?Q?=FC.pdf?=\"", "name", "ü.pdf"),
            ("a; filename*=utf-8''%C3%BC%20x.pdf", "filename", "ü x.pdf"),
            (
                "a; filename*0*=iso-8859-1'de'%FC; filename*1=b.; filename*2=pdf",
                "filename",
                "üb.pdf",
            ),
            ("a; filename*1=b; filename*0=a", "filename", "ab"),
            ("a; filename=u.pdf; filename*=utf-8''%C3%BC.pdf", "filename", "ü.pdf"),
            ("multipart/mixed; boundary=\"a;b (c)\"", "boundary", "a;b (c)"),
            ("multipart/mixed; boundary = x", "boundary", "x"),
            ("text/plain (plain); charset=utf-8 (it is)", "charset", "utf-8"),
        ] {
            assert_eq!(read(header.as_bytes(), None).get(name), Some(want), "{header}");
        }
        assert_eq!(read(b"Text / Plain; x", None).value, "text/plain");
        assert_eq!(read(b"charset=utf-8", None).get("charset"), Some("utf-8"));
    }
}
