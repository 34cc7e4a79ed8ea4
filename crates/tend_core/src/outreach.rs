//! What reaches customers without their asking: surveys and messages alike.
//!
//! One ledger says what a customer was asked or told ([`touches`]), so that limits hold over all
//! kinds and channels together. While somebody is hurt, nothing is promoted to them ([`pauses`]).
//! What a customer agreed to or declined is kept for good, and the newest word holds
//! ([`consents`]).

pub mod consents;
pub mod pauses;
pub mod touches;

use crate::words::words;

words! {
    /// What it was.
    Kind, "What reaches customers is a survey or a message." {
        Survey = "survey" "Survey",
        Message = "message" "Message",
    }
}

words! {
    /// The way it went.
    Channel, "The channel is mail, page, link or api." {
        Mail = "mail" "Mail",
        /// A slot on the company's own pages.
        Page = "page" "On the page",
        /// A link that somebody passed on.
        Link = "link" "Link",
        Api = "api" "API",
    }
}
