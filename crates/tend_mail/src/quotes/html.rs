//! The same for pages: read as lines, cut where the lines say.

use super::{Folded, Line, Piece, history, visible_to, walk};
use crate::html::token::{Tag, Token, Tokens, unescape};
use std::ops::Range;

/// An HTML mail taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoldedHtml {
    /// The whole page; history and signature stand in
    /// `<div class="tend_quote">`. Not sanitised.
    pub html: String,
    /// Where the part to show at once ends in the source, in bytes; `None` if
    /// nothing is folded.
    pub visible_to: Option<usize>,
    /// The sender's own words as text, without quotes, signature and closing.
    pub own: String,
}

/// Elements that are open at once at most where a page is cut.
const DEEPEST: usize = 200;
/// What the folded part is wrapped in.
const WRAPPER: (&str, &str) = ("<div class=\"tend_quote\">", "</div>");

/// Wraps the quoted history and the signature of a page, without deleting
/// anything: the elements that are open where it begins are closed before the
/// wrapper and opened again inside.
pub fn fold_html(html: &str) -> FoldedHtml {
    let page = Page::read(html);
    let lines = page.lines();
    let pieces = walk::walk(&lines);
    let at = visible_to(&pieces, html.len());
    let own = own(&lines, &pieces);
    let has_rest = lines.iter().any(|line| line.range.start >= at && !line.is_blank());
    let wrapped = if at > 0 && has_rest { wrap(html, at) } else { None };
    match wrapped {
        Some(folded) => FoldedHtml { html: folded, visible_to: Some(at), own },
        None => FoldedHtml { html: html.to_owned(), visible_to: None, own },
    }
}

impl FoldedHtml {
    /// Nothing folded, all of it the sender's own.
    pub(super) fn whole(html: &str) -> Self {
        let own = crate::html_to_text(html, 1024 * 1024);
        Self { html: html.to_owned(), visible_to: None, own }
    }

    /// The part of the source to show at once, its elements closed.
    pub fn visible(&self, source: &str) -> String {
        match self.visible_to.and_then(|at| Some((source.get(..at)?, open_at(source, at)))) {
            Some((start, open)) => format!("{start}{}", closing(&open)),
            None => source.to_owned(),
        }
    }
}

fn own(lines: &[Line<'_>], pieces: &[(Piece, Range<usize>)]) -> String {
    let folded = Folded { pieces: pieces.to_vec(), visible_to: 0 };
    let mut kinds = folded.pieces.iter().peekable();
    let mut out: Vec<&str> = Vec::new();
    for line in lines {
        while kinds.next_if(|(_, range)| range.end <= line.range.start).is_some() {}
        let is_own = kinds.peek().is_some_and(|(p, _)| matches!(p, Piece::Own | Piece::Forward));
        if is_own && !(line.is_blank() && out.last().is_none_or(|l| l.is_empty())) {
            out.push(line.text.trim());
        }
    }
    out.join("\n").trim().to_owned()
}

fn wrap(html: &str, at: usize) -> Option<String> {
    let open = open_at(html, at);
    if open.len() > DEEPEST {
        return None;
    }
    let rest = html.get(at..)?;
    let end = rest.to_ascii_lowercase().find("</body").unwrap_or(rest.len());
    let mut out = String::with_capacity(html.len() + 1024);
    out.push_str(html.get(..at)?);
    // The page and its body stay open around the wrapper.
    let inner: Vec<&Open<'_>> =
        open.iter().filter(|o| !is_one_of(o.name, &["html", "body"])).collect();
    for element in inner.iter().rev() {
        out.push_str(&format!("</{}>", element.name));
    }
    out.push_str(WRAPPER.0);
    for element in &inner {
        out.push_str(&html[element.tag.clone()]);
    }
    out.push_str(&rest[..end]);
    out.push_str(WRAPPER.1);
    out.push_str(&rest[end..]);
    Some(out)
}

fn closing(open: &[Open<'_>]) -> String {
    open.iter().rev().map(|o| format!("</{}>", o.name)).collect()
}

/// The elements that are open at a place.
fn open_at(html: &str, at: usize) -> Vec<Open<'_>> {
    let mut stack = Stack::default();
    for (range, token) in Tokens::new(html) {
        if range.start >= at {
            break;
        }
        match token {
            Token::Open(tag) => stack.open(&tag, range),
            Token::Close(name) => stack.close(name),
            _ => {}
        }
    }
    stack.open
}

struct Open<'h> {
    name: &'h str,
    tag: Range<usize>,
    is_quote: bool,
}

