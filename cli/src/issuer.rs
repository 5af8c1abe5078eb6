//! The issuer of identities, joined to its client: what the rules ask for, and the crate that asks it. The tests' app
//! is joined by this file too.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::oidc::{Issuer, Named, Question, Unnamed};
use providers::{Oidc, OidcError, OidcPerson, OidcQuestion, OidcSettings};
use runtime::settings::{Http, Oidc as Settings};
use secrecy::SecretString;

/// Where browsers come back to, at the panel's own address.
const CALLBACK: &str = "/api/auth/oidc/callback";

/// An issuer with the name that people know it by.
#[derive(Debug)]
struct Known {
    oidc: Oidc,
    name: String,
}

/// The client of the issuer that the settings name.
pub fn client(settings: &Settings, http: &Http) -> anyhow::Result<Oidc> {
    Ok(Oidc::new(OidcSettings {
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        client_secret: settings.client_secret.clone(),
        scopes: settings.scopes.clone(),
        redirect: http.client_url.join(CALLBACK)?,
    })?)
}

/// The issuer that the settings name, as the rules see it.
pub fn joined(settings: &Settings, http: &Http) -> anyhow::Result<Arc<dyn Issuer>> {
    Ok(Arc::new(Known { oidc: client(settings, http)?, name: settings.name.clone() }))
}

#[async_trait::async_trait]
impl Issuer for Known {
    fn issuer(&self) -> &str {
        self.oidc.issuer()
    }

    fn name(&self) -> &str {
        &self.name
    }

    async fn address(&self, question: &Question) -> Result<String, Unnamed> {
        self.oidc.address(&asked(question)).await.map(Into::into).map_err(unnamed)
    }

    async fn redeem(&self, code: &SecretString, question: &Question, now: DateTime<Utc>) -> Result<Named, Unnamed> {
        self.oidc.redeem(code, &asked(question), now).await.map(named).map_err(unnamed)
    }
}

fn asked(question: &Question) -> OidcQuestion {
    let Question { state, nonce, verifier, again } = question.clone();
    OidcQuestion { state, nonce, verifier, again }
}

fn named(person: OidcPerson) -> Named {
    let OidcPerson { issuer, subject, email, email_verified, name, signed_in_at } = person;
    Named { issuer, subject, email, email_verified, name, signed_in_at }
}

fn unnamed(error: OidcError) -> Unnamed {
    match error {
        OidcError::Unavailable(words) => Unnamed::Unavailable(words),
        OidcError::Refused(words) => Unnamed::Refused(words),
    }
}
