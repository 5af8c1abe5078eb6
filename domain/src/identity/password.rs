//! Passwords: argon2id off the async threads, a bounded number at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::error::{Error, ErrorKind, Result};

/// The shortest password accepted, in characters (NIST SP 800-63B asks for at least 8 and ASVS 5
/// recommends 15; 12 with the refusal list below is our middle way).
pub const MIN_PASSWORD_LEN: usize = 12;
/// The longest, in characters: enough for any pass phrase, and a bound on the work.
const MAX_PASSWORD_LEN: usize = 256;
/// Memory of one hash in KiB, passes and lanes: OWASP's floor for argon2id.
const ARGON2: (u32, u32, u32) = (19_456, 2, 1);
/// Hashes at a time: 19 MiB each, and one core each.
const PARALLEL: usize = 4;
/// Requests that may wait for a turn before the rest are refused.
const MAX_WAITING: usize = 64;

/// Words that long passwords are too often made of.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "123456789012",
    "qwertyuiop",
    "qwertz",
    "letmein",
    "iloveyou",
    "administrator",
    "welcome",
    "skypanel",
    "111111111111",
    "abcdefghijkl",
];

/// Hashes and verifies passwords.
#[derive(Debug)]
pub struct Hasher {
    turns: Semaphore,
    waiting: Semaphore,
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// A hasher with its own bounds; one a process.
    #[must_use]
    pub fn new() -> Self {
        Self { turns: Semaphore::new(PARALLEL), waiting: Semaphore::new(MAX_WAITING) }
    }

    /// The PHC string for a new password.
    ///
    /// # Errors
    /// When too many are waiting, or the hash fails.
    pub async fn hash(&self, password: &SecretString) -> Result<String> {
        let password = password.clone();
        self.in_turn(move || {
            argon2()?
                .hash_password(password.expose_secret().as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| Error::internal(error.to_string()))
        })
        .await
    }

    /// Whether the password belongs to the PHC string. Without one, the same work is done for
    /// nothing, so that the time taken does not tell whether a user exists.
    ///
    /// # Errors
    /// When too many are waiting.
    pub async fn verify(&self, password: &SecretString, stored: Option<String>) -> Result<bool> {
        let password = password.clone();
        self.in_turn(move || {
            let Some(stored) = stored else {
                let _ = argon2()?.hash_password(password.expose_secret().as_bytes());
                return Ok(false);
            };
            let parsed = PasswordHash::new(&stored).map_err(|error| Error::internal(error.to_string()))?;
            Ok(argon2()?.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok())
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let busy = || {
            Error::new(
                ErrorKind::Unavailable,
                "overloaded",
                "Too many people are signing in right now. Try again in a few seconds.",
            )
            .after(std::time::Duration::from_secs(5))
        };
        let _place = self.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = self.turns.acquire().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

/// Refuses a password that is too short, too long, or among the first that are guessed.
///
/// # Errors
/// With words that say why.
pub fn check(pointer: &str, password: &SecretString, email: &str) -> Result<()> {
    let password = password.expose_secret();
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    let refuse = |why: String| Err(Error::field(pointer, why));
    if length < MIN_PASSWORD_LEN {
        return refuse(format!("use at least {MIN_PASSWORD_LEN} characters; a few words in a row work well"));
    }
    if length > MAX_PASSWORD_LEN {
        return refuse(format!("use at most {MAX_PASSWORD_LEN} characters"));
    }
    if password.contains('\0') {
        return refuse("leave out characters that don't print".to_owned());
    }
    let distinct = password.chars().collect::<std::collections::HashSet<_>>().len();
    if distinct < 5 || COMMON.iter().any(|word| lower.contains(word) && length < word.chars().count() + 8) {
        return refuse("this is one of the first that would be guessed; choose another".to_owned());
    }
    if local.len() >= 4 && lower.contains(local) && length < local.len() + 8 {
        return refuse("leave your e-mail address out of it".to_owned());
    }
    Ok(())
}

fn argon2() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = ARGON2;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| Error::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused() {
        for weak in ["short", "password1234", "aaaaaaaaaaaaaaaa", "adalovelace12", "qwertyuiop12", "123456789012"] {
            assert!(check("/password", &SecretString::from(weak), "adalovelace@example.com").is_err(), "{weak}");
        }
        assert!(check("/password", &SecretString::from("correct horse battery"), "ada@example.com").is_ok());
    }

    #[tokio::test]
    async fn a_hash_verifies_its_password_only() {
        let hasher = Hasher::new();
        let hash = hasher.hash(&SecretString::from("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify(&SecretString::from("correct horse battery"), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(&SecretString::from("correct horse batterY"), Some(hash)).await.unwrap());
        assert!(!hasher.verify(&SecretString::from("correct horse battery"), None).await.unwrap());
    }
}
