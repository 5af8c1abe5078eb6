//! ID tokens, true and false.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::keys::Key;
use super::{Grant, LieKind, OIDC_CLIENT_SECRET, Person, State};

/// How long a token counts.
const TOKEN_TTL: TimeDelta = TimeDelta::minutes(5);

/// What the issuer tells of a person, beside their name for itself.
pub(super) fn told(person: &Person) -> Value {
    let mut told = json!({ "email_verified": person.email_verified });
    if let Some(email) = &person.email {
        told["email"] = email.as_str().into();
    }
    if let Some(name) = &person.name {
        told["name"] = name.as_str().into();
    }
    told
}

impl State {
    /// The ID token of a grant, with the lies that are due.
    pub(super) fn id_token(&mut self, issuer: &str, grant: &Grant, access: &str, now: DateTime<Utc>) -> String {
        let mut claims = json!({
            "iss": issuer,
            "sub": grant.person.subject,
            "aud": grant.client_id,
            "iat": now.timestamp(),
            "exp": (now + TOKEN_TTL).timestamp(),
            "auth_time": grant.signed_in_at.timestamp(),
            "at_hash": half(access),
        });
        if let Some(nonce) = &grant.nonce {
            claims["nonce"] = nonce.as_str().into();
        }
        if !grant.person.apart {
            merge(&mut claims, told(&grant.person));
        }
        self.lie_about(&mut claims, now);
        self.signed(&claims)
    }

    fn lie_about(&mut self, claims: &mut Value, now: DateTime<Utc>) {
        let ago = |hours| (now - TimeDelta::hours(hours)).timestamp();
        let lies: [(LieKind, &[(&str, Value)]); 9] = [
            (LieKind::Issuer, &[("iss", "https://issuer.invalid".into())]),
            (LieKind::Audience, &[("aud", "another-client".into())]),
            (LieKind::TwoAudiences, &[("aud", json!([claims["aud"], "another-client"]))]),
            (LieKind::Nonce, &[("nonce", "of another question".into())]),
            (LieKind::NoNonce, &[("nonce", Value::Null)]),
            (LieKind::Expired, &[("exp", (now - TimeDelta::seconds(1)).timestamp().into())]),
            (LieKind::Old, &[("iat", ago(1).into())]),
            (LieKind::NotAgain, &[("auth_time", ago(1).into())]),
            (LieKind::NoAuthTime, &[("auth_time", Value::Null)]),
        ];
        for (kind, changes) in lies {
            if self.lies(kind) {
                for (name, value) in changes {
                    claims[*name] = value.clone();
                }
            }
        }
        if self.lies(LieKind::OtherAccess) {
            claims["at_hash"] = half("another access token").into();
        }
        if let Some(claims) = claims.as_object_mut() {
            claims.retain(|_, value| !value.is_null());
        }
    }

    fn signed(&mut self, claims: &Value) -> String {
        let alg = self.alg;
        let (none, unsigned) = (self.lies(LieKind::AlgNone), self.lies(LieKind::Unsigned));
        let (shared, other) = (self.lies(LieKind::SharedSecret), self.lies(LieKind::OtherKey));
        let word = if none {
            "none"
        } else if shared {
            "HS256"
        } else {
            alg.as_str()
        };
        let (name, key) = self.keys.current(alg);
        let header = json!({ "alg": word, "typ": "JWT", "kid": name });
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = if none || unsigned {
            Vec::new()
        } else if shared {
            let key = hmac::Key::new(hmac::HMAC_SHA256, OIDC_CLIENT_SECRET.as_bytes());
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        } else if other {
            Key::make(alg).sign(message.as_bytes())
        } else {
            key.sign(message.as_bytes())
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The left half of a SHA-256, as `at_hash` has it.
fn half(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, text.as_bytes()).as_ref()[..16])
}

/// The challenge that a PKCE verifier answers.
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}
