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

/// A public SSH key in `OpenSSH`'s one-line form.
///
/// # Errors
/// When it is not `<type> <base64> [comment]` with a type that servers accept.
pub fn ssh_public_key(pointer: &str, text: &str) -> Result<String> {
    use base64::Engine as _;
    const KINDS: &[&str] = &[
        "ssh-ed25519",
        "ssh-rsa",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    ];
    let text = line(pointer, text, 40, 8192)?;
    let wrong = || Error::field(pointer, "paste one public key, such as the line in ~/.ssh/id_ed25519.pub");
    let mut parts = text.splitn(3, ' ');
    let kind = parts.next().filter(|kind| KINDS.contains(kind)).ok_or_else(wrong)?;
    let blob =
        parts.next().and_then(|blob| base64::engine::general_purpose::STANDARD.decode(blob).ok()).ok_or_else(wrong)?;
    // The blob repeats the type as a length-prefixed string (RFC 4253, 6.6).
    let length = u32::try_from(kind.len()).unwrap_or(u32::MAX).to_be_bytes();
    if blob.starts_with(&length) && blob[4..].starts_with(kind.as_bytes()) { Ok(text) } else { Err(wrong()) }
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

    #[test]
    fn keys() {
        let good = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKk3nVd9CQwGkRrvYq7Xg0lYJw5tV1dW0Zb3JzLx2QhH ada@laptop";
        assert!(ssh_public_key("/ssh_public_key", good).is_ok());
        for bad in [
            "ssh-ed25519 AAAA",
            "-----BEGIN OPENSSH PRIVATE KEY-----aaaaaaaaaaaaaaaaaaaaaaaa",
            &good.replacen("ed25519", "rsa", 1),
        ] {
            assert!(ssh_public_key("/ssh_public_key", bad).is_err(), "{bad:?}");
        }
    }
}
