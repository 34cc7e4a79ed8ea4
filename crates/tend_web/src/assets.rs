//! Style sheets, scripts, fonts: in the binary, under an address that changes
//! with their content, so that browsers keep them for ever.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use axum::{
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use tend_core::secrets::fingerprint;

use crate::error::WebError;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Embedded;

/// Kinds that browsers get; what else lies in the folder made them.
const KINDS: [(&str, &str); 5] = [
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("woff2", "font/woff2"),
    ("png", "image/png"),
];

struct Assets {
    base: String,
    files: HashMap<String, (Bytes, &'static str)>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::load);

/// Where the assets are: `/assets/3f9a27c1`.
pub fn base() -> &'static str {
    &ASSETS.base
}

impl Assets {
    fn load() -> Self {
        let mut files = HashMap::new();
        let mut prints = String::new();
        let mut names: Vec<Cow<str>> = Embedded::iter().collect();
        names.sort();
        for name in names {
            let Some(kind) = kind(&name) else { continue };
            let Some(file) = Embedded::get(&name) else { continue };
            let bytes = match name.as_ref() {
                "css/tend.css" => Bytes::from(bundle(&name).into_bytes()),
                _ => Bytes::from(file.data.into_owned()),
            };
            prints.push_str(&name);
            prints.push_str(&fingerprint(&String::from_utf8_lossy(&bytes)));
            files.insert(name.into_owned(), (bytes, kind));
        }
        Self { base: format!("/assets/{}", &fingerprint(&prints)[..12]), files }
    }
}

fn kind(name: &str) -> Option<&'static str> {
    if name.contains(".entry.") || name.ends_with(".test.js") {
        return None;
    }
    let extension = name.rsplit('.').next()?;
    KINDS.iter().find(|it| it.0 == extension).map(|it| it.1)
}

/// A style sheet with everything it imports, each in its layer: one request
/// instead of one for each part.
fn bundle(name: &str) -> String {
    let Some(file) = Embedded::get(name) else { return String::new() };
    let folder = name.rsplit_once('/').map_or("", |it| it.0);
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        match import(line) {
            Some((path, layer)) => {
                let inner = bundle(&format!("{folder}/{path}"));
                out.push_str(&format!("@layer {layer} {{\n{inner}}}\n"));
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// Of `@import url("parts/icon.css") layer(parts);` the path and the layer.
fn import(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim().strip_prefix("@import url(\"")?;
    let (path, rest) = rest.split_once("\") layer(")?;
    let (layer, _) = rest.split_once(')')?;
    Some((path, layer))
}

/// `GET /assets/{print}/{path}`.
pub(crate) async fn serve(Path((print, path)): Path<(String, String)>) -> Response {
    let Some((bytes, kind)) = ASSETS.files.get(&path) else {
        return WebError::not_found().into_response();
    };
    // A page of an older version may still ask: it gets what there is, for now.
    let life = match ASSETS.base.ends_with(&print) && print.len() == 12 {
        true => "public, max-age=31536000, immutable",
        false => "no-store",
    };
    let mut response = Body::from(bytes.clone()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(life));
    response
}

/// `GET /service-worker.js`: asked for anew each time, so that browsers have the newest.
pub(crate) async fn service_worker() -> Response {
    let Some((bytes, kind)) = ASSETS.files.get("js/service-worker.js") else {
        return WebError::not_found().into_response();
    };
    let icon = format!("const ICON = \"{}/icons/mark.png\";\n", base());
    let mut response = Body::from([icon.as_bytes(), bytes].concat()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // It loads its icon and speaks to nobody.
    let policy = HeaderValue::from_static("default-src 'none'; img-src 'self'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_is_one_file_with_its_layers() {
        let (css, _) = &ASSETS.files["css/tend.css"];
        let css = String::from_utf8_lossy(css);
        assert!(!css.contains("@import"), "an import is left");
        assert!(css.contains("@layer reset, tokens, base, parts, pages, utilities;"));
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn only_what_browsers_need_is_served() {
        for name in ASSETS.files.keys() {
            assert!(!name.ends_with(".sh") && !name.ends_with(".json"), "{name}");
        }
        assert!(ASSETS.files.contains_key("fonts/inter-latin.woff2"));
        assert_eq!(ASSETS.base.len(), "/assets/".len() + 12);
    }
}
