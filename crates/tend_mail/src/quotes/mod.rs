//! What somebody wrote, and what his mail program put below it.
//!
//! Nothing is ever removed: [`fold`] says where the quoted history and the
//! signature of a text begin, [`fold_html`] wraps them in an element that a view can fold. Both
//! take linear time.

mod attribution;
mod history;
mod html;
mod signature;
mod walk;
#[rustfmt::skip]
mod words;

pub use html::{FoldedHtml, fold_html};

use crate::Mail;
use std::ops::Range;

/// What a piece of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// The sender's own words.
    Own,
    /// Quoted, with the line that says whom.
    Quote,
    /// A signature: the sender's or his telephone's.
    Signature,
    /// "Best regards" and the name below it: shown, but no words to search.
    Closing,
    /// A mail that is passed on: the matter of this mail, so never folded.
    Forward,
}

/// A text taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    /// The pieces in their order, as byte ranges of the text; neighbours of one
    /// kind are one piece. Together they are the whole text.
    pub pieces: Vec<(Piece, Range<usize>)>,
    /// Where the part to show at once ends, in bytes. Quotes with answers
    /// between or below them stay in it.
    pub visible_to: usize,
}

/// Takes a text apart.
pub fn fold(text: &str) -> Folded {
    let pieces = walk::walk(&lines(text));
    Folded { visible_to: visible_to(&pieces, text.len()), pieces }
}

/// A mail's text and HTML taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoldedMail {
    pub text: Option<Folded>,
    pub html: Option<FoldedHtml>,
}

/// Takes a mail apart. In a forward the mail that is passed on is the matter,
/// so nothing is folded.
pub fn fold_mail(mail: &Mail) -> FoldedMail {
    if crate::subject::read(&mail.subject).is_forward {
        return FoldedMail {
            text: mail.text.as_deref().map(Folded::whole),
            html: mail.html.as_deref().map(FoldedHtml::whole),
        };
    }
    FoldedMail { text: mail.text.as_deref().map(fold), html: mail.html.as_deref().map(fold_html) }
}

impl Folded {
    /// All of it the sender's own.
    fn whole(text: &str) -> Self {
        Self { pieces: vec![(Piece::Forward, 0..text.len())], visible_to: text.len() }
    }

    /// The part to show at once: up to where nothing but history and
    /// signatures follows. The whole text if it has no words of its own.
    pub fn visible<'t>(&self, text: &'t str) -> &'t str {
        text.get(..self.visible_to).unwrap_or(text).trim_end()
    }

    /// The sender's own words without quotes, signature and closing: for
    /// previews, search and automation.
    pub fn own(&self, text: &str) -> String {
        let own =
            self.pieces.iter().filter(|(piece, _)| matches!(piece, Piece::Own | Piece::Forward));
        let parts = own.filter_map(|(_, range)| text.get(range.clone()));
        let parts: Vec<&str> =
            parts.map(|part| part.trim_matches('\n')).filter(|p| !p.trim().is_empty()).collect();
        parts.join("\n").trim_end().to_owned()
    }

    /// Where the quoted history that is folded begins, in characters.
    pub fn history_from(&self, text: &str) -> Option<usize> {
        self.first(Piece::Quote, text)
    }

    /// Where the signature that is folded begins, in characters.
    pub fn signature_from(&self, text: &str) -> Option<usize> {
        self.first(Piece::Signature, text)
    }

    fn first(&self, wanted: Piece, text: &str) -> Option<usize> {
        let mut folded = self.pieces.iter().filter(|(_, range)| range.start >= self.visible_to);
        let (_, range) = folded.find(|(piece, _)| *piece == wanted)?;
        Some(text.get(..range.start)?.chars().count())
    }
}

/// One line: of a text, or of a page as it is read.
#[derive(Debug, Clone)]
pub(crate) struct Line<'t> {
    pub text: &'t str,
    /// Where it is in the source, its line end included.
    pub range: Range<usize>,
    /// It is quoted, by `>` or by an element of the page.
    pub is_quoted: bool,
    /// From here on all is history, says the mail program.
    pub is_marker: bool,
}

impl Line<'_> {
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let shared = shared(line);
        let cuts = [0, shared.unwrap_or(0), whole.len()];
        for pair in cuts.windows(2).filter(|pair| pair[0] < pair[1]) {
            let line = &line[pair[0]..pair[1].min(line.len())];
            let range = at + pair[0]..at + pair[1];
            all.push(Line { text: line, range, is_quoted: is_quoted(line), is_marker: false });
        }
        at += whole.len();
    }
    all
}

/// Where the attribution begins on a line that also ends the sender's words:
/// `Yes On Wed, Apr 4, 2012 at 3:59 PM, Jo wrote:`.
fn shared(line: &str) -> Option<usize> {
    if line.len() > 400 || !line.trim_end().ends_with("wrote:") || is_quoted(line) {
        return None;
    }
    let on = line.rfind("On ").filter(|at| *at > 0)?;
    let before = line[..on].trim_end_matches([' ', '-']);
    let is_apart = line[before.len()..on].contains(' ');
    let has_day =
        line[on..].split_whitespace().take(4).any(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    (is_apart && has_day && !before.is_empty()).then_some(before.len())
}

/// `> text`, but not an arrow: `>>> look here <<<`.
fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>') && !line.trim_end().ends_with("<<<")
}

/// Up to the last words of the sender's own, or a closing right after them.
fn visible_to(pieces: &[(Piece, Range<usize>)], len: usize) -> usize {
    let is_shown = |piece: Piece| matches!(piece, Piece::Own | Piece::Closing | Piece::Forward);
    match pieces.iter().rev().find(|(piece, _)| is_shown(*piece)) {
        Some((_, range)) => range.end,
        None => len,
    }
}

#[cfg(test)]
mod tests;
