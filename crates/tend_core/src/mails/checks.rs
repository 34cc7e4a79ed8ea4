use serde::{Deserialize, Serialize};

/// What the domain of a mail's sender says about the mail, found when it was taken in.
///
/// Kept on the message as JSON. What other servers wrote into the mail about it counts for
/// nothing: anyone can write that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checks {
    pub sender: Sender,
    /// The domain in From, lower-cased.
    pub from_domain: String,
    /// May this machine send for that envelope?
    pub spf: Check,
    /// Was it signed, and is it unchanged? The best of its signatures.
    pub dkim: Check,
    /// Does one of the two stand for the domain in From?
    pub dmarc: Check,
    /// Did the servers on its way seal what they saw?
    pub arc: Check,
}

/// Whether a mail comes from whom it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The domain in From vouches for it.
    Proven,
    /// Nothing is known.
    #[default]
    Unproven,
    /// The domain in From says how its mail can be known, and this mail can't.
    Contradicted,
}

/// One check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Check {
    pub verdict: Verdict,
    /// Whom the verdict is about; may be empty.
    pub domain: String,
}

/// The words of RFC 8601.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Pass,
    Fail,
    SoftFail,
    Neutral,
    /// There was nothing to check.
    #[default]
    None,
    /// It could not be checked then.
    TempError,
    /// What the domain publishes can't be understood.
    PermError,
}

impl Checks {
    /// As it stands on a message; a text that is none says nothing.
    pub fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// For the message.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts are plain data")
    }
}
