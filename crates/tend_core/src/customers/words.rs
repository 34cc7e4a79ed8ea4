//! Finding customers as one types: each contact and account is filed under its words, and a
//! word is found by its start. Bounded for any number of customers, on both databases.

use std::collections::BTreeSet;

use tend_store::{Tx, Value, row};

use crate::{
    Result,
    accounts::{self, AccountId, is_free_mail},
    contacts::{self, ContactId, IdentityKind},
    conversations::list::Where,
    fold,
};

/// Longer words are filed under their start.
const LONGEST: usize = 60;
/// More words than this are not looked at in one question.
const MOST_ASKED: usize = 6;
/// A word with more finds than this is checked row by row in the list's own order instead.
const RARE: i64 = 2000;

/// Files a contact under its words as they are now.
pub(crate) fn file_contact(tx: &mut Tx, id: ContactId) -> Result<()> {
    row! {
        struct Named {
            name: String,
            is_merged: bool,
        }
    }
    let sql = "SELECT name, merged_into IS NOT NULL AS is_merged FROM contacts WHERE id = $1";
    let contact: Named = tx.one(sql, &[id.into()])?;
    let mut words = BTreeSet::new();
    if !contact.is_merged {
        words_of(&contact.name, &mut words);
        for it in contacts::identities(tx, id)? {
            if let Some(folded) = it.kind.fold(&it.value) {
                words_of_identity(it.kind, &folded, &mut words);
            }
        }
    }
    file(tx, "contact", id.raw(), words)
}

/// Files an account under its words as they are now.
pub(crate) fn file_account(tx: &mut Tx, id: AccountId) -> Result<()> {
    row! {
        struct Named {
            name: String,
            is_merged: bool,
        }
    }
    let sql = "SELECT name, merged_into IS NOT NULL AS is_merged FROM accounts WHERE id = $1";
    let account: Named = tx.one(sql, &[id.into()])?;
    let mut words = BTreeSet::new();
    if !account.is_merged {
        words_of(&account.name, &mut words);
        for domain in accounts::domains(tx, id)? {
            words_of_domain(&domain, &mut words);
        }
    }
    file(tx, "account", id.raw(), words)
}

fn file(tx: &mut Tx, kind: &str, id: i64, words: BTreeSet<String>) -> Result<()> {
    tx.execute("DELETE FROM customer_words WHERE subject_id = $1", &[id.into()])?;
    for some in words.into_iter().take(60).collect::<Vec<_>>().chunks(20) {
        let marks: Vec<_> = (3..3 + some.len()).map(|n| format!("($1, ${n}, $2)")).collect();
        let mut args = vec![Value::from(kind), id.into()];
        args.extend(some.iter().map(Value::from));
        let sql = format!(
            "INSERT INTO customer_words (subject_kind, word, subject_id) VALUES {}",
            marks.join(", ")
        );
        tx.execute(&sql, &args)?;
    }
    Ok(())
}

fn words_of(name: &str, words: &mut BTreeSet<String>) {
    for word in fold::fold(name).split(' ') {
        add(word, words);
        for piece in word.split(|it: char| !it.is_alphanumeric()) {
            add(piece, words);
            // Scripts without spaces: each sign may begin a word.
            if piece.chars().any(is_unspaced) {
                for (at, _) in piece.char_indices().skip(1).take(20) {
                    add(&piece[at..], words);
                }
            }
        }
    }
}

fn words_of_identity(kind: IdentityKind, folded: &str, words: &mut BTreeSet<String>) {
    match kind {
        IdentityKind::Email => {
            add(folded, words);
            if let Some((local, domain)) = folded.rsplit_once('@') {
                local.split(|it: char| !it.is_alphanumeric()).for_each(|it| add(it, words));
                if !is_free_mail(domain) {
                    words_of_domain(domain, words);
                }
            }
        }
        IdentityKind::Phone => {
            let digits = folded.trim_start_matches('+');
            add(digits, words);
            // As it is dialled at home: without the code of the country, perhaps of the town.
            for length in 7..digits.len() {
                add(&digits[digits.len() - length..], words);
            }
        }
        IdentityKind::External | IdentityKind::Handle => add(&fold::fold(folded), words),
        IdentityKind::Visitor => {}
    }
}

