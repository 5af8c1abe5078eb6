//! Recovery codes: what opens an account whose devices are lost. Each works once.

use secrecy::{ExposeSecret as _, SecretString};

use crate::chance::Chance;
use crate::text;
use crate::vault::token_hash;

/// How many are given at once.
pub const COUNT: usize = 10;
/// Characters of a code: 120 bits, so that a plain hash of it can't be turned round (ASVS 6.5.2 asks for 112).
const LENGTH: usize = 24;
/// Base32 (RFC 4648): no digit looks like one of its letters.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// New codes, in groups of four as they are shown.
#[must_use]
pub fn codes(chance: &Chance) -> Vec<SecretString> {
    (0..COUNT).map(|_| SecretString::from(shown(&code(chance)))).collect()
}

/// What is stored of a code, however it was typed; none for what can be no code.
#[must_use]
pub fn hash(typed: &SecretString) -> Option<Vec<u8>> {
    let typed = typed.expose_secret().chars();
    let bare: String = typed
        .filter(|c| !text::is_space(*c) && !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        // These are not in the alphabet, and what they stand for is.
        .map(|c| {
            if c == '0' {
                'O'
            } else if c == '8' {
                'B'
            } else {
                c
            }
        })
        .collect();
    let fits = bare.len() == LENGTH && bare.bytes().all(|byte| ALPHABET.contains(&byte));
    fits.then(|| token_hash(&format!("recovery:{bare}")))
}

fn code(chance: &Chance) -> String {
    chance.bytes::<LENGTH>().iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

fn shown(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_code_is_taken_as_people_type_it() {
        let code = codes(&Chance::seeded(3)).remove(0);
        let text = code.expose_secret();
        assert_eq!(text.len(), LENGTH + 5);
        let stored = hash(&code).unwrap();
        for typed in [
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('-', ""),
            format!("  {}\t", text.replace('-', "\u{a0}").to_lowercase()),
            text.replace('-', "").chars().flat_map(|letter| [letter, ' ']).collect(),
        ] {
            assert_eq!(hash(&SecretString::from(typed.clone())), Some(stored.clone()), "{typed:?}");
        }
        assert_eq!(hash(&SecretString::from("0".repeat(24))), hash(&SecretString::from("o".repeat(24))));
    }

    #[test]
    fn what_can_be_no_code_has_no_hash() {
        for typed in ["", "ABCD", &"A".repeat(23), &"A".repeat(25), &"Ä".repeat(12), &"1".repeat(24), "123456"] {
            assert_eq!(hash(&SecretString::from(typed.to_owned())), None, "{typed:?}");
        }
    }

    #[test]
    fn codes_differ_and_use_the_whole_alphabet() {
        let all: Vec<SecretString> = (0..20).flat_map(|seed| codes(&Chance::seeded(seed))).collect();
        let hashes: HashSet<_> = all.iter().map(|code| hash(code).unwrap()).collect();
        assert_eq!(hashes.len(), 20 * COUNT);
        let letters: HashSet<char> = all.iter().flat_map(|code| code.expose_secret().chars()).collect();
        assert_eq!(letters.len(), ALPHABET.len() + 1);
    }
}
