//! Which parts are read and which are files.

use super::headers::{self, note};
use super::structure::Part;
use super::{charset, files, flowed, transfer};
use crate::html::{escape, to_text};
use crate::{Attachment, Flaw, Limits, text};

/// The readable part of a mail, and its files.
#[derive(Default)]
pub(crate) struct Body {
    pub text: Option<String>,
    pub html: Option<String>,
    pub files: Vec<Attachment>,
    pub flaws: Vec<Flaw>,
}

/// A piece of the readable part: text, HTML, or one in both forms.
#[derive(Default)]
struct Block {
    text: Option<String>,
    html: Option<String>,
}

struct Walk<'a> {
    data: &'a [u8],
    parts: &'a [Part],
    limits: &'a Limits,
    files: Vec<files::Found>,
    flaws: Vec<Flaw>,
}

/// Reads the body of a mail from its parts.
pub(crate) fn read(data: &[u8], parts: &[Part], limits: &Limits) -> Body {
    let mut walk = Walk { data, parts, limits, files: Vec::new(), flaws: Vec::new() };
    // Depth is at most Limits::depth, so the walk may recurse.
    let blocks = walk.part(0, false);
    let block = walk.whole(blocks);
    let mut files = files::finish(walk.files, block.html.as_deref(), limits, &mut walk.flaws);
    let block = if block.text.is_none() { inline_text(block, &mut files) } else { block };
    Body { text: block.text, html: block.html, files, flaws: walk.flaws }
}

/// A mail whose only text is a named part shown inline: read it all the same.
fn inline_text(block: Block, files: &mut [Attachment]) -> Block {
    let named = files.iter().find(|f| f.media_type == "text/plain" && f.is_inline);
    let text = named.map(|f| text::clean(&charset::guess(&f.bytes)).trim_end().to_owned());
    for file in files.iter_mut().filter(|f| f.media_type == "text/plain") {
        file.is_inline = false;
    }
    Block { text: text.filter(|t| !t.is_empty()), html: block.html }
}

