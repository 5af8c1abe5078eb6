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

/// A trimmed text of 1 to `max` characters, composed (NFC), in which every character prints and lines may break.
///
/// # Errors
/// When it is empty, too long, or holds a character that does not print.
pub fn paragraphs(pointer: &str, text: &str, max: usize) -> Result<String> {
    let text = nfc(text.replace("\r\n", "\n").trim());
    match text.chars().count() {
        0 => Err(Error::field(pointer, "fill this in")),
        length if length > max => Err(Error::field(pointer, format!("use at most {max} characters"))),
        _ if !text.lines().all(|line| unicode::prints(&line.replace('\t', " "))) => {
            Err(Error::field(pointer, "leave out characters that don't print"))
        }
        _ => Ok(text),
    }
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
    fn a_name_is_composed_and_prints() {
        assert_eq!(line("/name", " Jo\u{308}rg ", 1, 4).unwrap(), "J\u{f6}rg");
        assert_eq!(line("/name", "👨\u{200D}👩\u{200D}👧", 1, 100).unwrap(), "👨\u{200D}👩\u{200D}👧");
        for bad in ["", " ", "a\u{202E}b", "a\nb", "\u{200C}"] {
            assert!(line("/name", bad, 1, 100).is_err(), "{bad:?}");
        }
    }
}
