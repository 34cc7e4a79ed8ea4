//! People are round, accounts are square, ours are dark. Grey: a face is not a meaning.

use maud::{Markup, Render, html};

use super::{
    element::{El, Element},
    sample::{Sample, sample},
};

/// A picture, or the initials where there is none. See [`agent_avatar`], [`contact_avatar`], [`account_avatar`].
#[derive(Clone, Debug)]
pub struct Avatar {
    el: El,
    name: String,
    picture: Option<String>,
}

/// Of a person on our side. `picture` is the address of an image.
pub fn agent_avatar(name: &str, picture: Option<&str>) -> Avatar {
    Avatar::new(name, picture).class("avatar-us")
}

/// Of a person on the customer's side. The shade is drawn from the name and means nothing.
pub fn contact_avatar(name: &str, picture: Option<&str>) -> Avatar {
    let shade = name.bytes().fold(0u32, |sum, it| sum.wrapping_mul(31).wrapping_add(it.into())) % 3;
    let it = Avatar::new(name, picture);
    it.class(["", "avatar-b", "avatar-c"][shade as usize])
}

/// Of an account: its company's initials in a square.
pub fn account_avatar(name: &str) -> Avatar {
    Avatar::new(name, None).class("avatar-account")
}

impl Avatar {
    fn new(name: &str, picture: Option<&str>) -> Self {
        let el = El::new("span", "avatar").attr("aria-hidden", "true");
        Self { el, name: name.to_owned(), picture: picture.map(str::to_owned) }
    }
    /// 18 px.
    pub fn xs(self) -> Self {
        self.class("avatar-xs")
    }
    /// 22 px.
    pub fn s(self) -> Self {
        self.class("avatar-s")
    }
    /// 36 px; without a size it is 28.
    pub fn l(self) -> Self {
        self.class("avatar-l")
    }
    /// 48 px.
    pub fn xl(self) -> Self {
        self.class("avatar-xl")
    }
    /// A sign for "here" or "away". Say the same in words beside it.
    pub fn here(self, here: bool) -> Self {
        self.class(if here { "avatar-on" } else { "avatar-away" })
    }
}

impl Element for Avatar {
    fn el(&mut self) -> &mut El {
        &mut self.el
    }
}

impl Render for Avatar {
    fn render_to(&self, out: &mut String) {
        self.el.write(out, |out| match &self.picture {
            Some(src) => {
                html! { img src=(src) alt="" loading="lazy" decoding="async"; }.render_to(out)
            }
            None => initials(&self.name).render_to(out),
        });
    }
}

/// The first letters of the first and the last word; one sign of a name without spaces in a script
/// that has no capitals; a question mark for nobody.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name
        .split(|it: char| it.is_whitespace() || it == '@' || it == '.')
        .filter(|it| it.chars().any(char::is_alphanumeric))
        .collect();
    let letter = |word: &&str| word.chars().find(|it| it.is_alphanumeric());
    let first = words.first().and_then(letter);
    let last = if words.len() > 1 { words.last().and_then(letter) } else { None };
    let cased = |it: char| it.is_lowercase() || it.is_uppercase();
    match (first, last) {
        (Some(first), _) if !cased(first) => first.to_string(),
        (Some(first), Some(last)) if !name.contains('@') => {
            first.to_uppercase().chain(last.to_uppercase()).collect()
        }
        (Some(first), _) => first.to_uppercase().collect(),
        (None, _) => "?".to_owned(),
    }
}

/// Several, one over the edge of the next.
pub fn avatar_stack(them: &[Avatar]) -> Markup {
    html! { span.avatar-stack { @for it in them { (it) } } }
}

pub fn samples() -> Vec<Sample> {
    let sizes = html! { div.gallery-row {
        (contact_avatar("Hannah Pryce", None).xs()) (contact_avatar("Hannah Pryce", None).s())
        (contact_avatar("Leila Haddad", None)) (contact_avatar("佐藤 美咲", None).l()) (contact_avatar("Chen Mei", None).xl())
    } };
    let ours = html! { div.gallery-row {
        (agent_avatar("Maren Solberg", None).here(true)) (agent_avatar("Tomás Ibarra", None).here(false))
        (account_avatar("Al Noor Cold Chain"))
        (avatar_stack(&[agent_avatar("Maren Solberg", None).s(), agent_avatar("Tomás Ibarra", None).s()]))
    } };
    vec![sample("customers", sizes), sample("ours, here and away; account; stack", ours)]
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_what_people_would_write() {
        let cases = [
            ("Maren Solberg", "MS"),
            ("佐藤 美咲", "佐"),
            ("ליאור כהן", "ל"),
            ("madonna", "M"),
            ("jo.doe@example.com", "J"),
            ("  ", "?"),
            ("Jean-Luc van der Berg", "JB"),
        ];
        for (name, expected) in cases {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
