//! What is asked of the DNS about a domain that we send for, and what it says. The asking is done
//! elsewhere: here it has its words.

/// What is asked about a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    pub domain: String,
    /// The keys that should stand there: selector and record.
    pub keys: Vec<(String, String)>,
    /// The server through which its mail leaves.
    pub sends_through: Option<String>,
}

/// Of what a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where mail for the domain goes.
    Mx,
    /// Which servers may send for it.
    Spf,
    /// The key of its signatures.
    Dkim,
    /// What to do with mail that is not from it.
    Dmarc,
    /// Whether the sending server's address leads back to its name.
    Reverse,
}

impl Kind {
    pub fn label(self) -> &'static str {
        match self {
            Self::Mx => "MX",
            Self::Spf => "SPF",
            Self::Dkim => "DKIM",
            Self::Dmarc => "DMARC",
            Self::Reverse => "Reverse name",
        }
    }
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Well,
    /// It works, and somebody should think about it.
    Think,
    Wrong,
    /// No name server could be asked.
    Unknown,
}

/// What stands in the DNS, or should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub kind: Kind,
    /// The name at which it stands.
    pub place: String,
    /// What was found there; nothing, if nothing was.
    pub found: String,
    pub mark: Mark,
    /// Whole sentences, for people.
    pub says: String,
    /// What would be good to stand there, where we can say it.
    pub good: Option<String>,
}
