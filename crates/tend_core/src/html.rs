//! HTML that people wrote: made safe once, at the door.

mod bounds;

use std::sync::LazyLock;

use ammonia::Builder;

/// Sanitised HTML. There is no other way to make one than to sanitise or to escape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

/// Bodies above this many bytes are kept as text only.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut it = Builder::default();
    it.add_tags(["font", "center", "section", "article", "header", "footer", "main", "address"])
        .add_generic_attributes([
            "style",
            "dir",
            "lang",
            "align",
            "valign",
            "width",
            "height",
            "bgcolor",
            "color",
            "border",
            "cellpadding",
            "cellspacing",
            "class",
            "title",
        ])
        .add_tag_attributes("font", ["face", "size", "color"])
        .add_tag_attributes("blockquote", ["type", "cite"])
        .add_tag_attributes("a", ["name"])
        .add_tag_attributes("span", ["data-mention"])
        .filter_style_properties(STYLES.iter().copied().collect())
        .url_schemes(["http", "https", "mailto", "tel", "cid"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true);
    it
});

/// What a mail may say about its looks: nothing that moves or covers the page.
const STYLES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-wrap",
];

impl Html {
    /// Keeps what is harmless. Doing it twice is doing it once. Of what would take too long to
    /// read nothing is kept.
    pub fn sanitise(untrusted: &str) -> Self {
        if untrusted.len() > MOST_BYTES || !bounds::bearable(untrusted) {
            return Self(String::new());
        }
        let clean = SANITISER.clean(&untrusted.replace('\0', "")).to_string();
        Self(clean)
    }

    /// Plain text as paragraphs.
    pub fn from_text(text: &str) -> Self {
        let paragraphs = text.trim().split("\n\n").filter(|it| !it.trim().is_empty());
        let html =
            paragraphs.map(|it| format!("<p>{}</p>", escape(it.trim()).replace('\n', "<br>")));
        Self(html.collect())
    }

    /// What was sanitised when it was stored.
    pub(crate) fn stored(html: String) -> Self {
        Self(html)
    }

    /// Without what an editor leaves behind: bullets with nothing in them, wherever they are, and
    /// empty lines at the end.
    pub fn tidied(self) -> Self {
        const EMPTY: [&str; 4] = ["<p></p>", "<p><br></p>", "<div></div>", "<br>"];
        const BULLETS: [&str; 3] = ["<li></li>", "<li><p></p></li>", "<li><p><br></p></li>"];
        let mut html = self.0;
        for it in BULLETS.iter().chain(&["<ul></ul>", "<ol></ol>"]) {
            if html.contains(it) {
                html = html.replace(it, "");
            }
        }
        loop {
            let whole = html.trim_end().len();
            html.truncate(whole);
            match EMPTY.iter().find(|it| html.ends_with(**it)) {
                Some(it) => html.truncate(whole - it.len()),
                None => return Self(html),
            }
        }
    }

    /// The HTML itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML itself.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Nothing to see: no text and no picture.
    pub fn is_blank(&self) -> bool {
        !self.0.contains("<img") && self.to_text().trim().is_empty()
    }

    /// What it says without its looks.
    pub fn to_text(&self) -> String {
        let text = html2text::config::plain_no_decorate()
            .no_table_borders()
            .string_from_read(self.0.as_bytes(), 10_000)
            .unwrap_or_default();
        text.trim().to_owned()
    }
}

/// Text as it stands between tags.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_editor_leaves_behind_goes() {
        let said =
            "<p>a</p><p></p><ul><li><p>b</p></li><li><p></p></li></ul><p></p><p><br></p> <br>";
        let tidy = Html::sanitise(said).tidied();
        assert_eq!(tidy.as_str(), "<p>a</p><p></p><ul><li><p>b</p></li></ul>");
        assert_eq!(Html::sanitise("<ul><li></li></ul>").tidied().as_str(), "");
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        let bad = [
            "<script>x()</script><p>a</p>",
            "<p onclick=x()>a</p>",
            "<a href=' javascript:x()'>a</a>",
            "<a href='data:text/html,x'>a</a>",
            "<p style='position:fixed;color:red'>a</p>",
            "<svg><script>x()</script></svg>a",
            "<iframe src=//x></iframe>a",
            "<form action=/x><input></form>a",
            "<base href=//x><meta http-equiv=refresh content=0>a",
        ];
        for it in bad {
            let html = Html::sanitise(it);
            for word in [
                "script",
                "onclick",
                "javascript",
                "data:",
                "position",
                "iframe",
                "form",
                "base",
                "meta",
                "input",
            ] {
                assert!(!html.as_str().contains(word), "{it} became {}", html.as_str());
            }
            assert_eq!(Html::sanitise(html.as_str()), html, "twice is once: {it}");
            assert_eq!(html.to_text(), "a");
        }
    }

    #[test]
    fn text_becomes_paragraphs_and_comes_back() {
        let html = Html::from_text("Dear <Ann>,\nhello\n\nbye");
        assert_eq!(html.as_str(), "<p>Dear &lt;Ann&gt;,<br>hello</p><p>bye</p>");
        assert_eq!(html.to_text(), "Dear <Ann>,\nhello\n\nbye");
    }
}
