//! A table that somebody uploads in a form, and the word beside it that says what it is.

use std::str::FromStr;

use axum::extract::{Multipart, multipart::Field};
use tend_core::customers::sheet::{self, MOST_BYTES, Table};

use crate::{App, WebError};

pub(crate) struct TableFile {
    /// As the sender calls it.
    pub name: String,
    pub bytes: Vec<u8>,
    choice: Option<String>,
}

impl TableFile {
    /// The part `file`, and of the others the one called `choice`, if there is to be one.
    pub async fn read(mut form: Multipart, choice: Option<&str>) -> Result<Self, WebError> {
        let (mut chosen, mut file) = (None, None);
        while let Some(field) = form.next_field().await.map_err(broken)? {
            match field.name() {
                Some("file") => {
                    let name = field.file_name().unwrap_or("file").to_owned();
                    file = Some((name, bytes(field).await?));
                }
                name if name.is_some() && name == choice => {
                    chosen = Some(field.text().await.map_err(broken)?);
                }
                _ => {}
            }
        }
        let (name, bytes) = file.ok_or_else(|| WebError::bad("There was no file in it."))?;
        Ok(Self { name, bytes, choice: chosen })
    }

    /// What was chosen; `usual` where nothing was said.
    pub fn choice<T: FromStr<Err = &'static str>>(&self, usual: T) -> Result<T, WebError> {
        self.choice.as_deref().map_or(Ok(usual), |it| it.parse().map_err(WebError::bad))
    }

    /// What was chosen, as it was sent.
    pub fn chosen(&self) -> Option<&str> {
        self.choice.as_deref()
    }

    /// Its rows.
    pub async fn table(self, app: &App) -> Result<Table, WebError> {
        app.compute(move || sheet::read(&self.bytes)).await?.map_err(WebError::from)
    }
}

/// What is more than a table may have is left out, and reading it says so.
async fn bytes(mut field: Field<'_>) -> Result<Vec<u8>, WebError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_BYTES {
            break;
        }
    }
    Ok(bytes)
}

fn broken<E>(_: E) -> WebError {
    WebError::bad("The upload ended before its end.")
}
