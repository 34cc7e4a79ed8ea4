use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use tend_core::{
    Result,
    agents::Me,
    idempotency::{self, Answer},
    secrets::fingerprint_bytes,
};
use tend_store::Tx;

use crate::{App, WebError, who::Who};

/// The body of a POST, with the key under which it is done once.
pub(crate) struct Post<T> {
    input: T,
    key: Option<String>,
    /// Of the path and the body.
    hash: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Post<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let key = request.headers().get("idempotency-key");
        let key = key.map(|it| it.to_str().map(str::to_owned)).transpose();
        let key = key.map_err(|_| WebError::bad("The Idempotency-Key is not a plain text."))?;
        let path = request.uri().path().to_owned();
        let body = Bytes::from_request(request, app).await;
        let body = body.map_err(|it| WebError::new(it.status(), it.body_text()))?;
        let input = serde_json::from_slice(if body.is_empty() { b"{}" } else { &body[..] });
        let input = input.map_err(|it| {
            WebError::new(StatusCode::UNPROCESSABLE_ENTITY, format!("The JSON does not fit: {it}."))
        })?;
        let hash = match key {
            Some(_) => fingerprint_bytes(&[path.as_bytes(), b"\n", &body].concat()),
            None => String::new(),
        };
        Ok(Self { input, key, hash })
    }
}

impl<T: Send + Sync + 'static> Post<T> {
    /// Does it, and answers 201. With a key that was seen before it answers what was answered
    /// then, and does nothing.
    pub async fn create<O: Serialize>(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<O> + Send + 'static,
    ) -> Result<Response, WebError> {
        let (me, owner) = (who.me.clone(), who.owner());
        let Self { input, key, hash } = self;
        let (input, key) = (Arc::new(input), Arc::new(key));
        let answer = app
            .write(move |tx| {
                if let Some(key) = key.as_deref()
                    && let Some(before) = idempotency::before(tx, &owner, key, &hash)?
                {
                    return Ok(before);
                }
                let output = work(tx, &me, &input)?;
                let answer = serde_json::to_string(&output).expect("an answer is plain data");
                let answer = Answer { status: 201, answer };
                if let Some(key) = key.as_deref() {
                    idempotency::remember(tx, &owner, key, &hash, &answer)?;
                }
                Ok(answer)
            })
            .await?;
        let status = u16::try_from(answer.status).ok().and_then(|it| StatusCode::from_u16(it).ok());
        let kind = [(header::CONTENT_TYPE, "application/json")];
        Ok((status.unwrap_or(StatusCode::OK), kind, answer.answer).into_response())
    }
}
