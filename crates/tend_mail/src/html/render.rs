//! HTML to the text a person would have typed.

use super::token::{Tag, Token, Tokens, unescape};

/// Plain text of an HTML mail: paragraphs, lists with dashes, quotes with `>`,
/// links with their address where it differs from the words. Linear in the
/// length of the input; at most `max` bytes come out.
pub fn to_text(html: &str, max: usize) -> String {
    let mut page = Page { max, ..Page::default() };
    for (_, token) in Tokens::new(html) {
        if page.out.len() >= max {
            break;
        }
        match token {
            Token::Text(text) => page.text(text),
            Token::Open(tag) => page.open(&tag),
            Token::Close(name) => page.close(name),
            Token::Comment(_) => {}
        }
    }
    page.finish()
}

#[derive(Default)]
struct Page {
    out: String,
    max: usize,
    /// Line breaks owed before the next text, at most 2.
    breaks: usize,
    /// A space owed before the next text.
    gap: bool,
    /// Open quotes.
    quotes: usize,
    /// Open quotes at the last text.
    quotes_before: usize,
    /// Open lists: the next number, or 0 for dashes.
    lists: Vec<usize>,
    /// Open `<pre>`.
    pre: usize,
    /// Inside `<head>`, `<style>`, …: nothing is shown.
    hidden: Option<String>,
    /// The address and where the words of the open link start.
    link: Option<(String, usize)>,
    /// A cell of the row stands before this one.
    cell: bool,
}

/// Elements of which nothing is shown.
const HIDDEN: [&str; 7] = ["head", "style", "script", "title", "template", "noscript", "object"];
/// Elements that stand on lines of their own.
const BLOCKS: [&str; 19] = [
    "div", "table", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "center",
    "address", "form", "fieldset", "body", "html", "caption", "figure", "tbody",
];
/// Blocks with an empty line around them.
const PARAGRAPHS: [&str; 11] =
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote"];

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|n| n.eq_ignore_ascii_case(name))
}

