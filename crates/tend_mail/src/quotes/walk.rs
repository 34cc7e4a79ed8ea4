//! Lines to pieces, in one pass.

use super::{Line, Piece, attribution, history, signature};
use std::ops::Range;

/// The pieces of a text that is already cut into lines.
pub(crate) fn walk(lines: &[Line<'_>]) -> Vec<(Piece, Range<usize>)> {
    let mut walk = Walk { lines, kinds: Vec::with_capacity(lines.len()), is_code: false };
    let mut at = 0;
    while at < lines.len() {
        at = walk.step(at).max(at + 1);
    }
    walk.blank_lines();
    walk.pieces()
}

struct Walk<'l, 't> {
    lines: &'l [Line<'t>],
    /// What each line is, as far as the walk has come.
    kinds: Vec<Piece>,
    /// Inside a fenced block of code.
    is_code: bool,
}

impl Walk<'_, '_> {
    /// Looks at a line; gives the next one to look at.
    fn step(&mut self, at: usize) -> usize {
        let line = &self.lines[at];
        if line.text.trim_start().starts_with("```") {
            self.is_code = !self.is_code;
            return self.mark(at + 1, Piece::Own);
        }
        if self.is_code && !line.is_marker {
            return self.mark(at + 1, Piece::Own);
        }
        if line.is_blank() && !line.is_marker {
            return self.mark(at + 1, self.kinds.last().copied().unwrap_or(Piece::Own));
        }
        if line.is_quoted && !line.is_marker {
            return self.mark(quote_end(self.lines, at), Piece::Quote);
        }
        if history::is_forward(line.text) && !line.is_marker {
            return self.mark(self.lines.len(), Piece::Forward);
        }
        if line.is_marker || history::starts(self.lines, at) {
            self.take_separator();
            return self.mark(self.lines.len(), Piece::Quote);
        }
        if let Some(len) = attribution::length(self.lines, at) {
            return self.attributed(at, len);
        }
        if let Some(piece) = signature::starts(self.lines, at) {
            return self.mark(section_end(self.lines, at + 1, piece), piece);
        }
        self.mark(at + 1, Piece::Own)
    }

    /// A line that says who wrote what follows.
    fn attributed(&mut self, at: usize, len: usize) -> usize {
        let after = at + len;
        let next = (after..self.lines.len()).find(|i| !self.lines[*i].is_blank());
        self.take_separator();
        match next {
            Some(next) if self.lines[next].is_quoted => {
                self.mark(quote_end(self.lines, next), Piece::Quote)
            }
            // Not marked as quoted: all that follows is.
            _ => self.mark(self.lines.len(), Piece::Quote),
        }
    }

    fn mark(&mut self, to: usize, piece: Piece) -> usize {
        self.kinds.resize(to.max(self.kinds.len() + 1).min(self.lines.len()), piece);
        to
    }

    /// A ruler right above history belongs to it.
    fn take_separator(&mut self) {
        let blank = |i: usize| self.lines[i].is_blank();
        let Some(last) = (0..self.kinds.len()).rev().find(|i| !blank(*i)) else { return };
        if self.kinds[last] == Piece::Own && history::is_ruler(self.lines[last].text) {
            self.kinds[last..].fill(Piece::Quote);
        }
    }

    /// Blank lines belong to what stands before them; those at the start to
    /// what follows.
    fn blank_lines(&mut self) {
        let Some(first) = self.lines.iter().position(|line| !line.is_blank()) else { return };
        if let Some(kind) = self.kinds.get(first).copied() {
            self.kinds[..first].fill(kind);
        }
    }

    fn pieces(&self) -> Vec<(Piece, Range<usize>)> {
        let mut all: Vec<(Piece, Range<usize>)> = Vec::new();
        for (line, kind) in self.lines.iter().zip(&self.kinds) {
            match all.last_mut() {
                Some((piece, range)) if piece == kind => range.end = line.range.end,
                _ => all.push((*kind, line.range.clone())),
            }
        }
        all
    }
}

/// The end of the quoted lines from `at`, blank lines between them included.
fn quote_end(lines: &[Line<'_>], at: usize) -> usize {
    let mut end = at;
    for (i, line) in lines.iter().enumerate().skip(at) {
        if line.is_quoted && !line.is_marker {
            end = i + 1;
        } else if !line.is_blank() || line.is_marker {
            break;
        }
    }
    end
}

/// Where a signature or closing that began before `at` is over: at the next
/// quote, and a closing at a signature too.
fn section_end(lines: &[Line<'_>], at: usize, piece: Piece) -> usize {
    let is_over = |i: &usize| {
        let is_signed = piece == Piece::Closing && signature::is_certain(lines[*i].text);
        is_signed || is_boundary(lines, *i)
    };
    (at..lines.len()).find(is_over).unwrap_or(lines.len())
}

/// History begins at this line in some way.
pub(super) fn is_boundary(lines: &[Line<'_>], at: usize) -> bool {
    let line = &lines[at];
    line.is_marker
        || line.is_quoted
        || (!line.is_blank()
            && (history::starts(lines, at)
                || history::is_forward(line.text)
                || attribution::length(lines, at).is_some()))
}
