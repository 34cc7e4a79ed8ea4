//! Which columns are learnt from, and what is said about the others.

use std::collections::HashSet;

use serde::Serialize;

use super::cell::is_blank;
use super::field::{Field, Kind, Odd, Values};
use super::leak::{CERTAIN, SUSPICIOUS, telling};
use super::table::Table;
use crate::Result;

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Left out because it was asked for.
    Dropped,
    /// Left out because it is the same everywhere.
    Constant,
    /// Left out because it only names the row.
    Identifier,
    /// Left out because it knows the outcome.
    Leak,
    /// Learnt from, but it tells suspiciously well.
    Suspicious,
    /// Some cells could not be read.
    Unreadable,
    /// About rows.
    Rows,
    /// About the target.
    Target,
}

/// Something that whoever reads the result should know.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// A sentence.
    pub text: String,
}

impl Note {
    pub(super) fn of(kind: NoteKind, column: &str, text: String) -> Self {
        Self { kind, column: Some(column.to_owned()), text }
    }

    pub(super) fn general(kind: NoteKind, text: String) -> Self {
        Self { kind, column: None, text }
    }

    /// About cells that could not be read.
    pub(super) fn odd(name: &str, odd: &Odd) -> Self {
        let cells = if odd.count == 1 { "1 cell".into() } else { format!("{} cells", odd.count) };
        let text = format!(
            "Column {name}: {cells} could not be read and counts as blank, first row {}: {}.",
            odd.row + 1,
            odd.text.chars().take(40).collect::<String>()
        );
        Self::of(NoteKind::Unreadable, name, text)
    }
}

/// The columns to learn from, each with its values at `rows`.
pub(super) struct Screened {
    pub(super) fields: Vec<Field>,
    pub(super) values: Vec<Values>,
    pub(super) notes: Vec<Note>,
}

/// Sorts the columns. `keep` names columns that stay whatever they look like.
pub(super) fn screen(
    table: &Table,
    rows: &[usize],
    y: &[bool],
    target: &str,
    drop: &[String],
    keep: &[String],
) -> Result<Screened> {
    let mut screened = Screened { fields: Vec::new(), values: Vec::new(), notes: Vec::new() };
    for (column, name) in table.names().iter().enumerate() {
        if name == target {
            continue;
        }
        if drop.contains(name) {
            let text = format!("Column {name} is left out, as asked.");
            screened.notes.push(Note::of(NoteKind::Dropped, name, text));
            continue;
        }
        let field = Field::of(table, column, rows);
        let (all, odd) = field.read(table, column);
        let values = pick(&all, rows);
        let (mut note, mut out) = (None, false);
        if let Some((kind, text)) = useless(&field, &values, table, column, rows) {
            (note, out) = (Some(Note::of(kind, name, text)), true);
        } else {
            let auc = telling(&values, y)?;
            if auc >= SUSPICIOUS {
                out = auc >= CERTAIN;
                note = Some(leak(name, auc, out));
            }
        }
        let constant = note.as_ref().is_some_and(|note| note.kind == NoteKind::Constant);
        screened.notes.extend(note.filter(|_| !keep.contains(name)));
        if out && (constant || !keep.contains(name)) {
            continue;
        }
        screened.notes.extend(odd.map(|odd| Note::odd(name, &odd)));
        screened.fields.push(field);
        screened.values.push(values);
    }
    Ok(screened)
}

fn leak(name: &str, auc: f64, out: bool) -> Note {
    if out {
        let text = format!(
            "Column {name} alone tells the outcome almost without exception (AUC {auc:.3}), as if \
             it had been written afterwards. It is left out; ask for it to be kept if it is known \
             before."
        );
        return Note::of(NoteKind::Leak, name, text);
    }
    let text = format!(
        "Column {name} alone tells the outcome suspiciously well (AUC {auc:.3}). Make sure that it \
         is known before the outcome is, or leave it out."
    );
    Note::of(NoteKind::Suspicious, name, text)
}

/// Why a column can't help, if so.
fn useless(
    field: &Field,
    values: &Values,
    table: &Table,
    column: usize,
    rows: &[usize],
) -> Option<(NoteKind, String)> {
    let name = &field.name;
    let same = match values {
        Values::Numbers(v) => v.windows(2).all(|w| w[0] == w[1] || w[0].is_nan() && w[1].is_nan()),
        Values::Codes(v) => v.windows(2).all(|w| w[0] == w[1]),
    };
    if same {
        let text = format!("Column {name} is the same in all rows and is left out.");
        return Some((NoteKind::Constant, text));
    }
    let names_rows = match (values, &field.kind) {
        (Values::Numbers(v), Kind::Number) => counts_rows(name, v),
        (Values::Codes(_), _) => mostly_different(table, column, rows),
        _ => false,
    };
    names_rows.then(|| {
        let text = format!(
            "Column {name} has another value in nearly each row, as an identifier has, and is left \
             out."
        );
        (NoteKind::Identifier, text)
    })
}

