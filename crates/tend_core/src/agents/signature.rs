use std::collections::HashSet;

use crate::{Result, error::invalid};

/// Bytes of HTML, at most.
const LONGEST: usize = 10_000;

/// A signature is a few lines of formatted text with links, and nothing else.
pub(super) fn sanitise(html: &str) -> Result<String> {
    if html.len() > LONGEST {
        return Err(invalid("signature", "This signature is too long."));
    }
    let tags = ["a", "b", "br", "div", "em", "i", "li", "p", "span", "strong", "u", "ul"];
    let clean = ammonia::Builder::empty()
        .tags(HashSet::from(tags))
        .tag_attributes([("a", HashSet::from(["href"]))].into())
        .url_schemes(HashSet::from(["https", "http", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .clean(html)
        .to_string();
    Ok(clean.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::sanitise;

    #[test]
    fn only_formatted_text_with_links_remains() {
        let signature = "<p>Anna<br><b onclick=x()>Kestrel</b><script>x()</script>
            <img src=x onerror=x()><a href=' javascript:x()'>a</a>
            <a href=https://kestrel.example>b</a><style>p{}</style></p>";
        let clean = sanitise(signature).expect("is short");
        for bad in ["script", "onclick", "onerror", "img", "style", "x()"] {
            assert!(!clean.contains(bad), "{clean}");
        }
        assert!(clean.contains("<a href=\"https://kestrel.example\" rel="), "{clean}");
        assert_eq!(sanitise(&clean).expect("is short"), clean);
        assert!(sanitise(&"x".repeat(10_001)).is_err());
    }
}
