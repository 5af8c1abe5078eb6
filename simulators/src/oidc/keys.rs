//! Keys that the issuer signs with, and how others see them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What tokens are signed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningAlg {
    /// RSA.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// The curve P-256.
    #[serde(rename = "ES256")]
    Es256,
}

impl SigningAlg {
    /// Its name in tokens.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// One key.
pub(super) enum Key {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

/// The key in use, made when it is first needed: an RSA key takes a moment.
#[derive(Default)]
pub(super) struct Keys {
    current: Option<(String, Key)>,
}

impl Keys {
    /// The key in use with its name.
    pub(super) fn current(&mut self, alg: SigningAlg) -> &(String, Key) {
        self.current.get_or_insert_with(|| (super::random(), Key::make(alg)))
    }

    /// The document of keys.
    pub(super) fn shown(&mut self, alg: SigningAlg) -> Value {
        let (name, key) = self.current(alg);
        let mut shown = key.shown();
        shown["kid"] = name.as_str().into();
        shown["use"] = "sig".into();
        shown["alg"] = alg.as_str().into();
        json!({ "keys": [shown] })
    }
}

impl Key {
    pub(super) fn make(alg: SigningAlg) -> Self {
        match alg {
            SigningAlg::Rs256 => Self::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).expect("an RSA key"))),
            SigningAlg::Es256 => {
                let made = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
                Self::Ec(Box::new(made.expect("a key of P-256")))
            }
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("a signature");
                signature
            }
            Self::Ec(pair) => pair.sign(&random, message).expect("a signature").as_ref().to_vec(),
        }
    }

    fn shown(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Rsa(pair) => {
                let [modulus, exponent] = integers(pair.public_key().as_ref());
                json!({ "kty": "RSA", "n": text(modulus), "e": text(exponent) })
            }
            Self::Ec(pair) => {
                // 4, then the two coordinates.
                let point = pair.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..65]) })
            }
        }
    }
}

/// The two numbers of an RSA key in DER: a sequence of two integers.
fn integers(der: &[u8]) -> [&[u8]; 2] {
    let (_, inner, _) = element(der);
    let (_, modulus, rest) = element(inner);
    let (_, exponent, _) = element(rest);
    [modulus, exponent].map(|number| number.strip_prefix(&[0]).unwrap_or(number))
}

/// The first element of DER: its tag, what it holds, and what follows it.
fn element(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (tag, first) = (der[0], usize::from(der[1]));
    let (length, begin) = if first < 0x80 {
        (first, 2)
    } else {
        let bytes = first & 0x7f;
        (der[2..2 + bytes].iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), 2 + bytes)
    };
    (tag, &der[begin..begin + length], &der[begin + length..])
}
