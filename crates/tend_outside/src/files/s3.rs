use std::{ops::Range, path::Path, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use futures_util::{StreamExt, TryStreamExt};
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path as Key,
};
use serde::{Deserialize, Serialize};
use tokio_util::{bytes::Bytes, io::ReaderStream};

use super::{Listed, Opened, Stored, folder::Folder, hex_of, make_place};
use crate::{Error, Result};

/// A bucket, as the operator configures it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct S3Options {
    pub bucket: String,
    /// Empty for Amazon's own.
    pub endpoint: String,
    pub region: String,
    pub access_key: String,
    pub secret_key: String,
    /// The bucket stands in the path, not in the name of the host.
    pub path_style: bool,
    /// What all keys begin with, such as `tend`; may be empty.
    pub prefix: String,
}

#[derive(Clone)]
pub struct S3 {
    store: Arc<AmazonS3>,
    prefix: String,
    spool: Folder,
}

impl S3 {
    pub fn open(options: &S3Options, spool: &Path) -> Result<Self> {
        let region = if options.region.is_empty() { "us-east-1" } else { &options.region };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&options.bucket)
            .with_region(region)
            .with_access_key_id(&options.access_key)
            .with_secret_access_key(&options.secret_key)
            .with_virtual_hosted_style_request(!options.path_style);
        if !options.endpoint.is_empty() {
            builder = builder
                .with_endpoint(&options.endpoint)
                .with_allow_http(options.endpoint.starts_with("http://"));
        }
        let prefix = options.prefix.trim_matches('/').to_owned();
        let store = Arc::new(builder.build().map_err(failed)?);
        Ok(Self { store, prefix, spool: Folder::open(spool)? })
    }

    pub fn spool(&self) -> &Folder {
        &self.spool
    }

    pub async fn put(&self, bytes: Bytes) -> Result<Stored> {
        let sha256 = hex_of(&digest(&SHA256, &bytes));
        let (place, size) = (make_place(&sha256)?, bytes.len() as u64);
        self.store.put(&self.key(&place), PutPayload::from(bytes)).await.map_err(failed)?;
        Ok(Stored { place, sha256, size })
    }

    pub async fn put_back(&self, place: &str, bytes: Bytes) -> Result<()> {
        self.store.put(&self.key(place), PutPayload::from(bytes)).await.map_err(failed)?;
        Ok(())
    }

    pub async fn size(&self, place: &str) -> Result<u64> {
        Ok(self.store.head(&self.key(place)).await.map_err(failed)?.size)
    }

    /// A file from the spool, in parts: there may be more of it than memory.
    pub async fn upload(&self, path: &Path, sha256: String, size: u64) -> Result<Stored> {
        let place = make_place(&sha256)?;
        let upload = self.store.put_multipart(&self.key(&place)).await.map_err(failed)?;
        let mut parts = WriteMultipart::new(upload);
        let file = tokio::fs::File::open(path).await?;
        let mut chunks = ReaderStream::with_capacity(file, 256 * 1024);
        while let Some(chunk) = chunks.next().await {
            parts.wait_for_capacity(2).await.map_err(failed)?;
            match chunk {
                Ok(chunk) => parts.put(chunk),
                Err(error) => {
                    parts.abort().await.map_err(failed)?;
                    return Err(error.into());
                }
            }
        }
        parts.finish().await.map_err(failed)?;
        Ok(Stored { place, sha256, size })
    }

    pub async fn get(&self, place: &str) -> Result<Bytes> {
        let found = self.store.get(&self.key(place)).await.map_err(failed)?;
        found.bytes().await.map_err(failed)
    }

    pub async fn open_at(&self, place: &str, range: Option<Range<u64>>) -> Result<Opened> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store.get_opts(&self.key(place), options).await.map_err(failed)?;
        let size = found.meta.size;
        Ok(Opened { size, bytes: Box::pin(found.into_stream().map_err(failed)) })
    }

    pub async fn delete(&self, place: &str) -> Result<()> {
        self.store.delete(&self.key(place)).await.map_err(failed)
    }

    pub async fn list(&self) -> Result<Vec<Listed>> {
        let prefix = (!self.prefix.is_empty()).then(|| Key::from(self.prefix.as_str()));
        let all = self.store.list(prefix.as_ref()).map_err(failed).map_ok(|it| Listed {
            place: place_of(it.location.as_ref()),
            size: it.size,
            changed_at: it.last_modified.into(),
        });
        all.try_collect().await
    }

    fn key(&self, place: &str) -> Key {
        match self.prefix.as_str() {
            "" => Key::from(place),
            prefix => Key::from(format!("{prefix}/{place}")),
        }
    }
}

/// The last two parts of a key.
fn place_of(key: &str) -> String {
    let from = key.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    key[from..].to_owned()
}

fn failed(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::NotThere,
        other => Error::Files(other.to_string()),
    }
}
