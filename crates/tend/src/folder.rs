//! The data folder: the database, the files, the key and the settings of one Tend.

use std::{
    fs::{self, DirBuilder, File},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes it, for its owner alone, if it is not there.
    pub fn open(path: &Path) -> Result<Self> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.with_context(|| format!("The data folder {} can't be made", path.display()))?;
        Ok(Self { path: path.to_owned() })
    }

    /// Only looks at what is there.
    pub fn existing(path: &Path) -> Result<Self> {
        if !path.is_dir() {
            bail!(
                "There is no data folder {}. Name the right one with --data, or start Tend to make it.",
                path.display()
            );
        }
        Ok(Self { path: path.to_owned() })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("tend.db")
    }

    pub fn files(&self) -> PathBuf {
        self.path.join("files")
    }

    pub fn key(&self) -> PathBuf {
        self.path.join("key")
    }

    pub fn settings(&self) -> PathBuf {
        self.path.join("tend.toml")
    }

    /// Nothing that a Tend has left lies in it.
    pub fn is_empty(&self) -> bool {
        let theirs = [self.database(), self.files(), self.key()];
        !theirs.iter().any(|it| it.exists())
    }

    /// Whether others on this machine may look inside.
    pub fn is_open_to_others(&self) -> Result<bool> {
        Ok(fs::metadata(&self.path)?.permissions().mode() & 0o077 != 0)
    }
}

/// Writes a file that must not be half there: beside it first, to disk, then renamed.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let beside = path.with_extension("unfinished");
    let mut file =
        File::options().create(true).truncate(true).write(true).mode(mode).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_parent(path)
}

/// Makes a name survive a power cut.
pub fn sync_parent(path: &Path) -> Result<()> {
    let parent = match path.parent() {
        Some(it) if !it.as_os_str().is_empty() => it,
        _ => Path::new("."),
    };
    Ok(File::open(parent)?.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_folder_is_for_its_owner() {
        let place = tempfile::tempdir().expect("makes");
        let folder = Folder::open(&place.path().join("a/b")).expect("makes");
        assert!(!folder.is_open_to_others().expect("looks"));
        assert!(folder.is_empty());
        write_whole(&folder.key(), b"x", 0o600).expect("writes");
        assert!(!folder.is_empty());
        assert_eq!(
            fs::metadata(folder.key()).expect("is there").permissions().mode() & 0o777,
            0o600
        );
    }
}