/// Open elements, with the ends that HTML lets one leave out.
#[derive(Default)]
struct Stack<'h> {
    open: Vec<Open<'h>>,
    quotes: usize,
}

/// What an element is to the lines of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Begins and ends lines.
    Block,
    /// Has no content.
    Void,
    /// Its content is not shown.
    Hidden,
    /// A cell of a table: ends the cell before it.
    Cell,
    Inline,
}

fn role(name: &str) -> Role {
    match name.to_ascii_lowercase().as_str() {
        "p" | "div" | "table" | "tr" | "li" | "ul" | "ol" | "dl" | "dt" | "dd" | "blockquote"
        | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "section" | "article" | "header"
        | "footer" | "center" | "address" | "body" | "form" | "tbody" | "fieldset" | "details" => {
            Role::Block
        }
        "br" | "hr" | "img" | "meta" | "link" | "input" | "base" | "col" | "area" | "wbr"
        | "embed" | "source" => Role::Void,
        "head" | "style" | "script" | "title" | "template" => Role::Hidden,
        "td" | "th" => Role::Cell,
        _ => Role::Inline,
    }
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|n| n.eq_ignore_ascii_case(name))
}

impl<'h> Stack<'h> {
    fn open(&mut self, tag: &Tag<'h>, range: Range<usize>) {
        let role = role(tag.name);
        if role == Role::Void || (tag.is_closed && role == Role::Inline) {
            return;
        }
        if matches!(role, Role::Block | Role::Cell) {
            let ends = ends(tag.name);
            while self.open.last().is_some_and(|top| is_one_of(top.name, ends)) {
                self.pop();
            }
        }
        let is_quote = is_container(tag);
        self.quotes += usize::from(is_quote);
        self.open.push(Open { name: tag.name, tag: range, is_quote });
    }

    fn close(&mut self, name: &str) {
        // A stray closing tag closes nothing; one far out is not looked for.
        let found =
            self.open.iter().rev().take(DEEPEST).position(|o| o.name.eq_ignore_ascii_case(name));
        if let Some(depth) = found {
            for _ in 0..=depth {
                self.pop();
            }
        }
    }

    fn pop(&mut self) {
        if self.open.pop().is_some_and(|o| o.is_quote) {
            self.quotes -= 1;
        }
    }
}

/// The open elements that an opening tag closes.
fn ends(name: &str) -> &'static [&'static str] {
    match name.to_ascii_lowercase().as_str() {
        "li" => &["li"],
        "td" | "th" => &["td", "th"],
        "tr" => &["td", "th", "tr"],
        "dt" | "dd" => &["dt", "dd"],
        _ => &["p"],
    }
}

/// Elements that hold what is quoted.
fn is_container(tag: &Tag<'_>) -> bool {
    if tag.is("blockquote") {
        return true;
    }
    if !tag.has_attributes() {
        return false;
    }
    let classes = [
        "gmail_quote",
        "gmail_quote_container",
        "protonmail_quote",
        "yahoo_quoted",
        "zmail_extra",
        "tutanota_quote",
        "mail-editor-reference-message-container",
        "ms-outlook-mobile-reference-message",
        "outlookmessageheader",
        "x_gmail_quote",
        "yahoo-quoted-begin",
        "moz-cite-prefix",
    ];
    let ids = [
        "olk_src_body_section",
        "mail-editor-reference-message-container",
        "x_divrplyfwdmsg",
        "yahoo_quoted",
    ];
    let class = tag.get("class").unwrap_or_default().to_ascii_lowercase();
    let id = tag.get("id").unwrap_or_default().to_ascii_lowercase();
    class.split_whitespace().any(|c| classes.contains(&c)) || ids.iter().any(|i| id.starts_with(i))
}

