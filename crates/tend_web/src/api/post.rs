use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    body::Bytes,
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
use tend_store::{Dialect, Tx};

use super::json;
use crate::{App, WebError, app::Coming, who::Who};

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
    pub fn answer<O: Serialize>(
        self,
        app: &App,
        who: &Who,
        status: StatusCode,
        work: impl Fn(&mut Tx, &Me) -> Result<O> + Send + 'static,
    ) -> Answered {
        let me = who.me.clone();
        self.done(app, who, Box::new(move |tx| Ok(answer(status, &work(tx, &me)?))))
    }

    fn done(self, app: &App, who: &Who, work: Do) -> Answered {
        let owner = who.owner();
        Answered(app.write(move |tx| self.keep(tx, &owner, &work)))
    }

    /// The same for what is read again to be shown. PostgreSQL takes a reader of the newest
    /// row of an index and a writer beside it for a conflict, and makes one of them begin
    /// anew; so there, unless the answer is kept under a key, it is read after the commit.
    pub async fn answer_with<I: Send + 'static, O: Serialize + 'static>(
        self,
        app: &App,
        who: &Who,
        status: StatusCode,
        work: impl Fn(&mut Tx, &Me) -> Result<I> + Send + 'static,
        show: fn(&mut Tx, &Me, I) -> Result<O>,
    ) -> Result<Response, WebError> {
        let (me, owner) = (who.me.clone(), who.owner());
        let done = app.write(move |tx| {
            if self.key.is_none() && tx.dialect() == Dialect::Postgres {
                return Ok(Err(work(tx, &me)?));
            }
            let both = |tx: &mut Tx| {
                let it = work(tx, &me)?;
                Ok(answer(status, &show(tx, &me, it)?))
            };
            self.keep(tx, &owner, &both).map(Ok)
        });
        let (answer, is_replay) = match done.await? {
            Ok(answer) => answer,
            Err(made) => {
                let me = who.me.clone();
                let read = app.read(move |tx| Ok(self::answer(status, &show(tx, &me, made)?)));
                (read.await?, false)
            }
        };
        Ok(spoken(answer, is_replay))
    }

    /// Within the write: what was answered before, or what is now done and answered; and
    /// whether it was before.
    fn keep(
        &self,
        tx: &mut Tx,
        owner: &str,
        work: &dyn Fn(&mut Tx) -> Result<Answer>,
    ) -> Result<(Answer, bool)> {
        let Some(key) = self.key.as_deref() else { return Ok((work(tx)?, false)) };
        if let Some(before) = idempotency::before(tx, owner, key, &self.hash)? {
            return Ok((before, true));
        }
        let answer = work(tx)?;
        idempotency::remember(tx, owner, key, &self.hash, &answer)?;
        Ok((answer, false))
    }
}

/// Does something, and puts into words what came of it.
type Do = Box<dyn Fn(&mut Tx) -> Result<Answer> + Send>;

/// What is being done, and will be answered.
pub(crate) struct Answered(Coming<(Answer, bool)>);

impl Future for Answered {
    type Output = Result<Response, WebError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let done = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(done.map(|(answer, is_replay)| spoken(answer, is_replay)))
    }
}

fn answer(status: StatusCode, output: &impl Serialize) -> Answer {
    let answer = serde_json::to_string(output).expect("an answer is plain data");
    Answer { status: i64::from(status.as_u16()), answer }
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
        let (body, once) = once(request, app).await?;
        Ok(Self { input: json::parse(&body)?, once: once? })
    }
}

async fn once(request: Request, app: &App) -> Result<(Bytes, Result<Once, WebError>), WebError> {
    let headers = request.headers().clone();
    let path = request.uri().path().to_owned();
    let body = json::read(request, app).await?;
    let once = Once::read(&headers, &[path.as_bytes(), b"\n", &body].concat());
    Ok((body, once))
}

impl<T: Send + Sync + 'static> Post<T> {
    /// Makes something new, and answers 201 with it.
    pub fn create<O: Serialize>(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<O> + Send + 'static,
    ) -> Answered {
        let input = Arc::new(self.input);
        let work = move |tx: &mut Tx, me: &Me| work(tx, me, &input);
        self.once.answer(app, who, StatusCode::CREATED, work)
    }

    /// Makes something new, and answers 201 with how it is then shown.
    pub async fn create_and_show<I: Send + 'static, O: Serialize + Send + 'static>(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<I> + Send + 'static,
        show: fn(&mut Tx, &Me, I) -> Result<O>,
    ) -> Result<Response, WebError> {
        let input = Arc::new(self.input);
        let work = move |tx: &mut Tx, me: &Me| work(tx, me, &input);
        self.once.answer_with(app, who, StatusCode::CREATED, work, show).await
    }

    /// Does something, and answers 200 with how it went.
    pub fn done<O: Serialize>(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<O> + Send + 'static,
    ) -> Answered {
        let input = Arc::new(self.input);
        let work = move |tx: &mut Tx, me: &Me| work(tx, me, &input);
        self.once.answer(app, who, StatusCode::OK, work)
    }

    /// Does something of which there is nothing to tell, and answers 204.
    pub fn quiet(
        self,
        app: &App,
        who: &Who,
        work: impl Fn(&mut Tx, &Me, &T) -> Result<()> + Send + 'static,
    ) -> Answered {
        let input = Arc::new(self.input);
        let work = move |tx: &mut Tx, me: &Me| work(tx, me, &input);
        self.once.answer(app, who, StatusCode::NO_CONTENT, work)
    }
}

/// A body that says nothing: `{}`, or none.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
pub(crate) struct Nothing {}
