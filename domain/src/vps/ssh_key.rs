//! Public SSH keys: read as servers and suppliers read them, so that none is taken that would be refused later or let
//! nobody in.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ParsedPublicKey};
use ssh_key::public::{EcdsaPublicKey, KeyData, RsaPublicKey};
use ssh_key::{HashAlg, PublicKey};

use crate::error::{Error, Result};
use crate::text;

/// The longest text, in characters: RSA of 16,384 bits has 2,900.
const MAX_CHARS: usize = 8192;
/// Bits of an RSA key. OpenSSH and suppliers refuse shorter ones, and nobody has longer ones.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=16_384;

/// A public key in `OpenSSH`'s one-line form, written as it writes one: `<type> <base64> [comment]`. A line that
/// pasting broke is mended.
///
/// # Errors
/// A field error that says what is wrong: not one key, cut short or with something behind it, of a kind that servers or
/// suppliers refuse, or too weak.
pub(super) fn read(pointer: &str, text: &str) -> Result<String> {
    let refuse = |why: &str| Error::field(pointer, why);
    let text = text.trim();
    if text.contains("PRIVATE KEY") {
        return Err(refuse("this is a private key: keep it to yourself, and paste the one that ends in .pub"));
    }
    if text.chars().count() > MAX_CHARS {
        return Err(refuse("use at most 8,192 characters"));
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&str> = lines.collect();
    if rest.iter().any(|line| begins_key(line)) {
        return Err(refuse("paste one key only; this has more than one"));
    }
    let (kind, begun) = first.split_once(char::is_whitespace).map_or((first, ""), |(kind, rest)| (kind, rest.trim()));
    if kind.starts_with("sk-") {
        return Err(refuse("keys of security tokens can't be used to create a server; use one of the kind ed25519"));
    }
    let wrong = || refuse("paste one public key, such as the line in ~/.ssh/id_ed25519.pub");
    let pieces: Vec<&str> = [begun].into_iter().filter(|piece| !piece.is_empty()).chain(rest).collect();
    let (key, comment) = candidates(&pieces)
        .into_iter()
        .find_map(|(blob, comment)| Some((parse(kind, &blob)?, comment)))
        .ok_or_else(wrong)?;
    check(key.key_data()).map_err(refuse)?;
    let comment = text::line(pointer, comment, 0, MAX_CHARS)?;
    if comment.contains(['\u{2028}', '\u{2029}']) {
        return Err(refuse("leave out characters that don't print"));
    }
    let canonical = key.to_openssh().map_err(|_| wrong())?;
    Ok(if comment.is_empty() { canonical } else { format!("{canonical} {comment}") })
}

/// What people know a key by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshKey {
    /// Its kind, such as `ssh-ed25519`.
    pub algorithm: String,
    /// As `ssh-keygen -l` prints it: `SHA256:…`.
    pub fingerprint: String,
    /// What its owner wrote behind it, such as `ada@laptop`; may be empty.
    pub comment: String,
}

/// What people know a stored key by; none where it can't be read.
pub(super) fn describe(line: &str) -> Option<SshKey> {
    let mut parts = line.splitn(3, ' ');
    let (kind, blob, comment) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
    let key = PublicKey::from_openssh(&format!("{kind} {blob}")).ok()?;
    Some(SshKey {
        algorithm: key.algorithm().to_string(),
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
        comment: comment.to_owned(),
    })
}

fn begins_key(line: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-"].iter().any(|start| line.starts_with(start))
}

/// How lines may belong together: broken within the base64, which ends in the last line, before its comment; or broken
/// between the two. A comment of two lines is none.
fn candidates<'t>(pieces: &[&'t str]) -> Vec<(String, &'t str)> {
    let Some((last, before)) = pieces.split_last() else {
        return Vec::new();
    };
    if before.iter().any(|piece| piece.contains(char::is_whitespace)) {
        return Vec::new();
    }
    let (end, comment) = last.split_once(char::is_whitespace).unwrap_or((last, ""));
    let mut found = vec![(before.concat() + end, comment.trim())];
    if !before.is_empty() {
        found.push((before.concat(), last));
    }
    found
}

/// The key of a type and a blob. The library refuses a blob of another type or curve, one that is cut short, and one
/// with something behind the key; what it would write otherwise is refused too.
fn parse(kind: &str, blob: &str) -> Option<PublicKey> {
    let written = format!("{kind} {blob}");
    let key = PublicKey::from_openssh(&written).ok()?;
    (key.to_openssh().ok()? == written).then_some(key)
}

/// Whether servers and suppliers take a key of this kind and strength.
fn check(key: &KeyData) -> Result<(), &'static str> {
    match key {
        KeyData::Ed25519(_) => Ok(()),
        KeyData::Ecdsa(key) => check_point(key),
        KeyData::Rsa(key) => check_rsa(key),
        _ => Err("keys of this kind can't be used; use one of the kind ed25519"),
    }
}

fn check_point(key: &EcdsaPublicKey) -> Result<(), &'static str> {
    let algorithm = match key {
        EcdsaPublicKey::NistP256(_) => &ECDSA_P256_SHA256_ASN1,
        EcdsaPublicKey::NistP384(_) => &ECDSA_P384_SHA384_ASN1,
        EcdsaPublicKey::NistP521(_) => &ECDSA_P521_SHA512_ASN1,
    };
    let on_curve = ParsedPublicKey::new(algorithm, key.as_sec1_bytes());
    on_curve.map(|_| ()).map_err(|_| "this key is damaged: its point is not on its curve")
}

fn check_rsa(key: &RsaPublicKey) -> Result<(), &'static str> {
    let broken = "this key is damaged";
    let modulus = key.n.as_positive_bytes().ok_or(broken)?;
    let exponent = key.e.as_positive_bytes().ok_or(broken)?;
    let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
    if !RSA_BITS.contains(&bits) {
        return Err("RSA keys need 2,048 to 16,384 bits; use one of the kind ed25519");
    }
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    let small = exponent == [1];
    if is_odd(modulus) && is_odd(exponent) && !small { Ok(()) } else { Err(broken) }
}

#[cfg(test)]
#[path = "ssh_key_tests.rs"]
mod tests;
