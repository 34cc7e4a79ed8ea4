//! Subjects without what mail programs put in front of them.

/// What a subject says about the mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// Without reply and forward marks; `Re: Re[2]: Hi` is `Hi`.
    pub base: String,
    /// A reply mark stands in front (or behind a list's name).
    pub is_reply: bool,
    /// The outermost mark is a forward mark.
    pub is_forward: bool,
}

/// Reply marks of the languages mail programs speak, in lower case.
const REPLY: [&str; 41] = [
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "vá",
    "odp",
    "ynt",
    "yan",
    "res",
    "r",
    "rif",
    "rép",
    "réf",
    "rép.",
    "ref",
    "bls",
    "balas",
    "atb",
    "ats",
    "odg",
    "hf",
    "vast",
    "ответ",
    "отв",
    "на",
    "re",
    "απ",
    "σχετ",
    "השב",
    "תשובה",
    "رد",
    "回复",
    "答复",
    "回覆",
    "答覆",
    "返信",
    "답장",
    "회신",
    "trả lời",
];

/// Forward marks, in lower case.
const FORWARD: [&str; 40] = [
    "fwd",
    "fw",
    "wg",
    "tr",
    "rv",
    "enc",
    "i",
    "doorst",
    "vl",
    "vb",
    "fs",
    "pd",
    "továbbítás",
    "videresendt",
    "vidarebefordrat",
    "weitergeleitet",
    "weiterl",
    "transf",
    "trs",
    "rt",
    "ilt",
    "i̇lt",
    "yml",
    "tlm",
    "terusan",
    "prf",
    "pereslano",
    "пересл",
    "переслано",
    "fwd",
    "πρθ",
    "הועבר",
    "إعادة توجيه",
    "转发",
    "轉寄",
    "转寄",
    "転送",
    "전달",
    "chuyển tiếp",
    "doorgestuurd",
];

/// Marks a mail has at most; one that piles up more keeps the rest.
const MOST: usize = 50;

enum Mark {
    Reply,
    Forward,
}

/// Reads a decoded subject.
pub fn read(subject: &str) -> Subject {
    let mut rest = subject.trim();
    let mut out = Subject::default();
    let mut blob = "";
    for round in 0..MOST {
        if let Some((mark, after)) = mark(rest) {
            out.is_reply |= matches!(mark, Mark::Reply);
            out.is_forward |= round == 0 && matches!(mark, Mark::Forward);
            rest = after;
            continue;
        }
        // "[list] Re: x": the list's name may stand before the mark.
        match tag(rest) {
            Some((name, after)) if mark_follows(after) => {
                blob = name;
                rest = after;
            }
            _ => break,
        }
    }
    let (rest, trailing) = trailing_forward(rest);
    out.is_forward |= trailing;
    out.base = if blob.is_empty() { rest.to_owned() } else { format!("{blob} {rest}") };
    out
}

fn mark_follows(text: &str) -> bool {
    mark(text).is_some()
}

/// `Re:`, `AW :`, `Re[5]:`, `RE(2):`, `Re^3:`, `回复：`, and what follows.
fn mark(text: &str) -> Option<(Mark, &str)> {
    let end = text.char_indices().take(24).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    let colon = text[end..].chars().next()?.len_utf8();
    let mut word = text[..end].trim().to_lowercase();
    if let Some(at) = word.find(['[', '(', '^', '*']) {
        let count = word[at..].trim_matches(['[', ']', '(', ')', '^', '*', ' ']);
        if count.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        word.truncate(at);
    }
    let word = word.trim_end().trim_end_matches('.').trim_end_matches(|c: char| c.is_ascii_digit());
    let rest = text[end + colon..].trim_start();
    if REPLY.contains(&word) {
        Some((Mark::Reply, rest))
    } else if FORWARD.contains(&word) {
        Some((Mark::Forward, rest))
    } else {
        None
    }
}

/// A leading `[name]`, and what follows.
fn tag(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with('[') {
        return None;
    }
    let end = text.char_indices().take(64).find(|(_, c)| *c == ']')?.0 + 1;
    Some((&text[..end], text[end..].trim_start()))
}

/// `Hi (fwd)`.
fn trailing_forward(text: &str) -> (&str, bool) {
    let len = text.len();
    match len.checked_sub(5).and_then(|at| text.get(at..)) {
        Some(end) if end.eq_ignore_ascii_case("(fwd)") => (text[..len - 5].trim_end(), true),
        _ => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_are_told() {
        for (input, base, is_reply, is_forward) in [
            ("Hi", "Hi", false, false),
            ("Re: Hi", "Hi", true, false),
            ("RE: AW: Sv: Hi", "Hi", true, false),
            ("Antw: Hi", "Hi", true, false),
            ("Re[5]: Hi", "Hi", true, false),
            ("Re(2): Hi", "Hi", true, false),
            ("Re^3: Hi", "Hi", true, false),
            ("Re : Hi", "Hi", true, false),
            ("回复：Hi", "Hi", true, false),
            ("Ответ: Hi", "Hi", true, false),
            ("[list] Re: Hi", "[list] Hi", true, false),
            ("Re: [list] Hi", "[list] Hi", true, false),
            ("Fwd: Hi", "Hi", false, true),
            ("WG: AW: Hi", "Hi", true, true),
            ("Re: Fwd: Hi", "Hi", true, false),
            ("TR : Hi", "Hi", false, true),
            ("RV: Hi", "Hi", false, true),
            ("转发: Hi", "Hi", false, true),
            ("Hi (fwd)", "Hi", false, true),
            ("Problem: it broke", "Problem: it broke", false, false),
            ("Reply: it broke", "Reply: it broke", false, false),
            ("Re:", "", true, false),
            ("", "", false, false),
            ("[#12] Hi", "[#12] Hi", false, false),
            ("Re2: Hi", "Hi", true, false),
        ] {
            let want = Subject { base: base.into(), is_reply, is_forward };
            assert_eq!(read(input), want, "{input}");
        }
    }

    #[test]
    fn a_pile_of_marks_is_bounded() {
        assert!(read(&"Re: ".repeat(100_000)).is_reply);
    }
}
