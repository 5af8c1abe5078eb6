//! What users may enter in a field.

mod address;
mod unicode;

use crate::error::{Error, Result};

pub(crate) use address::former_email;
pub use address::{canonical_email, email};
pub(crate) use unicode::{is_space, nfc};

/// A trimmed text of `min` to `max` characters, composed (NFC), in which every character prints.
///
/// # Errors
/// When it is too short, too long, or holds a character that does not print.
pub fn line(pointer: &str, text: &str, min: usize, max: usize) -> Result<String> {
    let text = nfc(text.trim());
    let length = text.chars().count();
    if length < min {
        return Err(Error::field(
            pointer,
            if min == 1 { "fill this in".to_owned() } else { format!("use at least {min} characters") },
        ));
    }
    if length > max {
        return Err(Error::field(pointer, format!("use at most {max} characters")));
    }
    if !unicode::prints(&text) {
        return Err(Error::field(pointer, "leave out characters that don't print"));
    }
    Ok(text)
}

/// A text of several lines of at most `max` characters, composed (NFC), in which every character prints. Spaces at the
/// end and line breaks of other systems are mended.
///
/// # Errors
/// When it is too long, or holds a character that does not print.
pub fn lines(pointer: &str, text: &str, max: usize) -> Result<String> {
    let text = nfc(text.replace("\r\n", "\n").replace('\r', "\n").trim_end());
    if text.chars().count() > max {
        return Err(Error::field(pointer, format!("use at most {max} characters")));
    }
    if !text.split(['\n', '\t']).all(unicode::prints) {
        return Err(Error::field(pointer, "leave out characters that don't print"));
    }
    Ok(text)
}

/// The form of a tag, as people are told it.
pub const TAG_FORM: &str = "use 1 to 32 small letters, digits and hyphens, with a letter or digit at both ends";

/// A tag: 1 to 32 letters, digits and hyphens, in lower case.
///
/// # Errors
/// When it is anything else.
pub fn tag(pointer: &str, text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let edges = text.starts_with(plain) && text.ends_with(plain);
    if !edges || text.len() > 32 || !text.chars().all(|c| plain(c) || c == '-') {
        return Err(Error::field(pointer, TAG_FORM));
    }
    Ok(text)
}

/// The same as [`lines`], of at least one character and trimmed at both ends.
///
/// # Errors
/// As [`lines`], and when it is empty.
pub fn paragraphs(pointer: &str, text: &str, max: usize) -> Result<String> {
    let text = lines(pointer, text.trim(), max)?;
    if text.is_empty() {
        return Err(Error::field(pointer, "fill this in"));
    }
    Ok(text)
}

/// A text as a pattern of `like` that matches it alone: wildcards are escaped.
#[must_use]
pub fn like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The form of a server's name, as people are told it.
pub const LABEL_FORM: &str = "use letters, digits, dots, hyphens and underscores, with a letter or digit at both ends";

/// A server's name: 3 to 64 letters, digits, dots, hyphens and underscores, as host names go.
///
/// # Errors
/// When it is anything else.
pub fn label(pointer: &str, text: &str) -> Result<String> {
    let text = line(pointer, text, 3, 64)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edges =
        text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.ends_with(|c: char| c.is_ascii_alphanumeric());
    if !edges || !text.chars().all(plain) {
        return Err(Error::field(pointer, LABEL_FORM));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for good in ["web-1", "a.b", "Web_01.example"] {
            assert_eq!(label("/label", good).unwrap(), good);
        }
        for bad in ["", "ab", "-web", "web-", "we b", "web\0", "wéb", &"a".repeat(65), "web/../x"] {
            assert!(label("/label", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn tags() {
        for (said, read) in [("web", "web"), (" Web ", "web"), ("a", "a"), ("eu-1", "eu-1")] {
            assert_eq!(tag("/tags/0", said).unwrap(), read);
        }
        for bad in ["", " ", "-a", "a-", "a b", "a_b", "wéb", "a\nb", &"a".repeat(33)] {
            assert!(tag("/tags/0", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn notes_have_lines_and_nothing_hidden() {
        assert_eq!(lines("/notes", "a\r\nb\tc \n\n", 10).unwrap(), "a\nb\tc");
        assert_eq!(lines("/notes", "", 10).unwrap(), "");
        for bad in ["a\0b", "a\u{202E}b", "elevenchars"] {
            assert!(lines("/notes", bad, 10).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_is_composed_and_prints() {
        assert_eq!(line("/name", " Jo\u{308}rg ", 1, 4).unwrap(), "J\u{f6}rg");
        assert_eq!(line("/name", "👨\u{200D}👩\u{200D}👧", 1, 100).unwrap(), "👨\u{200D}👩\u{200D}👧");
        for bad in ["", " ", "a\u{202E}b", "a\nb", "\u{200C}"] {
            assert!(line("/name", bad, 1, 100).is_err(), "{bad:?}");
        }
    }
}
