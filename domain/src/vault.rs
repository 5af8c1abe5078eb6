//! Secrets at rest: XChaCha20-Poly1305, bound to the place where they are kept.

use aws_lc_rs::{digest, hkdf, hmac};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};

use crate::chance::Chance;
use crate::error::{Error, Result};

/// Which key sealed a value; the first byte of each, so that keys can be rotated.
const KEY_ID: u8 = 1;
const NONCE_LEN: usize = 24;

/// Seals and opens secrets under a key derived from `SSH_CRED_SECRET`.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
    mac: hmac::Key,
    veil: hmac::Key,
}

/// The bits of one half of a veiled number: whole ones have 58, and at most 18 digits.
const HALF: u32 = 29;
/// How often the halves change places; four are enough for a secret permutation (Luby and Rackoff), and two are spare.
const ROUNDS: u8 = 6;

/// Which numbers are veiled: the same one looks different in each place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Events of the log.
    Event,
    /// Entries of statements.
    Entry,
    /// What organisations said of themselves.
    Version,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// A vault under the given secret (at least 32 bytes; the settings see to it).
    ///
    /// # Errors
    /// When no key can be derived.
    pub fn new(secret: &SecretString) -> Result<Self> {
        let derive = |purpose: &'static [u8]| -> Result<[u8; 32]> {
            let mut key = [0; 32];
            hkdf::Salt::new(hkdf::HKDF_SHA256, b"skypanel vault v1")
                .extract(secret.expose_secret().as_bytes())
                .expand(&[purpose], hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut key))
                .map_err(|_| Error::internal("no key could be derived"))?;
            Ok(key)
        };
        Ok(Self {
            cipher: XChaCha20Poly1305::new(&Key::from(derive(b"seal")?)),
            mac: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"mac")?),
            veil: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"veil")?),
        })
    }

    /// Seals a secret for one place, named `table:row:column`.
    ///
    /// # Errors
    /// When the cipher fails.
    pub fn seal(&self, chance: &Chance, place: &str, secret: &SecretString) -> Result<Vec<u8>> {
        let nonce = chance.bytes::<NONCE_LEN>();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: place.as_bytes() };
        let sealed =
            self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::internal("sealing failed"))?;
        Ok([&[KEY_ID][..], &nonce, &sealed].concat())
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// When it was sealed elsewhere, under another key, or changed.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<SecretString> {
        let wrong = || Error::internal(format!("the secret at {place} can't be opened with this SSH_CRED_SECRET"));
        let (&KEY_ID, rest) = sealed.split_first().ok_or_else(wrong)? else {
            return Err(wrong());
        };
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        let nonce: [u8; NONCE_LEN] = nonce.try_into().map_err(|_| wrong())?;
        let opened = self
            .cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: body, aad: place.as_bytes() })
            .map_err(|_| wrong())?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| wrong())
    }

    /// A number of the database's own count as others see it: as short, but neither its size nor its neighbours can be
    /// told, or two of them would tell how much happens here. Numbers from 2^58 on, which no count reaches, share one.
    #[must_use]
    pub fn veil(&self, counter: Counter, number: i64) -> i64 {
        let number = u64::try_from(number).unwrap_or(u64::MAX).min((1 << (2 * HALF)) - 1);
        let rounds = (0..ROUNDS)
            .fold(halves(number), |(left, right), round| (right, left ^ self.scrambled(counter, round, right)));
        joined(rounds)
    }

    /// The number that was veiled so; none for what no veil gives.
    #[must_use]
    pub fn unveil(&self, counter: Counter, veiled: i64) -> Option<i64> {
        let veiled = u64::try_from(veiled).ok().filter(|veiled| *veiled < 1 << (2 * HALF))?;
        let rounds = (0..ROUNDS)
            .rev()
            .fold(halves(veiled), |(left, right), round| (right ^ self.scrambled(counter, round, left), left));
        Some(joined(rounds))
    }

    fn scrambled(&self, counter: Counter, round: u8, half: u64) -> u64 {
        let tag = hmac::sign(&self.veil, &[&[counter as u8, round][..], &half.to_be_bytes()].concat());
        let first = tag.as_ref().first_chunk().copied().map_or(0, u64::from_be_bytes);
        first & ((1 << HALF) - 1)
    }

    /// A keyed fingerprint of a request, so that a body with a password can be compared later
    /// without being kept.
    #[must_use]
    pub fn fingerprint(&self, bytes: &[u8]) -> Vec<u8> {
        hmac::sign(&self.mac, bytes).as_ref().to_vec()
    }
}

fn halves(number: u64) -> (u64, u64) {
    (number >> HALF, number & ((1 << HALF) - 1))
}

fn joined((left, right): (u64, u64)) -> i64 {
    i64::try_from((left << HALF) | right).unwrap_or(i64::MAX)
}

/// SHA-256 of a random token: what the database keeps instead of it.
#[must_use]
pub fn token_hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_veiled_number_tells_nothing_and_comes_back() {
        let vault = |secret: &str| Vault::new(&SecretString::from(secret)).unwrap();
        let (ours, theirs) = (vault("0123456789abcdef0123456789abcdef"), vault("another secret of 32 bytes or so"));
        let veiled: Vec<i64> = (1..=1_000).map(|number| ours.veil(Counter::Event, number)).collect();
        for (number, veiled) in (1..).zip(&veiled) {
            assert!((0..1_000_000_000_000_000_000).contains(veiled), "18 digits: {veiled}");
            assert_eq!(ours.unveil(Counter::Event, *veiled), Some(number));
            assert_ne!(ours.unveil(Counter::Entry, *veiled), Some(number));
            assert_ne!(theirs.unveil(Counter::Event, *veiled), Some(number));
        }
        let rises = veiled.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((400..600).contains(&rises), "neighbours tell no order: {rises}");
        assert!(veiled.iter().filter(|veiled| **veiled < 1 << 57).count() > 400, "nor a size");
        for end in [0, (1 << 58) - 1] {
            assert_eq!(ours.unveil(Counter::Entry, ours.veil(Counter::Entry, end)), Some(end));
        }
        assert_eq!((ours.unveil(Counter::Event, -1), ours.unveil(Counter::Event, 1 << 58)), (None, None));
    }

    #[test]
    fn a_secret_opens_only_where_it_was_sealed() {
        let vault = Vault::new(&SecretString::from("0123456789abcdef0123456789abcdef")).unwrap();
        let chance = Chance::seeded(1);
        let sealed = vault.seal(&chance, "vps_secret:1:sealed", &SecretString::from("s3cret")).unwrap();
        assert_eq!(vault.open("vps_secret:1:sealed", &sealed).unwrap().expose_secret(), "s3cret");
        assert!(vault.open("vps_secret:2:sealed", &sealed).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(vault.open("vps_secret:1:sealed", &changed).is_err());
        assert!(vault.open("vps_secret:1:sealed", &[]).is_err());
        assert!(!sealed.windows(6).any(|window| window == b"s3cret"));
    }
}
