use tend_store::Value;

/// A condition with its values apart: in the text `?` stands for each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cond {
    text: String,
    args: Vec<Value>,
}

impl Cond {
    pub fn new(text: impl Into<String>, args: Vec<Value>) -> Self {
        Self { text: text.into(), args }
    }

    pub fn plain(text: &str) -> Self {
        Self::new(text, Vec::new())
    }

    /// Each of them; of none, everything.
    pub fn all(list: Vec<Self>) -> Self {
        Self::joined(list, " AND ", "TRUE")
    }

    /// One of them or more; of none, nothing.
    pub fn any(list: Vec<Self>) -> Self {
        Self::joined(list, " OR ", "FALSE")
    }

    pub fn not(self) -> Self {
        Self { text: format!("NOT ({})", self.text), args: self.args }
    }

    pub fn and(self, other: Self) -> Self {
        match (self.text.as_str(), other.text.as_str()) {
            ("TRUE", _) => other,
            (_, "TRUE") => self,
            _ => Self::all(vec![self, other]),
        }
    }

    /// The text with numbered parameters, whose values follow those in `args`.
    pub fn bind(&self, args: &mut Vec<Value>) -> String {
        let mut out = String::with_capacity(self.text.len() + 8);
        let mut values = self.args.iter();
        for piece in self.text.split_inclusive('?') {
            match piece.strip_suffix('?') {
                Some(text) => {
                    args.extend(values.next().cloned());
                    out.push_str(&format!("{text}${}", args.len()));
                }
                None => out.push_str(piece),
            }
        }
        out
    }

    fn joined(list: Vec<Self>, word: &str, empty: &str) -> Self {
        if list.is_empty() {
            return Self::plain(empty);
        }
        let mut args = Vec::new();
        let mut parts = Vec::with_capacity(list.len());
        for it in list {
            parts.push(format!("({})", it.text));
            args.extend(it.args);
        }
        Self { text: parts.join(word), args }
    }
}

/// A condition with its parameters, in the order in which they are numbered.
pub(crate) struct Where {
    pub sql: String,
    pub args: Vec<Value>,
}

impl Where {
    pub fn new() -> Self {
        Self { sql: String::from("conversations.merged_into IS NULL"), args: Vec::new() }
    }

    /// Adds a condition in which `?` stands for each next argument.
    pub fn and(&mut self, condition: &str, args: impl IntoIterator<Item = Value>) {
        self.add(&Cond::new(condition, args.into_iter().collect()));
    }

    /// Adds a condition.
    pub fn add(&mut self, condition: &Cond) {
        let text = condition.bind(&mut self.args);
        self.sql.push_str(&format!(" AND ({text})"));
    }
}
