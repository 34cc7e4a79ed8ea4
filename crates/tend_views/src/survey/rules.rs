//! Why a customer was not asked, in words. How often one may be asked is a setting, so no number
//! stands in them.

/// A rule as it goes on a sentence: `asked about this already`; a rule of ours that has no words as
/// it is.
pub(crate) fn rule(word: &str) -> &str {
    match word {
        "consent" => "they take part in no surveys",
        "blocked" => "the contact is blocked",
        "unreachable" => "no address that mail reaches",
        "sample" => "not in the sample",
        "same_event" => "asked about this already",
        "priority" => "another survey goes first",
        "frequency" => "asked something else a short while ago",
        "same_kind" => "asked the same a short while ago",
        "year" => "asked as often as may be in a year",
        "reopened" => "the conversation is open again",
        "undone" => "the order was called off or paid back",
        other => other,
    }
}

/// With a capital at its beginning, as it stands by itself.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
