//! The tracking API as Segment's clients know it. They call from any page, label their bodies
//! as they like, and hear 200 for all that is on disk, good or not.

use axum::{
    Json,
    body::{Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use tend_core::{
    secrets::fingerprint,
    usage::{
        self, Incoming, LARGEST_BATCH, Unpacked,
        roll_up::foretell,
        sources,
        wire::{self, Call},
    },
};

use crate::{
    App, WebError,
    asked::Query,
    client::Client,
    router::{Access::Public, Route, get, options, post},
};

mod verdicts;

/// Larger bodies are read on a thread that may take its time.
const SMALL: usize = 8 * 1024;

const CALLS: [(Call, &str, &str); 6] = [
    (Call::Identify, "/v1/identify", "/v1/i"),
    (Call::Track, "/v1/track", "/v1/t"),
    (Call::Page, "/v1/page", "/v1/p"),
    (Call::Screen, "/v1/screen", "/v1/s"),
    (Call::Group, "/v1/group", "/v1/g"),
    (Call::Alias, "/v1/alias", "/v1/a"),
];

/// Every route of it.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = vec![get("/v1/projects/{key}/settings", Public, settings)];
    let mut both = |path: &str, call: Option<Call>| {
        let to = move |State(app): State<App>, Query(how): Query<How>, request: Request| {
            take(app, call, how, request)
        };
        all.push(post(path, Public, to));
        all.push(options(path, Public, allow));
    };
    for (call, long, short) in CALLS {
        both(long, Some(call));
        both(short, Some(call));
    }
    for path in ["/v1/batch", "/v1/b", "/v1/import"] {
        both(path, None);
    }
    all
}

/// Any page may send, and read what it is told: nothing here is anybody's secret, and no
/// cookie is looked at.
pub(crate) async fn open_to_all(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let any = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

async fn allow() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, content-encoding, x-retry-count",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct How {
    /// Says of each event whether it was taken.
    verbose: String,
}

/// What was read, and found good or not.
struct Read {
    incoming: Incoming,
    /// Of whose events verdicts are wanted, if they are.
    events: Option<Vec<Result<wire::Event, wire::Rejected>>>,
}

/// Why a request is not taken at all.
struct Refusal {
    status: StatusCode,
    why: &'static str,
    /// The key that it came with, so that its owner sees it among the rejected.
    key: Option<String>,
}

async fn take(app: App, call: Option<Call>, how: How, request: Request) -> Response {
    let headers = request.headers().clone();
    let wants_verdicts = !matches!(how.verbose.as_str(), "" | "0" | "false");
    let read = match body(request).await {
        Ok(bytes) if bytes.len() <= SMALL => Ok(read(call, &headers, &bytes, wants_verdicts)),
        Ok(bytes) => {
            let headers = headers.clone();
            app.compute(move || read(call, &headers, &bytes, wants_verdicts)).await
        }
        Err(refusal) => Ok(Err(refusal)),
    };
    let done = match read {
        Ok(Ok(it)) => keep(&app, it).await,
        Ok(Err(refusal)) => refuse(&app, call, refusal).await,
        Err(error) => Err(error),
    };
    done.unwrap_or_else(IntoResponse::into_response)
}

async fn keep(app: &App, it: Read) -> Result<Response, WebError> {
    let Read { incoming, events } = it;
    // Before it is written: afterwards its own events would be those that came before.
    let told = match events {
        Some(events) => {
            let key = incoming.key_hash.clone();
            let told = app
                .read(move |tx| {
                    let told = foretell(tx, &key, &events)?;
                    Ok(told.map(|it| (events, it)))
                })
                .await?;
            Some(told)
        }
        None => None,
    };
    let taken = app.write(move |tx| usage::take_in(tx, &incoming)).await?;
    let Some(batch) = taken else {
        let refusal = "This write key is of no source, or of one that was disabled.";
        return Ok(said(StatusCode::UNAUTHORIZED, refusal));
    };
    Ok(match told.flatten() {
        Some((events, told)) => verdicts::answer(batch, events, told).into_response(),
        None => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (kind, r#"{"success":true}"#).into_response()
        }
    })
}

async fn refuse(app: &App, call: Option<Call>, it: Refusal) -> Result<Response, WebError> {
    if let Some(key) = it.key {
        let hash = fingerprint(&key);
        let word = call.map_or("batch", Call::word);
        app.write(move |tx| usage::refuse(tx, &hash, word, it.why)).await?;
    }
    Ok(said(it.status, it.why))
}

fn said(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "success": false, "message": why }))).into_response()
}

