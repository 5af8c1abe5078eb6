//! The text of a key: `sp_<8 ident>_<30 secret>_<6 checksum>`, all of it base62.
//!
//! The prefix and the checksum let a scanner of secrets find leaked keys without a false alarm, and let this program
//! refuse a mistyped one without a look-up. The checksum is the CRC-32 of all before it and proves nothing.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret, SecretString};

use crate::chance::Chance;
use crate::vault::token_hash;

/// A regular expression for scanners of secrets, as `docs/access.md` publishes it.
pub const PATTERN: &str = "sp_[0-9A-Za-z]{8}_[0-9A-Za-z]{30}_[0-9A-Za-z]{6}";

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX: &str = "sp";
const IDENT: usize = 8;
const SECRET: usize = 30;
const CHECKSUM: usize = 6;

/// A key's text of the right form. Whether there is such a key is another question.
#[derive(Clone)]
pub struct KeyText {
    text: SecretString,
    ident: String,
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sp_{}…", self.ident)
    }
}

impl KeyText {
    /// A new one.
    #[must_use]
    pub fn new(chance: &Chance) -> Self {
        let (ident, secret) = (random(chance, IDENT), random(chance, SECRET));
        let body = format!("{PREFIX}_{ident}_{secret}");
        let text = SecretString::from(format!("{body}_{}", checksum(&body)));
        Self { text, ident }
    }

    /// The text, if it has the form and the checksum of a key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (body, sum) = text.rsplit_once('_')?;
        let mut parts = body.split('_');
        let parts = (parts.next()?, parts.next()?, parts.next()?, parts.next());
        let (PREFIX, ident, secret, None) = parts else { return None };
        let fits = is_base62(ident, IDENT) && is_base62(secret, SECRET) && is_base62(sum, CHECKSUM);
        (fits && sum == checksum(body)).then(|| Self { text: SecretString::from(text), ident: ident.to_owned() })
    }

    /// Whether a text is meant as a key, however it is spelt.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("sp_")
    }

    /// Its first part, by which its row is found; no secret.
    #[must_use]
    pub fn ident(&self) -> &str {
        &self.ident
    }

    /// The text itself, to be shown once.
    #[must_use]
    pub fn secret(&self) -> SecretString {
        self.text.clone()
    }

    /// What is stored instead of it.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        token_hash(self.text.expose_secret())
    }

    /// Whether it is the text of the key with this hash; takes the same time for all.
    #[must_use]
    pub fn proves(&self, hash: &[u8]) -> bool {
        verify_slices_are_equal(&self.hash(), hash).is_ok()
    }
}

fn is_base62(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn digit(value: usize) -> char {
    ALPHABET.get(value % 62).copied().map_or('0', char::from)
}

/// Every character equally likely: bytes beyond the last multiple of 62 are left out.
fn random(chance: &Chance, length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let even = chance.bytes::<32>().into_iter().filter(|byte| *byte < 248).map(|byte| digit(usize::from(byte)));
        text.extend(even.take(length - text.len()));
    }
    text
}

/// CRC-32 (ISO-HDLC) in six digits of base62, the highest first.
fn checksum(body: &str) -> String {
    let mut rest = usize::try_from(crc32fast::hash(body.as_bytes())).unwrap_or(0);
    let mut digits = ['0'; CHECKSUM];
    for place in digits.iter_mut().rev() {
        *place = digit(rest);
        rest /= 62;
    }
    digits.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_back_and_nothing_else_is() {
        let chance = Chance::seeded(7);
        for _ in 0..200 {
            let made = KeyText::new(&chance);
            let text = made.secret().expose_secret().to_owned();
            assert_eq!(text.len(), 49);
            let read = KeyText::parse(&text).unwrap();
            assert_eq!((read.ident(), read.hash()), (made.ident(), made.hash()));
            assert!(read.proves(&made.hash()) && !read.proves(&KeyText::new(&chance).hash()) && !read.proves(b""));
            assert!(!format!("{made:?}").contains(&text[12..42]), "a log never has the secret");
            // Every single change of a character is noticed.
            for place in 0..text.len() {
                let mut other = text.clone().into_bytes();
                other[place] = if other[place] == b'x' { b'y' } else { b'x' };
                assert!(KeyText::parse(std::str::from_utf8(&other).unwrap()).is_none(), "{place} of {text}");
            }
        }
    }

    #[test]
    fn other_forms_are_no_keys() {
        let good = KeyText::new(&Chance::seeded(1)).secret().expose_secret().to_owned();
        let long = format!("{good}0");
        let spaced = format!(" {good}");
        let kept = good.replace("sp_", "SP_");
        for bad in ["", "sp_", "sp___", "sp_a_b_c", &good[1..], &long, &spaced, &kept, "ünïcödé_ünïcödé_ü_ü"]
        {
            assert!(KeyText::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_checksum_is_the_published_one() {
        // CRC-32 of "123456789" is 0xCBF43926 = 3 421 780 262, the check value of its definition.
        let digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let value = checksum("123456789")
            .chars()
            .fold(0_u64, |sum, c| sum * 62 + u64::try_from(digits.find(c).unwrap()).unwrap());
        assert_eq!(value, 0xCBF4_3926);
        assert!(include_str!("../../../docs/access.md").contains(PATTERN), "the documentation publishes the pattern");
    }
}
