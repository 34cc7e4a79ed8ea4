//! Replies of real programs, beside the answers of three peers. They don't
//! agree with each other; the floors are what this crate reaches, and what
//! differs is listed.

mod common;

use serde_json::Value;
use std::path::Path;
use tend_mail::{html_to_text, quotes};

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("json")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Counts the answers that are equal apart from white space.
fn score(folder: &str, ours: impl Fn(&str) -> String) -> Option<(usize, usize)> {
    let folder = common::corpus(folder)?;
    let expected = json(&folder.join("expected-peer.json"));
    let (mut right, mut all) = (0, 0);
    for (file, raw) in common::files(&folder) {
        let Some(want) = expected.get(&file).and_then(|v| v["visible"].as_str()) else { continue };
        let text = tend_mail::text::clean(&String::from_utf8_lossy(&raw));
        let got = ours(&text);
        all += 1;
        if squeezed(&got) == squeezed(&tend_mail::text::clean(want)) {
            right += 1;
        } else {
            let tail = |s: &str| {
                s.chars().rev().take(90).collect::<Vec<_>>().into_iter().rev().collect::<String>()
            };
            println!("{file}\n   want … {:?}\n   got  … {:?}", tail(want), tail(&got));
        }
    }
    println!("{}: {right} of {all}", folder.display());
    Some((right, all))
}

#[test]
fn crisp() {
    let own = |text: &str| quotes::fold(text).own(text);
    let Some((right, _)) = score("replies/crisp", own) else { return };
    assert!(right >= 83, "{right}");
}

#[test]
fn github() {
    let start = std::time::Instant::now();
    let visible = |text: &str| quotes::fold(text).visible(text).to_owned();
    let Some((right, _)) = score("replies/github", visible) else { return };
    assert!(right >= 22, "{right}");
    assert!(start.elapsed().as_secs_f64() < 2.0, "{:?}", start.elapsed());
}

#[test]
fn talon() {
    let Some(folder) = common::corpus("replies/talon") else { return };
    let calls = json(&folder.join("expected-recorded.json"));
    let (mut plain, mut html) = ((0, 0), (0, 0));
    for call in calls.as_array().expect("a list") {
        let (Some(body), Some(want)) = (call["args"][0].as_str(), call["out"].as_str()) else {
            continue;
        };
        let (got, want, count) = match call["fn"].as_str() {
            Some("extract_from_plain") => (talon_plain(body), want.to_owned(), &mut plain),
            Some("extract_from_html") => (talon_html(body), html_to_text(want, 100_000), &mut html),
            _ => continue,
        };
        let is_right = squeezed(&got) == squeezed(&want);
        count.1 += 1;
        count.0 += usize::from(is_right);
        if !is_right {
            println!(
                "{} passed={}\n   want {want:?}\n   got  {got:?}",
                call["test"], call["passed"]
            );
        }
    }
    println!("talon: plain {plain:?}, html {html:?}");
    assert!(plain.0 >= 60 && html.0 >= 27);
}

/// Pages of nine programs, all with the same answer above the history.
#[test]
fn pages_of_many_programs() {
    let Some(folder) = common::corpus("replies/talon") else { return };
    let pages = [
        "gmail",
        "hotmail",
        "mail_ru",
        "ms_outlook_2003",
        "ms_outlook_2007",
        "ms_outlook_2010",
        "thunderbird",
        "windows_mail",
        "yandex_ru",
    ];
    for page in pages {
        let raw = std::fs::read(folder.join(format!("{page}.html"))).expect("a page");
        let html = String::from_utf8_lossy(&raw);
        let got = squeezed(&talon_html(&html));
        assert_eq!(got, "Hi.Iamfine.Thanks,Alex", "{page}");
        assert_eq!(squeezed(&quotes::fold_html(&html).own), got, "{page}");
    }
}

/// Talon keeps signatures and closings.
fn talon_plain(body: &str) -> String {
    let folded = quotes::fold(body);
    let kept = folded.pieces.iter().filter(|(piece, _)| *piece != quotes::Piece::Quote);
    kept.map(|(_, range)| &body[range.clone()]).collect()
}

fn talon_html(body: &str) -> String {
    html_to_text(&quotes::fold_html(body).visible(body), 100_000)
}
