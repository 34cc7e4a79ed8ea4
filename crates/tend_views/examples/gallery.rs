//! Writes the gallery and every sample page into a folder: `cargo run -p tend_views --example gallery -- FOLDER`.
//! Serve it with the assets at `/assets/sample` to look at them.

use std::{env, fs, path::PathBuf};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".into()));
    fs::create_dir_all(&folder)?;
    fs::write(
        folder.join("gallery.html"),
        tend_views::gallery::gallery("/assets/sample").into_string(),
    )?;
    for it in tend_views::gallery::pages() {
        fs::write(folder.join(format!("{}.html", it.state)), it.html.into_string())?;
    }
    Ok(())
}
