//! E-mail addresses in the one form in which they are stored, looked up and counted.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::unicode::{is_hidden, nfkc};
use crate::error::{Error, Result};

/// The most characters of an address (RFC 5321, 4.5.3.1.3, without the angle brackets).
const MAX_LENGTH: usize = 254;
/// The most characters before the @ (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Signs that may stand before the @ beside letters and digits (RFC 5322, `atext`).
const SIGNS: &str = "!#$%&'*+-/=?^_`{|}~.";

const HIDDEN: &str = "leave out characters that don't print";
const LOCAL: &str =
    "before the @, use unaccented letters, digits and signs such as dots and hyphens: no other address gets our mail";
const FORM: &str = "write an address such as ada@example.com";

/// An e-mail address in its canonical form: in lower case, with the domain's A-labels (`xn--…`), which is the form in
/// which mail is sent.
///
/// # Errors
/// When it is no address, is longer than RFC 5321 allows, holds a character that does not print, or has a local part
/// that needs SMTPUTF8, which few mail servers offer.
pub fn email(pointer: &str, text: &str) -> Result<String> {
    canonical(text).map_err(|why| Error::field(pointer, why))
}

/// The same for one who signs in: none for what can be nobody's address.
#[must_use]
pub fn canonical_email(text: &str) -> Option<String> {
    canonical(text).ok()
}

/// An address as it was stored before addresses had a canonical form.
pub(crate) fn former_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Begins with the former form, so that an address that was stored in it has one canonical form too.
fn canonical(text: &str) -> Result<String, &'static str> {
    let text = former_email(text);
    if text.chars().any(is_hidden) {
        return Err(HIDDEN);
    }
    if text.chars().count() > MAX_LENGTH {
        return Err("use at most 254 characters");
    }
    let text = nfkc(&text).to_lowercase();
    let (local, host) = text.rsplit_once('@').ok_or(FORM)?;
    if !local.is_ascii() {
        return Err(LOCAL);
    }
    let host = Uts46::new()
        .to_ascii(host.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .map_err(|_| FORM)?;
    let whole = format!("{local}@{host}");
    let fits = is_local(local) && is_host(&host) && whole.len() <= MAX_LENGTH;
    if fits { Ok(whole) } else { Err(FORM) }
}

fn is_local(local: &str) -> bool {
    (1..=MAX_LOCAL).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_ascii_alphanumeric() || SIGNS.contains(c))
}

/// At least two labels; a last one of digits alone would be an IP address (RFC 3696, 2).
fn is_host(host: &str) -> bool {
    host.rsplit_once('.').is_some_and(|(rest, last)| {
        !rest.is_empty() && !last.is_empty() && !last.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_form() {
        for (typed, stored) in [
            (" Ada@Example.COM ", "ada@example.com"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@bu\u{308}cher.example", "ada@xn--bcher-kva.example"),
            ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
            ("ａｄａ@example.com", "ada@example.com"),
            ("ada@例え。テスト", "ada@xn--r8jz45g.xn--zckzah"),
            ("a.d+a_b'c@sub.example.co", "a.d+a_b'c@sub.example.co"),
        ] {
            assert_eq!(email("/email", typed).unwrap(), stored, "{typed:?}");
            assert_eq!(canonical_email(&former_email(typed)).as_deref(), Some(stored), "{typed:?}");
            assert_eq!(canonical_email(stored).as_deref(), Some(stored));
        }
    }

    #[test]
    fn what_can_not_be_mailed_is_no_address() {
        let long = format!("{}@example.com", "a".repeat(65));
        let longer = format!("a@{}com", "example.".repeat(40));
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "a@b@example.com",
            "ada@exa\u{200B}mple.com",
            "ada@exa\u{AD}mple.com",
            "ad\u{200D}a@example.com",
            "a\u{0}da@example.com",
            "ada\u{0}@example.com",
            "ada@-x.com",
            "ada@x..com",
            "ada@example.com.",
            "ada@exa_mple.com",
            "a\r\nb@x.com",
            "a..b@x.com",
            "jörg@example.com",
            "аda@example.com",
            "ada@127.0.0.1",
            "ada@example.123",
            "ada@[127.0.0.1]",
            "ada@xn--a.example",
            &long,
            &longer,
        ] {
            assert!(email("/email", bad).is_err(), "{bad:?}");
        }
    }
}