/// Elements from which on all is history.
fn is_marker(tag: &Tag<'_>) -> bool {
    if !tag.has_attributes() {
        return false;
    }
    let id = tag.get("id").unwrap_or_default().to_ascii_lowercase();
    if matches!(&*id, "divrplyfwdmsg" | "appendonsend" | "replyforwardmessage" | "stopspelling") {
        return true;
    }
    if !tag.is("div") {
        return false;
    }
    let style = tag.get("style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let is_outlook =
        style.starts_with("border:none;border-top:solid#") && style.contains("padding:3.0pt0");
    let is_windows_mail = style.contains("border-top-color:")
        && style.contains("border-top-width:1px")
        && style.contains("padding-top:5px");
    is_outlook || is_windows_mail
}

/// A page as lines.
#[derive(Default)]
struct Page<'h> {
    stack: Stack<'h>,
    all: Vec<Row>,
    text: String,
    start: usize,
    gap: bool,
    /// The next line begins history.
    is_marker: bool,
    /// A mail is passed on from here: its containers hold no quote.
    is_forward: bool,
    hidden: Option<&'h str>,
    len: usize,
}

struct Row {
    text: String,
    start: usize,
    is_quoted: bool,
    is_marker: bool,
}

impl<'h> Page<'h> {
    fn read(html: &'h str) -> Self {
        let mut page = Page { len: html.len(), ..Page::default() };
        for (range, token) in Tokens::new(html) {
            match token {
                Token::Text(text) if page.hidden.is_none() => page.words(text),
                Token::Open(tag) => page.open(&tag, range),
                Token::Close(name) => page.close(name, &range),
                Token::Comment(text) if text.trim().eq_ignore_ascii_case("originalmessage") => {
                    page.flush(range.start, false);
                    page.is_marker = true;
                }
                Token::Text(_) | Token::Comment(_) => {}
            }
        }
        page.flush(html.len(), page.is_marker);
        page
    }

    fn open(&mut self, tag: &Tag<'h>, range: Range<usize>) {
        let role = role(tag.name);
        if role == Role::Hidden && !tag.is_closed {
            self.hidden.get_or_insert(tag.name);
        }
        if tag.is("body") {
            self.hidden = None;
        }
        if self.hidden.is_some() {
            self.stack.open(tag, range);
            return;
        }
        if is_marker(tag) {
            self.flush(range.start, false);
            self.is_marker = true;
        }
        if tag.is("br") {
            self.flush(range.end, true);
        } else if tag.is("hr") {
            self.flush(range.start, false);
            self.text.push_str("----------");
            self.flush(range.end, false);
        } else if role == Role::Block || is_container(tag) {
            self.flush(range.start, false);
        } else if tag.is("img") {
            self.words(" \u{fffc}");
        }
        self.stack.open(tag, range);
    }

    fn close(&mut self, name: &'h str, range: &Range<usize>) {
        if self.hidden.is_some_and(|hidden| hidden.eq_ignore_ascii_case(name)) {
            self.hidden = None;
        }
        if role(name) == Role::Block {
            self.flush(range.end, false);
        }
        self.stack.close(name);
        if self.text.is_empty() {
            self.start = range.end;
        }
    }

    fn words(&mut self, text: &str) {
        for word in unescape(text).split_inclusive(char::is_whitespace) {
            let bare = word.trim();
            if !bare.is_empty() {
                if self.gap && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.text.push_str(bare);
                self.gap = false;
            }
            self.gap |= word.ends_with(char::is_whitespace);
        }
    }

    /// Ends a line; an empty one only counts where `keeps_empty`.
    fn flush(&mut self, next_start: usize, keeps_empty: bool) {
        self.gap = false;
        if self.text.is_empty() && !keeps_empty {
            return;
        }
        let text = std::mem::take(&mut self.text);
        let is_quoted = self.stack.quotes > 0 && !self.is_forward;
        self.is_forward |= is_quoted && self.is_first_quoted() && history::is_forward(&text);
        let row = Row {
            is_quoted: (is_quoted && !self.is_forward) || text.starts_with('>'),
            is_marker: std::mem::take(&mut self.is_marker),
            start: self.start,
            text,
        };
        self.all.push(row);
        self.start = next_start;
    }

