//! From a code to a person: the ID token, and what makes it believable.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, OAuth2TokenResponse as _,
    RequestTokenError, SignatureVerificationError, TokenResponse as _, UserInfoError,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::known::Metadata;
use super::{Oidc, OidcError, OidcPerson, OidcQuestion, nonce, verifier};

/// What a token may be signed with: keys of which only the issuer has the secret half.
const ASYMMETRIC: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// How far the issuer's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(1);
/// How old a token may be: it was made for the code that we just traded.
const AGE: TimeDelta = TimeDelta::minutes(10);

impl Oidc {
    pub(super) async fn person(
        &self,
        code: &SecretString,
        question: &OidcQuestion,
        now: DateTime<Utc>,
    ) -> Result<OidcPerson, OidcError> {
        let metadata = self.known().await?;
        let answer = self.trade(&metadata, code, question).await?;
        let token = answer.id_token().ok_or_else(|| refused("it gave no ID token"))?;
        let (metadata, claims) = self.believe(metadata, token, question, now).await?;
        self.belongs_to(&metadata, token, claims, answer.access_token(), now)?;
        let told = match claims.email() {
            Some(_) => None,
            None => self.ask(&metadata, claims, answer.access_token().clone()).await?,
        };
        Ok(person(claims, told.as_ref()))
    }

    async fn trade(
        &self,
        metadata: &Metadata,
        code: &SecretString,
        question: &OidcQuestion,
    ) -> Result<CoreTokenResponse, OidcError> {
        let http = self.door.open();
        let client = self.client(metadata);
        let code = AuthorizationCode::new(code.expose_secret().to_owned());
        let asked = client.exchange_code(code).map_err(|error| OidcError::Unavailable(error.to_string()))?;
        asked.set_pkce_verifier(verifier(&question.verifier)).request_async(&http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(said) => refused(&format!("the code: {}", said.error().as_ref())),
            // What could not be read may hold tokens, so no log has it.
            RequestTokenError::Parse(error, _) => refused(&format!("its answer to the code: {error}")),
            RequestTokenError::Other(words) => OidcError::Unavailable(words),
        })
    }

    /// The claims of a token that is the issuer's, for us, for this question and of now. A key that is not known is
    /// looked for once.
    async fn believe<'t>(
        &self,
        metadata: Arc<Metadata>,
        token: &'t CoreIdToken,
        question: &OidcQuestion,
        now: DateTime<Utc>,
    ) -> Result<(Arc<Metadata>, &'t CoreIdTokenClaims), OidcError> {
        let nonce = nonce(&question.nonce);
        let first = token.claims(&self.verifier(&metadata, now), &nonce);
        let unknown = ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey);
        match first {
            Ok(claims) => return Ok((metadata, claims)),
            Err(error) if error != unknown => return Err(unbelievable(&error)),
            Err(_) => {}
        }
        let newer = self.with_new_keys(&metadata).await?.ok_or_else(|| refused("its key is unknown"))?;
        let claims = token.claims(&self.verifier(&newer, now), &nonce).map_err(|error| unbelievable(&error))?;
        Ok((newer, claims))
    }

    fn verifier(&self, metadata: &Metadata, now: DateTime<Utc>) -> CoreIdTokenVerifier<'static> {
        let (us, keys) = (ClientId::new(self.settings.client_id.clone()), metadata.jwks().clone());
        // One without a secret takes no shared secret for a key, whatever the token says.
        CoreIdTokenVerifier::new_public_client(us, self.issuer.clone(), keys)
            .set_allowed_algs(ASYMMETRIC)
            .set_other_audience_verifier_fn(|_| false)
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |issued| {
                let timely = issued <= now + AHEAD && issued >= now - AGE;
                if timely { Ok(()) } else { Err("it was issued at another time".to_owned()) }
            })
    }

    /// The access token is the one that came with the ID token, if that says which.
    fn belongs_to(
        &self,
        metadata: &Metadata,
        token: &CoreIdToken,
        claims: &CoreIdTokenClaims,
        access: &AccessToken,
        now: DateTime<Utc>,
    ) -> Result<(), OidcError> {
        let Some(said) = claims.access_token_hash() else { return Ok(()) };
        let verifier = self.verifier(metadata, now);
        let key = token.signing_key(&verifier).map_err(|error| refused(&error.to_string()))?;
        let alg = token.signing_alg().map_err(|error| refused(&error.to_string()))?;
        let hash = AccessTokenHash::from_token(access, alg, key).map_err(|error| refused(&error.to_string()))?;
        if hash == *said { Ok(()) } else { Err(refused("its access token is another one")) }
    }

    /// What the issuer tells beside the token. Only that it is of another person is an error: who they are is known.
    async fn ask(
        &self,
        metadata: &Metadata,
        claims: &CoreIdTokenClaims,
        access: AccessToken,
    ) -> Result<Option<CoreUserInfoClaims>, OidcError> {
        let http = self.door.open();
        let client = self.client(metadata);
        let Ok(asked) = client.user_info(access, Some(claims.subject().clone())) else { return Ok(None) };
        match asked.request_async(&http).await {
            Ok(told) => Ok(Some(told)),
            Err(UserInfoError::ClaimsVerification(error)) => Err(unbelievable(&error)),
            Err(UserInfoError::Request(error)) => Err(error),
            Err(error) => {
                tracing::warn!(cause = %kind(&error), "the issuer tells nothing of a person");
                Ok(None)
            }
        }
    }
}

/// A word for what is wrong with an answer whose text no log has.
fn kind(error: &UserInfoError<OidcError>) -> &'static str {
    match error {
        UserInfoError::Response(..) => "status",
        UserInfoError::Parse(_) => "unreadable",
        _ => "other",
    }
}

fn person(claims: &CoreIdTokenClaims, told: Option<&CoreUserInfoClaims>) -> OidcPerson {
    let named = claims
        .name()
        .or_else(|| told?.name())
        .and_then(|names| names.get(None).or_else(|| names.iter().next().map(|(_, name)| name)));
    let called = claims.preferred_username().or_else(|| told?.preferred_username());
    // Address and proof come from the same place.
    let (email, email_verified) = match claims.email() {
        Some(email) => (Some(email), claims.email_verified()),
        None => (told.and_then(CoreUserInfoClaims::email), told.and_then(CoreUserInfoClaims::email_verified)),
    };
    OidcPerson {
        issuer: claims.issuer().as_str().to_owned(),
        subject: claims.subject().as_str().to_owned(),
        email: email.map(|email| email.as_str().to_owned()),
        email_verified: email_verified.unwrap_or(false),
        name: named.map(|name| name.as_str().to_owned()).or_else(|| called.map(|name| name.as_str().to_owned())),
        signed_in_at: claims.auth_time(),
    }
}

fn unbelievable(error: &ClaimsVerificationError) -> OidcError {
    refused(&format!("its token: {error}"))
}

fn refused(words: &str) -> OidcError {
    OidcError::Refused(words.to_owned())
}
