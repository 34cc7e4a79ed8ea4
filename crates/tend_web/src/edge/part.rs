//! A part of a page, opened as if it were a page: the address leads to the page that has it.

use axum::{
    extract::Request,
    http::{StatusCode, Uri},
    middleware::Next,
    response::Response,
};

use crate::pages::go;

/// Answers a page's own request with the part, and everybody else's with where the page is. Who
/// may not see the part hears that, as ever.
pub(crate) async fn part_of(
    pattern: String,
    page: String,
    request: Request,
    next: Next,
) -> Response {
    if request.headers().contains_key("hx-request") {
        return next.run(request).await;
    }
    let to = filled(&pattern, &page, request.uri());
    let answer = next.run(request).await;
    if answer.status() == StatusCode::OK { go(&to) } else { answer }
}

/// The page's address with what stands in the holes of the part's, and the same query.
fn filled(pattern: &str, page: &str, at: &Uri) -> String {
    let mut to = page.to_owned();
    for (hole, value) in pattern.split('/').zip(at.path().split('/')) {
        if hole.starts_with('{') {
            to = to.replace(hole, value);
        }
    }
    match at.query() {
        Some(query) => format!("{to}?{query}"),
        None => to,
    }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn a_part_leads_to_its_page_with_what_was_asked_for() {
        let uri = "/a/cnv_1/composer?kind=note".parse().expect("is an address");
        assert_eq!(filled("/a/{id}/composer", "/a/{id}", &uri), "/a/cnv_1?kind=note");
        let uri = "/palette".parse().expect("is an address");
        assert_eq!(filled("/palette", "/search", &uri), "/search");
    }
}
