//! The real mails beside the project; see `../shared/corpora/README.md`.

use std::path::PathBuf;

/// A folder of the corpora, or `None` with a line that says so.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora");
    let root = std::env::var("TEND_CORPORA").unwrap_or_else(|_| beside.to_owned());
    let path = PathBuf::from(root).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("SKIPPED: no corpus at {}; set TEND_CORPORA to run this test", path.display());
    None
}

/// The files of a folder, by name.
pub fn files(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut all: Vec<(String, Vec<u8>)> = entries
        .filter_map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name()?.to_str()?.to_owned();
            path.is_file().then(|| (name, std::fs::read(&path).expect("a readable file")))
        })
        .collect();
    all.sort();
    all
}
