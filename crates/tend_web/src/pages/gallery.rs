//! Every part in every state, and every page with made-up data, for those who build and for
//! those who look.

use axum::{extract::Path, response::IntoResponse};
use tend_views::gallery;

use super::Answer;
use crate::{WebError, assets, who::SignedIn};

pub(crate) async fn show(_: SignedIn) -> Answer {
    Ok(gallery::gallery(assets::base()).into_response())
}

/// In the place of a mail with looks of its own.
const MAIL: &str = "&lt;p&gt;A mail with looks of its own.&lt;/p&gt;";

/// One page. Its forms carry no proof and its stream is none, so that nothing in it does anything.
pub(crate) async fn page(_: SignedIn, Path(name): Path<String>) -> Answer {
    let page = gallery::gallery_page(&name).ok_or_else(WebError::not_found)?.into_string();
    let page = page.replace("/assets/sample", assets::base());
    let page = page.replace("<meta name=\"live\"", "<meta name=\"live-of-a-sample\"");
    // Nor does it say on its own that somebody reads it, or ask for mail that is nowhere.
    let page = page.replace(" data-presence=\"", " data-presence-of-a-sample=\"");
    let page = page.replace(" hx-trigger=\"load\"", " hx-trigger=\"never\"");
    let page =
        page.replace(" src=\"/messages/", &format!(" srcdoc=\"{MAIL}\" data-src=\"/messages/"));
    Ok(maud::PreEscaped(page).into_response())
}
