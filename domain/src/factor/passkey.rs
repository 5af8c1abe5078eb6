//! Passkeys: key pairs of a device or a password manager, each made for the host of `CLIENT_URL`.
//!
//! The door to `webauthn-rs`. Its challenges come from its own source of chance, the operating system's.

use std::fmt;

use entity::UserId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use url::{Host, Url};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Webauthn, WebauthnBuilder, WebauthnError,
};

use super::CHALLENGE_TTL;
use crate::error::{Error, ErrorKind, Result};

/// Ways to reach a device that browsers name; others are dropped.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "internal", "hybrid", "smart-card"];

/// Why no passkeys are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOffered {
    /// `CLIENT_URL` is an address in figures: browsers make passkeys for names alone.
    FiguresForName,
    /// `CLIENT_URL` is http and not this computer: browsers want https.
    NotSecure,
}

impl NotOffered {
    /// Words for the person who would like one.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::FiguresForName => {
                "Passkeys need a name such as panel.example.com, and this panel is opened by an address in figures. \
                 The operator changes that with CLIENT_URL."
            }
            Self::NotSecure => {
                "Passkeys need https, and this panel is opened over http. The operator changes that with CLIENT_URL."
            }
        }
    }
}

/// What is asked of the browser, and what must be remembered of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// For `navigator.credentials`, in its JSON form.
    pub options: Json,
    /// For the answer's check; no part of it is secret, and it must not change.
    pub state: Json,
}

/// A passkey that a browser made for us.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// Its own id, unique in the world.
    pub cred_id: Vec<u8>,
    /// Its public key and counter.
    pub data: Json,
    /// How the browser reaches it.
    pub transports: Vec<String>,
}

/// A passkey that a browser may use for an answer.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Its own id.
    pub cred_id: Vec<u8>,
    /// How the browser reaches it.
    pub transports: Vec<String>,
}

/// Which passkey an answer is of, as it says itself: nothing of it is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The passkey's own id.
    pub cred_id: Vec<u8>,
    /// The user for whom it was made, if the device remembers.
    pub user: Option<UserId>,
}

/// Why an answer proves nothing.
#[derive(Debug)]
pub enum Refused {
    /// Of another site, challenge, key or form, or the device did not check who holds it.
    NotTaken(String),
    /// The counter did not rise: somewhere is a copy of the key.
    Copied,
    /// The key says other things of itself than when it was made, as some phones' do once they are backed up.
    Changed,
}

/// Asks browsers for passkeys and checks what they answer, if the panel's address allows it.
pub struct Passkeys(Result<Site, NotOffered>);

struct Site {
    webauthn: Webauthn,
    host: String,
}

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Passkeys").field(&self.host()).finish()
    }
}

impl Passkeys {
    /// For the panel at this address, under this name.
    ///
    /// # Errors
    /// When the library refuses an address that browsers would take.
    pub fn new(client_url: Option<&Url>, panel: &str) -> Result<Self> {
        let named = client_url.and_then(|url| match url.host() {
            Some(Host::Domain(host)) => Some((url, host.to_owned())),
            _ => None,
        });
        let Some((client_url, host)) = named else { return Ok(Self(Err(NotOffered::FiguresForName))) };
        let local = host == "localhost" || host.ends_with(".localhost");
        if client_url.scheme() != "https" && !local {
            return Ok(Self(Err(NotOffered::NotSecure)));
        }
        let built = WebauthnBuilder::new(&host, client_url)
            .map(|builder| builder.rp_name(panel).timeout(CHALLENGE_TTL))
            .and_then(WebauthnBuilder::build);
        let webauthn = built.map_err(|error| Error::internal(error.to_string()))?;
        Ok(Self(Ok(Site { webauthn, host })))
    }

    /// The host for which passkeys are made.
    ///
    /// # Errors
    /// Why there is none.
    pub fn host(&self) -> Result<&str, NotOffered> {
        self.0.as_ref().map(|site| site.host.as_str()).map_err(|why| *why)
    }

