use csv::{ReaderBuilder, StringRecord};

use crate::{Result, error::refused};

/// A file has at most so many bytes.
pub const MOST_BYTES: usize = 30 * 1024 * 1024;
/// A file has at most so many rows below its header.
pub const MOST_ROWS: usize = 100_000;
/// A file has at most so many columns.
pub const MOST_COLUMNS: usize = 200;
/// A cell has at most so many characters.
pub const LONGEST_CELL: usize = 10_000;

/// How a file wrote its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16,
    Windows1252,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Table {
    pub header: Vec<String>,
    /// Those that hold anything.
    pub rows: Vec<Line>,
    pub delimiter: char,
    pub encoding: Encoding,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// As a spreadsheet counts: the header is 1.
    pub number: i64,
    /// As many as the header has.
    pub cells: Vec<String>,
}

/// Reads a file whatever wrote it: UTF-8 with or without a mark, UTF-16, Windows-1252; commas,
/// semicolons, tabs or bars; any ends of lines.
///
/// # Errors
/// Refused, with what to do, for a file that is empty, too large, or no table.
pub fn read(bytes: &[u8]) -> Result<Table> {
    if bytes.len() > MOST_BYTES {
        return Err(refused("This file is larger than 30 MB. Split it, and import the parts."));
    }
    let (text, encoding) = decoded(bytes)?;
    let (text, said) = delimiter_said(&text);
    let delimiter = said.unwrap_or_else(|| delimiter_seen(text));
    let mut all = records(text, delimiter).into_iter();
    let Some((_, header)) = all.next() else {
        return Err(refused("This file is empty."));
    };
    let header: Vec<String> = header.iter().map(|it| it.trim().to_owned()).collect();
    if header.len() > MOST_COLUMNS {
        return Err(refused(format!("This file has more than {MOST_COLUMNS} columns.")));
    }
    let rows: Vec<Line> = all.filter_map(|(number, it)| row(number, &it, header.len())).collect();
    if rows.is_empty() {
        return Err(refused("This file has a header, and no rows below it."));
    }
    if rows.len() > MOST_ROWS {
        return Err(refused(
            "This file has more than 100,000 rows. Split it, and import the parts.",
        ));
    }
    Ok(Table { header, rows, delimiter, encoding })
}

fn row(number: i64, record: &StringRecord, width: usize) -> Option<Line> {
    if record.iter().all(|it| it.trim().is_empty()) {
        return None;
    }
    let cut = |it: &str| it.chars().take(LONGEST_CELL).collect::<String>();
    let mut cells: Vec<String> = record.iter().take(width).map(cut).collect();
    cells.resize(width, String::new());
    Some(Line { number, cells })
}

fn decoded(bytes: &[u8]) -> Result<(String, Encoding)> {
    let sixteen = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|it| unit([it[0], it[1]])).collect();
        (String::from_utf16_lossy(&units), Encoding::Utf16)
    };
    let read = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            (String::from_utf8_lossy(rest).into_owned(), Encoding::Utf8)
        }
        [0xFF, 0xFE, rest @ ..] => sixteen(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => sixteen(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(it) => (it.to_owned(), Encoding::Utf8),
            Err(_) => (bytes.iter().map(|it| windows_1252(*it)).collect(), Encoding::Windows1252),
        },
    };
    let binary = read.0.chars().take(4000).any(|it| it == '\0') || bytes.starts_with(b"PK\x03\x04");
    match binary {
        true => Err(refused(
            "This is no text file. Save the spreadsheet as CSV, then choose that file.",
        )),
        false => Ok(read),
    }
}

/// The letter that a byte of Windows-1252 is.
pub fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// Excel's own way to say it: a first line `sep=;`.
fn delimiter_said(text: &str) -> (&str, Option<char>) {
    let first = text.lines().next().unwrap_or_default();
    match first.strip_prefix("sep=").map(|it| it.chars().collect::<Vec<_>>()).as_deref() {
        Some([it]) if it.is_ascii() => {
            (text[first.len()..].trim_start_matches(['\r', '\n']), Some(*it))
        }
        _ => (text, None),
    }
}

/// The sign that cuts most of the first rows into as many cells as the header has.
fn delimiter_seen(text: &str) -> char {
    let start: String = text.chars().take(64 * 1024).collect();
    let score = |sign: char| {
        let rows: Vec<_> =
            records(&start, sign).into_iter().take(20).map(|it| it.1.len()).collect();
        match rows.first() {
            Some(width) if *width > 1 => {
                let alike = rows.iter().filter(|it| *it == width).count();
                alike * 1000 / rows.len() * 10 + (*width).min(9)
            }
            _ => 0,
        }
    };
    let best = [',', ';', '\t', '|'].into_iter().map(|it| (score(it), it));
    // Of equals the first, which is the most usual.
    best.rev().max_by_key(|it| it.0).map_or(',', |it| if it.0 == 0 { ',' } else { it.1 })
}

