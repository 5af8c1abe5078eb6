//! What is known of the issuer: its document and its keys, for a while.

use std::sync::Arc;
use std::time::Duration;

use openidconnect::DiscoveryError;
use openidconnect::core::{CoreJsonWebKeySet, CoreProviderMetadata};
use tokio::time::Instant;

use super::{Oidc, OidcError};

/// The issuer's document with its keys.
pub(super) type Metadata = CoreProviderMetadata;

/// For how long both are taken as they were read.
const FRESH: Duration = Duration::from_mins(15);
/// After a failure the issuer is left alone for so long.
const REST: Duration = Duration::from_secs(2);
/// Keys may be read again for a token with an unknown one so often in a [`WINDOW`].
const MAX_READS: u32 = 5;
const WINDOW: Duration = Duration::from_mins(1);

/// What was read, and when.
#[derive(Default)]
pub(super) struct Cache {
    known: Option<(Arc<Metadata>, Instant)>,
    failed: Option<(OidcError, Instant)>,
    /// When the window began, and how often keys were read again in it.
    reads: Option<(Instant, u32)>,
}

impl Oidc {
    /// The issuer's document, read at most once at the same time.
    pub(super) async fn known(&self) -> Result<Arc<Metadata>, OidcError> {
        let mut cache = self.cache.lock().await;
        if let Some((known, at)) = &cache.known
            && at.elapsed() < FRESH
        {
            return Ok(known.clone());
        }
        if let Some((failure, at)) = &cache.failed
            && at.elapsed() < REST
        {
            return Err(failure.clone());
        }
        let read = self.discover().await;
        match &read {
            Ok(known) => *cache = Cache { known: Some((known.clone(), Instant::now())), failed: None, ..*cache },
            Err(failure) => cache.failed = Some((failure.clone(), Instant::now())),
        }
        read
    }

    async fn discover(&self) -> Result<Arc<Metadata>, OidcError> {
        let http = self.door.open();
        let read = Metadata::discover_async(self.issuer.clone(), &http).await.map_err(unread)?;
        if read.token_endpoint().is_none() {
            return Err(OidcError::Unavailable("its document names no token endpoint".to_owned()));
        }
        if !self.door.may_be_asked(read.authorization_endpoint().url()) {
            return Err(OidcError::Unavailable("its document sends browsers where it is not safe".to_owned()));
        }
        Ok(Arc::new(read))
    }

    /// The same document with the keys of now, since a token names one that `before` lacks: issuers change their keys.
    /// None when they were read often enough.
    pub(super) async fn with_new_keys(&self, before: &Arc<Metadata>) -> Result<Option<Arc<Metadata>>, OidcError> {
        let mut cache = self.cache.lock().await;
        if let Some((known, _)) = &cache.known
            && !Arc::ptr_eq(known, before)
        {
            return Ok(Some(known.clone()));
        }
        let reads = match cache.reads {
            Some((began, count)) if began.elapsed() < WINDOW => (began, count + 1),
            _ => (Instant::now(), 1),
        };
        if reads.1 > MAX_READS {
            return Ok(None);
        }
        cache.reads = Some(reads);
        let http = self.door.open();
        let keys = CoreJsonWebKeySet::fetch_async(before.jwks_uri(), &http).await.map_err(unread)?;
        let read = Arc::new(Metadata::clone(before).set_jwks(keys));
        cache.known = Some((read.clone(), Instant::now()));
        Ok(Some(read))
    }
}

fn unread(error: DiscoveryError<OidcError>) -> OidcError {
    match error {
        DiscoveryError::Request(error) => error,
        // Its body may be anything, so no log has it.
        DiscoveryError::Response(status, _, _) => OidcError::Unavailable(format!("its document: status {status}")),
        other => OidcError::Unavailable(format!("its document: {other}")),
    }
}
