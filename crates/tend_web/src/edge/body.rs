//! What a form says about itself, in its first fields: the proof that it is
//! ours (`csrf`), and the method it would use if forms knew it (`_method`).

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, Method, header},
};
use futures_util::{StreamExt, stream};

use crate::error::WebError;

/// The fields that matter here stand first, so this much is enough.
const LOOK_AT: usize = 4 * 1024;

/// The proof that came with a request that changes something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FormHead {
    pub csrf: Option<String>,
    method: Option<String>,
}

pub(super) async fn look_into(request: Request) -> Result<Request, WebError> {
    let (mut parts, body) = request.into_parts();
    let in_header = parts.headers.get("x-csrf").and_then(|it| it.to_str().ok());
    let in_header = in_header.map(str::to_owned);
    let Some(kind) = FormKind::of(&parts.headers) else {
        parts.extensions.insert(FormHead { csrf: in_header, method: None });
        return Ok(Request::from_parts(parts, body));
    };
    let (start, is_whole, rest) = read_start(body).await?;
    let mut head = match kind {
        FormKind::Plain => plain(&start, is_whole),
        FormKind::Parts => parted(&start),
    };
    if parts.method == Method::POST {
        match head.method.as_deref() {
            Some("PUT") => parts.method = Method::PUT,
            Some("DELETE") => parts.method = Method::DELETE,
            Some("PATCH") => parts.method = Method::PATCH,
            _ => {}
        }
    }
    head.csrf = in_header.or(head.csrf);
    parts.extensions.insert(head);
    Ok(Request::from_parts(parts, rest))
}

enum FormKind {
    Plain,
    Parts,
}

impl FormKind {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let kind = kind.split(';').next()?.trim();
        match kind {
            "application/x-www-form-urlencoded" => Some(Self::Plain),
            "multipart/form-data" => Some(Self::Parts),
            _ => None,
        }
    }
}

/// The first bytes, whether that is all, and a body that is as if nobody had looked.
async fn read_start(body: Body) -> Result<(Vec<u8>, bool, Body), WebError> {
    let mut chunks = body.into_data_stream();
    let mut read: Vec<Result<Bytes, axum::Error>> = Vec::new();
    let mut start = Vec::new();
    let mut is_whole = true;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| WebError::bad("The request ended before its end."))?;
        start.extend_from_slice(&chunk);
        read.push(Ok(chunk));
        if start.len() >= LOOK_AT {
            is_whole = false;
            break;
        }
    }
    let whole = match is_whole {
        true => Body::from(start.clone()),
        false => Body::from_stream(stream::iter(read).chain(chunks)),
    };
    start.truncate(LOOK_AT);
    Ok((start, is_whole, whole))
}

fn plain(start: &[u8], is_whole: bool) -> FormHead {
    let text = String::from_utf8_lossy(start);
    let mut pairs: Vec<&str> = text.split('&').collect();
    if !is_whole {
        // It may go on beyond what was read.
        pairs.pop();
    }
    let value = |name: &str| {
        let found = pairs.iter().find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
        found.map(str::to_owned)
    };
    FormHead { csrf: value("csrf"), method: value("_method") }
}

fn parted(start: &[u8]) -> FormHead {
    let text = String::from_utf8_lossy(start);
    let value = |name: &str| {
        let (_, after) = text.split_once(&format!("form-data; name=\"{name}\"\r\n\r\n"))?;
        let (value, _) = after.split_once("\r\n")?;
        Some(value.to_owned())
    };
    FormHead { csrf: value("csrf"), method: value("_method") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(csrf: Option<&str>, method: Option<&str>) -> FormHead {
        FormHead { csrf: csrf.map(str::to_owned), method: method.map(str::to_owned) }
    }

    #[test]
    fn the_first_fields_of_a_form_are_read() {
        assert_eq!(plain(b"csrf=abc&_method=PUT&x=1", true), head(Some("abc"), Some("PUT")));
        assert_eq!(plain(b"x=1&csrf=abc", true), head(Some("abc"), None));
        assert_eq!(plain(b"x=1&csrf=abc", false), head(None, None), "it may go on");
        assert_eq!(plain(b"xcsrf=abc&csrfx=1", true), head(None, None));
        assert_eq!(plain(b"", true), head(None, None));
    }

    #[test]
    fn the_first_parts_of_an_upload_are_read() {
        let upload = b"--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n\
            --b\r\nContent-Disposition: form-data; name=\"_method\"\r\n\r\nPUT\r\n\
            --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nIMAGE";
        assert_eq!(parted(upload), head(Some("abc"), Some("PUT")));
        assert_eq!(
            parted(b"--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nab"),
            head(None, None)
        );
    }

    #[tokio::test]
    async fn whoever_reads_on_reads_everything() {
        for size in [0, 10, LOOK_AT - 1, LOOK_AT, LOOK_AT + 1, 100_000] {
            let bytes = vec![b'x'; size];
            let pieces: Vec<Result<Bytes, axum::Error>> =
                bytes.chunks(1000).map(|it| Ok(Bytes::copy_from_slice(it))).collect();
            let body = Body::from_stream(stream::iter(pieces));
            let (start, is_whole, rest) = read_start(body).await.expect("reads");
            assert_eq!((start.len(), is_whole), (size.min(LOOK_AT), size < LOOK_AT), "{size}");
            let again = axum::body::to_bytes(rest, usize::MAX).await.expect("reads");
            assert_eq!(again.len(), size);
        }
    }
}
