use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream};
use serde_json::json;
use tend_core::{
    Error,
    agents::{self, Me, Permission, sessions},
    live::{self, Happened},
};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::timeout,
};

use super::{News, OpenStream, follow};
use crate::{app::App, error::WebError, who::Who};

/// Entries that are replayed to one who comes back; above that the page reads
/// everything anew.
const REPLAY: i64 = 1_000;

/// The stream of what changed since a position of the journal.
///
/// Events: `change` with [`News`](live::News) and the position as its id,
/// `presence` with a conversation, `told` when there is a notification, `reset`
/// when the page has to read everything anew, and `bye` when this node stops.
pub(crate) async fn stream(app: App, who: Who, since: i64) -> Result<Response, WebError> {
    let place = app.live.take_place(who.me.id)?;
    follow::begin(&app).await?;
    // Listen first, then read: what comes in between is heard, and passed over
    // by its position.
    let news = app.live.0.news.subscribe();
    let first = app
        .read(move |tx| {
            let end = tend_core::journal::last_position(tx)?;
            Ok((live::since(tx, since, REPLAY + 1)?, end))
        })
        .await?;
    let mut listener =
        Listener { app, who, news, at: since, waiting: String::new(), _place: place };
    listener.greet(first);
    let body = Body::from_stream(listener.into_stream());
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

struct Listener {
    app: App,
    who: Who,
    news: Receiver<News>,
    at: i64,
    /// What is to be sent next.
    waiting: String,
    _place: OpenStream,
}

/// What becomes of the stream after a piece of news.
enum Then {
    GoOn,
    End,
}

impl Listener {
    /// What the page missed, or that it missed too much.
    fn greet(&mut self, (missed, end): (Vec<Happened>, i64)) {
        self.waiting.push_str("retry: 1000\n");
        // A page from before a restore knows positions that don't exist any more.
        let is_lost = self.at > end || missed.len() > REPLAY as usize;
        if is_lost {
            self.at = end;
            self.event("reset", &json!({}));
        } else {
            for it in &missed {
                self.happened(it);
            }
            self.at = self.at.max(missed.last().map_or(0, |it| it.position));
        }
        // The page knows now that it is connected, and from where it would go on.
        let at = self.at;
        self.waiting.push_str(&format!("id: {at}\nevent: ready\ndata: {{}}\n\n"));
    }

    fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        stream::unfold(Some(self), |listener| async {
            let mut listener = listener?;
            if listener.waiting.is_empty() && matches!(listener.next().await, Then::End) {
                let last = std::mem::take(&mut listener.waiting);
                return (!last.is_empty()).then(|| (Ok(Bytes::from(last)), None));
            }
            let bytes = Bytes::from(std::mem::take(&mut listener.waiting));
            Some((Ok(bytes), Some(listener)))
        })
    }

    /// Waits for something to say.
    async fn next(&mut self) -> Then {
        let heartbeat: Duration = self.app.config.heartbeat;
        while self.waiting.is_empty() {
            let heard = match timeout(heartbeat, self.news.recv()).await {
                Err(_) => {
                    self.waiting.push_str(": here\n\n");
                    return self.is_still_welcome().await;
                }
                Ok(Err(RecvError::Closed)) => return Then::End,
                Ok(Err(RecvError::Lagged(_))) => {
                    self.event("reset", &json!({}));
                    return Then::GoOn;
                }
                Ok(Ok(heard)) => heard,
            };
            if let Then::End = self.hear(heard).await {
                return Then::End;
            }
        }
        Then::GoOn
    }

    async fn hear(&mut self, news: News) -> Then {
        match news {
            News::Happened(it) if it.position > self.at => {
                self.at = it.position;
                if it.changes_rights_of(&self.who.me)
                    && let Then::End = self.is_still_welcome().await
                {
                    return Then::End;
                }
                self.happened(&it);
            }
            News::Happened(_) => {}
            News::Presence(at, standing) if standing.is_seen_by(&self.who.me) => {
                self.event("presence", &json!({"conversation": at.to_string()}));
            }
            News::Presence(..) => {}
            News::Told(agent) if agent == self.who.me.id => self.event("told", &json!({})),
            News::Told(_) => {}
            News::Usage if self.who.me.may(Permission::SourcesManage) => {
                self.event("usage", &json!({}));
            }
            News::Usage => {}
            News::Goodbye => {
                self.event("bye", &json!({}));
                return Then::End;
            }
        }
        Then::GoOn
    }

    /// The agent as they are now; the stream ends with the session.
    async fn is_still_welcome(&mut self) -> Then {
        let (id, session) = (self.who.me.id, self.who.session());
        let me = self.app.read(move |tx| look_again(tx, id, session)).await;
        match me {
            Ok(Some(me)) => {
                self.who = self.who.as_of_now(me);
                Then::GoOn
            }
            Ok(None) => Then::End,
            // Whether they are welcome cannot be known now; the page asks again.
            Err(_) => Then::End,
        }
    }

    fn happened(&mut self, it: &Happened) {
        if !it.is_for(&self.who.me) {
            return;
        }
        self.waiting.push_str(&format!("id: {}\n", it.position));
        self.event("change", &json!(it.news()));
    }

    fn event(&mut self, name: &str, data: &serde_json::Value) {
        self.waiting.push_str(&format!("event: {name}\ndata: {data}\n\n"));
    }
}

fn look_again(
    tx: &mut tend_store::Tx,
    id: agents::AgentId,
    session: Option<agents::SessionId>,
) -> Result<Option<Me>, Error> {
    if let Some(session) = session
        && !sessions::counts(tx, session)?
    {
        return Ok(None);
    }
    match agents::me(tx, id) {
        Ok(me) => Ok(Some(me)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
