//! Where the parts of a JSON text stand, without reading what is in them: a batch is taken
//! apart here, and each event is then read, and measured, by itself.

/// The text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotJson;

/// Its name and its value.
type Member<'a> = (&'a [u8], &'a [u8]);

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

/// The members of an object: names as they are written, without their quotes.
pub(super) fn members(text: &[u8]) -> Result<Vec<Member<'_>>, NotJson> {
    let mut scan = Scan { text, at: 0 };
    let mut found = Vec::new();
    scan.expect(b'{')?;
    if scan.peek()? == b'}' {
        scan.at += 1;
        return scan.end(found);
    }
    loop {
        scan.space();
        let name = scan.string()?;
        scan.expect(b':')?;
        found.push((&name[1..name.len() - 1], scan.value()?));
        match scan.next()? {
            b',' => {}
            b'}' => return scan.end(found),
            _ => return Err(NotJson),
        }
    }
}

/// The elements of an array.
pub(super) fn elements(text: &[u8]) -> Result<Vec<&[u8]>, NotJson> {
    let mut scan = Scan { text, at: 0 };
    let mut found = Vec::new();
    scan.expect(b'[')?;
    if scan.peek()? == b']' {
        scan.at += 1;
        return scan.end(found);
    }
    loop {
        found.push(scan.value()?);
        match scan.next()? {
            b',' => {}
            b']' => return scan.end(found),
            _ => return Err(NotJson),
        }
    }
}

impl<'a> Scan<'a> {
    fn space(&mut self) {
        while self.text.get(self.at).is_some_and(|it| b" \t\r\n".contains(it)) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Result<u8, NotJson> {
        self.space();
        self.text.get(self.at).copied().ok_or(NotJson)
    }

    fn next(&mut self) -> Result<u8, NotJson> {
        let it = self.peek()?;
        self.at += 1;
        Ok(it)
    }

    fn expect(&mut self, what: u8) -> Result<(), NotJson> {
        if self.next()? == what { Ok(()) } else { Err(NotJson) }
    }

    fn end<T>(&mut self, found: T) -> Result<T, NotJson> {
        self.space();
        if self.at == self.text.len() { Ok(found) } else { Err(NotJson) }
    }

    /// With its quotes.
    fn string(&mut self) -> Result<&'a [u8], NotJson> {
        let start = self.at;
        if self.text.get(start) != Some(&b'"') {
            return Err(NotJson);
        }
        self.at += 1;
        loop {
            match self.text.get(self.at).ok_or(NotJson)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at])
    }

    fn value(&mut self) -> Result<&'a [u8], NotJson> {
        let start = match self.peek()? {
            b'"' => return self.string(),
            b'{' | b'[' => self.at,
            _ => return self.word(),
        };
        let mut depth = 0_usize;
        loop {
            match self.text.get(self.at).ok_or(NotJson)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(&self.text[start..self.at]);
            }
        }
    }

    fn word(&mut self) -> Result<&'a [u8], NotJson> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|it| !b",]}: \t\r\n\"".contains(it)) {
            self.at += 1;
        }
        if self.at == start { Err(NotJson) } else { Ok(&self.text[start..self.at]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_where_they_stand() {
        let text = br#" {"a" : [1,"]}\"",{}] ,"b":null,"c":"x"} "#;
        let found = members(text).expect("is JSON");
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        let found: Vec<_> = found.iter().map(|it| (text(it.0), text(it.1))).collect();
        let expected = [("a", r#"[1,"]}\"",{}]"#), ("b", "null"), ("c", r#""x""#)];
        assert_eq!(found, expected.map(|it| (it.0.to_owned(), it.1.to_owned())));
        let inner = elements(br#"[1, {"a":[]} ,"x"]"#).expect("is JSON");
        assert_eq!(inner, [&b"1"[..], br#"{"a":[]}"#, br#""x""#]);
        assert_eq!(elements(b"[]").expect("is JSON").len(), 0);
        assert_eq!(members(b"{ }").expect("is JSON").len(), 0);
    }

    #[test]
    fn what_is_no_json_is_told() {
        for bad in [
            "",
            "{",
            "[",
            "{\"a\"}",
            "{\"a\":}",
            "{}x",
            "[1,]",
            "[1 2]",
            "{a:1}",
            "nul",
            "{\"a\":\"\\",
        ] {
            let text = bad.as_bytes();
            assert!(members(text).is_err() && elements(text).is_err(), "{bad}");
        }
    }
}
