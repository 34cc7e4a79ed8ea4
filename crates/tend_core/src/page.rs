//! Lists are read a page at a time, by the key of the last row seen.

/// One page of a list, and where the next begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// The sort key and the id of the last row of a page: `1763728000000000.4611686018427387904`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The value that the list is sorted by.
    pub key: i64,
    /// The row's id, which tells equals apart.
    pub id: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, id) = text.split_once('.').ok_or("not a cursor")?;
        match (key.parse(), id.parse()) {
            (Ok(key), Ok(id)) => Ok(Self { key, id }),
            _ => Err("not a cursor"),
        }
    }
}

impl<T> Page<T> {
    /// From one row more than was asked for.
    pub fn of(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> Cursor) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }

    /// The same page of other things.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}
