//! A strict reader of our own HTML: it takes what maud writes and nothing sloppier.

use std::collections::BTreeMap;

/// An element with what is inside it.
#[derive(Debug)]
pub struct Node {
    pub tag: String,
    pub attrs: BTreeMap<String, String>,
    pub children: Vec<Node>,
    /// All text below, joined.
    pub text: String,
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];

/// The root of a page or a fragment, or what is wrong with it.
pub fn read(html: &str) -> Result<Node, String> {
    let mut open = vec![node("root", BTreeMap::new())];
    let mut rest = html;
    while let Some((text, from)) = rest.split_once('<') {
        say(&mut open, text);
        if let Some(after) = from.strip_prefix("!DOCTYPE html>") {
            rest = after;
            continue;
        }
        let end =
            end_of_tag(from).ok_or_else(|| format!("a tag does not end: <{}", start(from)))?;
        let (inside, after) = (&from[..end], &from[end + 1..]);
        rest = after;
        match inside.strip_prefix('/') {
            Some(name) => close(&mut open, name.trim())?,
            None => {
                let it = tag(inside)?;
                // What these hold is no markup.
                if ["style", "script", "textarea", "title"].contains(&it.tag.as_str()) {
                    let ends = format!("</{}>", it.tag);
                    let (inner, after) =
                        rest.split_once(&ends).ok_or_else(|| format!("{} does not end", it.tag))?;
                    rest = after;
                    say(&mut open, inner);
                    last(&mut open).children.push(Node { text: inner.to_owned(), ..it });
                } else if VOID.contains(&it.tag.as_str()) || inside.ends_with('/') {
                    last(&mut open).children.push(it);
                } else {
                    open.push(it);
                }
            }
        }
    }
    say(&mut open, rest);
    match open.len() {
        1 => Ok(open.remove(0)),
        _ => Err(format!("<{}> is not closed", last(&mut open).tag)),
    }
}

fn node(tag: &str, attrs: BTreeMap<String, String>) -> Node {
    Node { tag: tag.to_owned(), attrs, children: Vec::new(), text: String::new() }
}

fn last(open: &mut [Node]) -> &mut Node {
    open.last_mut().expect("the root stays open")
}

fn say(open: &mut [Node], text: &str) {
    last(open).text.push_str(text);
}

fn close(open: &mut Vec<Node>, name: &str) -> Result<(), String> {
    let closed = open.pop().expect("the root stays open");
    if closed.tag != name || open.is_empty() {
        return Err(format!("</{name}> closes <{}> with {:?}", closed.tag, closed.attrs));
    }
    let text = closed.text.clone();
    let parent = last(open);
    parent.text.push_str(&text);
    parent.children.push(closed);
    Ok(())
}

fn start(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Where the `>` of a tag is, outside its quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, it)| match it {
        '"' => {
            quoted = !quoted;
            None
        }
        '>' if !quoted => Some(at),
        _ => None,
    })
}

fn tag(inside: &str) -> Result<Node, String> {
    let inside = inside.trim_end_matches('/');
    let name_end = inside.find(char::is_whitespace).unwrap_or(inside.len());
    let (name, mut rest) = inside.split_at(name_end);
    let mut attrs = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(node(name, attrs));
        }
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let attr = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(from) => {
                let (value, after) =
                    from.split_once('"').ok_or_else(|| format!("{attr} does not end"))?;
                rest = after;
                value.to_owned()
            }
            None if rest.starts_with('=') => {
                return Err(format!("{attr} is not quoted in <{name}>"));
            }
            None => String::new(),
        };
        if attrs.insert(attr.clone(), value).is_some() {
            return Err(format!("<{name}> has {attr} twice"));
        }
    }
}

impl Node {
    /// Every element below, in order, with those that it lies in.
    pub fn walk<'a>(
        &'a self,
        above: &mut Vec<&'a Node>,
        see: &mut dyn FnMut(&'a Node, &[&'a Node]),
    ) {
        for it in &self.children {
            see(it, above);
            above.push(it);
            it.walk(above, see);
            above.pop();
        }
    }

    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.get(name).map(String::as_str)
    }
}