/// All records with the numbers of their rows. Lines with nothing at all count too.
fn records(text: &str, delimiter: char) -> Vec<(i64, StringRecord)> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut all, mut number) = (Vec::new(), 0);
    for record in reader.records().map_while(std::result::Result::ok) {
        let at = record.position().map_or(0, |it| it.byte());
        number += 1 + empty_lines(text, usize::try_from(at).unwrap_or(usize::MAX));
        all.push((number, record));
    }
    all
}

/// How many lines with nothing stand at a place. A row that ended with CR LF ended at the CR.
fn empty_lines(text: &str, at: usize) -> i64 {
    let (Some(before), Some(rest)) = (text.get(..at), text.get(at..)) else { return 0 };
    let rest = match before.ends_with('\r') {
        true => rest.strip_prefix('\n').unwrap_or(rest),
        false => rest,
    };
    let blank = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    i64::try_from(blank.replace("\r\n", "\n").len()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::customers::sheet::{bare, line};

    fn rows(bytes: &[u8]) -> (Vec<String>, Vec<(i64, Vec<String>)>) {
        let table = read(bytes).expect("is a table");
        (table.header, table.rows.into_iter().map(|it| (it.number, it.cells)).collect())
    }

    #[test]
    fn whatever_wrote_it_it_is_read() {
        let expected = (
            vec!["name".to_owned(), "email".to_owned()],
            vec![(2, vec!["Zoë, A".to_owned(), "z@x.example".to_owned()])],
        );
        let plain = "name,email\r\n\"Zoë, A\",z@x.example\r\n";
        let utf16: Vec<u8> = "\u{feff}name\temail\nZoë, A\tz@x.example"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let files: [Vec<u8>; 7] = [
            plain.into(),
            format!("\u{feff}{plain}").into(),
            "name;email\nZoë, A;z@x.example\n".into(),
            "name\temail\rZoë, A\tz@x.example".into(),
            "sep=|\r\nname|email\r\nZoë, A|z@x.example".into(),
            b"name;email\r\nZo\xEB, A;z@x.example\r\n".to_vec(),
            utf16,
        ];
        for it in files {
            assert_eq!(rows(&it), expected, "{}", String::from_utf8_lossy(&it));
        }
        assert_eq!(read(b"a;b\nZo\xEB;\x80").expect("reads").rows[0].cells, ["Zoë", "€"]);
    }

    #[test]
    fn rows_are_numbered_as_in_the_spreadsheet() {
        let (_, all) = rows(b"a,b\n\n1,\"x\ny\"\r\n,\n\n\n2,3,4\n5");
        let found: Vec<_> = all.iter().map(|it| (it.0, it.1.join("|"))).collect();
        let expected = [(3, "1|x\ny"), (7, "2|3"), (8, "5|")];
        assert_eq!(found, expected.map(|it| (it.0, it.1.to_owned())));
    }

    #[test]
    fn what_is_no_table_is_refused_with_what_to_do() {
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b"\n\n", "empty"),
            (b"a,b\n,\n", "no rows"),
            (b"PK\x03\x04\0\0", "Save the spreadsheet as CSV"),
            (b"a\0b\n1", "no text file"),
        ] {
            let why = read(bytes).expect_err("is refused").to_string();
            assert!(why.contains(word), "{why}");
        }
        let wide = vec!["x"; MOST_COLUMNS + 1].join(",") + "\n1";
        assert!(read(wide.as_bytes()).is_err());
        let long = "a\n".to_owned() + &"1\n".repeat(MOST_ROWS + 1);
        assert!(read(long.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            width in 1..5usize,
            cells in prop::collection::vec("[a-z=+'\",; \t\n\r\\-é]{0,6}", 4..40),
        ) {
            // A row without anything is left out, so each begins with something.
            let all: Vec<Vec<String>> = cells
                .chunks_exact(width)
                .map(|it| it.iter().enumerate().map(|(at, it)| if at == 0 { format!("x{it}") } else { it.clone() }).collect())
                .collect();
            let header: Vec<String> = (0..width).map(|it| format!("column{it}")).collect();
            let mut file = line(header.iter().map(String::as_str));
            all.iter().for_each(|row| file.push_str(&line(row.iter().map(String::as_str))));
            let table = read(file.as_bytes());
            prop_assume!(table.is_ok());
            let table = table.expect("was asked");
            prop_assert_eq!(table.delimiter, ',');
            let found: Vec<Vec<String>> = table
                .rows
                .iter()
                .map(|it| it.cells.iter().map(|it| bare(it).to_owned()).collect())
                .collect();
            prop_assert_eq!(found, all);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }
    }
}