    fn is_first_quoted(&self) -> bool {
        !self.all.iter().rev().find(|row| !row.text.is_empty()).is_some_and(|row| row.is_quoted)
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let ends = self.all.iter().skip(1).map(|row| row.start).chain([self.len]);
        let rows = self.all.iter().zip(ends);
        rows.map(|(row, end)| Line {
            text: &row.text,
            range: row.start..end.max(row.start),
            is_quoted: row.is_quoted,
            is_marker: row.is_marker,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html_to_text;

    fn visible(html: &str) -> String {
        html_to_text(&fold_html(html).visible(html), 10_000)
    }

    #[test]
    fn history_of_many_programs_is_folded() {
        let after = "Jo &lt;jo@example.com&gt; wrote:";
        for rest in [
            format!("<div class=\"gmail_quote\"><div class=gmail_attr>On Mon, 2 May 2022 at 10:00 {after}<br></div><blockquote class=\"gmail_quote\">Hi</blockquote></div>"),
            format!("<div class=\"protonmail_quote\">On Mon {after}<blockquote>Hi</blockquote></div>"),
            format!("<div id=\"yahoo_quoted_123\" class=\"yahoo_quoted\">On Mon {after} Hi</div>"),
            format!("<div class=\"moz-cite-prefix\">On 2/5/22 10:00, {after}</div><blockquote type=\"cite\">Hi</blockquote>"),
            "<div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>Frm:</b> x</div><div>Hi</div>".into(),
            "<span id=\"OLK_SRC_BODY_SECTION\"><div>Hi</div></span>".into(),
            "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=MsoNormal><b>Whatever:</b> Jo</p></div><p>Hi</p>".into(),
            "<!-- originalMessage --><div>Hi</div>".into(),
            "<hr>From: Jo<br>Sent: Monday<br>To: Ann<br>Subject: Hi<br><br>Hi".into(),
            "<div>------------------ 原始邮件 ------------------</div><div>Hi</div>".into(),
            "<div>-- Please reply above this line --</div><div>Hi</div>".into(),
            format!("<p>Op 2 mei 2022 10:00 schreef {}</p><p>Hi</p>", "Jo &lt;jo@example.com&gt;:"),
        ] {
            for html in [format!("<div>Thanks</div>{rest}"), format!("<html><body><div>Thanks<br>{rest}</div></body></html>")] {
                assert_eq!(visible(&html), "Thanks", "{html}");
                let folded = fold_html(&html);
                assert_eq!(folded.own, "Thanks", "{html}");
                assert_eq!(folded.html.matches("Hi").count(), html.matches("Hi").count());
                assert!(folded.html.contains("tend_quote"));
            }
        }
    }

    #[test]
    fn the_wrapper_is_well_formed_and_inside_the_body() {
        let html = "<html><body><div class=a>Thanks<br><b>x</b><div><blockquote>Hi</blockquote></div></div></body></html>";
        let want = "<html><body><div class=a>Thanks<br><b>x</b></div><div class=\"tend_quote\">\
                    <div class=a><div><blockquote>Hi</blockquote></div></div></div></body></html>";
        assert_eq!(fold_html(html).html, want);
    }

    #[test]
    fn answers_below_and_between_stay_whole() {
        for html in [
            "<blockquote>One?</blockquote><p>Yes</p><blockquote>Two?</blockquote><p>No</p>",
            "<p>Just a letter</p>",
            "<blockquote>Only a quote</blockquote>",
            "",
            "<div class=gmail_quote>---------- Forwarded message ---------<br>From: Jo<br>text</div>",
        ] {
            let folded = fold_html(html);
            assert_eq!((folded.html.as_str(), folded.visible_to), (html, None));
        }
    }

    #[test]
    fn signatures_are_folded() {
        assert_eq!(visible("<p>Hi</p><p>--<br>Jo<br>Sales</p>"), "Hi");
        assert_eq!(visible("Hi<br><br>Sent from my iPhone<br>"), "Hi");
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        for piece in
            ["<div>", "<p>a", "<blockquote>x", "</div>", "<br>", "<td>", "<div>a</b>", "<i>a"]
        {
            let html = piece.repeat(80_000 / piece.len());
            let start = std::time::Instant::now();
            fold_html(&html);
            assert!(start.elapsed().as_secs() < 20, "{piece:?} takes {:?}", start.elapsed());
        }
    }
}
