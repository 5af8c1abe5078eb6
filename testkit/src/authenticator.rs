//! A device with passkeys, in software: makes P-256 keys and signs as `WebAuthn` has it, and does wrong on demand.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_KEY: u8 = 0x40;

/// A device in a browser that shows a page of `origin`.
pub struct Authenticator {
    /// Where the page is that asks.
    pub origin: String,
    /// The host whose passkeys it uses; by the browser's rules a part of the origin.
    pub host: String,
    /// Whether it checks who holds it, by a finger or a PIN.
    pub verifies: bool,
    /// Whether its keys are copied to a cloud.
    pub backed_up: bool,
    /// Added to the counter at each use; 0 for devices that have none.
    pub counts: u32,
    keys: Vec<Key>,
}

struct Key {
    id: Vec<u8>,
    pair: EcdsaKeyPair,
    user: Vec<u8>,
    counter: u32,
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authenticator({}, {} keys)", self.origin, self.keys.len())
    }
}

impl Authenticator {
    /// A well-behaved one, without keys.
    #[must_use]
    pub fn at(origin: &str) -> Self {
        let host = origin.split("://").nth(1).unwrap_or(origin);
        let host = host.split(':').next().unwrap_or(host).to_owned();
        Self { origin: origin.to_owned(), host, verifies: true, backed_up: false, counts: 1, keys: Vec::new() }
    }

    /// Makes a passkey, as `navigator.credentials.create` does.
    ///
    /// # Panics
    /// When the options are not those of a registration.
    pub fn make(&mut self, options: &Json) -> Json {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let mut id = vec![0; 16];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        let user = bytes(&options["user"]["id"]);
        let mut data = self.head(self.flags() | HAS_KEY, 0);
        data.extend([0; 16]);
        data.extend(u16::try_from(id.len()).unwrap().to_be_bytes());
        data.extend(&id);
        data.extend(cose(pair.public_key().as_ref()));
        let mut object = vec![0xa3];
        object.extend(text("fmt"));
        object.extend(text("none"));
        object.extend(text("attStmt"));
        object.push(0xa0);
        object.extend(text("authData"));
        object.extend(byte_string(&data));
        let client = self.client_data("webauthn.create", options);
        self.keys.push(Key { id: id.clone(), pair, user, counter: 0 });
        json!({
            "id": text64(&id),
            "rawId": text64(&id),
            "type": "public-key",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "authenticatorAttachment": "platform",
            "response": {
                "attestationObject": text64(&object),
                "clientDataJSON": text64(&client),
                "transports": ["internal", "hybrid", "something-new"],
            },
        })
    }

    /// Signs with a key that the options allow, as `navigator.credentials.get` does; with the newest when they allow
    /// any.
    ///
    /// # Panics
    /// When it has no such key.
    pub fn answer(&mut self, options: &Json) -> Json {
        let allowed = options["allowCredentials"].as_array().cloned().unwrap_or_default();
        let fits = |key: &Key| allowed.is_empty() || allowed.iter().any(|one| bytes(&one["id"]) == key.id);
        let counts = self.counts;
        let place = self.keys.iter().rposition(fits).expect("a key that is allowed");
        self.keys[place].counter += counts;
        let counter = self.keys[place].counter;
        let data = self.head(self.flags(), counter);
        let client = self.client_data("webauthn.get", options);
        let key = &self.keys[place];
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let signature = key.pair.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": text64(&key.id),
            "rawId": text64(&key.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
            "response": {
                "authenticatorData": text64(&data),
                "clientDataJSON": text64(&client),
                "signature": text64(signature.as_ref()),
                "userHandle": text64(&key.user),
            },
        })
    }

    /// Sets the newest key's counter, as a copy of it elsewhere would have it.
    ///
    /// # Panics
    /// Without a key.
    pub fn set_counter(&mut self, counter: u32) {
        self.keys.last_mut().unwrap().counter = counter;
    }

    /// Has the newest key say that it is another user's.
    ///
    /// # Panics
    /// Without a key.
    pub fn set_user(&mut self, user: Vec<u8>) {
        self.keys.last_mut().unwrap().user = user;
    }

    fn flags(&self) -> u8 {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let backup = if self.backed_up { BACKUP_ELIGIBLE | BACKED_UP } else { 0 };
        USER_PRESENT | verified | backup
    }

    fn head(&self, flags: u8, counter: u32) -> Vec<u8> {
        let mut data = digest(&SHA256, self.host.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Json) -> Vec<u8> {
        let data = json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }
}

fn text64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(value: &Json) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().expect("base64url")).unwrap()
}

/// A text of at most 23 bytes in CBOR.
fn text(text: &str) -> Vec<u8> {
    [&[0x60 + u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

/// Bytes in CBOR, at most 65,535.
fn byte_string(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59][..], &length, bytes].concat()
}

/// A P-256 key as COSE has it: from the uncompressed point.
fn cose(point: &[u8]) -> Vec<u8> {
    let (x, y) = (&point[1..33], &point[33..65]);
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    [&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..], x, &[0x22, 0x58, 0x20], y].concat()
}
