//! Kinds of things that have a word of their own in tables, addresses and the API, and another for
//! people.

/// An enum with its words: `Variant = "word" "As people read it"`, and the sentence for a word that
/// is none of them.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $refusal:literal { $($(#[$each:meta])* $variant:ident = $word:literal $means:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$each])* $variant),* }

        impl $name {
            /// All of them, in the order in which people choose.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in tables, addresses and the API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// As people read it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $means),* }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)* _ => Err($refusal) }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
        impl tend_store::FromValue for $name {
            fn from_value(value: &tend_store::Value) -> Option<Self> {
                String::from_value(value)?.parse().ok()
            }
        }
        impl From<$name> for tend_store::Value {
            fn from(it: $name) -> Self {
                it.word().into()
            }
        }
    };
}
pub(crate) use words;