impl Walk<'_> {
    fn part(&mut self, index: usize, is_alternative: bool) -> Vec<Block> {
        let Some(part) = self.parts.get(index) else { return Vec::new() };
        if part.is_multipart {
            return match part.sub_type() {
                "alternative" => vec![self.alternative(part)],
                "related" => self.related(part),
                _ => part.children.iter().flat_map(|child| self.part(*child, false)).collect(),
            };
        }
        if self.is_readable(part, is_alternative) {
            return self.readable(part).into_iter().collect();
        }
        if !(is_alternative && is_lesser(part)) {
            self.file(part);
        }
        Vec::new()
    }

    /// One block: the last child with HTML, the first with plain text.
    fn alternative(&mut self, part: &Part) -> Block {
        let mut chosen = Block::default();
        let mut spare = None;
        for child in &part.children {
            let blocks = self.part(*child, true);
            if blocks.is_empty() {
                continue;
            }
            let block = self.whole(blocks);
            if block.html.is_some() {
                chosen.html = block.html;
                spare = block.text.or(spare);
            } else if chosen.text.as_deref().is_none_or(|t| t.trim().is_empty()) {
                chosen.text = block.text;
            }
        }
        if chosen.text.as_deref().is_none_or(|t| t.trim().is_empty()) {
            chosen.text = spare;
        }
        chosen
    }

    /// The root of a related group is read, the rest are its images.
    fn related(&mut self, part: &Part) -> Vec<Block> {
        let start = part.content_type.get("start").and_then(super::ids::clean);
        let is_start = |child: &&usize| {
            let id = self.parts[**child].headers.get("content-id").and_then(super::ids::one);
            start.is_some() && id == start
        };
        let root = part.children.iter().find(is_start).or(part.children.first()).copied();
        let Some(root) = root else { return Vec::new() };
        let blocks = self.part(root, false);
        for child in part.children.iter().filter(|child| **child != root) {
            let part = &self.parts[*child];
            if part.is_multipart { drop(self.part(*child, false)) } else { self.file(part) }
        }
        blocks
    }

    fn is_readable(&self, part: &Part, is_alternative: bool) -> bool {
        let is_text = match part.content_type.value.as_str() {
            "text/plain" | "text/html" | "text/markdown" | "application/xhtml+xml" => true,
            "text/enriched" | "text/richtext" => !is_alternative,
            _ => false,
        };
        let has_name = files::declared_name(part).is_some();
        let is_attached = part.disposition.value == "attachment";
        is_text && !is_attached && (!has_name || is_alternative)
    }

    fn readable(&mut self, part: &Part) -> Option<Block> {
        let (bytes, is_good) = transfer::decode(&self.data[part.body.clone()], &part.encoding);
        if !is_good {
            note(&mut self.flaws, Flaw::BadEncoding);
        }
        let is_html = matches!(part.sub_type(), "html" | "xhtml+xml");
        let declared = part.content_type.get("charset").map(str::to_owned);
        let declared = declared.or_else(|| if is_html { meta_charset(&bytes) } else { None });
        let (words, is_known) = charset::decode(&bytes, declared.as_deref());
        if !is_known {
            note(&mut self.flaws, Flaw::UnknownCharset);
        }
        let words = text::clean(&words);
        let is_long = words.len() > self.limits.text_bytes;
        if is_long {
            note(&mut self.flaws, Flaw::TextCut);
            self.file(part);
        }
        if is_html {
            let text = to_text(&words, self.limits.text_bytes);
            if is_long {
                return Some(Block { text: Some(text), html: None });
            }
            return (!words.trim().is_empty()).then_some(Block { text: None, html: Some(words) });
        }
        let mut words = text::cut(&words, self.limits.text_bytes).to_owned();
        if part.content_type.get("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed")) {
            let delsp = part.content_type.get("delsp");
            words = flowed::unflow(&words, delsp.is_some_and(|d| d.eq_ignore_ascii_case("yes")));
        } else if matches!(part.sub_type(), "enriched" | "richtext") {
            words = without_tags(&words);
        }
        (!words.trim().is_empty()).then_some(Block { text: Some(words), html: None })
    }

    fn file(&mut self, part: &Part) {
        if self.files.len() >= self.limits.attachments {
            note(&mut self.flaws, Flaw::TooManyAttachments);
            return;
        }
        let (bytes, is_good) = transfer::decode(&self.data[part.body.clone()], &part.encoding);
        if !is_good && !transfer::is_identity(&part.encoding) {
            note(&mut self.flaws, Flaw::BadEncoding);
        }
        let inner = if part.is_mail() { subject_of(&bytes, self.limits) } else { None };
        self.files.push(files::Found::new(part, bytes, inner));
    }

    /// Blocks one after the other, as one.
    fn whole(&self, mut blocks: Vec<Block>) -> Block {
        if blocks.len() < 2 {
            let mut block = blocks.pop().unwrap_or_default();
            let is_blank = block.text.as_deref().is_none_or(|t| t.trim().is_empty());
            if let (true, Some(html)) = (is_blank, &block.html) {
                let text = to_text(html, self.limits.text_bytes);
                block.text = (!text.is_empty()).then_some(text);
            }
            block.text = block.text.map(|t| t.trim_end().to_owned());
            return block;
        }
        let has_html = blocks.iter().any(|b| b.html.is_some());
        let html = has_html.then(|| {
            let piece = |b: &Block| b.html.clone().unwrap_or_else(|| paragraph(b.text.as_deref()));
            blocks.iter().map(piece).collect::<Vec<_>>().join("\n")
        });
        let singles = blocks.into_iter().map(|b| self.whole(vec![b]).text);
        let texts: Vec<String> = singles.flatten().filter(|t| !t.is_empty()).collect();
        let text = text::cut(&texts.join("\n\n"), self.limits.text_bytes).to_owned();
        Block { text: (!text.is_empty()).then_some(text), html }
    }
}

fn paragraph(text: Option<&str>) -> String {
    let lines = escape(text.unwrap_or("").trim_end()).replace('\n', "<br>\n");
    format!("<p>{lines}</p>")
}

/// Alternatives that only repeat the others for a special reader.
fn is_lesser(part: &Part) -> bool {
    matches!(
        part.content_type.value.as_str(),
        "text/x-amp-html" | "text/watch-html" | "text/enriched" | "text/richtext"
    )
}

fn subject_of(bytes: &[u8], limits: &Limits) -> Option<String> {
    let block = headers::read(bytes, 0, limits, &mut Vec::new(), &|_| false);
    let raw = block.headers.get("subject")?;
    Some(super::subject_text(raw, None)).filter(|s| !s.is_empty())
}

/// `charset=` of a `<meta>` near the start.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let meta = start.find("<meta")?;
    let at = meta + start[meta..].find("charset=")? + 8;
    let value = start[at..].trim_start_matches(['"', '\'', ' ']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)));
    let name = &value[..end.unwrap_or(value.len())];
    // A document that says UTF-16 but could be searched here isn't.
    (!name.is_empty() && !name.starts_with("utf-16")).then(|| name.to_owned())
}

/// text/enriched without its `<commands>`; `<<` is a literal `<`.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('<') {
            out.push('<');
            rest = after;
        } else {
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
        }
    }
    out.push_str(rest);
    out
}
