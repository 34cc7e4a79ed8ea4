//! Names of attached files: for display and downloading, never a path.

use crate::text::{cut, is_direction};

const LONGEST: usize = 150;
/// Names Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A safe display name. `nth` counts the files of the mail from 1 and names
/// those that have no name.
pub(crate) fn clean(declared: Option<&str>, media_type: &str, nth: usize) -> String {
    let last = declared.unwrap_or("").rsplit(['/', '\\']).next().unwrap_or("");
    let kept: String = last.chars().filter(|c| !is_hidden(*c)).map(plain).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = words.trim_start_matches(' ').trim_end_matches(['.', ' ']);
    let name = name.trim_start_matches("..");
    if name.is_empty() || name.chars().all(|c| c == '.' || c == '_') {
        return match media_type {
            "application/pgp-signature" => "signature.asc".to_owned(),
            "application/pkcs7-signature" | "application/x-pkcs7-signature" => {
                "smime.p7s".to_owned()
            }
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => "smime.p7m".to_owned(),
            "application/ms-tnef" => "winmail.dat".to_owned(),
            "text/calendar" | "application/ics" => "invite.ics".to_owned(),
            "message/delivery-status" => "delivery-status.txt".to_owned(),
            _ => format!("{}-{nth}{}", noun(media_type), extension(media_type)),
        };
    }
    let stem = name.split('.').next().unwrap_or("").trim().to_ascii_lowercase();
    let is_device = DEVICES.contains(&&*stem)
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()));
    shorten(&if is_device { format!("_{name}") } else { name.to_owned() })
}

fn is_hidden(c: char) -> bool {
    is_direction(c)
        || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{00ad}' | '\u{fffe}'
            | '\u{2061}'..='\u{2064}' | '\u{180e}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && !c.is_whitespace())
}

/// Characters that file systems and headers stumble over.
fn plain(c: char) -> char {
    match c {
        '"' | '<' | '>' | '|' | '?' | '*' | ':' => '_',
        c => c,
    }
}

/// Cuts the stem, so that the extension stays.
fn shorten(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, ext)) if ext.len() <= 16 && !ext.is_empty() => {
            format!("{}.{ext}", cut(stem, LONGEST - ext.len() - 1).trim_end())
        }
        _ => cut(name, LONGEST).trim_end().to_owned(),
    }
}

fn noun(media_type: &str) -> &'static str {
    match media_type.split('/').next().unwrap_or("") {
        "image" => "image",
        "audio" => "audio",
        "video" => "video",
        "message" => "message",
        "text" => "text",
        _ => "attachment",
    }
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => ".png",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/svg+xml" => ".svg",
        "image/bmp" => ".bmp",
        "image/tiff" => ".tiff",
        "image/heic" => ".heic",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "application/json" => ".json",
        "application/pgp-keys" => ".asc",
        "text/vcard" | "text/x-vcard" | "text/directory" => ".vcf",
        "text/csv" => ".csv",
        "text/html" => ".html",
        "text/x-patch" | "text/x-diff" => ".patch",
        "message/rfc822" | "message/global" => ".eml",
        "audio/mpeg" => ".mp3",
        "audio/wav" | "audio/x-wav" => ".wav",
        "video/mp4" => ".mp4",
        t if t.starts_with("text/") || t.starts_with("message/") => ".txt",
        _ => ".bin",
    }
}

/// The name of an attached mail, from its subject.
pub(crate) fn of_mail(subject: &str, nth: usize) -> String {
    let subject: String =
        subject.chars().map(|c| if matches!(c, '/' | '\\') { '-' } else { c }).collect();
    let name = clean(Some(cut(&subject, 100)), "message/rfc822", nth);
    if name.to_ascii_lowercase().ends_with(".eml") { name } else { format!("{name}.eml") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_harmless() {
        for (input, want) in [
            ("a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.pdf", "a.pdf"),
            ("..", "attachment-3.bin"),
            ("", "attachment-3.bin"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("com1.log", "_com1.log"),
            ("console.log", "console.log"),
            ("a\r\nContent-Type: x", "a Content-Type_ x"),
            ("in\u{202e}fdp.exe", "infdp.exe"),
            ("a\u{200b}b\0.txt", "ab.txt"),
            ("say \"hi\".txt", "say _hi_.txt"),
            ("trailing. . .", "trailing"),
            ("übergrößen.pdf", "übergrößen.pdf"),
        ] {
            assert_eq!(clean(Some(input), "application/x-thing", 3), want, "{input:?}");
        }
        let long = format!("{}.pdf", "ä".repeat(300));
        let name = clean(Some(&long), "application/pdf", 1);
        assert!(name.len() <= 150 && name.ends_with("ä.pdf"), "{name}");
        assert_eq!(clean(None, "image/png", 2), "image-2.png");
        assert_eq!(of_mail("Re: a/b", 1), "Re_ a-b.eml");
    }
}
