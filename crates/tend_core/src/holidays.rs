//! Days on which nobody works, as the company keeps them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use tend_store::Tx;

use crate::{Result, actor::Actor, error::invalid, fold, settings};

const SETTING: &str = "holidays";
const MOST: usize = 1000;

/// The list as somebody wrote it: a day a line, `2026-12-25 Christmas Day`, in order.
pub fn text(tx: &mut Tx) -> Result<String> {
    settings::get_or(tx, SETTING, "")
}

/// The days alone.
pub fn days(tx: &mut Tx) -> Result<BTreeSet<Date>> {
    Ok(text(tx)?.lines().filter_map(|it| read(it)?.ok()).map(|it| it.0).collect())
}

/// Keeps the list, in order and each day once.
///
/// # Errors
/// Invalid under `holidays`, with the line that is none.
pub fn keep(tx: &mut Tx, by: Actor, text: &str) -> Result<()> {
    let mut all = Vec::new();
    for line in text.lines().filter_map(read) {
        all.push(line.map_err(|line| {
            let line = fold::shorten(&line, 40);
            invalid("holidays", format!("“{line}” is none: a line is 2026-12-25, and its name."))
        })?);
    }
    // Of two lines of one day the first holds.
    all.sort_by_key(|it| it.0);
    all.dedup_by_key(|it| it.0);
    if all.len() > MOST {
        return Err(invalid("holidays", "At most a thousand days are kept."));
    }
    let lines: Vec<_> = all.iter().map(|(day, name)| format!("{day} {name}")).collect();
    let lines: Vec<_> = lines.iter().map(|it| it.trim_end()).collect();
    settings::set(tx, by, SETTING, &lines.join("\n"))
}

/// A day and its name; nothing of an empty line, and the line itself if it names no day.
fn read(line: &str) -> Option<Result<(Date, String), String>> {
    let line = line.trim();
    let (day, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let name = fold::one_line(name, 80);
    (!line.is_empty()).then(|| day.parse().map(|it| (it, name)).map_err(|_| line.to_owned()))
}
