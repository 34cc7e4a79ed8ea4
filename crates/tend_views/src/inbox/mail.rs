//! HTML that came by mail: shown as its sender made it, and kept apart from our page.

use std::{cell::Cell, rc::Rc};

use lol_html::{
    EndTagHandler, Settings, element, errors::RewritingError, html_content::ContentType,
    rewrite_str,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Where an image of a mail may come from: the answer to its `src`; `None` leaves it out.
pub type ImageSource<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Words, links and pictures of its own only: such HTML is shown within our page, in our type.
pub fn is_simple(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    let has_looks = ["style=", "<table", "<font", "bgcolor", "<style", "<center"]
        .iter()
        .any(|it| lower.contains(it));
    let pictures = lower.matches("<img").count();
    !has_looks && pictures == lower.matches("src=\"cid:").count()
}

/// It refers to pictures on other machines.
pub fn has_remote_images(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    ["src=\"http", "src='http", "src=http", "url(http", "url('http", "url(&quot;http"]
        .iter()
        .any(|it| lower.contains(it))
}

/// The document of a sandboxed frame: the mail's sanitised HTML with its images from where the caller
/// says (`cid:` of an attachment, our proxy, or nowhere), and its quoted history folded when asked.
/// It is served with a policy of its own: no scripts, styles only inline, images only from here.
pub fn mail_document(html: &str, image: ImageSource<'_>, fold: bool) -> Markup {
    let body = with_images(html, image);
    let body = if fold { folded(&body) } else { body };
    html! {
        (DOCTYPE)
        html {
            head {
                meta charset="utf-8";
                meta name="color-scheme" content="light only";
                base target="_blank";
                title { "Mail" }
                style { (PreEscaped(SHEET)) }
            }
            body dir="auto" { (PreEscaped(body)) }
        }
    }
}

const SHEET: &str = "html{background:#fff;color:#1f2426}body{margin:0;padding:12px;font:14px/1.6 Inter,system-ui,sans-serif;overflow-wrap:anywhere}\
img{max-width:100%;height:auto}table{max-width:100%}a{color:#0b5f73}pre{white-space:pre-wrap}\
blockquote{margin:8px 0;padding-left:12px;border-left:2px solid #d5dadc}\
summary{cursor:pointer;display:inline-block;padding:0 8px;border-radius:8px;background:#eef0f1;color:#596265;font-weight:600;list-style:none}";

/// The HTML with its images from where the caller says.
pub fn with_images(html: &str, image: ImageSource<'_>) -> String {
    let rule = element!("img", |el| {
        match el.get_attribute("src").and_then(|src| image(&src)) {
            Some(src) => el.set_attribute("src", &src)?,
            None => el.remove_attribute("src"),
        }
        el.remove_attribute("srcset");
        Ok(())
    });
    or_text(html, rewrite_str(html, Settings::new().append_element_content_handler(rule)))
}

/// The quoted history goes behind a fold: what the reader of mails marked as such, else the
/// outermost of the quotes that mail programs make.
pub fn folded(html: &str) -> String {
    let depth = Rc::new(Cell::new(0u32));
    let is_marked = html.contains("class=\"tend_quote\"");
    let quotes = if is_marked { "div.tend_quote" } else { QUOTES };
    let rule = element!(quotes, |el| {
        if depth.get() == 0 {
            el.before(FOLD, ContentType::Html);
            el.after("</details>", ContentType::Html);
        }
        let Some(ends) = el.end_tag_handlers() else { return Ok(()) };
        depth.set(depth.get() + 1);
        let depth = depth.clone();
        let leaves: EndTagHandler<'static> = Box::new(move |_| {
            depth.set(depth.get().saturating_sub(1));
            Ok(())
        });
        ends.push(leaves);
        Ok(())
    });
    or_text(html, rewrite_str(html, Settings::new().append_element_content_handler(rule)))
}

const QUOTES: &str = "blockquote, div.gmail_quote, div.yahoo_quoted";
const FOLD: &str = r#"<details class="message-quote"><summary title="Quoted text" aria-label="Quoted text">⋯</summary>"#;

/// HTML that was sanitised can be read; if ever it cannot, its text is shown.
fn or_text(html: &str, read: Result<String, RewritingError>) -> String {
    read.unwrap_or_else(|_| tend_core::html::escape(html))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outermost_quote_is_folded() {
        let html = "<p>Yes.</p><div class=\"gmail_quote\">On Thu, we wrote:<blockquote>Well?<blockquote>Hm.</blockquote></blockquote></div>";
        let out = folded(html);
        assert_eq!(out.matches("<details").count(), 1, "{out}");
        assert!(out.ends_with("</div></details>"), "{out}");
        assert!(out.starts_with("<p>Yes.</p><details"), "{out}");
    }

    #[test]
    fn images_come_only_from_where_the_caller_says() {
        let html = "<img src=\"cid:a@b\"><img src=\"https://t.example/pixel.gif\" alt=\"x\">";
        let image =
            |src: &str| src.strip_prefix("cid:").map(|_| "/attachments/7/preview".to_owned());
        let out = mail_document(html, &image, false).into_string();
        assert!(out.contains("<img src=\"/attachments/7/preview\">"), "{out}");
        assert!(!out.contains("t.example"), "{out}");
    }

    #[test]
    fn what_is_simple_stands_in_our_page() {
        assert!(is_simple("<div dir=\"ltr\">Hello<br><a href=\"https://a.example\">a</a></div>"));
        assert!(!is_simple("<p style=\"color:red\">x</p>"));
        assert!(is_simple("<p>x</p><img src=\"cid:a@b\" alt=\"x\">"));
        assert!(!is_simple("<img src=\"cid:a@b\"><img src=\"https://t.example/p.gif\">"));
        assert!(has_remote_images("<img alt='' src='HTTP://a.example/x.png'>"));
    }
}
