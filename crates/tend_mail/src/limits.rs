/// How much of a mail is read. What lies beyond a limit is not lost (the raw
/// mail is kept by the caller); the [`crate::Mail`] says so in its flaws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole mail; a larger one is [`crate::Unparsable::TooLarge`].
    pub bytes: usize,
    /// How deep multiparts may nest; what is deeper becomes one file.
    pub depth: usize,
    /// MIME parts, the root included.
    pub parts: usize,
    /// Bytes of one header block.
    pub header_bytes: usize,
    /// Lines of one header block, continuation lines included.
    pub header_lines: usize,
    /// Addresses read from one header.
    pub addresses: usize,
    /// Message ids read from References and In-Reply-To each.
    pub references: usize,
    /// Files attached to one mail.
    pub attachments: usize,
    /// Bytes of readable text, and of HTML, that are shown; a longer part is
    /// shown cut (HTML as plain text) and kept whole as a file.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 150 * 1024 * 1024,
            depth: 32,
            parts: 1000,
            header_bytes: 256 * 1024,
            header_lines: 2000,
            addresses: 1000,
            references: 100,
            attachments: 200,
            text_bytes: 2 * 1024 * 1024,
        }
    }
}
