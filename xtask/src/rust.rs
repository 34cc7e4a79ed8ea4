//! Enough of Rust's grammar to tell code from comments and texts, and to find functions.

/// A comment or the inside of a string literal, with the line where it begins.
pub struct Text {
    pub line: usize,
    pub text: String,
}

pub struct Source {
    /// The code, in which comments and the insides of literals are blanks.
    pub code: String,
    pub strings: Vec<Text>,
    pub comments: Vec<Text>,
}

#[derive(Debug, PartialEq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
    /// What stands between the name and the body.
    pub signature: String,
}

impl Source {
    pub fn read(text: &str) -> Self {
        let lexer = Lexer {
            chars: text.chars().collect(),
            at: 0,
            line: 1,
            it: Self { code: String::new(), strings: Vec::new(), comments: Vec::new() },
        };
        lexer.run()
    }

    /// Those with a body, from the line of `fn` to that of the closing brace.
    pub fn functions(&self) -> Vec<Function> {
        let chars: Vec<char> = self.code.chars().collect();
        let mut found = Vec::new();
        let mut line = 1;
        for at in 0..chars.len() {
            if chars[at] == '\n' {
                line += 1;
            }
            if let Some((name, after)) = function_name(&chars, at)
                && let Some((open, close)) = body(&chars, after)
            {
                let lines = chars[at..=close].iter().filter(|it| **it == '\n').count() + 1;
                let signature = chars[after..open].iter().collect();
                found.push(Function { name, line, lines, signature });
            }
        }
        found
    }
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

/// The name, if `fn name` begins here, and the place after it.
fn function_name(chars: &[char], at: usize) -> Option<(String, usize)> {
    let starts = chars[at..].starts_with(&['f', 'n'])
        && (at == 0 || !is_word(chars[at - 1]))
        && chars.get(at + 2).is_some_and(|it| it.is_whitespace());
    if !starts {
        return None;
    }
    let begin = (at + 2..chars.len()).find(|n| !chars[*n].is_whitespace())?;
    let end = (begin..chars.len()).find(|n| !is_word(chars[*n]))?;
    (end > begin).then(|| (chars[begin..end].iter().collect(), end))
}

/// The braces of a function's body; none if it only has a signature.
fn body(chars: &[char], from: usize) -> Option<(usize, usize)> {
    let mut depth = 0i32;
    let mut open = None;
    for (n, it) in chars.iter().enumerate().skip(from) {
        match (it, open) {
            (';', None) if depth == 0 => return None,
            ('(' | '[', None) => depth += 1,
            (')' | ']', None) => depth -= 1,
            ('{', None) if depth == 0 => {
                open = Some(n);
                depth = 1;
            }
            ('{', Some(_)) => depth += 1,
            ('}', Some(begin)) => {
                depth -= 1;
                if depth == 0 {
                    return Some((begin, n));
                }
            }
            _ => {}
        }
    }
    None
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    it: Source,
}

impl Lexer {
    fn run(mut self) -> Source {
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '/') => self.line_comment(),
                ('/', '*') => self.block_comment(),
                ('"', _) => self.string(0, true),
                ('r', '"' | '#') if self.stands_alone() => self.raw_string(1),
                ('b' | 'c', '"') if self.stands_alone() => {
                    self.keep();
                    self.string(0, true);
                }
                ('b' | 'c', 'r') if self.stands_alone() && matches!(self.peek(2), '"' | '#') => {
                    self.raw_string(2);
                }
                ('\'', _) => self.quote(),
                _ => self.keep(),
            }
        }
        self.it
    }

    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    /// The letter here is not the end of a longer word.
    fn stands_alone(&self) -> bool {
        self.at == 0 || !is_word(self.chars[self.at - 1])
    }

    fn keep(&mut self) {
        let it = self.peek(0);
        self.it.code.push(it);
        self.step(it);
    }

    fn blank(&mut self) -> char {
        let it = self.peek(0);
        self.it.code.push(if it == '\n' { '\n' } else { ' ' });
        self.step(it);
        it
    }

    fn step(&mut self, it: char) {
        self.at += 1;
        self.line += usize::from(it == '\n');
    }

    fn line_comment(&mut self) {
        let (line, mut text) = (self.line, String::new());
        while self.at < self.chars.len() && self.peek(0) != '\n' {
            text.push(self.blank());
        }
        self.it.comments.push(Text { line, text });
    }

    fn block_comment(&mut self) {
        let (line, mut text, mut depth) = (self.line, String::new(), 0);
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    text.push(self.blank());
                    continue;
                }
            }
            text.push(self.blank());
            text.push(self.blank());
            if depth == 0 {
                break;
            }
        }
        self.it.comments.push(Text { line, text });
    }

    fn string(&mut self, hashes: usize, escapes: bool) {
        self.keep();
        let (line, mut text) = (self.line, String::new());
        while self.at < self.chars.len() {
            if escapes && self.peek(0) == '\\' {
                self.blank();
                text.push(self.blank());
            } else if self.peek(0) == '"' && (1..=hashes).all(|n| self.peek(n) == '#') {
                break;
            } else {
                text.push(self.blank());
            }
        }
        for _ in 0..=hashes.min(self.chars.len().saturating_sub(self.at + 1)) {
            self.keep();
        }
        self.it.strings.push(Text { line, text });
    }

    /// After `r`, `br` or `cr`. A raw identifier, `r#type`, is none.
    fn raw_string(&mut self, prefix: usize) {
        let hashes = (prefix..).take_while(|n| self.peek(*n) == '#').count();
        let is_string = self.peek(prefix + hashes) == '"';
        for _ in 0..prefix + hashes {
            self.keep();
        }
        if is_string {
            self.string(hashes, false);
        }
    }

    /// A character, whose inside could be a brace or a quote, or a lifetime.
    fn quote(&mut self) {
        let is_character = self.peek(1) == '\\' || self.peek(2) == '\'';
        self.keep();
        if !is_character {
            return;
        }
        while self.at < self.chars.len() && self.peek(0) != '\'' {
            if self.peek(0) == '\\' {
                self.blank();
            }
            self.blank();
        }
        if self.at < self.chars.len() {
            self.keep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_comments_and_texts_are_told_apart() {
        let source = Source::read(
            "let a = \"x { \\\" y\"; // fn no() {\nlet b = r#\"q \" {\"#; /* a /* b */ c */ let c = '{';\nfn f<'a>(x: &'a str) -> char {\n    '\\''\n}\n",
        );
        let strings: Vec<_> = source.strings.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(strings, ["x { \" y", "q \" {"]);
        let comments: Vec<_> = source.comments.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(comments, ["// fn no() {", "/* a /* b */ c */"]);
        let functions = source.functions();
        assert_eq!(functions.len(), 1);
        assert_eq!(
            (functions[0].name.as_str(), functions[0].line, functions[0].lines),
            ("f", 3, 3)
        );
        assert!(functions[0].signature.contains("-> char"));
    }

    #[test]
    fn a_signature_alone_is_no_function() {
        let source = Source::read(
            "trait T { fn a(&self, b: [u8; 2]); fn b() { {} } }\ntype F = fn (u8) -> u8;",
        );
        let names: Vec<_> = source.functions().into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["b"]);
    }
}
