//! What users may enter in a field.

use crate::error::{Error, Result};

/// A trimmed text of `min` to `max` characters without control characters.
///
/// # Errors
/// When it is too short, too long, or holds a character that does not print.
pub fn line(pointer: &str, text: &str, min: usize, max: usize) -> Result<String> {
    let text = text.trim();
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
    if text.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(Error::field(pointer, "leave out characters that don't print"));
    }
    Ok(text.to_owned())
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

/// An e-mail address in lower case.
///
/// # Errors
/// When it has no local part or domain, or is longer than RFC 5321 allows.
pub fn email(pointer: &str, text: &str) -> Result<String> {
    let text = line(pointer, text, 3, 254)?.to_lowercase();
    let wrong = || Error::field(pointer, "write an address such as ada@example.com");
    let (local, host) = text.rsplit_once('@').ok_or_else(wrong)?;
    let host_ok = host.split('.').count() >= 2
        && host.split('.').all(|part| {
            !part.is_empty()
                && part.len() <= 63
                && part.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        });
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    if host_ok && local_ok { Ok(text) } else { Err(wrong()) }
}

/// Zero-width and direction-changing characters, with which two names can look alike.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
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
    fn emails() {
        assert_eq!(email("/email", " Ada@Example.COM ").unwrap(), "ada@example.com");
        for bad in [
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "ada@exa\u{200B}mple.com",
            "ada@-x.com",
            "a\r\nb@x.com",
            "a..b@x.com",
        ] {
            assert!(email("/email", bad).is_err(), "{bad:?}");
        }
    }
}
