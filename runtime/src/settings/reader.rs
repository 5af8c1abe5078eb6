//! Reads one section: takes what is right, and notes what is wrong without stopping at it.

use std::ops::RangeInclusive;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::{Problem, SettingsErrors, Source, VARS, Var};

/// Domains reserved for examples and tests, with all below them: fit for development only.
const RESERVED: [&str; 7] = ["example", "example.com", "example.org", "example.net", "localhost", "invalid", "test"];

pub(super) struct Reader<'s> {
    source: &'s Source,
    errors: SettingsErrors,
    /// Whether the strict rules hold.
    pub(super) production: bool,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        let mut reader = Self { source, errors: SettingsErrors::default(), production: true };
        let (ours, original) = (source.get("APP_ENV"), source.get("NODE_ENV"));
        match ours.or(original).map(str::trim) {
            Some("production") | None => {}
            Some("development") => reader.production = false,
            Some(_) => {
                let variable = if ours.is_some() { "APP_ENV" } else { "NODE_ENV" };
                reader.refuse(variable, "write development or production");
            }
        }
        reader
    }

    /// Records that a variable cannot be used, and what to write instead.
    pub(super) fn refuse(&mut self, variable: &'static str, message: impl Into<String>) {
        self.errors.add(Problem { variable, message: message.into() });
    }

    /// The value, or its default, without white space around it.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.source.get(name).or(var(name).default).map(|value| value.trim().to_owned())
    }

    /// The value if it is `valid`; else records what was expected.
    pub(super) fn text_if(
        &mut self,
        name: &'static str,
        expected: &str,
        valid: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let value = self.text(name)?;
        if valid(&value) {
            return Some(value);
        }
        self.refuse(name, format!("{expected}, not {value:?}"));
        None
    }

    /// A value that must be set and is never shown.
    pub(super) fn required_secret(&mut self, name: &'static str) -> Option<SecretString> {
        let secret = self.secret(name);
        if secret.is_none() && self.source.get(name).is_none() {
            self.refuse(name, format!("is missing: {}", var(name).doc));
        }
        secret
    }

    /// A value that may be missing and is never shown.
    pub(super) fn secret(&mut self, name: &'static str) -> Option<SecretString> {
        let value = self.source.get(name)?;
        if value.trim() != value {
            self.refuse(name, "has white space before or after it");
            return None;
        }
        Some(SecretString::from(value))
    }

    pub(super) fn number(&mut self, name: &'static str, within: RangeInclusive<u64>) -> Option<u64> {
        let value = self.text(name)?;
        let number = value.parse().ok().filter(|number| within.contains(number));
        if number.is_none() {
            self.refuse(
                name,
                format!("write a whole number from {} to {}, not {value:?}", within.start(), within.end()),
            );
        }
        number
    }

    pub(super) fn millis(&mut self, name: &'static str, within: RangeInclusive<u64>) -> Option<Duration> {
        self.number(name, within).map(Duration::from_millis)
    }

    /// An http or https address; in production https alone. Its text is shown in errors unless it has a password.
    pub(super) fn web_address(&mut self, name: &'static str) -> Option<Url> {
        let value = self.text(name)?;
        let url = Url::parse(&value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        match url {
            None => self.refuse(name, "write an address that begins with https:// (or http:// in development)"),
            Some(url) if !url.username().is_empty() || url.password().is_some() => {
                self.refuse(name, "leave out the name and the password");
            }
            Some(url) if self.production && url.scheme() != "https" => {
                self.refuse(name, format!("must begin with https:// in production, not {url}"));
            }
            Some(url) => return Some(url),
        }
        None
    }

    /// A mail address; in production not at a reserved domain.
    pub(super) fn email(&mut self, name: &'static str) -> Option<String> {
        let email = self.text_if(name, "write one mail address such as panel@your.domain", is_email)?;
        if self.production && is_reserved(&email) {
            self.refuse(name, format!("production needs an address at your own domain, not {email:?}"));
            return None;
        }
        Some(email)
    }

    /// A short line of words, fit for a mail's header.
    pub(super) fn name(&mut self, name: &'static str) -> Option<String> {
        self.text_if(name, "write at most 80 characters on one line", |value| {
            value.chars().count() <= 80 && !value.chars().any(char::is_control)
        })
    }

    /// The section, if nothing was wrong.
    pub(super) fn finish<T>(self, section: Option<T>) -> Result<T, SettingsErrors> {
        self.errors.into_result()?;
        Ok(section.expect("a part is missing only where an error was noted"))
    }
}

fn var(name: &str) -> &'static Var {
    VARS.iter().find(|var| var.name == name).expect("each variable that is read is listed in VARS")
}

fn is_reserved(email: &str) -> bool {
    let domain = email.rsplit('@').next().unwrap_or_default();
    RESERVED
        .iter()
        .any(|reserved| domain.strip_suffix(reserved).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

fn is_email(value: &str) -> bool {
    let bad = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\".contains(c);
    match value.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.is_empty()
                && value.len() <= 254
                && !domain.contains('@')
                && !domain.starts_with(['.', '-'])
                && !domain.ends_with(['.', '-'])
                && !value.contains(bad)
        }
        None => false,
    }
}