/// Whole numbers without repetition that count the rows, or whose name says what they are.
fn counts_rows(name: &str, values: &[f64]) -> bool {
    if values.len() < 30 || values.iter().any(|v| v.is_nan() || v.fract() != 0.0) {
        return false;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let different = 1 + sorted.windows(2).filter(|w| w[0] < w[1]).count();
    let share = different as f64 / values.len() as f64;
    let range = sorted[sorted.len() - 1] - sorted[0] + 1.0;
    let dense = range <= 2.5 * values.len() as f64 && values.len() >= 200;
    let rising = values.windows(2).all(|w| w[0] < w[1]);
    share > 0.98 && (rising || names_a_row(name) || dense && share == 1.0)
        || share > 0.7 && names_a_row(name)
}

/// Whether a name is that of an identifier.
fn names_a_row(name: &str) -> bool {
    let lower = name.to_lowercase();
    let camel = name.ends_with("Id") || name.ends_with("ID") || name.ends_with("No");
    let whole = ["id", "", "index", "row", "rowid", "rownames", "row_names", "uuid", "guid", "key"];
    let ends =
        ["_id", " id", "-id", "_no", "_key", "number", "uuid", "unnamed: 0", "phone", "email"];
    camel || whole.contains(&lower.as_str()) || ends.iter().any(|end| lower.ends_with(end))
}

/// Texts that hardly ever come twice: identifiers, names, free text.
fn mostly_different(table: &Table, column: usize, rows: &[usize]) -> bool {
    let mut seen = HashSet::new();
    let mut filled = 0_usize;
    for &row in rows {
        let text = table.cell(row, column);
        if !is_blank(text) {
            filled += 1;
            seen.insert(text);
        }
    }
    seen.len() > 30 && seen.len() as f64 > 0.6 * filled as f64 && filled * 2 > rows.len()
}

/// The values of these rows.
pub(super) fn pick(values: &Values, rows: &[usize]) -> Values {
    match values {
        Values::Numbers(v) => Values::Numbers(rows.iter().map(|&row| v[row]).collect()),
        Values::Codes(v) => Values::Codes(rows.iter().map(|&row| v[row]).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn columns_that_can_t_help_or_would_cheat_are_left_out_with_a_sentence() {
        let names =
            ["customerID", "row", "constant", "price", "reason", "score", "wish", "Churn", "text"];
        let mut table = Table::new(&names).expect("names");
        let mut random = Random::of_seed(4);
        let mut y = Vec::new();
        for row in 0..400 {
            let left = random.unit() < 0.3;
            y.push(left);
            let near = random.normal() * 0.4 + if left { 1.0 } else { 0.0 };
            let cells = [
                format!("C-{}", row * 7919 % 100_003),
                row.to_string(),
                "x".into(),
                format!("{:.4}", random.unit() * 50.0),
                if left { "moved".into() } else { String::new() },
                format!("{near:.4}"),
                "1".into(),
                if left { "Yes".into() } else { "No".into() },
                ["red", "green", "blue"][random.below(3)].into(),
            ];
            table.push(cells.iter().map(String::as_str)).expect("nine cells");
        }
        let rows: Vec<usize> = (0..400).collect();
        let of = |keep: &[String]| {
            screen(&table, &rows, &y, "Churn", &["wish".into()], keep).expect("screened")
        };
        let screened = of(&[]);
        let kept: Vec<&str> = screened.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(kept, ["price", "score", "text"], "{:?}", screened.notes);
        let said = |column: &str, kind| {
            screened
                .notes
                .iter()
                .any(|note| note.column.as_deref() == Some(column) && note.kind == kind)
        };
        assert!(said("customerID", NoteKind::Identifier) && said("row", NoteKind::Identifier));
        assert!(said("constant", NoteKind::Constant) && said("wish", NoteKind::Dropped));
        assert!(said("reason", NoteKind::Leak) && said("score", NoteKind::Suspicious));
        let kept = of(&["reason".into(), "constant".into()]);
        assert!(kept.fields.iter().any(|field| field.name == "reason"));
        assert!(!kept.fields.iter().any(|field| field.name == "constant"));
    }
}
