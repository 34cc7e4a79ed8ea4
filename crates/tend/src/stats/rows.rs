//! Reading a CSV file of which nothing is known but that it is one, row by row.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord, Trim};

/// The rows of a file. They may differ in length: who reads them says what is wrong.
pub struct Rows {
    /// The name of the file, for sentences.
    pub file: String,
    /// Names without white space and without a byte order mark.
    pub header: Vec<String>,
    /// Cells are not apart by commas, so a number may have one for its decimals.
    pub decimal_comma: bool,
    reader: Reader<Box<dyn Read>>,
    record: ByteRecord,
    row: usize,
    /// The first row that is not UTF-8; 0 is the header.
    foreign: Option<usize>,
    sixteen: bool,
}

impl Rows {
    /// Opens a file, or the standard input for `-`. Cells are apart by commas, or by semicolons or
    /// tabs if the first line has more of them. UTF-16 is known by its mark; a row that is not
    /// UTF-8 is read as Windows-1252.
    pub fn open(path: &Path) -> Result<Rows> {
        let file = path.display().to_string();
        let source: Box<dyn Read> = match path.to_str() {
            Some("-") => Box::new(std::io::stdin()),
            _ if path.is_dir() => bail!("{file} is a folder, and it takes a file."),
            _ => Box::new(File::open(path).with_context(|| format!("{file} cannot be opened"))?),
        };
        Rows::of(file, source)
    }

    /// The same of bytes that come from somewhere.
    pub fn of(file: String, source: Box<dyn Read>) -> Result<Rows> {
        let cannot = || format!("{file} cannot be read");
        let (source, sixteen) = in_eight(source).with_context(cannot)?;
        let (delimiter, source) = sniffed(source).with_context(cannot)?;
        let reader = ReaderBuilder::new()
            .flexible(true)
            .trim(Trim::All)
            .delimiter(delimiter)
            .has_headers(false)
            .from_reader(source);
        let record = ByteRecord::new();
        let mut rows = Rows {
            header: Vec::new(),
            decimal_comma: delimiter != b',',
            reader,
            record,
            row: 0,
            foreign: None,
            sixteen,
            file,
        };
        let mut header = StringRecord::new();
        if !rows.read(&mut header)? {
            bail!("{} is empty.", rows.file);
        }
        let name = |name: &str| name.trim_start_matches('\u{feff}').trim().to_owned();
        rows.header = header.iter().map(name).collect();
        Ok(rows)
    }

    /// Reads the next row; false after the last one.
    pub fn read(&mut self, into: &mut StringRecord) -> Result<bool> {
        let more = self.reader.read_byte_record(&mut self.record);
        if !more.with_context(|| format!("{}: row {} cannot be read", self.file, self.row))? {
            return Ok(false);
        }
        *into = StringRecord::from_byte_record(std::mem::take(&mut self.record)).unwrap_or_else(
            |error| {
                self.foreign.get_or_insert(self.row);
                let bytes = error.into_byte_record();
                bytes.iter().map(windows_1252).collect::<Vec<_>>().into()
            },
        );
        self.row += 1;
        Ok(true)
    }

    /// What is wrong if a row has not as many cells as the header. Rows are counted from 1.
    pub fn check(&self, row: usize, record: &StringRecord) -> Result<()> {
        let (cells, names) = (record.len(), self.header.len());
        match cells == names {
            true => Ok(()),
            false => bail!("{}: row {row} has {cells} cells and the header {names}.", self.file),
        }
    }

    /// What a reader has to know of how the file was read.
    pub fn notes(&self) -> Vec<String> {
        let foreign = self.foreign.map(|row| {
            let at = if row == 0 { "in its header".to_owned() } else { format!("in row {row}") };
            format!(
                "{} is not UTF-8 (first {at}): what is not was read as Windows-1252.",
                self.file
            )
        });
        let sixteen = self.sixteen.then(|| format!("{} was read as UTF-16.", self.file));
        foreign.into_iter().chain(sixteen).collect()
    }
}

/// Turns UTF-16 with a mark into UTF-8, and gives back whatever else it is.
fn in_eight(mut source: Box<dyn Read>) -> std::io::Result<(Box<dyn Read>, bool)> {
    let mut mark = [0; 2];
    let filled = fill(&mut source, &mut mark)?;
    let unit: fn([u8; 2]) -> u16 = match mark {
        [0xFF, 0xFE] => u16::from_le_bytes,
        [0xFE, 0xFF] => u16::from_be_bytes,
        _ => {
            let start = Cursor::new(mark[..filled].to_vec());
            return Ok((Box::new(start.chain(source)), false));
        }
    };
    let mut rest = Vec::new();
    source.read_to_end(&mut rest)?;
    let units: Vec<u16> = rest.chunks_exact(2).map(|it| unit([it[0], it[1]])).collect();
    Ok((Box::new(Cursor::new(String::from_utf16_lossy(&units).into_bytes())), true))
}

/// What cells are apart by, found from the first line, and all bytes from the first on.
fn sniffed(mut source: Box<dyn Read>) -> std::io::Result<(u8, Box<dyn Read>)> {
    let mut start = vec![0; 64 * 1024];
    let filled = fill(&mut source, &mut start)?;
    start.truncate(filled);
    let delimiter = delimiter(&start);
    Ok((delimiter, Box::new(BufReader::new(Cursor::new(start).chain(source)))))
}

fn fill(source: &mut dyn Read, into: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match source.read(&mut into[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    // The last of equals wins, so the comma comes last.
    [b'\t', b';', b','].into_iter().max_by_key(|wanted| count(*wanted)).unwrap_or(b',')
}

fn windows_1252(cell: &[u8]) -> String {
    cell.iter().map(|byte| tend_core::customers::sheet::windows_1252(*byte)).collect()
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

    fn all(bytes: &[u8]) -> (Rows, Vec<String>) {
        let mut rows = Rows::of("f.csv".into(), Box::new(Cursor::new(bytes.to_vec()))).expect("is");
        let (mut record, mut cells) = (StringRecord::new(), Vec::new());
        while rows.read(&mut record).expect("reads") {
            cells.extend(record.iter().map(str::to_owned));
        }
        (rows, cells)
    }

    #[test]
    fn letters_are_read_whoever_wrote_them() {
        let (rows, cells) = all("\u{feff}n,ö\n1,é\n".as_bytes());
        assert_eq!(
            (&rows.header[..], &cells[..]),
            (&["n".into(), "ö".into()][..], &["1".into(), "é".into()][..])
        );
        assert!(rows.notes().is_empty());
        let (rows, cells) = all(b"n,name\n1,Zo\xeb\n2,\x80 5\n");
        assert_eq!(cells, ["1", "Zoë", "2", "€ 5"]);
        let note = &rows.notes()[0];
        assert!(note.contains("first in row 1") && note.contains("Windows-1252"), "{note}");
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> =
                "\u{feff}n;name\r\n1;Zoë\r\n".encode_utf16().flat_map(unit).collect();
            let (rows, cells) = all(&bytes);
            assert_eq!(rows.header, ["n", "name"]);
            assert_eq!(cells, ["1", "Zoë"]);
            assert!(rows.notes()[0].contains("UTF-16") && rows.decimal_comma);
        }
    }

    #[test]
    fn a_folder_is_called_by_its_name() {
        let error = Rows::open(Path::new("/")).err().expect("no file").to_string();
        assert_eq!(error, "/ is a folder, and it takes a file.");
    }
}
