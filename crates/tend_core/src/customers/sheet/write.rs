use super::guarded;

/// Stands at the start of a file, so that every spreadsheet reads it as UTF-8.
pub const BOM: &str = "\u{feff}";

/// One line of a file: commas, quotes where they are needed, no cell that could run.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (at, it) in cells.into_iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        let cell = guarded(it);
        match cell.contains(['"', ',', ';', '\n', '\r', '\t']) {
            true => line.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
            false => line.push_str(&cell),
        }
    }
    line.push_str("\r\n");
    line
}
