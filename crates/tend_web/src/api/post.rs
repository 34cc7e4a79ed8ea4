use std::sync::Arc;

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
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

use super::json;
use crate::{App, WebError, who::Who};

/// The body of a POST, with the key under which it is done once.
pub(crate) struct Post<T> {
    pub(super) input: T,
    pub(super) once: Once,
}

/// The key under which a request is done once, and what was asked.
#[derive(Clone, Debug)]
pub(crate) struct Once {
    key: Option<String>,
    /// Of the path and the body.
    hash: String,
}

impl Once {
    /// From the request's headers; `asked` tells one request from another.
    pub fn read(headers: &HeaderMap, asked: &[u8]) -> Result<Self, WebError> {
        let key = headers.get("idempotency-key");
        let key = key.map(|it| it.to_str().map(str::to_owned)).transpose();
        let key = key.map_err(|_| WebError::bad("The Idempotency-Key is not a plain text."))?;
        let hash = match key {
            Some(_) => fingerprint_bytes(asked),
            None => String::new(),
        };
        Ok(Self { key, hash })
    }

    /// What was answered to this key before, for work that should not even be begun twice.
    pub async fn before(&self, app: &App, who: &Who) -> Result<Option<Response>, WebError> {
        let Some(key) = self.key.clone() else { return Ok(None) };
        let (owner, hash) = (who.owner(), self.hash.clone());
        let before = app.write(move |tx| idempotency::before(tx, &owner, &key, &hash)).await?;
        Ok(before.map(|it| spoken(it, true)))
    }

    /// Does it, and answers so. With a key that was seen before it answers what was answered
    /// then, and does nothing.
    pub async fn answer<O: Serialize>(
        self,
        app: &App,
        who: &Who,
        status: StatusCode,
        work: impl Fn(&mut Tx, &Me) -> Result<O> + Send + 'static,
    ) -> Result<Response, WebError> {
        let (me, owner) = (who.me.clone(), who.owner());
        let (answer, is_replay) = app
            .write(move |tx| {
                if let Some(key) = self.key.as_deref()
                    && let Some(before) = idempotency::before(tx, &owner, key, &self.hash)?
                {
                    return Ok((before, true));
                }
                let output = work(tx, &me)?;
                let answer = serde_json::to_string(&output).expect("an answer is plain data");
                let answer = Answer { status: i64::from(status.as_u16()), answer };
                if let Some(key) = self.key.as_deref() {
                    idempotency::remember(tx, &owner, key, &self.hash, &answer)?;
                }
                Ok((answer, false))
            })
            .await?;
        Ok(spoken(answer, is_replay))
    }
}

/// Whether this was answered before.
pub(crate) fn is_replay(it: &Response) -> bool {
    it.headers().contains_key("idempotency-replayed")
}

fn spoken(answer: Answer, is_replay: bool) -> Response {
    let status = u16::try_from(answer.status).ok().and_then(|it| StatusCode::from_u16(it).ok());
    let status = status.unwrap_or(StatusCode::OK);
    let mut response = match status {
        StatusCode::NO_CONTENT => status.into_response(),
        _ => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (status, kind, answer.answer).into_response()
        }
    };
    if is_replay {
        let name = HeaderName::from_static("idempotency-replayed");
        response.headers_mut().insert(name, HeaderValue::from_static("true"));
    }
    response
}

impl<T: DeserializeOwned> FromRequest<App> for Post<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let headers = request.headers().clone();
        let path = request.uri().path().to_owned();
        let (input, body) = json::read(request, app).await?;
        let once = Once::read(&headers, &[path.as_bytes(), b"\n", &body].concat())?;
        Ok(Self { input, once })
    }
}

impl<T: Send + Sync + 'static> Post<T> {
    /// Makes something new, and answers 201 with it.
    pub async fn create<O: Serialize>(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<O> + Send + 'static,
    ) -> Result<Response, WebError> {
        let input = Arc::new(self.input);
        let work = move |tx: &mut Tx, me: &Me| work(tx, me, &input);
        self.once.answer(app, who, StatusCode::CREATED, work).await
    }

    /// Does something, and answers 200 with how it went.
    pub async fn done<O: Serialize>(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<O> + Send + 'static,
    ) -> Result<Response, WebError> {
        let input = Arc::new(self.input);
        let work = move |tx: &mut Tx, me: &Me| work(tx, me, &input);
        self.once.answer(app, who, StatusCode::OK, work).await
    }

    /// Does something of which there is nothing to tell, and answers 204.
    pub async fn quiet(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<()> + Send + 'static,
    ) -> Result<Response, WebError> {
        let input = Arc::new(self.input);
        let work = move |tx: &mut Tx, me: &Me| work(tx, me, &input);
        self.once.answer(app, who, StatusCode::NO_CONTENT, work).await
    }
}

/// A body that says nothing: `{}`, or none.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
pub(crate) struct Nothing {}
