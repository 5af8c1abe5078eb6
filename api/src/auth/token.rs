//! Access tokens: short-lived, self-contained, checked by business time.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::identity::Grant;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};

pub use super::claims::Claims;

/// How long an access token is valid, in seconds.
pub const ACCESS_TTL_S: i64 = 600;
/// By how much clocks may differ, in seconds.
const LEEWAY_S: i64 = 5;
/// Who issues tokens, and for whom.
const ISSUER: &str = "skypanel";
const AUDIENCE: &str = "skypanel-api";
/// RFC 9068's type, so that no other signed document passes for an access token.
const TYPE: &str = "at+jwt";
/// Longer texts can't be tokens of ours.
const MAX_LENGTH: usize = 3584;

impl Claims {
    /// Whether the token is valid at that time: begun, not over, and of no longer life than we give. Any numbers may
    /// stand in it.
    fn in_time(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        let life = self.exp.checked_sub(self.iat);
        self.exp.saturating_add(LEEWAY_S) > now
            && self.iat <= now.saturating_add(LEEWAY_S)
            && life.is_some_and(|life| life <= ACCESS_TTL_S)
    }

    /// Whether its time is over, to the second.
    #[must_use]
    pub fn over(&self, now: DateTime<Utc>) -> bool {
        self.exp <= now.timestamp()
    }

    /// For how long it is valid from its beginning, in seconds.
    #[must_use]
    pub fn life_s(&self) -> i64 {
        self.exp.saturating_sub(self.iat)
    }
}

/// The key that access tokens are signed with.
pub struct Tokens {
    header: Header,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Tokens {
    /// The keys of a secret.
    #[must_use]
    pub fn new(secret: &SecretString) -> Self {
        // The name of the key: a short digest, so that a token of another key is refused by name.
        let kid = domain::vault::token_hash(&format!("kid:{}", secret.expose_secret()))
            .iter()
            .take(4)
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let bytes = secret.expose_secret().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.required_spec_claims =
            ["iss", "aud", "exp", "sub"].into_iter().map(str::to_owned).collect::<HashSet<_>>();
        // The library would ask the system's clock; business time decides here.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            header: Header { typ: Some(TYPE.to_owned()), kid: Some(kid), ..Header::new(Algorithm::HS256) },
            encoding: EncodingKey::from_secret(bytes),
            decoding: DecodingKey::from_secret(bytes),
            validation,
        }
    }

    /// The claims for what was granted.
    #[must_use]
    pub fn claims(grant: &Grant, now: DateTime<Utc>) -> Claims {
        let iat = now.timestamp();
        // No token outlives its session.
        let exp = (iat + ACCESS_TTL_S).min(grant.expires_at.timestamp());
        Claims::of(grant, ISSUER, AUDIENCE, iat, exp)
    }

    /// An access token for what was granted.
    ///
    /// # Errors
    /// When it can't be signed, which no input causes.
    pub fn issue(&self, grant: &Grant, now: DateTime<Utc>) -> domain::Result<String> {
        let claims = Self::claims(grant, now);
        jsonwebtoken::encode(&self.header, &claims, &self.encoding).map_err(domain::Error::internal)
    }

