//! Text → words, the same for what is kept and for what is asked.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longer ones are noise: keys, hashes, pictures as text.
const LONGEST: usize = 64;

/// A word with where it stood, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub text: String,
    pub from: usize,
    pub to: usize,
    /// Written without spaces around, so it can only be found by its neighbours.
    pub is_pair: bool,
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((from, first)) = chars.next() {
        if is_dense(first) {
            let mut run = vec![(from, first)];
            while let Some((at, it)) = chars.next_if(|it| is_dense(it.1)) {
                run.push((at, it));
            }
            pairs(&run, &mut out);
        } else if first.is_alphanumeric() {
            let mut to = from + first.len_utf8();
            while let Some((at, it)) = chars.next_if(|it| {
                (it.1.is_alphanumeric() || is_combining_mark(it.1)) && !is_dense(it.1)
            }) {
                to = at + it.len_utf8();
            }
            let word = folded(&text[from..to]);
            if !word.is_empty() && word.len() <= LONGEST {
                out.push(Word { text: word, from, to, is_pair: false });
            }
        }
    }
    out
}

/// 佐藤美咲 is 佐藤, 藤美, 美咲, 咲: a shorter text is found wherever it stands.
fn pairs(run: &[(usize, char)], out: &mut Vec<Word>) {
    for (n, (from, first)) in run.iter().enumerate() {
        let end = run.get(n + 1).unwrap_or(&run[n]);
        let mut text = folded(&first.to_string());
        if let Some((_, next)) = run.get(n + 1) {
            text.push_str(&folded(&next.to_string()));
        }
        if !text.is_empty() {
            out.push(Word { text, from: *from, to: end.0 + end.1.len_utf8(), is_pair: true });
        }
    }
}

fn folded(text: &str) -> String {
    let plain: String = text.nfkd().filter(|it| !is_combining_mark(*it)).collect();
    let lower = plain.to_lowercase().replace('ß', "ss");
    lower.chars().filter(|it| it.is_alphanumeric()).collect()
}

/// Scripts that put no space between words.
fn is_dense(it: char) -> bool {
    matches!(u32::from(it),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF
        | 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF66..=0xFF9D | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        words(text).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn words_fold_and_dense_scripts_pair() {
        assert_eq!(of("Où est l’Émile-Straße?"), ["ou", "est", "l", "emile", "strasse"]);
        assert_eq!(of("carol@Kestrel.example #1042"), ["carol", "kestrel", "example", "1042"]);
        assert_eq!(of("佐藤美咲 ok"), ["佐藤", "藤美", "美咲", "咲", "ok"]);
        assert_eq!(of("snake_case"), ["snake", "case"]);
        let text = "Ein Émile.";
        let word = words(text).remove(1);
        assert_eq!(&text[word.from..word.to], "Émile");
    }
}
