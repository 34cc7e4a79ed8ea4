//! What shops send: believed by its signature over the bytes as they came, on disk before it is
//! acknowledged, and read later.

use axum::{
    Json,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use tend_core::orders::{
    ShopId, ShopKind,
    events::{self, Arrived, LARGEST},
    shops::{self, Listening, SECRET},
    signature,
};

use crate::{
    App, WebError,
    api::Id,
    router::{Access::Public, Route, post},
};

/// Where shops send to.
pub(crate) fn routes() -> Vec<Route> {
    vec![post(tend_views::urls::shop_hook("{id}"), Public, take)]
}

async fn take(
    State(app): State<App>,
    Id(id): Id<ShopId>,
    request: Request,
) -> Result<Response, WebError> {
    let (parts, body) = request.into_parts();
    let read = to_bytes(body, LARGEST + 1).await;
    let Some(body) = read.ok().filter(|it| it.len() <= LARGEST) else {
        let why = "The message is larger than 1 MB, or was cut off on its way.";
        return Ok(said(StatusCode::PAYLOAD_TOO_LARGE, why));
    };
    let Some(shop) = app.read(move |tx| shops::listening(tx, id)).await? else {
        return Ok(said(StatusCode::NOT_FOUND, "There is no shop that sends here."));
    };
    if shop.kind == ShopKind::WooCommerce && is_ping(&parts.headers, &body) {
        return Ok(said(StatusCode::OK, "The address is right."));
    }
    let of =
        |name: &str| parts.headers.get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
    let secrets = opened(&app, &shop)?;
    if let Err(refusal) = signature::check(shop.kind, &of, &body, &secrets, app.now()) {
        // A flood of forged messages costs no turn of the writer.
        if !shop.refused_of_late {
            app.write(move |tx| shops::refuse(tx, id, refusal.why())).await?;
        }
        return Ok(said(StatusCode::UNAUTHORIZED, refusal.why()));
    }
    let arrived = Arrived::read(shop.kind, &of, body.to_vec());
    app.write(move |tx| events::take_in(tx, id, &arrived)).await?;
    Ok(said(StatusCode::OK, "It is kept."))
}

fn opened(app: &App, shop: &Listening) -> Result<Vec<String>, WebError> {
    let open = |it: &String| app.keys.open(SECRET, it).map_err(WebError::from);
    shop.secrets.iter().map(open).collect()
}

fn said(status: StatusCode, what: &str) -> Response {
    (status, Json(json!({ "message": what }))).into_response()
}

/// With a form that nobody signed WooCommerce tries an address, and wants to hear 200. It does
/// nothing.
fn is_ping(headers: &HeaderMap, body: &[u8]) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let number = body.strip_prefix(b"webhook_id=");
    let is_number =
        |it: &[u8]| !it.is_empty() && it.len() < 20 && it.iter().all(u8::is_ascii_digit);
    kind.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"))
        && number.is_some_and(is_number)
}
