//! Two who change the same thing: a read says what was seen (`ETag`), a change may say
//! that it is meant for exactly that (`If-Match`), and one of two who cross hears of it.

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tend_core::{Result, agents::Me, secrets::fingerprint_bytes};
use tend_store::Tx;
use utoipa::openapi::{
    Object, Required,
    path::{Parameter, ParameterBuilder, ParameterIn},
    schema::Type,
};

use super::Answer;
use crate::{App, WebError, who::Who};

/// What a request says about the state that it knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct If {
    matches: Option<String>,
    none_match: Option<String>,
}

impl FromRequestParts<App> for If {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        Ok(Self {
            matches: joined(&parts.headers, &header::IF_MATCH),
            none_match: joined(&parts.headers, &header::IF_NONE_MATCH),
        })
    }
}

/// For the document: it makes `If-None-Match` of it where something is read.
impl utoipa::IntoParams for If {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "The `ETag` that one read before: 412 if it is another one by now.";
        let text_of = Object::builder().schema_type(Type::String);
        let it = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(text))
            .schema(Some(text_of));
        vec![it.build()]
    }
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let all: Vec<_> = headers.get_all(name).iter().filter_map(|it| it.to_str().ok()).collect();
    (!all.is_empty()).then(|| all.join(","))
}

/// The tag of what is answered: it changes when any of it does.
fn tag<O: Serialize>(it: &O) -> String {
    let json = serde_json::to_vec(it).expect("an answer is plain data");
    let print = fingerprint_bytes(&json);
    format!("\"{}\"", print.get(..24).unwrap_or(&print))
}

/// A proxy that compresses makes a tag weak; it is the same state all the same.
fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == tag)
}

impl If {
    /// Reads one thing: 200 with its tag, or 304 if it is what the asker has.
    pub async fn show<O: Serialize + Send + 'static>(
        self,
        app: &App,
        who: &Who,
        load: impl FnOnce(&mut Tx, &Me) -> Result<O> + Send + 'static,
    ) -> Answer {
        let me = who.me.clone();
        let it = app.read(move |tx| load(tx, &me)).await?;
        let tag = tag(&it);
        if self.none_match.is_some_and(|known| names(&known, &tag)) {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, value(&tag))]).into_response());
        }
        Ok(tagged(&it, &tag))
    }

    /// Changes one thing and answers with what it is then. With `If-Match` only what the
    /// asker knows is changed.
    pub async fn change<O: Serialize + Send + 'static>(
        self,
        app: &App,
        who: &Who,
        load: impl Fn(&mut Tx, &Me) -> Result<O> + Send + 'static,
        work: impl Fn(&mut Tx, &Me) -> Result<()> + Send + 'static,
    ) -> Answer {
        let me = who.me.clone();
        let changed = app
            .write(move |tx| {
                if !self.fits(tx, &me, &load)? {
                    return Ok(None);
                }
                work(tx, &me)?;
                load(tx, &me).map(Some)
            })
            .await?;
        let it = changed.ok_or_else(overtaken)?;
        Ok(tagged(&it, &tag(&it)))
    }

    /// Takes one thing away.
    pub async fn remove<O: Serialize + Send + 'static>(
        self,
        app: &App,
        who: &Who,
        load: impl Fn(&mut Tx, &Me) -> Result<O> + Send + 'static,
        work: impl Fn(&mut Tx, &Me) -> Result<()> + Send + 'static,
    ) -> Answer {
        let me = who.me.clone();
        let done = app
            .write(move |tx| {
                if !self.fits(tx, &me, &load)? {
                    return Ok(false);
                }
                work(tx, &me).map(|()| true)
            })
            .await?;
        match done {
            true => Ok(StatusCode::NO_CONTENT.into_response()),
            false => Err(overtaken()),
        }
    }

    fn fits<O: Serialize>(
        &self,
        tx: &mut Tx,
        me: &Me,
        load: &impl Fn(&mut Tx, &Me) -> Result<O>,
    ) -> Result<bool> {
        match &self.matches {
            Some(known) => Ok(names(known, &tag(&load(tx, me)?))),
            None => Ok(true),
        }
    }
}

fn tagged<O: Serialize>(it: &O, tag: &str) -> Response {
    ([(header::ETAG, value(tag))], Json(it)).into_response()
}

fn value(tag: &str) -> HeaderValue {
    HeaderValue::from_str(tag).expect("a tag is quoted hexadecimal")
}

fn overtaken() -> WebError {
    let text = "It is not what you saw any more. Read it again, then decide.";
    WebError::new(StatusCode::PRECONDITION_FAILED, text)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_tag_is_known_among_several_and_when_it_was_made_weak() {
        for list in ["\"a\"", "\"b\", \"a\"", "W/\"a\"", "*"] {
            assert!(names(list, "\"a\""), "{list}");
        }
        for list in ["", "\"b\"", "a", "\"aa\""] {
            assert!(!names(list, "\"a\""), "{list}");
        }
    }
}