impl Page {
    fn open(&mut self, tag: &Tag<'_>) {
        if self.hidden.is_some() {
            // A body ends a head that was never closed.
            if !tag.is("body") {
                return;
            }
            self.hidden = None;
        }
        if is_one_of(tag.name, &HIDDEN) {
            if !tag.is_closed {
                self.hidden = Some(tag.name.to_owned());
            }
            return;
        }
        self.block(tag.name);
        match tag.name.to_ascii_lowercase().as_str() {
            "br" => self.line_break(),
            "hr" => {
                self.need(1);
                self.push("---");
                self.need(1);
            }
            "blockquote" => self.quotes = (self.quotes + 1).min(50),
            "ul" | "menu" => self.list(0),
            "ol" => self.list(1),
            "li" => self.item(),
            "pre" => {
                self.need(2);
                self.pre += 1;
            }
            "td" | "th" => {
                self.gap |= self.cell;
                self.cell = true;
            }
            "tr" => self.cell = false,
            "a" => self.link = tag.get("href").map(|href| (href, self.out.len())),
            "img" => self.image(tag),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(hidden) = &self.hidden {
            if hidden.eq_ignore_ascii_case(name) {
                self.hidden = None;
            }
            return;
        }
        match name.to_ascii_lowercase().as_str() {
            "a" => self.end_link(),
            "blockquote" => {
                self.need(2);
                self.quotes = self.quotes.saturating_sub(1);
            }
            "ul" | "ol" | "menu" => {
                self.lists.pop();
            }
            "pre" => {
                self.pre = self.pre.saturating_sub(1);
                self.need(2);
            }
            _ => {}
        }
        self.block(name);
    }

    fn block(&mut self, name: &str) {
        if is_one_of(name, &PARAGRAPHS) {
            let is_inner_list = self.lists.len() > 1 && is_one_of(name, &["ul", "ol"]);
            self.need(if is_inner_list { 1 } else { 2 });
        } else if is_one_of(name, &BLOCKS) {
            self.need(1);
        }
    }

    fn list(&mut self, first: usize) {
        if self.lists.len() < 20 {
            self.lists.push(first);
        }
    }

    fn item(&mut self) {
        let indent = "  ".repeat(self.lists.len().saturating_sub(1));
        let mark = match self.lists.last_mut() {
            Some(0) | None => "- ".to_owned(),
            Some(n) => {
                *n += 1;
                format!("{}. ", *n - 1)
            }
        };
        self.push(&format!("{indent}{mark}"));
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let alt = tag.get("alt").unwrap_or_default();
        let alt = crate::text::one_line(&alt);
        if !alt.is_empty() {
            self.push(&format!("[{}]", crate::text::cut(&alt, 200)));
        }
    }

    fn end_link(&mut self) {
        let Some((href, start)) = self.link.take() else { return };
        let href = href.trim();
        let words = self.out.get(start..).unwrap_or("").trim();
        let is_web = ["http://", "https://"].iter().any(|p| href.starts_with(p));
        let bare = href.trim_start_matches("https://").trim_start_matches("http://");
        let says_it = words.contains(bare.trim_end_matches('/'));
        if is_web && !words.is_empty() && !says_it && href.len() <= 500 {
            let href: String = href.chars().filter(|c| !c.is_whitespace()).collect();
            self.push_inline(&format!(" <{href}>"));
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        let text = unescape(text);
        if self.pre > 0 {
            return self.preformatted(&text);
        }
        let is_gap = |c: char| c.is_whitespace() && c != '\u{a0}';
        self.gap |= text.starts_with(is_gap);
        let mut words = text.split(is_gap).filter(|w| !w.is_empty()).peekable();
        let ends_in_gap = text.ends_with(is_gap);
        while let Some(word) = words.next() {
            self.push(word);
            self.gap = words.peek().is_some() || ends_in_gap;
        }
    }

    fn preformatted(&mut self, text: &str) {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.line_break();
            }
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                self.push(line);
            }
        }
    }

    /// A `<br>`: counts even where lines are already owed.
    fn line_break(&mut self) {
        self.gap = false;
        if !self.out.is_empty() {
            self.breaks = (self.breaks + 1).min(3);
        }
    }

    fn need(&mut self, breaks: usize) {
        self.gap = false;
        if !self.out.is_empty() {
            self.breaks = self.breaks.max(breaks);
        }
    }

    /// Text, after the breaks or the space that it owes.
    fn push(&mut self, text: &str) {
        let quote = "> ".repeat(self.quotes);
        let between = "> ".repeat(self.quotes.min(self.quotes_before));
        self.quotes_before = self.quotes;
        if self.out.is_empty() {
            self.out.push_str(&quote);
        }
        for left in (0..self.breaks).rev() {
            self.out.push('\n');
            self.out.push_str(if left == 0 { &quote } else { between.trim_end() });
        }
        if self.breaks == 0 && self.gap && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
        self.breaks = 0;
        self.gap = false;
        self.push_inline(text);
    }

    fn push_inline(&mut self, text: &str) {
        self.out.extend(
            text.chars().filter(|c| *c != '\u{ad}').map(|c| if c == '\u{a0}' { ' ' } else { c }),
        );
    }

    fn finish(self) -> String {
        let cut = crate::text::cut(&self.out, self.max);
        let lines: Vec<&str> = cut.lines().map(str::trim_end).collect();
        crate::text::clean(lines.join("\n").trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_reads_like_a_letter() {
        for (html, want) in [
            ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
            ("<div>One</div><div>Two</div><div><br></div><div>Three</div>", "One\nTwo\n\nThree"),
            ("<b>a</b>b <i> c</i>", "ab c"),
            ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"),
            ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
            ("x<blockquote>q<br>r</blockquote>y", "x\n\n> q\n> r\n\ny"),
            ("<a href='https://x.org/a'>here</a>.", "here <https://x.org/a>."),
            ("<a href='https://x.org/'>x.org</a>", "x.org"),
            ("<head><title>t</title><style>p{}</style></head><body>b", "b"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("a&nbsp;&lt;b&gt;", "a <b>"),
            ("<img alt='Logo' src=x>", "[Logo]"),
        ] {
            assert_eq!(to_text(html, 1000), want, "{html}");
        }
    }

    #[test]
    fn what_comes_out_is_bounded() {
        let html = "<blockquote>".repeat(100_000) + "x<br>";
        assert!(to_text(&html.repeat(2), 10_000).len() <= 10_000);
        assert!(to_text(&"<p>x ".repeat(100_000), 5_000).len() <= 5_000);
        let deep = "<div>".repeat(500_000);
        assert_eq!(to_text(&deep, 1000), "");
    }
}