/// The domain itself, and the name in it: `kestrel.example`, `kestrel`.
fn words_of_domain(domain: &str, words: &mut BTreeSet<String>) {
    add(domain, words);
    let labels: Vec<_> = domain.split('.').collect();
    labels.iter().take(labels.len().saturating_sub(1)).for_each(|it| add(it, words));
}

fn add(word: &str, words: &mut BTreeSet<String>) {
    let word: String = word.chars().take(LONGEST).collect();
    if !word.is_empty() {
        words.insert(word);
    }
}

fn is_unspaced(it: char) -> bool {
    matches!(u32::from(it), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF
        | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// The words of a question, each standing for all words that begin with it.
fn asked(text: &str) -> Vec<String> {
    let dialled = |it: char| it.is_ascii_digit() || " +-()./".contains(it);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 4 && text.chars().all(dialled) {
        return vec![digits.trim_start_matches('0').to_owned()];
    }
    let folded = fold::fold(text);
    let bare = folded.split(' ').map(|it| it.trim_matches(|c: char| !c.is_alphanumeric()));
    let words: BTreeSet<String> =
        bare.filter(|it| !it.is_empty()).map(|it| it.chars().take(LONGEST).collect()).collect();
    words.into_iter().take(MOST_ASKED).collect()
}

/// Narrows a list of `contact`s or `account`s to those whose words begin with what was typed.
/// `id` is the column that holds their id. A question without a word narrows nothing.
pub(crate) fn narrow(
    tx: &mut Tx,
    kind: &'static str,
    id: &'static str,
    text: &str,
    out: &mut Where,
) -> Result<()> {
    let mut counted = Vec::new();
    for word in asked(text) {
        let end = format!("{word}\u{10FFFF}");
        let count: i64 = tx.scalar(
            &format!(
                "SELECT count(*) FROM (SELECT 1 FROM customer_words
                 WHERE subject_kind = $1 AND word >= $2 AND word < $3 LIMIT {}) AS counted",
                RARE + 1
            ),
            &[kind.into(), (&word).into(), (&end).into()],
        )?;
        counted.push((count, word, end));
    }
    counted.sort();
    for (at, (count, word, end)) in counted.into_iter().enumerate() {
        let condition = match at == 0 && count <= RARE {
            true => format!(
                "{id} IN (SELECT subject_id FROM customer_words
                 WHERE subject_kind = ? AND word >= ? AND word < ?)"
            ),
            false => format!(
                "EXISTS (SELECT 1 FROM customer_words WHERE subject_id = {id}
                 AND subject_kind = ? AND word >= ? AND word < ?)"
            ),
        };
        out.and(&condition, [kind.into(), word.into(), end.into()]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filed(name: &str) -> Vec<String> {
        let mut words = BTreeSet::new();
        words_of(name, &mut words);
        words.into_iter().collect()
    }

    #[test]
    fn names_are_filed_under_their_words() {
        assert_eq!(filed("Müller-Lüdenscheidt"), ["ludenscheidt", "muller", "muller-ludenscheidt"]);
        assert_eq!(filed("陈梅"), ["梅", "陈梅"]);
    }

    #[test]
    fn a_question_is_folded_and_phones_are_digits() {
        assert_eq!(asked("  (Léïla)  HADDAD, "), ["haddad", "leila"]);
        assert_eq!(asked("04 555-0143"), ["45550143"]);
        assert_eq!(asked("leila@al"), ["leila@al"]);
        assert!(asked(" - ").is_empty());
    }

    #[test]
    fn identities_are_found_by_their_parts() {
        let mut words = BTreeSet::new();
        words_of_identity(IdentityKind::Email, "l.haddad@alnoor.example", &mut words);
        for it in ["l.haddad@alnoor.example", "haddad", "alnoor.example", "alnoor"] {
            assert!(words.contains(it), "{it}");
        }
        words_of_identity(IdentityKind::Phone, "+97145550143", &mut words);
        assert!(words.contains("45550143") && words.contains("97145550143"));
    }
}
