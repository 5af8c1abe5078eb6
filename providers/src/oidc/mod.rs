//! An issuer of identities by `OpenID` Connect: where a browser is sent, and what the code is worth with which it comes
//! back.
//!
//! Invariant: a person is named only by an ID token that this issuer signed with a key of its own by an asymmetric
//! algorithm, for us alone, for the question that was asked, and that is not past its time by our clock. Whatever a
//! token says of its algorithm, `none` and shared secrets are never taken.

mod door;
mod known;
mod token;

use std::time::Duration;

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod};
use openidconnect::{
    AuthType, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

use crate::ProviderError;
use crate::http;
use door::Door;
use known::{Cache, Metadata};

/// How long all exchanges of one question may take together: a browser waits.
const WHOLE: Duration = Duration::from_secs(12);

/// Which issuer, and as whom we ask it.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// The issuer exactly as its tokens name it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; a client without one is proved by PKCE alone.
    pub client_secret: Option<SecretString>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Where browsers come back to.
    pub redirect: Url,
}

/// What a browser is sent to the issuer with.
#[derive(Clone, Debug)]
pub struct OidcQuestion {
    /// Comes back with the code.
    pub state: SecretString,
    /// Comes back within the token.
    pub nonce: SecretString,
    /// Must be shown with the code: 43 to 128 letters and digits (RFC 7636).
    pub verifier: SecretString,
    /// Whether the person must sign in there again, however lately they did.
    pub again: bool,
}

/// Who came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcPerson {
    /// The issuer, as its token names it.
    pub issuer: String,
    /// The issuer's own name for the person: never another's, and never reused.
    pub subject: String,
    /// An e-mail address, if it tells one.
    pub email: Option<String>,
    /// Whether it says that the person reads mail there.
    pub email_verified: bool,
    /// How the person is called, if it tells that.
    pub name: Option<String>,
    /// When they signed in there, if it tells that.
    pub signed_in_at: Option<DateTime<Utc>>,
}

/// Why nobody was named. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The issuer can't be asked now, or answers what makes no sense: the same may work later.
    #[error("the issuer cannot be asked: {0}")]
    Unavailable(String),
    /// The issuer refuses the code, or what it says cannot be believed.
    #[error("refused: {0}")]
    Refused(String),
}

/// One issuer, with what is known of it.
pub struct Oidc {
    settings: OidcSettings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    door: Door,
    cache: Mutex<Cache>,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Oidc({})", self.settings.issuer)
    }
}

impl Oidc {
    /// An issuer of whom nothing is known yet: the first question reads its document.
    ///
    /// # Errors
    /// When its address is none, or is neither https nor on this computer.
    pub fn new(settings: OidcSettings) -> Result<Self, ProviderError> {
        let address = Url::parse(&settings.issuer).map_err(|_| ProviderError::invalid("issuer", "it is no address"))?;
        http::check_endpoint(&address)?;
        let secure = address.scheme() == "https";
        let wrong = |_| ProviderError::invalid("issuer", "it is no address");
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(wrong)?;
        let redirect = RedirectUrl::from_url(settings.redirect.clone());
        let door = Door { client: http::client(secure)?, secure };
        Ok(Self { settings, issuer, redirect, door, cache: Mutex::default() })
    }

    /// The issuer exactly as its tokens name it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Reads the issuer's document and its keys. Returns how many keys it has.
    ///
    /// # Errors
    /// When they cannot be had, or make no sense.
    pub async fn read(&self) -> Result<usize, OidcError> {
        Ok(in_time(self.known()).await?.jwks().keys().len())
    }

    /// Where to send the browser.
    ///
    /// # Errors
    /// When the issuer's document cannot be had.
    pub async fn address(&self, question: &OidcQuestion) -> Result<Url, OidcError> {
        let metadata = in_time(self.known()).await?;
        let client = self.client(&metadata);
        let (state, nonce) = (csrf(&question.state), nonce(&question.nonce));
        let mut asked = client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce);
        for scope in &self.settings.scopes {
            asked = asked.add_scope(Scope::new(scope.clone()));
        }
        asked = asked.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier(&question.verifier)));
        if question.again {
            asked = asked.set_max_age(Duration::ZERO).add_prompt(CoreAuthPrompt::Login);
        }
        Ok(asked.url().0)
    }

    /// Trades a code for the person whom the issuer names. `question` is the one that the browser was sent with.
    ///
    /// # Errors
    /// When the issuer cannot be asked, refuses, or says what cannot be believed at `now`.
    pub async fn redeem(
        &self,
        code: &SecretString,
        question: &OidcQuestion,
        now: DateTime<Utc>,
    ) -> Result<OidcPerson, OidcError> {
        in_time(self.person(code, question, now)).await
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let settings = &self.settings;
        let secret = settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        let client =
            CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(settings.client_id.clone()), secret);
        let only_in_body = metadata.token_endpoint_auth_methods_supported().is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let client = client.set_redirect_uri(self.redirect.clone());
        client.set_auth_type(if only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, OidcError>>) -> Result<T, OidcError> {
    timeout(WHOLE, work).await.unwrap_or_else(|_| Err(OidcError::Unavailable("no answer in time".to_owned())))
}

fn csrf(state: &SecretString) -> CsrfToken {
    CsrfToken::new(state.expose_secret().to_owned())
}

fn nonce(nonce: &SecretString) -> Nonce {
    Nonce::new(nonce.expose_secret().to_owned())
}

fn verifier(verifier: &SecretString) -> PkceCodeVerifier {
    PkceCodeVerifier::new(verifier.expose_secret().to_owned())
}
