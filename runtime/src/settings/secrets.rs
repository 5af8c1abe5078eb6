//! The two secrets that sign sessions and encrypt credentials.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret as _, SecretString};

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// Shorter ones can be guessed by brute force.
const MIN_BYTES: usize = 32;
/// Random bytes written as hexadecimal or base64 have more than this many different characters.
const MIN_DIFFERENT: usize = 8;
/// Found in examples, tutorials and defaults, never in generated secrets.
const EXAMPLES: [&str; 9] =
    ["secret", "change", "example", "your-", "your_", "password", "default", "skypanel", "0123456789"];

/// What signs sessions, and what encrypts the customers' and the providers' credentials.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Signs access tokens, which last 10 minutes. After a change, sessions get new ones by their refresh tokens.
    pub jwt: SecretString,
    /// Encrypts credentials in the database. Losing it loses them.
    pub ssh_cred: SecretString,
}

impl Secrets {
    /// Reads `JWT_SECRET` and `SSH_CRED_SECRET`.
    ///
    /// # Errors
    /// Each variable that is wrong: missing or shorter than 32 bytes anywhere; in production also one that looks like
    /// an example, and two that are the same.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let jwt = strong(&mut reader, "JWT_SECRET");
        let ssh_cred = strong(&mut reader, "SSH_CRED_SECRET");
        let secrets = jwt.zip(ssh_cred).map(|(jwt, ssh_cred)| Self { jwt, ssh_cred });
        if let Some(Self { jwt, ssh_cred }) = &secrets
            && reader.production
            && jwt.expose_secret() == ssh_cred.expose_secret()
        {
            reader.refuse("SSH_CRED_SECRET", "must not be the same as JWT_SECRET");
        }
        reader.finish(secrets)
    }
}

fn strong(reader: &mut Reader<'_>, name: &'static str) -> Option<SecretString> {
    let secret = reader.required_secret(name)?;
    let text = secret.expose_secret();
    let make = "create one with: openssl rand -hex 32";
    if text.len() < MIN_BYTES {
        reader.refuse(name, format!("is shorter than {MIN_BYTES} bytes; {make}"));
        return None;
    }
    if reader.production && looks_known(text) {
        reader.refuse(name, format!("looks like an example, not like a random value; {make}"));
        return None;
    }
    Some(secret)
}

fn looks_known(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let different: BTreeSet<u8> = text.bytes().collect();
    different.len() < MIN_DIFFERENT || EXAMPLES.iter().any(|example| lower.contains(example))
}