    /// Asks for a new passkey of this user, and not of a device that has one of `known`.
    ///
    /// # Errors
    /// `passkeys_not_offered`.
    pub fn ask_to_make(&self, user: UserId, email: &str, name: &str, known: Vec<Vec<u8>>) -> Result<Asked> {
        let site = self.site()?;
        let started = site.webauthn.start_passkey_registration(user.0, email, name, Some(known));
        let (options, state) = started.map_err(|error| Error::internal(error.to_string()))?;
        let mut options = to_json(&options)?["publicKey"].take();
        // The library says `discouraged`, by which Android offers a security key alone. Its state does not hold it.
        options["authenticatorSelection"]["residentKey"] = json!("preferred");
        Ok(Asked { options, state: to_json(&state)? })
    }

    /// Checks a new passkey.
    ///
    /// # Errors
    /// Why it is refused; the outer one when it is our failure.
    pub fn made(&self, state: Json, answer: &Json) -> Result<Result<Made, Refused>> {
        let site = self.site()?;
        let state: PasskeyRegistration = from_json(state)?;
        let Some(parsed) = read::<RegisterPublicKeyCredential>(answer) else {
            return Ok(Err(Refused::NotTaken("not a registration".to_owned())));
        };
        let passkey = match site.webauthn.finish_passkey_registration(&parsed, &state) {
            Ok(passkey) => passkey,
            Err(error) => return Ok(Err(refused(&error))),
        };
        let named = answer["response"]["transports"].as_array().into_iter().flatten().filter_map(Json::as_str);
        let known = TRANSPORTS.into_iter().filter(|known| named.clone().any(|named| named == *known));
        Ok(Ok(Made {
            cred_id: passkey.cred_id().clone(),
            data: to_json(&passkey)?,
            transports: known.map(str::to_owned).collect(),
        }))
    }

    /// Asks for an answer of one of these passkeys, or of any that the browser has for us when none is named.
    ///
    /// # Errors
    /// `passkeys_not_offered`.
    pub fn ask(&self, allowed: &[Allowed]) -> Result<Asked> {
        let started = self.site()?.webauthn.start_discoverable_authentication();
        let (options, state) = started.map_err(|error| Error::internal(error.to_string()))?;
        let mut options = to_json(&options)?["publicKey"].take();
        let listed: Vec<Json> = allowed.iter().map(descriptor).collect::<Result<_>>()?;
        options["allowCredentials"] = Json::from(listed);
        // Asked of the device by the library, and read by nobody.
        if let Some(fields) = options.as_object_mut() {
            fields.remove("extensions");
        }
        Ok(Asked { options, state: to_json(&state)? })
    }

    /// Checks an answer with the passkey that it claims to be of. Returns the passkey's data as they are now.
    ///
    /// # Errors
    /// Why it proves nothing; the outer one when it is our failure.
    pub fn check(&self, state: Json, answer: &Json, data: Json) -> Result<Result<Json, Refused>> {
        let site = self.site()?;
        let state: DiscoverableAuthentication = from_json(state)?;
        let mut passkey: Passkey = from_json(data)?;
        let Some(parsed) = read::<PublicKeyCredential>(answer) else {
            return Ok(Err(Refused::NotTaken("not an assertion".to_owned())));
        };
        let checked = site.webauthn.finish_discoverable_authentication_v2(&parsed, state, &passkey);
        let proven = match checked {
            Ok(proven) if proven.user_verified() => proven,
            Ok(_) => return Ok(Err(Refused::NotTaken("the device did not check who holds it".to_owned()))),
            Err(error) => return Ok(Err(refused(&error))),
        };
        passkey.update_credential(&proven);
        Ok(Ok(to_json(&passkey)?))
    }

    fn site(&self) -> Result<&Site> {
        self.0.as_ref().map_err(|why| Error::new(ErrorKind::Conflict, "passkeys_not_offered", why.words()))
    }
}

/// Which passkey an answer says that it is of; none for what is no answer.
#[must_use]
pub fn claimed(answer: &Json) -> Option<Claimed> {
    let parsed = read::<PublicKeyCredential>(answer)?;
    let user = match parsed.get_user_unique_id() {
        None | Some([]) => None,
        Some(bytes) => Some(UserId(uuid::Uuid::from_slice(bytes).ok()?)),
    };
    Some(Claimed { cred_id: parsed.get_credential_id().to_vec(), user })
}

fn descriptor(passkey: &Allowed) -> Result<Json> {
    use base64::Engine as _;
    let id = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&passkey.cred_id);
    let mut descriptor = json!({ "type": "public-key", "id": id });
    if !passkey.transports.is_empty() {
        descriptor["transports"] = to_json(&passkey.transports)?;
    }
    Ok(descriptor)
}