async fn body(request: Request) -> Result<Bytes, Refusal> {
    let key = of_headers(request.headers());
    let read = to_bytes(request.into_body(), LARGEST_BATCH + 1).await;
    read.map_err(|_| Refusal { key, ..TOO_LARGE })
}

const TOO_LARGE: Refusal = Refusal {
    status: StatusCode::BAD_REQUEST,
    why: "The request is larger than 500 KB.",
    key: None,
};

fn read(
    call: Option<Call>,
    headers: &HeaderMap,
    body: &[u8],
    wants_verdicts: bool,
) -> Result<Read, Refusal> {
    let key = of_headers(headers);
    let bad = |why| Refusal { status: StatusCode::BAD_REQUEST, why, key: key.clone() };
    let json = usage::unpack(body, LARGEST_BATCH).map_err(|it| match it {
        Unpacked::TooLarge => Refusal { key: key.clone(), ..TOO_LARGE },
        Unpacked::Broken => bad("The request is not the gzip that it says it is."),
    })?;
    let request = wire::read(call, &json)
        .map_err(|_| bad("The request is not JSON of the shape that is taken here."))?;
    if call.is_some() && json.len() > usage::LARGEST_EVENT {
        return Err(Refusal {
            key: request.write_key.or_else(|| key.clone()),
            ..bad("The event is larger than 32 KB.")
        });
    }
    let Some(key) = request.write_key.or(key) else {
        let why = "There is no write key: neither in the body nor as Basic or Bearer.";
        return Err(Refusal { status: StatusCode::BAD_REQUEST, why, key: None });
    };
    let word = call.map_or("batch", Call::word);
    let incoming = Incoming::new(fingerprint(&key), word, request.events.len(), &json);
    Ok(Read { incoming, events: wants_verdicts.then_some(request.events) })
}

/// `Basic base64(key:)`, with or without the colon, or `Bearer key`.
fn of_headers(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (how, rest) = text.trim().split_once(' ')?;
    let key = match how.to_ascii_lowercase().as_str() {
        "basic" => {
            let plain = STANDARD.decode(rest.trim()).ok()?;
            let plain = String::from_utf8(plain).ok()?;
            plain.split(':').next().unwrap_or_default().to_owned()
        }
        "bearer" => rest.trim().to_owned(),
        _ => return None,
    };
    (!key.is_empty()).then_some(key)
}

/// What analytics.js asks for before it sends anything: send everything to us, and load
/// nothing else.
async fn settings(
    client: Client,
    State(app): State<App>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let hash = fingerprint(&key);
    let source = app.read(move |tx| sources::by_key_hash(tx, &hash)).await?;
    if source.is_none() {
        return Ok(said(StatusCode::NOT_FOUND, "This write key is of no source."));
    }
    let named = headers.get(header::HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let host = app.config.authority().unwrap_or(named);
    let protocol = if client.is_https { "https" } else { "http" };
    let body = json!({
        "integrations": { "Segment.io": {
            "apiKey": key,
            "apiHost": format!("{host}/v1"),
            "protocol": protocol,
            "unbundledIntegrations": [],
            "addBundledMetadata": true,
            "maybeBundledConfigIds": {},
            "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] },
        } },
        "plan": { "track": { "__default": { "enabled": true, "integrations": {} } },
                  "identify": { "__default": { "enabled": true } },
                  "group": { "__default": { "enabled": true } } },
        "edgeFunction": {},
        "analyticsNextEnabled": true,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": { "sampleRate": 0 },
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": [],
    });
    let life = [(header::CACHE_CONTROL, "public, max-age=120")];
    Ok((life, Json(body)).into_response())
}
