//! Opening a CSV file of which nothing is known but that it is one.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use anyhow::{Context, Result};

/// The bytes of a file, or the standard input for `-`.
pub fn source(path: &Path) -> Result<Box<dyn Read>> {
    Ok(match path.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(
            File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?,
        ),
    })
}

/// A reader of a file, or of the standard input for `-`. Cells are apart by commas, or by
/// semicolons or tabs if the first line has more of them. Rows may differ in length: who reads
/// them says what is wrong.
pub fn reader(path: &Path) -> Result<csv::Reader<impl Read>> {
    let (delimiter, whole) = sniffed(source(path)?)?;
    Ok(csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(whole))
}

/// What cells are apart by, found from the first line, and all bytes from the first on.
pub fn sniffed<R: Read>(mut source: R) -> Result<(u8, impl Read)> {
    let mut start = vec![0; 64 * 1024];
    let mut filled = 0;
    while filled < start.len() {
        match source.read(&mut start[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    start.truncate(filled);
    let delimiter = delimiter(&start);
    Ok((delimiter, BufReader::new(Cursor::new(start).chain(source))))
}

fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    // The last of equals wins, so the comma comes last.
    [b'\t', b';', b','].into_iter().max_by_key(|wanted| count(*wanted)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_apart_by_what_the_first_line_has_most_of() {
        assert_eq!(delimiter(b"a,b,c\n1;2;3;4;5"), b',');
        assert_eq!(delimiter(b"a;b\n"), b';');
        assert_eq!(delimiter(b"a\tb\tc,d\n"), b'\t');
        assert_eq!(delimiter(b"alone\n"), b',');
    }
}