fn refused(error: &WebauthnError) -> Refused {
    match error {
        WebauthnError::CredentialPossibleCompromise => Refused::Copied,
        WebauthnError::CredentialBackupEligibilityInconsistent | WebauthnError::CredentialMayNotBeHardwareBound => {
            Refused::Changed
        }
        other => Refused::NotTaken(other.to_string()),
    }
}

fn to_json(value: &impl Serialize) -> Result<Json> {
    serde_json::to_value(value).map_err(Error::internal)
}

/// What was stored by [`to_json`].
fn from_json<T: DeserializeOwned>(value: Json) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}

/// What a browser sent.
fn read<T: DeserializeOwned>(value: &Json) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn passkeys(url: &str) -> Passkeys {
        Passkeys::new(Some(&url.parse().unwrap()), "Acme Cloud").unwrap()
    }

    #[test]
    fn an_address_in_figures_or_without_tls_has_none() {
        for (url, host) in [
            ("https://panel.example.com", Ok("panel.example.com")),
            ("https://panel.example.com:8443", Ok("panel.example.com")),
            ("http://localhost:3001", Ok("localhost")),
            ("http://panel.localhost:3001", Ok("panel.localhost")),
            ("https://bücher.example", Ok("xn--bcher-kva.example")),
            ("http://127.0.0.1:3001", Err(NotOffered::FiguresForName)),
            ("https://192.0.2.7", Err(NotOffered::FiguresForName)),
            ("https://[2001:db8::1]", Err(NotOffered::FiguresForName)),
            ("http://panel.example.com", Err(NotOffered::NotSecure)),
            ("http://notlocalhost:3001", Err(NotOffered::NotSecure)),
        ] {
            assert_eq!(passkeys(url).host(), host, "{url}");
        }
        let error = passkeys("http://127.0.0.1:3001").ask(&[]).unwrap_err();
        assert_eq!((error.code, error.detail.contains("figures")), ("passkeys_not_offered", true));
    }

    #[test]
    fn a_browser_is_asked_for_a_key_that_it_can_find_again_and_that_checks_who_holds_it() {
        let passkeys = passkeys("https://panel.example.com");
        let user = UserId(Uuid::from_u128(7));
        let asked = passkeys.ask_to_make(user, "ada@example.com", "Ada", vec![vec![1, 2, 3]]).unwrap();
        let select = &asked.options["authenticatorSelection"];
        assert_eq!((&select["residentKey"], &select["userVerification"]), (&json!("preferred"), &json!("required")));
        assert_eq!(asked.options["rp"], json!({ "id": "panel.example.com", "name": "Acme Cloud" }));
        assert_eq!(asked.options["attestation"], "none");
        assert_eq!(asked.options["excludeCredentials"][0]["id"], "AQID");
        assert_ne!(asked, passkeys.ask_to_make(user, "ada@example.com", "Ada", Vec::new()).unwrap());
    }

    #[test]
    fn a_browser_is_asked_for_any_key_or_for_those_named() {
        let passkeys = passkeys("https://panel.example.com");
        let any = passkeys.ask(&[]).unwrap();
        assert_eq!(
            (&any.options["allowCredentials"], &any.options["userVerification"]),
            (&json!([]), &json!("required"))
        );
        let named = Allowed { cred_id: vec![1, 2, 3], transports: vec!["internal".to_owned()] };
        assert_eq!(
            passkeys.ask(&[named]).unwrap().options["allowCredentials"],
            json!([{ "type": "public-key", "id": "AQID", "transports": ["internal"] }])
        );
    }

    #[test]
    fn no_answer_does_harm() {
        let passkeys = passkeys("https://panel.example.com");
        let asked = passkeys.ask_to_make(UserId(Uuid::from_u128(7)), "a@b.example", "A", Vec::new()).unwrap();
        for answer in [json!(null), json!({}), json!([]), json!("x"), json!({"id": "", "rawId": "", "type": "x"})] {
            assert!(matches!(passkeys.made(asked.state.clone(), &answer), Ok(Err(Refused::NotTaken(_)))), "{answer}");
            assert_eq!(claimed(&answer), None, "{answer}");
        }
    }
}
