use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use futures_util::stream;
use tokio_util::bytes::Bytes;

use super::{Listed, Opened, Stored, hex, hex_of, make_place};
use crate::{Error, Result};

/// Files below it have no place yet.
const UNFINISHED: &str = "unfinished";
const CHUNK: usize = 64 * 1024;

#[derive(Clone)]
pub struct Folder {
    root: Arc<PathBuf>,
}

/// Of the disk that a folder is on, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Space {
    pub free: u64,
    pub total: u64,
}

impl Folder {
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root.join(UNFINISHED))?;
        sync_folder(root)?;
        Ok(Self { root: Arc::new(root.to_owned()) })
    }

    /// A path for a file that has no place yet.
    pub fn unfinished(&self) -> Result<PathBuf> {
        let mut random = [0; 12];
        SystemRandom::new()
            .fill(&mut random)
            .map_err(|_| Error::Files("the system has no randomness".to_owned()))?;
        Ok(self.root.join(UNFINISHED).join(hex(&random)))
    }

    pub async fn put(&self, bytes: Bytes) -> Result<Stored> {
        let this = self.clone();
        in_thread(move || {
            let path = this.unfinished()?;
            let mut file = File::create_new(&path)?;
            let sha256 = hex_of(&digest(&SHA256, &bytes));
            let size = bytes.len() as u64;
            let kept = file
                .write_all(&bytes)
                .map_err(Error::from)
                .and_then(|()| this.keep_now(&path, &file, sha256, size));
            kept.inspect_err(|_| drop(fs::remove_file(&path)))
        })
        .await
    }

    /// Gives a finished file its place.
    pub async fn keep(&self, path: &Path, file: File, sha256: String, size: u64) -> Result<Stored> {
        let (this, path) = (self.clone(), path.to_owned());
        in_thread(move || this.keep_now(&path, &file, sha256, size)).await
    }

    /// The file's bytes first, then its name: a name never stands for less.
    fn keep_now(&self, path: &Path, file: &File, sha256: String, size: u64) -> Result<Stored> {
        let place = make_place(&sha256)?;
        self.keep_at(&place, path, file)?;
        Ok(Stored { place, sha256, size })
    }

    fn keep_at(&self, place: &str, path: &Path, file: &File) -> Result<()> {
        file.sync_all()?;
        let end = self.root.join(place);
        let folder = end.parent().unwrap_or(&self.root);
        match fs::create_dir(folder) {
            Ok(()) => sync_folder(&self.root)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        fs::rename(path, &end)?;
        sync_folder(folder)
    }

    pub async fn put_back(&self, place: &str, bytes: Bytes) -> Result<()> {
        let (this, place) = (self.clone(), place.to_owned());
        in_thread(move || {
            let path = this.unfinished()?;
            let mut file = File::create_new(&path)?;
            let kept = file
                .write_all(&bytes)
                .map_err(Error::from)
                .and_then(|()| this.keep_at(&place, &path, &file));
            kept.inspect_err(|_| drop(fs::remove_file(&path)))
        })
        .await
    }

    pub async fn size(&self, place: &str) -> Result<u64> {
        let path = self.root.join(place);
        in_thread(move || Ok(fs::metadata(path)?.len())).await
    }

    pub async fn get(&self, place: &str) -> Result<Bytes> {
        let path = self.root.join(place);
        in_thread(move || Ok(Bytes::from(fs::read(path)?))).await
    }

    pub async fn open_at(&self, place: &str, range: Option<Range<u64>>) -> Result<Opened> {
        let path = self.root.join(place);
        let (file, size, left) = in_thread(move || {
            let mut file = File::open(path)?;
            let size = file.metadata()?.len();
            let range = range.unwrap_or(0..size);
            let start = range.start.min(size);
            file.seek(SeekFrom::Start(start))?;
            Ok((file, size, range.end.min(size).saturating_sub(start)))
        })
        .await?;
        let bytes = stream::try_unfold((file, left), |(file, left)| async move {
            if left == 0 {
                return Ok(None);
            }
            let (file, chunk) = in_thread(move || read_chunk(file, left)).await?;
            let left = left - chunk.len() as u64;
            Ok(Some((chunk, (file, left))))
        });
        Ok(Opened { size, bytes: Box::pin(bytes) })
    }

    pub async fn delete(&self, place: &str) -> Result<()> {
        let path = self.root.join(place);
        in_thread(move || Ok(fs::remove_file(path)?)).await
    }

    pub async fn list(&self) -> Result<Vec<Listed>> {
        let this = self.clone();
        in_thread(move || {
            let mut all = Vec::new();
            for folder in fs::read_dir(&*this.root)? {
                let folder = folder?;
                let name = folder.file_name().to_string_lossy().into_owned();
                if name.len() == 3 && folder.file_type()?.is_dir() {
                    list_folder(&folder.path(), &name, &mut all)?;
                }
            }
            Ok(all)
        })
        .await
    }

    pub async fn sweep_unfinished(&self, now: SystemTime) -> Result<u64> {
        let folder = self.root.join(UNFINISHED);
        in_thread(move || {
            let mut swept = 0;
            for file in fs::read_dir(folder)? {
                let file = file?;
                // It may have been finished in the meantime.
                let Ok(about) = file.metadata() else { continue };
                let age = now.duration_since(about.modified()?).unwrap_or_default();
                if age > Duration::from_secs(24 * 3600) && fs::remove_file(file.path()).is_ok() {
                    swept += 1;
                }
            }
            Ok(swept)
        })
        .await
    }

    pub fn space(&self) -> Result<Space> {
        let about = rustix::fs::statvfs(&*self.root).map_err(io::Error::from)?;
        let bytes = |blocks: u64| blocks.saturating_mul(about.f_frsize);
        Ok(Space { free: bytes(about.f_bavail), total: bytes(about.f_blocks) })
    }
}

fn read_chunk(mut file: File, left: u64) -> Result<(File, Bytes)> {
    let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
    let read = file.read(&mut chunk)?;
    if read == 0 {
        return Err(Error::Files("the file is shorter than it was".to_owned()));
    }
    chunk.truncate(read);
    Ok((file, chunk.into()))
}

fn list_folder(path: &Path, name: &str, all: &mut Vec<Listed>) -> Result<()> {
    for file in fs::read_dir(path)? {
        let file = file?;
        // It may have been deleted in the meantime.
        let Ok(about) = file.metadata() else { continue };
        let place = format!("{name}/{}", file.file_name().to_string_lossy());
        all.push(Listed { place, size: about.len(), changed_at: about.modified()? });
    }
    Ok(())
}

/// Makes names in a folder survive a power cut.
fn sync_folder(path: &Path) -> Result<()> {
    Ok(File::open(path)?.sync_all()?)
}

/// Files are read and written in tokio's threads for work that waits.
#[expect(clippy::disallowed_methods, reason = "a door of its own: disks, not the database")]
pub async fn in_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Files(error.to_string())),
    }
}