    /// What the token says, if it is ours and its time is not over.
    #[must_use]
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let data = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?;
        let header_fits =
            data.header.typ == self.header.typ && data.header.kid == self.header.kid && data.header.crit.is_none();
        (header_fits && data.claims.in_time(now)).then_some(data.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::super::claims::TOKEN_MEMBERSHIPS;
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use chrono::TimeDelta;
    use domain::access::Membership;
    use domain::{OrgId, OrgRole, Role, SessionId, UserId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn place(n: usize, role: OrgRole) -> Membership {
        Membership { org_id: OrgId(Uuid::from_u128(u128::MAX - n as u128)), org_name: String::new(), role }
    }

    fn grant() -> Grant {
        Grant {
            user: UserId(Uuid::from_u128(1)),
            role: Role::Readonly,
            memberships: (1..=40).map(|n| place(n, OrgRole::ALL[n % OrgRole::ALL.len()])).collect(),
            epoch: 3,
            session: SessionId(Uuid::from_u128(4)),
            amr: vec!["pwd".to_owned(), "otp".to_owned()],
            verified_at: None,
            impersonation: None,
            expires_at: DateTime::UNIX_EPOCH + TimeDelta::days(20_007),
            refresh_token: SecretString::from("unused"),
        }
    }

    fn tokens() -> Tokens {
        Tokens::new(&SecretString::from(SECRET))
    }

    fn signed(header: &Header, claims: &Value, secret: &str) -> String {
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    }

    #[test]
    fn a_token_says_what_was_granted_and_ends() {
        let (tokens, now) = (tokens(), DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let token = tokens.issue(&grant(), now).unwrap();
        let claims = tokens.check(&token, now).unwrap();
        assert_eq!(
            (claims.sub, claims.role, claims.epoch, claims.sid),
            (grant().user, Role::Readonly, 3, grant().session)
        );
        assert_eq!((claims.m.0.len(), claims.more), (TOKEN_MEMBERSHIPS, true), "the rest is read from the database");
        let first = grant().memberships[0].clone();
        assert_eq!(claims.m.0.get(&first.org_id), Some(&first.role));
        assert!(token.len() < 2_800, "a browser keeps 4,096 bytes a cookie: {}", token.len());
        assert!(tokens.check(&token, now + TimeDelta::seconds(604)).is_some());
        assert!(tokens.check(&token, now + TimeDelta::seconds(605)).is_none());
        assert!(tokens.check(&token, now - TimeDelta::seconds(6)).is_none());
        let last = Grant { expires_at: now + TimeDelta::seconds(90), ..grant() };
        assert_eq!(tokens.check(&tokens.issue(&last, now).unwrap(), now).map(|claims| claims.life_s()), Some(90));
    }

    #[test]
    fn any_missing_or_other_claim_is_refused() {
        let (tokens, now) = (tokens(), DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let claims = serde_json::to_value(tokens.check(&tokens.issue(&grant(), now).unwrap(), now).unwrap()).unwrap();
        assert!(tokens.check(&signed(&tokens.header, &claims, SECRET), now).is_some());
        for name in ["iss", "aud", "sub", "m", "more", "amr", "ver", "role", "epoch", "sid", "iat", "exp"] {
            let mut less = claims.clone();
            less.as_object_mut().unwrap().remove(name);
            assert!(tokens.check(&signed(&tokens.header, &less, SECRET), now).is_none(), "without {name}");
        }
        for (name, other) in [
            ("iss", json!("x")),
            ("aud", json!("x")),
            ("role", json!("root")),
            ("sub", json!("org_00000000000000000000000001")),
            ("exp", json!(99_999_999_999_i64)),
            ("exp", json!("never")),
            ("m", json!({ "org": "o" })),
            ("m", json!({ "AAAAAAAAAAAAAAAAAAAAAA": "x" })),
            ("m", json!([])),
        ] {
            let mut changed = claims.clone();
            changed[name] = other;
            assert!(tokens.check(&signed(&tokens.header, &changed, SECRET), now).is_none(), "another {name}");
        }
    }

    #[test]
    fn times_at_the_edge_of_their_numbers_are_refused() {
        let (tokens, now) = (tokens(), DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let claims = serde_json::to_value(tokens.check(&tokens.issue(&grant(), now).unwrap(), now).unwrap()).unwrap();
        let edges = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 4, i64::MAX];
        for (iat, exp) in edges.into_iter().flat_map(|iat| edges.map(|exp| (iat, exp))) {
            let mut changed = claims.clone();
            (changed["iat"], changed["exp"]) = (json!(iat), json!(exp));
            assert!(tokens.check(&signed(&tokens.header, &changed, SECRET), now).is_none(), "from {iat} to {exp}");
        }
    }

    #[test]
    fn only_our_header_and_key_count() {
        let (tokens, now) = (tokens(), DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let token = tokens.issue(&grant(), now).unwrap();
        let claims = serde_json::to_value(tokens.check(&token, now).unwrap()).unwrap();
        let header = || tokens.header.clone();
        for other in [
            Header { typ: Some("JWT".into()), ..header() },
            Header { typ: None, ..header() },
            Header { kid: None, ..header() },
            Header { kid: Some("00000000".into()), ..header() },
            Header { alg: Algorithm::HS384, ..header() },
        ] {
            assert!(tokens.check(&signed(&other, &claims, SECRET), now).is_none(), "{other:?}");
        }
        assert!(tokens.check(&signed(&tokens.header, &claims, "another secret of at least 32 bytes"), now).is_none());
        let none = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        for text in [none.as_str(), "", ".", "..", "a.b.c", &"a".repeat(5000), &token[..token.len() - 2]] {
            assert!(tokens.check(text, now).is_none(), "{text}");
        }
    }
}
