//! What an issuer says of a person, in our forms.

use super::Named;
use crate::error::{Error, ErrorKind, Result};
use crate::text;

/// The longest name of a person at an issuer (`OpenID` Connect Core, section 2).
const MAX_SUBJECT: usize = 255;
const MAX_NAME: usize = 100;

/// The person's key. What is longer than the standard allows is nobody.
pub(super) fn subject(named: &Named) -> Result<&str> {
    let fits = (1..=MAX_SUBJECT).contains(&named.subject.chars().count()) && !named.subject.contains('\0');
    if fits {
        return Ok(&named.subject);
    }
    Err(Error::new(ErrorKind::Unauthenticated, "oidc_refused", "The issuer names nobody. Nothing was done."))
}

/// The address that the issuer tells, in the form in which addresses are compared.
pub(super) fn address(named: &Named) -> Option<String> {
    named.email.as_deref().and_then(|email| text::email("/email", email).ok())
}

/// How the person is addressed: as the issuer says, or by the first part of their address.
pub(super) fn name(named: &Named, email: &str) -> String {
    let fits = |name: &str| {
        let cut: String = name.trim().chars().take(MAX_NAME).collect();
        text::line("/name", &cut, 1, MAX_NAME).ok()
    };
    let local = email.split('@').next().unwrap_or(email);
    named.name.as_deref().and_then(fits).or_else(|| fits(local)).unwrap_or_else(|| "New customer".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(subject: &str, name: Option<&str>) -> Named {
        Named {
            issuer: "https://id.example".to_owned(),
            subject: subject.to_owned(),
            email: None,
            email_verified: false,
            name: name.map(str::to_owned),
            signed_in_at: None,
        }
    }

    #[test]
    fn nobody_has_no_name_or_one_that_does_not_fit() {
        let long = "n".repeat(300);
        for (said, called) in [
            (Some("Ada Lovelace"), "Ada Lovelace"),
            (Some("  Ada "), "Ada"),
            (Some(""), "ada"),
            (Some("\u{202e}\u{7}"), "ada"),
            (None, "ada"),
            (Some(long.as_str()), &long[..100]),
        ] {
            assert_eq!(name(&named("1", said), "ada@example.com"), called, "{said:?}");
        }
    }

    #[test]
    fn a_subject_is_as_short_as_the_standard_says() {
        assert!(subject(&named("auth0|1", None)).is_ok() && subject(&named(&"x".repeat(255), None)).is_ok());
        for bad in ["", &"x".repeat(256), "a\0b"] {
            assert_eq!(subject(&named(bad, None)).unwrap_err().code, "oidc_refused");
        }
    }
}
